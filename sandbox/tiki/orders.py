"""Orders as version 2 shows them: a list with set expressions, a detail, and blocks that come only when asked for."""

from __future__ import annotations

from collections.abc import Callable
from math import inf
from typing import TYPE_CHECKING, Any

from sandbox.orders import Line, Order
from sandbox.tiki.errors import Failure
from sandbox.tiki.pages import page
from sandbox.tiki.reads import _parts, _time
from sandbox.tiki.state import WAREHOUSES, local
from sandbox.wire import Request

if TYPE_CHECKING:
    from sandbox.tiki.market import Call, Market

DAY = 86_400
RECENT = {"today": 1, "last7days": 7, "last30days": 30}
FEE_SHARE = 0.074
CONFIRMATIONS = {"new": "waiting", "unpaid": "waiting", "asked": "waiting", "canceled": "seller_canceled"}


def orders(market: Market, call: Call) -> dict[str, Any]:
    """GET /v2/orders. Pages may be short; `last_page` tells the end."""
    fits = _filter(market, call.request)
    found = _sorted(call.request, [order for order in market.till.seen() if fits(order)])
    shown, paging = page(call.request, found, bool(market.switches["short_pages"]))
    paging["from"] += 1 if found else 0  # this list counts from 1, products from 0
    parts = _parts(call.request, "include")
    return {"data": [row(market, order, parts) for order in shown], "paging": paging}


def order(market: Market, call: Call) -> dict[str, Any]:
    """GET /v2/orders/{code}."""
    return row(market, find(market, call), _parts(call.request, "include"))


def find(market: Market, call: Call) -> Order:
    held = market.till.find(call.match["code"])
    if held is None:
        raise Failure(404, f"Order not found code: {call.match['code']}")
    return held


def expression(text: str | None) -> Callable[[str], bool]:
    """`in|a,b`, `nin|a,b`, or the plain values."""
    if not text:
        return lambda value: True
    kind, bar, rest = text.partition("|")
    if bar and kind not in ("in", "nin"):
        raise Failure(400, f"unknown set expression {kind}")
    values = {one.strip() for one in (rest if bar else text).split(",")}
    return (lambda value: value not in values) if kind == "nin" and bar else (lambda value: value in values)


def _filter(market: Market, request: Request) -> Callable[[Order], bool]:
    status, kind = expression(request.q("status")), expression(request.q("fulfillment_type"))
    inventory = expression(request.q("item_inventory_type"))
    confirmation = expression(request.q("item_confirmation_status"))
    code, sku = expression(request.q("code")), expression(request.q("sku"))
    created = _time(request, "created_from_date", 0.0), _time(request, "created_to_date", inf)
    updated = _time(request, "updated_from_date", 0.0), _time(request, "updated_to_date", inf)
    recent, rma = request.q("filter_date_by"), request.q("is_rma")
    if recent and recent not in RECENT:
        raise Failure(400, "filter_date_by must be today, last7days or last30days")
    since = market.world.clock.now() - RECENT[recent] * DAY if recent else 0.0

    def fits(held: Order) -> bool:
        return (
            status(market.till.word(held)) and kind("dropship") and code(held.id) and rma != "true"
            and any(sku(line.sku) and inventory("backorder") and confirmation(_confirmed(line)) for line in held.lines)
            and created[0] <= int(held.at) <= created[1] and updated[0] <= int(held.updated) <= updated[1]
            and held.at >= since
        )  # fmt: skip

    return fits


def _sorted(request: Request, found: list[Order]) -> list[Order]:
    column, _, direction = (request.q("order_by") or "created_at|desc").partition("|")
    if column not in ("created_at", "updated_at") or direction not in ("", "asc", "desc"):
        raise Failure(400, "order_by must be created_at or updated_at with asc or desc")

    def moment(held: Order) -> float:
        return held.at if column == "created_at" else held.updated

    return sorted(found, key=moment, reverse=direction != "asc")


def _confirmed(line: Line) -> str:
    return CONFIRMATIONS.get(line.stage, "seller_confirmed")


