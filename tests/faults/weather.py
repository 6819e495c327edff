"""What goes wrong: a worker that dies at a numbered step, and storms of faults drawn from a seed."""

import random
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace
from typing import Any

from sqlalchemy import event

from connector.errors import NeedsConsent, Retry
from connector.reconcile import reconcile
from connector.store import Store
from tests.conftest import KEY
from tests.faults.shop import FaultShop


class Dies(BaseException):
    """What a killed process does: nothing more."""


@contextmanager
def dying_at(store: Store, step: int) -> Iterator[Any]:
    """At step number `step` the worker dies and touches nothing any more. Yields what counts the steps."""
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


def day_and_night(shop: FaultShop) -> None:
    shop.work()
    shop.night()


def dies_at(shop: FaultShop, step: int, work: Callable[[FaultShop], object] = day_and_night) -> bool:
    """A worker does `work` and dies at `step`; False if it was done before that."""
    worker = Store(shop.store.engine.url.render_as_string(hide_password=False), keys=[KEY], pool=2)
    try:
        with dying_at(worker, step) as tick:
            work(replace(shop, store=worker, on_step=tick))
    except Dies:
        return True
    finally:
        worker.close()
    return False


LAGS = {"shopee": "list_lag_seconds", "lazada": "index_lag_seconds", "tiki": "list_lag_seconds"}
SLEEPS = (1.0, 60.0, 600.0, 3_700.0, 15_000.0)  # seconds, between rounds: access tokens die within them
DEAD_TOKENS = ("shopee", "lazada", "tiki")
PATIENCE, SLOW = 0.25, 0.5  # seconds: of a client in a storm, and of an answer that comes too late for it
_HTTP = [{"status": s, "body": b} for s in (500, 502, 503, 504) for b in ("", "<html>Bad Gateway</html>")]
KINDS: dict[str, list[dict[str, Any]]] = {
    "drop_before": [{}],
    "drop_after": [{}],
    "http": [*_HTTP, {"status": 429, "body": ""}],
    "http_after": _HTTP,
    "garbage": [{}],
    "rate_limit": [{}],
    "delay": [{"seconds": 0.05}, {"seconds": SLOW}],
}


@dataclass(frozen=True)
class Storm:
    """Several faults at once for some rounds, between which the sandbox's time passes (so that tokens die), perhaps
    lists that lag, perhaps a worker that dies in the middle of it."""

    seed: int
    rules: list[dict[str, Any]] = field(default_factory=list)
    lag: float = 0.0
    sleeps: list[float] = field(default_factory=list)
    death: int = 0

    @classmethod
    def drawn(cls, platform: str, seed: int) -> "Storm":
        chance = random.Random(f"{platform} {seed}")
        rules = [_rule(platform, kind, chance) for kind in chance.sample(sorted(KINDS), chance.randint(1, 4))]
        lag = chance.choice((0.0, 20.0, 60.0)) if platform in LAGS else 0.0
        sleeps = [chance.choice(SLEEPS) for _ in range(chance.randint(2, 4))]
        if platform in DEAD_TOKENS and chance.random() < 0.5:
            rules.append({"platform": platform, "kind": "dead_token", "skip": chance.randint(0, 20), "count": 2})
        return cls(seed, rules, lag, sleeps, chance.choice((0, chance.randint(1, 60))))

    def strike(self, shop: FaultShop) -> None:
        """Rounds and a night in this weather. A Retry of the night's scan is an answer; anything else is a bug."""
        shop.sandbox.world.faults.reseed(self.seed)
        shop.sandbox.post("/faults", self.rules)
        if self.lag:
            shop.sandbox.switch(shop.platform, **{LAGS[shop.platform]: self.lag})
        impatient = replace(shop, timeout=PATIENCE)
        if self.death:
            dies_at(impatient, self.death, FaultShop.round)
        for seconds in self.sleeps:
            impatient.round()
            _let_slow_ones_end(shop)
            shop.sandbox.post("/clock", {"advance": seconds})
            shop.reconnect()
        with suppress(Retry, NeedsConsent):
            reconcile(impatient.site())
        _let_slow_ones_end(shop)


def _rule(platform: str, kind: str, chance: random.Random) -> dict[str, Any]:
    return {
        "platform": platform,
        "endpoint": "*",
        "kind": kind,
        "probability": chance.choice((0.05, 0.15, 0.3, 0.6)),
        "skip": chance.randint(0, 10),
        "count": 3 if kind == "delay" else chance.choice((1, 3, 10, None)),
        "params": chance.choice(KINDS[kind]),
    }


def _let_slow_ones_end(shop: FaultShop) -> None:
    """A request that its client gave up on still arrives; the sandbox's time must not run past it."""
    if any(rule.kind == "delay" and rule.hits for rule in shop.sandbox.world.faults.rules):
        time.sleep(SLOW + 0.1)
