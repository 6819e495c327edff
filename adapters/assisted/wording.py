"""How the counter says things: rows, moments, and a trouble as a complaint."""

from collections.abc import Sequence
from datetime import datetime

from adapters.assisted.sheet import VIETNAM
from connector.errors import Complaint

NAMED = 6  # rows or codes named in a sentence


def complaint(message: str) -> Complaint:
    """A trouble's message is "Vietnamese / English: what exactly"."""
    vi, _, en = message.partition(" / ")
    exactly = en.partition(": ")[2]
    return Complaint(f"{vi}: {exactly}" if exactly and exactly not in vi else vi, en or vi)


def listed(names: Sequence[object]) -> str:
    return ", ".join(map(str, names[:NAMED])) + ("…" if len(names) > NAMED else "")


def when(moment: datetime) -> str:
    return moment.astimezone(VIETNAM).strftime("%H:%M %d/%m/%Y")
