import time
from collections.abc import Iterator

import pytest
from redis import Redis

from adapters.throttle import RedisThrottle, budgets
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
    for throttle in (one, other) * 4:
        throttle.take("read")
    assert len(slept) == 7  # one goes at once, then one every tenth of a second
    assert 0.5 < max(slept) < 1


def test_a_long_wait_is_handed_back_instead_of_slept(redis: Redis) -> None:
    throttle = RedisThrottle(redis, "app:shop", {"write": 0.1}, sleep=lambda _: pytest.fail("slept"))
    throttle.take("write")
    with pytest.raises(Retry) as spent:
        throttle.take("write")
    assert 10 < spent.value.after <= 10.6


def test_the_next_in_line_waits_for_its_turn_in_a_slow_bucket_and_nobody_else(redis: Redis) -> None:
    slept: list[float] = []
    throttle = RedisThrottle(redis, "app:shop", {"login": 0.5}, sleep=slept.append)
    throttle.take("login")
    throttle.take("login")  # a chain of calls gets on, however slow its bucket
    assert 2 < slept.pop() <= 2.2
    with pytest.raises(Retry):
        throttle.take("login")
    assert not slept


def test_what_was_not_taken_is_not_owed(redis: Redis) -> None:
    throttle = RedisThrottle(redis, "app:shop", {"write": 0.1})
    throttle.take("write")
    for _ in range(5):
        with pytest.raises(Retry) as spent:
            throttle.take("write")
    assert spent.value.after <= 10.6


def test_too_fast_halves_the_rate_once_and_keeps_everybody_away(redis: Redis) -> None:
    throttle = RedisThrottle(redis, "app:shop", {"read": 100})
    throttle.take("read")
    throttle.hit("read", after=3)
    throttle.hit("read", after=3)  # all workers complain together
    with pytest.raises(Retry) as closed:
        throttle.take("read")
    assert 2 < closed.value.after <= 3
    rate = float(redis.hget("throttle:app:shop:read", "rate") or 0)
    assert 46 < rate < 60


def test_a_complaint_costs_seconds_and_the_limit_is_remembered(redis: Redis) -> None:
    throttle = RedisThrottle(redis, "app:shop", {"read": 100})
    throttle.hit("read")
    found = []
    for seconds in (0.5, 3.5, 20, 40, 61):
        redis.hset("throttle:app:shop:read", "halved", str(time.time() - seconds))
        throttle.take("read")
        found.append(round(float(redis.hget("throttle:app:shop:read", "rate") or 0)))
    assert found == [57, 98, 98, 98, 100]


def test_a_limit_cut_to_a_fraction_is_found_in_a_few_complaints(redis: Redis) -> None:
    throttle = RedisThrottle(redis, "app:shop", {"read": 100})
    complaints = 0
    while (rate := _rate_after(redis, throttle, 2)) > 10:
        throttle.hit("read")
        complaints += 1
    assert 7 < rate <= 10
    assert complaints < 15


def _rate_after(redis: Redis, throttle: RedisThrottle, seconds: float) -> float:
    key = "throttle:app:shop:read"
    if redis.hexists(key, "halved"):
        redis.hset(key, mapping={"halved": str(time.time() - seconds), "closed": "0", "tokens": "1"})
    throttle.take("read")
    return float(redis.hget(key, "rate") or 0)


def test_the_rate_grows_back(redis: Redis) -> None:
    throttle = RedisThrottle(redis, "app:shop", {"read": 100})
    throttle.hit("read")
    redis.hset("throttle:app:shop:read", "halved", str(time.time() - 61))
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


def test_urgent_work_is_not_put_off_by_the_queue_of_other_work(redis: Redis) -> None:
    """Others go away when the queue is a second long; what is urgent gets the place behind those already waiting."""
    slept: list[float] = []
    other = RedisThrottle(redis, "app:shop", {"write": 4}, sleep=slept.append)
    urgent = RedisThrottle(redis, "app:shop", {"write": 4}, urgent=True, sleep=slept.append)
    while other._ask("write") <= 1:
        slept.clear()
    with pytest.raises(Retry) as full:
        other.take("write")
    assert full.value.throttled
    for _ in range(4):
        urgent.take("write")
    assert 1.0 < max(slept) <= 3
    with pytest.raises(Retry):
        other.take("write")


def test_the_state_of_every_bucket_can_be_told(redis: Redis) -> None:
    throttle = RedisThrottle(redis, "app:shop", {"read": 100, "write": 50})
    throttle.take("read")
    throttle.take("write")
    throttle.hit("write", after=9)
    read, write = budgets(redis, "app:shop")
    assert (read.bucket, read.rate, read.ceiling, read.closed, read.slowed) == ("read", 100, 100, 0, False)
    assert (write.bucket, write.ceiling, write.slowed) == ("write", 50, True)
    assert 8 < write.closed <= 9


def test_the_calls_of_the_last_second_tell_the_limit(redis: Redis) -> None:
    """Eleven calls went out within a second and the last one was too many: ten is the limit, found in one complaint."""
    throttle = RedisThrottle(redis, "app:shop", {"write": 20}, sleep=lambda _: None)
    redis.zadd("recent:app:shop:write", {str(n): time.time() - 0.5 for n in range(11)})
    throttle.hit("write")
    redis.hset("throttle:app:shop:write", "halved", str(time.time() - 10))
    assert budgets(redis, "app:shop")[0].ceiling == 20
    throttle.take("write")
    assert 9.5 < float(redis.hget("throttle:app:shop:write", "rate") or 0) < 10.5


def test_a_limit_met_again_is_cut_less_and_tried_more_seldom(redis: Redis) -> None:
    throttle = RedisThrottle(redis, "app:shop", {"write": 100}, sleep=lambda _: None)
    rates = []
    for _ in range(4):
        redis.delete("recent:app:shop:write")
        throttle.hit("write")
        rates.append(round(float(redis.hget("throttle:app:shop:write", "rate") or 0)))
        redis.hset("throttle:app:shop:write", mapping={"good": "10", "halved": str(time.time() - 20), "closed": "0"})
    assert rates[0] == 49
    assert all(rate <= 9 for rate in rates[1:])
    assert float(redis.hget("throttle:app:shop:write", "horizon") or 0) == 480
