"""The shop as a person sees and changes it in the seller centre."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from sandbox.lazada import notices
from sandbox.lazada.categories import BY_ID
from sandbox.lazada.state import Item, Sku, Special
from sandbox.market import Shown, ShownVariant, State

if TYPE_CHECKING:
    from sandbox.lazada.market import Market

STATES: dict[str, State] = {
    "Active": "live", "InActive": "hidden", "Pending QC": "review", "Suspended": "banned",
    "Deleted": "deleted",
}  # fmt: skip


def listings(market: Market) -> list[Shown]:
    """Every item, deleted ones included."""
    return [_shown(market, item) for item in market.state.items.values()]


def _shown(market: Market, item: Item) -> Shown:
    state = "refused" if item.sub_status == "Reject" else STATES[item.status]
    urls = [*item.images, *(url for sku in item.skus for url in sku.images)]
    pictures = (market.album.hosted(url) for url in urls)
    return Shown(
        str(item.item_id), item.attributes.get("name", ""), state,
        tuple(_variant(sku) for sku in item.skus if sku.status != "deleted" or state == "deleted"),
        tuple(dict.fromkeys(picture for picture in pictures if picture)),
        url=f"https://www.lazada.vn/-i{item.item_id}.html",
        description=item.attributes.get("description", ""), category=BY_ID[item.category][1],
        note=item.reject_reason, shop=market.shop,
    )  # fmt: skip


def _variant(sku: Sku) -> ShownVariant:
    name = ", ".join(sku.sale_prop.values())
    return ShownVariant(str(sku.sku_id), sku.seller_sku, name, sku.price, sku.sellable)


def edit(market: Market, listing_id: str, change: dict[str, Any]) -> None:
    """Change an item by hand: the common changes, and stock that orders or a campaign hold."""
    item = market.state.items.get(int(listing_id) if listing_id.isdigit() else 0)
    if item is None:
        raise KeyError(f"no Lazada item {listing_id}")
    unknown = change.keys() - _CHANGES.keys()
    if unknown:
        raise ValueError(f"unknown change {', '.join(sorted(unknown))}; there are {', '.join(_CHANGES)}")
    for name, value in change.items():
        _CHANGES[name](item, value)
    item.updated = market.world.clock.now()
    _tell(market, item, change)


def _tell(market: Market, item: Item, change: dict[str, Any]) -> None:
    """A hand edit is pushed like any other: as a verdict, a deletion or an edit (stock alone is not)."""
    verdicts = {"ban": "Lock", "live_reject": "LIVE_REJECTED"}
    for name in verdicts.keys() & change.keys():
        notices.quality(market, item, verdicts[name] if change[name] else "APPROVED")
    if change.get("delete"):
        notices.item(market, item, 5, "DELETED")
    elif change.keys() & {"title", "description", "price", "visible"}:
        notices.item(market, item, 4, "EDITED_UPDATED")


def _sku(item: Item, seller_sku: str) -> Sku:
    found = [sku for sku in item.skus if sku.seller_sku == seller_sku and sku.status != "deleted"]
    if not found:
        raise KeyError(f"no SKU {seller_sku} in item {item.item_id}")
    return found[0]


def _each(field: str) -> Callable[[Item, dict[str, int]], None]:
    def change(item: Item, values: dict[str, int]) -> None:
        for sku, amount in [(_sku(item, name), int(amount)) for name, amount in values.items()]:
            setattr(sku, field, amount)

    return change


def _orders(field: str) -> Callable[[Item, dict[str, int]], None]:
    """Open orders hold so many pieces: they leave what is sellable, the total stays."""

    def change(item: Item, values: dict[str, int]) -> None:
        for sku, amount in [(_sku(item, name), int(amount)) for name, amount in values.items()]:
            sku.sellable -= amount - getattr(sku, field)
            setattr(sku, field, amount)

    return change


def _text(name: str) -> Callable[[Item, str], None]:
    return lambda item, value: item.attributes.update({name: str(value)})


def _visible(item: Item, value: bool) -> None:
    for sku in item.skus:
        if sku.status != "deleted":
            sku.status = "active" if value else "inactive"


def _delete(item: Item, value: bool) -> None:
    for sku in item.skus if value else ():
        sku.status = "deleted"


def _penalty(sub_status: str) -> Callable[[Item, str], None]:
    def change(item: Item, reason: str) -> None:
        item.sub_status = sub_status if reason else None
        item.reject_reason = str(reason or "")

    return change


def _promotion(item: Item, value: dict[str, Any] | None) -> None:
    """{"price"?, "reserved"?, "sku"?}: a sale price without an end and pieces that a campaign holds; null ends both."""
    for sku in [_sku(item, value["sku"])] if value and "sku" in value else item.skus:
        sku.special = Special(int(value["price"])) if value and "price" in value else None
        sku.campaign = int(value.get("reserved", 0)) if value else 0


_CHANGES: dict[str, Callable[[Item, Any], None]] = {
    "title": _text("name"),
    "description": _text("description"),
    "price": _each("price"),
    "stock": _each("sellable"),
    "visible": _visible,
    "delete": _delete,
    "ban": _penalty("Lock"),
    "live_reject": _penalty("Live Reject"),
    "withhold": _orders("withhold"),
    "occupy": _orders("occupy"),
    "promotion": _promotion,
    "campaign_lock": _each("campaign"),
    "campaign_block": lambda item, value: setattr(item, "campaign_block", bool(value)),
}
