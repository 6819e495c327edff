"""Shopee's orders: lists, details, cancellations, returns, stock and pushes."""

import hashlib
import hmac
import json
import time
from typing import Any

import pytest
import requests
from receiver import receiving, until
from shopee_client import Client

from sandbox.shopee.notices import signature

VECTOR = (
    b'{"data":{"items":[],"ordersn":"220810QT4CVNN5","status":"READY_TO_SHIP","completed_scenario":"",'
    b'"update_time":1660123127},"shop_id":123456,"code":3,"timestamp":1660123127}'
)


@pytest.fixture
def shop(sandbox) -> Client:
    keys = sandbox.credentials("shopee")
    return Client(keys["base_url"], keys["partner_id"], keys["partner_key"], keys["shop_id"], keys["access_token"])


def buy(sandbox, **body: Any) -> dict[str, Any]:
    return sandbox.post("/buy", {"platform": "shopee", "sku": "MAT-ONG-1", **body})


def act(sandbox, order: str, action: str, **more: Any) -> dict[str, Any]:
    return sandbox.post("/order", {"platform": "shopee", "order": order, "action": action, **more})


def listed(shop: Client, field: str = "create_time", **query: Any) -> dict[str, Any]:
    now = int(time.time())
    window = {"time_range_field": field, "time_from": now - 86_400, "time_to": now + 86_400, "page_size": 50}
    return dict(shop.get("order/get_order_list", window | query).json())


def numbers(answer: dict[str, Any]) -> list[str]:
    return [row["order_sn"] for row in answer["response"]["order_list"]]


def detail(shop: Client, order: str, fields: str = "") -> dict[str, Any]:
    answer = shop.get("order/get_order_detail", {"order_sn_list": order, "response_optional_fields": fields}).json()
    return dict(answer["response"]["order_list"][0])


def stock(shop: Client, item_id: int) -> dict[str, Any]:
    item = shop.read("get_item_base_info", item_id_list=item_id)["response"]["item_list"][0]
    return dict(item["stock_info_v2"]["summary_info"])


def available(shop: Client, item_id: int) -> int:
    return int(stock(shop, item_id)["total_available_stock"])


def test_an_order_takes_stock_and_appears_in_list_and_detail(sandbox, shop) -> None:
    item_id = shop.add()
    order = buy(sandbox, quantity=3)["order"]
    assert available(shop, item_id) == 7
    assert numbers(listed(shop)) == [order]
    row = detail(shop, order, "item_list,total_amount")
    assert (row["order_status"], row["region"], row["currency"]) == ("READY_TO_SHIP", "VN", "VND")
    line = row["item_list"][0]
    assert (line["item_id"], line["model_id"], line["model_quantity_purchased"], line["active_qty"]) == (
        item_id,
        0,
        3,
        3,
    )
    assert line["model_discounted_price"] == 99_000  # per unit
    assert row["total_amount"] == 3 * 99_000 + 22_000


def test_fields_that_were_not_asked_for_are_absent(sandbox, shop) -> None:
    shop.add()
    order = buy(sandbox)["order"]
    assert "item_list" not in detail(shop, order)
    assert "buyer_username" not in detail(shop, order, "item_list")


def test_the_status_is_in_the_list_only_on_request(sandbox, shop) -> None:
    shop.add()
    buy(sandbox)
    assert "order_status" not in listed(shop)["response"]["order_list"][0]
    row = listed(shop, response_optional_fields="order_status")["response"]["order_list"][0]
    assert row["order_status"] == "READY_TO_SHIP"


def test_unknown_orders_are_left_out_but_nothing_else_is_refused(sandbox, shop) -> None:
    shop.add()
    order = buy(sandbox)["order"]
    answer = shop.get("order/get_order_detail", {"order_sn_list": f"{order},2611240000XX"}).json()
    assert numbers(answer) == [order]
    answer = shop.get("order/get_order_detail", {"order_sn_list": "2611240000XX"}).json()
    assert answer["error"] == "order.error_not_found"


def test_lists_are_paged_by_cursor_and_windows_are_bounded(sandbox, shop) -> None:
    shop.add()
    orders = [buy(sandbox)["order"] for _ in range(3)]
    first = listed(shop, page_size=2)["response"]
    assert (first["more"], first["next_cursor"]) == (True, "2")
    second = listed(shop, page_size=2, cursor=first["next_cursor"])["response"]
    assert (second["more"], second["next_cursor"]) == (False, "")
    found = [row["order_sn"] for row in first["order_list"] + second["order_list"]]
    assert sorted(found) == sorted(orders)
    long = {"time_range_field": "create_time", "time_from": 1, "time_to": 16 * 86_400, "page_size": 5}
    assert shop.get("order/get_order_list", long).json()["error"] == "order.order_list_invalid_time"
    assert listed(shop, page_size=101)["error"] == "order.error_param"
    assert listed(shop, order_status="TO_RETURN")["error"] == "order.error_param"


