"""One budget of calls per app, shop and endpoint class, shared by all workers through Redis.

Published figures disagree or do not exist, so the rate adapts. When the platform complains (once a second counts, since
all workers complain together) it is halved, is back just below where the complaint came within seconds, and feels its
way up from there: slowly at first, to its ceiling within a minute of peace. So one unlucky call costs little, and a
limit cut in half is found in a few complaints. A platform counts by the second: after a rest a tenth of a second's
calls may go at once, no more.
"""

import time
from collections.abc import Callable, Mapping
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
local kept = redis.call('HMGET', KEYS[1], 'tokens', 'at', 'good', 'closed', 'halved')
local good = math.min(tonumber(kept[3] or ceiling), ceiling)
local at = tonumber(kept[2] or now)
local closed, halved = tonumber(kept[4] or 0), tonumber(kept[5] or 0)
local peace = now - halved
local rate
if peace < RECOVERS then
  rate = good * (0.5 + 0.5 * math.max(0, peace) / RECOVERS)
else
  rate = good + (ceiling - good) * math.min(1, peace / 60) ^ 3
end
local pace = rate * 0.95  -- calls that left evenly arrive unevenly: a little below, lest a second hold one too many
local burst = math.max(1, ceiling / 10)
local tokens = math.min(burst, tonumber(kept[1] or burst) + math.max(0, now - at) * pace)
local wait = 0
if hit then
  if peace > 1 then
    good, halved = math.max(rate * 0.98, ceiling / 64), now
    rate = good / 2
  end
  tokens, closed = math.min(tokens, 0), math.max(closed, now + after)
else
  wait = math.max(closed - now, (1 - tokens) / pace, 0)
  -- The next in line waits for its turn, or what takes several calls of a slow bucket never gets past the first.
  if wait <= math.max(longest, math.min(LONGEST_TURN, 1.01 / pace)) then
    tokens = tokens - 1
    redis.call('HINCRBY', KEYS[2], ARGV[5], 1)
    local hour = KEYS[2] .. ':' .. math.floor(time[1] / 3600)
    redis.call('INCR', hour)
    redis.call('EXPIRE', hour, 90000)
  else
    wait = -wait
  end
end
redis.call('HSET', KEYS[1], 'tokens', tostring(tokens), 'at', tostring(now), 'rate', tostring(rate),
  'good', tostring(good), 'closed', tostring(closed), 'halved', tostring(halved))
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
        longest_wait: float = 1.0,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._script = redis.register_script(_SCRIPT)
        self._scope, self._rates = scope, rates
        self._longest, self._sleep = longest_wait, sleep

    def take(self, bucket: str) -> None:
        wait = self._ask(bucket)
        if wait < 0:
            raise Retry(f"call budget {bucket} of {self._scope} is spent", after=-wait, code="throttled")
        if wait > 0:
            self._sleep(wait)

    def hit(self, bucket: str, after: float = 0.0) -> None:
        self._ask(bucket, hit=True, after=after)

    def _ask(self, bucket: str, *, hit: bool = False, after: float = 0.0) -> float:
        rate = self._rates.get(bucket, min(self._rates.values(), default=1.0))
        keys = [f"throttle:{self._scope}:{bucket}", f"calls:{self._scope}"]
        arguments: list[Any] = [rate, self._longest, int(hit), after, bucket]
        try:
            return float(self._script(keys=keys, args=arguments))
        except RedisError as error:
            raise Retry(f"call budget cannot be read: {type(error).__name__}", after=5.0, code="throttle") from error


def calls(redis: Redis, scope: str) -> dict[str, int]:
    """Calls let through since Redis was last emptied, by bucket. `scope` is `platform:shop`, as a throttle has it."""
    kept: Any = redis.hgetall(f"calls:{scope}")
    return {bucket.decode(): int(n) for bucket, n in kept.items()}


def calls_by_hour(redis: Redis, scope: str, now: float, hours: int = 24) -> list[int]:
    """Calls let through in each of the last hours, the oldest first; the last one is the hour that runs."""
    hour = int(now // 3600)
    kept: Any = redis.mget([f"calls:{scope}:{at}" for at in range(hour - hours + 1, hour + 1)])
    return [int(n or 0) for n in kept]
