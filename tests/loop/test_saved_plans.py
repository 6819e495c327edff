"""Plan before touch: apply does what was shown and nothing else."""

import json
from datetime import timedelta

import pytest

from connector import plans
from connector.errors import Complaint
from connector.store import Store
from tests.loop.bench import Bench, goods, repriced


@pytest.fixture
def bench(store: Store) -> Bench:
    products = goods(4)
    bench = Bench(store).shop().goods(products)
    bench.sync()
    bench.goods(repriced(products[:2], 200))
    return bench


def saved(bench: Bench) -> str:
    return json.dumps(plans.to_json(plans.make(bench.site())))


def test_a_plan_shows_live_value_new_value_and_reason_and_writes_nothing(bench: Bench) -> None:
    before = bench.platform.writes
    made = plans.make(bench.site())
    (change,) = made.with_ops[0].plan.ops[0].changes
    assert (change.field, change.before, change.after, change.reason) == ("price:SKU-0000", 50_000, 100_000, "changed")
    assert (len(made.with_ops), made.calls, bench.platform.writes) == (2, 1, before)


def test_apply_does_exactly_what_was_saved(bench: Bench) -> None:
    shop, chosen = plans.from_json(saved(bench), bench.clock.now())
    done = plans.apply(bench.site(shop), chosen)
    assert (done.report.results, done.moved) == ({"applied": 2}, {})
    assert bench.platform.live()["1"]["price:SKU-0000"] == 100_000


def test_apply_stops_where_the_live_value_moved_meanwhile(bench: Bench) -> None:
    text = saved(bench)
    bench.edit("SKU-0000", **{"price:SKU-0000": 1})
    done = plans.apply(bench.site(), plans.from_json(text, bench.clock.now())[1])
    assert list(done.moved.values()) == ["price:SKU-0000"]
    assert bench.platform.live()["1"]["price:SKU-0000"] == 1
    assert bench.platform.live()["2"]["price:SKU-0001"] == 102_000


def test_apply_stops_where_we_changed_our_own_mind(bench: Bench) -> None:
    text = saved(bench)
    bench.goods(repriced(goods(1), 300))
    done = plans.apply(bench.site(), plans.from_json(text, bench.clock.now())[1])
    assert list(done.moved.values()) == ["price:SKU-0000"]


def test_a_planned_create_is_not_sent_if_the_listing_has_appeared(store: Store) -> None:
    bench = Bench(store).shop().goods(goods(1))
    text = saved(bench)
    bench.sync()
    done = plans.apply(bench.site(), plans.from_json(text, bench.clock.now())[1])
    assert (list(done.moved.values()), len(bench.platform.live())) == (["listing"], 1)


@pytest.mark.parametrize("spoil", [lambda t: t.replace("100000", "100"), lambda t: "{}", lambda t: "[]", lambda t: "x"])
def test_an_altered_plan_is_refused(bench: Bench, spoil: object) -> None:
    with pytest.raises(Complaint):
        plans.from_json(spoil(saved(bench)), bench.clock.now())  # type: ignore[operator]


def test_an_old_plan_is_refused(bench: Bench) -> None:
    with pytest.raises(Complaint, match="too old"):
        plans.from_json(saved(bench), bench.clock.now() + timedelta(days=2))