def test_the_seller_cancels_and_stock_comes_back(sandbox, shop) -> None:
    item_id = shop.add()
    order = buy(sandbox, quantity=2)["order"]
    body = {"order_sn": order, "cancel_reason": "OUT_OF_STOCK"}
    assert shop.post("order/cancel_order", body).json()["error"] == "order.error_param"  # names no item
    body["item_list"] = [{"item_id": item_id, "model_id": 0}]
    assert shop.post("order/cancel_order", body).json()["error"] == ""
    assert available(shop, item_id) == 10
    row = detail(shop, order, "cancel_by,cancel_reason,item_list")
    assert (row["order_status"], row["cancel_by"], row["cancel_reason"]) == ("CANCELLED", "seller", "OUT_OF_STOCK")
    assert row["item_list"][0]["cancelled_qty"] == 2
    assert shop.post("order/cancel_order", body).json()["error"] == "order.error_limit"


def test_part_of_an_order_is_cancelled(sandbox, shop) -> None:
    item_id = shop.add()
    order = buy(sandbox, quantity=3)["order"]
    rows = [{"item_id": item_id, "model_id": 0, "model_quantity": 1}]
    body = {"order_sn": order, "cancel_reason": "OUT_OF_STOCK", "partial_cancel_item_list": rows}
    assert shop.post("order/cancel_order", body).json()["error"] == ""
    line = detail(shop, order, "item_list")["item_list"]
    assert [(x["model_quantity_purchased"], x["active_qty"], x["cancelled_qty"]) for x in line] == [(3, 2, 1)]
    assert available(shop, item_id) == 8


@pytest.mark.parametrize(("operation", "status", "left"), [("ACCEPT", "CANCELLED", 10), ("REJECT", "READY_TO_SHIP", 9)])
def test_a_buyer_who_asks_is_answered(sandbox, shop, operation, status, left) -> None:
    item_id = shop.add()
    order = buy(sandbox)["order"]
    body = {"order_sn": order, "operation": operation}
    assert shop.post("order/handle_buyer_cancellation", body).json()["error"] == "order.order_status_invalid"
    act(sandbox, order, "ask")
    assert detail(shop, order)["order_status"] == "IN_CANCEL"
    assert shop.post("order/handle_buyer_cancellation", body).json()["error"] == ""
    assert (detail(shop, order)["order_status"], available(shop, item_id)) == (status, left)


def test_the_platform_never_sells_what_it_has_not(sandbox, shop) -> None:
    item_id = shop.add()
    answer = requests.post(
        sandbox.admin + "/buy", json={"platform": "shopee", "sku": "MAT-ONG-1", "quantity": 11}, timeout=5
    )
    assert (answer.status_code, answer.json()["error"][:7]) == (409, "SoldOut")
    assert available(shop, item_id) == 10
    buy(sandbox, quantity=10)
    assert available(shop, item_id) == 0


@pytest.mark.parametrize(("moment", "before", "after"), [("placed", 9, 9), ("paid", 10, 9)])
def test_the_moment_of_deduction_is_a_switch(sandbox, shop, moment, before, after) -> None:
    sandbox.switch("shopee", stock_deducted_at=moment)
    item_id = shop.add()
    order = buy(sandbox, paid=False)["order"]
    assert (detail(shop, order)["order_status"], available(shop, item_id)) == ("UNPAID", before)
    act(sandbox, order, "pay")
    assert (detail(shop, order)["order_status"], available(shop, item_id)) == ("READY_TO_SHIP", after)


def test_an_order_paid_too_late_finds_nothing_and_is_cancelled(sandbox, shop) -> None:
    sandbox.switch("shopee", stock_deducted_at="paid")
    item_id = shop.add()
    late = buy(sandbox, paid=False, quantity=8)["order"]
    buy(sandbox, quantity=5)
    act(sandbox, late, "pay")
    assert (detail(shop, late)["order_status"], available(shop, item_id)) == ("CANCELLED", 5)


def test_an_unpaid_order_frees_its_stock_in_time(sandbox, shop) -> None:
    item_id = shop.add()
    order = buy(sandbox, paid=False)["order"]
    sandbox.post("/clock", {"advance": 1799})
    assert detail(shop, order)["order_status"] == "UNPAID"
    sandbox.post("/clock", {"advance": 2})
    assert (detail(shop, order)["order_status"], available(shop, item_id)) == ("CANCELLED", 10)


