"""Walking what a platform pages or batches, never in circles and never past a hole."""

from collections.abc import Callable, Hashable, Iterator, Sequence
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


def batched(items: Sequence[Item], size: int) -> Iterator[Sequence[Item]]:
    """Consecutive slices of at most `size` items."""
    for start in range(0, len(items), size):
        yield items[start : start + size]
