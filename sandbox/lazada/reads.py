"""Reading products back: lists by filter, date window or seller SKU, one item by id, the seller."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from datetime import datetime
from math import inf
from typing import TYPE_CHECKING, Any

from sandbox.lazada.errors import Refused
from sandbox.lazada.items import shop_sku
from sandbox.lazada.payload import ident
from sandbox.lazada.state import Item, Sku

if TYPE_CHECKING:
    from sandbox.lazada.market import Call, Market

MOST_LIMIT, MOST_OFFSET, MOST_NAMES = 50, 10_000, 100


def _sold_out(item: Item) -> bool:
    return item.status == "Active" and not any(sku.sellable for sku in item.skus if sku.status == "active")


FILTERS: dict[str, Callable[[Item], bool]] = {
    "all": lambda item: any(sku.status != "deleted" for sku in item.skus),
    "live": lambda item: item.status == "Active",
    "inactive": lambda item: item.status == "InActive" and item.sub_status is None,
    "deleted": lambda item: item.status == "Deleted",
    "pending": lambda item: item.status == "Pending QC",
    "rejected": lambda item: item.sub_status is not None,
    "sold-out": _sold_out,
    "image-missing": lambda item: not item.images and item.status != "Deleted",
}


def products(market: Market, call: Call) -> dict[str, Any]:
    """/products/get."""
    wanted = call.params.get("filter") or "all"
    if wanted not in FILTERS:
        raise Refused("36", "E036: Invalid status filter")
    limit = _whole(call, "limit", 20, 1, MOST_LIMIT, "19", "Limit")
    offset = _whole(call, "offset", 0, 0, MOST_OFFSET, "14", "Offset")
    names = _names(call)
    ripe = market.world.clock.now() - float(market.switches["index_lag_seconds"])
    chosen = _candidates(market, names)
    fits = _window(call)
    found = [item for item in chosen if item.created <= ripe and fits(item) and FILTERS[wanted](item)]
    if call.params.get("update_after") or call.params.get("update_before"):
        found.sort(key=lambda item: (item.updated, item.item_id))
    page = found[offset : offset + limit]
    if not page:
        return {"data": {} if market.switches["empty_data"] == "empty" else {"total_products": len(found)}}
    stock_too = call.params.get("options") == "1"
    rows = [product_row(market, item, names, stock_too) for item in page]
    return {"data": {"total_products": len(found), "products": rows}}


def _whole(call: Call, name: str, default: int, least: int, most: int, code: str, word: str) -> int:
    text = call.params.get(name) or str(default)
    value = ident(text)
    if value is None or not least <= value <= most:
        raise Refused(code, f'E{int(code):03d}: "{text}" Invalid {word}')
    return value


def _names(call: Call) -> list[str] | None:
    text = call.params.get("sku_seller_list")
    if not text:
        return None
    try:
        names = json.loads(text)
    except ValueError:
        names = None
    if not isinstance(names, list) or len(names) > MOST_NAMES or not all(isinstance(n, str) for n in names):
        raise Refused("70", "E070: You have corrupt data in your sku seller list.")
    return names


def _candidates(market: Market, names: list[str] | None) -> Iterable[Item]:
    if names is None:
        return market.state.items.values()
    found = {item_id: None for name in names for item_id in market.state.by_seller_sku.get(name, ())}
    alive = set(names)
    return [
        item for item in (market.state.items[item_id] for item_id in found)
        if any(sku.seller_sku in alive and (sku.status != "deleted" or item.status == "Deleted")
               for sku in item.skus)
    ]  # fmt: skip


def _window(call: Call) -> Callable[[Item], bool]:
    created = _date(call, "create_after", 0.0), _date(call, "create_before", inf)
    updated = _date(call, "update_after", 0.0), _date(call, "update_before", inf)
    if created == updated == (0.0, inf):
        return lambda item: True

    def fits(item: Item) -> bool:
        """Both ends count, to the second."""
        return (created[0] <= int(item.created) <= created[1]
                and updated[0] <= int(item.updated) <= updated[1])  # fmt: skip

    return fits


def _date(call: Call, name: str, default: float) -> float:
    text = call.params.get(name)
    if not text:
        return default
    try:
        when = datetime.fromisoformat(text.replace(" ", "+"))  # a plus sign that was not escaped
    except ValueError:
        when = None
    if when is None or when.tzinfo is None:
        raise Refused("17", f'E017: "{text}" Invalid Date Format')
    return when.timestamp()


def item(market: Market, call: Call) -> dict[str, Any]:
    """/product/item/get: at once, without the lag of the list."""
    if not call.params.get("item_id"):
        raise Refused("200", "E200: Empty SellerSku")
    found = market.state.items.get(ident(call.params["item_id"]) or 0)
    if found is None:
        raise Refused("208", "E208: Item not exist")
    row = product_row(market, found, None, False)
    labels = {key: axis | {"label": axis["name"]} for key, axis in found.variation.items()}
    row["variation"] = labels
    return {"data": row if market.switches["item_get_style"] == "snake" else _camel(row)}


def _camel(row: dict[str, Any]) -> dict[str, Any]:
    names = {"item_id": "itemId", "primary_category": "primaryCategory", "created_time": "createdTime",
             "updated_time": "updatedTime", "images": "productImageList",
             "marketImages": "marketImageList"}  # fmt: skip
    return {names.get(key, key): value for key, value in row.items()}


def product_row(market: Market, item: Item, names: list[str] | None, stock_too: bool) -> dict[str, Any]:
    """One product as reads show it: prices are numbers, package values text, times milliseconds as text."""
    skus = [sku for sku in item.skus if sku.status != "deleted" or item.status == "Deleted"]
    return {
        "item_id": market.id(item.item_id), "primary_category": item.category, "status": item.status,
        "subStatus": item.sub_status, "created_time": str(int(item.created * 1000)),
        "updated_time": str(int(item.updated * 1000)), "attributes": {**item.attributes, "source": "asc"},
        "images": list(item.images), "marketImages": [], "trialProduct": False,
        "rejectReason": [{"suggestion": "", "violationDetail": item.reject_reason}]
        if item.reject_reason else [],
        "suspendedSkus": [], "hiddenStatus": None, "hiddenReason": None, "variation": dict(item.variation),
        "skus": [_sku_row(market, item, sku, stock_too) for sku in skus],
    }  # fmt: skip


def _sku_row(market: Market, item: Item, sku: Sku, stock_too: bool) -> dict[str, Any]:
    quantity = sku.sellable if market.switches["quantity_reads"] == "sellable" else sku.total
    row: dict[str, Any] = {
        "Status": sku.status, "SkuId": market.id(sku.sku_id), "SellerSku": sku.seller_sku,
        "ShopSku": shop_sku(item, sku),
        "Url": f"https://www.lazada.vn/-i{item.item_id}-s{sku.sku_id}.html",
        "quantity": quantity, "Available": sku.sellable, "price": float(sku.price),
        "special_price": float(sku.special.price) if sku.special else 0.0,
        **_special_dates(sku), **sku.package, "Images": list(sku.images),
        "multiWarehouseInventories": [
            {"warehouseCode": "dropshipping", "quantity": quantity, "sellableQuantity": sku.sellable,
             "totalQuantity": sku.total, "withholdQuantity": sku.withhold, "occupyQuantity": sku.occupy}
        ],
        "fblWarehouseInventories": [],
        "channelInventories": [{"channelName": "campaign", "sellableQuantity": sku.campaign}]
        if sku.campaign else [],
    }  # fmt: skip
    if sku.sale_prop:
        row |= {"saleProp": dict(sku.sale_prop), **sku.sale_prop}
    if stock_too:
        row |= {"ReservedStock": sku.withhold, "RtsStock": 0, "PendingStock": sku.occupy,
                "RealTimeStock": sku.total, "FulfillmentBySellable": sku.sellable}  # fmt: skip
    return row


def _special_dates(sku: Sku) -> dict[str, str]:
    if sku.special is None or not (sku.special.start or sku.special.end):
        return {}
    start, end = sku.special.start, sku.special.end
    return {"special_from_date": start[:10], "special_to_date": end[:10], "special_from_time": start[:16],
            "special_to_time": end[:16], "special_time_format": "yyyy-MM-dd HH:mm"}  # fmt: skip


def limit(market: Market, call: Call) -> dict[str, Any]:
    """/product/seller/item/limit."""
    online = sum(item.status == "Active" for item in market.state.items.values())
    data = {"onlineItemCount": online, "itemLimit": int(market.switches["item_limit"]),
            "payItemCnt": 0, "payByrCnt": 0}  # fmt: skip
    return {"success": True, "errorCodes": None, "errorMsgs": None, "data": data}


def seller(market: Market, call: Call) -> dict[str, Any]:
    """/seller/get."""
    return {"data": {
        "seller_id": market.seller_id, "short_code": market.short_code, "name": market.shop,
        "name_company": market.shop, "email": "gianhang@ocop.example", "location": "Hà Nội",
        "status": "ACTIVE", "verified": True, "cb": False,
        "marketplaceEaseMode": False, "logo_url": "",
    }}  # fmt: skip
