"""Paging as Tiki does it: 1-based pages, a 0-based `from`, no last page when there is nothing."""

from collections.abc import Sequence
from typing import Any, TypeVar

from sandbox.tiki.errors import Failure
from sandbox.wire import Request

Row = TypeVar("Row")
MOST_ASKED, MOST_GIVEN, MOST_RESULTS = 100, 50, 10_000


def number(request: Request, name: str, default: int, least: int = 1) -> int:
    """A whole number of the query, or 400."""
    text = request.q(name) or str(default)
    if not text.isdigit() or int(text) < least:
        raise Failure(400, f"{name} must be a number not less than {least}")
    return int(text)


def page(request: Request, rows: Sequence[Row], short: bool = False) -> tuple[list[Row], dict[str, Any]]:
    """The rows of the asked page and the `paging` block. Up to 100 may be asked for, 50 are given."""
    limit, at = number(request, "limit", 20), number(request, "page", 1)
    if limit > MOST_ASKED:
        raise Failure(400, f"limit must not be greater than {MOST_ASKED}")
    size = min(limit, MOST_GIVEN)
    size = max(1, size - 1) if short else size
    total = min(len(rows), MOST_RESULTS)
    start = (at - 1) * size
    shown = list(rows[start : min(start + size, total)])
    first = min(start, total)
    paging = {"total": total, "per_page": min(limit, MOST_GIVEN), "current_page": at,
              "last_page": -(-total // size), "from": first, "to": first + len(shown)}  # fmt: skip
    return shown, paging
