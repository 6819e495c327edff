"""Shopee's orders and pushes in bytes: what the sandbox cannot show, or shows in one reading only."""

import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
import responses
from requests import PreparedRequest

from adapters.shopee import Shopee
from connector.domain.orders import Booked, Cursor, OrderSeen, OrderState, book
from connector.errors import Refused, Retry
from tests.adapters.shopee import SECRETS, a_shopee, a_shopee_connection, envelope, serve, url
from tests.builders import FixedClock, MemoryVault, a_channel

NOW = FixedClock().now()
# The vector of the contract: key test_partner_key, this address, this body.
DOOR = "https://example.com/webhooks/shopee"
BODY = (
    b'{"data":{"items":[],"ordersn":"220810QT4CVNN5","status":"READY_TO_SHIP","completed_scenario":"",'
    b'"update_time":1660123127},"shop_id":123456,"code":3,"timestamp":1660123127}'
)
SIGNATURE = "6d5f89f039c609f29e438d54577de420cd83083f110a45f2ea3b519cbf81a077"


def with_settings(**settings: Any) -> Shopee:
    channel = a_channel("shopee")
    changed = replace(channel, settings={**channel.settings, **settings})
    return a_shopee(a_shopee_connection(channel=changed))


def with_secrets(door: str = "", **secrets: Any) -> Shopee:
    return a_shopee(a_shopee_connection(vault=MemoryVault.of({**SECRETS, **secrets}), door=door))


def query(request: PreparedRequest) -> dict[str, str]:
    return {name: values[-1] for name, values in parse_qs(urlsplit(str(request.url)).query, True).items()}


def an_item(**changes: Any) -> dict[str, Any]:
    made = {"item_id": 7, "model_id": 70, "item_sku": "CHA", "model_sku": "MONG-500", "model_quantity_purchased": 3}
    return {**made, "promotion_group_id": 0, "order_item_id": 7, "active_qty": 3, "cancelled_qty": 0, **changes}


def an_order(number: str = "A1", *items: Mapping[str, Any], **changes: Any) -> dict[str, Any]:
    stamp = int(NOW.timestamp())
    times = {"create_time": stamp - 600, "update_time": stamp - 300}
    return {"order_sn": number, "order_status": "READY_TO_SHIP", **times, "item_list": items or (an_item(),), **changes}


def shop_with(*orders: Mapping[str, Any], returns: list[str] | None = None) -> None:
    """Whatever is asked for is listed; the details tell what is known."""
    by_number = {order["order_sn"]: order for order in orders}
    rows = [{"order_sn": number} for number in by_number]
    serve("GET", "order/get_order_list", lambda _: envelope({"more": False, "next_cursor": "", "order_list": rows}))
    returned = [{"order_sn": number} for number in returns or []]
    serve("GET", "returns/get_return_list", lambda _: envelope({"more": False, "return": returned}))

    def details(request: PreparedRequest) -> Mapping[str, Any]:
        asked = query(request)["order_sn_list"].split(",")
        found = [by_number[number] for number in asked if number in by_number]
        return envelope({"order_list": found}) if found else envelope({}, "error_not_found", "the order is not found.")

    serve("GET", "order/get_order_detail", details)


def read(adapter: Shopee, ago: timedelta = timedelta(hours=1)) -> list[OrderSeen]:
    return [one for one in adapter.orders(Cursor(NOW - ago)) if isinstance(one, OrderSeen)]


def meaning(*orders: OrderSeen) -> Booked:
    done = Booked()
    for order in orders:
        done = book(order.lines[0], order.state_of(order.lines[0]), done)
    return done


# ---- reading


@responses.activate
def test_windows_are_fifteen_days_at_most_and_leave_no_gap() -> None:
    shop_with()
    cursors = [one for one in a_shopee().orders(Cursor(NOW - timedelta(days=40))) if isinstance(one, Cursor)]
    asked = [query(call.request) for call in responses.calls if "get_order_list" in str(call.request.url)]
    edges = [(int(each["time_from"]), int(each["time_to"])) for each in asked]
    assert {each["time_range_field"] for each in asked} == {"update_time"}
    assert all(end - start <= 15 * 86400 for start, end in edges)
    assert [start for start, _ in edges[1:]] == [end for _, end in edges[:-1]]
    assert (edges[0][0], edges[-1][1]) == (int((NOW - timedelta(days=40)).timestamp()), int(NOW.timestamp()))
    assert [cursor.until for cursor in cursors][-1] == NOW


