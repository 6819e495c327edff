"""Tiki's orders, the dangerous confirmation, reserved stock, and event queues."""

from typing import Any

import pytest

HANOI = 371835


@pytest.fixture
def product(tiki) -> int:
    return int(tiki.create(meta_data={"is_auto_turn_on": True})[0]["product_id"])


def buy(sandbox, **body: Any) -> str:
    return str(sandbox.post("/buy", {"platform": "tiki", "sku": "MO-500", **body})["order"])


def act(sandbox, order: str, action: str, **more: Any) -> dict[str, Any]:
    return sandbox.post("/order", {"platform": "tiki", "order": order, "action": action, **more})


def codes(tiki, **query: Any) -> list[str]:
    return [row["code"] for row in tiki.get("/v2/orders", **query)["data"]]


def inventory(tiki, product: int) -> tuple[int, int, int]:
    """Available, reserved and sellable of the first warehouse."""
    rows = tiki.product(product)["inventory"]["warehouse_stocks"]
    row = next(row for row in rows if row["warehouse_id"] == HANOI)
    return row["quantity_available"], row["quantity_reserved"], row["quantity_sellable"]


def test_an_order_reserves_and_the_seller_s_figure_falls_at_hand_over(sandbox, tiki, product) -> None:
    order = buy(sandbox, quantity=2)
    assert inventory(tiki, product) == (7, 2, 5)
    act(sandbox, order, "confirm")
    assert inventory(tiki, product) == (7, 2, 5)
    act(sandbox, order, "ship")
    assert inventory(tiki, product) == (5, 0, 5)


def test_a_cancellation_releases_what_was_reserved(sandbox, tiki, product) -> None:
    order = buy(sandbox, quantity=2)
    act(sandbox, order, "cancel")
    assert inventory(tiki, product) == (7, 0, 7)
    row = tiki.get(f"/v2/orders/{order}")
    assert (row["status"], row["cancel_info"]["canceled_at"]) == ("canceled", row["updated_at"])


@pytest.mark.parametrize(("reserves", "figures"), [(True, (7, 1, 6)), (False, (6, 0, 6))])
def test_ready_to_ship_follows_the_switch(sandbox, tiki, product, reserves, figures) -> None:
    sandbox.switch("tiki", ready_reserves=reserves)
    order = buy(sandbox)
    act(sandbox, order, "ready")
    assert inventory(tiki, product) == figures
    act(sandbox, order, "ship")
    assert inventory(tiki, product) == (6, 0, 6)


def test_a_line_comes_out_of_one_warehouse(sandbox, tiki, product) -> None:
    buy(sandbox, quantity=6)
    buy(sandbox, quantity=3)  # only the second warehouse has so many
    assert tiki.stock(product) == {371835: (7, 1), 371836: (3, 0)}


def test_an_order_is_shown_as_captured(sandbox, tiki, product) -> None:
    order = buy(sandbox, quantity=2, cod=True)
    row = tiki.get(f"/v2/orders/{order}")
    item = row["items"][0]
    assert (row["status"], row["fulfillment_type"], row["payment"]["method"]) == ("queueing", "dropship", "cod")
    assert (item["product"]["id"], item["product"]["inventory_type"], item["qty"]) == (product, "backorder", 2)
    assert item["product"]["seller_product_code"] == "MO-500"
    assert item["invoice"]["row_total"] == row["invoice"]["grand_total"] == 300_000
    assert (row["shipping"]["address"]["phone"], item["seller_inventory_id"]) == ("", HANOI)
    assert row["status_histories"] == []
    assert tiki.get(f"/v2/orders/{order}", include="status_histories")["status_histories"]


def test_seller_codes_may_be_missing(sandbox, tiki, product) -> None:
    sandbox.switch("tiki", order_seller_codes=False)
    order = buy(sandbox)
    assert tiki.get(f"/v2/orders/{order}")["items"][0]["product"]["seller_product_code"] == ""


