"""Event queues, Tiki's substitute for pushes: pulled, redelivered until acknowledged, oldest first.

An answer is a batch with an ack id; the next pull names it and so says that the batch arrived. A pull without it gets
the same batch again (inferred from the promise of at-least-once).
"""

from __future__ import annotations

import hashlib
import uuid
from bisect import insort
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from sandbox.tiki.errors import Failure
from sandbox.tiki.state import PICKUP, Product

if TYPE_CHECKING:
    from sandbox.tiki.market import Call, Market

TYPES = {
    "ORDER_CREATED_SUCCESSFULLY": "v1", "ORDER_STATUS_UPDATED": "v1", "PRODUCT_PRICE_UPDATED": "v1",
    "PRODUCT_MARKET_PRICE_UPDATED": "v1", "PRODUCT_INVENTORY_UPDATED": "v2",
}  # fmt: skip


@dataclass(order=True)
class Event:
    """One event; it can be pulled from `due` on (epoch seconds)."""

    due: float
    number: int
    id: str = field(compare=False)
    created: float = field(compare=False)
    type: str = field(compare=False)
    payload: dict[str, Any] = field(compare=False)


@dataclass
class Subscription:
    code: str
    event_type: str
    active: bool = True


@dataclass
class EventQueue:
    """Waiting events, and the batch that nobody has acknowledged yet."""

    code: str
    name: str
    created: float
    subscriptions: dict[str, Subscription] = field(default_factory=dict)
    events: list[Event] = field(default_factory=list)
    batch: list[Event] = field(default_factory=list)
    ack_id: str | None = None

    def wants(self, event_type: str) -> bool:
        return any(one.active and one.event_type == event_type for one in self.subscriptions.values())


def _uuid(market: Market) -> str:
    return str(uuid.UUID(int=market.chance.getrandbits(128), version=4))


def sid(market: Market) -> str:
    return hashlib.sha1(str(market.seller_id).encode(), usedforsecurity=False).hexdigest().upper()


def emit(market: Market, event_type: str, payload: dict[str, Any], at: float) -> None:
    """Puts an event into every queue that subscribed; faults lose it, double it or make it late."""
    queues = [queue for queue in market.queues.values() if queue.wants(event_type)]
    if not queues:
        return
    rule = market.world.faults.take_first(market.name, f"event.{event_type}", ("lost", "double", "late"))
    if rule and rule.kind == "lost":
        return
    late = float(rule.params.get("seconds", 600)) if rule and rule.kind == "late" else 0.0
    due = at + late + float(market.switches["event_lag_seconds"])
    for queue in queues:
        event = Event(due, next(market.event_numbers), _uuid(market), at, event_type, payload)
        insort(queue.events, event)
        if rule and rule.kind == "double":
            insort(queue.events, event)


@contextmanager
def watching(market: Market, held: Product) -> Iterator[None]:
    """Tells what the block changed of a product's prices and stock."""
    prices = held.price, held.market_price
    before = {place: figures(held, place) for place in PICKUP}
    yield
    _price(market, held, "PRODUCT_PRICE_UPDATED", "price", prices[0], held.price)
    _price(market, held, "PRODUCT_MARKET_PRICE_UPDATED", "market_price", prices[1], held.market_price)
    for place, numbers in before.items():
        stock(market, held, place, numbers)


def _price(market: Market, held: Product, event_type: str, name: str, old: int, new: int) -> None:
    if old != new:
        payload = {"product_id": str(held.product_id), "original_sku": held.original_sku,
                   f"{name}_from": str(old), f"{name}_to": str(new)}  # fmt: skip
        emit(market, event_type, payload, market.world.clock.now())


def figures(held: Product, place: int) -> dict[str, int]:
    available, reserved = held.available.get(place, 0), held.reserved.get(place, 0)
    return {"quantity": 0, "quantity_available": available, "quantity_reserved": reserved,
            "quantity_sellable": max(0, available - reserved)}  # fmt: skip


