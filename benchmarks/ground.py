"""What every benchmark stands on: servers of its own under var/bench, a sandbox in a process of its own, one shop."""

import importlib
import json
import logging
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import structlog
from pydantic import SecretStr
from redis import Redis
from sqlalchemy import text

from config.channels import channels
from config.settings import Settings
from connector import embedded
from connector.cli.demo.market import Market, free_base
from connector.converge import converge
from connector.domain.listing import Lane
from connector.domain.product import Product
from connector.ports import Connection, Throttle, Tokens
from connector.site import Site
from connector.store import Draft, Store
from connector.store.schema import wipe
from connector.wiring import secret_keys
from tests.builders import FreeThrottle, MemoryPictures, RealClock, a_picture, a_product, a_variant

FOLDER = Path(os.environ.get("BENCH_DATA") or Path(__file__).resolve().parents[1] / "var" / "bench")
_DUE = text("SELECT min(least(stock_due_at, price_due_at, content_due_at)) FROM listing")


@dataclass
class Ground:
    """One shop on one platform, worked in this process."""

    store: Store
    redis: Redis
    market: Market
    platform: str
    throttle: Callable[[], Throttle] = FreeThrottle

    def site(self) -> Site:
        shop = self.store.shops.get("shop")
        vault = self.store.shops.vault(shop.id)
        channel = replace(
            channels()[self.platform],
            base_url=vault.credentials()["base_url"].get_secret_value(),
            settle_seconds=5,
            confirm_seconds=1,
        )
        quick = {"folder": str(FOLDER / "packs"), "result_minutes": 0.02, "review_minutes": 0.05}
        assisted = quick if "folder" in channel.settings else {}
        channel = replace(channel, settings={**channel.settings, **assisted})
        notes = self.store.shops.notebook(shop.id)
        connection = Connection(
            shop.code, channel, notes, vault, MemoryPictures(), self.throttle(), RealClock(), timeout_seconds=30
        )
        module, _, name = channel.adapter.rpartition(".")
        return Site(
            shop, channel, getattr(importlib.import_module(module), name)(connection), self.store, RealClock()
        )

    def put(self, products: Sequence[Product], stock: int, cause: str) -> None:
        drafts = [Draft(i, p, {v.sku: stock for v in p.variants}) for i, p in enumerate(products)]
        self.store.products.put(drafts, cause)

    def work(self, minutes: float = 30) -> None:
        """Until nothing is due any more."""
        until = time.monotonic() + minutes * 60
        while (due := self._next()) is not None:
            assert time.monotonic() < until, "it does not come to an end"
            time.sleep(max(0.0, (due - datetime.now(UTC)).total_seconds()))
            for lane in Lane:
                converge(self.site(), lane)

    def due(self) -> bool:
        return self._next() is not None

    def _next(self) -> datetime | None:
        with self.store.engine.connect() as connection:
            due: datetime | None = connection.execute(_DUE).scalar()
        return due


def quiet() -> None:
    """Errors only: a line for each call would be measured too."""
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.ERROR))


@contextmanager
def servers() -> Iterator[tuple[Store, Redis, str, str]]:
    """An empty store and queue."""
    quiet()
    FOLDER.mkdir(parents=True, exist_ok=True)
    found = embedded.start(FOLDER)
    wipe(found.database_url, found.redis_url)
    store = Store(found.database_url, keys=secret_keys(Settings(data=FOLDER)))
    redis = Redis.from_url(found.redis_url)
    try:
        yield store, redis, found.database_url, found.redis_url
    finally:
        store.close()
        redis.close()


@contextmanager
def sandbox(switches: Mapping[str, Any]) -> Iterator[Market]:
    market = Market(free_base(9500 + os.getpid() % 40 * 10))
    command = [sys.executable, "-m", "sandbox", "--port-base", str(market.port_base)]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    try:
        market.wait_until_ready()
        assert process.poll() is None, "another sandbox has the ports"
        market.post("/switches", switches)
        yield market
    finally:
        process.terminate()
        process.wait(10)


@contextmanager
def ground(platform: str, **switches: Any) -> Iterator[Ground]:
    with servers() as (store, redis, *_), sandbox({platform: switches}) as market:
        open_shop(store, market, platform)
        yield Ground(store, redis, market, platform)


def open_shop(store: Store, market: Market, platform: str) -> None:
    secrets = market.get("/credentials")[platform]
    given = {name: str(value) for name, value in secrets.items() if not name.endswith("_token")}
    shop = store.shops.add("shop", platform, verbs="sync", credentials={**given, "folder": str(FOLDER / "packs")})
    if "access_token" in secrets:
        pair = Tokens(SecretStr(secrets["access_token"]), SecretStr(secrets.get("refresh_token") or ""))
        store.shops.vault(shop.id).save(pair)


def in_three_sizes(count: int, *, markup: int = 0) -> list[Product]:
    """Products of three variants and one picture each; `markup` dong on every price."""
    made = []
    for n in range(count):
        sizes = (("NHO", "250 g", 70_000), ("VUA", "500 g", 120_000), ("LON", "1 kg", 220_000))
        variants = tuple(a_variant(f"{sku}-{n:06}", price + markup, size, pack=size) for sku, size, price in sizes)
        made.append(
            a_product(
                code=f"P{n:06}",
                name=f"Mật ong hoa nhãn số {n}",
                axes=("Quy cách",),
                variants=variants,
                pictures=(a_picture(f"mật ong {n}", 512),),
            )
        )
    return made


def keep(name: str, figures: Any) -> None:
    """Into var/bench/NAME.json, a list with one entry a run, so that the better of two can be quoted with both."""
    path = FOLDER / f"{name}.json"
    runs = json.loads(path.read_text()) if path.exists() else []
    stamp = {"at": f"{datetime.now(UTC):%Y-%m-%d %H:%M} UTC", "load": [round(n, 1) for n in os.getloadavg()]}
    path.write_text(json.dumps([*runs, {**stamp, "figures": figures}], indent=1, ensure_ascii=False))


def say(line: str = "") -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


def table(head: Sequence[str], rows: Sequence[Sequence[Any]]) -> None:
    say("| " + " | ".join(head) + " |")
    say("|" + "---|" * len(head))
    for row in rows:
        say("| " + " | ".join(str(cell) for cell in row) + " |")
