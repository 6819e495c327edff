"""Confirming orders, with its dangerous meaning: what the seller does not name is cancelled, and the answer is 200."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

from sandbox.orders import WrongStage
from sandbox.tiki.errors import Failure
from sandbox.tiki.orders import find
from sandbox.tiki.state import PICKUP, VIETNAM, WAREHOUSES, local

if TYPE_CHECKING:
    from sandbox.tiki.market import Call, Market

REFUSED = "Nhà bán không có hàng"
TOLD = ("picking", "packaging", "finished_packing", "ready_to_ship", "handover_to_partner", "shipping", "delivered",
        "successful_delivery", "complete", "canceled", "returned", "closed", "holded")  # fmt: skip
LEADS = {
    "picking": ("confirm",), "ready_to_ship": ("ready",), "handover_to_partner": ("ready", "ship"),
    "shipping": ("ship",),
    "successful_delivery": ("ship", "deliver"), "delivered": ("ship", "deliver"),
    "complete": ("ship", "deliver", "complete"), "canceled": ("cancel",),
    "returned": ("ship", "deliver", "return", "take_back"),
}  # fmt: skip


def seller_inventories(market: Market, call: Call) -> dict[str, Any]:
    """GET /v2/seller-inventories?tiki_warehouse_codes=."""
    rows = [{"id": place.id, "name": place.name, "address": place.row()["address"], "type": "requisition"}
            for place in WAREHOUSES if place.id in PICKUP]  # fmt: skip
    codes = [code for code in (call.request.q("tiki_warehouse_codes") or "hn5").split(",") if code]
    ids = [row["id"] for row in rows]
    return {"seller_inventories": rows,
            "mappings": [{"tiki_warehouse_code": code, "seller_inventory_ids": ids} for code in codes]}  # fmt: skip


def pickup_slots(market: Market, call: Call) -> dict[str, Any]:
    """GET /v2/orders/dropship/expected-pickup-slots: this afternoon and the next two."""
    now = datetime.fromtimestamp(market.world.clock.now(), VIETNAM)
    noon = now.replace(hour=14, minute=0, second=0, microsecond=0).timestamp()
    times = [local(noon + 86_400 * day) for day in range(3)]
    slots = [{"expected_pickup_slot": "14:00 - 18:00", "expected_pickup_time": at} for at in times]
    return {"seller_id": market.seller_id, "pickup_slots": slots}


def dropship(market: Market, call: Call) -> dict[str, Any]:
    """POST /v2/orders/{code}/dropship/confirm-available: seller_confirmed, or anything else cancels."""
    order, wanted = find(market, call), call.body.get("confirmation_status")
    if wanted not in ("seller_confirmed", "seller_canceled"):
        raise Failure(422, "confirmation_status must be seller_confirmed or seller_canceled")
    place = call.body.get("seller_inventory_id")
    if wanted == "seller_confirmed" and place is not None and place not in PICKUP:
        raise Failure(422, f"seller_inventory_id {place} is not found")
    if order.stage not in ("new", "asked"):
        return _repeated(market, order.id)
    if wanted == "seller_confirmed":
        market.till.act(order.id, "confirm")
    else:
        market.till.act(order.id, "cancel", by="seller", reason=REFUSED)
    return {"code": 200, "data": []}


def _repeated(market: Market, code: str) -> dict[str, Any]:
    """A second confirmation: what it answers is unknown."""
    if market.switches["confirm_twice"] == "refused":
        raise Failure(422, f"Order {code} can not be confirmed")
    return {"code": 200, "data": []}


def available(market: Market, call: Call) -> dict[str, Any]:
    """POST /v2/orders/{code}/confirm-available: not for dropship orders, unless a switch lets it pass.

    The list is what the seller has: an item left out, an empty list or a wrong id cancels the order with status 200.
    """
    order = find(market, call)
    if not market.switches["generic_confirm_works"]:
        raise Failure(400, "Cannot use this API to confirm dropship orders.")
    if order.stage not in ("new", "asked"):
        return _repeated(market, order.id)
    ids = {order.extra["id"] * 100 + line.number for line in order.lines}
    named = call.body.get("available_item_ids")
    complete = isinstance(named, list) and ids == set(named)
    if complete:
        market.till.act(order.id, "confirm")
    else:
        market.till.act(order.id, "cancel", by="seller", reason=REFUSED)
    return {"code": 200, "data": []}


def packing(market: Market, call: Call) -> dict[str, Any]:
    """POST /v2/orders/{code}/dropship/confirm-packing: deprecated, does nothing."""
    find(market, call)
    return {"code": 200, "data": []}


def labels(market: Market, call: Call) -> dict[str, Any]:
    """GET /v2/orders/{code}/dropship/labels."""
    order = find(market, call)
    base = call.request.base
    return {
        "shipping_label_url": f"{base}/labels/{order.id}.html",
        "shipping_stamp_url": f"{base}/labels/{order.id}-stamp.html",
    }


# The platform's own helpers for testers


def mock(market: Market, call: Call) -> dict[str, Any]:
    """POST /v1/orders: an order as a buyer would place it."""
    items = call.body.get("items")
    if not isinstance(items, list) or not items or not all(isinstance(one, dict) for one in items):
        raise Failure(422, "items must not be empty")
    basket = []
    for one in items:
        product_id = market.by_sku.get(str(one.get("original_sku")))
        if product_id is None:
            raise Failure(422, f"Product not found sku: {one.get('original_sku')}")
        basket.append((str(product_id), str(product_id), int(one.get("qty", 1))))
    try:
        order = market.till.sell(basket, cod=call.body.get("payment_method", "cod") == "cod")
    except ValueError as refusal:
        raise Failure(422, str(refusal)) from refusal
    return {"code": order.id, "status": market.till.word(order)}


def update_status(market: Market, call: Call) -> dict[str, Any]:
    """POST /v1/orders/{code}/updateStatus."""
    order, status = find(market, call), call.body.get("status")
    if status not in TOLD:
        raise Failure(422, f"status {status} is not supported")
    for action in LEADS.get(str(status), ()):
        try:
            market.till.act(order.id, action)
        except WrongStage:
            continue  # it is past that already
    if market.till.word(order) != status:
        order.extra["status"] = status
        order.updated = market.world.clock.now()
        market.till.tell(order, order.updated)
    return {"message": "success"}
