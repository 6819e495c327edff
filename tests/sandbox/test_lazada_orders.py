"""Lazada's orders: reads, stock figures, cancellations and pushes."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import requests
from lazada_client import a_sku, two_skus
from receiver import receiving, until

from sandbox.lazada.notices import signature

VECTOR = (
    b'{"seller_id":"1234567","message_type":0,"data":{"order_status":"pending","trade_order_id":"260422900198363",'
    b'"trade_order_line_id":"260422900298363","status_update_time":1603698638},"timestamp":1603766859191,'
    b'"site":"lazada_vn"}'
)


def buy(sandbox, **body: Any) -> str:
    return str(sandbox.post("/buy", {"platform": "lazada", "sku": "MO-500", **body})["order"])


def act(sandbox, order: str, action: str, **more: Any) -> dict[str, Any]:
    return sandbox.post("/order", {"platform": "lazada", "order": order, "action": action, **more})


def figures(lazada, made) -> tuple[int, int, int, int]:
    """Sellable, withhold, occupy, total."""
    row = lazada.item(made["item_id"])["skus"][0]["multiWarehouseInventories"][0]
    return row["sellableQuantity"], row["withholdQuantity"], row["occupyQuantity"], row["totalQuantity"]


def since(days: float = 1) -> str:
    return (datetime.now(UTC) - timedelta(days=days)).strftime("%Y-%m-%dT%H:%M:%S+00:00")


def listed(lazada, **params: str) -> dict[str, Any]:
    return lazada.get("/orders/get", **({"created_after": since()} | params))


def units(lazada, order: str) -> list[dict[str, Any]]:
    return lazada.get("/order/items/get", order_id=order)["data"]


def test_each_piece_is_an_order_item_of_its_own(sandbox, lazada, made) -> None:
    order = buy(sandbox, quantity=3)
    rows = units(lazada, order)
    assert [row["sku"] for row in rows] == ["MO-500"] * 3
    assert len({row["order_item_id"] for row in rows}) == 3
    assert {row["status"] for row in rows} == {"pending"}
    head = lazada.get("/order/get", order_id=order)["data"]
    assert (str(head["order_id"]), head["items_count"], head["price"]) == (order, 3, "450000.00")


def test_stock_moves_between_the_four_figures(sandbox, lazada, made) -> None:
    order = buy(sandbox, quantity=2, paid=False)
    assert figures(lazada, made) == (8, 2, 0, 10)
    act(sandbox, order, "pay")
    assert figures(lazada, made) == (8, 0, 2, 10)
    act(sandbox, order, "confirm")
    assert figures(lazada, made) == (8, 0, 2, 10)
    act(sandbox, order, "ready")
    assert figures(lazada, made) == (8, 0, 0, 8)
    act(sandbox, order, "ship")
    assert figures(lazada, made) == (8, 0, 0, 8)


def test_thirty_minutes_unpaid_free_what_was_withheld(sandbox, lazada, made) -> None:
    order = buy(sandbox, paid=False)
    sandbox.post("/clock", {"advance": 1801})
    assert figures(lazada, made) == (10, 0, 0, 10)
    assert lazada.get("/order/get", order_id=order)["data"]["statuses"] == ["canceled"]


@pytest.mark.parametrize(("switched", "sellable"), [(False, 9), (True, 10)])
def test_a_cancellation_after_ready_to_ship_follows_the_switch(sandbox, lazada, made, switched, sellable) -> None:
    sandbox.switch("lazada", late_cancel_restores_stock=switched)
    order = buy(sandbox)
    act(sandbox, order, "ready")
    act(sandbox, order, "cancel")
    assert figures(lazada, made)[0] == sellable


def test_the_list_needs_a_window_and_refuses_what_it_does_not_know(sandbox, lazada, made) -> None:
    buy(sandbox)
    assert lazada.get("/orders/get")["code"] == "MissingParameter"
    assert listed(lazada, created_after="2026-11-24")["code"] == "17"
    assert listed(lazada, limit="101")["code"] == "19"
    assert listed(lazada, offset="4501")["code"] == "14"
    assert listed(lazada, status="sold")["code"] == "36"
    assert listed(lazada, sort_direction="UP")["code"] == "74"
    assert listed(lazada, sort_by="price")["code"] == "75"
    assert lazada.get("/order/get", order_id="1")["code"] == "16"


def test_the_list_is_filtered_and_paged(sandbox, lazada, made) -> None:
    orders = [buy(sandbox) for _ in range(3)]
    act(sandbox, orders[1], "ship")
    data = listed(lazada, limit="2", sort_direction="ASC")["data"]
    assert (data["count"], data["countTotal"]) == (2, 3)
    assert [str(row["order_id"]) for row in data["orders"]] == orders[:2]
    shipped = listed(lazada, status="shipped")["data"]["orders"]
    assert [(str(row["order_id"]), row["statuses"]) for row in shipped] == [(orders[1], ["shipped"])]
    assert listed(lazada, status="topack")["data"]["countTotal"] == 2
    assert "addressDsitrict" in shipped[0]["address_shipping"]
    assert "***" in shipped[0]["customer_first_name"]


def test_items_of_several_orders_come_in_one_call(sandbox, lazada, made) -> None:
    orders = [buy(sandbox), buy(sandbox, quantity=2)]
    rows = lazada.get("/orders/items/get", order_ids=f"[{','.join(orders)}]")["data"]
    assert [(str(row["order_id"]), len(row["order_items"])) for row in rows] == [(orders[0], 1), (orders[1], 2)]
    assert rows[0]["order_items"][0]["created_at"].isdigit()  # the other calls write dates
    assert lazada.get("/orders/items/get", order_ids="1,2")["code"] == "56"
    assert lazada.get("/orders/items/get", order_ids="[1]")["code"] == "37"
    assert lazada.get("/orders/items/get", order_ids=json.dumps(list(range(51))))["code"] == "38"


def test_one_piece_is_cancelled_and_the_reason_empties_the_shelf(sandbox, lazada, made) -> None:
    order = buy(sandbox, quantity=2)
    wanted = str(units(lazada, order)[0]["order_item_id"])
    named = {"order_id": order, "order_item_id_list": f"[{wanted}]"}
    options = lazada.get("/order/reverse/cancel/validate", **named)["data"]
    assert (options["tip_type"], "10000021") == ("warn", options["reason_options"][1]["reason_id"])
    assert lazada.get("/order/reverse/cancel/create", **named)["code"] == "104"
    assert lazada.get("/order/reverse/cancel/create", **named, reason_id="10000019")["code"] == "0"
    assert [row["status"] for row in units(lazada, order)] == ["canceled", "pending"]
    assert figures(lazada, made) == (9, 0, 1, 10)
    assert lazada.get("/order/reverse/cancel/create", **named, reason_id="10000019")["code"] == "123"
    other = named | {"order_item_id_list": f"[{units(lazada, order)[1]['order_item_id']}]"}
    assert lazada.get("/order/reverse/cancel/create", **other, reason_id="10000021")["code"] == "0"
    assert figures(lazada, made) == (0, 0, 0, 0)


def test_one_piece_of_a_packed_package_takes_the_package_along(sandbox, lazada, made) -> None:
    order = buy(sandbox, quantity=2)
    act(sandbox, order, "confirm")
    wanted = units(lazada, order)[0]["order_item_id"]
    lazada.get("/order/reverse/cancel/create", order_id=order, order_item_id_list=f"[{wanted}]", reason_id="10000019")
    assert {row["status"] for row in units(lazada, order)} == {"canceled"}


@pytest.mark.parametrize(("agree", "status"), [("true", "canceled"), ("false", "pending")])
def test_a_buyer_who_asks_is_answered(sandbox, lazada, made, agree, status) -> None:
    order = buy(sandbox)
    act(sandbox, order, "ask")
    row = units(lazada, order)[0]
    assert (row["status"], row["need_cancel_confirm"]) == ("pending", True)
    number = str(row["reverse_order_id"])
    answer = lazada.get("/order/reverse/cancel/seller/decide", reverse_order_id=number, agree_cancel=agree)
    assert (answer["code"], units(lazada, order)[0]["status"]) == ("0", status)


def test_an_order_larger_than_the_stock_takes_nothing(sandbox, lazada, made) -> None:
    answer = requests.post(
        sandbox.admin + "/buy", json={"platform": "lazada", "sku": "MO-500", "quantity": 11}, timeout=5
    )
    assert answer.status_code == 409
    assert figures(lazada, made) == (10, 0, 0, 10)


def test_a_basket_that_fails_at_its_second_line_gives_the_first_back(sandbox, lazada) -> None:
    made = lazada.create(**two_skus())["data"]
    lines = {"MO-500": 4, "MO-1KG": 11}
    answer = requests.post(sandbox.admin + "/buy", json={"platform": "lazada", "lines": lines}, timeout=5)
    assert answer.status_code == 409
    assert figures(lazada, made) == (10, 0, 0, 10)


@pytest.mark.parametrize(("restores", "sellable"), [(False, 9), (True, 10)])
def test_a_return_gives_stock_back_only_if_switched(sandbox, lazada, made, restores, sellable) -> None:
    sandbox.switch("lazada", return_restores_stock=restores)
    order = buy(sandbox)
    for action in ("ship", "deliver", "return", "take_back"):
        act(sandbox, order, action)
    assert units(lazada, order)[0]["status"] == "returned"
    assert figures(lazada, made)[0] == sellable


@pytest.mark.parametrize("word", ["failed_delivery", "failed"])
def test_a_failed_delivery_is_worded_by_the_switch(sandbox, lazada, made, word) -> None:
    sandbox.switch("lazada", failed_status=word)
    order = buy(sandbox)
    act(sandbox, order, "ship")
    act(sandbox, order, "fail")
    assert units(lazada, order)[0]["status"] == word


def test_a_late_order_holds_stock_before_any_list_knows_it(sandbox, lazada, made) -> None:
    sandbox.switch("lazada", order_lag_seconds=1800)
    order = buy(sandbox)
    assert figures(lazada, made) == (9, 0, 1, 10)
    assert lazada.get("/order/get", order_id=order)["code"] == "16"
    sandbox.post("/clock", {"advance": 1801})
    assert lazada.get("/order/get", order_id=order)["code"] == "0"


def test_the_push_signature_fits_the_derived_vector() -> None:
    expected = "d292baa4c6665baff0cb83a99608d6dc617f1d6534817da29f1cc6c48b172fb0"
    assert signature("helloworld", "123456", VECTOR) == expected


def test_an_order_is_pushed_once_for_each_piece(sandbox, lazada, made) -> None:
    with receiving() as hook:
        sandbox.post("/push", {"lazada": {"url": hook.url}})
        order = buy(sandbox, quantity=2)
        keys = lazada.keys
        got = hook.wait(2)
        for _, headers, body in got:
            assert headers["authorization"] == signature(keys["app_secret"], keys["app_key"], body)
        bodies = [json.loads(body) for _, _, body in got]
        assert {body["data"]["trade_order_id"] for body in bodies} == {order}
        assert {str(row["order_item_id"]) for row in units(lazada, order)} == {
            body["data"]["trade_order_line_id"] for body in bodies
        }
        assert {(body["message_type"], body["data"]["order_status"], body["site"]) for body in bodies} == {
            (0, "pending", "lazada_vn")
        }


def test_half_a_second_is_the_deadline_and_a_later_try_tells_the_newest_status(sandbox, lazada, made) -> None:
    with receiving() as hook:
        hook.seconds = 0.7
        sandbox.post("/push", {"lazada": {"url": hook.url}})
        order = buy(sandbox)
        until(lambda: sandbox.get("/push")["lazada"].get("failed"))
        hook.seconds = 0.0
        sandbox.post("/push", {"lazada": {"url": None}})
        act(sandbox, order, "ship")
        sandbox.post("/push", {"lazada": {"url": hook.url}})
        sandbox.post("/clock", {"advance": 1810})
        status = [json.loads(body)["data"]["order_status"] for _, _, body in hook.wait(2)]
        assert status == ["pending", "shipped"]


def test_products_quality_and_shallow_stock_are_pushed(sandbox, lazada) -> None:
    with receiving() as hook:
        sandbox.post("/push", {"lazada": {"url": hook.url}})
        item_id = lazada.create(Skus={"Sku": [a_sku(quantity="6")]})["data"]["item_id"]
        created, judged = sorted((json.loads(raw) for _, _, raw in hook.wait(2)), key=lambda b: -b["message_type"])
        assert (created["message_type"], created["action"], created["data"]["item_id"]) == (
            3,
            "PUBLISHED",
            str(item_id),
        )
        assert (judged["message_type"], judged["data"]["status"]) == (1, "APPROVED")
        buy(sandbox, quantity=2)
        shallow = until(lambda: [b for b in map(json.loads, (raw for _, _, raw in hook.got)) if b["message_type"] == 6])
        assert (shallow[0]["data"]["real_quantity"], shallow[0]["data"]["occupy_quantity"]) == (4, 2)


def test_hand_edits_are_pushed_too(sandbox, lazada, made) -> None:
    with receiving() as hook:
        sandbox.post("/push", {"lazada": {"url": hook.url}})
        for change in ({"price": {"MO-500": 99_000}}, {"stock": {"MO-500": 3}}, {"ban": "Hàng cấm"}, {"delete": True}):
            sandbox.post("/edit", {"platform": "lazada", "listing_id": str(made["item_id"]), "change": change})
        bodies = [json.loads(raw) for _, _, raw in hook.wait(3)]
    told = sorted((b["message_type"], b["data"].get("action") or b["data"]["status"]) for b in bodies)
    assert told == [(1, "Lock"), (4, "EDITED_UPDATED"), (5, "DELETED")]


def test_cancellations_are_pushed_as_reverse_orders_too(sandbox, lazada, made) -> None:
    with receiving() as hook:
        sandbox.post("/push", {"lazada": {"url": hook.url}})
        order = buy(sandbox)
        act(sandbox, order, "cancel")
        found = until(lambda: [b for b in map(json.loads, (raw for _, _, raw in hook.got)) if b["message_type"] == 10])
        assert found[0]["data"]["reverse_status"] == "CANCEL_SUCCESS"


def test_a_token_near_its_end_is_pushed_and_after_it_nothing(sandbox, lazada, made) -> None:
    with receiving() as hook:
        sandbox.post("/push", {"lazada": {"url": hook.url}})
        sandbox.post("/clock", {"advance": 864_000 - 47 * 3600})
        warned = json.loads(hook.wait(1)[0][2])
        assert (warned["message_type"], warned["seller_id"]) == (8, "null")
        made_before = sandbox.get("/push")["lazada"]["made"]
        sandbox.post("/clock", {"advance": 48 * 3600})
        buy(sandbox)
        assert sandbox.get("/push")["lazada"]["made"] == made_before