def stock(market: Market, held: Product, place: int, before: Mapping[str, int]) -> None:
    """What changed in one warehouse, if anything did."""
    after = figures(held, place)
    if after == before:
        return
    payload: dict[str, Any] = {"product_id": held.product_id, "original_sku": held.original_sku, "warehouse_id": place}
    for name, value in after.items():
        payload |= {f"{name}_from": before[name], f"{name}_to": value}
    emit(market, "PRODUCT_INVENTORY_UPDATED", payload, market.world.clock.now())


# The calls


def create(market: Market, call: Call) -> dict[str, Any]:
    """POST /v1/queues."""
    name = call.body.get("name")
    if not isinstance(name, str) or not name.strip():
        raise Failure(422, "name must not be blank")
    if len(market.queues) >= int(market.switches["queue_limit"]):
        raise Failure(422, "The number of queues exceeds the limit")
    queue = EventQueue(_uuid(market), name, market.world.clock.now())
    market.queues[queue.code] = queue
    return _row(queue)


def _row(queue: EventQueue) -> dict[str, Any]:
    return {"code": queue.code, "name": queue.name, "status": "ACTIVE"}


def listed(market: Market, call: Call) -> list[dict[str, Any]]:
    """GET /v1/queues: a bare array."""
    return [_row(queue) for queue in market.queues.values()]


def _queue(market: Market, call: Call) -> EventQueue:
    queue = market.queues.get(call.match["queue"])
    if queue is None:
        raise Failure(404, f"Queue not found code: {call.match['queue']}")
    return queue


def subscribe(market: Market, call: Call) -> dict[str, Any]:
    """POST /v1/queues/{code}/subscriptions; the same type twice is the same subscription."""
    queue, event_type = _queue(market, call), call.body.get("event_type")
    if event_type not in TYPES:
        raise Failure(422, f"event_type {event_type} is not supported")
    held = next((one for one in queue.subscriptions.values() if one.event_type == event_type), None)
    if held is None:
        held = Subscription(_uuid(market), str(event_type))
        queue.subscriptions[held.code] = held
    held.active = True
    return _subscription(market, held)


def _subscription(market: Market, held: Subscription) -> dict[str, Any]:
    return {"code": held.code, "active": held.active, "event_type": held.event_type, "sid": sid(market)}


def subscriptions(market: Market, call: Call) -> list[dict[str, Any]]:
    """GET /v1/queues/{code}/subscriptions."""
    return [_subscription(market, one) for one in _queue(market, call).subscriptions.values()]


def switch_subscription(market: Market, call: Call) -> dict[str, Any]:
    """PUT .../subscriptions/{subscription} {"active": bool} (the shape is inferred)."""
    held = _queue(market, call).subscriptions.get(call.match["subscription"])
    if held is None:
        raise Failure(404, f"Subscription not found code: {call.match['subscription']}")
    held.active = bool(call.body.get("active", True))
    return _subscription(market, held)


def pull(market: Market, call: Call) -> dict[str, Any]:
    """POST /v1/queues/{code}/events/pull {"ack_id": null or the last answer's}."""
    queue, ack_id = _queue(market, call), call.body.get("ack_id")
    if ack_id is not None and ack_id == queue.ack_id:
        queue.batch, queue.ack_id = [], None
    again = market.world.faults.take(market.name, call.name, "redeliver")
    if not queue.batch:
        now, most = market.world.clock.now(), int(market.switches["event_batch"])
        ripe = [event for event in queue.events[:most] if event.due <= now]
        queue.batch, queue.events = ripe, queue.events[len(ripe) :]
        queue.ack_id = _uuid(market) if ripe else ack_id
    rows = [_event(market, event) for event in queue.batch]
    return {"events": rows + rows if again else rows, "ack_id": queue.ack_id}


def _event(market: Market, event: Event) -> dict[str, Any]:
    return {"id": event.id, "sid": sid(market), "created_at": int(event.created * 1000), "type": event.type,
            "version": TYPES[event.type], "payload": event.payload}  # fmt: skip
