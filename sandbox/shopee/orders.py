"""Order calls: lists by time window, details whose fields must be asked for, cancellations."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from sandbox.orders import Line, Order, WrongStage
from sandbox.shopee.call import Call
from sandbox.shopee.errors import Refusal, missing, wrong

if TYPE_CHECKING:
    from sandbox.shopee.market import Market

WINDOW = 15 * 86_400
LISTED = ("UNPAID", "READY_TO_SHIP", "PROCESSED", "SHIPPED", "COMPLETED", "IN_CANCEL", "CANCELLED", "INVOICE_PENDING")
ALSO = ("PENDING", "RETRY_SHIP", "TO_CONFIRM_RECEIVE", "TO_RETURN")
"""Statuses that details and pushes carry, but that the list filter does not name."""

REASONS = ("OUT_OF_STOCK", "CUSTOMER_REQUEST", "UNDELIVERABLE_AREA", "COD_NOT_SUPPORTED")
CANCELLABLE = ("UNPAID", "READY_TO_SHIP", "PROCESSED")
SHIPPING_FEE = 22_000
DAYS_TO_SHIP = 2
CARRIER = "SPX Express"


def get_order_list(call: Call) -> dict[str, Any]:
    field = call.query("time_range_field")
    if field not in ("create_time", "update_time"):
        raise wrong("time_range_field must be create_time or update_time")
    start, end = call.number("time_from"), call.number("time_to")
    if start > end or end - start > WINDOW:
        raise Refusal("order_list_invalid_time", "Start time must be earlier than end time and diff in 15days.")
    size, offset = call.page_size(), _cursor(call)
    status = call.request.q("order_status") or ""
    allowed = LISTED + (() if call.switches["order_list_documented_statuses"] else ALSO)
    if status and status not in allowed:
        raise wrong("order_status is invalid")
    found = _window(call.market, field, start, end, status)
    page = found[offset : offset + size]
    with_status = "order_status" in call.values("response_optional_fields")
    more = offset + size < len(found)
    rows = [_listed(call.market, order, with_status) for order in page]
    return {"more": more, "next_cursor": str(offset + size) if more else "", "order_list": rows}


def _cursor(call: Call) -> int:
    cursor = call.request.q("cursor") or "0"
    if not cursor.isdigit():
        raise wrong("cursor is invalid")
    return int(cursor)


def _window(market: "Market", field: str, start: int, end: int, status: str) -> list[Order]:
    def moment(order: Order) -> float:
        return order.at if field == "create_time" else order.updated

    found = [
        order for order in market.till.seen()
        if start <= int(moment(order)) <= end and (not status or market.till.word(order) == status)
    ]  # fmt: skip
    return sorted(found, key=moment, reverse=bool(market.switches["order_list_newest_first"]))


def _listed(market: "Market", order: Order, with_status: bool) -> dict[str, Any]:
    row = {"order_sn": order.id, "booking_sn": ""}
    return row | {"order_status": market.till.word(order)} if with_status else row


def get_order_detail(call: Call) -> dict[str, Any]:
    """Unknown orders are left out; only a list of nothing but unknown ones is refused."""
    numbers = call.values("order_sn_list")
    if not numbers:
        raise missing("order_sn_list")
    if len(numbers) > 50:
        raise wrong("order_sn_list must hold 50 or less")
    wanted = set(call.values("response_optional_fields"))
    found = [order for number in numbers if (order := call.market.till.find(number))]
    if not found:
        raise Refusal("error_not_found", "Wrong parameters, detail: the order is not found.")
    return {"order_list": [detail(call.market, order, wanted) for order in found]}


def detail(market: "Market", order: Order, wanted: set[str]) -> dict[str, Any]:
    """The fields that are always there, and those that were asked for."""
    return _always(market, order) | {name: make(market, order) for name, make in OPTIONAL.items() if name in wanted}


def _always(market: "Market", order: Order) -> dict[str, Any]:
    paid = order.paid_at or order.at
    return {
        "order_sn": order.id, "region": "VN", "currency": "VND", "cod": order.cod,
        "order_status": market.till.word(order), "message_to_seller": "", "create_time": int(order.at),
        "update_time": int(order.updated), "days_to_ship": DAYS_TO_SHIP,
        "ship_by_date": int(paid) + DAYS_TO_SHIP * 86_400, "booking_sn": "",
    }  # fmt: skip


def _items(market: "Market", order: Order) -> list[dict[str, Any]]:
    groups: dict[tuple[str, str], list[Line]] = {}
    for line in order.lines:
        groups.setdefault((line.listing_id, line.variant_id), []).append(line)
    return [_item(market, lines) for lines in groups.values()]


def _item(market: "Market", lines: list[Line]) -> dict[str, Any]:
    first = lines[0]

    def pieces(*stages: str) -> int:
        return sum(line.quantity for line in lines if line.stage in stages)

    total = sum(line.quantity for line in lines)
    promotion = first.extra["promotion_id"]
    return {
        "item_id": int(first.listing_id), "item_name": first.title, "item_sku": first.extra["item_sku"],
        "model_id": int(first.variant_id), "model_name": first.variant, "model_sku": first.extra["model_sku"],
        "model_quantity_purchased": total, "active_qty": total - pieces("canceled", "returned"),
        "cancelled_qty": pieces("canceled"), "cancel_requested_qty": pieces("asked"),
        "returned_qty": pieces("returned"), "return_requested_qty": pieces("returning"),
        "model_original_price": first.extra["original_price"], "model_discounted_price": first.price,
        "wholesale": False, "weight": first.extra["weight"], "add_on_deal": False, "add_on_deal_id": 0,
        "main_item": False, "promotion_type": "flash_sale" if promotion else "", "promotion_id": promotion,
        "promotion_group_id": 0, "order_item_id": int(first.listing_id),
        "line_item_id": 242_672_551_000_000 + int(first.variant_id or 0) % 10**6 * 100 + first.number,
        "image_info": {"image_url": f"/_picture/{first.extra['image']}"},
        "product_location_id": [_place(market, first)],
        "is_prescription_item": False, "is_b2c_owned_item": False,
    }  # fmt: skip


def _place(market: "Market", line: Line) -> str:
    return str(next(iter(line.held.places)) if line.held else market.switches["warehouses"][0])


def _address(market: "Market", order: Order) -> dict[str, Any]:
    buyer = order.buyer
    return {"name": buyer.name, "phone": "****", "town": "", "district": "****", "city": "****",
            "state": buyer.province, "region": "VN", "zipcode": "", "full_address": "****"}  # fmt: skip


PACKAGES: dict[str, str] = {
    "unpaid": "LOGISTICS_NOT_START", "new": "LOGISTICS_READY", "asked": "LOGISTICS_READY",
    "confirmed": "LOGISTICS_REQUEST_CREATED", "ready": "LOGISTICS_REQUEST_CREATED",
    "shipped": "LOGISTICS_PICKUP_DONE", "canceled": "LOGISTICS_INVALID", "failed": "LOGISTICS_DELIVERY_FAILED",
}  # fmt: skip


def _packages(market: "Market", order: Order) -> list[dict[str, Any]]:
    rows = [
        {key: row[key] for key in ("item_id", "model_id", "order_item_id", "promotion_group_id")}
        | {"model_quantity": row["active_qty"], "product_location_id": row["product_location_id"][0]}
        for row in _items(market, order)
    ]
    return [{
        "package_number": f"OFG{hash_of(order.id):015d}",
        "logistics_status": PACKAGES.get(order.stage, "LOGISTICS_DELIVERY_DONE"), "shipping_carrier": CARRIER,
        "logistics_channel_id": 50021, "group_shipment_id": None, "allow_self_design_awb": True,
        "sorting_group": "", "parcel_chargeable_weight_gram": 0, "item_list": rows,
    }]  # fmt: skip


def hash_of(text: str) -> int:
    """A number of at most 15 digits that is always the same for the same text."""
    return int.from_bytes(text.encode(), "big") % 10**15


def _cancel_by(market: "Market", order: Order) -> str:
    return order.by if order.stage in ("canceled", "asked", "failed") else ""


def _reason(market: "Market", order: Order) -> str:
    if order.stage not in ("canceled", "failed"):
        return ""
    return order.reason or {"failed": "FAILED_DELIVERY"}.get(order.stage, "BUYER_REQUEST")


OPTIONAL: dict[str, Callable[["Market", Order], Any]] = {
    "item_list": _items,
    "total_amount": lambda market, order: order.goods + SHIPPING_FEE,
    "recipient_address": _address,
    "package_list": _packages,
    "pay_time": lambda market, order: None if order.paid_at is None else int(order.paid_at),
    "cancel_by": _cancel_by,
    "cancel_reason": _reason,
    "buyer_cancel_reason": lambda market, order: order.reason if order.by == "buyer" else "",
    "buyer_user_id": lambda market, order: hash_of(order.id) % 10**9,
    "buyer_username": lambda market, order: "P******n",
    "note": lambda market, order: "",
    "note_update_time": lambda market, order: 0,
    "payment_method": lambda market, order: "Cash on Delivery" if order.cod else "SPayLater",
    "shipping_carrier": lambda market, order: CARRIER,
    "checkout_shipping_carrier": lambda market, order: CARRIER,
    "estimated_shipping_fee": lambda market, order: SHIPPING_FEE,
    "actual_shipping_fee": lambda market, order: 0,
    "actual_shipping_fee_confirmed": lambda market, order: False,
    "fulfillment_flag": lambda market, order: "fulfilled_by_local_seller",
    "pickup_done_time": lambda market, order: int(order.moment("shipped") or 0),
    "split_up": lambda market, order: False,
    "goods_to_declare": lambda market, order: False,
    "edt": lambda market, order: 0,
    "can_full_cancel_order": lambda market, order: market.till.word(order) in CANCELLABLE,
    "can_partial_cancel_order": lambda market, order: order.stage == "new" and len(order.lines) > 1,
    "advance_package": lambda market, order: False,
    "reverse_shipping_fee": lambda market, order: 0,
    "invoice_data": lambda market, order: None,
    "payment_info": lambda market, order: None,
}


def _order(call: Call) -> Order:
    order = call.market.till.find(str(call.need("order_sn")))
    if order is None:
        raise Refusal("error_not_found", "Wrong parameters, detail: the order is not found.")
    return order


def cancel_order(call: Call) -> dict[str, Any]:
    """The whole order, or the pieces of partial_cancel_item_list."""
    order, reason = _order(call), call.need("cancel_reason")
    if reason not in REASONS:
        raise wrong("cancel_reason is invalid")
    if reason == "UNDELIVERABLE_AREA":
        raise wrong("cancel_reason UNDELIVERABLE_AREA is not supported in this region")
    rows = call.body.get("partial_cancel_item_list")
    if reason == "OUT_OF_STOCK" and not rows and not call.body.get("item_list"):
        raise missing("item_list")
    if call.market.till.word(order) not in CANCELLABLE:
        raise Refusal("error_limit", "Can not cancel this order")
    part = {_name(order, row): int(row.get("model_quantity", 1)) for row in rows or ()}
    try:
        call.market.till.act(order.id, "cancel", part=part or None, by="seller", reason=str(reason))
    except WrongStage as error:
        raise Refusal("error_limit", "Can not cancel this order") from error
    return {"update_time": int(order.updated)}


def _name(order: Order, row: dict[str, Any]) -> str:
    wanted = (str(row.get("item_id")), str(row.get("model_id") or 0))
    if wanted not in {(line.listing_id, line.variant_id) for line in order.lines}:
        raise wrong("item is not in this order")
    if wanted[1] != "0":
        return wanted[1]
    return next(line.sku for line in order.lines if line.listing_id == wanted[0])


def handle_buyer_cancellation(call: Call) -> dict[str, Any]:
    order, operation = _order(call), call.need("operation")
    if operation not in ("ACCEPT", "REJECT"):
        raise wrong("operation is invalid")
    if order.stage != "asked":
        raise Refusal("order_status_invalid", "Invalid order_status.The order status should be IN_CANCEL.")
    action = "cancel" if operation == "ACCEPT" else "refuse"
    call.market.till.act(order.id, action, by=order.by, reason=order.reason)
    return {"update_time": int(order.updated)}
