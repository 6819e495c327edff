"""Order reads: lists by date window, one order, and its items, one row per piece since there is no quantity."""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime, timedelta, timezone
from typing import TYPE_CHECKING, Any

from sandbox.lazada.errors import Refused, missing
from sandbox.orders import Line, Order

if TYPE_CHECKING:
    from sandbox.lazada.market import Call, Market

VIETNAM = timezone(timedelta(hours=7))
DATE = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d[+-]\d\d:?\d\d")
FILTERS = frozenset(
    [
        "all",
        "unpaid",
        "pending",
        "packed",
        "canceled",
        "ready_to_ship",
        "delivered",
        "returned",
        "shipped",
        "failed",
        "topack",
        "toship",
        "lost",
        "lost_by_3pl",
        "damaged_by_3pl",
        "failed_delivery",
        "shipped_back",
        "shipped_back_success",
        "shipped_back_failed",
        "package_scrapped",
    ]
)
ALIASES = {"topack": "pending", "toship": "ready_to_ship"}
SHIPPING_FEE = 15_000
MOST_LIMIT = 100


def orders(market: Market, call: Call) -> dict[str, Any]:
    """/orders/get."""
    if not (call.params.get("created_after") or call.params.get("update_after")):
        raise missing("created_after")
    limit = _whole(call, "limit", MOST_LIMIT, 1, MOST_LIMIT, "19", "Limit")
    offset = _whole(call, "offset", 0, 0, int(market.switches["orders_most_offset"]), "14", "Offset")
    wanted = call.params.get("status") or "all"
    if wanted not in FILTERS:
        raise Refused("36", "E036: Invalid status filter")
    found = _sorted(call, [order for order in _window(market, call) if _has(market, order, wanted)])
    page = found[offset : offset + limit]
    rows = [order_row(market, order, in_list=True) for order in page]
    return {"data": {"count": len(page), "countTotal": len(found), "orders": rows}}


def _whole(call: Call, name: str, default: int, least: int, most: int, code: str, word: str) -> int:
    text = call.params.get(name) or str(default)
    if not text.isdigit() or not least <= int(text) <= most:
        raise Refused(code, f'E{int(code):03d}: "{text}" Invalid {word}')
    return int(text)


def _window(market: Market, call: Call) -> list[Order]:
    after, before = _date(call, "created_after"), _date(call, "created_before")
    fresh, stale = _date(call, "update_after"), _date(call, "update_before")
    return [
        order for order in market.till.seen()
        if (after is None or int(order.at) >= after) and (before is None or int(order.at) <= before)
        and (fresh is None or int(order.updated) >= fresh) and (stale is None or int(order.updated) <= stale)
    ]  # fmt: skip


def _date(call: Call, name: str) -> float | None:
    text = (call.params.get(name) or "").replace(" ", "+")  # a plus sign that was not escaped
    if not text:
        return None
    try:
        if not DATE.fullmatch(text):
            raise ValueError(text)
        return datetime.fromisoformat(text).timestamp()
    except ValueError as error:
        raise Refused("17", f'E017: "{text}" Invalid Date Format') from error


def _has(market: Market, order: Order, wanted: str) -> bool:
    return wanted == "all" or ALIASES.get(wanted, wanted) in market.till.statuses(order)


def _sorted(call: Call, found: list[Order]) -> list[Order]:
    direction, column = call.params.get("sort_direction") or "DESC", call.params.get("sort_by") or "created_at"
    if direction.upper() not in ("ASC", "DESC"):
        raise Refused("74", "E074: Invalid sort direction.")
    if column not in ("created_at", "updated_at"):
        raise Refused("75", "E075: Invalid sort filter.")
    moments = {order.id: order.at if column == "created_at" else order.updated for order in found}
    return sorted(found, key=lambda order: moments[order.id], reverse=direction.upper() == "DESC")


def _moment(market: Market, epoch: float) -> str:
    when = datetime.fromtimestamp(int(epoch), UTC).astimezone(VIETNAM)
    return when.isoformat() if market.switches["order_dates"] == "iso" else when.strftime("%Y-%m-%d %H:%M:%S %z")


def order_row(market: Market, order: Order, in_list: bool) -> dict[str, Any]:
    """One order; the list spells one key of the address wrongly."""
    price = sum(line.price for line in order.lines)
    number = market.id(int(order.id))
    return {
        "order_id": number, "order_number": number, "statuses": market.till.statuses(order),
        "items_count": len(order.lines), "price": f"{price}.00", "voucher": 0.00, "voucher_seller": 0.00,
        "voucher_platform": 0.00, "voucher_code": "", "shipping_fee": float(SHIPPING_FEE),
        "shipping_fee_original": float(SHIPPING_FEE), "shipping_fee_discount_seller": 0.00,
        "shipping_fee_discount_platform": 0.00, "payment_method": "COD" if order.cod else "MOMO_WALLET",
        "created_at": _moment(market, order.at), "updated_at": _moment(market, order.updated),
        "customer_first_name": order.buyer.name, "customer_last_name": "", "warehouse_code": "dropshipping",
        "buyer_note": "", "remarks": "", "tax_code": "", "branch_number": "", "national_registration_number": "",
        "extra_attributes": None, "gift_option": False, "gift_message": "", "promised_shipping_times": "",
        "delivery_info": "", "need_cancel_confirm": any(line.stage == "asked" for line in order.lines),
        "is_cancel_pending": "false", "address_shipping": _address(order, in_list),
        "address_billing": {"first_name": order.buyer.name, "country": "Vietnam"},
    }  # fmt: skip


