"""How Lazada sells: every piece is an order item of its own, and stock moves between four figures."""

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from sandbox import till
from sandbox.lazada import notices
from sandbox.lazada.items import shop_sku
from sandbox.lazada.orders import VIETNAM
from sandbox.lazada.state import Sku, Special
from sandbox.orders import RANK, Line, NotOnSale, Order, SoldOut, Stage

if TYPE_CHECKING:
    from sandbox.lazada.market import Market

STATUSES: dict[str, str] = {
    "unpaid": "unpaid", "new": "pending", "asked": "pending", "confirmed": "packed", "ready": "ready_to_ship",
    "shipped": "shipped", "delivered": "delivered", "completed": "confirmed", "returning": "delivered",
    "returned": "returned", "canceled": "canceled",
}  # fmt: skip
HELD: dict[str, str] = {"unpaid": "withhold", "new": "occupy", "asked": "occupy", "confirmed": "occupy"}
"""Which figure holds a piece in a stage; from ready_to_ship on it is in none, and total is smaller."""


class Till(till.Till):
    per_unit = True

    def __init__(self, market: "Market") -> None:
        super().__init__(market.world, market.name, market.switches)
        self.market = market

    def number(self, at: float) -> str:
        return str(260_422_900_000_000 + len(self.orders) * 10_000_000 + self.chance.randrange(100_000))

    def status(self, line: Line) -> str:
        """The platform's word for one order item."""
        if line.stage == "failed":
            return str(self.switches["failed_status"])
        return STATUSES[line.stage]

    def statuses(self, order: Order) -> list[str]:
        return list(dict.fromkeys(self.status(line) for line in sorted(order.lines, key=lambda x: RANK[x.stage])))

    def word(self, order: Order) -> str:
        return ",".join(self.statuses(order))

    def _sku(self, line: Line) -> Sku | None:
        found = self.market.state.find(int(line.listing_id), int(line.variant_id))
        return found[1] if found else None

    def offer(self, listing_id: str, variant_id: str) -> Line:
        known = listing_id.isdigit() and variant_id.isdigit()
        found = self.market.state.find(int(listing_id), int(variant_id)) if known else None
        if found is None or found[0].status != "Active" or found[1].status != "active":
            raise NotOnSale(f"SKU {variant_id} of item {listing_id} is not on sale")
        item, sku = found
        price = sku.special.price if sku.special and self._runs(sku.special) else sku.price
        name = ",".join(f"{axis}:{value}" for axis, value in sku.sale_prop.items())
        facts = {"shop_sku": shop_sku(item, sku), "image": next(iter([*sku.images, *item.images]), ""),
                 "item_price": sku.price}  # fmt: skip
        title = item.attributes.get("name", "")
        return Line(0, listing_id, variant_id, sku.seller_sku, title, name, price, 0, extra=facts)

    def _runs(self, special: Special) -> bool:
        """Whether a sale price holds now; its ends are local times, a bare date counts whole."""
        now = datetime.fromtimestamp(self.world.clock.now(), VIETNAM).strftime("%Y-%m-%d %H:%M:%S")
        end = f"{special.end} 23:59:59" if len(special.end) == 10 else special.end
        return special.start <= now and (not end or now <= end)

    def take(self, line: Line) -> None:
        sku = self._sku(line)
        if sku is None or sku.sellable < line.quantity:
            raise SoldOut(f"{line.sku}: fewer than {line.quantity} left")
        sku.sellable -= line.quantity
        sku.campaign = min(sku.campaign, sku.sellable)
        _change(sku, HELD[line.stage], line.quantity)
        line.held = True

    def shift(self, line: Line, after: Stage) -> None:
        sku = self._sku(line)
        if sku is None:
            return
        before, then = HELD.get(line.stage), HELD.get(after)
        if before:
            _change(sku, before, -line.quantity)
        if then:
            _change(sku, then, line.quantity)
        back = after == "canceled" and (before or self.switches["late_cancel_restores_stock"])
        if back or (after in ("failed", "returned") and self.switches["return_restores_stock"]):
            sku.sellable += line.quantity

    def placed(self, order: Order) -> None:
        for line in order.lines:
            line.extra["order_item_id"] = int(order.id) + 100_000 * line.number

    def moved(self, order: Order, lines: Sequence[Line], at: float) -> None:
        for line in lines:
            if line.stage in ("asked", "canceled", "returning", "returned"):
                line.extra.setdefault("reverse_order_id", int(order.id) + 7)
                line.extra.setdefault("reverse_begun", at)
                line.extra["reversed_at"] = at
            if line.stage in ("confirmed", "ready", "shipped"):
                line.extra.setdefault("package_id", f"FP{order.id[-9:]}")

    def _move(self, order: Order, lines: list[Line], after: Stage, at: float) -> None:
        before = order.updated
        super()._move(order, lines, after, at)
        if after in ("returning", "returned") and not self.switches["return_moves_order"]:
            order.updated = before

    def cancel(self, order: Order, lines: list[Line], reason: str) -> None:
        """The seller cancels these pieces."""
        order.by, order.reason = "seller", reason
        self._move(order, lines, "canceled", self.world.clock.now())

    def empty(self, line: Line) -> None:
        """What the platform does with a SKU that its seller cannot deliver."""
        sku = self._sku(line)
        if sku:
            sku.sellable = 0

    def told(self, order: Order, lines: Sequence[Line], at: float) -> None:
        at = max(at, order.visible_at)
        for line in lines:
            notices.order_item(self.market, order, line, at)
            notices.reverse(self.market, order, line, at)
        for sku in {line.variant_id: self._sku(line) for line in lines}.values():
            if sku and sku.sellable < notices.SHALLOW and any(line.stage in HELD for line in lines):
                notices.shallow(self.market, sku, at)


def _change(sku: Sku, figure: str, pieces: int) -> None:
    """Never below zero: a hand edit may have moved the figure meanwhile."""
    setattr(sku, figure, max(0, getattr(sku, figure) + pieces))
