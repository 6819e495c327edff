"""Tiki's orders and its event queue byte by byte: pages, statuses, acknowledgements as the contract shows them."""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta, timezone
from types import SimpleNamespace
from typing import Any
from urllib.parse import parse_qs, urlparse

import pytest
import responses
from structlog.testing import capture_logs

from adapters.tiki import Tiki
from connector.domain.orders import Cursor, OrderSeen, OrderState
from connector.errors import Retry
from tests.builders import a_connection

BASE = "https://tiki.test/integration"
NOON = datetime(2026, 11, 24, 5, tzinfo=UTC)
HERE = timezone(timedelta(hours=7))
SECRETS = {"base_url": BASE, "token_url": "https://tiki.test/token", "client_id": "c", "client_secret": "s"} | {
    "access_token": "at",
    "refresh_token": "rt",
    "seller_id": "5678",
}


def local(moment: datetime) -> str:
    return moment.astimezone(HERE).strftime("%Y-%m-%d %H:%M:%S")


def an_order(code: int, moment: datetime = NOON, status: str = "queueing", **more: Any) -> dict[str, Any]:
    product = {"id": 248956418, "seller_product_code": "MONG-500"}
    items = [{"id": code * 10, "qty": 2, "parent_item_id": 0, "product": product}]
    when = {"created_at": local(NOON - timedelta(hours=1)), "updated_at": local(moment)}
    return {"code": str(code), "status": status, "items": items, "children": [], "status_histories": []} | when | more


