"""What happens to work that came too early: it is told apart from trouble, and asked again when the budget allows."""

from collections.abc import Iterator
from dataclasses import replace

import pytest
from redis import Redis

from adapters.throttle import RedisThrottle, budgets
from connector.domain.listing import State
from connector.errors import Retry
from tests.builders import FreeThrottle
from tests.contract.shop import Shop, desired_on


@pytest.fixture
def redis(redis_url: str) -> Iterator[Redis]:
    with Redis.from_url(redis_url) as client:
        yield client


def test_too_fast_says_nothing_about_the_listing(shop: Shop) -> None:
    shop.want(desired_on(shop))
    shop.fault("rate_limit", count=1)
    with pytest.raises(Retry) as early:
        shop.look()
    assert early.value.throttled
    assert early.value.after >= 1
    assert shop.publish(shop.wanted[1]).state is State.LIVE


def test_a_limit_of_the_sandboxs_own_is_met_and_work_goes_on(shop: Shop) -> None:
    if shop.platform.name not in ("shopee", "lazada", "tiki"):
        pytest.skip("a seller centre counts no calls")
    shop.publish(desired_on(shop))
    shop.sandbox.switch(shop.platform.name, calls_per_second=4)
    early = None
    for _ in range(20):
        try:
            shop.look()
        except Retry as retry:
            early = retry
            break
    assert early is not None
    assert early.throttled
    shop.sandbox.post("/clock", {"advance": early.after + 0.1})
    assert shop.look().state is State.LIVE
    assert isinstance(shop.connection.throttle, FreeThrottle)
    assert shop.connection.throttle.hits


def test_a_used_up_day_closes_the_whole_shop_until_midnight_over_there(shop: Shop, redis: Redis) -> None:
    if shop.platform.name != "shopee":
        pytest.skip("no other platform says that a day's calls are used up")
    scope = f"{shop.platform}:demo"
    shop.connection = replace(shop.connection, throttle=RedisThrottle(redis, scope, {"read": 50, "write": 50}))
    shop.adapter = type(shop.adapter)(shop.connection)  # type: ignore[call-arg]
    shop.want(desired_on(shop))
    shop.fault("error", count=1, params={"code": "error_limit", "message": "daily call limit"})
    with pytest.raises(Retry) as spent:
        shop.look()
    assert 0 < spent.value.after <= 86_400
    calls = len(shop.sandbox.get("/calls", platform="shopee"))
    other = RedisThrottle(redis, scope, {"read": 50, "write": 50}, urgent=True)
    for bucket in ("read", "write"):
        with pytest.raises(Retry) as closed:
            other.take(bucket)
        assert closed.value.throttled
        assert closed.value.after > spent.value.after - 60
    assert len(shop.sandbox.get("/calls", platform="shopee")) == calls
    assert all(budget.slowed and budget.closed > 0 for budget in budgets(redis, scope))
