"""Orders and pushes: the group of the contract suite for the flags `orders` and `events`.

What an order means to stock is judged by booking its readings (`connector.domain.orders.book`), as the store does, so
that a platform whose lines are single pieces and one whose lines are quantities are held to the same sentences.
"""

from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest

from connector.domain.orders import Booked, Cursor, OrderSeen, OrderState, book
from connector.errors import Refused, Retry
from connector.ports import Outbox, Recalls
from tests.contract.shop import Shop, desired_on
from tests.contract.test_contract import HONEY, needs
from tests.sandbox.receiver import Receiver, receiving, until

HOUR, DAY = timedelta(hours=1), timedelta(days=1)


@pytest.fixture
def selling(shop: Shop) -> Shop:
    """A shop with honey on sale, and the moment before anything was sold."""
    needs(shop, "orders")
    shop.publish(desired_on(shop, free=500))
    return shop


def now(shop: Shop) -> datetime:
    return shop.connection.clock.now()


def told(shop: Shop, number: str, since: timedelta = HOUR) -> OrderSeen:
    return shop.read(now(shop) - since)[0][number]


def booked(before: dict[str, Booked], order: OrderSeen) -> dict[str, Booked]:
    return {line.line: book(line, order.state_of(line), before.get(line.line, Booked())) for line in order.lines}


def total(lines: dict[str, Booked]) -> Booked:
    sums = [
        sum(getattr(line, name) for line in lines.values()) for name in ("reserved", "sold", "cancelled", "returned")
    ]
    return Booked(*sums)


# ---- orders


def test_an_order_is_told_whole(selling: Shop) -> None:
    began = now(selling)
    number = selling.buy(HONEY, 3)
    order = told(selling, number)
    assert order.state is OrderState.OPEN
    assert sum(line.quantity for line in order.lines) == 3
    assert {line.sku for line in order.lines} == {HONEY}
    assert len({line.line for line in order.lines}) == len(order.lines)
    assert "#" not in "".join(line.line for line in order.lines)
    assert began - timedelta(seconds=selling.platform.exact) <= order.placed_at <= order.updated_at <= now(selling)
    assert order.placed_at.utcoffset() == timedelta()
    assert order.raw_state


def test_a_read_ends_with_a_cursor_no_later_than_it_began(selling: Shop) -> None:
    began = now(selling)
    for _ in range(3):
        selling.buy(HONEY)
    *_, last = selling.adapter.orders(Cursor(began - DAY))
    assert not isinstance(last, OrderSeen)
    assert began - DAY < last.until <= now(selling)


def test_a_quiet_shop_has_a_cursor_too(selling: Shop) -> None:
    seen, cursors = selling.read(now(selling) - HOUR)
    assert not seen
    assert cursors


def test_more_than_a_page_is_read_to_the_end(selling: Shop) -> None:
    numbers = {selling.buy(HONEY) for _ in range(115)}
    seen, _ = selling.read(now(selling) - HOUR)
    assert numbers <= seen.keys()


def test_a_long_outage_is_read_window_by_window(selling: Shop) -> None:
    numbers = set()
    for days in (33, 24, 16, 8, 0):
        with selling.ago(days=days):
            numbers.add(selling.buy(HONEY))
    seen, cursors = selling.read(now(selling) - 34 * DAY)
    assert numbers <= seen.keys()
    assert cursors == sorted(cursors)


def test_only_what_changed_since_is_worth_a_call(selling: Shop) -> None:
    with selling.ago(hours=2):
        old = selling.buy(HONEY)
    new = selling.buy(HONEY)
    seen, _ = selling.read(now(selling) - HOUR)
    assert new in seen
    assert old not in seen


def test_an_old_order_that_changes_is_told_again(selling: Shop) -> None:
    with selling.ago(hours=2):
        number = selling.buy(HONEY)
    first = told(selling, number, 3 * HOUR)
    selling.act(number, "cancel")
    second = told(selling, number)
    assert second.placed_at == first.placed_at
    assert second.updated_at > first.updated_at
    assert {line.line for line in second.lines} == {line.line for line in first.lines}


