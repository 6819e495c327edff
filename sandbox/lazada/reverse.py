"""Cancellation by the seller, piece by piece: reasons first, then the deed; and the answer to a buyer who asks."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from sandbox.lazada.errors import Refused
from sandbox.orders import Line, Order

if TYPE_CHECKING:
    from sandbox.lazada.market import Call, Market

REASONS = {"10000019": "Sourcing Delay(cannot deliver on time)", "10000021": "Out of stock",
           "10000023": "Wrong price or pricing error"}  # fmt: skip
EMPTYING = ("10000021", "10000023")
"""Reasons that set the stock of the SKU to 0."""

CANCELLABLE = ("new", "confirmed", "ready", "asked")
WARNING = "Your stock will be set as 0 if you cancel with the reason out of stock or wrong price."


def validate(market: Market, call: Call) -> dict[str, Any]:
    """/order/reverse/cancel/validate."""
    _, lines = _named(market, call)
    if any(line.stage not in CANCELLABLE for line in lines):
        return {"data": {"tip_content": "Some items can not be canceled.", "tip_type": "error", "reason_options": []}}
    options = [{"reason_id": number, "reason_name": name} for number, name in REASONS.items()]
    return {"data": {"tip_content": WARNING, "tip_type": "warn", "reason_options": options}}


def create(market: Market, call: Call) -> dict[str, Any]:
    """/order/reverse/cancel/create. One item of a packed package takes the whole package along."""
    order, lines = _named(market, call)
    reason = call.params.get("reason_id", "")
    if reason not in REASONS:
        raise Refused("104", "E0104: reason is empty or invalid")
    if any(line.stage not in CANCELLABLE for line in lines):
        raise Refused("123", f"E0123: invalid trade order lines {[line.extra['order_item_id'] for line in lines]}")
    if any(line.stage in ("confirmed", "ready") for line in lines):
        lines = lines + [one for one in order.lines if one.stage in ("confirmed", "ready") and one not in lines]
    market.till.cancel(order, lines, REASONS[reason])
    if reason in EMPTYING:
        for line in lines:
            market.till.empty(line)
    return {"data": {"tip_content": "", "tip_type": "warn"}}


def decide(market: Market, call: Call) -> dict[str, Any]:
    """/order/reverse/cancel/seller/decide."""
    wanted = call.need("reverse_order_id")
    for order in market.till.seen():
        lines = [line for line in order.lines if line.stage == "asked"]
        if lines and str(lines[0].extra["reverse_order_id"]) == wanted:
            agreed = call.need("agree_cancel").casefold() == "true"
            market.till.act(order.id, "cancel" if agreed else "refuse", by=order.by, reason=order.reason)
            return {"data": None}
    raise Refused("122", "E0122: invalid trade order")


def _named(market: Market, call: Call) -> tuple[Order, list[Line]]:
    if not call.params.get("order_id"):
        raise Refused("115", "E0115: order id is null")
    order = market.till.find(call.params["order_id"])
    if order is None:
        raise Refused("122", "E0122: invalid trade order")
    ids = _list(call.params.get("order_item_id_list", ""))
    by_id = {str(line.extra["order_item_id"]): line for line in order.lines}
    strangers = [one for one in ids if one not in by_id]
    if strangers:
        raise Refused("123", f"E0123: invalid trade order lines {strangers}")
    return order, [by_id[one] for one in dict.fromkeys(ids)]


def _list(text: str) -> list[str]:
    """A JSON array, or numbers joined by commas."""
    try:
        found = json.loads(text if text.startswith("[") else f"[{text}]")
    except ValueError as error:
        raise Refused("102", "E0102: trade order line id is empty or invalid") from error
    if not found or not isinstance(found, list):
        raise Refused("102", "E0102: trade order line id is empty or invalid")
    return [str(one) for one in found]