def row(market: Market, held: Order, parts: set[str]) -> dict[str, Any]:
    """One order as captured from live answers."""
    seller_place = next((line.held for line in held.lines if line.held), WAREHOUSES[0].id)
    place = next(one for one in WAREHOUSES if one.id == seller_place)
    word = market.till.word(held)
    shown: dict[str, Any] = {
        "id": held.extra["id"], "code": held.id, "fulfillment_type": "dropship", "status": word,
        "created_at": local(held.at), "updated_at": local(held.updated), "type": "simple",
        "has_backorder_items": True, "is_rma": False, "is_vat_exporting": False, "relation_code": "",
        "original_code": "", "main_state": "awaiting_confirmation" if word == "queueing" else word,
        "main_substate": "order_verified", "dropship_already": False,
        "tiki_warehouse": {"id": 19, "name": "Ha Noi 5", "code": "hn5"},
        "seller_warehouse": {"id": place.id, "name": place.name, "code": f"WH{place.id:09d}",
                             "warehouse_type": "pickup", "active": True},
        "items": [_item(market, held, line, parts) for line in held.lines], "invoice": _invoice(held),
        "payment": {"method": "cod" if held.cod else "momo", "is_prepaid": not held.cod, "status": "success",
                    "description": "Thanh toán tiền mặt khi nhận hàng" if held.cod else "Ví MoMo"},
        "shipping": _shipping(held), "billing_address": {"full_name": held.buyer.name},
        "customer": {"id": 20_000_000 + held.extra["id"] % 10**6, "full_name": held.buyer.name},
        "delivery": {"delivery_confirmed": word in ("successful_delivery", "complete")}, "siblings": [],
        "children": [], "status_histories": _histories(held) if "status_histories" in parts else [],
    }  # fmt: skip
    if word == "canceled":
        shown["cancel_info"] = {
            "reason_code": "326" if held.by == "seller" else "404", "reason_text": held.reason or "Khách hủy đơn",
            "comment": "", "canceled_at": local(held.extra.get("canceled_at", held.updated)),
        }  # fmt: skip
    return shown


def _item(market: Market, held: Order, line: Line, parts: set[str]) -> dict[str, Any]:
    total = line.price * line.quantity
    fee = -round(total * FEE_SHARE)
    picture = f"{line.extra['base']}/_picture/{line.extra['picture']}" if line.extra["picture"] else ""
    named = line.sku if market.switches["order_seller_codes"] else ""
    return {
        "id": held.extra["id"] * 100 + line.number,
        "product": {"id": int(line.variant_id), "master_id": line.extra["master_id"], "super_id": 0,
                    "type": "simple", "sku": line.extra["sku"], "name": line.title, "inventory_type": "backorder",
                    "seller_product_code": named, "thumbnail": picture},
        "seller": {"id": market.seller_id, "name": market.shop}, "qty": line.quantity, "price": line.price,
        "parent_item_id": 0,
        "confirmation": {"status": _confirmed(line), "confirmed_at": local(held.moment("confirmed")),
                         "available_confirm_sla": local(held.extra["confirm_by"]), "pickup_confirm_sla": None,
                         "histories": []},
        "invoice": {"price": line.price, "quantity": line.quantity, "subtotal": total, "row_total": total,
                    "discount_amount": 0, "discount_coupon": 0, "seller_fee": fee, "seller_income": total + fee,
                    "fees": [{"fee_type_key": "percent_per_item_sales_value", "final_amount": fee}]
                    if "item.fees" in parts else []},
        "seller_inventory_id": line.held,
    }  # fmt: skip


def _invoice(held: Order) -> dict[str, Any]:
    total = sum(line.price * line.quantity for line in held.lines)
    fee = -sum(round(line.price * line.quantity * FEE_SHARE) for line in held.lines)
    return {
        "items_count": len(held.lines), "items_quantity": sum(line.quantity for line in held.lines),
        "subtotal": total, "grand_total": total, "collectible_amount": total if held.cod else 0,
        "shipping_amount_after_discount": 0, "total_seller_fee": fee, "total_seller_income": total + fee,
        "purchased_at": local(held.at), "tax_info": None,
    }  # fmt: skip


def _shipping(held: Order) -> dict[str, Any]:
    return {
        "tracking_code": held.waybill or None, "status": None, "partner_name": "TikiNOW" if held.waybill else None,
        "plan": {"id": 1, "name": "Giao tiết kiệm", "promised_delivery_date": local(held.at + 4 * DAY)},
        "address": {"full_name": held.buyer.name, "street": "***", "ward": "***", "ward_tiki_code": "VN034027004",
                    "district": "***", "region": held.buyer.province, "region_tiki_code": "VN034",
                    "country_id": "VN", "phone": "", "email": None},
    }  # fmt: skip


def _histories(held: Order) -> list[dict[str, Any]]:
    return [{"status": stage, "created_at": local(at)} for at, stage in held.history]
