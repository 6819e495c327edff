"""Lazada's orders and pushes byte by byte: pages, batches, statuses, clocks and signatures as its contract has them."""

import hashlib
import hmac
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

from adapters.lazada import Lazada
from connector.domain.orders import Cursor, OrderSeen, OrderState
from connector.errors import Refused, Retry
from tests.builders import a_connection

BASE = "https://lazada.test/rest"
NOON = datetime(2026, 11, 24, 5, tzinfo=UTC)
HERE = timezone(timedelta(hours=7))
SECRETS = {
    "base_url": BASE,
    "auth_url": BASE,
    "app_key": "123456",
    "app_secret": "helloworld",
    "access_token": "at",
    "refresh_token": "rt",
    "seller_id": "1234567",
}


def plain(moment: datetime) -> str:
    return moment.astimezone(HERE).strftime("%Y-%m-%d %H:%M:%S %z")


@dataclass
class Gateway:
    """Orders as the gateway would answer them; `between` is called after each list page that it has told."""

    orders: dict[str, datetime] = field(default_factory=dict)
    pieces: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    counts: bool = True
    between: Callable[["Gateway"], None] = lambda gateway: None
    dates: Callable[[datetime], Any] = plain
    lists: list[dict[str, str]] = field(default_factory=list)
    batches: list[list[str]] = field(default_factory=list)

    def add(self, number: int, moment: datetime = NOON, status: str = "pending", **more: Any) -> str:
        self.orders[str(number)] = moment
        rows = self.pieces.setdefault(str(number), [])
        line = {"order_item_id": int(f"{number}{len(rows)}"), "status": status, "sku": "MONG-500", "sku_id": 77}
        rows.append(line | {"is_fbl": 0, "created_at": NOON - timedelta(hours=1), "updated_at": moment} | more)
        return str(number)

    def page(self, request: Any) -> tuple[int, dict[str, str], str]:
        query = {name: values[0] for name, values in parse_qs(urlparse(request.url).query).items()}
        self.lists.append(query)
        since, offset = datetime.fromisoformat(query["update_after"]), int(query["offset"])
        found = sorted((moment, number) for number, moment in self.orders.items() if moment >= since)
        page = found[offset : offset + int(query["limit"])]
        rows = [{"order_id": int(n), "updated_at": self.dates(m), "statuses": ["pending"]} for m, n in page]
        data = {"count": len(rows), "orders": rows} | ({"countTotal": len(found)} if self.counts else {})
        self.between(self)
        return 200, {}, json.dumps({"code": "0", "data": data})

    def items(self, request: Any) -> tuple[int, dict[str, str], str]:
        (asked,) = parse_qs(urlparse(request.url).query)["order_ids"]
        numbers = [str(number) for number in json.loads(asked)]
        self.batches.append(numbers)
        if any(number not in self.pieces for number in numbers):
            return 200, {}, json.dumps({"code": "37", "type": "ISP", "message": "E037: One or more are incorrect"})
        data = [{"order_id": int(n), "order_number": int(n), "order_items": self._told(n)} for n in numbers]
        return 200, {}, json.dumps({"code": "0", "data": [each for each in data if each["order_items"]]})

    def _told(self, number: str) -> list[dict[str, Any]]:
        when = ("created_at", "updated_at")
        return [row | {name: self.dates(row[name]) for name in when} for row in self.pieces[number]]


@pytest.fixture
def gateway() -> Iterator[Gateway]:
    made = Gateway()
    with responses.RequestsMock(assert_all_requests_are_fired=False) as mock:
        mock.add_callback(responses.GET, f"{BASE}/orders/get", made.page)
        mock.add_callback(responses.GET, f"{BASE}/orders/items/get", made.items)
        yield made


def a_lazada(now: datetime = NOON + timedelta(minutes=1), **settings: Any) -> Lazada:
    clock = SimpleNamespace(now=lambda: now)
    sandbox = SimpleNamespace(credentials=lambda platform: SECRETS)
    return Lazada(a_connection("lazada", sandbox, clock=clock, settings={"orders_page": 4, **settings}))


