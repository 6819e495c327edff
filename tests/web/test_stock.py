"""Stock and orders on the console: what is counted, who may see and correct it, and lists that go on by key."""

import re
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import text

from connector.domain.orders import OrderLine, OrderSeen, OrderState
from connector.store import Draft
from tests.builders import a_product
from tests.web.conftest import Console, Person, ids, two_producers

SKU = "MONG-500"
LONG_AGO = datetime(2026, 11, 1, tzinfo=UTC)


def a_seller(console: Console) -> tuple[Person, Person]:
    """An with ten jars of honey, of which an order holds two; Binh with tea."""
    an, binh = two_producers(console)
    console.wired.store.products.put([Draft(1, a_product(), {SKU: 10})], "counted")
    an_order(console, "A1", OrderLine("1", 2, SKU))
    an.get("/stock")
    return an, binh


def an_order(console: Console, number: str, *lines: OrderLine, minutes: int = 0) -> None:
    at = LONG_AGO + timedelta(minutes=minutes)
    seen = OrderSeen(number, OrderState.OPEN, lines, at, at)
    console.wired.store.orders.absorb(console.wired.store.shops.get("shopee-1").id, [seen])


def counts(page: str) -> list[str]:
    return re.findall(r"<b[^>]*>(-?\d+)</b>", page)[:3]


def test_a_good_shows_what_is_counted_held_and_free(console: Console) -> None:
    an, _ = a_seller(console)
    assert SKU in an.get("/stock").text
    page = an.get(f"/stock/{SKU}").text
    assert counts(page) == ["10", "2", "8"]
    assert "counted" in page


def test_a_count_is_corrected_by_one_more_line_with_a_name_and_a_reason(console: Console) -> None:
    an, _ = a_seller(console)
    got = an.post(f"/stock/{SKU}", {"way": "less", "pieces": "3", "because": "vỡ <b>"})
    assert got.headers["Location"].startswith(f"/stock/{SKU}")
    page = an.get(f"/stock/{SKU}").text
    assert counts(page) == ["7", "2", "5"]
    assert "an: vỡ &lt;b&gt;" in page
    with console.wired.store.engine.connect() as connection:
        assert connection.execute(text("SELECT array_agg(delta ORDER BY id) FROM movement")).scalar_one() == [10, -3]
        due = (
            "SELECT bool_and(stock_due_at <= now()) FROM listing JOIN product p ON p.id = product_id WHERE p.code = :c"
        )
        assert connection.execute(text(due), {"c": a_product().code}).scalar_one()


@pytest.mark.parametrize(
    "wrong", [{"pieces": "0"}, {"pieces": "ba"}, {"pieces": "-2"}, {"because": " "}, {"pieces": "9" * 9}]
)
def test_a_correction_says_how_many_and_why(console: Console, wrong: dict[str, str]) -> None:
    an, _ = a_seller(console)
    got = an.post(f"/stock/{SKU}", {"way": "more", "pieces": "2", "because": "đếm lại"} | wrong)
    assert got.status_code == 422
    assert counts(an.get(f"/stock/{SKU}").text) == ["10", "2", "8"]


def test_nobody_sees_or_corrects_the_stock_and_orders_of_another(console: Console) -> None:
    _, binh = a_seller(console)
    assert SKU not in binh.get("/stock").text
    assert "A1" not in binh.get("/orders").text
    assert binh.get(f"/stock/{SKU}").status_code == 404
    for path in (f"/stock/{SKU}", f"/stock/{SKU}/scarce"):
        assert binh.post(path, {"way": "more", "pieces": "5", "because": "x", "below": "5"}).status_code == 404
    assert console.wired.store.stockroom.story(SKU)["on_hand"] == 10


def test_of_a_shared_order_each_sees_their_own_lines(console: Console) -> None:
    an, binh = a_seller(console)
    an_order(console, "BOTH", OrderLine("1", 1, SKU), OrderLine("2", 1, "CHE-KHAC"), OrderLine("3", 1, "LA-1"))
    mine, theirs = (person.get("/orders").text for person in (an, binh))
    assert ("BOTH" in mine, SKU in mine, "CHE-KHAC" in mine, "LA-1" in mine) == (True, True, False, False)
    assert ("BOTH" in theirs, "CHE-KHAC" in theirs, SKU in theirs) == (True, True, False)


def test_a_sku_that_nobody_knows_is_told_as_a_problem(console: Console) -> None:
    a_seller(console)
    an_order(console, "S1", OrderLine("1", 4, "LA-1"))
    boss = console.person("sep", role="operator")
    assert "1 dòng đơn có mã không ai biết" in boss.get("/orders").text
    page = boss.get("/orders?which=strange").text
    assert "S1" in page
    assert "LA-1" in page
    assert "A1" not in page


def test_orders_go_on_by_key_and_none_is_lost_or_shown_twice(console: Console) -> None:
    an, _ = a_seller(console)
    for n in range(90):
        an_order(console, f"N{n:03}", OrderLine("1", 1, SKU), minutes=n // 3)  # three at the same moment
    path, seen = "/orders", []
    while path:
        page = an.get(path).text
        seen += re.findall(r'class="code">(N\d{3}|A1)<', page)
        found = re.search(r'href="(/orders\?[^"]*before=[^"]*)"', page)
        path = found[1].replace("&amp;", "&") if found else ""
    assert len(seen) == len(set(seen)) == 91
    assert [name[:3] for name in seen[:3]] == ["N08"] * 3


def test_goods_are_filtered_by_what_is_left(console: Console) -> None:
    an, _ = a_seller(console)
    assert SKU not in an.get("/stock?which=out").text
    an.post(f"/stock/{SKU}", {"way": "less", "pieces": "9", "because": "vỡ"})
    for which in ("out", "over"):
        assert SKU in an.get(f"/stock?which={which}").text
    assert "Đơn cần nhiều hơn số có" in an.get(f"/stock/{SKU}").text


def test_a_product_leads_to_its_stock_and_orders(console: Console) -> None:
    an, _ = a_seller(console)
    number = ids(console)[a_product().code]
    page = an.get(f"/products/{number}").text
    assert f'href="/stock/{SKU}"' in page
    assert f'href="/orders?product={number}"' in page
    assert "A1" in an.get(f"/orders?product={number}").text
