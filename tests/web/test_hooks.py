"""The door for pushes over real HTTP, for every platform that pushes: what is not genuine is refused, counted, and
leaves nothing behind. A platform comes in by `push` and `sign` of its entry in tests/contract/conftest.py."""

import json
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from types import SimpleNamespace
from typing import Any

import pytest
import requests
from sqlalchemy import text

from connector.ports import Connection
from connector.store import Draft
from tests.builders import MemoryPictures, a_product
from tests.contract.conftest import PLATFORMS
from tests.contract.shop import Platform
from tests.running import Running, _started, sandbox  # noqa: F401  (fixtures)
from tests.sandbox.receiver import until
from tests.web.conftest import Console
from tests.web.market import open_shops, work
from web.hooks import refused

PUSHING = [platform for platform in PLATFORMS if platform.sign]


@dataclass
class Door:
    """A shop of one platform and the address of its pushes."""

    platform: Platform
    console: Console
    sandbox: Any
    connection: Connection

    @property
    def url(self) -> str:
        return self.connection.door

    def body(self, order: str = "2411ORDER") -> bytes:
        assert self.platform.push is not None
        return self.platform.push(self.connection, order)

    def sign(self, body: bytes, url: str = "") -> dict[str, str]:
        assert self.platform.sign is not None
        return self.platform.sign(self.connection, url or self.url, body)

    def knock(self, headers: dict[str, str], body: bytes, url: str = "") -> requests.Response:
        return requests.post(
            url or self.url, data=body, headers={"Content-Type": "application/json"} | headers, timeout=30
        )

    def kept(self) -> int:
        """Rows that a push may leave behind."""
        with self.console.wired.store.engine.connect() as connection:
            tables = ("event", "shop_order", "order_line", "movement")
            return sum(int(connection.execute(text(f"SELECT count(*) FROM {t}")).scalar_one()) for t in tables)

    def refused(self) -> dict[str, int]:
        counted = refused(self.console.wired.redis)
        return {reason: n for (platform, reason), n in counted.items() if platform == self.platform.name}


@pytest.fixture(params=PUSHING, ids=str)
def door(request: pytest.FixtureRequest, console: Console, sandbox: Running) -> Iterator[Door]:  # noqa: F811
    platform: Platform = request.param
    open_shops(console.wired, sandbox, platform.name)
    shop = console.wired.store.shops.get(f"{platform.name}-ocop")
    yield Door(platform, console, sandbox, console.wired.connection(shop))
    sandbox.post("/push", {platform.name: {"url": None}})


def test_a_genuine_push_is_answered_at_once_with_nothing_and_kept_once(door: Door) -> None:
    body = door.body()
    for _ in range(3):
        got = door.knock(door.sign(body), body)
        assert (got.status_code, got.content) == (200, b"")
        assert got.elapsed.total_seconds() < 0.5
    assert door.kept() == 1
    assert door.refused() == {}


def test_a_replayed_push_moves_nothing_again(door: Door) -> None:
    body, events = door.body(), door.console.wired.store.events
    door.knock(door.sign(body), body)
    (event,) = events.waiting(1)
    assert event.id is not None
    events.worked([event.id], "looked", door.console.wired.clock.now())
    assert door.knock(door.sign(body), body).status_code == 200
    assert events.waiting_shops() == []
    assert door.kept() == 1


def _other_key(door: Door, body: bytes) -> dict[str, str]:
    class Other:
        def credentials(self) -> dict[str, Any]:
            held = door.connection.vault.credentials()
            return {
                name: _reversed(value) if name.endswith(("key", "secret")) else value for name, value in held.items()
            }

    assert door.platform.sign is not None
    return door.platform.sign(SimpleNamespace(vault=Other()), door.url, body)  # type: ignore[arg-type]


def _reversed(value: Any) -> Any:
    return type(value)(value.get_secret_value()[::-1])