@pytest.mark.parametrize(("restores", "left"), [(False, 8), (True, 10)])
def test_a_return_gives_stock_back_only_if_switched(sandbox, shop, restores, left) -> None:
    sandbox.switch("shopee", return_restores_stock=restores)
    item_id = shop.add()
    order = buy(sandbox, quantity=2)["order"]
    for action in ("ship", "deliver", "return"):
        act(sandbox, order, action)
    returns = shop.get("returns/get_return_list", {"page_no": 0, "page_size": 10}).json()["response"]["return"]
    assert [(row["order_sn"], row["status"], row["item"][0]["amount"]) for row in returns] == [(order, "REQUESTED", 2)]
    assert detail(shop, order, "item_list")["item_list"][0]["return_requested_qty"] == 2
    act(sandbox, order, "take_back")
    row = shop.get("returns/get_return_detail", {"return_sn": returns[0]["return_sn"]}).json()["response"]
    assert (row["status"], available(shop, item_id)) == ("ACCEPTED", left)


def test_the_returns_module_can_be_taken_away(sandbox, shop) -> None:
    sandbox.switch("shopee", returns_module=False)
    assert shop.get("returns/get_return_list", {"page_no": 0, "page_size": 10}).json()["error"] == "error_not_found"


@pytest.mark.parametrize("status", ["CANCELLED", "TO_RETURN"])
def test_a_failed_delivery_is_worded_by_the_switch(sandbox, shop, status) -> None:
    sandbox.switch("shopee", failed_delivery_status=status)
    item_id = shop.add()
    order = buy(sandbox)["order"]
    act(sandbox, order, "ship")
    act(sandbox, order, "fail", by="carrier")
    assert (detail(shop, order)["order_status"], available(shop, item_id)) == (status, 9)


def test_a_late_order_holds_stock_before_any_list_knows_it(sandbox, shop) -> None:
    item_id = shop.add()
    order = buy(sandbox, lag=1200)["order"]
    assert (available(shop, item_id), numbers(listed(shop))) == (9, [])
    assert shop.get("order/get_order_detail", {"order_sn_list": order}).json()["error"] == "order.error_not_found"
    sandbox.post("/clock", {"advance": 1201})
    assert numbers(listed(shop)) == [order]


def test_a_promotion_sells_out_of_its_own_reserve(sandbox, shop) -> None:
    item_id = shop.add()
    sandbox.post("/edit", {"platform": "shopee", "listing_id": str(item_id),
                           "change": {"promotion": {"price": 80000, "reserved": 4}}})  # fmt: skip
    with receiving() as hook:
        sandbox.post("/push", {"shopee": {"url": hook.url}})
        order = buy(sandbox, quantity=3)["order"]
        bodies = [json.loads(body) for _, _, body in hook.wait(2)]
        reserved = next(body["data"] for body in bodies if body["code"] == 8)
        assert reserved["changed_values"] == [{"name": "reserved_stock", "old": 4, "new": 1}]
        assert (reserved["action"], reserved["ordersn"]) == ("place_order", order)
        assert stock(shop, item_id) == {"total_reserved_stock": 1, "total_available_stock": 6}
        act(sandbox, order, "cancel")
        assert stock(shop, item_id) == {"total_reserved_stock": 4, "total_available_stock": 6}
        until(lambda: [b for _, _, b in hook.got if json.loads(b)["code"] == 8 and b"cancel_order" in b])


def test_the_push_signature_fits_the_printed_vector() -> None:
    expected = "6d5f89f039c609f29e438d54577de420cd83083f110a45f2ea3b519cbf81a077"
    assert signature("test_partner_key", "https://example.com/webhooks/shopee", VECTOR) == expected


@pytest.mark.parametrize("key", ["partner_key", "push_key"])
def test_a_push_is_signed_over_address_and_raw_body(sandbox, shop, key) -> None:
    sandbox.switch("shopee", push_signed_with=key)
    shop.add()
    with receiving() as hook:
        sandbox.post("/push", {"shopee": {"url": hook.url}})
        order = buy(sandbox)["order"]
        _, headers, body = hook.wait(1)[0]
        secret = sandbox.credentials("shopee")[key].encode()
        assert headers["authorization"] == hmac.new(secret, hook.url.encode() + b"|" + body, hashlib.sha256).hexdigest()
        sent = json.loads(body)
        assert (sent["code"], sent["shop_id"]) == (3, shop.shop_id)
        assert (sent["data"]["ordersn"], sent["data"]["status"]) == (order, "READY_TO_SHIP")


