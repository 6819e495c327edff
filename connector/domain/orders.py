"""What a shop's orders are to stock: readings of order lines, and what a line has done to the ledger so far.

An open line reserves; goods leave the ledger when they leave the house, and come back to it when they are back in the
house. So on hand is what can be counted on the shelf, and what may still be sold is on hand less reserved, always.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum


class OrderState(StrEnum):
    """A platform's order states reduced to what they mean for stock; in this order when two readings are as old."""

    OPEN = "open"  # placed, paid or not, still in the house
    SHIPPED = "shipped"  # handed to the carrier
    DONE = "done"  # with the buyer
    FAILED = "failed"  # could not be delivered: on its way back, or lost
    CANCELLED = "cancelled"
    RETURNED = "returned"  # back in the house


@dataclass(frozen=True, slots=True)
class OrderLine:
    """One line of an order in pieces of what was sold. `line` is unique in the order, never changes and has no #; `sku`
    is the seller's, `variant` the platform's id where it does not echo the SKU; `state` where lines have their own."""

    line: str
    quantity: int
    sku: str = ""
    variant: str = ""
    cancelled: int = 0
    returned: int = 0
    state: OrderState | None = None


@dataclass(frozen=True, slots=True)
class OrderSeen:
    """One reading of one order, whole, without anything about the buyer. `raw_state` is the platform's own word."""

    number: str
    state: OrderState
    lines: Sequence[OrderLine]
    placed_at: datetime
    updated_at: datetime
    raw_state: str = ""

    def state_of(self, line: OrderLine) -> OrderState:
        return line.state or self.state


@dataclass(frozen=True, slots=True)
class Cursor:
    """How far a shop's orders were read: every change before `until` has been yielded. `mark` is the adapter's own."""

    until: datetime
    mark: str = ""


@dataclass(frozen=True, slots=True)
class Booked:
    """What one line has done to the ledger, in pieces of what was sold: `reserved` now; `sold`, `cancelled` (given
    back after it was sold) and `returned` for ever, each of them only growing."""

    reserved: int = 0
    sold: int = 0
    cancelled: int = 0
    returned: int = 0

    def claimed(self, *, returns_restock: bool = False) -> int:
        """The pieces that the platform has taken off its own number for this line."""
        return self.reserved + self.sold - self.cancelled - (self.returned if returns_restock else 0)


def book(line: OrderLine, state: OrderState, before: Booked) -> Booked:
    """What the line has done once this reading is absorbed; the same reading again changes nothing.

    A cancellation after the goods have left moves nothing: they are on their way, and count when they are back.
    """
    active = max(line.quantity - line.cancelled, 0)
    if not before.sold and state in (OrderState.OPEN, OrderState.CANCELLED):
        return replace(before, reserved=active if state is OrderState.OPEN else 0)
    sold = max(before.sold, active)
    on_the_way = state in (OrderState.CANCELLED, OrderState.FAILED)
    cancelled = before.cancelled if on_the_way else max(before.cancelled, min(sold - active, sold - before.returned))
    back = line.returned or (active if state is OrderState.RETURNED else 0)
    returned = max(before.returned, min(back, sold - cancelled))
    return Booked(0, sold, cancelled, returned)


def supersedes(new: OrderSeen, updated_at: datetime, state: OrderState) -> bool:
    """Whether a reading may replace the one stored: newer by the platform's clock, or as old and no less advanced."""
    ranks = list(OrderState)
    return new.updated_at > updated_at or (
        new.updated_at == updated_at and ranks.index(new.state) >= ranks.index(state)
    )
