"""Correcting a count by hand: always one more movement with a person and a reason, never an overwritten number."""

from connector.domain.listing import Lane
from connector.errors import Complaint
from connector.ports import Hints
from connector.store import Store

MOST = 1_000_000
_LONGEST = 200


def adjust(store: Store, hints: Hints, sku: str, by: str, who: str, because: str) -> int:
    """So many pieces more ("+3") or fewer ("-2"); what is free afterwards. The shops are told at once."""
    number = by.replace(" ", "").replace("−", "-")
    digits = number.lstrip("+-")
    fits = digits.isascii() and digits.isdigit() and len(number) - len(digits) <= 1
    if not fits or not 0 < int(digits) <= MOST or not because.strip():
        raise Complaint(
            f"«{by}» phải là số khác 0 như +3 hay -2, và phải nói lý do.",
            f"“{by}” must be a number like +3 or -2, not 0, and the reason must be said.",
        )
    store.ledger.adjust(sku, int(number), f"{who}: {because.strip()[:_LONGEST]}")
    ring(store, hints)
    return int(store.stockroom.story(sku, limit=1)["free"])


def split(store: Store, hints: Hints, sku: str, below: int | None) -> None:
    """Divide this good among the shops at or below so many free pieces; 0 never, None as the setting says."""
    store.ledger.scarce(sku, below)
    ring(store, hints)


def ring(store: Store, hints: Hints) -> None:
    """The workers weigh and write now rather than at the next minute."""
    for shop in store.shops.all():
        if shop.active:
            hints.converge(shop.id, Lane.STOCK)
            hints.orders(shop.id)
