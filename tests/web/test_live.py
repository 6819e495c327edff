"""Live pages hear what changed, only what is theirs, and cost nothing when nobody looks."""

import queue
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import requests
from sqlalchemy import text

from connector.store import Draft
from tests.builders import a_producer, a_product, a_variant
from tests.web.conftest import Console, Person

_LOOKED = """
    SELECT count(*) FROM pg_locks WHERE classid = 7010
    AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
"""
_HANG_UP = """
    SELECT pg_terminate_backend(pid) FROM pg_stat_activity
    WHERE application_name = 'ocop-live' AND datname = current_database()
"""


@contextmanager
def listening(person: Person) -> Iterator["queue.Queue[str]"]:
    """The events of one open page, the first `again` taken off."""
    heard: queue.Queue[str] = queue.Queue()
    stream = person.session.get(person.console.url + "/live", stream=True, timeout=30)
    assert stream.headers["Content-Type"].startswith("text/event-stream")

    def read() -> None:
        try:
            for line in stream.iter_lines(chunk_size=1, decode_unicode=True):
                if line.startswith("event: "):
                    heard.put(line.removeprefix("event: "))
        except (requests.RequestException, AttributeError, ValueError, OSError):
            return  # the test hung up

    thread = threading.Thread(target=read, daemon=True)
    thread.start()
    assert heard.get(timeout=30) == "again"
    yield heard
    stream.raw._fp.fp.raw._sock.shutdown(2)
    stream.close()
    thread.join(5)


def drain(heard: "queue.Queue[str]", until: str) -> set[str]:
    names: set[str] = set()
    while until not in names:
        names.add(heard.get(timeout=30))
    return names


def two_products(console: Console) -> None:
    theirs = a_product(
        code="CHE-BUP",
        name="Chè búp",
        producer=a_producer(code="KHAC", name="HTX Khác"),
        variants=(a_variant("CHE-1"),),
    )
    console.wired.store.products.put([Draft(1, a_product()), Draft(2, theirs)], "test")


def test_a_page_hears_of_its_own_products_and_not_of_others(console: Console) -> None:
    two_products(console)
    store = console.wired.store
    mine = console.person("an", producer=a_producer().code)
    boss = console.person("sep", role="operator")
    store.shops.add("shopee-1", "shopee")
    with listening(mine) as heard, listening(boss) as everything:
        with store.engine.begin() as connection:
            ids = {code: i for i, code in connection.execute(text("SELECT id, code FROM product")).all()}
            connection.execute(text("UPDATE listing SET reason = 'x'"))
        assert drain(everything, f"product-{ids['CHE-BUP']}") >= {"listing"}
        own = f"product-{ids['MAT-ONG-HOA-NHAN']}"
        assert drain(heard, "shop-1") <= {"again", "listing", own, "shop-1"}
        assert heard.empty()


def test_the_listener_comes_back_after_the_database_hung_up(console: Console) -> None:
    two_products(console)
    store = console.wired.store
    with listening(console.person("sep", role="operator")) as heard:
        with store.engine.begin() as connection:
            gone = connection.execute(
                text(_HANG_UP)
            )
            assert gone.all()
        drain(heard, "again")
        store.shops.add("tiki-1", "tiki")
        assert "shop-1" in drain(heard, "shop-1")


def test_nothing_is_told_while_nobody_looks(console: Console) -> None:
    two_products(console)
    with console.wired.store.engine.connect() as connection:
        looked = connection.execute(text(_LOOKED)).scalar_one()
        connection.execute(text("LISTEN ocop"))
        connection.commit()
        connection.execute(text("UPDATE product SET brand = 'x'"))
        connection.commit()
        driver = connection.connection.driver_connection
        assert driver is not None
        told = list(driver.notifies(timeout=0.3))
    assert (looked, told) == (0, [])
