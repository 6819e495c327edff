"""How Tiki sells: an order reserves pieces of one warehouse; what the seller calls available falls at hand-over."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from sandbox import till
from sandbox.orders import Line, NotOnSale, Order, SoldOut, Stage
from sandbox.tiki import events
from sandbox.tiki.state import PICKUP, Product

if TYPE_CHECKING:
    from sandbox.tiki.market import Market

STATUSES: dict[str, str] = {
    "new": "queueing", "asked": "queueing", "confirmed": "picking", "ready": "ready_to_ship", "shipped": "shipping",
    "delivered": "successful_delivery", "completed": "complete", "returning": "complete", "returned": "returned",
    "canceled": "canceled", "failed": "canceled",
}  # fmt: skip
RESERVING = ("unpaid", "new", "asked", "confirmed")


class Till(till.Till):
    partial = False

    def __init__(self, market: "Market") -> None:
        super().__init__(market.world, market.name, market.switches)
        self.market = market

    def number(self, at: float) -> str:
        return str(510_000_000 + 1000 * len(self.orders) + self.chance.randrange(1000))

    def word(self, order: Order) -> str:
        if forced := order.extra.get("status"):
            return str(forced)
        if order.stage == "unpaid":
            return "processing" if order.cod else "waiting_payment"
        return STATUSES[order.stage]

    def _product(self, line: Line) -> Product | None:
        return self.market.products.get(int(line.variant_id)) if line.variant_id.isdigit() else None

    def offer(self, listing_id: str, variant_id: str) -> Line:
        held = self.market.products.get(int(variant_id)) if variant_id.isdigit() else None
        if held is None or not held.active or held.hidden or held.foreign:
            raise NotOnSale(f"product {variant_id} is not on sale")
        facts = {"sku": held.sku, "master_id": held.master_id, "picture": next(iter(held.pictures), ""),
                 "base": held.base}  # fmt: skip
        name = ", ".join(held.options.values())
        return Line(0, listing_id, variant_id, held.original_sku, held.name, name, held.price, 0, extra=facts)

    def take(self, line: Line) -> None:
        """From the first warehouse that has enough; one line never comes out of two."""
        held = self._product(line)
        for place, pieces in list(held.available.items()) if held else ():
            if held and place in PICKUP and pieces - held.reserved.get(place, 0) >= line.quantity:
                line.held = place
                self._stock(held, place, reserved=line.quantity)
                return
        raise SoldOut(f"{line.sku}: no warehouse has {line.quantity}")

    def _stock(self, held: Product, place: int, reserved: int = 0, available: int = 0) -> None:
        before = events.figures(held, place)
        held.reserved[place] = max(0, held.reserved.get(place, 0) + reserved)
        held.available[place] = max(0, held.available.get(place, 0) + available)
        events.stock(self.market, held, place, before)

    def shift(self, line: Line, after: Stage) -> None:
        held = self._product(line)
        if held is None or line.held is None:
            return
        if self._reserves(line.stage) and not self._reserves(after):
            self._stock(held, line.held, -line.quantity, 0 if after == "canceled" else -line.quantity)
        elif after in ("returned", "failed") and self.switches["return_restores_stock"]:
            self._stock(held, line.held, available=line.quantity)

    def _reserves(self, stage: Stage) -> bool:
        return stage in RESERVING or (stage == "ready" and bool(self.switches["ready_reserves"]))

    def placed(self, order: Order) -> None:
        order.extra["id"] = 176_000_000 + len(self.orders)
        sla = float(self.switches["confirm_hours"])
        order.extra["confirm_by"] = order.at + 3600 * (sla or 24)
        if sla:
            self.later(order, order.extra["confirm_by"], "expire new")

    def moved(self, order: Order, lines: Sequence[Line], at: float) -> None:
        order.extra.pop("status", None)
        if any(line.stage in ("shipped", "ready") for line in lines) and not order.waybill:
            order.waybill = f"TK{order.id}"
        if order.stage == "canceled":
            order.extra["canceled_at"] = at

    def told(self, order: Order, lines: Sequence[Line], at: float) -> None:
        self.tell(order, at)

    def tell(self, order: Order, at: float) -> None:
        """Created when it reaches queueing, updated at every later status."""
        status = self.word(order)
        at = max(at, order.visible_at)
        if status in ("processing", "waiting_payment"):
            return
        if not order.extra.get("announced"):
            order.extra["announced"] = True
            created: dict[str, Any] = {"order_code": order.id}
            if self.switches["created_event_status"]:
                created["status"] = status
            events.emit(self.market, "ORDER_CREATED_SUCCESSFULLY", created, at)
            if status == "queueing":
                return
        data = {"order_code": order.id, "orderCode": order.id, "status": status}
        events.emit(self.market, "ORDER_STATUS_UPDATED", data, at)
