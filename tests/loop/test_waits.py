"""When a listing is looked at again: together with others, and no later than what made it wait asks for."""

from datetime import UTC, datetime, timedelta

from connector.converge import converge
from connector.domain.listing import Lane
from connector.errors import Retry
from connector.outcomes import _together
from connector.store import Store
from tests.loop.bench import Bench, FixedClock, goods, repriced

NOW = datetime(2026, 11, 24, 3, 0, 0, 123456, tzinfo=UTC)


def test_waits_of_one_batch_end_at_one_moment_though_they_began_apart() -> None:
    ends = {
        _together(NOW + timedelta(seconds=10, milliseconds=7 * i), NOW + timedelta(microseconds=i)) for i in range(60)
    }
    assert len(ends) == 1


def test_a_wait_is_never_cut_short_nor_drawn_out_by_more_than_a_third() -> None:
    for seconds in (1, 3, 10, 60, 600, 3600):
        end = NOW + timedelta(seconds=seconds)
        assert end <= _together(end, NOW) <= end + timedelta(seconds=max(seconds / 3, 0.5))


def test_what_was_only_too_early_is_asked_again_then_and_counts_as_no_failure(store: Store) -> None:
    """A wait that doubled with every refusal would outlast the refusals by minutes."""
    bench = Bench(store, clock=FixedClock(datetime.now(UTC) + timedelta(minutes=5))).shop().goods(goods(1))
    bench.sync()
    bench.goods(repriced(goods(1), 120), cause="edit")
    bench.platform.busy = Retry("too fast", after=3, throttled=True)
    for _ in range(4):
        converge(bench.site(), Lane.PRICE)
        (held,) = store.work.peek([1])
        assert held.tries == 0
        assert held.due[Lane.PRICE] == bench.clock.now() + timedelta(seconds=3)
        bench.clock.forward(seconds=3)
    bench.platform.busy = Retry("their database is busy", after=3)
    waits = []
    for _ in range(3):
        converge(bench.site(), Lane.PRICE)
        due = store.work.peek([1])[0].due[Lane.PRICE]
        assert due is not None
        waits.append((due - bench.clock.now()).total_seconds())
        bench.clock.at = due
    assert waits == [4, 8, 16]
    bench.platform.busy = None
    assert converge(bench.site(), Lane.PRICE).results == {"applied": 1}
