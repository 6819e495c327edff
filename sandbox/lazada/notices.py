"""Lazada's pushes: one message per order item, signed over app key and raw body, to be answered in half a second."""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from sandbox.pushes import Policy, Push

if TYPE_CHECKING:
    from sandbox.lazada.market import Market
    from sandbox.lazada.state import Item, Sku
    from sandbox.orders import Line, Order

POLICY = Policy(0.5, (1800.0,) * 12)
SHALLOW = 5
SOON = 48 * 3600
SITE = "lazada_vn"
REVERSES = {"asked": "CANCEL_INIT", "canceled": "CANCEL_SUCCESS", "returning": "RTM_INIT"}


def signature(secret: str, app_key: str, body: bytes) -> str:
    """Lower-case hex HMAC-SHA256 over the app key and the raw body."""
    return hmac.new(secret.encode(), app_key.encode() + body, hashlib.sha256).hexdigest()


def send(market: Market, kind: int, make: Callable[[], dict[str, Any]], at: float) -> None:
    """A push whose envelope is made anew for each try; none goes out while the authorisation is expired."""
    if not market.tokens.authorised():
        return

    def body() -> bytes:
        return json.dumps(make(), ensure_ascii=False, separators=(",", ":")).encode()

    def sign(url: str, sent: bytes) -> dict[str, str]:
        return {"Authorization": signature(market.app_secret, market.app_key, sent)}

    market.world.pushes.send(Push(market.name, f"push.{kind}", body, sign, POLICY), at)


def _envelope(market: Market, kind: int, data: dict[str, Any], timestamp: int) -> dict[str, Any]:
    return {"seller_id": market.seller_id, "message_type": kind, "data": data, "timestamp": timestamp,
            "site": SITE}  # fmt: skip


def order_item(market: Market, order: Order, line: Line, at: float) -> None:
    """Type 0. A late try tells the status of that moment, not the one it was made for."""

    def make() -> dict[str, Any]:
        data = {
            "order_status": market.till.status(line), "trade_order_id": order.id,
            "trade_order_line_id": str(line.extra["order_item_id"]), "status_update_time": int(order.updated),
        }  # fmt: skip
        if line.stage in ("returning", "returned"):
            data |= {"reverse_order_id": str(line.extra["reverse_order_id"]),
                     "reverse_order_line_id": str(line.extra["order_item_id"] + 7)}  # fmt: skip
        return _envelope(market, 0, data, int(market.world.clock.now() * 1000))

    send(market, 0, make, at)


def reverse(market: Market, order: Order, line: Line, at: float) -> None:
    """Type 10: a cancellation or a return of an order item."""
    status = REVERSES.get(line.stage)
    if status:
        data = {"reverse_status": status, "trade_order_id": order.id,
                "trade_order_line_id": str(line.extra["order_item_id"]),
                "reverse_order_id": str(line.extra["reverse_order_id"]),
                "reverse_order_line_id": str(line.extra["order_item_id"] + 7),
                "status_update_time": int(at)}  # fmt: skip
        made = _envelope(market, 10, data, int(at * 1000))
        send(market, 10, lambda: made, at)


def shallow(market: Market, sku: Sku, at: float) -> None:
    """Type 6: fewer than five left."""
    made = _envelope(market, 6, {
        "seller_sku": sku.seller_sku, "sku_id": sku.sku_id, "real_quantity": sku.sellable,
        "withhold_quantity": sku.withhold, "occupy_quantity": sku.occupy, "pre_order_quantity": 0,
        "warehouse": "dropshipping",
    }, int(at))  # fmt: skip
    send(market, 6, lambda: made, at)


def item(market: Market, changed: Item, kind: int, action: str, skus: Sequence[Sku] | None = None) -> None:
    """Types 3, 4 and 5. Type 3 has strings for ids and `action` beside `data`, the others numbers and inside."""
    now = market.world.clock.now()
    loud = str if kind == 3 else int
    rows = [
        {"shop_sku": f"{changed.item_id}_VNAMZ-{sku.sku_id}", "seller_sku": sku.seller_sku,
         "sku_id": loud(sku.sku_id)}
        for sku in (changed.skus if skus is None else skus)
    ]  # fmt: skip
    data: dict[str, Any] = {"item_id": loud(changed.item_id), "sku_list": rows}
    more = {"action": action, "status_update_time": int(now * 1000)}
    made = _envelope(market, kind, data if kind == 3 else data | more, int(now))
    if kind == 3:
        made |= more
    send(market, kind, lambda: made, now)


def quality(market: Market, judged: Item, status: str) -> None:
    """Type 1: PENDING, APPROVED, REJECTED, LIVE_REJECTED or Lock."""
    now = market.world.clock.now()
    made = _envelope(market, 1, {
        "itemId": judged.item_id, "status": status, "reason": judged.reject_reason, "date": int(now * 1000),
        "seller_id": int(market.seller_id),
    }, int(now))  # fmt: skip
    send(market, 1, lambda: made, now)


def tick(market: Market, now: float) -> None:
    """Type 8, once for each access token that ends within 48 hours."""
    grant = market.tokens.newest()
    if grant.access_until - now > SOON or grant.access in market.warned:
        return
    market.warned.add(grant.access)
    made = _envelope(market, 8, {
        "app_key": market.app_key, "auth_expiry_time": int(grant.access_until * 1000),
        "seller_id": market.seller_id,
    }, int(now))  # fmt: skip
    send(market, 8, lambda: made | {"seller_id": "null"}, now)