FORGERIES: dict[str, Callable[[Door, bytes], tuple[dict[str, str], bytes]]] = {
    "no-signature": lambda door, body: ({}, body),
    "made-up-signature": lambda door, body: ({"Authorization": "f" * 64}, body),
    "signed-with-another-key": lambda door, body: (_other_key(door, body), body),
    "signature-of-another-body": lambda door, body: (door.sign(body + b" "), body),
    "one-byte-changed": lambda door, body: (door.sign(body), body.replace(b"O", b"0", 1)),
    "signature-cut": lambda door, body: ({k: v[:-1] for k, v in door.sign(body).items()}, body),
    "signature-of-no-ascii": lambda door, body: ({"Authorization": "\xff" * 64}, body),
    "truncated": lambda door, body: (door.sign(body), body[: len(body) // 2]),
    "emptied": lambda door, body: (door.sign(body), b""),
    "in-another-encoding": lambda door, body: (door.sign(body), body.decode().encode("utf-16")),
    "with-a-byte-order-mark": lambda door, body: (door.sign(body), b"\xef\xbb\xbf" + body),
    "truncated-and-signed": lambda door, body: (door.sign(body[:-9]), body[:-9]),
    "in-another-encoding-and-signed": lambda door, body: (
        door.sign(body.decode().encode("utf-16")),
        body.decode().encode("utf-16"),
    ),
    "no-text-and-signed": lambda door, body: (door.sign(b"\x80\xff" + body), b"\x80\xff" + body),
}


@pytest.mark.parametrize("forgery", FORGERIES)
def test_what_is_not_genuine_is_refused_counted_and_leaves_nothing(door: Door, forgery: str) -> None:
    headers, body = FORGERIES[forgery](door, door.body())
    got = door.knock(headers, body)
    assert (got.status_code, got.content) == (401, b"")
    assert door.kept() == 0
    assert sum(door.refused().values()) == 1
    assert door.refused().keys() <= {"push_forged", "push_senseless"}


def test_what_is_refused_is_a_metric(door: Door) -> None:
    for _ in range(3):
        door.knock({}, door.body())
    operator = door.console.person("op", role="operator")
    token = re.search(r"ocop_[\w-]{20,}", operator.post("/me/machines", {"name": "prometheus"}).text)
    assert token
    got = door.console.visitor().get("/metrics", headers={"Authorization": f"Bearer {token[0]}"}).text
    assert f'ocop_pushes_refused_total{{platform="{door.platform}",reason="push_forged"}} 3.0' in got.splitlines()


def test_another_door_lets_nobody_in(door: Door) -> None:
    body = door.body()
    other = "tiki" if door.platform.name != "tiki" else "shopee"
    for url in (door.url + "x", door.url.replace(f"/{door.platform}/", f"/{other}/")):
        assert door.knock(door.sign(body), body, url).status_code == 404
    assert door.kept() == 0


def test_a_flood_is_turned_away_before_it_is_read(door: Door) -> None:
    body = door.body() + b" " * 300_000
    assert door.knock(door.sign(body), body).status_code == 413
    assert door.kept() == 0


@pytest.mark.parametrize(
    ("fault", "kept", "refusals"), [("forged", 0, 1), ("truncated", 0, 1), ("double", 1, 0), (None, 1, 0)], ids=str
)
def test_what_the_marketplace_itself_sends_goes_the_same_way(
    door: Door, fault: str | None, kept: int, refusals: int
) -> None:
    product, wired = a_product(), door.console.wired
    wired.pictures.save(MemoryPictures().read(product.pictures[0]))
    wired.store.products.put([Draft(1, product, {"MONG-500": 50})], "test")
    work(wired)
    told = json.loads(door.body())
    kind = f"push.{told.get('code', told.get('message_type'))}"  # others, about the new product, come at the same time
    door.sandbox.post("/push", {door.platform.name: {"url": door.url}})
    if fault:
        door.sandbox.fault(door.platform.name, fault, kind, count=1)
    door.sandbox.post("/buy", {"platform": door.platform.name, "sku": "MONG-500"})
    tries = 2 if fault == "double" else 1
    until(lambda: len([one for one in door.sandbox.get("/pushes") if one["kind"] == kind and one["status"]]) >= tries)
    with wired.store.engine.connect() as connection:
        events = connection.execute(text("SELECT count(*) FROM event WHERE order_no <> ''")).scalar_one()
    assert events == kept
    assert sum(door.refused().values()) == refusals
