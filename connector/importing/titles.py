"""Titles as sellers write them: the OCOP prefix goes, a claim of stars is noted and taken out, capitals stay.

A star in a title proves nothing: only a certificate that holds today may be shown (the mark's rules of use), and it is
shown by the connector itself.
"""

import re
from dataclasses import dataclass

from connector.importing.text import clean

_STARS = r"(?:(?P<{0}>[3-5])\s*(?:sao\b|\*+|⭐|★))"
_PREFIX = re.compile(
    r"^[\W_]*ocop\b(?!\s+\d+\s*(?:sao|\*)\s+quốc)[\s_]*" + _STARS.format("lead") + r"?[\s\-–—_:.|]*", re.IGNORECASE
)
_PREFIX_GLUED = re.compile(r"^[\W_]*ocop(?=_)[\s\-–—_:]*" + _STARS.format("lead") + r"?[\s\-–—_:.|]*", re.IGNORECASE)
_CLAIM = re.compile(
    r"[\s_\-–—,(\[]*(?:đạt\s+)?(?:tiêu\s+chuẩn\s+|chuẩn\s+|chứng\s+nhận\s+)?(?:ocop[\s_]*)?"
    + r"(?<!\d)"
    + _STARS.format("stars")
    + r"(?:[\s_]*ocop)?(?:\s+quốc\s+gia|\s+cấp\s+(?:tỉnh|quốc\s+gia))?[)\]]?",
    re.IGNORECASE,
)
_STANDARD = re.compile(r"[\s\-–—,(\[]*đạt\s+(?:tiêu\s+)?chuẩn\s+ocop\b[)\]]?", re.IGNORECASE)
_LOCAL = re.compile(r"nội tỉnh|giao(?:\s+hàng)?\s+(?:tại\s+|trong\s+)?tỉnh", re.IGNORECASE)
_EDGES = " -–—_,;:.|✓✔•"


@dataclass(frozen=True, slots=True)
class Title:
    """The name without the programme's words, the stars it claimed, and whether it limits delivery to the province."""

    name: str
    claimed: int | None = None
    local: bool = False


def read_title(text: str) -> Title:
    flat = clean(text)
    claimed = None
    head = _PREFIX_GLUED.match(flat) or _PREFIX.match(flat)
    rest = flat
    if head:
        claimed = head["lead"]
        rest = flat[head.end() :]
    if claim := _CLAIM.search(rest):
        claimed = claimed or claim["stars"]
        rest = _CLAIM.sub(_gap, rest)
    rest = clean(_STANDARD.sub(_gap, rest)).strip(_EDGES)
    return Title(rest or flat, int(claimed) if claimed else None, _LOCAL.search(flat) is not None)


def _gap(match: re.Match[str]) -> str:
    """What stays where words went: the separator that stood before them, if more follows."""
    return " - " if match.group(0).lstrip(" ")[:1] in ("-", "–", "—", "_") else " "
