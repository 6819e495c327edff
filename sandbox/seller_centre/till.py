"""How a seller centre sells: one stock figure, whole orders only, and for one of them a day to say yes."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from sandbox import till
from sandbox.orders import Line, NotOnSale, Order, SoldOut, Stage
from sandbox.seller_centre.checks import VIETNAM
from sandbox.seller_centre.goods import Product, Variant

if TYPE_CHECKING:
    from sandbox.seller_centre.centre import Centre

SHIPPING_FEE = 30_000


class Till(till.Till):
    partial = False

    def __init__(self, centre: "Centre") -> None:
        super().__init__(centre.world, centre.name, centre.switches)
        self.centre = centre

    def number(self, at: float) -> str:
        day = datetime.fromtimestamp(at, UTC).astimezone(VIETNAM)
        return self.centre.order_words.number.format(day=f"{day:%y%m%d}", count=len(self.orders) + 1)

    def word(self, order: Order) -> str:
        return self.centre.order_words.states[order.stage]

    def _find(self, listing_id: str, variant_id: str) -> tuple[Product | None, Variant | None]:
        try:
            return self.centre.shelf.find(listing_id, variant_id)
        except KeyError:
            return None, None

    def offer(self, listing_id: str, variant_id: str) -> Line:
        product, variant = self._find(listing_id, variant_id)
        if product is None or variant is None or product.state() != "live":
            raise NotOnSale(f"variant {variant_id} is not on sale")
        mark = self.centre.dialect.axis_mark
        axes = "; ".join(f"{name}{mark}{value}" for name, value in variant.axes)
        return Line(0, listing_id, variant_id, variant.sku, product.title, axes, variant.price, 0)

    def take(self, line: Line) -> None:
        _, variant = self._find(line.listing_id, line.variant_id)
        if variant is None or variant.stock < line.quantity:
            raise SoldOut(f"{line.sku}: fewer than {line.quantity} left")
        variant.stock -= line.quantity

    def shift(self, line: Line, after: Stage) -> None:
        back = after == "canceled" or (after in ("returned", "failed") and self.switches["return_restores_stock"])
        _, variant = self._find(line.listing_id, line.variant_id)
        if back and variant:
            variant.stock += line.quantity

    def placed(self, order: Order) -> None:
        hours = float(self.switches["confirm_hours"])
        if hours:
            self.later(order, order.at + 3600 * hours, "expire new")

    def moved(self, order: Order, lines: Sequence[Line], at: float) -> None:
        if order.stage in ("ready", "shipped") and not order.waybill:
            order.waybill = f"{self.centre.order_words.waybill}{self.chance.randrange(10**8, 10**9)}"
