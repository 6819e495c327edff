"""A real adapter against the sandbox under the real loop and store: what each assumes of the other."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from adapters.shopee import Shopee
from connector.converge import converge
from connector.domain.listing import Lane
from connector.pictures import PictureFiles
from connector.ports import Connection
from connector.reconcile import reconcile
from connector.site import Site
from connector.store import Draft, Store
from tests.builders import (
    FreeThrottle,
    MemoryPictures,
    MemoryVault,
    RealClock,
    a_channel,
    a_picture,
    a_product,
    a_product_in_two_sizes,
    a_variant,
)
from tests.running import _started, sandbox  # noqa: F401  (fixtures)


class Desk:
    """One Shopee shop with its worker, on a store of its own."""

    def __init__(self, store: Store, sandbox: Any) -> None:  # noqa: F811
        self.store, self.sandbox = store, sandbox
        store.shops.add("shopee-1", "shopee", verbs="sync")
        sandbox.switch("shopee", settle_seconds=0)
        self.adapters: list[Shopee] = []
        self.pictures: Any = MemoryPictures()
        self.settings: dict[str, Any] = {}

    def site(self) -> Site:
        """As a worker builds it for each task: nothing but the store remembers."""
        shop = self.store.shops.get("shopee-1")
        channel = replace(a_channel("shopee"), settle_seconds=0, confirm_seconds=0)
        channel = replace(channel, settings={**channel.settings, "settle_add_seconds": 0, **self.settings})
        vault = MemoryVault.of(self.sandbox.credentials("shopee"))
        notebook = self.store.shops.notebook(shop.id)
        connection = Connection(
            shop.code, channel, notebook, vault, self.pictures, FreeThrottle(), RealClock(), timeout_seconds=5
        )
        self.adapters.append(Shopee(connection))
        return Site(shop, channel, self.adapters[-1], self.store, RealClock())

    def sync(self) -> dict[str, int]:
        results: dict[str, int] = {}
        for _ in range(4):
            for lane in Lane:
                for result, n in converge(self.site(), lane).results.items():
                    results[result] = results.get(result, 0) + n
        return results

    def calls(self) -> dict[str, int]:
        total: dict[str, int] = {}
        for adapter in self.adapters:
            for endpoint, n in adapter.calls.items():
                total[endpoint] = total.get(endpoint, 0) + n
        self.adapters.clear()
        return total


@pytest.fixture
def desk(store: Store, sandbox: Any) -> Desk:  # noqa: F811
    return Desk(store, sandbox)


def test_all_is_published_once_and_the_night_is_quiet(desk: Desk) -> None:
    honey = [
        a_product(
            code=f"P{n}",
            name=f"Mật ong rừng số {n}",
            variants=(a_variant(f"RUNG-{n:02}"),),
            pictures=(a_picture(str(n)),),
        )
        for n in range(20)
    ]
    products = [*honey, a_product_in_two_sizes()]
    drafts = [Draft(row, p, {v.sku: 10 for v in p.variants}) for row, p in enumerate(products)]
    desk.store.products.put(drafts, "import goods.xlsx")
    results = desk.sync()
    assert results["applied"] == 21
    assert desk.calls() == {
        "product/get_category": 1,
        "logistics/get_channel_list": 1,
        "product/get_item_limit": 2,
        "product/get_attribute_tree": 1,
        "product/get_item_list": 1,
        "media_space/upload_image": 21,
        "product/add_item": 21,
        "product/init_tier_variation": 1,
        "product/unlist_item": 1,
        "product/get_item_base_info": 2,
        "product/get_model_list": 1,
    }
    state = desk.sandbox.get("/state")["shopee"]
    assert not state["duplicates"]
    assert state["by_state"] == {"live": 21}
    run = reconcile(desk.site())
    assert (run.state, run.planned, run.unchanged) == ("done", 21, 21)
    assert desk.calls() == {"product/get_item_list": 1, "product/get_item_base_info": 1, "product/get_model_list": 1}


def test_a_lost_picture_file_keeps_its_own_listing_back_and_no_other(desk: Desk, tmp_path: Path) -> None:
    desk.pictures = PictureFiles(tmp_path, "http://127.0.0.1")
    kept, lost = (desk.pictures.save(MemoryPictures().read(a_picture(name))) for name in ("còn", "mất"))
    desk.pictures.path(lost).unlink()
    goods = [
        a_product(code=f"P{n}", name=f"Mật ong số {n} Hưng Yên", variants=(a_variant(f"ONG-{n}"),), pictures=(picture,))
        for n, picture in enumerate((kept, lost, kept))
    ]
    desk.store.products.put([Draft(n, p, {p.variants[0].sku: 5}) for n, p in enumerate(goods)], "import")
    results = desk.sync()
    assert (results["applied"], results["refused"]) == (2, 1)
    (problem,) = desk.store.reads.blocked()
    assert problem["code"] == "picture_lost"
    assert "nhập lại" in problem["vi"]
    desk.pictures.save(MemoryPictures().read(a_picture("mất")))
    reconcile(desk.site())  # nothing of the product has changed, yet it is tried again
    assert desk.sandbox.get("/state")["shopee"]["by_state"] == {"live": 3}


def test_a_review_that_may_be_looked_at_at_once_keeps_no_worker_spinning(desk: Desk) -> None:
    desk.settings = {"review_minutes": 0}
    desk.sandbox.switch("shopee", review_seconds=600.0)
    desk.store.products.put([Draft(0, a_product(), {"MONG-500": 5})], "import")
    assert desk.sync()["applied"] == 1
    desk.calls()
    reconcile(desk.site())
    converge(desk.site(), Lane.CONTENT)  # comes to an end
    assert desk.calls()["product/get_item_base_info"] <= 2
    (held,) = desk.store.work.peek([1])
    due = held.due[Lane.CONTENT]
    assert due is not None
    assert due > RealClock().now()
