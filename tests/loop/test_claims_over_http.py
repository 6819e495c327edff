"""The day a certificate turns, on five platforms over HTTP: the calendar's own task finds it, and the loop takes the
claim down everywhere and touches nothing else."""

import importlib
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from celery.schedules import crontab
from pydantic import SecretStr
from sqlalchemy import text
from typer.testing import CliRunner

from config.settings import Settings
from connector.cli import app as ocop
from connector.converge import converge
from connector.domain.listing import Lane
from connector.ports import Target
from connector.site import VIETNAM
from connector.store import Draft, Store
from connector.wiring import Wired, wire
from tests.builders import MemoryPictures, a_certificate, a_product, a_variant
from tests.conftest import KEY
from tests.contract.shop import SandboxClock
from tests.faults.conftest import _days_pass_in_seconds  # noqa: F401  (fixture)
from tests.running import Running, _started, sandbox  # noqa: F401  (fixtures)
from tests.web.market import open_shops

CODE, SKU = "MAT-ONG-HOA-NHAN", "MONG-500"
PLATFORMS = ("shopee", "lazada", "tiki", "postmart", "voso")
_DUE = text("SELECT min(least(stock_due_at, price_due_at, content_due_at)) FROM listing")
_CLAIM = re.compile(r"ocop|\d sao|1234/QĐ-UBND", re.IGNORECASE)
_CELLS = {"title", "description", "short_text", "stars", "decision", "until"}


@dataclass
class Country:
    """Five shops of the sandbox, their workers' parts, and the sandbox's own time for both sides."""

    wired: Wired
    sandbox: Any
    tasks: Any

    def now(self) -> datetime:
        return self.wired.clock.now()

    def today(self) -> date:
        return self.now().astimezone(VIETNAM).date()

    def forward(self, to: datetime) -> None:
        self.sandbox.post("/clock", {"advance": max((to - self.now()).total_seconds(), 0) + 0.001})

    def settle(self) -> None:
        """What workers do until nothing is due any more, the platforms' own waits included."""
        for _ in range(60):
            for shop_id, lane in self.wired.store.work.due_shops(self.now()):
                converge(self.wired.site(self.wired.store.shops.by_id(shop_id)), Lane(lane))
            with self.wired.store.engine.connect() as connection:
                due = connection.execute(_DUE).scalar()
            if due is None:
                return
            self.forward(due)
        raise AssertionError("never at rest")

    def facts(self, sku: str = SKU) -> dict[str, dict[str, Any]]:
        """What each platform shows, as its adapter reads it over HTTP."""
        found = {}
        for site in self.wired.sites():
            product = CODE if sku == SKU else "KHAC"
            row = self.wired.store.reads.listing(site.shop.code, product)
            assert row is not None
            target = Target(row.id or 0, (sku,))
            found[site.shop.platform] = dict(site.adapter.observe([target])[row.id or 0].facts)
        return found

    def shown(self) -> dict[str, dict[str, Any]]:
        """The same listing as buyers see it there; at the seller centres with every cell that was ever sent."""
        told = {name: self.sandbox.get("/state", platform=name)[name]["listings"] for name in PLATFORMS}
        rows = {name: next(row for row in found if SKU in row["skus"]) for name, found in told.items()}
        for name in ("postmart", "voso"):
            shelf = self.sandbox.world.markets[name].shelf
            rows[name]["texts"] = dict(next(one.texts for one in shelf if one.title == rows[name]["title"]))
        return rows

    def writes(self, since: float) -> dict[str, int]:
        calls = {name: self.sandbox.get("/calls", platform=name, since=since, limit=100_000) for name in PLATFORMS}
        return {name: sum(call["write"] for call in rows) for name, rows in calls.items()}

    def problems(self) -> dict[str, set[str]]:
        found = {}
        for site in self.wired.sites():
            row = self.wired.store.reads.listing(site.shop.code, CODE)
            assert row is not None
            found[site.shop.platform] = {p["code"] for p in self.wired.store.reads.problems(row.id or 0)}
        return found


