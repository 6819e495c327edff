"""Text of a cell as a person meant it: HTML entities undone, invisible characters gone, one composed form."""

import html
import re

from connector.domain.text import tidy, tidy_lines

# Zero-width and direction marks, byte order marks, control characters except line breaks and tabs.
_INVISIBLE = re.compile(
    "[\u200b-\u200f\u202a-\u202e\u2060\ufeff\ufffe\uffff\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f]"
)
_BREAK = re.compile(r"<\s*(?:br|/p|/li|/div)\s*/?>", re.IGNORECASE)
_TAG = re.compile(
    r"</?(?:p|br|b|i|u|em|strong|span|div|ul|ol|li|h[1-6]|a|img|font|table|tr|td)(?:\s[^<>]*)?/?>", re.IGNORECASE
)


def clean(text: str) -> str:
    """One line."""
    return tidy(_visible(text))


def clean_lines(text: str) -> str:
    """Several lines; HTML line breaks become real ones, other common tags vanish."""
    return tidy_lines(_TAG.sub("", _BREAK.sub("\n", _visible(text))))


def _visible(text: str) -> str:
    return _INVISIBLE.sub("", html.unescape(text))
