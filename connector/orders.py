"""Orders in: pull what has changed in a shop since it was last read, and work the pushes that say where to look.

A pull begins before the point already reached, by as much as an order may lag and clocks may differ, so what surfaces
late is read by the next one; a pull that fails leaves the cursor, so a missed window is read again. What is read twice
changes nothing.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from itertools import islice

import structlog

from connector.domain.orders import Cursor, OrderSeen
from connector.errors import Refused, Trouble
from connector.ports import Adapter, Channel, Clock, Hint, Outbox, Recalls
from connector.store import Shop, Store
from connector.store.orders import Absorbed

log = structlog.get_logger()
_BATCH = 100
_FIRST = timedelta(days=15)  # how far back the first pull of a shop reads: one window of every platform
_GIVE_UP = timedelta(days=1)  # a push about an order that never shows


def pull(store: Store, shop: Shop, channel: Channel, adapter: Adapter, clock: Clock) -> Absorbed:
    """Read and absorb a shop's orders up to now. Raises Retry where they cannot be read: the window stays open."""
    total = Absorbed()
    kept = store.orders.cursor(shop.id)
    since = _since(kept, channel, clock.now())
    batch: list[OrderSeen] = []

    def absorb() -> None:
        total.add(store.orders.absorb(shop.id, batch, returns_restock=channel.returns_restock))
        batch.clear()

    try:
        for one in adapter.orders(since):
            if isinstance(one, OrderSeen):
                batch.append(one)
            if len(batch) >= _BATCH or (isinstance(one, Cursor) and batch):
                absorb()
            if isinstance(one, Cursor):
                store.orders.keep(shop.id, one, clock.now())
    except Trouble as error:
        if batch:
            absorb()  # what was read is true, whatever was not
        store.orders.trouble(shop.id, str(error))
        raise
    _tell(shop, total)
    return total


def recall(store: Store, shop: Shop, channel: Channel, adapter: Adapter, numbers: Sequence[str]) -> Absorbed:
    """Absorb single orders that somebody named. What has not surfaced yet is left to the next pull."""
    total = Absorbed()
    assert isinstance(adapter, Recalls)
    for some in _batches(adapter.recall(numbers)):
        total.add(store.orders.absorb(shop.id, some, returns_restock=channel.returns_restock))
    _tell(shop, total)
    return total


def _batches(orders: Iterable[OrderSeen]) -> Iterator[list[OrderSeen]]:
    rest = iter(orders)
    while some := list(islice(rest, _BATCH)):
        yield some


def _tell(shop: Shop, total: Absorbed) -> None:
    if total.lines or total.unknown:
        log.info("orders", shop=shop.code, orders=total.orders, lines=total.lines, unknown=total.unknown)


def _since(kept: Cursor | None, channel: Channel, now: datetime) -> Cursor:
    if kept is None:
        return Cursor(now - _FIRST)
    overlap = timedelta(seconds=channel.order_lag_seconds + 2 * channel.skew_seconds)
    return Cursor(kept.until - overlap, kept.mark)


def take_push(store: Store, shop: Shop, adapter: Adapter, headers: Mapping[str, str], body: bytes) -> int | None:
    """Keep a push that proves genuine for later work: the shop it is about, None if it came before. Refused if not."""
    try:
        hint = adapter.event({name.lower(): value for name, value in headers.items()}, body)
    except Refused as error:
        log.warning("push_refused", shop=shop.code, problems=[problem.code for problem in error.problems])
        raise
    return _keep(store, shop, hint)


def fetch(store: Store, shop: Shop, adapter: Adapter) -> set[int]:
    """Keep the events that wait over there (lost pushes, queues); the shops that have new ones."""
    about: set[int] = set()
    if isinstance(adapter, Outbox):
        for hints in adapter.outbox():
            kept = [_keep(store, shop, hint) for hint in hints]
            about |= {one for one in kept if one is not None}
    return about


def _keep(store: Store, shop: Shop, hint: Hint) -> int | None:
    """The shop that a push is about, None if it came before. One door may serve several shops of an app."""
    about = store.shops.with_account(shop.platform, hint.account) if hint.account else shop.id
    about = about or shop.id
    return about if store.events.take(about, hint) else None


def work_events(store: Store, shop: Shop, channel: Channel, adapter: Adapter, clock: Clock) -> int:
    """Look where the shop's pushes point; how many are done with. One read serves every order they name."""
    waiting = store.events.waiting(shop.id)
    if not waiting:
        return 0
    orders = {event.order_no for event in waiting if event.order_no}
    if orders and adapter.can.orders:
        if isinstance(adapter, Recalls):
            recall(store, shop, channel, adapter, sorted(orders))
        else:
            pull(store, shop, channel, adapter, clock)
    known = store.orders.known(shop.id, orders)
    items = [event.item for event in waiting if event.item]
    if items:
        store.shops.look_at(shop.id, items, "a push")
    now = clock.now()
    late = [e for e in waiting if e.order_no and e.order_no not in known]
    lost = [e for e in late if e.received_at is not None and now - e.received_at > _GIVE_UP]
    keep = {e.id for e in late} - {e.id for e in lost}
    store.events.worked([e.id for e in waiting if e.id not in keep and e.id], "looked", now)
    store.events.worked([e.id for e in lost if e.id], "the order never showed", now)
    return len(waiting) - len(keep)
