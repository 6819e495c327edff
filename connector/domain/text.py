"""How Vietnamese text is compared and cut: sources mix NFC and NFD, tones and case; people mean the same word."""

import re
import unicodedata
from functools import lru_cache

_NOT_WORD = re.compile(r"[^a-z0-9]+")
SKU_PATTERN = re.compile(r"[A-Z0-9_.-]{3,20}")


def tidy(text: str) -> str:
    """NFC, with runs of white space (no-break spaces included) made one space."""
    return " ".join(unicodedata.normalize("NFC", text).split())


def tidy_lines(text: str) -> str:
    """Like `tidy`, line by line; at most one blank line in a row."""
    lines = [tidy(line) for line in unicodedata.normalize("NFC", text).splitlines()]
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()


@lru_cache(maxsize=4096)  # the same few hundred attribute names and options are folded again for every listing
def fold(text: str) -> str:
    """The key for comparing names: lower case, no marks, đ as d, only letters, digits and single spaces."""
    bare = unicodedata.normalize("NFD", text.lower().replace("đ", "d"))
    return _NOT_WORD.sub(" ", "".join(c for c in bare if not unicodedata.combining(c))).strip()


def cut(text: str, limit: int) -> str:
    """At most `limit` characters, cut at a word where one ends in the last third."""
    if len(text) <= limit:
        return text
    head = text[:limit]
    space = head.rfind(" ")
    return (head[:space] if space > limit * 2 // 3 else head).rstrip(" ,;-–")


def dong(amount: int) -> str:
    """65000 as people write it: 65.000 ₫."""
    return f"{amount:,}".replace(",", ".") + " ₫"
