"""Order workbooks of both seller centres: what a file says is told once, and a doubtful file moves nothing."""

import os
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from adapters.assisted.workbook import Sheet, written
from connector.domain.orders import Cursor, OrderSeen, OrderState
from connector.errors import NeedsConsent, Retry
from tests.adapters.test_assisted_folder import ASSISTED, Person
from tests.builders import a_connection, a_product_in_two_sizes
from tests.contract.shop import Shop, desired_on
from tests.running import Running, _started, sandbox  # noqa: F401  (fixtures)

EPOCH = datetime(2026, 1, 1, tzinfo=UTC)
SINCE = Cursor(EPOCH)


@pytest.fixture(params=ASSISTED, ids=str)
def shop(request: pytest.FixtureRequest, sandbox: Running, tmp_path: Path) -> Shop:  # noqa: F811
    """A shop with honey in two sizes on sale; its seller centre is reached over HTTP."""
    shop = Shop.open(request.param, sandbox, folder=str(tmp_path))
    shop.publish(desired_on(shop, a_product_in_two_sizes()))
    return shop


@pytest.fixture
def person(shop: Shop, tmp_path: Path) -> Person:
    """The same shop, carried by hand."""
    by_hand = {"folder": str(tmp_path), "carrier": "folder"}
    connection = a_connection(shop.platform.name, shop.sandbox, clock=shop.connection.clock, settings=by_hand)
    return Person(replace(shop, connection=connection, adapter=type(shop.adapter)(connection)))


def buy(shop: Shop, *skus: str, quantity: int = 1) -> str:
    lines = dict.fromkeys(skus, quantity)
    return str(shop.sandbox.post("/buy", {"platform": shop.platform.name, "lines": lines})["order"])


def act(shop: Shop, order: str, action: str) -> None:
    shop.sandbox.post("/order", {"platform": shop.platform.name, "order": order, "action": action})


def pulled(shop: Shop, since: Cursor = SINCE) -> tuple[dict[str, OrderSeen], Cursor]:
    found = list(shop.adapter.orders(since))
    assert isinstance(found[-1], Cursor)
    return {one.number: one for one in found if isinstance(one, OrderSeen)}, found[-1]


def refused(shop: Shop, since: Cursor = SINCE) -> tuple[str, list[Any]]:
    """Why a file is not believed, and what had been told by then."""
    told: list[Any] = []
    with pytest.raises(Retry) as stopped:
        told.extend(shop.adapter.orders(since))
    return stopped.value.code, told


def bring(person: Person, name: str = "don_hang.xlsx") -> None:
    person.drop(name, person.browser.orders(EPOCH).content)


def changed(person: Person, change: Any, name: str = "don_hang.xlsx") -> None:
    """The file in the inbox after somebody has changed its rows."""
    from adapters.assisted.sheet import cells

    head = person.shop.adapter._desk.template.orders.header_row  # type: ignore[attr-defined]
    rows = cells((person.folder / "inbox" / name).read_bytes(), "")
    body: Sequence[list[str]] = change([dict(zip(rows[head - 1], row, strict=True)) for row in rows[head:]])
    sheet = Sheet("x", rows[head - 1], [list(row.values()) for row in body], [9] * len(rows[0]), header_row=head)  # type: ignore[attr-defined]
    person.drop(name, written(sheet))


def heading(shop: Shop, key: str) -> str:
    return str(shop.adapter._desk.template.orders.columns[key][0])  # type: ignore[attr-defined]


# ---- what a file says


def test_an_order_is_told_with_its_lines_and_the_moment_the_file_shows(shop: Shop) -> None:
    order = buy(shop, "MONG-250", "MONG-500", quantity=2)
    before = shop.connection.clock.now()
    found, cursor = pulled(shop)
    seen = found[order]
    assert (seen.state, {(x.line, x.sku, x.quantity) for x in seen.lines}) == (
        OrderState.OPEN,
        {("1", "MONG-250", 2), ("2", "MONG-500", 2)},
    )
    assert {line.variant for line in seen.lines} == set(shop.listings[1].ref.variants.values())
    assert before <= cursor.until <= shop.connection.clock.now()
    assert abs(seen.placed_at - before) < timedelta(minutes=2)


@pytest.mark.parametrize(
    ("actions", "state"),
    [
        (["confirm"], OrderState.OPEN),
        (["confirm", "ready", "ship"], OrderState.SHIPPED),
        (["confirm", "ready", "ship", "deliver"], OrderState.DONE),
        (["confirm", "ready", "ship", "fail"], OrderState.FAILED),
        (["confirm", "ready", "ship", "deliver", "return"], OrderState.FAILED),
        (["confirm", "ready", "ship", "deliver", "return", "take_back"], OrderState.RETURNED),
        (["cancel"], OrderState.CANCELLED),
    ],
)
def test_each_word_of_theirs_means_one_thing_to_stock(shop: Shop, actions: list[str], state: OrderState) -> None:
    order = buy(shop, "MONG-250")
    for action in actions:
        act(shop, order, action)
    assert pulled(shop)[0][order].state is state


def test_the_same_file_read_twice_tells_nothing_twice(person: Person) -> None:
    buy(person.shop, "MONG-250")
    bring(person)
    found, cursor = pulled(person.shop)
    assert len(found) == 1
    assert pulled(person.shop, cursor) == ({}, cursor)


def test_a_date_in_the_name_says_that_a_file_is_older_than_it_looks(person: Person) -> None:
    taken = person.shop.connection.clock.now() - timedelta(hours=3)
    local = taken + timedelta(hours=7)
    bring(person, f"don_hang_{local:%Y%m%d-%H%M}.xlsx")
    _, cursor = pulled(person.shop)
    assert cursor.until == taken.replace(second=0, microsecond=0)


