"""Reading listings in batches, with the differences from the documentation that were measured on the wire."""

from typing import Any

from sandbox.shopee import attributes, images, items, tiers
from sandbox.shopee.call import Call
from sandbox.shopee.catalogue import CHANNELS
from sandbox.shopee.categories import BY_ID
from sandbox.shopee.errors import Refusal, missing, wrong
from sandbox.shopee.state import DELETED, STATUSES, Item, Model

MOST_IDS = 50


def get_item_list(call: Call) -> dict[str, Any]:
    """`next_offset` only while there is more, `next` always."""
    offset, size = _offset(call), call.page_size()
    statuses = call.values("item_status")
    if not statuses:
        raise missing("item_status")
    if not set(statuses) <= set(STATUSES):
        raise Refusal("error_param_item_status", "Item status error.")
    found = _listed(call, statuses)
    page, more = found[offset : offset + size], offset + size < len(found)
    answer: dict[str, Any] = {
        "item": [_list_row(item, status) for item, status in page],
        "total_count": len(found),
        "has_next_page": more,
        "next": str(offset + size) if more else "",
    }
    if more:
        answer["next_offset"] = offset + size
    if not page and call.switches["empty_list_absent"]:
        del answer["item"]
    return answer


def _offset(call: Call) -> int:
    cursor = call.request.q("next")
    if cursor and cursor.isdigit():
        return int(cursor)
    offset, limit = call.number("offset"), call.switches["offset_limit"]
    if limit and offset > limit:
        raise Refusal("error_param", "get items offset over limit, please use the next field")
    if offset < 0:
        raise wrong("offset must not be negative")
    return offset


def _listed(call: Call, statuses: list[str]) -> list[tuple[Item, str]]:
    """Items with the status the list knows, which may lag behind."""
    since, until = call.number("update_time_from", 0), call.number("update_time_to", 2**53)
    if until < since:
        raise Refusal("error_update_time_range", "Update_time_to should be later than update_time_from.")
    moment = call.now - call.switches["list_lag_seconds"]
    own = (item for item in call.market.items.values() if item.shop_id == call.shop_id)
    seen = ((item, item.status_at(moment)) for item in own if since <= int(item.updated) <= until)
    return [(item, status) for item, status in seen if status in statuses]


def _list_row(item: Item, status: str) -> dict[str, Any]:
    return {
        "item_id": item.item_id,
        "item_status": status,
        "update_time": int(item.updated),
        "tag": {"kit": False},
    }


def _asked(call: Call) -> list[Item]:
    """The asked items of this shop; unknown ids are left out."""
    ids = call.ids("item_id_list", most=MOST_IDS)
    found = [item for id in dict.fromkeys(ids) if (item := call.market.items.get(id))]
    found = [item for item in found if item.shop_id == call.shop_id]
    if not found and not call.switches["unknown_ids_missing"]:
        raise Refusal("error_item_not_found", "Product not found")
    return found


def get_item_base_info(call: Call) -> dict[str, Any]:
    return {"item_list": [_base_info(call, item) for item in _asked(call)]}


def _base_info(call: Call, item: Item) -> dict[str, Any]:
    fields = item.fields
    offer = (
        {}
        if item.has_model
        else {
            "price_info": [_price(item.models[0])],
            "stock_info_v2": _stock(item.models[0]),
        }
    )
    return {
        "item_id": item.item_id,
        "category_id": fields["category_id"],
        "item_name": fields["item_name"],
        "description": fields["description"],
        "item_sku": fields.get("item_sku", ""),
        "create_time": int(item.created),
        "update_time": int(item.updated),
        "attribute_list": attributes.shown_filled(BY_ID[fields["category_id"]], fields.get("attribute_list") or []),
        **offer,
        "image": _image(call, fields["image"]),
        "weight": _weight(fields["weight"]),
        "dimension": fields.get("dimension") or items.NO_DIMENSION,
        "logistic_info": [_logistic(row) for row in fields["logistic_info"]],
        "pre_order": items.pre_order(fields),
        "condition": fields.get("condition", "NEW"),
        "size_chart": "",
        "item_status": item.status,
        "has_model": item.has_model,
        "has_promotion": item.promoted,
        "brand": items.brand(fields),
        "item_dangerous": fields.get("item_dangerous", 0),
        "description_type": "normal",
        "size_chart_id": 0,
        "wholesales": fields.get("wholesale") or [],
        "gtin_code": fields.get("gtin_code", ""),
        "promotion_image": {"image_id_list": [], "image_url_list": []},
        "deboost": "FALSE",
        "compatibility_info": {},
        "authorised_brand_id": 0,
        "is_fulfillment_by_shopee": False,
        "tag": {"kit": False},
        "purchase_limit_info": {"min_purchase_limit": 1},
    }


def _image(call: Call, image: dict[str, Any]) -> dict[str, Any]:
    ids = image["image_id_list"]
    return {
        "image_id_list": ids,
        "image_url_list": [images.url(call.request.base, id) for id in ids],
        "image_ratio": image.get("image_ratio", "1:1"),
    }


def _weight(weight: float) -> str:
    """Reads carry text: "0.25", "1"."""
    return f"{weight:g}"


def _price(model: Model) -> dict[str, Any]:
    return {
        "currency": "VND",
        "original_price": model.price,
        "current_price": model.current_price,
        "inflated_price_of_original_price": model.price,
        "inflated_price_of_current_price": model.current_price,
    }


