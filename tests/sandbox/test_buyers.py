"""Seeded buyers, what they leave behind, and pushes as the admin sees them."""

import time
from typing import Any

import pytest
import requests
from lazada_client import a_sku
from receiver import receiving, until
from shopee_client import Client

from sandbox.pushes import check


@pytest.fixture
def shops(sandbox, lazada) -> int:
    """The same SKU on two platforms; gives Shopee's item id."""
    keys = sandbox.credentials("shopee")
    shop = Client(keys["base_url"], keys["partner_id"], keys["partner_key"], keys["shop_id"], keys["access_token"])
    lazada.create(Skus={"Sku": [a_sku(quantity="30")]})
    return shop.add(item_sku="MO-500", seller_stock=[{"stock": 30}])


def come(sandbox, hours: float = 1.0, **plan: Any) -> dict[str, Any]:
    """Buyers for some hours of the sandbox's time."""
    sandbox.post("/buyers", {"rate": 30, "seed": 5, **plan})
    sandbox.post("/clock", {"advance": 3600 * hours})
    return dict(sandbox.post("/buyers", {"stop": True}))


def story(sandbox) -> list[tuple[str, int, str]]:
    rows = sandbox.get("/orders")
    start = min(row["at"] for row in rows)
    return [(row["platform"], round(row["at"] - start), str([x["quantity"] for x in row["lines"]])) for row in rows]


def test_the_same_seed_buys_the_same(sandbox, shops) -> None:
    come(sandbox)
    first = story(sandbox)
    assert {row[0] for row in first} == {"shopee", "lazada"}
    for order in sandbox.get("/orders"):
        sandbox.world.markets[order["platform"]].till.orders.clear()
    for platform in ("shopee", "lazada"):
        listing = sandbox.get("/state", platform=platform)[platform]["listings"][0]["listing_id"]
        sandbox.post("/edit", {"platform": platform, "listing_id": listing, "change": {"stock": {"MO-500": 30}}})
    come(sandbox)
    assert story(sandbox) == first
    come(sandbox, seed=6)
    assert len(story(sandbox)) > len(first)


def test_empty_shelves_change_nothing_of_what_is_wanted(sandbox, shops) -> None:
    plenty = come(sandbox)
    sandbox.post("/edit", {"platform": "shopee", "listing_id": str(shops), "change": {"stock": {"MO-500": 0}}})
    none = come(sandbox, skus=["MO-500"])
    assert none["arrived"] == plenty["arrived"]
    assert none["sold_out"] > plenty["sold_out"]
    assert none["lost"]["MO-500"] == none["wanted"] - none["pieces"]


def test_one_platform_never_oversells_but_two_may(sandbox, shops) -> None:
    shown = come(sandbox, hours=10)
    assert shown["sold_out"] > 0
    sold = sandbox.get("/sold", sku="MO-500")["MO-500"]
    assert (sold["by_platform"]["shopee"], sold["by_platform"]["lazada"]) == (30, 30)
    assert (sold["sold"], sold["wanted_in_vain"]) == (60, shown["lost"]["MO-500"])


@pytest.mark.parametrize("seed", range(4))
def test_no_piece_is_made_or_lost(sandbox, lazada, tiki, seed) -> None:
    """What a platform shows and what its orders hold is always what it had, whatever happened to the orders."""
    keys = sandbox.credentials("shopee")
    shop = Client(keys["base_url"], keys["partner_id"], keys["partner_key"], keys["shop_id"], keys["access_token"])
    item_id = shop.add(item_sku="MO-500", seller_stock=[{"stock": 40}])
    sku_id = lazada.create(Skus={"Sku": [a_sku(quantity="40")]})["data"]["sku_list"][0]["sku_id"]
    product_id = tiki.create(meta_data={"is_auto_turn_on": True})[0]["product_id"]
    sandbox.post("/buyers", {"rate": 240, "seed": seed, "burst": 0.1, "unpaid": 0.3, "cancel": 0.4, "part": 0.5,
                             "ask": 0.3, "ship_after": 3600, "deliver_after": 3600, "fail": 0.2, "returned": 0.2,
                             "seconds": 7200})  # fmt: skip
    markets = sandbox.world.markets
    for _ in range(12):
        sandbox.post("/clock", {"advance": 1800})
        sold = sandbox.get("/sold")["MO-500"]["by_platform"]
        assert markets["shopee"].items[item_id].models[0].on_hand + sold["shopee"] == 40
        sku = markets["lazada"].state.find(None, sku_id)[1]
        gone = _pieces(markets["lazada"], "ready", "shipped", "delivered", "failed", "returning", "returned")
        assert (sku.total + gone, sku.sellable + sold["lazada"]) == (40, 40)
        held = markets["tiki"].products[product_id]
        gone = _pieces(markets["tiki"], "shipped", "delivered", "failed", "returning", "returned")
        assert sum(held.available.values()) + gone == 10
        assert sum(held.reserved.values()) == sold["tiki"] - gone


def _pieces(market: Any, *stages: str) -> int:
    return sum(x.quantity for order in market.till.orders.values() for x in order.lines if x.stage in stages)


def test_crowds_come_after_one_sku_at_one_moment(sandbox, shops) -> None:
    come(sandbox, rate=4, burst=1.0, burst_size=6, orders=2)
    moments = [row["at"] for row in sandbox.get("/orders")]
    assert len(moments) == 12
    assert len(set(moments)) == 2


