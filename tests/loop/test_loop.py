"""The loop on the real store: publish, edit, drift, heal, guard."""

from dataclasses import replace

import pytest

from connector.converge import converge
from connector.domain.listing import Lane
from connector.reconcile import approve
from connector.store import Draft, Store
from tests.builders import a_product_in_two_sizes
from tests.loop.bench import Bench, FixedClock, goods, repriced


@pytest.fixture
def bench(store: Store) -> Bench:
    return Bench(store).shop()


def test_everything_is_published_once_and_the_next_pass_writes_nothing(bench: Bench) -> None:
    bench.goods([*goods(5), a_product_in_two_sizes()])
    assert bench.sync()["applied"] == 6
    assert len(bench.platform.live()) == 6
    before = bench.platform.writes
    run = bench.night()
    assert (run.state, run.planned, run.unchanged) == ("done", 6, 6)
    assert bench.platform.writes == before


def test_an_edited_price_goes_out_as_one_price_call_without_a_look(bench: Bench) -> None:
    products = goods(5)
    bench.goods(products).sync()
    bench.platform.calls.clear()
    bench.goods(repriced(products[:1], 200))
    bench.sync(1)
    assert bench.platform.calls == ["set_price"]
    assert bench.platform.live()["1"]["price:SKU-0000"] == 100_000


def test_calls_go_out_full_whatever_the_size_of_a_claim(bench: Bench) -> None:
    products = goods(25)
    bench.goods(products).sync()
    bench.platform.calls.clear()
    bench.goods(repriced(products, 200))
    approve(bench.site())
    report = converge(bench.site(), Lane.PRICE, batch=12)  # ten go into a call
    assert bench.platform.calls == ["set_price"] * 3
    assert report.results["applied"] == 25
    assert bench.store.work.due_shops(bench.clock.now()) == []


def test_what_is_sold_out_waits_for_no_call_to_fill(bench: Bench) -> None:
    bench.goods(goods(25)).sync()
    bench.platform.calls.clear()
    bench.goods(goods(25), stock=0)
    approve(bench.site())
    converge(bench.site(), Lane.STOCK, batch=12)
    assert bench.platform.calls == ["set_stock"] * 5


def test_importing_the_same_again_makes_nothing_due(bench: Bench) -> None:
    bench.goods(goods(5)).sync()
    bench.goods(goods(5))
    assert bench.store.work.due_shops(bench.clock.now()) == []


def test_a_file_that_shrank_hides_nothing(bench: Bench) -> None:
    bench.goods(goods(5)).sync()
    bench.goods(goods(2)).sync()
    assert len(bench.platform.live()) == 5


def test_a_hand_edit_is_found_healed_and_told_from_a_lost_write(bench: Bench) -> None:
    products = goods(4)
    bench.goods(products).sync()
    bench.edit("SKU-0000", **{"price:SKU-0000": 1})
    bench.edit("SKU-0001", title="Mật ong rẻ nhất chợ, gọi ngay")
    bench.platform.swallow.add("stock:SKU-0002")
    bench.store.products.put([Draft(2, products[2], {"SKU-0002": 3})], "count")
    bench.sync(1)
    run = bench.night()
    assert (run.state, run.applied, run.unchanged) == ("done", 3, 1)
    assert {(d["field"], d["verdict"]) for d in bench.drifts()} == {
        ("price:SKU-0000", "edited"),
        ("title", "edited"),
        ("stock:SKU-0002", "lost"),
    }
    assert bench.platform.live()["3"]["stock:SKU-0002"] == 3
    assert bench.night().unchanged == 4


def test_a_deleted_listing_is_made_again_and_only_once(bench: Bench) -> None:
    bench.goods(goods(3)).sync()
    bench.platform.deleted.add("2")
    run = bench.night()
    assert (run.state, run.applied) == ("done", 1)
    assert [d["verdict"] for d in bench.drifts()] == ["removed"]
    assert (len(bench.platform.live()), bench.platform.duplicates()) == (3, 0)


def test_a_field_that_is_theirs_is_left_and_one_to_ask_about_waits(store: Store) -> None:
    bench = Bench(store).shop(owners={"title": "theirs", "price": "ask"})
    bench.goods(goods(2)).sync()
    bench.edit("SKU-0000", title="Tên của chủ shop")
    bench.edit("SKU-0001", **{"price:SKU-0001": 7})
    before = bench.platform.writes
    run = bench.night()
    assert bench.platform.writes == before
    assert (run.state, run.unchanged, run.blocked) == ("done", 1, 1)
    assert {d["resolution"] for d in bench.drifts()} == {"keep", "ask"}


