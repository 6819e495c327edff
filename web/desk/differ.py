"""Two texts side by side: the part that differs is marked, the part that agrees is cut to what places it."""

from typing import Any

from markupsafe import Markup, escape

_AROUND, _MOST = 40, 240


def apart(ours: Any, theirs: Any) -> tuple[Markup, Markup]:
    """Both as one line of safe HTML with <mark> around what is only in one of them."""
    one, other = _text(ours), _text(theirs)
    start = _common(one, other)
    end = _common(one[start:][::-1], other[start:][::-1])
    return _marked(one, start, len(one) - end), _marked(other, start, len(other) - end)


def _text(value: Any) -> str:
    if isinstance(value, list | tuple):
        return ", ".join(map(str, value))
    return "" if value is None else str(value)


def _common(one: str, other: str) -> int:
    return next((i for i, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other)))


def _marked(text: str, start: int, end: int) -> Markup:
    """Cut at words, so that no mark begins inside one."""
    while start > 0 and text[start - 1 : start + 1].isalnum() and start < len(text):
        start -= 1
    while 0 < end < len(text) and end > start and text[end - 1 : end + 1].isalnum():
        end += 1
    before = text[:start] if start <= _AROUND else "…" + text[start - _AROUND : start]
    after = text[end:] if len(text) - end <= _AROUND else text[end : end + _AROUND] + "…"
    middle = text[start:end]
    middle = middle if len(middle) <= _MOST else middle[:_MOST] + "…"
    return escape(before) + (Markup("<mark>") + escape(middle) + Markup("</mark>") if middle else "") + escape(after)