def read(adapter: Lazada, since: datetime = NOON - timedelta(days=1)) -> tuple[dict[str, OrderSeen], list[datetime]]:
    told = list(adapter.orders(Cursor(since)))
    cursors = [one.until for one in told if isinstance(one, Cursor)]
    return {one.number: one for one in told if isinstance(one, OrderSeen)}, cursors


# ---- pages


@pytest.mark.parametrize("counts", [True, False], ids=["with-a-count", "without"])
@pytest.mark.parametrize("many", [0, 1, 3, 4, 5, 8, 21])
def test_orders_of_any_number_of_pages_are_all_told(gateway: Gateway, many: int, counts: bool) -> None:
    gateway.counts = counts
    numbers = {gateway.add(100 + n, NOON - timedelta(minutes=many - n)) for n in range(many)}
    seen, cursors = read(a_lazada())
    assert seen.keys() == numbers
    assert cursors == sorted(cursors)
    assert cursors[-1] == NOON + timedelta(minutes=1)


def test_the_window_slides_so_that_no_offset_grows(gateway: Gateway) -> None:
    for n in range(40):
        gateway.add(100 + n, NOON - timedelta(minutes=40 - n))
    read(a_lazada())
    assert {query["offset"] for query in gateway.lists} == {"0"}


@pytest.mark.parametrize("counts", [True, False], ids=["with-a-count", "without"])
def test_many_orders_of_one_second_are_paged_within_it(gateway: Gateway, counts: bool) -> None:
    gateway.counts = counts
    numbers = {gateway.add(100 + n) for n in range(19)} | {
        gateway.add(90),
        gateway.add(200, NOON + timedelta(seconds=9)),
    }
    seen, _ = read(a_lazada())
    assert seen.keys() == numbers


def test_an_order_that_changes_while_we_read_hides_no_other(gateway: Gateway) -> None:
    numbers = {gateway.add(100 + n, NOON - timedelta(minutes=30 - n)) for n in range(20)}
    first = min(numbers)
    gateway.between = lambda g: g.orders.update({first: NOON + timedelta(seconds=len(g.lists))})
    seen, _ = read(a_lazada())
    assert seen.keys() == numbers


def test_an_empty_page_where_more_is_counted_is_a_broken_read(gateway: Gateway) -> None:
    for n in range(9):
        gateway.add(100 + n)
    gateway.between = lambda g: g.orders.clear() if len(g.lists) > 1 else None
    body = {"code": "0", "data": {"count": 0, "countTotal": 3, "orders": []}}
    with responses.RequestsMock() as mock:
        mock.add(responses.GET, f"{BASE}/orders/get", json=body)
        with pytest.raises(Retry, match="offset 0 of 3"):
            read(a_lazada())


def test_a_list_that_never_moves_on_is_left(gateway: Gateway) -> None:
    for n in range(4):
        gateway.add(100 + n)
    rows = [{"order_id": 100 + n, "updated_at": plain(NOON)} for n in range(4)]
    with responses.RequestsMock() as mock:
        mock.add(responses.GET, f"{BASE}/orders/get", json={"code": "0", "data": {"countTotal": 99, "orders": rows}})
        mock.add_callback(responses.GET, f"{BASE}/orders/items/get", gateway.items)
        with pytest.raises(Retry, match="the one before"):
            read(a_lazada())


def test_pages_in_no_order_vouch_for_nothing_until_the_end(gateway: Gateway) -> None:
    rows = [{"order_id": 100 + n, "updated_at": plain(NOON - timedelta(minutes=n))} for n in range(3)]
    for n in range(3):
        gateway.add(100 + n)
    since = NOON - timedelta(hours=1)
    with responses.RequestsMock() as mock:
        mock.add(responses.GET, f"{BASE}/orders/get", json={"code": "0", "data": {"countTotal": 3, "orders": rows}})
        mock.add_callback(responses.GET, f"{BASE}/orders/items/get", gateway.items)
        seen, cursors = read(a_lazada(), since)
    assert len(seen) == 3
    assert cursors[:-1] == [since]


# ---- batches


def test_pieces_are_read_for_many_orders_in_one_call(gateway: Gateway) -> None:
    for n in range(60):
        gateway.add(100 + n, NOON - timedelta(minutes=60 - n))
    read(a_lazada(orders_page=100))
    assert [len(batch) for batch in gateway.batches] == [50, 10]


