"""What a shop makes of prices and stocks, and when a run goes too far."""

from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connector.domain.desired import desired
from connector.domain.guard import Blast
from connector.domain.listing import variant_facts
from connector.domain.rules import PriceRule, StockRule, listed_price, listed_stock
from connector.domain.text import SKU_PATTERN, cut, dong, fold, tidy
from tests.builders import a_certificate, a_policy, a_product

NOW = datetime(2026, 11, 24, tzinfo=UTC)


@given(st.integers(1, 10**9), st.integers(-90, 300), st.integers(0, 10**6), st.sampled_from([1, 500, 1000]))
def test_a_price_is_whole_at_its_floor_or_above_and_a_multiple(price: int, markup: int, floor: int, step: int) -> None:
    listed = listed_price(price, PriceRule(markup, floor, step))
    assert listed >= max(floor, 1)
    assert listed % step == 0
    assert listed * 100 >= price * (100 + markup)


@given(
    st.integers(-5, 10**6), st.integers(0, 100), st.integers(0, 50), st.none() | st.integers(0, 99), st.integers(0, 9)
)
def test_a_shop_never_shows_more_than_there_is(free: int, share: int, buffer: int, cap: int | None, below: int) -> None:
    shown = listed_stock(free, StockRule(share, buffer, cap, below))
    assert 0 <= shown <= max(free, 0)
    assert shown == 0 or shown >= below
    assert cap is None or shown <= cap


@pytest.mark.parametrize("bad", [{"share_percent": 101}, {"buffer": -1}, {"cap": -1}])
def test_a_stock_rule_that_makes_no_sense_cannot_be_made(bad: dict[str, int]) -> None:
    with pytest.raises(ValueError, match="share_percent"):
        StockRule(**bad)


@pytest.mark.parametrize(
    ("touched", "live", "stops"), [(10, 10, False), (11, 36, True), (11, 37, False), (3, 3, False)]
)
def test_a_run_stops_over_ten_listings_and_thirty_per_cent(touched: int, live: int, stops: bool) -> None:
    assert Blast(touched, live).too_wide is stops


def test_stars_are_claimed_only_while_the_certificate_holds() -> None:
    product = a_product(certificate=a_certificate(expires_on=date(2026, 11, 25)))
    today = desired(product, {}, a_policy(), "", date(2026, 11, 24))
    tomorrow = desired(product, {}, a_policy(), "", date(2026, 11, 25))
    assert today.details["ocop_stars"] == "4"
    assert "4 sao" in today.description
    assert not [key for key in tomorrow.details if key.startswith("ocop")]
    assert "sao" not in tomorrow.description


def test_a_made_up_certificate_says_so_wherever_it_is_shown() -> None:
    assert "dữ liệu mẫu" in desired(a_product(), {}, a_policy(), "", date(2026, 11, 24)).description


def test_the_pack_joins_a_title_that_does_not_say_it() -> None:
    said = a_product(name="Mật ong hoa nhãn 500g")
    assert desired(a_product(), {}, a_policy(), "", NOW.date()).title == "Mật ong hoa nhãn Hưng Yên 500 g"
    assert desired(said, {}, a_policy(), "", NOW.date()).title == "Mật ong hoa nhãn 500g"


def test_variants_are_one_comparable_field_whatever_their_order() -> None:
    offers = desired(a_product(), {}, a_policy(), "", NOW.date()).offers
    assert variant_facts(offers) == variant_facts(reversed(offers))


@given(st.text(max_size=60))
def test_folding_is_stable_and_tidying_keeps_no_loose_space(text: str) -> None:
    assert fold(fold(text)) == fold(text)
    assert tidy(tidy(text)) == tidy(text)


@given(st.text(max_size=200), st.integers(1, 100))
def test_a_cut_text_fits(text: str, limit: int) -> None:
    assert len(cut(text, limit)) <= limit


def test_vietnamese_names_that_people_mean_the_same_fold_alike() -> None:
    assert fold("Thanh Hoá") == fold("THANH HÓA")
    assert fold("Đắk Lắk") == "dak lak"
    assert dong(65000) == "65.000 ₫"
    assert SKU_PATTERN.fullmatch("MONG-500")
