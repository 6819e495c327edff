"""Pushes on their way: signed, sent from background threads, retried by the sandbox's clock, broken on demand.

Only addresses of this machine and of private networks are called: a sandbox that could be told to call anywhere
would be a hole.
"""

import heapq
import ipaddress
import itertools
import queue
import socket
import time
from collections import Counter, deque
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from sandbox.world import World

WORKERS = 4
HOLD_SECONDS = 30.0
"""How long a push that is to be overtaken waits at most for another one."""
KINDS = ("lost", "double", "late", "reorder", "forged", "truncated")
"""Faults of a push; their endpoint is "push." and the platform's own type."""
COUNTED = ("made", "nowhere", "sent", "delivered", "failed", "lost")


@dataclass(frozen=True)
class Policy:
    """Seconds a receiver has, and seconds from each failure to the next try."""

    timeout: float
    delays: tuple[float, ...]


@dataclass
class Push:
    """One push. `make` gives the body anew for each try, since some platforms re-read what they tell."""

    platform: str
    kind: str
    make: Callable[[], bytes]
    sign: Callable[[str, bytes], Mapping[str, str]]
    policy: Policy
    lost: Callable[["Push"], None] | None = None
    attempt: int = 0
    fault: str | None = None
    body: bytes = b""


@dataclass(frozen=True)
class Sent:
    """One try, as the log keeps it; `status` 0 means no answer in time."""

    at: float
    platform: str
    kind: str
    attempt: int
    status: int
    seconds: float
    ok: bool
    fault: str | None