def test_the_list_takes_set_expressions_and_dates(sandbox, tiki, product) -> None:
    waiting, open_, gone = buy(sandbox, paid=False, cod=False), buy(sandbox), buy(sandbox)
    act(sandbox, gone, "cancel")
    assert codes(tiki, status="nin|processing,waiting_payment") == [gone, open_]
    assert codes(tiki, status="in|waiting_payment") == [waiting]
    assert codes(tiki, status="queueing,canceled") == [gone, open_]
    assert codes(tiki, order_by="created_at|asc") == [waiting, open_, gone]
    assert codes(tiki, code=open_) == [open_]
    assert codes(tiki, sku="OTHER") == []
    assert codes(tiki, updated_from_date="2099-01-01 00:00:00") == []
    assert tiki.call("GET", "/v2/orders", order_by="price|asc")[0] == 400
    assert tiki.call("GET", "/v2/orders", status="like|a")[0] == 400
    assert tiki.call("GET", "/v2/orders/999")[0] == 404


def test_an_empty_list_has_no_last_page_and_short_pages_go_on(sandbox, tiki, product) -> None:
    assert tiki.get("/v2/orders")["paging"]["last_page"] == 0
    orders = [buy(sandbox) for _ in range(3)]
    sandbox.switch("tiki", short_pages=True)
    found, page = [], 1
    while page <= (answer := tiki.get("/v2/orders", limit=3, page=page))["paging"]["last_page"]:
        found += [row["code"] for row in answer["data"]]
        page += 1
    assert sorted(found) == sorted(orders)


def test_a_dropship_order_is_confirmed_or_refused(sandbox, tiki, product) -> None:
    kept, refused = buy(sandbox), buy(sandbox)
    path = "/v2/orders/{}/dropship/confirm-available"
    body = {"confirmation_status": "seller_confirmed", "seller_inventory_id": HANOI}
    assert tiki.call("POST", path.format(kept), body)[0] == 200
    assert tiki.call("POST", path.format(refused), {"confirmation_status": "seller_canceled"})[0] == 200
    assert [tiki.get(f"/v2/orders/{code}")["status"] for code in (kept, refused)] == ["picking", "canceled"]
    assert tiki.call("POST", path.format(kept), {"confirmation_status": "yes"})[0] == 422
    assert inventory(tiki, product) == (7, 1, 6)


@pytest.mark.parametrize(("twice", "status"), [("accepted", 200), ("refused", 422)])
def test_a_second_confirmation_follows_the_switch(sandbox, tiki, product, twice, status) -> None:
    sandbox.switch("tiki", confirm_twice=twice)
    path, body = f"/v2/orders/{buy(sandbox)}/dropship/confirm-available", {"confirmation_status": "seller_confirmed"}
    assert tiki.call("POST", path, body)[0] == 200
    assert tiki.call("POST", path, body)[0] == status


def test_the_general_confirm_call_refuses_dropship_orders(sandbox, tiki, product) -> None:
    order = buy(sandbox)
    status, body = tiki.call("POST", f"/v2/orders/{order}/confirm-available", {"available_item_ids": []})
    assert (status, body["errors"]) == (400, ["Cannot use this API to confirm dropship orders."])
    assert tiki.get(f"/v2/orders/{order}")["status"] == "queueing"


@pytest.mark.parametrize("named", [[], [1], None])
def test_wrong_or_missing_ids_cancel_with_status_200(sandbox, tiki, product, named) -> None:
    sandbox.switch("tiki", generic_confirm_works=True)
    order = buy(sandbox)
    assert tiki.call("POST", f"/v2/orders/{order}/confirm-available", {"available_item_ids": named})[0] == 200
    assert tiki.get(f"/v2/orders/{order}")["status"] == "canceled"


