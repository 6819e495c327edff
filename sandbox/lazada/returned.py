"""The list of reverse orders: what is being cancelled or sent back, by the time at which a line of it last changed."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from sandbox.lazada.errors import Refused
from sandbox.orders import Line, Order

if TYPE_CHECKING:
    from sandbox.lazada.market import Call, Market

TYPES = {"asked": "CANCEL", "canceled": "CANCEL", "returning": "RETURN", "returned": "RETURN"}
STATUSES = {"asked": "REQUEST_INITIATE", "returning": "REQUEST_INITIATE"}
"""The one word that the record shows; how it goes on from there is not published."""

Span = tuple[int | None, int | None]


def listed(market: Market, call: Call) -> dict[str, Any]:
    """/reverse/getreverseordersforseller: its times are milliseconds, and its answer stands in `result`."""
    page, size = _number(call, "page_no", call.need("page_no")), _number(call, "page_size", call.need("page_size"))
    changed, begun = _span(call, "ReverseOrderLineModifiedTimeRange"), _span(call, "ReverseOrderLineTimeRange")
    wanted = _words(call, "request_type_list")
    found = []
    for order in market.till.seen():
        lines = [line for line in order.lines if line.stage in TYPES]
        kept = [
            line for line in lines
            if _within(line.extra["reversed_at"], changed) and _within(line.extra["reverse_begun"], begun)
            and (not wanted or TYPES[line.stage] in wanted)
        ]  # fmt: skip
        if kept and _named(call, order, kept):
            found.append((order, kept))
    rows = [_row(market, order, lines) for order, lines in found]
    mine = rows[(page - 1) * size : page * size]
    return {"result": {"success": True, "page_no": page, "page_size": size, "total": len(rows), "items": mine}}


def _number(call: Call, name: str, text: str) -> int:
    if not text.isdigit() or int(text) < 1:
        raise Refused("IllegalParameter", f'The input parameter "{name}" is not valid')
    return int(text)


def _span(call: Call, name: str) -> Span:
    start, end = (call.params.get(f"{name}{side}") or "" for side in ("Start", "End"))
    return (int(start) if start.isdigit() else None), (int(end) if end.isdigit() else None)


def _within(at: float, span: Span) -> bool:
    start, end = span
    moment = int(at * 1000)
    return (start is None or moment >= start) and (end is None or moment <= end)


def _words(call: Call, name: str) -> list[str]:
    text = call.params.get(name) or "[]"
    return [str(word) for word in json.loads(text)]


def _named(call: Call, order: Order, lines: list[Line]) -> bool:
    """The ids that were asked for; 0 stands for none, as in the record's samples."""
    of_trade, of_reverse = call.params.get("trade_order_id") or "0", call.params.get("reverse_order_id") or "0"
    return of_trade in ("0", order.id) and of_reverse in ("0", str(lines[0].extra["reverse_order_id"]))


def _row(market: Market, order: Order, lines: list[Line]) -> dict[str, Any]:
    return {
        "reverse_order_id": lines[0].extra["reverse_order_id"], "trade_order_id": int(order.id),
        "request_type": TYPES[lines[0].stage], "is_rtm": True, "shipping_type": "DEFAULT",
        "reverse_order_lines": [_line(order, line) for line in lines],
    }  # fmt: skip


def _line(order: Order, line: Line) -> dict[str, Any]:
    number = line.extra["order_item_id"]
    return {
        "reverse_order_line_id": number + 7, "trade_order_line_id": number,
        "reverse_status": STATUSES.get(line.stage, ""), "ofc_status": "", "is_dispute": False,
        "product": {"product_id": int(line.listing_id), "product_sku": line.extra["shop_sku"]},
        "buyer": {"buyer_id": 0}, "seller_sku_id": line.sku, "platform_sku_id": line.variant_id,
        "reason_text": order.reason, "reason_code": 0, "refund_amount": line.price, "item_unit_price": line.price,
        "refund_payment_method": "", "is_need_refund": "true", "tracking_number": "", "whqc_decision": "",
        "trade_order_gmt_create": int(order.at * 1000),
        "return_order_line_gmt_create": int(line.extra["reverse_begun"] * 1000),
        "return_order_line_gmt_modified": int(line.extra["reversed_at"] * 1000),
    }  # fmt: skip