class Pushes:
    def __init__(self, world: "World", bound: int = 100_000) -> None:
        self.world = world
        self.targets: dict[str, str] = {}
        self.log: deque[Sent] = deque(maxlen=bound)
        self.counts: dict[str, Counter[str]] = {}
        self._waiting: list[tuple[float, int, Push]] = []
        self._held: dict[str, tuple[float, Push]] = {}
        self._order = itertools.count()
        self._pools: dict[str, ThreadPoolExecutor] = {}
        self._answers: queue.SimpleQueue[tuple[int, Push, int, float]] = queue.SimpleQueue()
        self._era = 0

    def point(self, platform: str, url: str | None) -> None:
        """Where a platform's pushes go from now on; ValueError for an address outside private networks."""
        if url is None:
            self.targets.pop(platform, None)
        else:
            check(url)
            self.targets[platform] = url

    def clear(self) -> None:
        self._era += 1
        self._waiting.clear()
        self._held.clear()
        self.targets.clear()
        self.log.clear()
        self.counts.clear()

    def close(self) -> None:
        """Lets the process end: what has not started is dropped, what is under way meets its own deadline."""
        for pool in self._pools.values():
            pool.shutdown(wait=False, cancel_futures=True)
        self._pools.clear()

    def forget(self, platform: str) -> None:
        """Drops what is under way for one platform; its address stays."""
        self._waiting = [entry for entry in self._waiting if entry[2].platform != platform]
        heapq.heapify(self._waiting)
        self._held.pop(platform, None)

    def send(self, push: Push, at: float) -> None:
        """Takes a push to be sent at that time, unless a fault has other plans for it."""
        tally = self._tally(push)
        tally["made"] += 1
        if push.platform not in self.targets:
            tally["nowhere"] += 1
            return
        rule = self.world.faults.take_first(push.platform, push.kind, KINDS)
        push.fault = rule.kind if rule else None
        if rule and rule.kind == "lost":
            push.body = push.make()
            self._give_up(push)
            return
        if rule and rule.kind == "reorder":
            self._release(push.platform)
            held = at + float(rule.params.get("seconds", HOLD_SECONDS))
            self._held[push.platform] = (held, push)
            return
        self._wait(push, at + (float(rule.params.get("seconds", 600)) if rule and rule.kind == "late" else 0.0))
        if rule and rule.kind == "double":
            twin = Push(push.platform, push.kind, push.make, push.sign, push.policy, push.lost, fault="double")
            self._wait(twin, at + float(rule.params.get("seconds", 0)))
        self.tick(self.world.clock.now())

    def tick(self, now: float) -> None:
        """Answers come in, what is due goes out; never waits."""
        while not self._answers.empty():
            era, push, status, seconds = self._answers.get()
            if era == self._era:
                self._answered(push, status, seconds, now)
        for platform, (until, push) in list(self._held.items()):
            if until <= now:
                del self._held[platform]
                self._wait(push, now)
        while self._waiting and self._waiting[0][0] <= now:
            self._go(heapq.heappop(self._waiting)[2])

    def _tally(self, push: Push) -> Counter[str]:
        return self.counts.setdefault(push.platform, Counter())

    def _wait(self, push: Push, at: float) -> None:
        heapq.heappush(self._waiting, (at, next(self._order), push))

    def _release(self, platform: str) -> None:
        held = self._held.pop(platform, None)
        if held:
            self._wait(held[1], 0.0)

    def _go(self, push: Push) -> None:
        url = self.targets.get(push.platform)
        if url is None:
            return
        push.attempt += 1
        push.body = push.make()
        headers = {"content-type": "application/json", **push.sign(url, push.body)}
        body = push.body
        if push.fault == "truncated":
            body = body[: len(body) // 2]
        if push.fault == "forged":
            headers = {name: "0" * 64 if name == "Authorization" else value for name, value in headers.items()}
        self._tally(push)["sent"] += 1
        pool = self._pools.get(push.platform)
        if pool is None:
            pool = self._pools[push.platform] = ThreadPoolExecutor(WORKERS, f"sandbox-push-{push.platform}")
        pool.submit(self._deliver, self._era, push, url, body, headers)

    def _deliver(self, era: int, push: Push, url: str, body: bytes, headers: dict[str, str]) -> None:
        started = time.monotonic()
        status = post(url, body, headers, push.policy.timeout)
        seconds = time.monotonic() - started
        self._answers.put((era, push, 0 if seconds > push.policy.timeout else status, seconds))

    def _answered(self, push: Push, status: int, seconds: float, now: float) -> None:
        ok = 200 <= status < 300
        self.log.append(Sent(now, push.platform, push.kind, push.attempt, status, round(seconds, 4), ok, push.fault))
        self._tally(push)["delivered" if ok else "failed"] += 1
        if not ok and push.attempt <= len(push.policy.delays):
            self._wait(push, now + push.policy.delays[push.attempt - 1])
        elif not ok:
            self._give_up(push)
        self._release(push.platform)

    def _give_up(self, push: Push) -> None:
        self._tally(push)["lost"] += 1
        if push.lost:
            push.lost(push)

    def shown(self) -> dict[str, Any]:
        """Per platform: where to, and how many were made, sent, delivered, failed, lost, still waiting."""
        names = self.targets.keys() | self.counts.keys()
        waiting = Counter(entry[2].platform for entry in self._waiting)
        waiting.update(self._held.keys())
        return {
            name: {
                "url": self.targets.get(name),
                "waiting": waiting[name],
                **{what: self.counts.get(name, Counter())[what] for what in COUNTED},
            }
            for name in sorted(names)
        }

    def rows(self, since: float = 0.0, platform: str | None = None) -> list[dict[str, Any]]:
        return [asdict(row) for row in self.log if row.at >= since and platform in (None, row.platform)]


def check(url: str) -> None:
    """ValueError unless the address is of this machine or of a private network."""
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise ValueError(f"{url!r} is no http address")
    if not all(one.is_private and not one.is_link_local for one in _addresses(parts.hostname)):
        raise ValueError(f"the sandbox pushes to this machine and private networks only, not to {parts.hostname}")


def _addresses(host: str) -> list[ipaddress.IPv4Address | ipaddress.IPv6Address]:
    try:
        return [ipaddress.ip_address(host)]
    except ValueError:
        pass  # a name
    try:
        found = {str(info[4][0]).partition("%")[0] for info in socket.getaddrinfo(host, None)}
    except OSError as error:
        raise ValueError(f"{host} is not known here") from error
    return [ipaddress.ip_address(one) for one in found]


def post(url: str, body: bytes, headers: Mapping[str, str], timeout: float) -> int:
    """The status of the answer; 0 when there was none in time."""
    parts = urlsplit(url)
    kind = HTTPSConnection if parts.scheme == "https" else HTTPConnection
    connection = kind(parts.hostname or "", parts.port, timeout=timeout)
    try:
        target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        connection.request("POST", target, body, dict(headers))
        answer = connection.getresponse()
        answer.read(65_536)
        return answer.status
    except (OSError, HTTPException):
        return 0
    finally:
        connection.close()
