"""Variation structure: init_tier_variation destroys all models, update_tier_variation keeps the named."""

from typing import Any

from sandbox.shopee import images, models, rules
from sandbox.shopee.call import Call
from sandbox.shopee.errors import Refusal
from sandbox.shopee.state import Item, Model, Tier


def init_tier_variation(call: Call) -> dict[str, Any]:
    item = call.editable()
    if call.now < item.settles_at:
        raise Refusal(call.switches["settle_error"], "Product not found")
    if item.promoted:
        raise Refusal(
            "error_cannt_init_tier_in_promotion",
            "Tier_variation cannot be changed when item is under promotion.",
        )
    tiers = read_tiers(call)
    if len(tiers) == len(item.tiers):
        raise Refusal("error_param", "The level of tier-variation not change.")
    rows = call.body.get("model") or []
    if not tiers:
        _simplify(call, item, rows)
    else:
        item.models = models.read_models(call, item, tiers, rows)
        item.tiers = tiers
    item.updated = call.now
    return {
        "item_id": item.item_id,
        "tier_variation": shown_tiers(call, item.tiers),
        "model": [models.shown_new(model) for model in item.models if item.tiers],
    }


def _simplify(call: Call, item: Item, rows: list[dict[str, Any]]) -> None:
    """Back to a simple item; without a row of its own it keeps the first model's offer (undocumented)."""
    first, row = item.models[0], rows[0] if rows else {}
    offer = rules.price(call.switches, row.get("original_price", first.price))
    held = rules.stock(call.switches, row["seller_stock"]) if row.get("seller_stock") else first.stock
    item.tiers, item.models = [], [Model(0, (), "", offer, held, first.weight)]


def update_tier_variation(call: Call) -> None:
    item = call.editable()
    if not item.tiers:
        raise Refusal(
            "error_tier_var_is_",
            "Item without tier-variation. Please use init_tier_variation api to upgrade the structure.",
        )
    tiers = read_tiers(call)
    if len(tiers) != len(item.tiers):
        raise Refusal("error_param", "Canot change the level of tier-variation.")
    placed = _placed(item, tiers, call.body.get("model_list") or [])
    if item.promoted and any(model.promotion and model.model_id not in placed for model in item.models):
        raise Refusal(
            "error_cannt_delete_option_in_promotion",
            "Option of tier_variation cannot be deleted when item is under promotion.",
        )
    item.tiers = tiers
    item.models = [model for model in item.models if model.model_id in placed]
    for model in item.models:
        model.tier_index = placed[model.model_id]
    item.updated = call.now


def _placed(item: Item, tiers: list[Tier], rows: list[dict[str, Any]]) -> dict[int, tuple[int, ...]]:
    """Model id to its new place; models that are not named go away."""
    placed: dict[int, tuple[int, ...]] = {}
    for row in rows:
        model_id = row["model_id"]
        if item.model(model_id) is None:
            raise Refusal(
                "error_wrong_modelid",
                f"The model_id is wrong or not related to this item, model_id:{model_id}",
            )
        if model_id in placed:
            raise Refusal("error_duplicate_modelid", f"The model_id is duplicate, model_id:{model_id}")
        placed[model_id] = models.tier_index(tiers, row, set(placed.values()))
    if not placed:
        raise Refusal("error_busi_cannot_delete_all_model", "Cannot delete all models by this api.")
    return placed


def read_tiers(call: Call) -> list[Tier]:
    """The groups in the present spelling, or in the deprecated one that guides still teach."""
    present, old = call.body.get("standardise_tier_variation"), call.body.get("tier_variation")
    rows = present if present is not None else old
    if rows is None:
        raise Refusal("error_param", "invalid field StandardiseTierVariation: value must  Not Null")
    tiers = [_standard(row) if present is not None else _old(row) for row in rows]
    _check_tiers(call, tiers)
    return tiers


def _standard(row: dict[str, Any]) -> Tier:
    options = row["variation_option_list"]
    return Tier(
        row["variation_name"],
        [option["variation_option_name"] for option in options],
        [option.get("image_id") or "" for option in options],
        row.get("variation_id", 0),
        row.get("variation_group_id", 0),
    )


def _old(row: dict[str, Any]) -> Tier:
    options = row["option_list"]
    return Tier(
        row["name"],
        [option["option"] for option in options],
        [(option.get("image") or {}).get("image_id") or "" for option in options],
    )


def _check_tiers(call: Call, tiers: list[Tier]) -> None:
    if len(tiers) > 2:
        raise Refusal("error_param", "The level of tier-variation over 2.")
    if len({tier.name for tier in tiers}) < len(tiers):
        raise Refusal("error_model_duplicate_name", "Item tier_variation have duplicate name.")
    for level, tier in enumerate(tiers):
        _check_tier(call, tier)
        _check_option_images(call, tier, level)


def _check_tier(call: Call, tier: Tier) -> None:
    least, most = call.switches["tier_name_limit"]
    if not least <= len(tier.name) <= most:
        raise Refusal("error_tier_var_name_too_long", f"tier_variation name must have {least} to {most} letters")
    if len(tier.options) > call.switches["options_per_tier"]:
        count = call.switches["options_per_tier"]
        raise Refusal("error_tier_opt_too_many", f"Count of tier_variation option is larger than {count}.")
    if not tier.options or len(set(tier.options)) < len(tier.options):
        raise Refusal("error_model_duplicate_name", "Item tier_variation have duplicate name.")
    least, most = call.switches["option_name_limit"]
    if not all(least <= len(option) <= most for option in tier.options):
        raise Refusal("error_tier_opt_val_too_long", f"tier_variation option must have {least} to {most} letters")


def _check_option_images(call: Call, tier: Tier, level: int) -> None:
    """Pictures on the first group only, for all of its options or none."""
    ids = [image_id for image_id in tier.image_ids if image_id]
    if ids and level > 0:
        raise Refusal("error_tier_img_not_allower", "Not allowed to update tier-variation image.")
    if ids and len(ids) < len(tier.options):
        raise Refusal("error_tier_img_partial", "Interal error, please contact openapi team.")
    for image_id in ids:
        rules.check_image(call, image_id)


def shown_tiers(call: Call, tiers: list[Tier]) -> list[dict[str, Any]]:
    """The deprecated spelling, which every answer still carries."""
    return [
        {
            "name": tier.name,
            "option_list": [
                {"option": option} | _old_image(call, image_id)
                for option, image_id in zip(tier.options, tier.image_ids, strict=True)
            ],
        }
        for tier in tiers
    ]


def _old_image(call: Call, image_id: str) -> dict[str, Any]:
    if not image_id:
        return {}
    return {"image": {"image_id": image_id, "image_url": images.url(call.request.base, image_id)}}


def shown_standard(call: Call, tiers: list[Tier]) -> list[dict[str, Any]]:
    return [
        {
            "variation_id": tier.variation_id,
            "variation_group_id": tier.group_id,
            "variation_name": tier.name,
            "variation_option_list": [
                {"variation_option_id": 0, "variation_option_name": option} | _standard_image(call, image_id)
                for option, image_id in zip(tier.options, tier.image_ids, strict=True)
            ],
        }
        for tier in tiers
    ]


def _standard_image(call: Call, image_id: str) -> dict[str, str]:
    return {"image_id": image_id, "image_url": images.url(call.request.base, image_id)} if image_id else {}
