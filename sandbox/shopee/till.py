"""How Shopee sells: stock is taken when an order is placed (or paid), promotions sell out of their own reserve."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from sandbox import till
from sandbox.orders import Line, NotOnSale, Order, SoldOut, Stage
from sandbox.shopee import notices
from sandbox.shopee.hand import sku_of
from sandbox.shopee.state import Item, Model

if TYPE_CHECKING:
    from sandbox.shopee.market import Market

STATUSES: dict[str, str] = {
    "unpaid": "UNPAID",
    "new": "READY_TO_SHIP",
    "confirmed": "PROCESSED",
    "ready": "PROCESSED",
    "shipped": "SHIPPED",
    "delivered": "TO_CONFIRM_RECEIVE",
    "completed": "COMPLETED",
    "asked": "IN_CANCEL",
    "returning": "TO_RETURN",
    "returned": "COMPLETED",
    "canceled": "CANCELLED",
}
LETTERS = "ABCDEFGHJKLMNPQRSTUVWXYZ0123456789"


@dataclass
class Held:
    """Pieces taken per warehouse, and the promotion that they came out of (0: ordinary stock)."""

    places: dict[str, int]
    promotion_id: int = 0


class Till(till.Till):
    def __init__(self, market: "Market") -> None:
        super().__init__(market.world, market.name, market.switches)
        self.market = market

    def number(self, at: float) -> str:
        day = datetime.fromtimestamp(at, UTC) + timedelta(hours=7)
        return f"{day:%y%m%d}{''.join(self.chance.choices(LETTERS, k=8))}"

    def word(self, order: Order) -> str:
        if order.stage == "failed":
            return str(self.switches["failed_delivery_status"])
        if order.stage == "returning" and order.moment("completed"):
            return "COMPLETED"  # a return after completion leaves the order's own status alone
        return STATUSES[order.stage]

    def offer(self, listing_id: str, variant_id: str) -> Line:
        item, model = self._find(listing_id, variant_id)
        if item is None or model is None or item.status != "NORMAL":
            raise NotOnSale(f"item {listing_id} model {variant_id} is not on sale")
        name = item.option_names(model) if item.tiers else ""
        title = item.fields["item_name"]
        return Line(0, listing_id, variant_id, sku_of(item, model), title, name, model.current_price, 0,
                    extra=_facts(item, model))  # fmt: skip

    def _find(self, listing_id: str, variant_id: str) -> tuple[Item | None, Model | None]:
        item = self.market.items.get(int(listing_id)) if listing_id.isdigit() else None
        return item, item.model(int(variant_id)) if item and variant_id.isdigit() else None

    def take(self, line: Line) -> None:
        if line.stage == "unpaid" and self.switches["stock_deducted_at"] == "paid":
            _, model = self._find(line.listing_id, line.variant_id)
            if model is None or not self._source(model, line.quantity):
                raise SoldOut(f"{line.sku}: too few for {line.quantity}")
            return
        self._deduct(line)

    def _source(self, model: Model, pieces: int) -> str:
        """Where so many pieces can come from: the promotion's reserve first, else what is free."""
        if model.promotion and min(model.promotion.reserved, model.on_hand) >= pieces:
            return "promotion"
        return "free" if model.available >= pieces else ""

    def _deduct(self, line: Line) -> None:
        _, model = self._find(line.listing_id, line.variant_id)
        source = self._source(model, line.quantity) if model else ""
        if model is None or not source:
            raise SoldOut(f"{line.sku}: fewer than {line.quantity} left")
        line.held = Held(_take_from(model, line.quantity))
        if source == "promotion" and model.promotion:
            line.held.promotion_id = model.promotion.promotion_id
            self._reserve(line, model, -line.quantity)

    def _reserve(self, line: Line, model: Model, change: int) -> None:
        promotion = model.promotion
        assert promotion is not None
        line.extra["reserved"] = (promotion.reserved, promotion.reserved + change)
        promotion.reserved += change

    def shift(self, line: Line, after: Stage) -> None:
        if line.stage == "unpaid" and after == "new" and line.held is None:
            self._deduct(line)
        elif (
            after == "canceled"
            or (after == "failed" and self.switches["failed_delivery_restores_stock"])
            or (after == "returned" and self.switches["return_restores_stock"])
        ):
            self._give_back(line)

    def _give_back(self, line: Line) -> None:
        item, model = self._find(line.listing_id, line.variant_id)
        if line.held is None or item is None or model is None:
            return
        place = next(iter(line.held.places))
        model.stock[place] = model.stock.get(place, 0) + line.quantity
        if model.promotion and model.promotion.promotion_id == line.held.promotion_id:
            self._reserve(line, model, line.quantity)
        line.held = None

    def act(self, order_id: str, action: str, **how: Any) -> Order:
        """With deduction at payment, an order that finds nothing left when it is paid is cancelled instead."""
        order = self.orders[order_id]
        if action == "pay" and order.stage == "unpaid" and not self._enough(order):
            return super().act(order_id, "cancel", at=how.get("at"), by="system", reason="OUT_OF_STOCK")
        return super().act(order_id, action, **how)

    def _enough(self, order: Order) -> bool:
        for line in order.lines:
            _, model = self._find(line.listing_id, line.variant_id)
            if line.held is None and (model is None or not self._source(model, line.quantity)):
                return False
        return True

    def moved(self, order: Order, lines: Sequence[Line], at: float) -> None:
        if any(line.stage == "returning" for line in lines):
            chosen = [line for line in lines if line.stage == "returning"]
            self.market.returns.open(order, chosen, at)
        elif any(line.stage == "returned" for line in lines):
            self.market.returns.close(order, at)

    def told(self, order: Order, lines: Sequence[Line], at: float) -> None:
        at = max(at, order.visible_at)
        notices.order_status(self.market, order, self.word(order), at)
        for line in lines:
            if "reserved" in line.extra:
                action = "cancel_order" if line.stage == "canceled" else "place_order"
                notices.reserved_stock(self.market, order, line, action, at)


def _take_from(model: Model, pieces: int) -> dict[str, int]:
    taken: dict[str, int] = {}
    for place, held in model.stock.items():
        part = min(held, pieces - sum(taken.values()))
        if part > 0:
            model.stock[place] = held - part
            taken[place] = part
    return taken


def _facts(item: Item, model: Model) -> dict[str, Any]:
    """What an order keeps of the listing as it was when it was sold."""
    promotion = model.promotion
    return {
        "item_sku": item.fields.get("item_sku", ""), "model_sku": model.sku if item.tiers else "",
        "original_price": model.price, "weight": model.weight,
        "image": next(iter(item.fields["image"]["image_id_list"]), ""),
        "promotion_id": promotion.promotion_id if promotion else 0,
    }  # fmt: skip
