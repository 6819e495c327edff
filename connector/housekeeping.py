"""Small duties of the clock that need no order: what a new day changes without anybody touching it."""

from datetime import datetime

from connector.converge import VIETNAM
from connector.domain.book import Book
from connector.store import Store


def tidy(store: Store, now: datetime, book: Book) -> int:
    """Products whose certificate begins, ends, is withdrawn or reaches a day of warning today have their listings
    looked at again; how many."""
    today = now.astimezone(VIETNAM).date()
    programme = book.on(today).programme
    return store.certificates.touch_turning(today, programme.warn_days if programme else ())
