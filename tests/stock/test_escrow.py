"""Scarce goods in several shops: never more on sale than there is, and what moves a quota from one to another."""

from collections.abc import Iterator

import pytest

from connector.store import Store
from tests.conftest import KEY
from tests.stock.market import Market


@pytest.fixture
def scarce(store: Store) -> Iterator[Store]:
    """The same database with goods scarce at five pieces."""
    made = Store(store.engine.url.render_as_string(hide_password=False), keys=[KEY], pool=3, scarce_below=5)
    yield made
    made.close()


@pytest.fixture
def market(scarce: Store) -> Market:
    return Market(scarce, ("a", "b", "c", "d", "e")).open(stock=3)


def test_three_pieces_in_five_shops_are_on_sale_three_times(market: Market) -> None:
    assert market.on_sale("SKU-0000") == 3
    assert sorted(p.on_sale("SKU-0000") for p in market.platforms.values()) == [0, 0, 1, 1, 1]


def test_a_sold_piece_is_not_offered_again_while_nobody_has_heard_of_the_sale(market: Market) -> None:
    seller = next(code for code, p in market.platforms.items() if p.on_sale("SKU-0000"))
    market.platforms[seller].buy("SKU-0000", 1, market.clock.now(), lag=market.channel_lag())
    market.store.shops.set_rules(market.ids[seller], cause="look at all")
    market.work(2)
    assert market.on_sale("SKU-0000") == 2
    market.clock.forward(minutes=31)
    market.work(2)
    assert market.on_sale("SKU-0000") == 2
    assert market.count("SKU-0000") == (3, 1)


def test_a_quota_moves_by_zero_read_wait_absorb_raise(market: Market) -> None:
    market.patience *= 0
    giver = next(code for code, p in market.platforms.items() if p.on_sale("SKU-0000"))
    taker = next(code for code, p in market.platforms.items() if not p.on_sale("SKU-0000"))
    market.sells(taker, "SKU-0000", 9)
    seen = []
    for _ in range(8):
        market.weigh(everything=True)
        market.work(1)
        seen.append((market.quotas("SKU-0000")[giver]["step"], market.platforms[taker].on_sale("SKU-0000")))
        market.clock.forward(minutes=10)
        assert market.on_sale("SKU-0000") <= 3
    assert seen[0][0] == "zeroing"
    assert ("draining", 0) in seen
    assert seen[-1][1] >= 1


def test_the_quota_of_a_shop_that_is_down_stays_with_it(market: Market) -> None:
    market.patience *= 0
    giver = next(code for code, p in market.platforms.items() if p.on_sale("SKU-0000"))
    market.platforms[giver].down = True
    for _ in range(6):
        market.weigh(everything=True)
        market.work(1)
        market.clock.forward(minutes=20)
    assert market.quotas("SKU-0000")[giver]["ceiling"] == 1
    assert market.on_sale("SKU-0000") <= 3


def test_a_raise_whose_answer_is_lost_is_never_sent_again(scarce: Store) -> None:
    market = Market(scarce, ("a",))
    market.platforms = {}
    market.open(stock=2)
    platform = market.platforms["a"]
    platform.buy("SKU-0000", 2, market.clock.now())
    market.work(1)
    market.store.ledger.adjust("SKU-0000", 2, "somebody: found two more")
    platform.lose_reply = 1
    market.work(1)
    platform.buy("SKU-0000", 1, market.clock.now(), lag=market.channel_lag())
    market.store.shops.set_rules(market.ids["a"], cause="look at all")
    market.work(3)
    assert platform.on_sale("SKU-0000") == 1


def test_where_the_platform_adjusts_a_quota_moves_at_once(scarce: Store) -> None:
    market = Market(scarce, ("a", "b"), adjusts=("a", "b")).open(stock=2)
    market.patience *= 0
    market.sells("b", "SKU-0000", 40)
    market.weigh(everything=True)
    market.work(2)
    assert (market.platforms["a"].on_sale("SKU-0000"), market.platforms["b"].on_sale("SKU-0000")) == (0, 2)


def test_a_piece_too_many_put_up_by_hand_is_found_by_the_night_and_taken_back(market: Market) -> None:
    from connector.reconcile import reconcile

    seller = next(code for code, p in market.platforms.items() if p.on_sale("SKU-0000"))
    item = next(iter(market.platforms[seller].items))
    market.platforms[seller].items[item]["stock:SKU-0000"] = 9
    reconcile(market.site(seller))
    assert market.platforms[seller].on_sale("SKU-0000") == 0
    assert [d["verdict"] for d in market.store.reads.drifts(only_open=False)] == ["edited"]


def test_plenty_again_means_no_quotas_and_everything_everywhere(market: Market) -> None:
    market.store.ledger.adjust("SKU-0000", 20, "somebody: a new batch")
    market.work(3)
    assert market.quotas("SKU-0000") == {}
    assert market.on_sale("SKU-0000") == 5 * 23
