"""What a campaign holds is seen, respected and reported, and not fought: by hand edit in the sandbox, as a seller joins
one. Tiki's deals live behind another host, which its contract leaves out: nothing of them shows in a product."""

from dataclasses import replace

import pytest

from connector.domain.drift import Verdict
from connector.errors import Refused
from tests.contract.shop import Shop, desired_on

HONEY = "MONG-500"
WITH_CAMPAIGNS = ("shopee", "lazada")


@pytest.fixture
def selling(shop: Shop) -> Shop:
    if shop.platform.name not in WITH_CAMPAIGNS:
        pytest.skip("campaigns of this platform do not show in what it answers")
    shop.publish(desired_on(shop))
    return shop


def priced(shop: Shop, price: int) -> None:
    desired = shop.wanted[1]
    shop.want(replace(desired, offers=(replace(desired.offers[0], price=price),)))


def stocked(shop: Shop, quantity: int) -> None:
    desired = shop.wanted[1]
    shop.want(replace(desired, offers=(replace(desired.offers[0], quantity=quantity),)))


def test_a_price_that_a_campaign_holds_is_reported_and_not_fought(selling: Shop) -> None:
    selling.edit(HONEY, promotion={"price": 60_000})
    priced(selling, 150_000)
    assert f"price:{HONEY}" in selling.look().held
    assert [drift.verdict for drift in selling.plan().drifts] == [Verdict.PROMOTION]
    written = selling.writes()
    selling.converge()
    assert selling.writes() == written
    selling.edit(HONEY, promotion=None)
    selling.converge()
    assert selling.look().facts[f"price:{HONEY}"] == 150_000


def test_stock_that_a_campaign_holds_is_refused_once_in_words_and_not_fought(selling: Shop) -> None:
    selling.edit(HONEY, promotion={"reserved": 6})
    stocked(selling, 2)
    outcomes = selling.carry_out(selling.plan().ops)
    refused = outcomes[1]
    assert isinstance(refused, Refused)
    assert "khuyến mãi" in refused.problems[0].vi
    assert refused.problems[0].field.startswith("stock")
    written = selling.writes()
    selling.converge()
    assert selling.writes() == written  # final until what is wanted changes
    stocked(selling, 8)
    selling.converge()
    assert selling.look().facts[f"stock:{HONEY}"] == 8
    stocked(selling, 2)
    selling.edit(HONEY, promotion=None)
    selling.listings[1] = replace(selling.listings[1], refused={})
    selling.converge()
    assert selling.look().facts[f"stock:{HONEY}"] == 2
