"""A signed change of stock, for platforms with the flag `adjust_stock`: made once, never below zero, never repeated."""

import pytest

from connector.domain.plan import Change, Kind, Op
from connector.errors import OutcomeUnknown, Refused
from connector.ports import Outcome, Receipt, Task
from tests.builders import a_product_in_two_sizes
from tests.contract.shop import Shop, desired_on
from tests.contract.test_contract import HONEY, needs


def adjust(shop: Shop, **by: int) -> Outcome:
    """By SKU (with _ for -), so many pieces more or less."""
    ref, wanted = shop.listings[1].ref, shop.wanted[1]
    changes = tuple(Change(f"stock:{sku.replace('_', '-')}", 5, 5 + n, "a quota") for sku, n in by.items())
    (group,) = shop.adapter.batches([Task(Op(1, Kind.ADJUST_STOCK, ref, changes), wanted)])
    return shop.adapter.apply(group)[1]


def live(shop: Shop, sku: str = HONEY) -> object:
    return shop.look().facts[f"stock:{sku}"]


@pytest.fixture
def adjusting(shop: Shop) -> Shop:
    needs(shop, "adjust_stock")
    shop.publish(desired_on(shop))
    return shop


def test_a_platform_that_cannot_adjust_says_so(shop: Shop) -> None:
    if shop.adapter.can.adjust_stock:
        pytest.skip(f"{shop.platform} can")
    shop.want(desired_on(shop))
    with pytest.raises(NotImplementedError):
        adjust(shop, MONG_500=1)


def test_a_change_counts_from_what_is_there_now(adjusting: Shop) -> None:
    adjusting.buy(HONEY, 2)
    assert isinstance(adjust(adjusting, MONG_500=3), Receipt)
    assert live(adjusting) == 11
    assert isinstance(adjust(adjusting, MONG_500=-4), Receipt)
    assert live(adjusting) == 7


def test_open_orders_keep_their_pieces(adjusting: Shop) -> None:
    adjusting.buy(HONEY, 4)
    assert isinstance(adjust(adjusting, MONG_500=-6), Receipt)
    assert live(adjusting) == 0


def test_nothing_goes_below_zero(adjusting: Shop) -> None:
    adjusting.buy(HONEY, 7)
    assert isinstance(adjust(adjusting, MONG_500=-4), Refused)
    assert live(adjusting) == 3


@pytest.mark.parametrize("fault", ["drop_after", "http_after", "garbage"])
def test_a_lost_answer_is_unknown_and_the_change_is_not_repeated(adjusting: Shop, fault: str) -> None:
    adjusting.fault(fault, "stock.adjust", count=1)
    assert isinstance(adjust(adjusting, MONG_500=3), OutcomeUnknown)
    assert live(adjusting) == 13


def test_of_two_variants_each_is_told_for_itself(adjusting: Shop) -> None:
    adjusting.sandbox.post("/reset", {"platform": adjusting.platform.name})
    adjusting = Shop.open(adjusting.platform, adjusting.sandbox)
    adjusting.publish(desired_on(adjusting, a_product_in_two_sizes()))
    outcome = adjust(adjusting, MONG_250=-11, MONG_500=-3)
    assert isinstance(outcome, Receipt)
    assert outcome.wrote == {"stock:MONG-500"}
    assert (live(adjusting, "MONG-250"), live(adjusting)) == (10, 7)
    adjusting.fault("drop_after", "stock.adjust", count=1)
    assert isinstance(adjust(adjusting, MONG_250=2, MONG_500=-30), OutcomeUnknown)