def test_an_order_that_surfaces_late_is_read_by_a_read_that_begins_before_it(selling: Shop) -> None:
    with selling.ago(minutes=10):
        hidden = selling.buy(HONEY, lag=1200)
    with selling.ago(minutes=21):
        surfaced = selling.buy(HONEY, lag=1200)
    seen, _ = selling.read(now(selling) - timedelta(minutes=22))
    assert surfaced in seen
    assert hidden not in seen


def test_an_unpaid_order_is_open_as_its_pieces_are_off_sale(selling: Shop) -> None:
    number = selling.buy(HONEY, 2, paid=False)
    assert total(booked({}, told(selling, number))).reserved == 2
    with selling.ago(hours=5):
        forgotten = selling.buy(HONEY, paid=False)
    assert told(selling, forgotten, DAY).state is OrderState.CANCELLED


STORIES = [
    pytest.param([], Booked(reserved=3), id="new"),
    pytest.param(["cancel"], Booked(), id="cancelled"),
    pytest.param(["ship"], Booked(sold=3), id="shipped"),
    pytest.param(["ship", "deliver"], Booked(sold=3), id="delivered"),
    pytest.param(["ship", "deliver", "complete"], Booked(sold=3), id="completed"),
    pytest.param(["ship", "fail"], Booked(sold=3), id="failed-delivery"),
    pytest.param(["ship", "deliver", "return"], Booked(sold=3), id="on-its-way-back"),
    pytest.param(["ship", "deliver", "return", "take_back"], Booked(sold=3, returned=3), id="returned"),
]


@pytest.mark.parametrize(("actions", "wanted"), STORIES)
def test_each_step_of_an_order_is_what_it_means_to_stock(selling: Shop, actions: list[str], wanted: Booked) -> None:
    number = selling.buy(HONEY, 3)
    lines = booked({}, told(selling, number))
    for action in actions:
        selling.act(number, action)
        lines = booked(lines, told(selling, number))
    assert total(lines) == wanted


@pytest.mark.parametrize(("actions", "wanted"), STORIES)
def test_steps_that_were_missed_come_to_the_same(selling: Shop, actions: list[str], wanted: Booked) -> None:
    number = selling.buy(HONEY, 3)
    selling.act(number, *actions)
    order = told(selling, number)
    assert total(booked(booked({}, order), order)) == wanted


def test_a_part_that_is_cancelled_is_free_again(selling: Shop) -> None:
    if not selling.platform.parts:
        pytest.skip(f"{selling.platform} cancels whole orders only")
    number = selling.buy(HONEY, 3)
    selling.act(number, "cancel", lines={HONEY: 1})
    order = told(selling, number)
    assert total(booked({}, order)).reserved == 2
    selling.act(number, "ship")
    assert total(booked(booked({}, order), told(selling, number))) == Booked(sold=2)


def test_a_part_that_comes_back_is_counted(selling: Shop) -> None:
    if not selling.platform.parts:
        pytest.skip(f"{selling.platform} takes back whole orders only")
    number = selling.buy(HONEY, 3)
    selling.act(number, "ship", "deliver")
    lines = booked({}, told(selling, number))
    selling.act(number, "return", lines={HONEY: 1})
    selling.act(number, "take_back")
    assert total(booked(lines, told(selling, number))) == Booked(sold=3, returned=1)


def test_what_comes_back_long_after_it_was_sold_is_counted_once(selling: Shop) -> None:
    with selling.ago(days=9):
        number = selling.buy(HONEY, 3)
        selling.act(number, "ship", "deliver")
    lines = booked({}, told(selling, number, 10 * DAY))
    assert number not in selling.read(now(selling) - HOUR)[0]
    selling.act(number, "return", "take_back")
    for _ in range(2):
        lines = booked(lines, told(selling, number))
        assert total(lines) == Booked(sold=3, returned=3)


def test_reading_twice_changes_nothing(selling: Shop) -> None:
    number = selling.buy(HONEY, 2)
    assert told(selling, number) == told(selling, number)


def test_a_read_that_breaks_off_raises_and_vouches_for_nothing(selling: Shop) -> None:
    began = now(selling)
    selling.buy(HONEY)
    for endpoint in selling.platform.order_reads:
        selling.fault("http", endpoint, params={"status": 500, "body": ""}, count=50)
        got = selling.adapter.orders(Cursor(began - HOUR))
        with pytest.raises(Retry):
            assert not [one for one in got if not isinstance(one, OrderSeen)]
        selling.mend()


