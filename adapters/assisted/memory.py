"""What is remembered of orders between two files, so that a half or edited one is noticed: no person, no address."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from connector.ports import Notebook

_PLACE = ("orders", "known")
_KEPT = timedelta(days=120)  # longer than any order stays open


@dataclass(frozen=True, slots=True)
class Remembered:
    """One order: `lines` are `line|SKU|pieces|state`, joined by a semicolon."""

    placed_at: datetime
    updated_at: datetime
    lines: str
    closed: bool


Memory = Mapping[str, Remembered]


def known_orders(notebook: Notebook) -> Memory:
    """By order number."""
    raw = notebook.get(*_PLACE) or {}
    return {
        number: Remembered(datetime.fromisoformat(placed), datetime.fromisoformat(updated), lines, closed=closed)
        for number, (placed, updated, lines, closed) in raw.items()
    }


def remember_orders(notebook: Notebook, now: Memory, before: Memory) -> None:
    """The newest reading of each; what was placed long ago is dropped."""
    kept = {**before, **now}
    newest = max((one.placed_at for one in kept.values()), default=None)
    notebook.put(
        *_PLACE,
        {
            number: [one.placed_at.isoformat(), one.updated_at.isoformat(), one.lines, one.closed]
            for number, one in kept.items()
            if newest is None or one.placed_at >= newest - _KEPT
        },
    )