@pytest.fixture
def country(
    store: Store,
    sandbox: Running,  # noqa: F811
    redis_url: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> Iterator[Country]:
    """One certified product and one without, live on all five; the certificate ends tomorrow."""
    url = store.engine.url.render_as_string(hide_password=False)
    for name, value in (
        ("DATABASE_URL", url),
        ("REDIS_URL", redis_url),
        ("OCOP_DATA", str(tmp_path)),
        ("OCOP_SECRET_KEYS", KEY),
    ):
        monkeypatch.setenv(name, value)
    settings = Settings(data=tmp_path, database_url=url, redis_url=redis_url, secret_keys=(SecretStr(KEY),))
    pictures: Any = MemoryPictures()
    wired = replace(wire(settings, hints=False), clock=SandboxClock(sandbox), pictures=pictures)
    made = Country(wired, sandbox, importlib.import_module("tasks.work"))
    monkeypatch.setattr(made.tasks, "_wired", [wired])
    # Noon in Viet Nam, so that the next midnight is ahead of both sides.
    noon = made.now().astimezone(VIETNAM).replace(hour=12, minute=0, second=0) + timedelta(days=1)
    made.forward(noon)
    open_shops(wired, sandbox)
    tomorrow = made.today() + timedelta(days=1)
    product = a_product(
        name="Mật ong hoa nhãn Hưng Yên OCOP 4 sao",
        short_name="",
        description="Mật ong OCOP 4 sao lấy từ vườn nhãn lâu năm, lọc lạnh, không pha đường, đóng hũ thủy tinh sạch. "
        "Đạt chứng nhận OCOP 4 sao cấp tỉnh. Mỗi hũ được dán tem và ghi ngày đóng.",
        certificate=a_certificate(issued_on=tomorrow - timedelta(days=1096), expires_on=tomorrow),
    )
    other = a_product(
        code="KHAC", name="Mật ong hoa rừng tràm U Minh", certificate=None, variants=(a_variant("KHAC-1"),)
    )
    wired.store.products.put([Draft(0, product, {SKU: 9}), Draft(1, other, {"KHAC-1": 9})], "import")
    made.settle()
    yield made
    wired.close()


def the_claim_came_down(country: Country, before: dict[str, Any], others: dict[str, Any]) -> None:
    """Title, description and badge changed, on every platform, and nothing else of it or of another product."""
    facts, shown = before["facts"], before["shown"]
    for platform, now in country.facts().items():
        changed = {field for field in facts[platform].keys() | now if facts[platform].get(field) != now.get(field)}
        assert "title" in changed, platform
        assert {f for f in changed if not _CLAIM.search(str(facts[platform].get(f)))} == set(), platform  # nothing else
    for platform, now in country.shown().items():
        changed = {key for key in now if now[key] != shown[platform][key]}
        assert changed - {"texts", "url"} == {"title", "description"}, (
            platform,
            changed,
        )  # Voso writes the title into the address
        said = f"{now['title']} {now['description']} {now.get('texts')}".lower()
        assert "ocop" not in said, (platform, said)
        assert " sao" not in said, (platform, said)
        assert "vườn nhãn lâu năm" in now["description"], platform
        assert now["title"].startswith("Mật ong hoa nhãn Hưng Yên"), platform
        for key, cell in now.get("texts", {}).items():
            assert cell == shown[platform]["texts"].get(key) or key in _CELLS, (platform, key)
        assert not any(now.get("texts", {}).get(badge) for badge in ("stars", "decision", "until")), platform
    assert country.facts("KHAC-1") == others


def test_tomorrow_the_claim_is_withdrawn_on_five_platforms_and_nothing_else_is(country: Country) -> None:
    before, others = {"facts": country.facts(), "shown": country.shown()}, country.facts("KHAC-1")
    assert all("OCOP 4 sao" in row["title"] for row in before["shown"].values())
    assert all(before["shown"][name]["texts"]["stars"] == 4 for name in ("postmart", "voso"))
    assert all("certificate_expiring" in codes for codes in country.problems().values())
    country.tasks.housekeeping()
    country.settle()
    quiet = country.now().timestamp()
    assert {"facts": country.facts(), "shown": country.shown()} == before  # today: warned, and nothing else

    midnight = (country.now().astimezone(VIETNAM) + timedelta(days=1)).replace(hour=0, minute=0, second=0)
    hourly = country.tasks.app.conf.beat_schedule["housekeeping"]
    assert hourly["task"] == "ocop.housekeeping"
    country.forward((midnight + minutes_after_the_hour(hourly["schedule"])).astimezone(UTC))
    assert country.today() == midnight.date()
    country.tasks.housekeeping()
    due = country.wired.store.work.due_shops(country.now())
    assert {(country.wired.store.shops.by_id(shop).platform, lane) for shop, lane in due} == {
        (name, Lane.CONTENT) for name in PLATFORMS
    }
    country.settle()
    assert all(count >= 1 for count in country.writes(quiet).values())
    the_claim_came_down(country, before, others)
    assert all("certificate_expired" in codes for codes in country.problems().values())

    quiet = country.now().timestamp()
    country.tasks.housekeeping()  # an hour later: told once a day, and nothing is left to do
    country.settle()
    assert sum(country.writes(quiet).values()) == 0


def test_a_withdrawal_by_hand_takes_the_claim_down_on_five_platforms_at_once(country: Country) -> None:
    before, others = {"facts": country.facts(), "shown": country.shown()}, country.facts("KHAC-1")
    on = f"{country.today():%d/%m/%Y}"
    told = CliRunner().invoke(ocop, ["certificate", "withdraw", CODE, "--on", on, "--because", "12/QĐ-UBND"])
    assert told.exit_code == 0, told.output
    country.settle()
    the_claim_came_down(country, before, others)
    assert all("certificate_withdrawn" in codes for codes in country.problems().values())


def minutes_after_the_hour(schedule: crontab) -> timedelta:
    """When in each hour, and that it is each hour: the longest a turned certificate stays up is less than one."""
    assert len(schedule.hour) == 24
    assert {len(schedule.day_of_week), len(schedule.day_of_month)} == {7, 31}
    (minute,) = schedule.minute
    return timedelta(minutes=minute)