def test_single_orders_are_recalled_by_number(selling: Shop) -> None:
    if not isinstance(selling.adapter, Recalls):
        pytest.skip(f"{selling.platform} reads windows only")
    numbers = [selling.buy(HONEY) for _ in range(3)]
    late = selling.buy(HONEY, lag=1200)
    assert {order.number for order in selling.adapter.recall([*numbers[:2], late])} == set(numbers[:2])
    assert list(selling.adapter.recall([late])) == []
    assert list(selling.adapter.recall([numbers[2]])) == [told(selling, numbers[2])]


# ---- pushes


@pytest.fixture
def heard(shop: Shop) -> Iterator[tuple[Shop, Receiver]]:
    """A shop that sells, knows its door, and what arrives there."""
    needs(shop, "events", "orders")
    with receiving(f"/hooks/{shop.platform}/shop?a=1") as receiver:
        opened = Shop.open(shop.platform, shop.sandbox, door=receiver.url)
        opened.publish(desired_on(opened, free=50))
        shop.sandbox.post("/push", {shop.platform.name: {"url": receiver.url}})
        yield opened, receiver
        shop.sandbox.post("/push", {shop.platform.name: {"url": None}})


def push_about(shop: Shop, receiver: Receiver, order: str) -> tuple[dict[str, str], bytes]:
    found = until(lambda: [got for got in receiver.got if order.encode() in got[2]])
    return found[0][1], found[0][2]


def test_a_push_says_which_order_to_look_at(heard: tuple[Shop, Receiver]) -> None:
    shop, receiver = heard
    number = shop.buy(HONEY)
    headers, body = push_about(shop, receiver, number)
    hint = shop.adapter.event(headers, body)
    assert hint.order == number
    assert hint.raw_kind
    assert shop.adapter.event(headers, body) == hint


def test_each_push_has_a_key_of_its_own(heard: tuple[Shop, Receiver]) -> None:
    shop, receiver = heard
    numbers = [shop.buy(HONEY) for _ in range(3)]
    hints = [shop.adapter.event(*push_about(shop, receiver, number)) for number in numbers]
    assert len({hint.key for hint in hints}) == 3
    assert all(0 < len(hint.key) <= 200 for hint in hints)


def test_a_push_that_was_tampered_with_is_refused(heard: tuple[Shop, Receiver]) -> None:
    shop, receiver = heard
    headers, body = push_about(shop, receiver, shop.buy(HONEY))
    good = headers["authorization"]
    flipped = body.replace(b"1", b"2", 1)
    for bad in (flipped, body[: len(body) // 2], body + b" ", b"", body.decode().encode("utf-16")):
        with pytest.raises(Refused, match=r"(?i)signature"):
            shop.adapter.event(headers, bad)
    wrong = "0" * 64 if good[0] != "0" else "1" * 64
    for value in ("", wrong, good[:-1], good + "0", f"Bearer {good}", "ký sai", "\udcff" * 64):
        with pytest.raises(Refused, match=r"(?i)signature"):
            shop.adapter.event({**headers, "authorization": value}, body)
    with pytest.raises(Refused, match=r"(?i)signature"):
        shop.adapter.event({}, body)


def test_what_is_well_signed_and_makes_no_sense_is_refused_not_a_bug(heard: tuple[Shop, Receiver]) -> None:
    shop, receiver = heard
    assert shop.platform.sign is not None
    for body in shop.platform.odd:
        with pytest.raises(Refused):
            shop.adapter.event(shop.platform.sign(shop.connection, receiver.url, body), body)


def test_what_waits_over_there_is_fetched_once(heard: tuple[Shop, Receiver]) -> None:
    shop, _ = heard
    if not isinstance(shop.adapter, Outbox):
        pytest.skip(f"{shop.platform} keeps nothing")
    shop.fault("lost", "push.*", count=1)
    number = shop.buy(HONEY)
    until(lambda: shop.sandbox.get("/push")[shop.platform.name]["lost"])
    assert [hint.order for batch in shop.adapter.outbox() for hint in batch] == [number]
    assert [hint for batch in shop.adapter.outbox() for hint in batch] == []
