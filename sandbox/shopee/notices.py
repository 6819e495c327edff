"""Shopee's pushes: their codes and bodies, how they are signed, and the list of those that were lost."""

import hashlib
import hmac
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sandbox.orders import Line, Order
from sandbox.pushes import Policy, Push
from sandbox.shopee.call import Call
from sandbox.shopee.state import Item, Model, Promotion, Shop

if TYPE_CHECKING:
    from sandbox.shopee.market import Market

POLICY = Policy(3.0, (300.0, 1800.0, 10_800.0))
KEPT_SECONDS = 3 * 86_400
MOST_LOST = 100
WEEK = 7 * 86_400


@dataclass(frozen=True)
class Lost:
    """A push that no try brought home."""

    id: int
    at: float
    code: int
    shop_id: int | None
    body: str


def signature(key: str, url: str, body: bytes) -> str:
    """Lower-case hex HMAC-SHA256 over the address as entered, a bar, and the raw body."""
    return hmac.new(key.encode(), url.encode() + b"|" + body, hashlib.sha256).hexdigest()


def send(market: "Market", code: int, data: dict[str, Any], at: float, **top: int) -> None:
    """A push with this code; `top` holds what stands beside `data`, such as the shop."""
    body: dict[str, Any] = {"data": data, **top, "code": code, "timestamp": int(at)}
    if market.switches["push_msg_id"]:
        body["msg_id"] = market.hex(16)
    raw = json.dumps(body, ensure_ascii=False, separators=(",", ":")).encode()
    key = market.push_key if market.switches["push_signed_with"] == "push_key" else market.partner_key
    market.world.pushes.send(
        Push(
            market.name, f"push.{code}", lambda: raw, lambda url, sent: {"Authorization": signature(key, url, sent)},
            POLICY, lambda push: _keep(market, code, top.get("shop_id"), push),
        ),
        at,
    )  # fmt: skip


def _keep(market: "Market", code: int, shop_id: int | None, push: Push) -> None:
    number = market.lost[-1].id + 1 if market.lost else 176_610
    market.lost.append(Lost(number, market.world.clock.now(), code, shop_id, push.body.decode()))


def _of_shop(market: "Market") -> dict[str, int]:
    return {"shop_id": next(iter(market.shops))}


# What is told


def order_status(market: "Market", order: Order, status: str, at: float) -> None:
    scenario = {"returned": "RRAOC", "completed": "NORMAL"}.get(order.stage, "")
    data = {"items": [], "ordersn": order.id, "status": status, "completed_scenario": scenario,
            "update_time": int(order.updated)}  # fmt: skip
    send(market, 3, data, at, **_of_shop(market))


def reserved_stock(market: "Market", order: Order, line: Line, action: str, at: float) -> None:
    old, new = line.extra.pop("reserved")
    send(market, 8, {
        **_of_shop(market), "item_id": int(line.listing_id), "variation_id": int(line.variant_id),
        "changed_values": [{"name": "reserved_stock", "old": old, "new": new}],
        "promotion_type": "flash_sale", "promotion_id": line.extra["promotion_id"], "action": action,
        "ordersn": order.id, "update_time": int(at),
    }, at, **_of_shop(market))  # fmt: skip


def promotion(market: "Market", item: Item, model: Model, held: Promotion, action: str) -> None:
    """promo_lock_stock, promo_cancelled or promo_end."""
    now = market.world.clock.now()
    send(market, 7, {
        **_of_shop(market), "item_id": item.item_id, "variation_id": model.model_id,
        "promotion_type": "flash_sale", "promotion_id": held.promotion_id, "action": action,
        "update_time": int(now), "start_time": int(held.start), "end_time": int(held.end),
        "reserved_stock": held.reserved,
    }, now, **_of_shop(market))  # fmt: skip


def price(market: "Market", item: Item, model: Model, old: int) -> None:
    """Also for the seller's own writes; a price written anew with the same figure is no change."""
    now = market.world.clock.now()
    if old != model.price:
        data = {"item_id": item.item_id, "model_id": model.model_id, "update_field": "original_price",
                "old_value": old, "new_value": model.price, "update_time": int(now)}  # fmt: skip
        send(market, 22, data, now, **_of_shop(market))


def violation(market: "Market", item: Item) -> None:
    now = market.world.clock.now()
    data = {"item_id": item.item_id, "item_name": item.fields["item_name"], "item_status": item.status,
            "deboost": False, "item_status_details": [item.violation] if item.violation else []}  # fmt: skip
    send(market, 16, data, now, **_of_shop(market))


def authorised(market: "Market", shop: Shop) -> None:
    data = {"authorize_type": "shop authorization by user", "extra": f"shop id {shop.shop_id} (VN) is authorized",
            "shop_id": shop.shop_id, "success": 1}  # fmt: skip
    send(market, 1, data, market.world.clock.now(), partner_id=market.partner_id)


def cancelled(market: "Market", shop: Shop) -> None:
    """The variant that names the shop only inside a sentence."""
    data = {"authorize_type": "user cancel shop authorization", "success": 1,
            "extra": f"shop id {shop.shop_id} (VN) has been cancelled its authorization"}  # fmt: skip
    send(market, 2, data, market.world.clock.now(), partner_id=market.partner_id)


def returned(market: "Market", order: Order, return_sn: str, old: str, new: str, at: float) -> None:
    change = {"update_field": "return_status", "old_value": old, "new_value": new, "update_time": int(at)}
    data = {"order_sn": order.id, "return_sn": return_sn, "updated_values": [change]}
    send(market, 29, data, max(at, order.visible_at), **_of_shop(market))


def tick(market: "Market", now: float) -> None:
    """Authorisations that end soon (once a day) or have ended (once)."""
    for shop in market.shops.values():
        if not shop.linked or shop.expire_time - now > WEEK:
            continue
        ended = now >= shop.expire_time
        since = now - market.warned.get(shop.shop_id, 0.0)
        if ended and since < float("inf"):
            market.warned[shop.shop_id] = float("-inf")
            data = {"authorize_type": "expiry", "shopid": shop.shop_id, "success": 1,
                    "extra": "The authorization is expired."}  # fmt: skip
            send(market, 2, data, now, partner_id=market.partner_id)
        elif not ended and since >= 86_400:
            market.warned[shop.shop_id] = now
            data = {"merchant_expire_soon": [], "shop_expire_soon": [shop.shop_id], "user_expire_soon": [],
                    "expire_before": int(now) + WEEK, "page_no": 1, "total_page": 1}  # fmt: skip
            send(market, 12, data, now)


# What was lost


def _open(market: "Market") -> list[Lost]:
    since = market.world.clock.now() - KEPT_SECONDS
    market.lost = [one for one in market.lost if one.at >= since]
    return market.lost


def get_lost_push_message(call: Call) -> dict[str, Any]:
    """The oldest hundred of three days; `data` is the whole push as a string."""
    lost = _open(call.market)
    page = lost[:MOST_LOST]
    return {
        "push_message_list": [_row(one) for one in page],
        "has_next_page": len(lost) > MOST_LOST,
        "last_message_id": page[-1].id if page else 0,
    }


def _row(one: Lost) -> dict[str, Any]:
    shop = {} if one.shop_id is None else {"shop_id": one.shop_id}
    return {**shop, "code": one.code, "timestamp": int(one.at), "data": one.body}


def confirm_consumed(call: Call) -> None:
    last = call.need("last_message_id")
    call.market.lost = [one for one in _open(call.market) if one.id > last]
