"""Small duties of the clock that need no order: what a new day changes, and whether the books add up."""

from datetime import datetime, timedelta

import structlog

from connector.domain.book import Book
from connector.site import VIETNAM
from connector.store import Store
from connector.store.ledger import Finding

log = structlog.get_logger()
_KEEP_PUSHES = timedelta(days=30)  # the longest that a platform delivers one again is hours
_LOOK_BACK = timedelta(days=60)  # longer than a machine stands still over any holiday


def audit(store: Store) -> list[Finding]:
    """Whether the ledger is what the orders made it and escrow is within what exists. Told, never mended by itself."""
    found = store.ledger.check()
    for one in found:
        log.error("ledger_does_not_add_up", law=one.law, **{key: str(value) for key, value in one.where.items()})
    return found


def tidy(store: Store, now: datetime, book: Book) -> int:
    """Products whose certificate begins, ends, is withdrawn or reaches a day of warning, today or on a day that passed
    while nobody looked, have their listings looked at again; how many."""
    store.events.forget(now - _KEEP_PUSHES)
    today = now.astimezone(VIETNAM).date()
    programme = book.on(today).programme
    return store.certificates.touch_turning(today - _LOOK_BACK, today, programme.warn_days if programme else ())
