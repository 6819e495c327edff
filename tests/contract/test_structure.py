"""A listing changes its shape: axes, variants, category. What the platform allows is done and what it costs is told
beforehand; what it does not allow is told, and keeps nothing else back."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from connector.domain.plan import Kind
from connector.domain.product import Product
from connector.ports import Costed
from tests.builders import a_product, a_product_in_two_sizes, a_variant
from tests.contract.shop import Shop, desired_on

INTERFACES = ("shopee", "lazada", "tiki")


def on_two_axes() -> Product:
    variants = (
        a_variant("MONG-250", 70_000, "250 g", "Gừng"),
        a_variant("MONG-500", 120_000, "500 g", "Gừng"),
        a_variant("MONG-NGHE", 125_000, "500 g", "Nghệ"),
    )
    return a_product(axes=("Cỡ", "Vị"), variants=variants)


def with_other_option() -> Product:
    two = a_product_in_two_sizes()
    first, second = two.variants
    return replace(two, variants=(replace(first, options=("Hũ 250 g",)), second))


SHAPES: dict[str, tuple[Callable[[], Product], Callable[[], Product]]] = {
    "a plain one grows variants": (a_product, a_product_in_two_sizes),
    "variants become one plain form": (a_product_in_two_sizes, a_product),
    "a second axis": (a_product_in_two_sizes, on_two_axes),
    "an option renamed": (a_product_in_two_sizes, with_other_option),
    "an axis renamed": (a_product_in_two_sizes, lambda: replace(a_product_in_two_sizes(), axes=("Khối lượng",))),
    "another category": (a_product, lambda: a_product(set_no=11)),
}
# What becomes of each: "done", or the code of the warning that says why not; "unseen" where the platform does not tell.
FATES = {
    "shopee": dict.fromkeys(SHAPES, "done"),
    "lazada": {
        **dict.fromkeys(SHAPES, "done"),
        "a second axis": "variants_fixed",
        "an axis renamed": "unseen",
    },
    "tiki": {
        **dict.fromkeys(SHAPES, "done"),
        "a second axis": "fixed_at_tiki",
        "an option renamed": "fixed_at_tiki",
        "an axis renamed": "unseen",
        "another category": "fixed_at_tiki",
    },
}
LOSSES = {
    ("shopee", "variants become one plain form"): "tiers_rebuilt",
    ("shopee", "a second axis"): "tiers_rebuilt",
    ("shopee", "another category"): "reviewed_again",
    ("lazada", "variants become one plain form"): "variants_lost",
    ("lazada", "another category"): "reviewed_again",
    ("tiki", "a plain one grows variants"): "new_request",
    ("tiki", "variants become one plain form"): "only_switched_off",
}


@pytest.fixture
def changed(shop: Shop, shape: str) -> Shop:
    """The shop shows the old shape and wants the new one."""
    if shop.platform.name not in INTERFACES:
        pytest.skip("a person carries a change of shape to a seller centre as new rows: tests/adapters/test_assisted_*")
    old, new = SHAPES[shape]
    shop.want(desired_on(shop, old()))
    shop.adapter.study([shop.wanted[1]])
    shop.publish(shop.wanted[1])
    wanted = desired_on(shop, new())
    shop.adapter.study([wanted])
    shop.want(replace(wanted, title="Mật ong hoa nhãn lồng Hưng Yên"))
    return shop


def warned(shop: Shop) -> set[str]:
    assert isinstance(shop.adapter, Costed)
    return {problem.code for op in shop.plan().ops for problem in shop.adapter.costs(op, shop.wanted[1])}


@pytest.mark.parametrize("shape", SHAPES)
def test_a_change_of_shape_is_done_or_told_and_keeps_nothing_else_back(changed: Shop, shape: str) -> None:
    fate = FATES[changed.platform.name][shape]
    told = warned(changed)
    changed.converge()
    seen = changed.look()
    assert seen.facts["title"] == "Mật ong hoa nhãn lồng Hưng Yên"
    left = changed.plan()
    assert left.ops == ()
    assert bool(left.refused) is (fate not in ("done", "unseen"))
    if left.refused:
        assert fate in told
    written = changed.writes()
    assert changed.converge() == 0
    assert changed.writes() == written


def test_one_form_with_an_axis_of_its_own_is_published_and_at_rest(shop: Shop) -> None:
    one = a_product(axes=("Quy cách",), variants=(a_variant("MONG-500", 120_000, "500 g"),))
    seen = shop.publish(desired_on(shop, one))
    assert seen.ref.variants.keys() == {"MONG-500"}
    assert shop.plan().ops == ()
    assert shop.plan().drifts == ()


@pytest.mark.parametrize("shape", SHAPES)
def test_what_a_change_of_shape_costs_is_known_before_it_is_made(changed: Shop, shape: str) -> None:
    loss = LOSSES.get((changed.platform.name, shape))
    written = changed.writes()
    told = warned(changed)
    assert changed.writes() == written
    if loss:
        assert loss in told
    elif changed.platform.name == "shopee":
        assert told == set()


def test_a_rebuilt_table_of_variants_has_lost_its_ids(shop: Shop) -> None:
    if shop.platform.name != "shopee":
        pytest.skip("Shopee's own")
    before = shop.publish(desired_on(shop, a_product_in_two_sizes())).ref.variants
    renamed = desired_on(shop, with_other_option())
    kept = shop.publish(renamed).ref.variants
    assert kept == before  # a renamed option keeps them
    shop.want(desired_on(shop, on_two_axes()))
    assert warned(shop) == {"tiers_rebuilt"}
    rebuilt = shop.publish(shop.wanted[1]).ref.variants
    assert not set(rebuilt.values()) & set(before.values())


def test_warnings_stop_nothing_and_speak_both_languages(shop: Shop) -> None:
    if shop.platform.name not in INTERFACES:
        pytest.skip("no costs are known of a seller centre")
    shop.publish(desired_on(shop, a_product_in_two_sizes()))
    shop.want(desired_on(shop, on_two_axes()))
    assert isinstance(shop.adapter, Costed)
    costs = [p for op in shop.plan().ops if op.kind is Kind.REVISE for p in shop.adapter.costs(op, shop.wanted[1])]
    assert costs
    for problem in costs:
        assert not problem.blocking
        assert len(problem.vi) > 20
        assert len(problem.en) > 20
