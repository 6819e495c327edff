"""The models under a variation structure: adding, renaming their SKUs, deleting."""

from typing import Any

from sandbox.shopee import rules
from sandbox.shopee.call import Call
from sandbox.shopee.errors import Refusal, missing
from sandbox.shopee.state import Item, Model, Tier

MOST_ROWS = 50


def read_models(call: Call, item: Item, tiers: list[Tier], rows: list[dict[str, Any]]) -> list[Model]:
    """New models out of request rows, checked together with the ones that stay."""
    staying = item.models if tiers is item.tiers else []
    if not rows:
        raise missing("model")
    if len(staying) + len(rows) > call.switches["models_per_item"]:
        raise Refusal("error_model_count_over_limit", "The count of model is too large. Should be under 50")
    taken = {model.tier_index for model in staying}
    fresh = []
    for row in rows:
        place = tier_index(tiers, row, taken)
        taken.add(place)
        fresh.append(_model(call, item, row, place))
    if not rules.ratio_kept(call.switches, [model.price for model in [*staying, *fresh]]):
        raise Refusal("error_price_out_of_range", "Price is out of range.")
    return fresh


def tier_index(tiers: list[Tier], row: dict[str, Any], taken: set[tuple[int, ...]]) -> tuple[int, ...]:
    """Where a row sits: as many numbers as groups, each within its options, no place twice."""
    place = tuple(row.get("tier_index") or ())
    if not place:
        raise Refusal("error_model_nonempty_itemtier_empty_index", "Item tier_index is required.")
    if len(place) != len(tiers):
        raise Refusal("error_param", "Model tier_index error.")
    bounds = zip(place, tiers, strict=True)
    if not all(isinstance(index, int) and 0 <= index < len(tier.options) for index, tier in bounds):
        raise Refusal("error_model_tier_index_bound", "Invalid item iter_index.")
    if place in taken:
        raise Refusal("error_model_duplicate_tier_variation_index", "Item have duplicate tier_index.")
    return place


def _model(call: Call, item: Item, row: dict[str, Any], place: tuple[int, ...]) -> Model:
    if row.get("original_price") is None:
        raise missing("original_price")
    return Model(
        model_id=call.market.next_model_id(),
        tier_index=place,
        sku=rules.check_sku(row.get("model_sku") or ""),
        price=rules.price(call.switches, row["original_price"]),
        stock=rules.stock(call.switches, row.get("seller_stock")),
        weight=float(row.get("weight") or item.fields["weight"]),
        dimension=row.get("dimension") or item.fields.get("dimension"),
        gtin=row.get("gtin_code") or "",
        pre_order=row.get("pre_order"),
    )


def add_model(call: Call) -> dict[str, Any]:
    item = call.editable()
    rows = call.need_list("model_list", MOST_ROWS)
    if not item.tiers:
        raise Refusal(
            "error_param",
            "Item without tier_variation. Please use init_tier_variation api to upgrade the structure.",
        )
    fresh = read_models(call, item, item.tiers, rows)
    item.models.extend(fresh)
    item.updated = call.now
    return {"model": [shown_new(model) for model in fresh]}


def update_model(call: Call) -> None:
    """SKU, weight and the like; all rows or none."""
    item = call.editable()
    rows = call.need_list("model", MOST_ROWS)
    found = [(model_of(item, row.get("model_id")), row) for row in rows]
    skus = [rules.check_sku(row.get("model_sku", model.sku)) for model, row in found]
    for (model, row), sku in zip(found, skus, strict=True):
        model.sku = sku
        model.gtin = row.get("gtin_code", model.gtin)
        model.weight = float(row.get("weight") or model.weight)
        model.dimension = row.get("dimension", model.dimension)
        model.pre_order = row.get("pre_order", model.pre_order)
    item.updated = call.now


def delete_model(call: Call) -> None:
    item = call.editable()
    model = model_of(item, call.need("model_id"))
    if model.promotion:
        raise Refusal(
            "error_model_remove_model_in_promotion",
            "Model cannot be deleted when item/model is under promotion or groupbuy.",
        )
    if len(item.models) == 1 and not call.switches["delete_last_model"]:
        raise Refusal("error_busi_cannot_delete_all_model", "Cannot delete all models by this api.")
    item.models.remove(model)
    item.updated = call.now


def model_of(item: Item, model_id: Any) -> Model:
    model = item.model(model_id) if model_id and item.has_model else None
    if model is None:
        raise Refusal("error_model_invalid_model_id", "Invalid model_id.")
    return model


def shown_new(model: Model) -> dict[str, Any]:
    """A model as the writes answer it: weight a number, price a list."""
    return {
        "tier_index": list(model.tier_index),
        "model_id": model.model_id,
        "model_sku": model.sku,
        "price_info": [{"original_price": model.price}],
        "seller_stock": [{"stock": pieces} for pieces in model.stock.values()],
        "weight": model.weight,
        "dimension": model.dimension or {"package_length": 0, "package_width": 0, "package_height": 0},
    }
