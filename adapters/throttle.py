"""One budget of calls per app, shop and endpoint class, shared by all workers through Redis.

Published figures disagree or do not exist, so the rate adapts. When the platform complains (once a second counts, since
all workers complain together) the calls of the last second tell the limit, where they are near the rate and no earlier
complaint is among them; the rate is halved, is back just below that limit within seconds, and feels its way up: slowly
at first, to its ceiling within a minute of peace. A limit that was met before is cut by a fifth only and tried again
half as often each time. So one unlucky call costs little, and a limit cut in half is found in one or two complaints. A
platform counts by the second: after a rest a tenth of a second's calls may go at once, no more.

Urgent work (what is sold out must go off sale) is never put off by other work: others queue up for a second at most and
then free their worker, the urgent wait behind those few for as long as three.
"""

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from redis import Redis, RedisError

from connector.errors import Retry

# A take may drive the bucket into debt and is told how long to sleep; a debt that is too long is not taken at all and
# comes back negative.
# Redis' own clock is the only one all workers share.
_RECOVERS = 3  # seconds from half to what was just good enough
_LONGEST_TURN = 5  # seconds that the next in line sleeps at most, however slow its bucket
_SCRIPT = """
local ceiling, longest, hit, after = tonumber(ARGV[1]), tonumber(ARGV[2]), ARGV[3] == '1', tonumber(ARGV[4])
local time = redis.call('TIME')
local now = time[1] + time[2] / 1000000
local kept = redis.call('HMGET', KEYS[1], 'tokens', 'at', 'good', 'closed', 'halved', 'floor', 'horizon')
local good = math.min(tonumber(kept[3] or ceiling), ceiling)
local at = tonumber(kept[2] or now)
local closed, halved = tonumber(kept[4] or 0), tonumber(kept[5] or 0)
closed = math.max(closed, tonumber(redis.call('GET', KEYS[3]) or 0))
local peace = now - halved
local floor, horizon = tonumber(kept[6] or 0.5), tonumber(kept[7] or 60)
local rate
if peace < RECOVERS then
  rate = good * (floor + (1 - floor) * math.max(0, peace) / RECOVERS)
else
  rate = good + (ceiling - good) * math.min(1, peace / horizon) ^ 4
end
local pace = rate * 0.95  -- calls that left evenly arrive unevenly: below it, no second holds one too many
local burst = math.max(1, ceiling / 10)
local tokens = math.min(burst, tonumber(kept[1] or burst) + math.max(0, now - at) * pace)
local wait = 0
if hit then
  if peace > 1 then
    local before, counted = good, redis.call('ZCOUNT', KEYS[4], now - 1, now) - 1
    good, halved, floor, horizon = math.max(rate * 0.98, ceiling / 64), now, 0.5, 60
    if counted >= rate / 4 and counted > 0 and peace > 2.5 then good = math.min(good, counted) end
    if peace > 5 and good > before * 0.75 and before < ceiling * 0.9 then
      floor, horizon = 0.8, math.min(480, tonumber(kept[7] or 60) * 2)
    end
    rate = good * floor
  end
  tokens, closed = math.min(tokens, 0), math.max(closed, now + after)
else
  wait = math.max(closed - now, (1 - tokens) / pace, 0)
  -- The next in line waits for its turn, or what takes several calls of a slow bucket never gets past the first.
  if wait <= math.max(longest, math.min(LONGEST_TURN, 1.01 / pace)) then
    tokens = tokens - 1
    local n = redis.call('HINCRBY', KEYS[2], ARGV[5], 1)
    redis.call('ZADD', KEYS[4], now + wait, n)
    redis.call('ZREMRANGEBYSCORE', KEYS[4], 0, now - 5)
    redis.call('EXPIRE', KEYS[4], 10)
    local hour = KEYS[2] .. ':' .. math.floor(time[1] / 3600)
    redis.call('INCR', hour)
    redis.call('EXPIRE', hour, 90000)
  else
    wait = -wait
  end
end
redis.call('HSET', KEYS[1], 'tokens', tostring(tokens), 'at', tostring(now), 'rate', tostring(rate),
  'good', tostring(good), 'closed', tostring(closed), 'halved', tostring(halved),
  'floor', tostring(floor), 'horizon', tostring(horizon), 'ceiling', tostring(ceiling))
redis.call('PEXPIRE', KEYS[1], math.ceil(math.max(120, closed - now + 60) * 1000))
return tostring(wait)
""".replace("RECOVERS", str(_RECOVERS)).replace("LONGEST_TURN", str(_LONGEST_TURN))


