"""The mapping against what a platform has: what resolves, what is demanded, what has just changed."""

import importlib
from dataclasses import dataclass, field, replace
from typing import Any

import pytest

from connector import catalogue
from connector.converge import converge
from connector.domain.listing import Desired, Lane
from connector.domain.problem import Problem
from connector.errors import Complaint
from connector.ports import Catalogue, Catalogued, Category
from connector.site import Site
from connector.store import Store
from tests.builders import MemoryVault, RealClock, a_channel, a_product, a_variant
from tests.connect.browser import a_shop, a_stored_connection
from tests.loop.bench import Bench
from tests.memory_platform import MemoryAdapter

ACCOUNT = {"shopee": ("shop_id",), "lazada": (), "tiki": ()}


def a_site(store: Store, sandbox: Any, platform: str, **categories: str) -> Site:
    """A connected shop; `categories` are the shop's own mapping."""
    shop = a_shop(store, sandbox, platform, known=(*ACCOUNT[platform], "access_token", "refresh_token"), verbs="sync")
    tokens = MemoryVault.of(sandbox.credentials(platform)).tokens()
    assert tokens is not None
    store.shops.vault(shop.id).save(tokens)
    store.shops.set_rules(shop.id, cause="test", categories={n.removeprefix("set_"): c for n, c in categories.items()})
    connection = a_stored_connection(store, shop)
    module, _, name = connection.channel.adapter.rpartition(".")
    adapter = getattr(importlib.import_module(module), name)(connection)
    return Site(store.shops.by_id(shop.id), connection.channel, adapter, store, RealClock())


@pytest.mark.parametrize("platform", ["shopee", "lazada", "tiki"])
def test_every_set_of_the_channel_file_resolves_and_can_be_filled(platform: str, store: Store, sandbox: Any) -> None:
    found = catalogue.check(a_site(store, sandbox, platform))
    assert found.mapped == len(set(a_channel(platform).categories.values()))
    assert found.lost == []
    assert [(gap.set_no, gap.attribute) for gap in found.gaps if gap.never] == []
    assert (found.moved, found.due) == ([], 0)


@pytest.mark.parametrize(("platform", "typo"), [("shopee", "Mật ong"), ("lazada", "Mật ong"), ("tiki", "Mật ong")])
def test_a_name_that_is_no_category_comes_with_the_nearest(
    platform: str, typo: str, store: Store, sandbox: Any
) -> None:
    found = catalogue.check(a_site(store, sandbox, platform, set_4=typo))
    (lost,) = found.lost
    assert (lost.sets, lost.name) == ((4,), typo)
    right = a_channel(platform).categories["4"]
    assert right in lost.nearest[0][1]
    assert lost.nearest[0][0].isdigit()


@pytest.mark.parametrize("platform", ["shopee", "lazada", "tiki"])
def test_a_category_may_be_given_by_its_id(platform: str, store: Store, sandbox: Any) -> None:
    site = a_site(store, sandbox, platform)
    assert isinstance(site.adapter, Catalogued)
    name = site.category(4)
    read = site.adapter.catalogue([name], fresh=True)
    leaf = read.categories[name].id
    by_id = site.adapter.catalogue([leaf], fresh=True).categories[leaf]
    assert by_id == read.categories[name]


def test_remembering_costs_no_call(store: Store, sandbox: Any) -> None:
    for platform in ("shopee", "lazada", "tiki"):
        site = a_site(store, sandbox, platform)
        assert catalogue.watch(site) == []
        catalogue.check(site)
        before = sum(site.adapter.calls.values())  # type: ignore[attr-defined]
        assert catalogue.watch(site) == []
        assert sum(site.adapter.calls.values()) == before  # type: ignore[attr-defined]


@dataclass
class DemandingAdapter(MemoryAdapter):
    """A memory platform with one category and what it demands; `storage` is the only fact that fills anything."""

    required: dict[str, str] = field(default_factory=dict)
    leaf: str = "100"

    def catalogue(self, names: Any, *, fresh: bool) -> Catalogue:
        found = Category(self.leaf, dict(self.required))
        return Catalogue({"100": "Thực phẩm > Mật ong"}, dict.fromkeys(names, found))

    def check(self, desired: Desired) -> list[Problem]:
        filled = {"storage": "storage" in desired.details}
        missing = [name for name in self.required if not filled.get(name, False)]
        return [
            Problem("attribute_missing", f"attr:{name}", f"Thiếu {name}.", f"{name} is missing.") for name in missing
        ]


@dataclass
class Demands(Bench):
    required: dict[str, str] = field(default_factory=dict)
    leaf: str = "100"

    def site(self, code: str = "") -> Site:
        adapter = DemandingAdapter(self.platform, self.clock, required=dict(self.required), leaf=self.leaf)
        return replace(super().site(code), adapter=adapter)


@pytest.fixture
def bench(store: Store) -> Demands:
    made = Demands(store)
    made.channel = replace(made.channel, categories={"4": "Mật ong", "11": "Trà"})
    honey, tea = a_product(), a_product(code="TRA", set_no=11, name="Trà sen", variants=(a_variant("TRA-100"),))
    made.shop().goods([honey, tea])
    made.sync()
    return made


def test_a_new_demand_is_a_problem_on_the_listings_it_touches_and_on_no_others(bench: Demands) -> None:
    catalogue.check(bench.site())
    bench.required = {"gtin": "Mã vạch"}
    found = catalogue.check(bench.site())
    assert [(m.name, dict(m.required)) for m in found.moved] == [
        ("Mật ong", {"gtin": "Mã vạch"}),
        ("Trà", {"gtin": "Mã vạch"}),
    ]
    assert found.due == 2
    before = bench.platform.writes
    converge(bench.site(), Lane.CONTENT)
    assert {b["code"]: b["listings"] for b in bench.store.reads.blocked()} == {"attribute_missing": 2}
    assert bench.platform.writes == before
    assert catalogue.check(bench.site()).moved == []


def test_the_night_notices_a_new_demand_by_itself(bench: Demands) -> None:
    bench.night()
    bench.required = {"gtin": "Mã vạch"}
    run = bench.night()
    assert run.state == "done"
    assert [b["field"] for b in bench.store.reads.blocked()] == ["attr:gtin"]
    cause = {bench.store.reads.listing("shop", code).cause for code in ("MONG-500", "TRA-100")}  # type: ignore[union-attr]
    assert all("Mã vạch" in each for each in cause)


def test_a_category_that_became_another_is_told(bench: Demands) -> None:
    catalogue.check(bench.site())
    bench.leaf = "200"
    found = catalogue.check(bench.site())
    assert {(m.before, m.now) for m in found.moved} == {("100", "200")}


def test_what_no_fact_can_fill_is_told_from_what_some_products_do_not_state(bench: Demands) -> None:
    bench.required = {"gtin": "Mã vạch", "storage": "Bảo quản"}
    silent = a_product(code="TRA", set_no=11, name="Trà sen", variants=(a_variant("TRA-100"),))
    bench.goods([replace(silent, label=replace(silent.label, storage=""))])
    gaps = {(g.set_no, g.attribute): (g.products, g.never) for g in catalogue.check(bench.site()).gaps}
    assert gaps == {(4, "gtin"): (1, True), (11, "gtin"): (1, True), (11, "storage"): (1, False)}


def test_a_platform_without_a_catalogue_says_so(store: Store) -> None:
    bench = Bench(store).shop()
    with pytest.raises(Complaint, match="danh mục"):
        catalogue.check(bench.site())
    assert catalogue.watch(bench.site()) == ()