def test_a_refused_push_is_tried_again_and_then_lies_in_the_lost_list(sandbox, shop) -> None:
    shop.add()
    with receiving() as hook:
        hook.status = 500
        sandbox.post("/push", {"shopee": {"url": hook.url}})
        order = buy(sandbox)["order"]
        for tries, delay in ((1, 300), (2, 1800), (3, 10_800)):
            until(lambda tries=tries: sandbox.get("/push")["shopee"].get("failed") == tries)
            sandbox.post("/clock", {"advance": delay - 5})
            assert len(hook.got) == tries
            sandbox.post("/clock", {"advance": 10})
        until(lambda: sandbox.get("/push")["shopee"].get("lost") == 1)
        assert len(hook.got) == 4
    lost = shop.get("push/get_lost_push_message", shop=False).json()["response"]
    row = lost["push_message_list"][0]
    assert json.loads(row["data"])["data"]["ordersn"] == order
    assert (row["code"], lost["has_next_page"]) == (3, False)
    body = {"last_message_id": lost["last_message_id"]}
    assert shop.post("push/confirm_consumed_lost_push_message", body, shop=False).json()["error"] == ""
    assert shop.get("push/get_lost_push_message", shop=False).json()["response"]["push_message_list"] == []


def test_faults_double_and_lose_pushes(sandbox, shop) -> None:
    shop.add()
    with receiving() as hook:
        sandbox.post("/push", {"shopee": {"url": hook.url}})
        sandbox.fault("shopee", "double", "push.3", count=1)
        buy(sandbox)
        first, second = hook.wait(2)
        assert first[2] == second[2]
        sandbox.fault("shopee", "lost", "push.3", count=1)
        order = buy(sandbox)["order"]
        rows = shop.get("push/get_lost_push_message", shop=False).json()["response"]["push_message_list"]
        assert [json.loads(row["data"])["data"]["ordersn"] for row in rows] == [order]
        assert len(hook.got) == 2


def test_a_fault_lets_a_later_push_overtake(sandbox, shop) -> None:
    shop.add()
    with receiving() as hook:
        sandbox.post("/push", {"shopee": {"url": hook.url}})
        sandbox.fault("shopee", "reorder", "push.3", count=1)
        order = buy(sandbox)["order"]
        act(sandbox, order, "ship")
        statuses = [json.loads(body)["data"]["status"] for _, _, body in hook.wait(2)]
        assert statuses == ["SHIPPED", "READY_TO_SHIP"]


def test_faults_forge_and_cut_pushes(sandbox, shop) -> None:
    shop.add()
    with receiving() as hook:
        sandbox.post("/push", {"shopee": {"url": hook.url}})
        sandbox.fault("shopee", "forged", "push.3", count=1)
        buy(sandbox)
        assert hook.wait(1)[0][1]["authorization"] == "0" * 64
        sandbox.fault("shopee", "truncated", "push.3", count=1)
        buy(sandbox)
        with pytest.raises(json.JSONDecodeError):
            json.loads(hook.wait(2)[1][2])


def test_prices_bans_and_authorisations_are_pushed(sandbox, shop) -> None:
    item_id = shop.add()
    with receiving() as hook:
        sandbox.post("/push", {"shopee": {"url": hook.url}})
        shop.product("update_price", {"item_id": item_id, "price_list": [{"model_id": 0, "original_price": 88000}]})
        sandbox.post("/edit", {"platform": "shopee", "listing_id": str(item_id), "change": {"ban": "Thiếu giấy phép"}})
        requests.get(f"{shop.base}/cancel_auth", params={"partner_id": shop.partner_id}, timeout=5)
        bodies = {body["code"]: body for body in (json.loads(raw) for _, _, raw in hook.wait(3))}
    assert (bodies[22]["data"]["old_value"], bodies[22]["data"]["new_value"]) == (99000, 88000)
    assert bodies[16]["data"]["item_status_details"][0]["violation_reason"] == "Thiếu giấy phép"
    assert "shop_id" not in bodies[2]
    assert str(shop.shop_id) in bodies[2]["data"]["extra"]


def test_an_authorisation_near_its_end_is_pushed(sandbox, shop) -> None:
    with receiving() as hook:
        sandbox.post("/push", {"shopee": {"url": hook.url}})
        sandbox.post("/clock", {"advance": 359 * 86_400})
        warned = json.loads(hook.wait(1)[0][2])
        assert (warned["code"], warned["data"]["shop_expire_soon"]) == (12, [shop.shop_id])
        sandbox.post("/clock", {"advance": 7 * 86_400})
        ended = [json.loads(raw) for _, _, raw in hook.wait(2)][1]
        assert (ended["code"], ended["data"]["shopid"]) == (2, shop.shop_id)