def test_nothing_about_the_buyer_is_kept(shop: Shop) -> None:
    buy(shop, "MONG-250")
    seen = repr(pulled(shop)) + repr(shop.connection.notebook)
    buyer = next(iter(shop.sandbox.world.markets[shop.platform.name].till.orders.values())).buyer
    for told in (buyer.name, buyer.phone, buyer.province):
        assert told not in seen


# ---- files that are not believed


def test_a_wrong_file_is_recognised_by_what_it_is(person: Person) -> None:
    person.drop("don_hang.xlsx", person.browser.export().content)
    with pytest.raises(Retry, match="danh sách hàng") as stopped:
        pulled(person.shop)
    assert stopped.value.code == "wrong_file"


def test_a_layout_that_is_nobodys_stops_and_names_the_columns(person: Person) -> None:
    bring(person)
    sku = heading(person.shop, "sku")
    changed(person, lambda rows: [{key if key != sku else "Mã lạ": v for key, v in row.items()} for row in rows])
    content = (person.folder / "inbox" / "don_hang.xlsx").read_bytes()
    assert content
    person.shop.sandbox.switch(person.shop.platform.name, export_sku_column=False)
    bring(person)
    with pytest.raises(NeedsConsent, match=sku.replace("(", r"\(").replace(")", r"\)")):
        pulled(person.shop)


def test_an_older_file_is_not_read_over_a_newer_one(person: Person) -> None:
    buy(person.shop, "MONG-250")
    bring(person)
    _, cursor = pulled(person.shop)
    path = person.folder / "inbox" / "don_hang.xlsx"
    past = cursor.until.timestamp() - 3600
    os.utime(path, (past, past))
    assert refused(person.shop, cursor) == ("old_orders", [])


def test_a_file_too_old_to_say_anything_about_now_is_refused(person: Person) -> None:
    bring(person)
    person.shop.sandbox.post("/clock", {"advance": 25 * 3600})
    assert refused(person.shop) == ("stale_orders", [])


def test_a_file_that_lost_an_open_order_is_half(person: Person) -> None:
    first, second = buy(person.shop, "MONG-250"), buy(person.shop, "MONG-500")
    bring(person)
    _, cursor = pulled(person.shop)
    person.shop.sandbox.post("/clock", {"advance": 60})
    bring(person)
    order = heading(person.shop, "order")
    changed(person, lambda rows: [row for row in rows if row[order] == second])
    numbered = person.shop.platform.name == "voso"  # its rows are numbered, which tells already
    with pytest.raises(Retry, match="không liền nhau" if numbered else first) as stopped:
        pulled(person.shop, cursor)
    assert stopped.value.code == "half_orders"


def test_rows_that_do_not_fit_the_sum_or_the_numbering_are_half(person: Person) -> None:
    for _ in range(4):
        buy(person.shop, "MONG-250")
    bring(person)
    changed(person, lambda rows: rows[1:])
    assert refused(person.shop) == ("half_orders", [])


def test_an_order_changed_by_hand_is_noticed(person: Person) -> None:
    order = buy(person.shop, "MONG-250")
    bring(person)
    _, cursor = pulled(person.shop)
    person.shop.sandbox.post("/clock", {"advance": 60})
    quantity, name = heading(person.shop, "quantity"), heading(person.shop, "order")
    changed(person, lambda rows: [{**row, quantity: "2"} for row in rows if row[name] == order])
    assert refused(person.shop, cursor) == ("edited_orders", [])


def test_one_line_of_an_order_in_two_rows_is_no_order(person: Person) -> None:
    order = buy(person.shop, "MONG-250")
    bring(person)
    name = heading(person.shop, "order")
    changed(person, lambda rows: [row for row in rows if row[name] == order] * 2)
    assert refused(person.shop)[0] in ("twice", "half_orders")


def test_a_state_word_nobody_knows_stops_the_clock_but_not_the_other_orders(shop: Shop) -> None:
    for _ in range(3):
        buy(shop, "MONG-250")
    shop.fault("state_word_unknown", "order_export", count=1)
    code, told = refused(shop)
    assert code == "unknown_word"
    assert len(told) == 2
    assert len(pulled(shop)[0]) == 3


def test_a_broken_file_is_fetched_again(shop: Shop) -> None:
    shop.fault("truncated_export", "order_export", count=1)
    assert refused(shop) == ("unreadable", [])
    assert pulled(shop)[0] == {}


def test_half_the_rows_missing_is_noticed(shop: Shop) -> None:
    for _ in range(3):
        buy(shop, "MONG-250")
    _, cursor = pulled(shop)
    shop.fault("half_rows", "order_export", count=1)
    assert refused(shop, cursor) == ("half_orders", [])


def test_numbers_as_text_and_iso_dates_are_read_too(shop: Shop) -> None:
    order = buy(shop, "MONG-250", quantity=3)
    shop.sandbox.switch(shop.platform.name, export_numbers_as_text=True, export_dates="ymd", export_total_row=False)
    seen = pulled(shop)[0][order]
    assert [line.quantity for line in seen.lines] == [3]


def test_a_centre_that_exports_no_orders_says_so(shop: Shop) -> None:
    connection = a_connection(shop.platform.name, shop.sandbox, settings={"orders": False})
    adapter = type(shop.adapter)(connection)
    assert not adapter.can.orders
    with pytest.raises(NotImplementedError):
        adapter.orders(SINCE)