def test_an_order_that_is_listed_and_has_no_pieces_keeps_the_window_open(gateway: Gateway) -> None:
    gateway.add(100)
    gateway.orders["101"], gateway.pieces["101"] = NOON, []
    told = a_lazada().orders(Cursor(NOON - timedelta(hours=1)))
    assert isinstance(next(told), OrderSeen)
    with pytest.raises(Retry, match="leaves out 101"):
        next(told)


def test_a_listed_order_that_the_details_do_not_know_keeps_the_window_open(gateway: Gateway) -> None:
    gateway.orders["101"] = NOON
    with pytest.raises(Retry, match="does not know"):
        read(a_lazada())


def test_one_unknown_order_does_not_hide_the_others_of_a_recall(gateway: Gateway) -> None:
    known = [gateway.add(100), gateway.add(102)]
    seen = list(a_lazada().recall([known[0], "101", known[1]]))
    assert [order.number for order in seen] == known


# ---- what an order says


def test_each_piece_is_a_line_with_a_state_of_its_own(gateway: Gateway) -> None:
    for status in ("pending", "canceled", "pending"):
        number = gateway.add(100, status=status)
    order = read(a_lazada())[0][number]
    assert [(line.quantity, line.state) for line in order.lines] == [
        (1, OrderState.OPEN),
        (1, OrderState.CANCELLED),
        (1, OrderState.OPEN),
    ]
    assert (order.state, order.raw_state) == (OrderState.OPEN, "pending, canceled")
    assert (order.lines[0].sku, order.lines[0].variant) == ("MONG-500", "77")


@pytest.mark.parametrize(
    ("status", "state"),
    [
        ("unpaid", OrderState.OPEN),
        ("topack", OrderState.OPEN),
        ("repacked", OrderState.OPEN),
        ("toship", OrderState.OPEN),
        ("ready_to_ship_pending", OrderState.OPEN),
        ("shipping", OrderState.SHIPPED),
        ("confirmed", OrderState.DONE),
        ("failed", OrderState.FAILED),
        ("lost_by_3pl", OrderState.FAILED),
        ("damaged_by_3pl", OrderState.FAILED),
        ("shipped_back", OrderState.FAILED),
        ("shipped_back_failed", OrderState.FAILED),
        ("shipped_back_success", OrderState.RETURNED),
        ("returned", OrderState.RETURNED),
        ("package_scrapped", OrderState.FAILED),
        ("canceled", OrderState.CANCELLED),
    ],
)
def test_each_status_means_one_thing_to_stock(gateway: Gateway, status: str, state: OrderState) -> None:
    number = gateway.add(100, status=status)
    assert read(a_lazada())[0][number].state is state


def test_whether_returned_means_back_is_a_setting(gateway: Gateway) -> None:
    number = gateway.add(100, status="returned")
    assert read(a_lazada(back_statuses=[]))[0][number].state is OrderState.FAILED


def test_an_unknown_status_is_kept_as_it_came_reserves_and_is_told(gateway: Gateway) -> None:
    number = gateway.add(100, status="beamed_up")
    with capture_logs() as logs:
        order = read(a_lazada())[0][number]
    assert (order.state, order.raw_state) == (OrderState.OPEN, "beamed_up")
    told = [(log["order"], log["status"]) for log in logs if log["event"] == "order_status_unknown"]
    assert told == [("100", "beamed_up")]


def test_pieces_in_lazadas_own_warehouse_are_not_ours(gateway: Gateway) -> None:
    gateway.add(100, is_fbl="1")
    number = gateway.add(100, is_fbl=0)
    order = read(a_lazada())[0][number]
    assert len(order.lines) == 1


def test_what_comes_back_is_walked_where_the_setting_says_so(gateway: Gateway) -> None:
    old = gateway.add(100, NOON - timedelta(days=9), status="returned")
    item = {"trade_order_id": int(old), "reverse_order_lines": []}
    body = {"code": "0", "result": {"success": True, "total": 1, "page_no": 1, "items": [item]}}
    with responses.RequestsMock() as mock:
        mock.add(responses.GET, f"{BASE}/reverse/getreverseordersforseller", json=body)
        mock.add_callback(responses.GET, f"{BASE}/orders/get", gateway.page)
        mock.add_callback(responses.GET, f"{BASE}/orders/items/get", gateway.items)
        seen, _ = read(a_lazada(returns_walk=True))
    assert seen[old].state is OrderState.RETURNED
    assert old not in read(a_lazada())[0]