def test_the_right_ids_confirm(sandbox, tiki, product) -> None:
    sandbox.switch("tiki", generic_confirm_works=True)
    order = buy(sandbox)
    ids = [item["id"] for item in tiki.get(f"/v2/orders/{order}")["items"]]
    assert tiki.call("POST", f"/v2/orders/{order}/confirm-available", {"available_item_ids": ids})[0] == 200
    assert tiki.get(f"/v2/orders/{order}")["status"] == "picking"


def test_an_order_not_confirmed_in_time_is_cancelled_if_switched(sandbox, tiki, product) -> None:
    sandbox.switch("tiki", confirm_hours=12)
    order = buy(sandbox)
    sandbox.post("/clock", {"advance": 12 * 3600 + 1})
    tiki.renew()
    assert tiki.get(f"/v2/orders/{order}")["status"] == "canceled"


def test_testers_make_orders_and_move_them(tiki, product) -> None:
    wanted = {"original_sku": "MO-500", "qty": 2, "price": 150000, "inventory_type": "backorder"}
    body = {"fulfillment_type": "dropship", "payment_method": "cod", "items": [wanted]}
    status, made = tiki.call("POST", "/v1/orders", body)
    assert (status, inventory(tiki, product)) == (200, (7, 2, 5))
    steps = {"ready_to_ship": (7, 2, 5), "handover_to_partner": (5, 0, 5), "complete": (5, 0, 5)}
    for word, figures in steps.items():
        assert tiki.call("POST", f"/v1/orders/{made['code']}/updateStatus", {"status": word}) == (
            200,
            {"message": "success"},
        )
        assert (tiki.get(f"/v2/orders/{made['code']}")["status"], inventory(tiki, product)) == (word, figures)
    wanted["qty"] = 50
    assert tiki.call("POST", "/v1/orders", body)[0] == 422


@pytest.fixture
def queue(tiki) -> str:
    status, made = tiki.call("POST", "/v1/queues", {"name": "queue 1"})
    assert (status, made["status"]) == (200, "ACTIVE")
    return str(made["code"])


def subscribe(tiki, queue: str, *types: str) -> None:
    for one in types:
        status, made = tiki.call("POST", f"/v1/queues/{queue}/subscriptions", {"event_type": one})
        assert (status, made["active"], len(made["sid"])) == (200, True, 40)


def pull(tiki, queue: str, ack_id: str | None = None) -> dict[str, Any]:
    status, body = tiki.call("POST", f"/v1/queues/{queue}/events/pull", {"ack_id": ack_id})
    assert status == 200, body
    return dict(body)


def test_events_come_again_until_they_are_acknowledged(sandbox, tiki, product, queue) -> None:
    subscribe(tiki, queue, "ORDER_CREATED_SUCCESSFULLY", "ORDER_STATUS_UPDATED")
    order = buy(sandbox)
    first = pull(tiki, queue)
    assert [(e["type"], e["payload"]) for e in first["events"]] == [
        ("ORDER_CREATED_SUCCESSFULLY", {"order_code": order})
    ]
    assert pull(tiki, queue) == first
    act(sandbox, order, "confirm")
    assert pull(tiki, queue) == first  # the batch stays as it is until it is acknowledged
    second = pull(tiki, queue, first["ack_id"])
    assert [e["payload"] for e in second["events"]] == [{"order_code": order, "orderCode": order, "status": "picking"}]
    assert pull(tiki, queue, second["ack_id"])["events"] == []


def test_events_are_oldest_first_and_come_in_batches(sandbox, tiki, product, queue) -> None:
    subscribe(tiki, queue, "ORDER_CREATED_SUCCESSFULLY")
    sandbox.switch("tiki", event_batch=2)
    orders = [buy(sandbox) for _ in range(3)]
    first = pull(tiki, queue)
    second = pull(tiki, queue, first["ack_id"])
    assert [e["payload"]["order_code"] for e in first["events"] + second["events"]] == orders


