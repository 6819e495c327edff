"""Walking what a platform pages or batches, never in circles and never past a hole."""

from collections.abc import Callable, Hashable, Iterator, Sequence
from datetime import datetime, timedelta
from typing import TypeVar

from connector.errors import Retry

Item = TypeVar("Item")
Cursor = TypeVar("Cursor", bound=Hashable)


def pages(fetch: Callable[[Cursor], tuple[Sequence[Item], Cursor | None]], first: Cursor) -> Iterator[Sequence[Item]]:
    """Pages from cursor `first` until `fetch` gives no next one; Retry if a cursor comes twice (an endless walk)."""
    seen: set[Cursor] = set()
    cursor: Cursor | None = first
    while cursor is not None:
        if cursor in seen:
            raise Retry(f"paging went in a circle at cursor {cursor!r}")
        seen.add(cursor)
        items, cursor = fetch(cursor)
        yield items


_TICK = timedelta(seconds=1)  # platforms tell times in whole seconds, and may mean "after" or "at or after"


def changes(
    fetch: Callable[[datetime, int], tuple[Sequence[Item], bool]],
    start: datetime,
    changed: Callable[[Item], datetime],
) -> Iterator[tuple[Sequence[Item], datetime]]:
    """Pages of what changed since `start`, oldest first, each with the moment before which all has been yielded.

    `fetch(since, page)` gives a page (from 0) of what changed at or after `since`, and whether there are more. The
    window's start moves to the last change seen; a second page of one window is asked for only within a second, or
    where pages are not in order: what changes while we read leaves its place, and whoever counts places misses what
    moves up into it. What overlaps is yielded again. Raises Retry if a page repeats the one before it.
    """
    since, page, ordered = start, 0, True
    before: Sequence[Item] = ()
    while True:
        items, more = fetch(since, page)
        if page and items and items == before:
            raise Retry(f"page {page + 1} of what changed since {since:%H:%M:%S} is the one before it")
        times = [changed(item) for item in items]
        ordered = ordered and times == sorted(times)
        reached = max(times[-1] - _TICK, since) if ordered and times else since
        yield items, reached
        if not more:
            return
        since, page, before = (reached, 0, ()) if reached > since else (since, page + 1, items)


def batched(items: Sequence[Item], size: int) -> Iterator[Sequence[Item]]:
    """Consecutive slices of at most `size` items."""
    for start in range(0, len(items), size):
        yield items[start : start + size]
