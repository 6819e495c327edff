"""A person in the seller centre: listings as shown to visitors, and edits no API call made."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from sandbox.market import Shown, ShownVariant, State
from sandbox.shopee import notices, rules
from sandbox.shopee.categories import BY_ID
from sandbox.shopee.errors import Refusal
from sandbox.shopee.state import DELETED, Item, Model, Promotion

if TYPE_CHECKING:
    from sandbox.shopee.market import Market

STATES: dict[str, State] = {
    "NORMAL": "live",
    "UNLIST": "hidden",
    "REVIEWING": "review",
    "BANNED": "banned",
    "SELLER_DELETE": "deleted",
    "SHOPEE_DELETE": "deleted",
}


def shown(item: Item) -> Shown:
    return Shown(
        listing_id=str(item.item_id),
        title=item.fields["item_name"],
        state=STATES[item.status],
        variants=tuple(_variant(item, model) for model in item.models),
        picture_ids=tuple(item.fields["image"]["image_id_list"]),
        url=f"/shop/{item.item_id}",
        description=item.fields["description"],
        category=BY_ID[item.fields["category_id"]].vi,
        note=item.violation["violation_reason"] if item.violation else "",
        shop=str(item.shop_id),
    )


def sku_of(item: Item, model: Model) -> str:
    return str(model.sku or item.fields.get("item_sku", ""))


def _variant(item: Item, model: Model) -> ShownVariant:
    name = item.option_names(model) if item.tiers else ""
    return ShownVariant(str(model.model_id), sku_of(item, model), name, model.current_price, model.available)


def edit(market: "Market", item: Item, change: dict[str, Any]) -> None:
    """Carries out one change; KeyError for an unknown SKU, ValueError for a bad value."""
    if item.status in DELETED:
        raise ValueError(f"item {item.item_id} is deleted")
    unknown = change.keys() - EDITS.keys()
    if unknown or not change:
        raise ValueError(f"unknown change {sorted(unknown)}; there are {', '.join(EDITS)}")
    for name, value in change.items():
        try:
            EDITS[name](market, item, value)
        except Refusal as refusal:
            raise ValueError(refusal.message) from refusal


def _title(market: "Market", item: Item, value: Any) -> None:
    rules.check_title(market.switches, value)
    item.fields = item.fields | {"item_name": value}
    item.updated = market.world.clock.now()


def _models(item: Item, values: dict[str, Any]) -> list[tuple[Model, Any]]:
    by_sku = {sku_of(item, model): model for model in item.models}
    return [(by_sku[sku], value) for sku, value in values.items()]


def _price(market: "Market", item: Item, value: dict[str, Any]) -> None:
    for model, price in _models(item, value):
        old, model.price = model.price, rules.price(market.switches, price)
        notices.price(market, item, model, old)


def _stock(market: "Market", item: Item, value: dict[str, Any]) -> None:
    """The first warehouse takes the figure, the others go to zero."""
    for model, pieces in _models(item, value):
        first, *others = market.switches["warehouses"]
        rows = [{"location_id": first, "stock": pieces}, *({"location_id": o, "stock": 0} for o in others)]
        model.stock = rules.stock(market.switches, rows)


def _visible(market: "Market", item: Item, value: Any) -> None:
    if item.status not in ("NORMAL", "UNLIST"):
        raise ValueError(f"item is {item.status}")
    item.set_status("NORMAL" if value else "UNLIST", market.world.clock.now())
    item.updated = market.world.clock.now()


def _delete(market: "Market", item: Item, value: Any) -> None:
    if value:
        item.set_status("SELLER_DELETE", market.world.clock.now())
        item.updated = market.world.clock.now()


def _ban(market: "Market", item: Item, value: Any) -> None:
    """A reason bans; nothing lifts the ban."""
    if value:
        market.conclude(item, "BANNED", str(value))
    elif item.status == "BANNED":
        market.conclude(item, "NORMAL")
    item.updated = market.world.clock.now()


def _promotion(market: "Market", item: Item, value: Any) -> None:
    """{"price", "reserved", "seconds", "sku"?} locks one model or all; nothing ends the promotion."""
    models = [pair[0] for pair in _models(item, {value["sku"]: 0})] if value and "sku" in value else item.models
    now = market.world.clock.now()
    market.waiting[item.item_id] = item
    for model in models:
        if not value:
            if model.promotion:
                ended, model.promotion = model.promotion, None
                notices.promotion(market, item, model, ended, "promo_cancelled")
            continue
        price, reserved = int(value.get("price", model.price)), int(value.get("reserved", 0))
        if reserved > model.on_hand:
            raise ValueError(f"cannot reserve {reserved} of {model.on_hand}")
        model.promotion = Promotion(
            market.next_promotion_id(), price, reserved, now, now + float(value.get("seconds", 3600))
        )
        notices.promotion(market, item, model, model.promotion, "promo_lock_stock")


EDITS: dict[str, Callable[["Market", Item, Any], None]] = {
    "title": _title,
    "price": _price,
    "stock": _stock,
    "visible": _visible,
    "delete": _delete,
    "ban": _ban,
    "promotion": _promotion,
}
