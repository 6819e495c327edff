"""The tasks: each wakes a use-case and forgets it. What is to be done stands in the database, never in a message."""

import threading
from datetime import timedelta

import structlog

from connector import housekeeping as keep
from connector.converge import VIETNAM
from connector.converge import converge as converge_shop
from connector.domain.listing import Lane
from connector.errors import Retry
from connector.reconcile import reconcile as reconcile_shop
from connector.reconcile import settle
from connector.wiring import Wired, wire
from tasks.app import app, settings

log = structlog.get_logger()
_STINT = timedelta(seconds=20)  # then the thread goes back to the queue, so that no lane waits for another
_lock = threading.Lock()
_wired: list[Wired] = []


def _parts() -> Wired:
    """This process's parts, made once."""
    with _lock:
        if not _wired:
            _wired.append(wire(settings))
        return _wired[0]


@app.task(name="ocop.converge")
def converge(shop_id: int, lane: str) -> None:
    wired = _parts()
    with structlog.contextvars.bound_contextvars(shop_id=shop_id, lane=lane):
        site = wired.site(wired.store.shops.by_id(shop_id))
        until = wired.clock.now() + _STINT
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
    for shop_id, lane in wired.store.work.due_shops(wired.clock.now()):
        wired.hints.converge(shop_id, lane)
    for run in wired.store.runs.open_runs():
        assert run.id is not None
        if run.state == "scanning":
            wired.hints.reconcile(run.shop_id, run.cause)
        elif run.state == "healing":
            settle(wired.site(wired.store.shops.by_id(run.shop_id)), run.id)


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