@dataclass
class Gateway:
    """Orders as Tiki would list them, with pages as short as `short` says; `between` is called after each."""

    orders: list[dict[str, Any]] = field(default_factory=list)
    short: int = 0
    between: Callable[["Gateway"], None] = lambda gateway: None
    asked: list[dict[str, str]] = field(default_factory=list)

    def page(self, request: Any) -> tuple[int, dict[str, str], str]:
        query = {name: values[0] for name, values in parse_qs(urlparse(request.url).query).items()}
        self.asked.append(query)
        rows = sorted(self.orders, key=lambda order: (order["updated_at"], order["code"]))
        if "code" in query:
            rows = [order for order in rows if order["code"] in query["code"].split(",")]
        rows = [order for order in rows if order["updated_at"] >= query.get("updated_from_date", "")]
        number, limit = int(query["page"]), int(query["limit"])
        found = rows[(number - 1) * limit : number * limit]
        paging = {"total": len(rows), "current_page": number, "last_page": -(-len(rows) // limit)}
        told = json.dumps({"data": found[self.short :], "paging": paging})
        self.between(self)
        return 200, {}, told


@pytest.fixture
def gateway() -> Iterator[Gateway]:
    made = Gateway()
    with responses.RequestsMock(assert_all_requests_are_fired=False) as mock:
        mock.add_callback(responses.GET, f"{BASE}/v2/orders", made.page)
        yield made


def a_tiki(now: datetime = NOON + timedelta(minutes=1), **settings: Any) -> Tiki:
    clock = SimpleNamespace(now=lambda: now)
    sandbox = SimpleNamespace(credentials=lambda platform: SECRETS)
    return Tiki(a_connection("tiki", sandbox, clock=clock, settings={"orders_page": 4, **settings}))


def read(adapter: Tiki, since: datetime = NOON - timedelta(days=1)) -> tuple[dict[str, OrderSeen], list[datetime]]:
    told = list(adapter.orders(Cursor(since)))
    cursors = [one.until for one in told if isinstance(one, Cursor)]
    return {one.number: one for one in told if isinstance(one, OrderSeen)}, cursors


# ---- pages


@pytest.mark.parametrize("many", [0, 1, 3, 4, 5, 8, 21])
def test_orders_of_any_number_of_pages_are_all_told(gateway: Gateway, many: int) -> None:
    gateway.orders = [an_order(100 + n, NOON - timedelta(minutes=many - n)) for n in range(many)]
    seen, cursors = read(a_tiki())
    assert seen.keys() == {order["code"] for order in gateway.orders}
    assert cursors == sorted(cursors)
    assert cursors[-1] == NOON + timedelta(minutes=1)


def test_many_orders_of_one_second_are_paged_within_it(gateway: Gateway) -> None:
    gateway.orders = [an_order(100 + n) for n in range(19)] + [an_order(200, NOON + timedelta(seconds=9))]
    assert len(read(a_tiki())[0]) == 20


def test_a_short_page_is_not_the_last(gateway: Gateway) -> None:
    gateway.short = 1
    gateway.orders = [an_order(100 + n) for n in range(9)]
    assert {"101", "102", "103", "105", "106", "107"} <= read(a_tiki())[0].keys()


def test_an_order_that_changes_while_we_read_hides_no_other(gateway: Gateway) -> None:
    gateway.orders = [an_order(100 + n, NOON - timedelta(minutes=30 - n)) for n in range(20)]
    gateway.between = lambda g: g.orders[0].update(updated_at=local(NOON + timedelta(seconds=len(g.asked))))
    assert len(read(a_tiki())[0]) == 20


def test_a_list_that_never_moves_on_is_left() -> None:
    body = {"data": [an_order(100 + n) for n in range(4)], "paging": {"last_page": 99}}
    with responses.RequestsMock() as mock:
        mock.add(responses.GET, f"{BASE}/v2/orders", json=body)
        with pytest.raises(Retry, match="the one before"):
            read(a_tiki())


def test_an_order_listed_without_its_items_is_asked_for(gateway: Gateway) -> None:
    gateway.orders = [an_order(100) | {"items": []}]
    with responses.RequestsMock() as mock:
        mock.add_callback(responses.GET, f"{BASE}/v2/orders", gateway.page)
        mock.add(responses.GET, f"{BASE}/v2/orders/100", json=an_order(100))
        assert len(read(a_tiki())[0]["100"].lines) == 1


def test_times_are_vietnams_without_a_zone(gateway: Gateway) -> None:
    gateway.orders = [an_order(100)]
    order = read(a_tiki(), NOON)[0]["100"]
    assert gateway.asked[0]["updated_from_date"] == "2026-11-24 12:00:00"
    assert (order.placed_at, order.updated_at) == (NOON - timedelta(hours=1), NOON)


def test_no_cursor_passes_our_own_clock_though_the_platforms_is_ahead(gateway: Gateway) -> None:
    began = NOON + timedelta(seconds=1)
    gateway.orders = [an_order(100 + n, NOON + timedelta(seconds=20 * n)) for n in range(9)]
    seen, cursors = read(a_tiki(now=began))
    assert (len(seen), max(cursors)) == (9, began)


def test_orders_that_tiki_has_not_accepted_are_left_out_where_they_reserve_nothing(gateway: Gateway) -> None:
    read(a_tiki(unpaid_reserves=False))
    assert gateway.asked[0]["status"] == "nin|processing,waiting_payment"
    read(a_tiki())
    assert "status" not in gateway.asked[1]


def test_a_recall_asks_for_many_at_once_and_leaves_out_what_is_not_listed(gateway: Gateway) -> None:
    gateway.orders = [an_order(100 + n) for n in range(6)]
    seen = list(a_tiki().recall(["100", "999", "101", "105", "104"]))
    assert {order.number for order in seen} == {"100", "101", "104", "105"}
    assert [query["code"] for query in gateway.asked] == ["100,999,101,105", "104"]


# ---- what an order says


@pytest.mark.parametrize(
    ("status", "state"),
    [
        ("waiting_payment", OrderState.OPEN),
        ("holded", OrderState.OPEN),
        ("ready_to_ship", OrderState.OPEN),
        ("handover_to_partner", OrderState.SHIPPED),
        ("shipping", OrderState.SHIPPED),
        ("delivered", OrderState.DONE),
        ("complete", OrderState.DONE),
        ("closed", OrderState.DONE),
        ("canceled", OrderState.CANCELLED),
        ("returned", OrderState.RETURNED),
    ],
)
def test_each_status_means_one_thing_to_stock(gateway: Gateway, status: str, state: OrderState) -> None:
    gateway.orders = [an_order(100, status=status)]
    assert read(a_tiki())[0]["100"].state is state


def test_a_cancellation_on_the_road_is_a_failed_delivery(gateway: Gateway) -> None:
    history = [{"status": "picking"}, {"status": "shipping"}]
    gateway.orders = [an_order(100, status="canceled", status_histories=history)]
    assert read(a_tiki())[0]["100"].state is OrderState.FAILED


def test_whether_returned_means_back_is_a_setting(gateway: Gateway) -> None:
    gateway.orders = [an_order(100, status="returned")]
    assert read(a_tiki(returned_is_back=False))[0]["100"].state is OrderState.FAILED


def test_an_unknown_status_is_kept_as_it_came_reserves_and_is_told(gateway: Gateway) -> None:
    gateway.orders = [an_order(100, status="beamed_up")]
    with capture_logs() as logs:
        order = read(a_tiki())[0]["100"]
    assert (order.state, order.raw_state) == (OrderState.OPEN, "beamed_up")
    told = [(log["order"], log["status"]) for log in logs if log["event"] == "order_status_unknown"]
    assert told == [("100", "beamed_up")]


def test_an_order_that_was_split_is_counted_in_its_children(gateway: Gateway) -> None:
    gateway.orders = [an_order(100, children=[{"code": "101"}])]
    assert read(a_tiki())[0]["100"].state is OrderState.CANCELLED
    assert read(a_tiki(split_parents_count=True))[0]["100"].state is OrderState.OPEN


def test_rows_that_stand_for_their_parts_are_not_counted_twice(gateway: Gateway) -> None:
    order = an_order(100)
    child = {"id": 7, "qty": 2, "parent_item_id": order["items"][0]["id"], "product": {"id": 9}}
    gateway.orders = [order | {"items": [*order["items"], child]}]
    lines = read(a_tiki())[0]["100"].lines
    assert [(line.line, line.quantity, line.sku, line.variant) for line in lines] == [("7", 2, "", "9")]


@pytest.mark.parametrize("said", ["", None])
def test_a_line_without_the_sellers_code_is_known_by_its_product(gateway: Gateway, said: str | None) -> None:
    order = an_order(100)
    order["items"][0]["product"]["seller_product_code"] = said
    gateway.orders = [order]
    (line,) = read(a_tiki())[0]["100"].lines
    assert (line.sku, line.variant) == ("", "248956418")


# ---- the queue


@dataclass
class Shelf:
    """One queue that tells a batch again until the next pull names its ack_id."""

    events: list[dict[str, Any]]
    size: int = 2
    queues: list[dict[str, str]] = field(default_factory=list)
    subscribed: list[str] = field(default_factory=list)
    acks: list[str | None] = field(default_factory=list)
    _open: str | None = None

    def answer(self, request: Any) -> tuple[int, dict[str, str], str]:
        body = json.loads(request.body or "{}")
        return 200, {}, json.dumps(self._answer(request.method, urlparse(request.url).path, body))

    def _answer(self, method: str, path: str, body: dict[str, Any]) -> Any:
        if path.endswith("/pull"):
            return self._pull(body["ack_id"])
        if path.endswith("/subscriptions"):
            if method == "POST":
                self.subscribed.append(body["event_type"])
            return [{"event_type": kind} for kind in self.subscribed]
        if method == "POST":
            self.queues.append({"code": "q1", "name": body["name"]})
            return self.queues[-1]
        return self.queues

    def _pull(self, ack: str | None) -> dict[str, Any]:
        self.acks.append(ack)
        if ack is not None and ack == self._open:
            self.events = self.events[self.size :]
        batch = self.events[: self.size]
        self._open = f"ack-{batch[-1]['id']}" if batch else None
        return {"events": batch, "ack_id": self._open}


def an_event(number: int, kind: str = "ORDER_STATUS_UPDATED", **payload: Any) -> dict[str, Any]:
    about = payload or {"order_code": f"51{number}", "orderCode": f"51{number}", "status": "picking"}
    return {"id": f"e{number}", "sid": "74334E", "created_at": 1740438118300, "type": kind, "payload": about}


@pytest.fixture
def shelf() -> Iterator[Shelf]:
    made = Shelf([an_event(n) for n in range(5)])
    with responses.RequestsMock(assert_all_requests_are_fired=False) as mock:
        for path in ("/v1/queues", "/v1/queues/q1/subscriptions", "/v1/queues/q1/events/pull"):
            for method in (responses.GET, responses.POST):
                mock.add_callback(method, BASE + path, made.answer)
        yield made


def test_a_queue_is_made_once_and_fetched_to_its_end(shelf: Shelf) -> None:
    adapter = a_tiki()
    hints = [hint for batch in adapter.outbox() for hint in batch]
    assert [hint.order for hint in hints] == ["510", "511", "512", "513", "514"]
    assert [hint.key for hint in hints] == ["e0", "e1", "e2", "e3", "e4"]
    assert list(adapter.outbox()) == []
    assert shelf.subscribed == ["ORDER_CREATED_SUCCESSFULLY", "ORDER_STATUS_UPDATED"]
    assert [queue["name"] for queue in shelf.queues] == ["ocop tiki-demo"]


def test_a_batch_is_acknowledged_only_once_it_has_been_kept(shelf: Shelf) -> None:
    adapter = a_tiki()
    visit = adapter.outbox()
    assert [hint.key for hint in next(visit)] == ["e0", "e1"]
    del visit  # the worker dies before it has kept them
    assert [hint.key for hint in next(adapter.outbox())] == ["e0", "e1"]
    assert shelf.acks == [None, None]


def test_a_shop_that_remembers_nothing_finds_its_queue_by_name(shelf: Shelf) -> None:
    list(a_tiki().outbox())
    list(a_tiki().outbox())
    assert len(shelf.queues) == 1
    assert len(shelf.subscribed) == 2


def test_events_about_products_point_at_them_and_odd_ones_at_nothing(shelf: Shelf) -> None:
    price = an_event(1, "PRODUCT_PRICE_UPDATED", product_id=2166152, original_sku="A", price_from="1", price_to="2")
    shelf.events = [price, an_event(2, "SOMETHING_NEW", note="x"), {"type": "NO_ID"}, {"id": "e9", "payload": []}]
    hints = [hint for batch in a_tiki().outbox() for hint in batch]
    assert [(hint.key, hint.order, hint.item) for hint in hints][:2] == [("e1", "", "2166152"), ("e2", "", "")]


@pytest.mark.parametrize("status", [403, 422])
def test_a_shop_that_may_have_no_queue_goes_on_without(status: int) -> None:
    with responses.RequestsMock() as mock:
        mock.add(responses.GET, f"{BASE}/v1/queues", json=[])
        mock.add(responses.POST, f"{BASE}/v1/queues", status=status, json={"errors": ["no more queues"]})
        with capture_logs() as logs:
            assert list(a_tiki().outbox()) == []
    assert [log["event"] for log in logs if log["log_level"] == "warning"] == ["event_queue_refused"]


def test_a_queue_that_was_deleted_is_made_again(shelf: Shelf) -> None:
    adapter = a_tiki()
    list(adapter.outbox())
    with responses.RequestsMock() as mock:
        mock.add(responses.POST, f"{BASE}/v1/queues/q1/events/pull", status=404, json={"errors": ["queue not found"]})
        assert list(adapter.outbox()) == []
    shelf.queues.clear()
    list(adapter.outbox())
    assert len(shelf.queues) == 1
