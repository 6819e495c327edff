"""One shop on one platform of the sandbox, worked by the real loop on the real store, in the sandbox's own time.

Nothing but the store remembers: each use-case gets its parts anew, as a worker builds them for each task. A step is a
commit or a call to the platform; `on_step` is told before each.
"""

import importlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import requests
from pydantic import SecretStr
from sqlalchemy import text

from connector.converge import converge
from connector.domain.listing import Lane
from connector.errors import NeedsConsent
from connector.models import RESULTS
from connector.ports import Adapter, Connection, Tokens
from connector.reconcile import reconcile
from connector.site import Site
from connector.store import Draft, Store
from tests.builders import MemoryPictures, a_channel
from tests.contract.shop import SandboxClock
from tests.running import downloaded

PLATFORMS = ("shopee", "lazada", "tiki", "postmart", "voso")
MOST_ROUNDS = 30
_DUE = text("SELECT min(least(stock_due_at, price_due_at, content_due_at)) FROM listing")


@dataclass
class StepThrottle:
    """Free of charge; every call passes here first."""

    on_step: Callable[..., None]

    def take(self, bucket: str) -> None:
        self.on_step()

    def hit(self, bucket: str, after: float = 0.0) -> None:
        """The sandbox's limits are not what is tried here."""

    def rest(self, after: float) -> None:
        """Neither are its quotas."""


@dataclass
class FaultShop:
    platform: str
    store: Store
    sandbox: Any
    folder: Path
    timeout: float = 20.0
    on_step: Callable[..., None] = lambda *_: None
    settings: Mapping[str, Any] = field(default_factory=dict)

    @classmethod
    def opened(cls, platform: str, store: Store, sandbox: Any, folder: Path) -> "FaultShop":
        """A shop on its first day: empty tables, an empty sandbox."""
        folder.mkdir(exist_ok=True)
        sandbox.post("/reset")
        with store.engine.begin() as connection:
            connection.exec_driver_sql("TRUNCATE producer, shop RESTART IDENTITY CASCADE")
        made = cls(platform, store, sandbox, folder)
        secrets = sandbox.credentials(platform)
        given = {name: str(value) for name, value in secrets.items() if not name.endswith("_token")}
        store.shops.add("shop", platform, verbs="sync", credentials={**given, "folder": str(folder)})
        made.consent()
        return made

    def consent(self) -> None:
        """A person connects the shop (again)."""
        secrets = self.sandbox.credentials(self.platform)
        shop = self.store.shops.get("shop")
        if "access_token" in secrets:
            pair = Tokens(SecretStr(secrets["access_token"]), SecretStr(secrets.get("refresh_token") or ""))
            self.store.shops.vault(shop.id).save(pair)
        self.store.shops.resume(shop.id)

    def site(self) -> Site:
        shop = self.store.shops.get("shop")
        channel, clock = a_channel(self.platform), SandboxClock(self.sandbox)
        vault = self.store.shops.vault(shop.id)
        base = vault.credentials()["base_url"].get_secret_value()
        channel = replace(channel, base_url=base, settings={**channel.settings, "folder": str(self.folder)})
        notes, throttle = self.store.shops.notebook(shop.id), StepThrottle(self.on_step)
        connection = Connection(
            shop.code, channel, notes, vault, MemoryPictures(), throttle, clock, timeout_seconds=self.timeout
        )
        module, _, name = channel.adapter.rpartition(".")
        adapter: Adapter = getattr(importlib.import_module(module), name)(connection)
        return Site(shop, channel, adapter, self.store, clock)

    def put(self, *drafts: Draft, cause: str = "import") -> None:
        self.store.products.put(drafts, cause)

    # ---- passes

    def round(self) -> datetime | None:
        """Everything due now, lane by lane; when something is due next."""
        for lane in Lane:
            converge(self.site(), lane)
        with self.store.engine.connect() as connection:
            due: datetime | None = connection.execute(_DUE).scalar()
        return due

    def work(self) -> int:
        """One pass: everything due, and whatever the platform's own waits bring after it. The rounds it took."""
        for number in range(1, MOST_ROUNDS):
            due = self.round()
            if due is None:
                return number
            self.reconnect()
            self.advance_to(due)
        raise AssertionError(f"still due after {MOST_ROUNDS} rounds: {self.listings()}")

    def night(self) -> Any:
        """One pass by the nightly run, to its end."""
        try:
            run = reconcile(self.site())
        except NeedsConsent:
            self.reconnect()
            run = reconcile(self.site())
        if run.state == "healing":
            self.work()
            run = reconcile(self.site())
        return run

    def advance_to(self, due: datetime) -> None:
        """Let the sandbox's time pass; pictures that Tiki fetches take real time."""
        if self.platform == "tiki":
            downloaded(self.sandbox)
        seconds = (due - self.now()) / timedelta(seconds=1) + 0.001
        if seconds > 0:
            self.sandbox.post("/clock", {"advance": seconds})

    def now(self) -> datetime:
        return datetime.fromtimestamp(self.sandbox.world.clock.now(), UTC)

    # ---- what the platform and the store say

    def shown(self) -> dict[str, tuple[str, int, int]]:
        """State, price and stock by SKU of everything not deleted, as the platform has it."""
        rows = self.sandbox.get("/state", platform=self.platform)[self.platform]["listings"]
        live = [row for row in rows if row["state"] != "deleted"]
        return {v["sku"]: (row["state"], v["price"], v["stock"]) for row in live for v in row["variants"]}

    def titles(self) -> set[str]:
        rows = self.sandbox.get("/state", platform=self.platform)[self.platform]["listings"]
        return {row["title"] for row in rows if row["state"] != "deleted"}

    def duplicates(self) -> list[Any]:
        found: list[Any] = self.sandbox.get("/state", platform=self.platform)[self.platform]["duplicates"]
        return found

    def writes(self) -> int:
        calls = self.sandbox.get("/calls", platform=self.platform, limit=1_000_000)
        return sum(call["write"] for call in calls)

    def mend(self) -> None:
        """No fault strikes any more, and a consent that died is given again."""
        requests.delete(self.sandbox.admin + "/faults", timeout=5)
        self.reconnect()

    def reconnect(self) -> None:
        """What a person does who reads that the shop was paused."""
        if not self.store.shops.get("shop").active:
            self.consent()

    def listings(self) -> list[str]:
        names = "id, phase, reason, ticket, tries, content_due_at, price_due_at, stock_due_at"
        with self.store.engine.connect() as connection:
            return [str(row) for row in connection.exec_driver_sql(f"SELECT {names} FROM listing ORDER BY id")]

    def runs_that_do_not_add_up(self) -> list[int]:
        runs = [run for run in self.store.runs.recent(1000) if run.state != "failed"]
        return [r.id or 0 for r in runs if r.state != "done" or r.planned != sum(getattr(r, n) for n in RESULTS)]
