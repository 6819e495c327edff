"""A shop that was running before we came: seen, matched, taken over, and left as it is."""

import threading
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import text

from adapters.lazada import Lazada
from adapters.shopee import Shopee
from connector import adopt, strangers
from connector.converge import converge
from connector.domain.listing import Lane
from connector.domain.matching import How
from connector.domain.rules import Owner
from connector.errors import Complaint
from connector.reconcile import reconcile
from connector.site import Site
from connector.store import Draft, Store
from tests.builders import MemoryVault, RealClock, a_desired, a_product, a_variant
from tests.conftest import KEY
from tests.connect.browser import a_shop, a_stored_connection
from tests.contract.conftest import PLATFORMS
from tests.contract.shop import Shop
from tests.loop.bench import Bench, goods

THEIRS = adopt.owned({})


def put_there(bench: Bench, title: str, *skus: str, price: int = 99_000, stock: int = 7) -> str:
    """A listing that somebody else made."""
    item = str(next(bench.platform.numbers))
    offers = {f"price:{sku}": price for sku in skus} | {f"stock:{sku}": stock for sku in skus}
    facts = {"title": title, "description": "Của chủ shop", "pictures": ("ref:1",), "variants": skus, "visible": True}
    bench.platform.items[item] = facts | offers
    return item


def everything(store: Store) -> dict[str, Any]:
    """All rows that a person would call data; notes are only a cache."""
    with store.engine.connect() as connection:
        return {
            table: connection.execute(
                text(f"SELECT md5(string_agg(t::text, '' ORDER BY t::text)) FROM {table} t")
            ).scalar()
            for table in (
                "shop",
                "product",
                "variant",
                "listing",
                "attempt",
                "problem",
                "drift",
                "change",
                "movement",
                "run",
            )
        }


@pytest.fixture
def bench(store: Store) -> Bench:
    return Bench(store).shop().goods(goods(4))


def test_looking_writes_nothing_here_or_there(bench: Bench) -> None:
    put_there(bench, "Mật ong của tôi", "SKU-0000")
    put_there(bench, "Ốp lưng", "CASE-1")
    before = everything(bench.store)
    found = adopt.survey(bench.site())
    assert [(p.codes, p.how, p.sure) for p in found.proposals] == [(("P0000",), How.SKU, True)]
    assert [s.facts["title"] for s in found.strangers] == ["Ốp lưng"]
    differing = {s.field for s in found.proposals[0].sides(THEIRS) if not s.agrees}
    assert differing == {"title", "description", "pictures", "price:SKU-0000", "stock:SKU-0000"}
    assert everything(bench.store) == before
    assert bench.platform.writes == 0


def test_what_is_adopted_stays_as_it_is_though_the_shop_is_kept_equal(bench: Bench) -> None:
    for n in range(4):
        put_there(bench, f"Hàng số {n} của tôi", f"SKU-{n:04}")
    there = {item: dict(facts) for item, facts in bench.platform.items.items()}
    done = adopt.confirm(bench.site(), adopt.survey(bench.site()), {}, THEIRS)
    assert len(done.bound) == 4
    bench.sync()
    run = bench.night()
    assert (run.state, run.planned, run.unchanged) == ("done", 4, 4)
    assert bench.platform.items == there
    assert bench.platform.writes == 0
    assert {d["resolution"] for d in bench.drifts()} == {"keep"}


def test_a_field_handed_over_is_kept_equal_from_then_on(bench: Bench) -> None:
    item = put_there(bench, "Của tôi", "SKU-0001")
    for n in (0, 2, 3):
        put_there(bench, "x", f"SKU-{n:04}", price=50_000 + n * 1000)
    adopt.confirm(bench.site(), adopt.survey(bench.site()), {}, THEIRS)
    bench.sync()
    shop = bench.store.shops.get("shop")
    bench.store.shops.set_rules(shop.id, cause="by hand", handed=["price"], owners={"price": "ours"})
    bench.sync()
    assert bench.platform.items[item]["price:SKU-0001"] == 51_000
    assert bench.platform.items[item]["title"] == "Của tôi"
    assert bench.platform.calls.count("set_price") == 1


def test_prices_and_stock_may_be_ours_from_the_start(bench: Bench) -> None:
    item = put_there(bench, "Của tôi", "SKU-0001")
    owners = adopt.owned({"price": Owner.OURS, "stock": Owner.OURS})
    adopt.confirm(bench.site(), adopt.survey(bench.site()), {}, owners)
    bench.sync()
    live = bench.platform.items[item]
    assert (live["price:SKU-0001"], live["stock:SKU-0001"], live["title"]) == (51_000, 10, "Của tôi")