def test_a_price_that_a_promotion_holds_is_reported_and_not_fought(bench: Bench) -> None:
    bench.goods(goods(1)).sync()
    bench.edit("SKU-0000", **{"price:SKU-0000": 9})
    bench.platform.held.add("price:SKU-0000")
    before = bench.platform.writes
    assert bench.night().blocked == 1
    assert bench.platform.writes == before


def test_a_new_shop_only_looks_until_it_is_told_more(store: Store) -> None:
    bench = Bench(store).shop(verbs="observe")
    bench.goods(goods(3)).sync()
    assert bench.platform.writes == 0


def test_a_refusal_is_not_retried_until_what_was_refused_changes(bench: Bench) -> None:
    products = goods(2)
    bench.platform.refuse[f"{products[0].name} 500 g"] = "Tên có chữ cấm."
    bench.goods(products)
    assert bench.sync() == {"applied": 1, "refused": 1, "unchanged": 1}
    tries = bench.platform.calls.count("create")
    run = bench.night()
    assert (run.refused, bench.platform.calls.count("create")) == (1, tries)
    bench.goods([replace(products[0], name="Mật ong đổi tên")])
    bench.sync()
    assert len(bench.platform.live()) == 2


def test_a_change_of_nearly_everything_stops_and_asks(bench: Bench) -> None:
    products = goods(40)
    bench.goods(products).sync()
    before = bench.platform.writes
    bench.goods(repriced(products, 10), cause="a mistaken import")
    report = converge(bench.site(), Lane.PRICE)
    assert report.held is not None
    assert (report.held.touched, report.held.live) == (40, 40)
    assert bench.platform.writes == before
    assert "price" in bench.store.shops.get("shop").holds
    from connector.reconcile import approve

    approve(bench.site())
    converge(bench.site(), Lane.PRICE)
    assert bench.platform.writes == before + 4


def test_a_night_that_would_rewrite_a_shop_is_held_whole(bench: Bench) -> None:
    bench.goods(goods(40)).sync()
    for i in range(20):
        bench.edit(f"SKU-{i:04}", **{f"price:SKU-{i:04}": 1})
    before = bench.platform.writes
    run = bench.night()
    assert (run.state, bench.platform.writes) == ("held", before)


def test_a_stranger_is_reported_and_never_touched(bench: Bench) -> None:
    bench.goods(goods(1)).sync()
    bench.platform.items["77"] = {"title": "Của người khác", "variants": ("KHAC-1",), "visible": True}
    run = bench.night()
    assert [s["item"] for s in run.strangers] == ["77"]
    assert bench.platform.items["77"]["title"] == "Của người khác"


def test_a_lost_reply_to_a_create_is_adopted_and_never_doubled(bench: Bench) -> None:
    bench.goods(goods(3))
    bench.platform.lose_reply = 2
    bench.clock = FixedClock()
    bench.clock.at = bench.clock.at.replace(year=2030)
    bench.sync(1)
    bench.clock.forward(minutes=5)
    bench.sync(2)
    assert (len(bench.platform.live()), bench.platform.duplicates()) == (3, 0)
    assert bench.platform.calls.count("create") == 3


def test_an_unanswered_create_waits_for_lists_that_lag(store: Store) -> None:
    bench = Bench(store, clock=FixedClock()).shop()
    bench.clock.at = bench.clock.at.replace(year=2030)
    bench.channel = replace(bench.channel, settle_seconds=600)
    bench.goods(goods(1))
    bench.platform.lose_reply = 1
    bench.sync(1)
    hidden = bench.platform.items.copy()
    bench.platform.items.clear()  # the list does not show it yet
    bench.clock.forward(minutes=5)
    bench.sync(2)
    assert bench.platform.calls.count("create") == 1
    bench.platform.items.update(hidden)
    bench.clock.forward(minutes=10)
    bench.sync(2)
    assert (bench.platform.calls.count("create"), len(bench.platform.live())) == (1, 1)


def test_a_variant_added_later_travels_with_its_price_and_stock(bench: Bench) -> None:
    whole = a_product_in_two_sizes()
    bench.goods([replace(whole, variants=whole.variants[:1])]).sync()
    bench.platform.calls.clear()
    bench.goods([whole]).sync()
    assert bench.platform.calls.count("revise") == 1
    (live,) = bench.platform.live().values()
    assert (live["price:MONG-500"], live["stock:MONG-500"]) == (120_000, 10)
    assert bench.night().unchanged == 1
