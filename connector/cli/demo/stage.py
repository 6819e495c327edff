"""Everything the demo stands on: a world of its own under `data`/demo, with real servers, workers and marketplaces."""

import os
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from pydantic import SecretStr

from connector import embedded, up
from connector.cli.demo.market import Market, free_base
from connector.errors import Complaint
from connector.ports import Tokens
from connector.store import Store
from connector.store.schema import wipe

SHOPS = {platform: f"{platform}-ocop" for platform in ("shopee", "lazada", "tiki", "postmart", "voso")}
# The sandbox settles and surfaces at once, so a demo need not wait for what a real shop waits for.
_FAST = {"OCOP_CONFIRM_SECONDS": "1", "OCOP_SETTLE_SECONDS": "5", "OCOP_SWEEP_SECONDS": "2"}
_SWITCHES = {"shopee": {"settle_seconds": 0.0}, "tiki": {"review_seconds": 1.0}}


@dataclass
class Stage:
    """A running demo: its parts and how long each stage took, in seconds."""

    folder: Path
    environment: dict[str, str]
    market: Market
    processes: up.Processes
    web_url: str
    seconds: dict[str, float] = field(default_factory=dict)

    @contextmanager
    def timed(self, name: str) -> Iterator[None]:
        started = time.monotonic()
        yield
        self.seconds[name] = round(time.monotonic() - started, 1)


@contextmanager
def raised(data: Path, port_base: int) -> Iterator[Stage]:
    """Servers, sandbox, web, worker and beat, all new; everything ends with the block."""
    folder = data / "demo"
    servers = embedded.start(folder)
    base = free_base(port_base, 7)
    market = Market(base)
    web_url = f"http://127.0.0.1:{base + 6}"
    environment = {
        **os.environ,
        **_FAST,
        "DATABASE_URL": servers.database_url,
        "REDIS_URL": servers.redis_url,
        "OCOP_DATA": str(folder),
        "OCOP_PUBLIC_URL": web_url,
    }
    wipe(servers.database_url, servers.redis_url)
    for left in folder.glob("beat-schedule*"):  # or beat would make up for nights of a world that is gone
        left.unlink()
    with up.Processes(environment, folder / "log") as processes:
        processes.start("sandbox", [sys.executable, "-m", "sandbox", "--port-base", str(base)])
        processes.start("web", up.web(base + 6))
        market.wait_until_ready()
        market.post("/switches", _SWITCHES)
        yield Stage(folder, environment, market, processes, web_url)


def open_shops(store: Store, market: Market, packs: Path) -> None:
    """One shop on each platform, allowed to sync, with the credentials the sandbox gives out."""
    for platform, secrets in market.get("/credentials").items():
        given = _texts(secrets) | {"folder": str(packs)}
        shop = store.shops.add(SHOPS[platform], platform, name="Gian hàng OCOP", verbs="sync", credentials=given)
        if "access_token" in secrets:
            tokens = Tokens(SecretStr(secrets["access_token"]), SecretStr(secrets.get("refresh_token") or ""))
            store.shops.vault(shop.id).save(tokens)


def wait_for(what: Callable[[], bool], seconds: float, vi: str, en: str) -> None:
    until = time.monotonic() + seconds
    while not what():
        if time.monotonic() > until:
            raise Complaint(f"Quá {seconds:.0f} giây: {vi}.", f"After {seconds:.0f} s: {en}.")
        time.sleep(0.2)


def _texts(secrets: Mapping[str, Any]) -> dict[str, str]:
    kept = ("access_token", "refresh_token")
    return {name: str(value) for name, value in secrets.items() if name not in kept and value is not None}
