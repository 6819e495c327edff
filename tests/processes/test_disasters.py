"""Real workers on real servers: whatever is killed, flushed or restarted in the middle, nothing is lost or doubled."""

import os
import signal
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import psutil
import pytest
from redis import Redis

from config.settings import Settings
from connector import embedded
from connector.cli.demo.market import Market
from connector.cli.demo.stage import Stage, open_shops, raised, wait_for
from connector.domain.listing import Lane
from connector.embedded import postgres
from connector.embedded.place import find
from connector.reconcile import reconcile
from connector.store import Draft
from connector.wiring import Wired, wire
from tests.builders import _DRAWN, a_picture, a_product, a_product_in_two_sizes, a_variant

pytestmark = pytest.mark.processes
DATA = Path(__file__).parents[2] / "var" / "test-processes"
PLATFORMS = ("shopee", "lazada")
N = 30


class SomeShops(Market):
    """The sandbox with fewer shops, to keep the tests short."""

    def get(self, path: str) -> object:
        found = super().get(path)
        return {name: found[name] for name in PLATFORMS} if path == "/credentials" else found


@pytest.fixture
def stage() -> Iterator[Stage]:
    with raised(DATA, 9700) as made:
        yield made


@pytest.fixture
def wired(stage: Stage) -> Iterator[Wired]:
    servers = {"database_url": stage.environment["DATABASE_URL"], "redis_url": stage.environment["REDIS_URL"]}
    made = wire(Settings().model_copy(update={**servers, "data": stage.folder, "public_url": stage.web_url}))
    open_shops(made.store, SomeShops(stage.market.port_base), stage.folder / "packs")
    made.store.products.put([_draft(made, i) for i in range(N)], "import")
    yield made
    made.close()


def _draft(wired: Wired, i: int) -> Draft:
    if i % 5 == 0:
        product = a_product_in_two_sizes(code=f"P{i:03}", name=f"Mật ong hoa nhãn số {i}")
        product = replace(product, variants=tuple(replace(v, sku=f"{v.sku}-{i:03}") for v in product.variants))
    else:
        variant = a_variant(f"MONG-{i:03}", 50_000 + 1000 * i)
        product = a_product(code=f"P{i:03}", name=f"Mật ong hoa nhãn số {i}", variants=(variant,))
    picture = wired.pictures.save(_DRAWN[a_picture(f"ong {i}")])
    return Draft(i, replace(product, pictures=(picture,)), {v.sku: 10 for v in product.variants})


def live(stage: Stage) -> int:
    return sum(len(stage.market.live(platform)) for platform in PLATFORMS)


def disturb(stage: Stage, wired: Wired, disaster: Callable[[], None]) -> None:
    """Begin publishing, let the disaster strike in the middle, and see everything come right by itself."""
    stage.processes.start_workers()
    for shop in wired.store.shops.all():
        wired.hints.converge(shop.id, Lane.CONTENT)
    wait_for(lambda: live(stage) >= 8, 180, "chưa đăng được gì", "nothing is published")
    assert live(stage) < 2 * N, "too late to disturb anything"
    disaster()

    def at_rest() -> bool:
        done, total = wired.store.reads.progress()
        return done == total == 2 * N

    wait_for(at_rest, 180, "không hội tụ", "it does not converge")
    assert live(stage) == 2 * N
    assert [stage.market.duplicates(platform) for platform in PLATFORMS] == [0, 0]
    quiet_from = stage.market.now()
    runs = [reconcile(wired.site(shop)) for shop in wired.store.shops.all()]
    assert [(run.state, run.planned, run.unchanged) for run in runs] == [("done", N, N)] * 2
    assert sum(log["writes"] for log in stage.market.log(quiet_from).values()) == 0


def test_a_worker_killed_in_the_middle_leaves_no_duplicate_behind(stage: Stage, wired: Wired) -> None:
    def kill_and_start_again() -> None:
        for name in ("worker", "urgent"):
            stage.processes.end(name, kill=True)
        stage.processes.start_workers()

    disturb(stage, wired, kill_and_start_again)


def test_a_flushed_queue_loses_nothing(stage: Stage, wired: Wired) -> None:
    def flush() -> None:
        with Redis.from_url(stage.environment["REDIS_URL"]) as redis:
            for _ in range(5):
                redis.flushall()
                time.sleep(0.05)

    disturb(stage, wired, flush)


def test_a_database_killed_and_started_again_loses_nothing(stage: Stage, wired: Wired) -> None:
    def kill_postgres() -> None:
        place = find(stage.folder)
        postmaster = postgres._postmaster(place, place.folder / "postgres")
        assert postmaster is not None
        os.kill(postmaster.pid, signal.SIGKILL)
        psutil.wait_procs([postmaster], timeout=10)
        embedded.start(stage.folder)

    disturb(stage, wired, kill_postgres)
