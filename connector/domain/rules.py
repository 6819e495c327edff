"""What one shop makes of a canonical price and stock, and who owns which field there."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum

from connector.domain.ocop import Action


class Owner(StrEnum):
    """Who decides a field of a shop's listings once it is live."""

    OURS = "ours"
    THEIRS = "theirs"
    ASK = "ask"


class Verbs(StrEnum):
    """How far the connector may go in a shop: only look, also create, or keep everything equal."""

    OBSERVE = "observe"
    CREATE = "create"
    SYNC = "sync"


@dataclass(frozen=True, slots=True)
class PriceRule:
    """`markup_percent` on top, then at least `floor` dong, then rounded up to a multiple of `round_to` dong."""

    markup_percent: int = 0
    floor: int = 0
    round_to: int = 1

    def __post_init__(self) -> None:
        if self.round_to < 1 or self.floor < 0 or self.markup_percent <= -100:
            raise ValueError("round_to >= 1, floor >= 0, markup_percent > -100")


@dataclass(frozen=True, slots=True)
class StockRule:
    """`share_percent` of what is free, less `buffer`, at most `cap`; below `hide_below` pieces the shop shows 0.
    `exclusive`: what stands there nobody else may sell until a newer picture shows it gone. So it must be where a
    person carries the numbers: between two carries we can take nothing back."""

    share_percent: int = 100
    buffer: int = 0
    cap: int | None = None
    hide_below: int = 0
    exclusive: bool = False

    def __post_init__(self) -> None:
        if not 0 <= self.share_percent <= 100 or min(self.buffer, self.hide_below, self.cap or 0) < 0:
            raise ValueError("share_percent 0 to 100, buffer, cap and hide_below >= 0")


@dataclass(frozen=True, slots=True)
class Policy:
    """All that a shop lays on top of the canonical record. `owners` is keyed by a field's kind (price, title...),
    `gate` by a finding's code (see gate.py)."""

    verbs: Verbs = Verbs.OBSERVE
    price: PriceRule = field(default_factory=PriceRule)
    stock: StockRule = field(default_factory=StockRule)
    owners: Mapping[str, Owner] = field(default_factory=dict)
    gate: Mapping[str, Action] = field(default_factory=dict)

    def owner(self, kind: str) -> Owner:
        return self.owners.get(kind, Owner.OURS)

    def over(self, owners: Mapping[str, Owner]) -> "Policy":
        """The policy for one listing, whose own owners come first."""
        return replace(self, owners={**self.owners, **owners}) if owners else self


def listed_price(canonical: int, rule: PriceRule) -> int:
    """The shop's price in dong, in whole numbers throughout (no float touches money)."""
    marked_up = -(-canonical * (100 + rule.markup_percent) // 100)
    floored = max(marked_up, rule.floor, 1)
    return -(-floored // rule.round_to) * rule.round_to


def left_of(free: int, standing: Mapping[int, int], shop: int) -> int:
    """Free pieces less those that stand exclusively in other shops (`standing` by shop id); never negative."""
    return max(free - sum(pieces for holder, pieces in standing.items() if holder != shop), 0)


def carried_stock(wanted: int, free: int, standing: int) -> int:
    """What may be written over `standing` exclusive pieces: until the number is seen there, all that stands may have
    been sold unheard, and the new number as well. More only where both fit into what is free; less at once."""
    room = max(free - standing, 0)
    if wanted < standing:
        return min(wanted, room)
    return wanted if wanted <= room else standing


def listed_stock(free: int, rule: StockRule) -> int:
    """The pieces the shop may show of `free` pieces that may still be sold; never negative, never above `free`."""
    shown = max(free, 0) * rule.share_percent // 100 - rule.buffer
    if rule.cap is not None:
        shown = min(shown, rule.cap)
    return shown if shown > 0 and shown >= rule.hide_below else 0
