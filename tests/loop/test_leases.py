"""Who holds a listing: one thread at a time, also within one process, and for as long as it goes on."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest

from connector.converge import converge
from connector.domain.listing import Lane
from connector.store import Store
from tests.loop.bench import Bench, FixedClock, goods

LEASE = timedelta(seconds=120)


@pytest.fixture
def bench(store: Store) -> Bench:
    bench = Bench(store).shop().goods(goods(3))
    bench.clock = FixedClock(bench.clock.now() + timedelta(seconds=1))
    return bench


def claimed_elsewhere(bench: Bench, after: timedelta) -> int:
    """How many another thread of this process gets some time from now."""
    shop, at = bench.site().shop.id, bench.clock.now() + after
    with ThreadPoolExecutor(1) as other:
        return len(other.submit(bench.store.work.claim, shop, Lane.CONTENT, at, 10).result())


def test_what_a_thread_took_over_is_not_sent_by_the_one_that_hung(bench: Bench) -> None:
    hung: list[int] = []

    def hang(*_: object) -> None:
        if not hung:
            hung.append(claimed_elsewhere(bench, LEASE + timedelta(seconds=1)))

    bench.on_call = hang  # its first call, a look, takes longer than the lease
    converge(bench.site(), Lane.CONTENT)
    assert hung == [3]
    assert bench.platform.live() == {}


def test_a_batch_that_goes_on_keeps_what_it_holds(bench: Bench) -> None:
    work, now = bench.store.work, bench.clock.now()
    ids = [held.listing.id for held in work.claim(bench.site().shop.id, Lane.CONTENT, now, 10)]
    work.keep(ids, now + LEASE * 0.4)
    assert claimed_elsewhere(bench, LEASE * 0.9) == 0
    work.keep(ids, now + LEASE * 0.9)
    assert claimed_elsewhere(bench, LEASE * 1.8) == 0
    assert claimed_elsewhere(bench, LEASE * 1.95) == 3