class RedisThrottle:
    """`rates`: calls per second by bucket; a bucket that is not listed gets the slowest of them."""

    def __init__(
        self,
        redis: Redis,
        scope: str,
        rates: Mapping[str, float],
        *,
        urgent: bool = False,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._script = redis.register_script(_SCRIPT)
        self._scope, self._rates = scope, rates
        self._redis, self._longest, self._sleep = redis, 3.0 if urgent else 1.0, sleep

    def take(self, bucket: str) -> None:
        wait = self._ask(bucket)
        if wait < 0:
            raise Retry(
                f"call budget {bucket} of {self._scope} is spent", after=-wait, code="throttled", throttled=True
            )
        if wait > 0:
            self._sleep(wait)

    def hit(self, bucket: str, after: float = 0.0) -> None:
        self._ask(bucket, hit=True, after=after)

    def rest(self, after: float) -> None:
        try:
            self._redis.set(_resting(self._scope), time.time() + after, px=max(1, int(after * 1000)))
        except RedisError as error:
            raise _unread(error) from error

    def _ask(self, bucket: str, *, hit: bool = False, after: float = 0.0) -> float:
        rate = self._rates.get(bucket, min(self._rates.values(), default=1.0))
        keys = [
            f"throttle:{self._scope}:{bucket}",
            f"calls:{self._scope}",
            _resting(self._scope),
            f"recent:{self._scope}:{bucket}",
        ]
        arguments: list[Any] = [rate, self._longest, int(hit), after, bucket]
        try:
            return float(self._script(keys=keys, args=arguments))
        except RedisError as error:
            raise _unread(error) from error


@dataclass(frozen=True, slots=True)
class Budget:
    """One bucket as it stands: calls per second now and at most, and for how many seconds it is closed."""

    bucket: str
    rate: float
    ceiling: float
    closed: float

    @property
    def slowed(self) -> bool:
        return self.rate < 0.9 * self.ceiling or self.closed > 0


def budgets(redis: Redis, scope: str) -> list[Budget]:
    """The buckets of `platform:shop` that were used lately; those at rest for two minutes stand at their ceiling."""
    head, now = f"throttle:{scope}:", time.time()
    kept_until: Any = redis.get(_resting(scope))
    resting = float(kept_until or 0)
    found = []
    for key in sorted(redis.scan_iter(f"{head}*")):
        kept: Any = redis.hgetall(key)
        rate, ceiling, closed = (float(kept.get(name, 0)) for name in (b"rate", b"ceiling", b"closed"))
        closed = max(closed, resting) - now
        found.append(Budget(key.decode().removeprefix(head), rate, ceiling or rate, max(0.0, closed)))
    return found


def _resting(scope: str) -> str:
    return f"resting:{scope}"


def _unread(error: RedisError) -> Retry:
    return Retry(f"call budget cannot be read: {type(error).__name__}", after=5.0, code="throttle")


def calls(redis: Redis, scope: str) -> dict[str, int]:
    """Calls let through since Redis was last emptied, by bucket. `scope` is `platform:shop`, as a throttle has it."""
    kept: Any = redis.hgetall(f"calls:{scope}")
    return {bucket.decode(): int(n) for bucket, n in kept.items()}


def calls_by_hour(redis: Redis, scope: str, now: float, hours: int = 24) -> list[int]:
    """Calls let through in each of the last hours, the oldest first; the last one is the hour that runs."""
    hour = int(now // 3600)
    kept: Any = redis.mget([f"calls:{scope}:{at}" for at in range(hour - hours + 1, hour + 1)])
    return [int(n or 0) for n in kept]
