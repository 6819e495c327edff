"""What an order is on every platform: lines that go from stage to stage, each platform with its own words for them.

A stage belongs to a line and not to an order, because parts of an order are cancelled and returned; a line of which
only a part moves is split.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from typing import Any, Literal

Stage = Literal[
    "unpaid", "new", "confirmed", "ready", "shipped", "delivered", "completed", "asked", "failed",
    "returning", "returned", "canceled",
]  # fmt: skip
RANK: dict[str, int] = {
    "unpaid": 0, "asked": 1, "new": 2, "confirmed": 3, "ready": 4, "shipped": 5, "delivered": 6,
    "completed": 7, "failed": 8, "returning": 9, "returned": 10, "canceled": 11,
}  # fmt: skip
"""An order is as far as its hindmost line."""

MOVES: dict[str, tuple[frozenset[str], Stage]] = {
    "pay": (frozenset({"unpaid"}), "new"),
    "confirm": (frozenset({"new"}), "confirmed"),
    "ready": (frozenset({"new", "confirmed"}), "ready"),
    "ship": (frozenset({"new", "confirmed", "ready"}), "shipped"),
    "deliver": (frozenset({"shipped"}), "delivered"),
    "complete": (frozenset({"delivered"}), "completed"),
    "ask": (frozenset({"new", "confirmed"}), "asked"),
    "refuse": (frozenset({"asked"}), "new"),
    "cancel": (frozenset({"unpaid", "new", "confirmed", "ready", "asked"}), "canceled"),
    "fail": (frozenset({"shipped"}), "failed"),
    "return": (frozenset({"delivered", "completed"}), "returning"),
    "take_back": (frozenset({"returning"}), "returned"),
}
"""Action to the stages it may start from and the one it leads to; "refuse" leads back to where the line was."""


class SoldOut(ValueError):
    """The platform has not so many pieces to sell."""


class NotOnSale(ValueError):
    """No live listing sells this."""


class WrongStage(ValueError):
    """The order is in no stage that this action starts from."""


@dataclass
class Line:
    """Pieces of one SKU in one stage; price in dong a piece. `held` says where the platform took the stock from."""

    number: int
    listing_id: str
    variant_id: str
    sku: str
    title: str
    variant: str
    price: int
    quantity: int
    stage: Stage = "new"
    was: Stage = "new"
    held: Any = None
    extra: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Buyer:
    """A made-up person, masked as the platforms mask them."""

    name: str
    phone: str
    address: str
    province: str


@dataclass
class Order:
    """One order; times are epoch seconds. Before `visible_at` it holds stock, but no list and no push knows it."""

    id: str
    at: float
    updated: float
    visible_at: float
    buyer: Buyer
    cod: bool
    lines: list[Line]
    paid_at: float | None = None
    by: str = ""
    reason: str = ""
    waybill: str = ""
    history: list[tuple[float, Stage]] = field(default_factory=list)
    extra: dict[str, Any] = field(default_factory=dict)

    @property
    def stage(self) -> Stage:
        return min((line.stage for line in self.lines), key=RANK.__getitem__)

    @property
    def goods(self) -> int:
        """What the pieces not cancelled cost together, in dong."""
        return sum(line.price * line.quantity for line in self.lines if line.stage != "canceled")

    def moment(self, stage: Stage) -> float | None:
        """When the order first came to this stage."""
        return next((at for at, reached in self.history if reached == stage), None)

    def part(self, wanted: dict[str, int], stages: Iterable[str]) -> list[Line]:
        """Lines with exactly so many pieces per SKU or variant id in those stages, split where needed."""
        found: list[Line] = []
        for name, pieces in wanted.items():
            open_lines = [x for x in self.lines if name in (x.sku, x.variant_id) and x.stage in stages]
            if pieces < 1 or sum(line.quantity for line in open_lines) < pieces:
                raise WrongStage(f"order {self.id} has not {pieces} of {name} for that")
            for line in open_lines:
                if pieces:
                    found.append(self._split(line, min(pieces, line.quantity)))
                    pieces -= found[-1].quantity
        return found

    def _split(self, line: Line, pieces: int) -> Line:
        if pieces == line.quantity:
            return line
        number = 1 + max(one.number for one in self.lines)
        cut = replace(line, number=number, quantity=pieces, extra=dict(line.extra))
        line.quantity -= pieces
        self.lines.insert(self.lines.index(line) + 1, cut)
        return cut
