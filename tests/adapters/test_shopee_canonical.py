from dataclasses import replace

import pytest

from adapters.shopee import Shopee
from adapters.shopee.canonical import description
from adapters.shopee.shipping import logistic_info
from connector.domain.listing import Desired
from tests.adapters.shopee import a_shopee_connection
from tests.builders import a_desired, a_picture, a_product, a_product_in_two_sizes, a_variant

FACTS = "Thành phần: mật ong\nHạn sử dụng: 24 tháng"


def codes(desired: Desired) -> set[str]:
    return {problem.code for problem in Shopee(a_shopee_connection()).check(desired)}


def test_one_form_has_no_options_whatever_they_are_called() -> None:
    product = a_product(axes=("Cỡ",), variants=(a_variant("A-1", 50_000, "500 g"),))
    assert Shopee(a_shopee_connection()).canonical(a_desired("shopee", product))["variants"] == ("A-1",)


def test_the_short_name_stands_in_for_a_long_title() -> None:
    desired = a_desired("shopee", title="Mật ong " * 40, short_title="Mật ong hoa nhãn")
    assert Shopee(a_shopee_connection()).canonical(desired)["title"] == "Mật ong hoa nhãn"
    assert "title_too_long" not in codes(desired)
    assert "title_too_long" in codes(replace(desired, short_title=""))


def test_a_long_description_loses_prose_and_never_the_label() -> None:
    desired = a_desired("shopee", description=f"{'Lời kể dài về mật ong. ' * 300}\n\n{FACTS}")
    cut = description(desired, 3000)
    assert len(cut) <= 3000
    assert cut.endswith(FACTS)
    assert codes(desired) == {"description_cut"}


def test_a_label_that_is_too_long_alone_is_an_obstacle() -> None:
    assert "description_too_long" in codes(a_desired("shopee", description="Thành phần: " + "đường, " * 500))


def test_a_quantity_above_what_can_be_shown_is_capped() -> None:
    facts = Shopee(a_shopee_connection()).canonical(a_desired("shopee", free=5_000_000))
    assert facts["stock:MONG-500"] == 999_999


@pytest.mark.parametrize(
    ("desired", "code"),
    [
        (a_desired("shopee", pictures=()), "no_picture"),
        (a_desired("shopee", pictures=tuple(a_picture(str(n)) for n in range(10))), "pictures_dropped"),
        (a_desired("shopee", title="Mật ong", short_title=""), "title_too_short"),
        (a_desired("shopee", description="Ngon"), "description_too_short"),
        (a_desired("shopee", description=" ".join(f"#the{n}" for n in range(30)) + " mật ong"), "too_many_hashtags"),
        (a_desired("shopee", category=""), "category_missing"),
        (a_desired("shopee", a_product(set_no=15)), "restricted_goods"),
        (a_desired("shopee", a_product(set_no=18)), "needs_papers"),
        (a_desired("shopee", a_product(variants=(a_variant(price=500),))), "price_out_of_range"),
        (a_desired("shopee", a_product(variants=(a_variant(price=200_000_000),))), "price_out_of_range"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_each_limit_is_checked(desired: Desired, code: str) -> None:
    assert code in codes(desired)


@pytest.mark.parametrize(
    ("axes", "options", "prices", "code"),
    [
        (("Cỡ",), [("nhỏ",), ("nhỏ",)], (50_000, 60_000), "variants_alike"),
        (("Cỡ", "Vị"), [("nhỏ",), ("to",)], (50_000, 60_000), "variants_alike"),
        (("Cỡ", "Vị", "Màu"), [("a", "b", "c"), ("d", "e", "f")], (50_000, 60_000), "too_many_variants"),
        (("Cỡ",), [(f"cỡ {n}",) for n in range(21)], (50_000,) * 21, "too_many_options"),
        (("Cỡ",), [(f"cỡ {n}",) for n in range(51)], (50_000,) * 51, "too_many_variants"),
        (("Quy cách đóng gói",), [("nhỏ",), ("to",)], (50_000, 60_000), "option_too_long"),
        (("Cỡ",), [("hộp quà tặng sang trọng",), ("to",)], (50_000, 60_000), "option_too_long"),
        (("Cỡ",), [("nhỏ",), ("to",)], (50_000, 260_000), "price_ratio"),
    ],
)
def test_each_rule_of_variants_is_checked(
    axes: tuple[str, ...], options: list[tuple[str, ...]], prices: tuple[int, ...], code: str
) -> None:
    pairs = enumerate(zip(options, prices, strict=True))
    variants = tuple(a_variant(f"SKU-{n}", price, *chosen) for n, (chosen, price) in pairs)
    assert code in codes(a_desired("shopee", a_product(axes=axes, variants=variants)))


def test_two_good_sizes_pass() -> None:
    assert codes(a_desired("shopee", a_product_in_two_sizes())) == set()


def test_only_channels_that_take_the_parcel_are_named() -> None:
    desired = a_desired("shopee")  # 600 g, 20x15x10 cm
    free = {"usable": True, "fee": "SIZE_INPUT", "size_id": None, "max_kg": 0, "min_kg": 0, "sides": [0, 0, 0]}
    free |= {"side_sum": 0}
    channels = [
        {"id": 1, **free},
        {"id": 2, **free, "usable": False},
        {"id": 3, **free, "max_kg": 0.5},
        {"id": 4, **free, "sides": [20, 10, 15]},
        {"id": 5, **free, "sides": [19, 19, 19]},
        {"id": 6, **free, "side_sum": 44},
        {"id": 7, **free, "fee": "CUSTOM_PRICE"},
        {"id": 8, **free, "fee": "SIZE_SELECTION", "size_id": "2"},
    ]
    lines = logistic_info(desired, channels)
    assert [line["logistic_id"] for line in lines] == [1, 4, 8]
    assert lines[2]["size_id"] == 2
