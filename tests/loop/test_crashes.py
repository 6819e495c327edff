"""A worker may die at any numbered step: before or after every commit and every call. What follows must converge
with one listing per product and then be quiet."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from sqlalchemy import event

from connector.store import Draft, Store
from tests.conftest import KEY
from tests.loop.bench import Bench, goods, repriced


class Dies(BaseException):
    """What a killed process does: nothing more."""


@contextmanager
def dying_at(store: Store, step: int) -> Iterator[Any]:
    """The worker's steps are its commits and calls; at number `step` it dies and touches nothing any more."""
    count = 0

    def tick(*_: Any) -> None:
        nonlocal count
        count += 1
        if count >= step:
            raise Dies

    event.listen(store.engine, "commit", tick)
    try:
        yield tick
    finally:
        event.remove(store.engine, "commit", tick)


def crashed(store: Store, bench: Bench, step: int) -> bool:
    """Run a pass in a worker that dies at `step`; False if the pass ended before that."""
    worker = Store(store.engine.url.render_as_string(hide_password=False), keys=[KEY], pool=2)
    doomed = Bench(worker, bench.platform, bench.clock, bench.channel)
    try:
        with dying_at(worker, step) as tick:
            doomed.on_call = tick
            doomed.sync(2)
    except Dies:
        return True
    finally:
        worker.close()
    return False


def every_step(store: Store, stride: int) -> Iterator[tuple[Bench, int]]:
    """The same scenario again and again, the worker dying one stride later each time, until it outlives it."""
    step, alive = 1, True
    while alive:
        with store.engine.begin() as connection:
            connection.exec_driver_sql("TRUNCATE producer, shop RESTART IDENTITY CASCADE")
        bench = Bench(store).shop().goods(goods(3))
        bench.sync()
        changed = repriced(goods(2), 150)
        store.products.put([Draft(0, p, {p.variants[0].sku: 4}) for p in changed], "edit")
        bench.goods(goods(6)[3:])
        bench.platform.deleted.add("3")
        store.shops.set_rules(1, cause="look at all")
        alive = crashed(store, bench, step)
        yield bench, step
        step += stride


@pytest.mark.parametrize("stride", [3])
def test_whatever_dies_when_two_passes_converge_and_the_next_writes_nothing(store: Store, stride: int) -> None:
    for bench, step in every_step(store, stride):
        bench.sync(2)
        live = bench.platform.live()
        assert (len(live), bench.platform.duplicates()) == (6, 0), f"died at step {step}"
        prices = {f[f"price:{sku}"] for f in live.values() for sku in [f["variants"][0]]}
        assert prices == {75_000, 76_500, 52_000, 53_000, 54_000, 55_000}, f"died at step {step}"
        before = bench.platform.writes
        run = bench.night()
        assert (run.state, run.unchanged, bench.platform.writes) == ("done", 6, before), f"died at step {step}"
