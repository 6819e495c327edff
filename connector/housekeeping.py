"""Small duties of the clock that need no order: what a new day changes without anybody touching it."""

from datetime import datetime

from connector.converge import VIETNAM
from connector.store import Store


def tidy(store: Store, now: datetime) -> int:
    """Products whose certificate begins, ends or is withdrawn today have their listings looked at again; how many."""
    return store.products.touch_turning(now.astimezone(VIETNAM).date())
