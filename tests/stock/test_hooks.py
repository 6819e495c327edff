"""The door for pushes: verified, kept, answered; everything else turned away and nothing kept."""

from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

import pytest
from redis import Redis

from connector.ports import Capabilities, Channel, Connection
from connector.store import Store
from connector.wiring import NoHints, Wired
from tests.builders import RealClock
from tests.memory_platform import MemoryAdapter, MemoryPlatform
from web.hooks import refused, take

PLATFORM = MemoryPlatform()
CHANNEL = Channel("memory", "Bộ nhớ", "tests.stock.test_hooks.HookedAdapter", "http://127.0.0.1")


class HookedAdapter(MemoryAdapter):
    """Found by its dotted path, as every adapter is."""

    def __init__(self, connection: Connection) -> None:
        super().__init__(PLATFORM, connection.clock, can=Capabilities(orders=True, events=connection.shop != "deaf"))


@pytest.fixture
def door(store: Store, redis_url: str) -> Iterator[Any]:
    for code in ("shop", "deaf"):
        store.shops.add(code, "memory", verbs="sync")
    waits = dict.fromkeys(("settle_seconds", "confirm_seconds", "calls_per_second"))
    settings = SimpleNamespace(**waits, timeout_seconds=5, public_url="http://here")
    parts = {"settings": settings, "store": store, "channels": {"memory": CHANNEL}, "clock": RealClock()}
    redis = parts["redis"] = Redis.from_url(redis_url)
    rest = {name: None for name in Wired.__dataclass_fields__ if name not in parts}
    wired = Wired(**{**rest, **parts, "hints": NoHints()})  # type: ignore[arg-type]

    def knock(platform: str, shop: str, headers: dict[str, str], body: bytes) -> int:
        return take(wired, headers, platform, shop, body)

    yield SimpleNamespace(knock=knock, store=store, redis=redis)
    redis.close()


def a_push() -> tuple[dict[str, str], bytes]:
    PLATFORM.items["1"] = {"visible": True, "variants": ("X-1",), "stock:X-1": 5}
    PLATFORM.buy("X-1", 1, RealClock().now())
    return PLATFORM.pushes[-1]


def test_a_genuine_push_is_kept_once_and_answered_each_time(door: Any) -> None:
    headers, body = a_push()
    upper = {name.upper(): value for name, value in headers.items()}
    assert [door.knock("memory", "shop", upper, body) for _ in range(3)] == [200, 200, 200]
    assert len(door.store.events.waiting(1)) == 1


def test_a_forged_push_is_refused_counted_and_not_kept(door: Any) -> None:
    _, body = a_push()
    assert door.knock("memory", "shop", {"x-signature": "f" * 64}, body) == 401
    assert refused(door.redis) == {("memory", "push_forged"): 1}
    assert door.store.events.waiting_shops() == []


@pytest.mark.parametrize(("platform", "shop"), [("memory", "nobody"), ("other", "shop"), ("memory", "deaf")])
def test_a_door_that_is_not_there_says_so(door: Any, platform: str, shop: str) -> None:
    assert door.knock(platform, shop, *a_push()) == 404