# ---- clocks


@pytest.mark.parametrize(
    "dates",
    [
        plain,
        lambda moment: moment.astimezone(HERE).isoformat(timespec="seconds"),
        lambda moment: str(int(moment.timestamp() * 1000)),
        lambda moment: moment.astimezone(HERE).strftime("%Y-%m-%d %H:%M:%S"),
        lambda moment: moment.astimezone(timezone(timedelta(hours=8))).strftime("%Y-%m-%d %H:%M:%S %z"),
    ],
    ids=["plain", "iso", "milliseconds", "no-zone", "another-zone"],
)
def test_every_way_of_writing_a_time_is_read(gateway: Gateway, dates: Callable[[datetime], Any]) -> None:
    gateway.dates = dates
    number = gateway.add(100)
    order = read(a_lazada())[0][number]
    assert (order.placed_at, order.updated_at) == (NOON - timedelta(hours=1), NOON)


def test_no_cursor_passes_our_own_clock_though_the_platforms_is_ahead(gateway: Gateway) -> None:
    began = NOON + timedelta(seconds=1)
    for n in range(9):
        gateway.add(100 + n, NOON + timedelta(seconds=20 * n))
    seen, cursors = read(a_lazada(now=began))
    assert len(seen) == 9
    assert max(cursors) == began


def test_the_question_names_its_zone(gateway: Gateway) -> None:
    read(a_lazada(), NOON)
    assert gateway.lists[0]["update_after"] == "2026-11-24T12:00:00+07:00"


# ---- pushes


BODY = (
    b'{"seller_id":"1234567","message_type":0,"data":{"order_status":"pending","trade_order_id":"260422900198363",'
    b'"trade_order_line_id":"260422900298363","status_update_time":1603698638},"timestamp":1603766859191,'
    b'"site":"lazada_vn"}'
)
SIGNED = "d292baa4c6665baff0cb83a99608d6dc617f1d6534817da29f1cc6c48b172fb0"


@pytest.mark.parametrize("signature", [SIGNED, SIGNED.upper()])
def test_the_contracts_own_push_is_genuine(signature: str) -> None:
    hint = a_lazada().event({"authorization": signature}, BODY)
    assert (hint.order, hint.account, hint.raw_kind) == ("260422900198363", "", "0")


@pytest.mark.parametrize("signature", ["", SIGNED[:-1], SIGNED + "0", f"Bearer {SIGNED}", "é" * 64])
def test_another_signature_is_none(signature: str) -> None:
    with pytest.raises(Refused, match="signature"):
        a_lazada().event({"authorization": signature}, BODY)


def a_push(**changes: Any) -> tuple[dict[str, str], bytes]:
    body = json.dumps({"seller_id": "1234567", "message_type": 4, "data": {}, "timestamp": 1} | changes).encode()
    return {"authorization": hmac.new(b"helloworld", b"123456" + body, hashlib.sha256).hexdigest()}, body


@pytest.mark.parametrize(
    ("push", "item", "account"),
    [
        ({"message_type": 1, "data": {"itemId": 12, "status": "APPROVED"}}, "12", ""),
        ({"message_type": 3, "data": {"item_id": "12"}, "action": "PUBLISHED"}, "12", ""),
        ({"message_type": 5, "data": {"item_id": 12, "action": "DELETED"}}, "12", ""),
        ({"message_type": 8, "seller_id": "null", "data": {"auth_expiry_time": 1}}, "", ""),
        ({"message_type": 6, "seller_id": 99, "data": {"seller_sku": "A", "sku_id": "7"}}, "", "99"),
    ],
)
def test_pushes_about_items_and_of_other_sellers_say_so(push: dict[str, Any], item: str, account: str) -> None:
    hint = a_lazada().event(*a_push(**push))
    assert (hint.item, hint.account, hint.order) == (item, account, "")


def test_a_return_points_at_its_order() -> None:
    data = {"reverse_status": "RTM_INIT", "reverse_order_id": "5", "trade_order_id": "100"}
    assert a_lazada().event(*a_push(message_type=10, data=data)).order == "100"
