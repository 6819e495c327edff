"""Where a marketplace sells: it takes stock, keeps orders, moves them on and says so. Platforms fill in the hooks."""

import heapq
import itertools
from collections.abc import Sequence
from random import Random
from typing import TYPE_CHECKING, Any

from sandbox.orders import MOVES, Buyer, Line, NotOnSale, Order, SoldOut, Stage, WrongStage

if TYPE_CHECKING:
    from sandbox.world import World

__all__ = ["NotOnSale", "SoldOut", "Till"]

Basket = Sequence[tuple[str, str, int]]
"""Listing id, variant id and pieces."""

NAMES = ("Nguyễn", "Trần", "Lê", "Phạm", "Hoàng", "Phan", "Vũ", "Đặng", "Bùi", "Đỗ")
PROVINCES = ("Hà Nội", "Hồ Chí Minh", "Đà Nẵng", "Hải Phòng", "Cần Thơ", "Nghệ An", "Lâm Đồng", "Quảng Ninh")


OVERDUE = {"unpaid": "Quá hạn thanh toán", "new": "Quá hạn duyệt đơn", "asked": "Người bán không trả lời"}
"""Why an order that stayed too long in a stage was cancelled."""

ANSWER_SECONDS = 2 * 86_400
"""How long a seller may leave a buyer who asks to cancel without an answer."""


class Till:
    """The orders of one marketplace; a hook never fails but `take`."""

    per_unit = False
    """Every piece is a line of its own."""
    partial = True
    """Parts of an order can be cancelled."""

    def __init__(self, world: "World", name: str, switches: dict[str, Any]) -> None:
        self.world, self.name, self.switches = world, name, switches
        self.chance = Random(f"{name} orders {world.seed}")
        self.orders: dict[str, Order] = {}
        self._due: list[tuple[float, int, str, str, str]] = []
        self._count = itertools.count()

    # Hooks of the platform

    def offer(self, listing_id: str, variant_id: str) -> Line:
        """A line of no pieces with today's facts; NotOnSale when no buyer sees it."""
        raise NotImplementedError

    def take(self, line: Line) -> None:
        """Takes the line's pieces out of what may be sold, as for stage unpaid or new; SoldOut when too few."""
        raise NotImplementedError

    def shift(self, line: Line, after: Stage) -> None:
        """What happens to stock when a line leaves its stage for the next."""

    def told(self, order: Order, lines: Sequence[Line], at: float) -> None:
        """Pushes and events about these lines, which have just come to their stage."""

    def number(self, at: float) -> str:
        raise NotImplementedError

    def word(self, order: Order) -> str:
        """The platform's word for the order's state."""
        raise NotImplementedError

    # Selling

    def sell(
        self, basket: Basket, *, at: float | None = None, lag: float | None = None, paid: bool = True, cod: bool = True
    ) -> Order:
        """Places an order, all or nothing; `lag` seconds until lists show it (None: as the switch says)."""
        at = self.world.clock.now() if at is None else at
        if lag is None:
            lag = self.chance.uniform(0, float(self.switches["order_lag_seconds"]))
        lines = self._lines(basket)
        for line in lines:
            line.stage = line.was = "new" if paid else "unpaid"
        self._take_all(lines)
        order = Order(self.number(at), at, at, at + lag, self._buyer(), cod, lines, at if paid else None)
        order.history.append((at, order.stage))
        self.orders[order.id] = order
        if not paid:
            self.later(order, at + 60 * float(self.switches["unpaid_minutes"]), "expire unpaid")
        self.placed(order)
        self.told(order, lines, at)
        return order

    def placed(self, order: Order) -> None:
        """More that a new order brings along, such as a deadline."""

    def _lines(self, basket: Basket) -> list[Line]:
        lines: list[Line] = []
        for listing_id, variant_id, pieces in basket:
            if pieces < 1:
                raise ValueError("nobody buys less than one piece")
            for quantity in [1] * pieces if self.per_unit else [pieces]:
                line = self.offer(listing_id, variant_id)
                line.number, line.quantity = len(lines) + 1, quantity
                lines.append(line)
        if not lines:
            raise ValueError("an order needs a line")
        return lines

    def _take_all(self, lines: list[Line]) -> None:
        for done, line in enumerate(lines):
            try:
                self.take(line)
            except SoldOut:
                for taken in lines[:done]:
                    self.shift(taken, "canceled")
                raise

    def _buyer(self) -> Buyer:
        name, tail = self.chance.choice(NAMES), self.chance.randrange(100)
        return Buyer(f"{name[0]}***", f"84********{tail:02d}", "***", self.chance.choice(PROVINCES))

    # Moving on

    def act(
        self, order_id: str, action: str, *, at: float | None = None, part: dict[str, int] | None = None,
        by: str = "seller", reason: str = "",
    ) -> Order:  # fmt: skip
        """Moves the lines that can make this step, or the named pieces; WrongStage when there are none."""
        order = self.orders[order_id]
        starts, after = MOVES[action]
        if part and not self.partial and action in ("cancel", "return"):
            raise WrongStage(f"{self.name} cancels and takes back whole orders only")
        lines = order.part(part, starts) if part else [line for line in order.lines if line.stage in starts]
        if not lines:
            raise WrongStage(f"order {order_id} is {order.stage}: {action} starts from {', '.join(sorted(starts))}")
        at = self.world.clock.now() if at is None else at
        if action == "pay":
            order.paid_at = at
        if action in ("cancel", "ask", "fail", "return"):
            order.by, order.reason = by, reason
        self._move(order, lines, after, at)
        return order

    def _move(self, order: Order, lines: list[Line], after: Stage, at: float) -> None:
        for line in lines:
            target = line.was if line.stage == "asked" and after == "new" else after
            self.shift(line, target)
            line.was, line.stage = line.stage, target
        order.updated = at
        order.history.append((at, order.stage))
        if after == "asked":
            self.later(order, at + ANSWER_SECONDS, "expire asked")
        self.moved(order, lines, at)
        self.told(order, lines, at)

    def moved(self, order: Order, lines: Sequence[Line], at: float) -> None:
        """More that a step brings along, such as a waybill or a return's own record."""

    def later(self, order: Order, at: float, action: str, by: str = "system") -> None:
        """Lets the step happen then, if the order still can make it."""
        heapq.heappush(self._due, (at, next(self._count), order.id, action, by))

    def tick(self, now: float) -> None:
        """What was due happens, each step at its own time."""
        while self._due and self._due[0][0] <= now:
            at, _, order_id, action, by = heapq.heappop(self._due)
            self.step(order_id, action, at, by)

    def step(self, order_id: str, action: str, at: float, by: str) -> None:
        """A step that nobody is waiting for: nothing happens when the order has gone another way."""
        order = self.orders[order_id]
        part, reason = None, ""
        if action.startswith("expire "):
            stage = action.removeprefix("expire ")
            if order.stage != stage:
                return
            action, reason = "cancel", OVERDUE[stage]
        if action == "cancel_one":
            action, several = "cancel", sum(line.quantity for line in order.lines) > 1
            part = {order.lines[0].variant_id: 1} if several else None
        try:
            self.act(order_id, action, at=at, part=part, by=by, reason=reason)
        except WrongStage:
            return

    # Reading

    def seen(self) -> list[Order]:
        """Orders that the platform's own lists show by now, oldest first."""
        now = self.world.clock.now()
        return [order for order in self.orders.values() if order.visible_at <= now]

    def find(self, order_id: str) -> Order | None:
        """An order by its id, unless it has not shown up yet."""
        order = self.orders.get(order_id)
        return order if order and order.visible_at <= self.world.clock.now() else None
