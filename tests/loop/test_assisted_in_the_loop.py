"""An assisted channel under the real loop and store: packs, late results and lost answers, met by workers that
remember nothing but what the store holds."""

import time
from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from adapters.assisted import Assisted
from adapters.assisted.centre import SellerCentre
from adapters.postmart import Postmart
from adapters.voso import Voso
from connector.converge import converge
from connector.domain.listing import Lane
from connector.ports import Connection
from connector.reconcile import reconcile
from connector.site import Site
from connector.store import Draft, Store
from tests.builders import (
    FreeThrottle,
    MemoryPictures,
    RealClock,
    a_channel,
    a_picture,
    a_product,
    a_product_in_two_sizes,
    a_variant,
)
from tests.running import Running, _started, sandbox  # noqa: F401  (fixtures)

_SOON = 0.005  # minutes
CLASSES: dict[str, type[Assisted]] = {"postmart": Postmart, "voso": Voso}


class Desk:
    """One shop with its worker, on a store of its own."""

    def __init__(self, platform: str, store: Store, sandbox: Running, folder: Path) -> None:  # noqa: F811
        self.platform, self.store, self.sandbox, self.folder = platform, store, sandbox, folder
        secrets = {name: str(value) for name, value in sandbox.credentials(platform).items()}
        store.shops.add("shop-1", platform, verbs="sync", credentials=secrets)
        self.adapters: list[Assisted] = []

    def site(self) -> Site:
        """As a worker builds it for each task: nothing but the store remembers."""
        shop = self.store.shops.get("shop-1")
        channel = a_channel(self.platform)
        quick = {**channel.settings, "folder": str(self.folder), "result_minutes": _SOON, "review_minutes": _SOON}
        channel = replace(channel, settle_seconds=0, confirm_seconds=0, settings=quick)
        notebook, vault = self.store.shops.notebook(shop.id), self.store.shops.vault(shop.id)
        connection = Connection(
            shop.code, channel, notebook, vault, MemoryPictures(), FreeThrottle(), RealClock(), timeout_seconds=5
        )
        self.adapters.append(CLASSES[self.platform](connection))
        return Site(shop, channel, self.adapters[-1], self.store, RealClock())

    def put(self, *products: Any) -> None:
        drafts = [Draft(row, p, {v.sku: 10 for v in p.variants}) for row, p in enumerate(products)]
        self.store.products.put(drafts, "import goods.xlsx")

    def sync(self) -> Counter[str]:
        """Two passes, the second when a wait for a result or a review is over."""
        results: Counter[str] = Counter()
        for pause in (0.0, 1.6):  # no wait is shorter than a second, and waits end at half seconds
            time.sleep(pause)
            for lane in Lane:
                results.update(converge(self.site(), lane, until=datetime.now(UTC)).results)
        return results

    def calls(self) -> Counter[str]:
        total: Counter[str] = Counter()
        for adapter in self.adapters:
            assert isinstance(adapter._desk.carrier, SellerCentre)
            total += adapter._desk.carrier.http.calls
        self.adapters.clear()
        return total

    def shown(self) -> dict[str, int]:
        state = self.sandbox.get("/state")[self.platform]
        assert not state["duplicates"]
        return dict(state["by_state"])


@pytest.fixture(params=CLASSES)
def desk(request: pytest.FixtureRequest, store: Store, sandbox: Running, tmp_path: Path) -> Desk:  # noqa: F811
    return Desk(request.param, store, sandbox, tmp_path)


def test_all_is_published_in_one_pack_and_the_night_is_quiet(desk: Desk) -> None:
    honey = [
        a_product(
            code=f"P{n}",
            name=f"Mật ong rừng số {n}",
            variants=(a_variant(f"RUNG-{n:02}"),),
            pictures=(a_picture(str(n)),),
        )
        for n in range(20)
    ]
    desk.put(*honey, a_product_in_two_sizes())
    assert desk.sync()["applied"] == 21
    calls = desk.calls()
    assert (calls["upload"], calls["result"], calls["export"]) == (1, 1, 2)
    assert calls["login"] == (1 if desk.platform == "postmart" else 3)
    assert desk.shown() == {"live": 21}
    run = reconcile(desk.site())
    assert (run.state, run.planned, run.unchanged) == ("done", 21, 21)
    calls = desk.calls()
    assert (calls["export"], calls["upload"], calls["login"]) == (1, 0, 0)


def test_a_result_that_comes_late_is_waited_for(desk: Desk) -> None:
    desk.put(a_product())
    desk.sandbox.fault(desk.platform, "slow_accept", "upload", params={"seconds": 300}, count=1)
    desk.sync()
    assert desk.shown() == {}
    desk.sandbox.post("/clock", {"advance": 301})
    desk.sync()
    assert desk.shown() == {"live": 1}
    assert desk.calls()["upload"] == 1


def test_a_refusal_that_comes_late_is_kept_and_the_same_is_never_sent_again(desk: Desk) -> None:
    desk.store.shops.set_rules(desk.store.shops.get("shop-1").id, cause="test", categories={"4": "Đồ cổ"})
    desk.put(a_product())
    desk.sandbox.fault(desk.platform, "slow_accept", "upload", params={"seconds": 300}, count=1)
    desk.sync()
    desk.sandbox.post("/clock", {"advance": 301})
    desk.sync()
    assert desk.calls()["upload"] == 1
    assert reconcile(desk.site()).refused == 1
    assert desk.calls()["upload"] == 0


def test_one_reason_for_two_variants_is_one_problem_that_names_both(desk: Desk) -> None:
    desk.store.shops.set_rules(desk.store.shops.get("shop-1").id, cause="test", categories={"4": "Đồ cổ"})
    desk.put(a_product_in_two_sizes())
    assert desk.sync()["refused"] == 1
    listing = desk.store.reads.listing("shop-1", "MAT-ONG-HOA-NHAN")
    assert listing is not None
    (told,) = [one["vi"] for one in desk.store.reads.problems(listing.id or 0) if one["code"] == "nganh_hang_sai"]
    assert "MONG-250: " in told
    assert "MONG-500: " in told


def test_the_night_settles_a_review_that_is_over_before_its_time(desk: Desk) -> None:
    desk.sandbox.switch(desk.platform, approval_delay=300)
    desk.put(a_product())
    desk.sync()
    assert desk.shown() == {"review": 1}
    with desk.store.engine.begin() as connection:
        connection.execute(text("UPDATE listing SET content_due_at = now() + interval '1 day'"))
    desk.sandbox.post("/clock", {"advance": 301})
    assert reconcile(desk.site()).unchanged == 1
    listing = desk.store.reads.listing("shop-1", "MAT-ONG-HOA-NHAN")
    assert listing is not None
    assert listing.phase == "live"