@responses.activate
def test_an_order_that_moves_up_a_page_while_we_read_is_not_missed() -> None:
    """One order of the first page leaves the window after we have read it: what was 101st is now 100th."""
    numbers, rounds = [f"N{n:03}" for n in range(150)], []

    def listed(request: PreparedRequest) -> Mapping[str, Any]:
        start = int(query(request)["cursor"] or 0)
        rounds.append(start)
        there = numbers if len(rounds) == 1 else numbers[1:]
        page = [{"order_sn": number} for number in there[start : start + 100]]
        more = start + 100 < len(there)
        return envelope({"more": more, "next_cursor": str(start + 100) if more else "", "order_list": page})

    shop_with(*(an_order(number) for number in numbers))
    responses.remove("GET", url("order/get_order_list"))
    serve("GET", "order/get_order_list", listed)
    assert {order.number for order in read(a_shopee())} == set(numbers)


@responses.activate
def test_details_come_in_batches_of_fifty_and_name_no_buyer() -> None:
    shop_with(*(an_order(f"N{n:03}") for n in range(120)))
    read(a_shopee())
    asked = [query(call.request) for call in responses.calls if "get_order_detail" in str(call.request.url)]
    assert [len(each["order_sn_list"].split(",")) for each in asked] == [50, 50, 20]
    fields = {name for each in asked for name in each["response_optional_fields"].split(",")}
    assert fields == {"item_list", "package_list", "pickup_done_time"}


@responses.activate
def test_an_order_that_is_listed_and_not_told_keeps_the_window_open() -> None:
    shop_with(an_order("A1"))
    rows = [{"order_sn": "A1"}, {"order_sn": "A2"}]
    responses.remove("GET", url("order/get_order_list"))
    serve("GET", "order/get_order_list", lambda _: envelope({"more": False, "order_list": rows}))
    got = a_shopee().orders(Cursor(NOW - timedelta(hours=1)))
    first = next(got)
    assert isinstance(first, OrderSeen)
    with pytest.raises(Retry, match="A2"):
        next(got)


@responses.activate
def test_a_status_nobody_knows_keeps_the_window_open() -> None:
    shop_with(an_order(order_status="TELEPORTED"))
    with pytest.raises(Retry, match="TELEPORTED"):
        read(a_shopee())


@responses.activate
@pytest.mark.parametrize(
    ("status", "state"),
    [
        ("UNPAID", OrderState.OPEN),
        ("PENDING", OrderState.OPEN),
        ("INVOICE_PENDING", OrderState.OPEN),
        ("PROCESSED", OrderState.OPEN),
        ("RETRY_SHIP", OrderState.OPEN),
        ("IN_CANCEL", OrderState.OPEN),
        ("CANCELLED", OrderState.CANCELLED),
        ("SHIPPED", OrderState.SHIPPED),
        ("TO_CONFIRM_RECEIVE", OrderState.SHIPPED),
        ("COMPLETED", OrderState.DONE),
        ("TO_RETURN", OrderState.FAILED),
    ],
)
def test_each_status_means_one_thing_to_stock(status: str, state: OrderState) -> None:
    shop_with(an_order(order_status=status))
    (order,) = read(a_shopee())
    assert (order.state, order.raw_state) == (state, status)
    assert order.placed_at == datetime.fromtimestamp(int(NOW.timestamp()) - 600, UTC)


@responses.activate
@pytest.mark.parametrize(("reserves", "seen"), [(True, ["A1"]), (False, [])])
def test_when_an_order_takes_stock_is_a_setting(reserves: bool, seen: list[str]) -> None:
    shop_with(an_order("A1", order_status="UNPAID"))
    assert [order.number for order in read(with_settings(unpaid_reserves=reserves))] == seen


@responses.activate
def test_an_item_without_models_goes_by_its_own_sku_and_has_no_variant_id() -> None:
    shop_with(an_order("A1", an_item(model_id=0, model_sku="", item_sku=" MONG-1 "), an_item(item_id=8, model_sku="")))
    first, second = read(a_shopee())[0].lines
    assert (first.sku, first.variant) == ("MONG-1", "")
    assert (second.sku, second.variant) == ("", "70")


@responses.activate
def test_rows_of_one_thing_are_one_line_and_promotions_are_apart() -> None:
    rows = [an_item(), an_item(model_quantity_purchased=1, active_qty=1), an_item(promotion_group_id=2)]
    shop_with(an_order("A1", *rows))
    assert [(line.line, line.quantity) for line in read(a_shopee())[0].lines] == [("7.70.0", 4), ("7.70.2", 3)]


