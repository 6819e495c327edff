"""add_item and update_item: creating is never idempotent, updating is a merge field by field."""

from typing import Any

from sandbox.shopee import images, rules
from sandbox.shopee.call import Call
from sandbox.shopee.errors import Refusal, missing
from sandbox.shopee.state import Item, Model

KEPT = (
    "item_name",
    "description",
    "category_id",
    "image",
    "weight",
    "dimension",
    "logistic_info",
    "attribute_list",
    "brand",
    "item_sku",
    "condition",
    "pre_order",
    "wholesale",
    "video_upload_id",
    "gtin_code",
    "item_dangerous",
    "description_type",
    "description_info",
    "purchase_limit_info",
    "size_chart_info",
    "promotion_images",
    "scheduled_publish_time",
)
"""Request fields that an item keeps under their own names."""

REMOVABLE = ("item_sku", "wholesale", "video_upload_id")
"""An empty value takes these away; an empty value elsewhere is a value to be checked."""


def add_item(call: Call) -> dict[str, Any]:
    for name in (
        "item_name",
        "description",
        "original_price",
        "weight",
        "category_id",
        "image",
        "logistic_info",
    ):
        if call.body.get(name) is None:
            raise missing(name)
    held = sum(i.shop_id == call.shop_id and i.status in ("NORMAL", "UNLIST") for i in call.market.items.values())
    if held >= call.switches["item_count_limit"]:
        raise Refusal("error_reach_shop_item_limit", "Item published item count reaches limit.")
    fields = {name: call.body[name] for name in KEPT if call.body.get(name) is not None}
    rules.check_fields(call, fields)
    status = _wanted_status(call.body.get("item_status", "NORMAL"))
    model = Model(
        0,
        (),
        "",
        rules.price(call.switches, call.body["original_price"]),
        rules.stock(call.switches, call.body.get("seller_stock")),
        float(fields["weight"]),
    )
    item = _place(call, fields, model, status)
    return echo(call, item, item.status) | {
        "price_info": {"current_price": model.price, "original_price": model.price},
        "seller_stock": [{"stock": pieces} for pieces in model.stock.values()],
    }


def _wanted_status(status: Any) -> str:
    if status not in ("NORMAL", "UNLIST"):
        raise Refusal("error_busi_item_status_invalid", "Invalid item status.")
    return str(status)


def _place(call: Call, fields: dict[str, Any], model: Model, status: str) -> Item:
    now = call.now
    item = Item(call.market.next_item_id(), call.shop.shop_id, fields, [model], now, now)
    item.settles_at = now + call.switches["settle_seconds"]
    start_review(call, item, status)
    call.market.items[item.item_id] = item
    return item


def start_review(call: Call, item: Item, status: str) -> None:
    """Sets the status a write asks for, by way of a review when there is one."""
    seconds, words = call.switches["review_seconds"], call.switches["ban_words"]
    title = item.fields["item_name"].casefold()
    end = "BANNED" if any(word.casefold() in title for word in words) else status
    if seconds > 0 and status == "NORMAL":
        item.after_review, item.reviewed_at = end, call.now + seconds
        item.set_status("REVIEWING", call.now)
        call.market.waiting[item.item_id] = item
    else:
        call.market.conclude(item, end)


def update_item(call: Call) -> dict[str, Any]:
    """Merges what was sent; price, stock and models are not its business and are passed over."""
    item = call.editable()
    changed = {name: call.body[name] for name in KEPT if name in call.body}
    if not call.switches["update_takes_logistics"]:
        changed.pop("logistic_info", None)
    rules.check_promotion_locks(item, changed)
    merged = {name: value for name, value in (item.fields | changed).items() if value or name not in REMOVABLE}
    rules.check_fields(call, merged)
    wanted = call.body.get("item_status")
    if wanted is not None:
        _check_transition(item, _wanted_status(wanted))
    before = item.status
    item.fields = merged
    _overwrite_models(item, changed)
    item.updated = call.now
    if call.switches["review_edits"] and item.status in ("NORMAL", "BANNED"):
        start_review(call, item, "NORMAL")
    elif wanted:
        item.set_status(wanted, call.now)
    return echo(call, item, before if call.switches["stale_echo"] else item.status)


def _check_transition(item: Item, wanted: str) -> None:
    if wanted != item.status and item.status not in ("NORMAL", "UNLIST"):
        raise Refusal("error_busi_item_status_invalid", "Invalid item status.")
    if wanted == "UNLIST" and item.promoted:
        raise Refusal("error_cannt_unlisted_in_promotion", "Item cannot be unlisted when item is under promotion.")


def _overwrite_models(item: Item, changed: dict[str, Any]) -> None:
    """The item's weight and dimension overwrite those of all its models."""
    for model in item.models:
        if "weight" in changed:
            model.weight = float(changed["weight"])
        if "dimension" in changed:
            model.dimension = changed["dimension"]


def echo(call: Call, item: Item, status: str) -> dict[str, Any]:
    """What both writes answer: numbers where reads have strings."""
    fields = item.fields
    ids = fields["image"]["image_id_list"]
    return {
        "item_id": item.item_id,
        "item_name": fields["item_name"],
        "item_status": status,
        "category_id": fields["category_id"],
        "description": fields["description"],
        "weight": fields["weight"],
        "images": {"image_id_list": ids, "image_url_list": [images.url(call.request.base, id) for id in ids]},
        "attribute": [_attribute(one) for one in fields.get("attribute_list") or []],
        "logistic_info": [
            {
                "logistic_id": row["logistic_id"],
                "enabled": bool(row.get("enabled")),
                "is_free": bool(row.get("is_free")),
                "size_id": row.get("size_id", 0),
                "shipping_fee": row.get("shipping_fee", 0),
            }
            for row in fields["logistic_info"]
        ],
        "pre_order": pre_order(fields),
        "condition": fields.get("condition", "NEW"),
        "brand": brand(fields),
        "dimension": fields.get("dimension") or NO_DIMENSION,
        "item_dangerous": fields.get("item_dangerous", 0),
        "description_type": "normal",
        "video_info": [],
        "wholesale": fields.get("wholesale") or [],
    }


def _attribute(given: dict[str, Any]) -> dict[str, Any]:
    blank = {"value_id": 0, "original_value_name": "", "value_unit": ""}
    values = [blank | value for value in given.get("attribute_value_list") or []]
    return {"attribute_id": given["attribute_id"], "attribute_value_list": values}


NO_DIMENSION = {"package_length": 0, "package_width": 0, "package_height": 0}


def pre_order(fields: dict[str, Any]) -> dict[str, Any]:
    asked = fields.get("pre_order") or {}
    if not asked.get("is_pre_order"):
        return {"is_pre_order": False, "days_to_ship": 2}
    return {"is_pre_order": True, "days_to_ship": asked["days_to_ship"]}


def brand(fields: dict[str, Any]) -> dict[str, Any]:
    """No brand is written "No Brand" and read "NoBrand"."""
    given = fields.get("brand") or {"brand_id": 0}
    name = given["original_brand_name"] if given["brand_id"] else "NoBrand"
    return {"brand_id": given["brand_id"], "original_brand_name": name}