def test_a_name_is_bound_only_where_a_person_says_so(bench: Bench) -> None:
    right, wrong = put_there(bench, "Mật ong số 1 hũ 500g", "HU-1"), put_there(bench, "Mật ong số 2 500g", "HU-2")
    found = adopt.survey(bench.site())
    assert {p.item: (p.how, p.sure, p.codes[0], p.other_skus) for p in found.proposals} == {
        right: (How.NAME, False, "P0001", True),
        wrong: (How.NAME, False, "P0002", True),
    }
    assert adopt.confirm(bench.site(), found, {}, THEIRS) == adopt.Adopted(undecided=[right, wrong])
    done = adopt.confirm(bench.site(), adopt.survey(bench.site()), {right: "P0001", wrong: ""}, THEIRS)
    assert (done.bound, done.undecided) == ({right: "P0001"}, [])
    again = adopt.survey(bench.site())
    assert (again.ours, [p.item for p in again.proposals]) == (1, [wrong])


def test_a_barcode_binds_without_asking(store: Store) -> None:
    product = a_product(variants=(a_variant("MONG-500", barcode="8934567890123"),))
    bench = Bench(store).shop().goods([product])
    item = put_there(bench, "Gì đó", "8934567890123")
    assert adopt.confirm(bench.site(), adopt.survey(bench.site()), {}, THEIRS).bound == {item: product.code}
    bench.sync()
    assert bench.night().unchanged == 1
    assert bench.platform.writes == 0


def test_a_decision_about_nothing_or_twice_is_refused(bench: Bench) -> None:
    one, two = put_there(bench, "Mật ong số 1", "HU-1"), put_there(bench, "Mật ong số 1", "HU-2")
    for decisions in ({"999": "P0001"}, {one: "P9999"}, {one: "P0001", two: "P0001"}):
        with pytest.raises(Complaint):
            adopt.confirm(bench.site(), adopt.survey(bench.site()), decisions, THEIRS)


def test_what_we_made_ourselves_is_not_offered(bench: Bench) -> None:
    bench.sync()
    put_there(bench, "Bản thứ hai", "SKU-0001")
    found = adopt.survey(bench.site())
    assert found.ours == 4
    assert found.proposals == []
    assert [s.facts["title"] for s in found.strangers] == ["Bản thứ hai"]


def test_an_adopted_listing_that_its_owner_removes_is_not_made_again(bench: Bench) -> None:
    item = put_there(bench, "Của tôi", "SKU-0001")
    for n in (0, 2, 3):
        put_there(bench, "x", f"SKU-{n:04}")
    adopt.confirm(bench.site(), adopt.survey(bench.site()), {}, THEIRS)
    bench.sync()
    bench.platform.deleted.add(item)
    bench.night()
    assert bench.platform.writes == 0
    assert len(bench.platform.live()) == 3


def test_a_listing_somebody_works_on_is_left_for_later(bench: Bench) -> None:
    item = put_there(bench, "Của tôi", "SKU-0001")
    found = adopt.survey(bench.site())
    shop = bench.store.shops.get("shop")
    held = bench.store.work.claim(shop.id, Lane.CONTENT, RealClock().now(), 10)
    assert len(held) == 4
    assert adopt.confirm(bench.site(), found, {}, THEIRS).busy == [item]
    bench.store.work.release(
        [h.listing.id for h in held], again=RealClock().now() + timedelta(hours=1), lane=Lane.CONTENT
    )
    assert adopt.confirm(bench.site(), adopt.survey(bench.site()), {}, THEIRS).bound == {item: "P0001"}


def test_strangers_become_products_of_ours_and_stay_as_they_are(store: Store) -> None:
    bench = Bench(store).goods(goods(1)).shop(producer="HTX-CHIEN-THANG")
    put_there(bench, "Mật ong số 0 500 g", "SKU-0000", price=50_000, stock=10)
    put_there(bench, "Trà sen Tây Hồ", "TRA-1", "sku có dấu", price=70_000, stock=3)
    put_there(bench, "Không giá", "NO-1", price=0)
    put_there(bench, "Lấy SKU của ta", "SKU-0000X", price=5000)
    found = adopt.survey(bench.site())
    adopt.confirm(bench.site(), found, {}, THEIRS)
    whose = store.adoption.producer(bench.site().shop.id, None)
    brought = strangers.bring_in(bench.site(), found.strangers, whose, THEIRS)
    assert len(brought.codes) == 2
    assert [vi for vi, _ in brought.left.values()] == ["sàn không cho biết giá"]
    tea = store.products.by_code(brought.codes.values())
    named = {g.product.name: g for g in tea.values()}["Trà sen Tây Hồ"]
    assert named.product.producer.code == "HTX-CHIEN-THANG"
    assert [v.price for v in named.product.variants] == [70_000, 70_000]
    assert "TRA-1" in named.free
    assert set(named.free.values()) == {3}
    bench.sync()
    run = bench.night()
    assert (run.state, run.planned) == ("done", 3)
    assert bench.platform.writes == 0
    again = strangers.bring_in(bench.site(), found.strangers, whose, THEIRS)
    assert again.codes == {}