@responses.activate
@pytest.mark.parametrize("purchased", [3, 2])
def test_whether_the_pieces_bought_shrink_with_a_cancellation_does_not_matter(purchased: int) -> None:
    shop_with(an_order("A1", an_item(model_quantity_purchased=purchased, active_qty=2, cancelled_qty=1)))
    assert meaning(*read(a_shopee())) == Booked(reserved=2)


@responses.activate
@pytest.mark.parametrize(
    "told",
    [
        {"pickup_done_time": 5},
        {"package_list": [{"logistics_status": "LOGISTICS_DELIVERY_FAILED", "item_list": []}]},
        {"package_list": [{"logistics_status": "LOGISTICS_LOST"}]},
    ],
)
def test_cancelled_on_the_road_is_not_back_on_the_shelf(told: dict[str, Any]) -> None:
    gone = an_item(active_qty=0, cancelled_qty=3)
    shop_with(an_order("A1", gone, order_status="CANCELLED", **told))
    assert meaning(*read(a_shopee())) == Booked(sold=3)


@responses.activate
def test_of_what_was_cancelled_on_the_road_only_what_was_packed_has_left() -> None:
    packed = {"item_id": 7, "model_id": 70, "promotion_group_id": 0, "model_quantity": 2}
    packages = [{"logistics_status": "LOGISTICS_DELIVERY_FAILED", "item_list": [packed]}]
    gone = an_item(active_qty=0, cancelled_qty=3)
    shop_with(an_order("A1", gone, order_status="CANCELLED", package_list=packages))
    assert meaning(*read(a_shopee())) == Booked(sold=2)


@responses.activate
@pytest.mark.parametrize("status", ["LOGISTICS_NOT_START", "LOGISTICS_REQUEST_CANCELED", "LOGISTICS_COD_REJECTED"])
def test_cancelled_before_it_left_is_free_again(status: str) -> None:
    shop_with(an_order("A1", order_status="CANCELLED", package_list=[{"logistics_status": status}]))
    assert meaning(*read(a_shopee())) == Booked()


@responses.activate
@pytest.mark.parametrize(("back", "returned"), [(True, 2), (False, 0)])
def test_whether_a_return_is_back_in_the_house_is_a_setting(back: bool, returned: int) -> None:
    shop_with(an_order("A1", an_item(returned_qty=2), order_status="COMPLETED"))
    assert meaning(*read(with_settings(returned_comes_back=back))) == Booked(sold=3, returned=returned)


@responses.activate
@pytest.mark.parametrize(("walk", "seen"), [(True, {"A1", "OLD"}), (False, {"A1"})])
def test_an_old_order_with_a_return_is_found_by_the_list_of_returns(walk: bool, seen: set[str]) -> None:
    shop_with(an_order("A1"), an_order("OLD", order_status="COMPLETED"), returns=["OLD"])
    responses.remove("GET", url("order/get_order_list"))
    rows = [{"order_sn": "A1"}]
    serve("GET", "order/get_order_list", lambda _: envelope({"more": False, "order_list": rows}))
    assert {order.number for order in read(with_settings(returns_walk=walk))} == seen


@responses.activate
@pytest.mark.parametrize(("entries", "pages"), [(False, ["0", "1"]), (True, ["0", "2"])])
def test_how_the_list_of_returns_counts_pages_is_a_setting(entries: bool, pages: list[str]) -> None:
    shop_with(an_order("A1"), an_order("A2"), an_order("A3"))
    responses.remove("GET", url("returns/get_return_list"))
    asked: list[str] = []

    def answer(request: PreparedRequest) -> Mapping[str, Any]:
        asked.append(query(request)["page_no"])
        first = query(request)["page_no"] == "0"
        rows = [{"order_sn": "A1"}, {"order_sn": "A2"}] if first else [{"order_sn": "A3"}]
        return envelope({"more": first, "return": rows})

    serve("GET", "returns/get_return_list", answer)
    read(with_settings(returns_page_is_entry=entries))
    assert asked[:2] == pages


@responses.activate
def test_a_shop_without_the_returns_module_still_tells_its_orders() -> None:
    shop_with(an_order("A1"))
    responses.remove("GET", url("returns/get_return_list"))
    responses.add("GET", url("returns/get_return_list"), json={"error": "error_not_found"}, status=404)
    assert [order.number for order in read(a_shopee())] == ["A1"]