def _address(order: Order, in_list: bool) -> dict[str, Any]:
    district = "addressDsitrict" if in_list else "addressDistrict"
    return {
        "first_name": order.buyer.name, "last_name": "", "phone": order.buyer.phone, "phone2": "",
        "address1": "1***", "address2": "", "address3": order.buyer.province, "address4": "***",
        "address5": "***", "city": "***", "post_code": "", "country": "Vietnam", district: "***",
    }  # fmt: skip


def _order(market: Market, text: str) -> Order:
    order = market.till.find(text)
    if order is None:
        raise Refused("16", f'E016: "{text}" Invalid Order ID')
    return order


def order(market: Market, call: Call) -> dict[str, Any]:
    """/order/get."""
    return {"data": order_row(market, _order(market, call.need("order_id")), in_list=False)}


def items(market: Market, call: Call) -> dict[str, Any]:
    """/order/items/get."""
    found = _order(market, call.need("order_id"))
    return {"data": [item_row(market, found, line) for line in found.lines]}


def many_items(market: Market, call: Call) -> dict[str, Any]:
    """/orders/items/get: `order_ids` as [1,2]."""
    try:
        ids = json.loads(call.need("order_ids"))
    except ValueError as error:
        raise Refused("56", "E056: Invalid OrdersIdList format. Must use array format [1,2]") from error
    if not isinstance(ids, list) or not all(str(one).isdigit() for one in ids):
        raise Refused("56", "E056: Invalid OrdersIdList format. Must use array format [1,2]")
    if len(ids) > int(market.switches["order_ids_most"]):
        raise Refused("38", "E038: Too many orders were requested")
    if not ids:
        raise Refused("39", "E039: No orders were found")
    found = [market.till.find(str(one)) for one in ids]
    if None in found:
        raise Refused("37", "E037: One or more order id in the list are incorrect")
    return {"data": [_with_items(market, one) for one in found if one]}


def _with_items(market: Market, found: Order) -> dict[str, Any]:
    rows = [item_row(market, found, line) for line in found.lines]
    if market.switches["many_items_dates"] == "ms":
        for row in rows:
            row |= {"created_at": str(int(found.at) * 1000), "updated_at": str(int(found.updated) * 1000)}
    number = market.id(int(found.id))
    return {"order_id": number, "order_number": number, "order_items": rows}


def item_row(market: Market, order: Order, line: Line) -> dict[str, Any]:
    """One piece."""
    gone = line.stage in ("canceled", "returned", "failed")
    shipped = line.stage in ("shipped", "delivered", "completed", "returning", "returned", "failed")
    return {
        "order_item_id": market.id(line.extra["order_item_id"]), "order_id": market.id(int(order.id)),
        "status": market.till.status(line), "sku": line.sku, "shop_sku": line.extra["shop_sku"],
        "sku_id": line.variant_id, "product_id": line.listing_id, "name": line.title, "variation": line.variant,
        "item_price": float(line.extra["item_price"]), "paid_price": float(line.price), "voucher_amount": 0.0,
        "voucher_seller": 0.0, "voucher_platform": 0.0, "shipping_amount": float(SHIPPING_FEE) / len(order.lines),
        "tax_amount": 0.0, "currency": "VND", "reason": order.reason if gone else "", "reason_detail": "",
        "cancel_return_initiator": _initiator(order, line), "package_id": line.extra.get("package_id", ""),
        "tracking_code": f"LEX{order.id[-10:]}" if shipped else "", "shipment_provider": "LEX VN",
        "shipping_type": "Dropshipping", "warehouse_code": "dropshipping", "is_fbl": 0, "is_digital": 0,
        "order_type": "Normal", "order_flag": "GUARANTEE", "promised_shipping_time": "",
        "sla_time_stamp": _moment(market, (order.paid_at or order.at) + 2 * 86_400),
        "payment_time": int(order.paid_at * 1000) if order.paid_at else 0, "created_at": _moment(market, order.at),
        "updated_at": _moment(market, order.updated), "need_cancel_confirm": line.stage == "asked",
        "is_cancel_pending": False, "cancel_trigger_time": _trigger(order, line),
        "reverse_order_id": line.extra.get("reverse_order_id", 0), "product_main_image": line.extra["image"],
        "product_detail_url": f"https://www.lazada.vn/-i{line.listing_id}-s{line.variant_id}.html",
    }  # fmt: skip


def _initiator(order: Order, line: Line) -> str:
    who = {"buyer": "customer", "seller": "seller", "carrier": "3pl"}.get(order.by, "internal")
    if line.stage in ("canceled", "asked"):
        return f"cancellation-{who}"
    return f"returned-{who}" if line.stage in ("returning", "returned") else ""


def _trigger(order: Order, line: Line) -> int:
    return int((order.updated + 2 * 86_400) * 1000) if line.stage == "asked" else 0