def test_orders_are_cancelled_shipped_returned_and_lost_on_the_way(sandbox, shops) -> None:
    sandbox.post("/buyers", {"rate": 40, "orders": 40, "quantity": 1, "cancel": 0.3, "fail": 0.2, "returned": 0.3,
                             "ship_after": 7200, "deliver_after": 86_400, "cancel_after": 600,
                             "return_after": 86_400, "unpaid": 0.2})  # fmt: skip
    for _ in range(10):
        sandbox.post("/clock", {"advance": 86_400})
    states = {row["state"] for row in sandbox.get("/orders")}
    assert {"canceled", "delivered", "failed", "returned"} <= states
    assert not {"unpaid", "new"} & states
    sold = sandbox.get("/sold")["MO-500"]
    assert sold["ordered"] == sold["sold"] + sold["canceled"]
    assert sold["failed"] > 0
    assert sold["returned"] > 0


def test_a_part_of_an_order_can_be_cancelled(sandbox, shops) -> None:
    order = sandbox.post("/buy", {"platform": "lazada", "sku": "MO-500", "quantity": 3})["order"]
    body = {"platform": "lazada", "order": order, "action": "cancel", "lines": {"MO-500": 1}}
    stages = [line["stage"] for line in sandbox.post("/order", body)["lines"]]
    assert sorted(stages) == ["canceled", "new", "new"]
    answer = requests.post(sandbox.admin + "/order", json=body | {"lines": {"MO-500": 9}}, timeout=5)
    assert (answer.status_code, answer.json()["error"][:10]) == (409, "WrongStage")


def test_orders_of_buyers_show_up_late(sandbox, shops) -> None:
    sandbox.post("/buyers", {"rate": 3600, "lag": 1800, "orders": 20})
    sandbox.post("/clock", {"advance": 60})
    rows = sandbox.get("/orders")
    assert len(rows) == 20
    assert not all(row["visible"] for row in rows)
    assert all(0 <= row["visible_at"] - row["at"] <= 1800 for row in rows)
    sandbox.post("/clock", {"advance": 1800})
    assert all(row["visible"] for row in sandbox.get("/orders"))


def test_time_passes_though_nobody_calls(sandbox, shops) -> None:
    sandbox.post("/buyers", {"rate": 360_000, "orders": 5})
    until(
        lambda: len(sandbox.world.markets["shopee"].till.orders) + len(sandbox.world.markets["lazada"].till.orders) == 5
    )


def test_bad_wishes_are_answered_with_a_sentence(sandbox) -> None:
    for body in (
        {"rate": 0},
        {"speed": 1},
        {"rate": 5},
        {"rate": 5, "quantity": 0},
        {"rate": 5, "cancel": 2},
        {"rate": 5, "cancel_after": 0},
        {"rate": 5, "skus": {"A": 0}},
        {"rate": 5, "platforms": ["amazon"], "skus": ["A"]},
    ):
        answer = requests.post(sandbox.admin + "/buyers", json=body, timeout=5)
        assert answer.status_code == 400, body
        assert answer.json()["error"]
    answer = requests.post(sandbox.admin + "/buy", json={"platform": "shopee", "sku": "NOTHING"}, timeout=5)
    assert (answer.status_code, answer.json()["error"][:9]) == (409, "NotOnSale")


def test_a_reset_sends_buyers_home_and_forgets_orders(sandbox, shops) -> None:
    sandbox.post("/buyers", {"rate": 3600})
    sandbox.post("/buy", {"platform": "shopee", "sku": "MO-500"})
    sandbox.post("/reset")
    assert sandbox.get("/buyers")["running"] is False
    assert (sandbox.get("/orders"), sandbox.get("/sold"), sandbox.get("/push")) == ([], {}, {})


def test_a_slow_receiver_never_holds_up_the_sandbox(sandbox, shops) -> None:
    with receiving() as hook:
        hook.seconds = 1.0
        sandbox.post("/push", {"shopee": {"url": hook.url}})
        sandbox.post("/buy", {"platform": "shopee", "sku": "MO-500"})
        started = time.monotonic()
        for _ in range(20):
            sandbox.get("/healthz")
        assert time.monotonic() - started < 0.5
        until(lambda: sandbox.get("/push")["shopee"].get("delivered") == 1)
    row = sandbox.get("/pushes", platform="shopee")[0]
    assert (row["kind"], row["attempt"], row["status"], row["ok"]) == ("push.3", 1, 200, True)
    assert sandbox.get("/log")["pushes"]["shopee"]["delivered"] == 1


def test_pushes_without_an_address_are_only_counted(sandbox, shops) -> None:
    sandbox.post("/buy", {"platform": "shopee", "sku": "MO-500"})
    counts = sandbox.get("/push")["shopee"]
    assert (counts["url"], counts["made"], counts["nowhere"]) == (None, 1, 1)


@pytest.mark.parametrize("url", ["http://8.8.8.8/hook", "http://169.254.169.254/", "ftp://localhost/", "nonsense"])
def test_pushes_stay_in_private_networks(url) -> None:
    with pytest.raises(ValueError, match=r"private|http address"):
        check(url)