# ---- pushes


def test_the_contracts_push_is_genuine() -> None:
    hint = with_secrets(DOOR).event({"authorization": SIGNATURE}, BODY)
    assert (hint.order, hint.account, hint.raw_kind) == ("220810QT4CVNN5", "123456", "3")


def test_the_address_in_the_console_wins_over_ours() -> None:
    adapter = with_secrets("https://elsewhere.example/hooks", push_url=DOOR)
    assert adapter.event({"authorization": SIGNATURE}, BODY).order == "220810QT4CVNN5"
    with pytest.raises(Refused):
        with_secrets("https://elsewhere.example/hooks").event({"authorization": SIGNATURE}, BODY)


def test_either_key_may_sign() -> None:
    adapter = with_secrets(DOOR, partner_key="another", push_key="test_partner_key")
    assert adapter.event({"authorization": SIGNATURE}, BODY).order == "220810QT4CVNN5"


def test_a_push_about_the_shop_it_came_to_names_no_other() -> None:
    assert with_secrets(DOOR, shop_id=123456).event({"authorization": SIGNATURE}, BODY).account == ""


@pytest.mark.parametrize(
    ("push", "account"),
    [
        ({"data": {"extra": "shop id 22000000 (VN) has been cancelled its authorization"}, "code": 2}, "22000000"),
        ({"data": {"authorize_type": "expiry", "shopid": 22000000}, "code": 2}, "22000000"),
        ({"data": {"shop_id": 22000000, "success": 1}, "code": 1}, "22000000"),
        ({"data": {"shop_expire_soon": [1], "page_no": 1}, "code": 12}, ""),
        ({"data": {"verify_info": "x"}, "code": 0}, ""),
        ({"data": {"item_id": 9, "item_status": "BANNED"}, "shop_id": 22000000, "code": 16}, "22000000"),
        ({"data": {"order_sn": "A", "return_sn": "B"}, "shop_id": 22000000, "code": 29}, "22000000"),
    ],
)
def test_the_shop_is_found_wherever_a_push_names_it(push: dict[str, Any], account: str) -> None:
    adapter = with_secrets()
    hint = adapter._pushes._hint(push)
    assert (hint.account, hint.raw_kind) == (account, str(push["code"]))
    assert hint.item == ("9" if push["code"] == 16 else "")
    assert hint.order == ("A" if push["code"] == 29 else "")


@responses.activate
@pytest.mark.parametrize("shape", ["text", "object", "row"])
def test_a_lost_push_has_the_key_of_the_one_that_arrived(shape: str) -> None:
    push = json.loads(BODY)
    row = {name: push[name] for name in ("shop_id", "code", "timestamp")}
    held = {"text": BODY.decode(), "object": push, "row": push["data"]}[shape]
    lost = envelope({"push_message_list": [{**row, "data": held}], "has_next_page": False, "last_message_id": 5})
    serve("GET", "push/get_lost_push_message", lambda _: lost)
    confirmed = []

    def confirm(request: PreparedRequest) -> Mapping[str, Any]:
        confirmed.append(json.loads(request.body or b""))
        return envelope()

    serve("POST", "push/confirm_consumed_lost_push_message", confirm)
    adapter = with_secrets(DOOR)
    batches = adapter.outbox()
    (hint,) = next(batches)
    assert confirmed == []
    assert hint == adapter.event({"authorization": SIGNATURE}, BODY)
    assert list(batches) == []
    assert confirmed == [{"last_message_id": 5}]
    assert all("access_token" not in str(call.request.url) for call in responses.calls), "an app's call, not a shop's"


@responses.activate
def test_lost_pushes_that_cannot_be_confirmed_do_not_go_round_for_ever() -> None:
    row = {"shop_id": 1, "code": 3, "timestamp": 1, "data": BODY.decode()}
    lost = envelope({"push_message_list": [row], "has_next_page": True, "last_message_id": 5})
    serve("GET", "push/get_lost_push_message", lambda _: lost)
    serve("POST", "push/confirm_consumed_lost_push_message", lambda _: envelope())
    with pytest.raises(Retry):
        list(a_shopee().outbox())


@responses.activate
@pytest.mark.parametrize("error", ["", "error_data"])
def test_no_lost_push_is_nothing(error: str) -> None:
    serve("GET", "push/get_lost_push_message", lambda _: envelope({}, error, "data not exist" if error else ""))
    assert list(a_shopee().outbox()) == []
