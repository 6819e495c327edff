"""What runs out and when: the tokens of every shop, as days left."""

from dataclasses import dataclass
from datetime import datetime

from connector.errors import Complaint
from connector.store import Store


@dataclass(frozen=True, slots=True)
class TokenLife:
    """One token of one shop. `days` left, None where the platform does not say; `sealed`: our key does not open it."""

    shop: str
    platform: str
    token: str
    until: datetime | None
    days: float | None
    sealed: bool = False


def tokens(store: Store, now: datetime) -> list[TokenLife]:
    """Soonest first; a shop without tokens (or one whose platform has none) is left out."""
    found: list[TokenLife] = []
    for shop in store.shops.all():
        try:
            held = store.shops.vault(shop.id).tokens()
        except Complaint:
            found.append(TokenLife(shop.code, shop.platform, "refresh", None, None, sealed=True))
            continue
        if held is not None:
            ends = {"access": held.access_until, "refresh": held.refresh_until}
            found += [TokenLife(shop.code, shop.platform, name, end, _days(end, now)) for name, end in ends.items()]
    return sorted(found, key=lambda one: (not one.sealed, one.days is None, one.days or 0.0))


def _days(end: datetime | None, now: datetime) -> float | None:
    return None if end is None else (end - now).total_seconds() / 86400
