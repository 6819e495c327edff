"""Whoever changes several listings in one transaction locks them in the order of their ids, so that nobody waits for
somebody who waits for them."""

import threading
import time
from collections.abc import Callable

import pytest
from sqlalchemy import text
from sqlmodel import Session

from connector.models import RunRow
from connector.store import Store
from tests.loop.bench import Bench, goods

_WAITS = text("SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'")
_LOCK = text("SELECT id FROM listing WHERE id = :id FOR UPDATE")


def until(what: Callable[[], bool]) -> None:
    end = time.monotonic() + 30
    while not what():
        assert time.monotonic() < end, "it never waited"
        time.sleep(0.01)


def waits(store: Store) -> bool:
    """Whether somebody waits for a lock; asked in a transaction of its own, for within one the answer never changes."""
    with store.engine.connect() as connection:
        return bool(connection.execute(_WAITS).scalar_one())


@pytest.mark.parametrize("change", ["look_at_unsettled", "set_rules"])
def test_a_change_of_a_whole_shop_takes_its_listings_in_the_order_of_their_ids(store: Store, change: str) -> None:
    Bench(store).shop().goods(goods(2))
    shop = store.shops.get("shop").id
    first, second = sorted(store.reads.listing_ids(shop))
    with store.engine.begin() as connection:  # an update moves a row to the end: the second now lies before the first
        connection.execute(text("UPDATE listing SET tries = 1 WHERE id = :id"), {"id": first})
    work: dict[str, Callable[[], None]] = {
        "look_at_unsettled": lambda: store.shops.look_at_unsettled(shop, "brought"),
        "set_rules": lambda: store.shops.set_rules(shop, cause="test", verbs="observe"),
    }
    other = threading.Thread(target=work[change])
    with store.engine.begin() as connection:
        connection.execute(_LOCK, {"id": first})
        other.start()
        until(lambda: waits(store))
        connection.execute(_LOCK, {"id": second})  # held by the other, this were a deadlock
    other.join(30)
    assert not other.is_alive()


def test_two_that_open_a_run_at_once_get_the_same_one(store: Store) -> None:
    Bench(store).shop()
    shop, got = store.shops.get("shop").id, []
    other = threading.Thread(target=lambda: got.append(store.runs.open(shop, "a file was brought").cause))
    with Session(store.engine) as session, session.begin():
        session.add(RunRow(shop_id=shop, cause="night"))
        session.flush()
        other.start()
        until(lambda: waits(store))
    other.join(30)
    assert got == ["night"]
