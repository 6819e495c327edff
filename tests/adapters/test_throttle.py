import time
from collections.abc import Iterator

import pytest
from redis import Redis

from adapters.throttle import RedisThrottle
from connector.errors import Retry


@pytest.fixture
def redis(redis_url: str) -> Iterator[Redis]:
    with Redis.from_url(redis_url) as client:
        client.flushdb()
        yield client


def test_the_budget_is_shared_by_all_workers(redis: Redis) -> None:
    slept: list[float] = []
    one = RedisThrottle(redis, "app:shop", {"read": 10}, sleep=slept.append)
    other = RedisThrottle(redis, "app:shop", {"read": 10}, sleep=slept.append)
    for throttle in (one, other) * 7:
        throttle.take("read")
    assert len([wait for wait in slept if wait > 0]) >= 3  # 14 calls, a burst of 10
    assert max(slept) < 1


def test_a_long_wait_is_handed_back_instead_of_slept(redis: Redis) -> None:
    throttle = RedisThrottle(redis, "app:shop", {"write": 0.5}, sleep=lambda _: pytest.fail("slept"))
    throttle.take("write")
    with pytest.raises(Retry) as spent:
        throttle.take("write")
    assert 1 < spent.value.after <= 2.1


def test_what_was_not_taken_is_not_owed(redis: Redis) -> None:
    throttle = RedisThrottle(redis, "app:shop", {"write": 0.5})
    throttle.take("write")
    for _ in range(5):
        with pytest.raises(Retry) as spent:
            throttle.take("write")
    assert spent.value.after <= 2.1


def test_too_fast_halves_the_rate_once_and_keeps_everybody_away(redis: Redis) -> None:
    throttle = RedisThrottle(redis, "app:shop", {"read": 100})
    throttle.take("read")
    throttle.hit("read", after=3)
    throttle.hit("read", after=3)  # all workers complain together
    with pytest.raises(Retry) as closed:
        throttle.take("read")
    assert 2 < closed.value.after <= 3
    rate = float(redis.hget("throttle:app:shop:read", "rate") or 0)
    assert 49 < rate < 60


def test_the_rate_grows_back(redis: Redis) -> None:
    throttle = RedisThrottle(redis, "app:shop", {"read": 100})
    throttle.hit("read")
    redis.hset("throttle:app:shop:read", "at", str(time.time() - 120))
    throttle.take("read")
    assert float(redis.hget("throttle:app:shop:read", "rate") or 0) == 100


def test_shops_and_buckets_do_not_share(redis: Redis) -> None:
    one = RedisThrottle(redis, "app:one", {"write": 0.1, "read": 0.1})
    other = RedisThrottle(redis, "app:other", {"write": 0.1})
    one.take("write")
    one.take("read")
    other.take("write")


def test_an_unreachable_budget_is_no_licence(redis: Redis) -> None:
    with Redis(host="127.0.0.1", port=1, retry=None) as nobody, pytest.raises(Retry, match="cannot be read"):
        RedisThrottle(nobody, "app:shop", {"read": 1}).take("read")