def test_workers_that_run_meanwhile_change_nothing(store: Store) -> None:
    bench = Bench(store).goods(goods(1)).shop()
    for n in range(30):
        put_there(bench, f"Trà số {n}", f"TRA-{n:02}")
    there = {item: dict(facts) for item, facts in bench.platform.items.items()}
    found, stop = adopt.survey(bench.site()), threading.Event()
    other = Store(store.engine.url.render_as_string(hide_password=False), keys=[KEY], pool=4)

    def work() -> None:
        while not stop.is_set():
            site = replace(bench.site(), store=other)
            converge(replace(site, shop=other.shops.get("shop")), Lane.CONTENT)

    worker = threading.Thread(target=work)
    worker.start()
    whose = store.adoption.producer(bench.site().shop.id, "HTX-CHIEN-THANG")
    brought = strangers.bring_in(bench.site(), found.strangers, whose, THEIRS)
    stop.set()
    worker.join()
    other.close()
    assert len(brought.codes) == 30
    bench.sync()
    assert {item: bench.platform.items[item] for item in there} == there
    assert bench.platform.duplicates() == 0


def test_a_shared_shop_asks_whose_the_strangers_are(bench: Bench) -> None:
    with pytest.raises(Complaint, match="--producer"):
        bench.store.adoption.producer(bench.site().shop.id, None)


ADAPTERS: dict[str, Any] = {"shopee": Shopee, "lazada": Lazada}


@pytest.mark.parametrize("platform", [p for p in PLATFORMS if p.name in ADAPTERS], ids=str)
def test_a_real_shop_is_taken_over_without_one_writing_call(platform: Any, store: Store, sandbox: Any) -> None:
    before_us = Shop.open(platform, sandbox)
    for n in range(3):
        theirs = a_product(name=f"Mật ong vườn nhà số {n}", variants=(a_variant(f"CU-{n}", 90_000 + n),))
        before_us.want(a_desired(platform.name, theirs), n + 1)
    before_us.converge()
    shown, written = before_us.shown(), before_us.writes()

    products = [
        a_product(code=f"P{n}", name=f"Mật ong số {n}", variants=(a_variant(f"CU-{n}", 120_000),)) for n in range(2)
    ]
    ids = {"shopee": ("shop_id",), "lazada": ()}[platform.name]
    known = (*ids, "access_token", "refresh_token")
    shop = a_shop(store, sandbox, platform.name, known=known, verbs="sync")
    tokens = MemoryVault.of(sandbox.credentials(platform.name)).tokens()
    assert tokens is not None
    store.shops.vault(shop.id).save(tokens)
    store.products.put(
        [Draft(n, p, {v.sku: 4 for v in p.variants}) for n, p in enumerate(products)], "import goods.xlsx"
    )

    def site() -> Site:
        connection = a_stored_connection(store, shop)
        return Site(
            store.shops.by_id(shop.id), connection.channel, ADAPTERS[platform.name](connection), store, RealClock()
        )

    found = adopt.survey(site())
    assert sorted((p.codes, p.sure) for p in found.proposals) == [(("P0",), True), (("P1",), True)]
    assert [s.facts["title"] for s in found.strangers] == ["Mật ong vườn nhà số 2 500 g"]
    done = adopt.confirm(site(), found, {}, THEIRS)
    whose = store.adoption.producer(shop.id, "HTX-CHIEN-THANG")
    brought = strangers.bring_in(site(), found.strangers, whose, THEIRS)
    assert (len(done.bound), len(brought.codes)) == (2, 1)
    for lane in Lane:
        converge(site(), lane)
    run = reconcile(site())
    assert (run.state, run.planned) == ("done", 3)
    assert before_us.writes() == written
    assert before_us.shown() == shown
