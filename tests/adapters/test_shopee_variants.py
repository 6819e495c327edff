from typing import Any

from adapters.shopee.variants import Models, flatten, steps
from connector.domain.listing import Desired
from tests.builders import a_desired, a_product, a_variant


def one_place(quantity: int) -> list[dict[str, Any]]:
    return [{"stock": quantity}]


def wanting(axes: tuple[str, ...], *variants: tuple[str, ...]) -> Desired:
    made = tuple(a_variant(sku, 100_000, *options) for sku, *options in variants)
    return a_desired("shopee", a_product(axes=axes, variants=made))


def live(axes: tuple[str, ...], options: tuple[tuple[str, ...], ...], **models: tuple[int, ...]) -> Models:
    rows: list[dict[str, Any]] = [
        {"model_id": number, "model_sku": sku, "tier_index": list(index)}
        for number, (sku, index) in enumerate(models.items(), start=1)
    ]
    return Models(axes, options, rows)


SIZES = (("250 g", "500 g"),)


def test_a_half_made_item_gets_all_its_variants_in_one_call() -> None:
    (step,) = steps(wanting(("Cỡ",), ("A-1", "250 g"), ("A-2", "500 g")), Models(), 7, one_place)
    assert step.endpoint == "product/init_tier_variation"
    assert [model["tier_index"] for model in step.body["model"]] == [[0], [1]]
    assert step.sets == ("A-1", "A-2")


def test_a_structure_that_is_right_needs_no_call() -> None:
    want = wanting(("Cỡ",), ("A1_", "250 g"), ("A2_", "500 g"))
    assert steps(want, live(("Cỡ",), SIZES, A1_=(0,), A2_=(1,)), 7, one_place) == []


def test_a_new_option_is_added_and_the_models_there_keep_their_ids() -> None:
    want = wanting(("Cỡ",), ("A1_", "250 g"), ("A2_", "500 g"), ("A3_", "1 kg"))
    tiers, added = steps(want, live(("Cỡ",), SIZES, A1_=(0,), A2_=(1,)), 7, one_place)
    assert tiers.endpoint == "product/update_tier_variation"
    kept = [{"tier_index": [0], "model_id": 1}, {"tier_index": [1], "model_id": 2}]
    assert tiers.body["model_list"] == kept
    assert (added.endpoint, added.sets) == ("product/add_model", ("A3_",))
    assert added.body["model_list"][0]["tier_index"] == [2]


def test_a_variant_that_goes_is_left_out_and_the_others_move_up() -> None:
    (step,) = steps(wanting(("Cỡ",), ("A2_", "500 g")), live(("Cỡ",), SIZES, A1_=(0,), A2_=(1,)), 7, one_place)
    assert step.endpoint == "product/update_tier_variation"
    assert step.body["model_list"] == [{"tier_index": [0], "model_id": 2}]


def test_a_renamed_option_keeps_its_model() -> None:
    want = wanting(("Cỡ",), ("A1_", "Hũ nhỏ"), ("A2_", "500 g"))
    (step,) = steps(want, live(("Cỡ",), SIZES, A1_=(0,), A2_=(1,)), 7, one_place)
    assert step.endpoint == "product/update_tier_variation"
    assert len(step.body["model_list"]) == 2


def test_a_second_axis_rebuilds_the_structure() -> None:
    want = wanting(("Cỡ", "Vị"), ("A1_", "250 g", "Gừng"), ("A2_", "500 g", "Gừng"))
    (step,) = steps(want, live(("Cỡ",), SIZES, A1_=(0,), A2_=(1,)), 7, one_place)
    assert step.endpoint == "product/init_tier_variation"
    assert [model["tier_index"] for model in step.body["model"]] == [[0, 0], [1, 0]]


def test_one_form_is_left_as_a_plain_item() -> None:
    step = flatten(wanting((), ("A1_",)), 7, one_place)
    assert step.body["standardise_tier_variation"] == []
    assert step.body["model"][0]["tier_index"] == []
