"""The tasks: each wakes a use-case and forgets it. What is to be done stands in the database, never in a message."""

import threading
from collections.abc import Callable, Sequence
from datetime import timedelta

import structlog

from connector import housekeeping as keep
from connector.converge import converge as converge_shop
from connector.domain.listing import Lane
from connector.errors import NeedsConsent, Retry
from connector.orders import fetch, pull, work_events
from connector.reconcile import reconcile as reconcile_shop
from connector.reconcile import settle
from connector.site import VIETNAM, Site
from connector.wiring import Wired, wire
from tasks.app import app, settings

log = structlog.get_logger()
_STINT = timedelta(seconds=20)  # then the thread goes back to the queue, so that no lane waits for another
_URGENT_STINT = timedelta(seconds=2)  # and no order to be heard waits for the stock of many shops
_lock = threading.Lock()
_wired: list[Wired] = []
_gathers: dict[int, float] = {}  # seconds, by shop


def _parts() -> Wired:
    """This process's parts, made once."""
    with _lock:
        if not _wired:
            _wired.append(wire(settings))
        return _wired[0]


@app.task(name="ocop.converge")
def converge(shop_id: int, lane: str) -> None:
    wired, urgent = _parts(), lane == Lane.STOCK
    with structlog.contextvars.bound_contextvars(shop_id=shop_id, lane=lane):
        until = wired.clock.now() + (_URGENT_STINT if urgent else _STINT)
        with wired.lent(shop_id, urgent=urgent) as site:
            converge_shop(site, Lane(lane), batch=settings.batch, until=until)
        if wired.clock.now() >= until:
            wired.hints.converge(shop_id, Lane(lane))


@app.task(name="ocop.reconcile")
def reconcile(shop_id: int, cause: str) -> None:
    wired = _parts()
    with structlog.contextvars.bound_contextvars(shop_id=shop_id):
        try:
            reconcile_shop(wired.site(wired.store.shops.by_id(shop_id)), cause, once=True)
        except Retry as error:
            log.info("reconcile_waits", code=error.code)  # the run stays open and the sweep sends it again


@app.task(name="ocop.sweep")
def sweep() -> None:
    """Make good every hint that was lost: due work, and runs that were interrupted or have all their results."""
    wired = _parts()
    _ring(wired, tuple(Lane))
    for run in wired.store.runs.open_runs():
        assert run.id is not None
        if run.state == "scanning":
            wired.hints.reconcile(run.shop_id, run.cause)
        elif run.state == "healing":
            settle(wired.site(wired.store.shops.by_id(run.shop_id)), run.id)


@app.task(name="ocop.orders")
def orders(shop_id: int | None = None) -> None:
    """Pull one shop's orders; by the clock, without a shop, ring for every one of them and for pushes left over."""
    wired = _parts()
    if shop_id is None:
        for shop in wired.store.shops.all():
            if shop.active:
                wired.hints.orders(shop.id)
        for waiting in wired.store.events.waiting_shops():
            wired.hints.events(waiting)
        return
    _hear(wired, shop_id, lambda site: _pull(wired, site))


def _pull(wired: Wired, site: Site) -> None:
    """Its orders, and the events that wait over there: those are worked like pushes."""
    pull(site.store, site.shop, site.channel, site.adapter, site.clock)
    for about in fetch(site.store, site.shop, site.adapter):
        wired.hints.events(about)


@app.task(name="ocop.events")
def events(shop_id: int) -> None:
    """Look where the pushes that came for a shop point."""
    wired = _parts()
    _hear(wired, shop_id, lambda site: work_events(site.store, site.shop, site.channel, site.adapter, site.clock))


def _hear(wired: Wired, shop_id: int, listen: Callable[[Site], object]) -> None:
    """Take in what a shop has to tell, weigh what is scarce, and ring where stock must be written now."""
    with structlog.contextvars.bound_contextvars(shop_id=shop_id):
        try:
            with wired.lent(shop_id) as site:
                if site.shop.active and site.adapter.can.orders:
                    listen(site)
        except Retry as error:
            log.info("orders_wait", code=error.code)  # the cursor stays: the window is read again
        except NeedsConsent as error:
            wired.store.shops.pause(shop_id, str(error))
        _ring_for_stock(wired)  # lowering does not wait for the weighing
        if wired.weigh():
            _ring_for_stock(wired)


def _ring_for_stock(wired: Wired) -> None:
    _ring(wired, (Lane.STOCK,))


def _ring(wired: Wired, lanes: Sequence[Lane]) -> None:
    """Where files are carried, what is sold within some seconds goes into one of them."""
    due = wired.store.work.due_shops(wired.clock.now(), lanes)
    if unknown := {shop_id for shop_id, _ in due} - _gathers.keys():
        _gathers.update({i: wired.channel(wired.store.shops.by_id(i).platform).gather_seconds for i in unknown})
    for shop_id, lane in due:
        wired.hints.converge(shop_id, lane, after=_gathers[shop_id] if lane is Lane.STOCK else 0)


@app.task(name="ocop.night")
def night() -> None:
    wired = _parts()
    for shop in wired.store.shops.all():
        if shop.active:
            wired.hints.reconcile(shop.id, f"night of {wired.clock.now().astimezone(VIETNAM):%Y-%m-%d}")


@app.task(name="ocop.housekeeping")
def housekeeping() -> None:
    wired = _parts()
    keep.tidy(wired.store, wired.clock.now(), wired.book)
    for shop in wired.store.shops.all():
        wired.store.orders.bind_unknown(shop.id, returns_restock=wired.channel(shop.platform).returns_restock)
    wired.weigh(everything=True)
    keep.audit(wired.store)