def test_stock_and_price_changes_are_events_too(sandbox, tiki, product, queue) -> None:
    subscribe(tiki, queue, "PRODUCT_INVENTORY_UPDATED", "PRODUCT_PRICE_UPDATED")
    buy(sandbox, quantity=2)
    tiki.put("/v2.1/products/updateSku", product_id=product, price=140_000)
    stock, price = pull(tiki, queue)["events"]
    assert stock["version"] == "v2"
    change = stock["payload"]
    assert (change["quantity_reserved_from"], change["quantity_reserved_to"]) == (0, 2)
    assert (change["quantity_available_to"], change["quantity_sellable_to"], change["warehouse_id"]) == (7, 5, HANOI)
    assert (price["payload"]["price_from"], price["payload"]["price_to"]) == ("150000", "140000")


def test_hand_edits_are_events_too(sandbox, tiki, product, queue) -> None:
    subscribe(tiki, queue, "PRODUCT_INVENTORY_UPDATED", "PRODUCT_PRICE_UPDATED")
    change = {"price": {"MO-500": 120_000}, "stock": {"MO-500": 4}}
    sandbox.post("/edit", {"platform": "tiki", "listing_id": str(product), "change": change})
    told = [(e["type"], e["payload"].get("price_to"), e["payload"].get("quantity_sellable_to"))
            for e in pull(tiki, queue)["events"]]  # fmt: skip
    assert sorted(told, key=str) == [
        ("PRODUCT_INVENTORY_UPDATED", None, 0), ("PRODUCT_INVENTORY_UPDATED", None, 4),
        ("PRODUCT_PRICE_UPDATED", "120000", None),
    ]  # fmt: skip


def test_events_are_doubled_lost_and_late_on_demand(sandbox, tiki, product, queue) -> None:
    subscribe(tiki, queue, "ORDER_CREATED_SUCCESSFULLY")
    for kind in ("lost", "double", "late"):
        sandbox.fault("tiki", kind, "event.ORDER_CREATED_SUCCESSFULLY", count=1, skip=0)
    _, doubled, late = buy(sandbox), buy(sandbox), buy(sandbox)  # the kinds strike in their own order
    first = pull(tiki, queue)
    seen = [e["payload"]["order_code"] for e in first["events"]]
    assert seen == [doubled, doubled]
    sandbox.post("/clock", {"advance": 601})
    assert [e["payload"]["order_code"] for e in pull(tiki, queue, first["ack_id"])["events"]] == [late]


def test_a_late_order_is_late_in_the_queue_as_well(sandbox, tiki, product, queue) -> None:
    subscribe(tiki, queue, "ORDER_CREATED_SUCCESSFULLY")
    order = buy(sandbox, lag=900)
    assert (codes(tiki), pull(tiki, queue)["events"]) == ([], [])
    assert inventory(tiki, product) == (7, 1, 6)
    sandbox.post("/clock", {"advance": 901})
    assert (codes(tiki), len(pull(tiki, queue)["events"])) == ([order], 1)


def test_queues_are_few_and_know_their_events(tiki, queue) -> None:
    assert [row["code"] for row in tiki.get("/v1/queues")] == [queue]
    assert tiki.call("POST", f"/v1/queues/{queue}/subscriptions", {"event_type": "PARTY"})[0] == 422
    for _ in range(4):
        assert tiki.call("POST", "/v1/queues", {"name": "more"})[0] == 200
    assert tiki.call("POST", "/v1/queues", {"name": "too many"})[0] == 422
    subscribe(tiki, queue, "ORDER_STATUS_UPDATED")
    held = tiki.get(f"/v1/queues/{queue}/subscriptions")[0]
    path = f"/v1/queues/{queue}/subscriptions/{held['code']}"
    assert tiki.call("PUT", path, {"active": False})[1]["active"] is False


def test_orders_need_their_scope(sandbox, tiki) -> None:
    sandbox.world.markets["tiki"].desk.access.clear()
    token = sandbox.world.markets["tiki"].desk.issue("product", with_refresh=False)
    tiki.token = token["access_token"]
    assert tiki.call("GET", "/v2/orders")[0] == 403
