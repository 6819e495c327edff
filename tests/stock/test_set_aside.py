"""What a person carries is set aside: nobody else shows it, however late the next carry is."""

import pytest

from connector.domain.rules import StockRule, carried_stock, left_of
from connector.store import Store
from tests.stock.market import Market

HONEY = "SKU-0000"


def ruled(market: Market, code: str, **rule: object) -> None:
    market.store.shops.set_rules(market.ids[code], cause="a rule", rules={"stock": rule})
    market._shops.clear()
    for _ in range(5):  # written, and then seen
        market.work(3)
        market.clock.forward(minutes=2)
    market.work(3)


@pytest.fixture
def market(store: Store) -> Market:
    """Forty pieces; shop b is carried by hand and has a third of them, less two, to itself."""
    made = Market(store, ("a", "b", "c")).open(stock=40)
    ruled(made, "b", share_percent=30, buffer=2, exclusive=True)
    return made


def shown(market: Market) -> dict[str, int]:
    return {code: platform.on_sale(HONEY) for code, platform in market.platforms.items()}


def test_what_stands_there_is_taken_off_what_every_other_shop_shows(market: Market) -> None:
    assert shown(market) == {"a": 30, "b": 10, "c": 30}


def test_sales_that_nobody_has_carried_yet_oversell_nothing(market: Market) -> None:
    market.platforms["b"].buy(HONEY, 10, market.clock.now())
    market.platforms["b"].down = True  # no file is carried either way
    market.platforms["a"].buy(HONEY, 30, market.clock.now())
    market.clock.forward(hours=5)
    market.work(3)
    assert shown(market) == {"a": 0, "b": 0, "c": 0}
    assert market.oversold(HONEY) == 0
    market.platforms["b"].down = False
    for _ in range(5):
        market.clock.forward(minutes=10)
        market.work(3)
        assert shown(market) == {"a": 0, "b": 0, "c": 0}
    assert market.count(HONEY) == (40, 40)


def test_what_comes_back_from_there_is_the_others_again(market: Market) -> None:
    ruled(market, "b", share_percent=0, exclusive=True)
    assert shown(market) == {"a": 40, "b": 0, "c": 40}


def test_a_shop_without_the_rule_sets_nothing_aside(market: Market) -> None:
    ruled(market, "b", share_percent=30, buffer=2)
    market.store.shops.set_rules(market.ids["a"], cause="look")
    market.store.shops.set_rules(market.ids["c"], cause="look")
    market.work(3)
    assert shown(market) == {"a": 40, "b": 10, "c": 40}


def test_what_stands_elsewhere_never_makes_less_than_nothing() -> None:
    assert left_of(5, {2: 9}, 1) == 0
    assert left_of(5, {2: 9}, 2) == 5
    assert not StockRule().exclusive


def test_more_is_written_only_where_what_stood_may_be_sold_as_well() -> None:
    assert carried_stock(12, free=48, standing=10) == 12
    assert carried_stock(12, free=20, standing=10) == 10
    assert carried_stock(2, free=15, standing=10) == 2
    assert carried_stock(1, free=10, standing=10) == 0
    assert carried_stock(10, free=40, standing=10) == 10