def _stock(model: Model) -> dict[str, Any]:
    return {
        "summary_info": {"total_reserved_stock": model.reserved, "total_available_stock": model.available},
        "seller_stock": [
            {"location_id": place, "stock": pieces, "if_saleable": True} for place, pieces in model.stock.items()
        ],
        "shopee_stock": [{"location_id": "", "stock": 0}],
        "advance_stock": {"sellable_advance_stock": 0, "in_transit_advance_stock": 0},
    }


def _logistic(row: dict[str, Any]) -> dict[str, Any]:
    channel = CHANNELS[row["logistic_id"]]
    return {
        "logistic_id": row["logistic_id"],
        "logistic_name": channel["name"],
        "enabled": bool(row.get("enabled")),
        "size_id": row.get("size_id", 0),
        "is_free": bool(row.get("is_free")),
        "estimated_shipping_fee": 0,
        "include_pickup": False,
    }


def get_model_list(call: Call) -> dict[str, Any]:
    """Three empty lists for an item without variations."""
    item = call.item(call.number("item_id"))
    if not item.has_model:
        return {"tier_variation": [], "model": [], "standardise_tier_variation": []}
    return {
        "tier_variation": tiers.shown_tiers(call, item.tiers),
        "model": [_model(item, model) for model in item.models],
        "standardise_tier_variation": tiers.shown_standard(call, item.tiers),
    }


def _model(item: Item, model: Model) -> dict[str, Any]:
    return {
        "model_id": model.model_id,
        "model_name": item.option_names(model),
        "promotion_id": model.promotion.promotion_id if model.promotion else 0,
        "has_promotion": model.promotion is not None,
        "tier_index": list(model.tier_index),
        "price_info": [_price(model)],
        "model_sku": model.sku,
        "gtin_code": model.gtin,
        "pre_order": items.pre_order({"pre_order": model.pre_order} if model.pre_order else item.fields),
        "stock_info_v2": _stock(model),
        "model_status": "MODEL_NORMAL",
        "weight": _weight(model.weight),
        "dimension": model.dimension or items.NO_DIMENSION,
        "is_fulfillment_by_shopee": False,
    }


def get_item_extra_info(call: Call) -> dict[str, Any]:
    """Nobody visits yet: all counts are zero."""
    zeros = {"sale": 0, "views": 0, "likes": 0, "rating_star": 0, "comment_count": 0}
    return {"item_list": [{"item_id": item.item_id} | zeros for item in _asked(call)]}


def get_item_promotion(call: Call) -> dict[str, Any]:
    asked, found = call.ids("item_id_list", most=MOST_IDS), {item.item_id: item for item in _asked(call)}
    failed = [{"item_id": id, "failed_reason": "Product not found"} for id in asked if id not in found]
    done = [
        {"item_id": item.item_id, "promotion": [_promotion(m) for m in item.models if m.promotion]}
        for item in found.values()
    ]
    return {"success_list": done, "failure_list": failed}


def _promotion(model: Model) -> dict[str, Any]:
    held = model.promotion
    assert held is not None
    return {
        "promotion_type": "Discount Promotions",
        "promotion_id": held.promotion_id,
        "model_id": model.model_id,
        "start_time": int(held.start),
        "end_time": int(held.end),
        "promotion_price_info": [{"promotion_price": held.price}],
        "promotion_staging": "ongoing",
        "promotion_stock_info_v2": {"summary_info": {"total_reserved_stock": held.reserved}},
    }


def get_item_violation_info(call: Call) -> dict[str, Any]:
    """Errors are told per item."""
    asked, found = call.ids("item_id_list", most=MOST_IDS), {item.item_id: item for item in _asked(call)}
    return {
        "item_list": [
            _violation(found[id])
            if id in found
            else {"item_id": id, "fail_error": "error_item_not_found", "fail_message": "Product not found"}
            for id in asked
        ]
    }


def _violation(item: Item) -> dict[str, Any]:
    return {
        "item_id": item.item_id,
        "item_name": item.fields["item_name"],
        "item_status": item.status,
        "deboost": False,
        "item_status_details": [item.violation] if item.violation else [],
        "deboost_details": [],
        "fail_error": "",
        "fail_message": "",
    }


def search_item(call: Call) -> dict[str, Any]:
    """item_sku wins over item_name; the cursor is opaque text."""
    size, cursor = call.page_size(), call.request.q("offset") or ""
    sku, name = call.request.q("item_sku"), call.request.q("item_name")
    if not sku and not name and not call.request.q("attribute_status"):
        raise Refusal("error_param", "request must set one of [item_name,attribute_status]")
    statuses = call.values("item_status") or [status for status in STATUSES if status not in DELETED]
    hits = [item for item, _ in _listed(call, statuses) if _hit(call.switches, item, sku, name)]
    offset = int(cursor.removeprefix("AAAA")) if cursor.startswith("AAAA") else 0
    page, more = hits[offset : offset + size], offset + size < len(hits)
    return {
        "item_id_list": [item.item_id for item in page],
        "total_count": len(hits),
        "next_offset": f"AAAA{offset + size}" if more else "",
    }


def _hit(switches: dict[str, Any], item: Item, sku: str | None, name: str | None) -> bool:
    if not sku:
        return not name or name.casefold() in item.fields["item_name"].casefold()
    skus = [item.fields.get("item_sku", "")]
    if switches["search_sees_model_sku"]:
        skus += [model.sku for model in item.models]
    if switches["search_sku_exact"]:
        return sku in skus
    return any(sku.casefold() in own.casefold() for own in skus)
