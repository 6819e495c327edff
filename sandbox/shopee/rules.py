"""What an item must satisfy; every write checks the whole item again, as the platform does."""

from collections.abc import Sequence
from typing import Any

from sandbox.shopee import attributes, catalogue
from sandbox.shopee.call import Call
from sandbox.shopee.errors import Refusal, missing
from sandbox.shopee.state import Item

MOST_HASHTAGS = 18
SKU_LENGTH = 100


def check_fields(call: Call, fields: dict[str, Any]) -> None:
    """The content of an item; prices and stock are checked where they are written."""
    category = catalogue.leaf(fields.get("category_id"))
    if category.id in call.switches["forbidden_categories"]:
        raise Refusal("error_forbidden_category", "The category is forbidden.")
    check_title(call.switches, fields.get("item_name"))
    _check_description(call.switches, fields.get("description"))
    _check_images(call, fields.get("image"))
    weight = _check_weight(fields.get("weight"))
    _check_dimension(call.switches, fields.get("dimension"))
    catalogue.check_logistics(fields.get("logistic_info"), weight, fields.get("dimension"))
    catalogue.check_brand(category, fields.get("brand"))
    attributes.check(category, fields.get("attribute_list") or [])
    _check_pre_order(fields.get("pre_order"), category.pre_order)
    if fields.get("condition", "NEW") not in ("NEW", "USED"):
        raise Refusal("error_param", "Invalid parameter for product.")
    check_sku(fields.get("item_sku") or "")


def check_title(switches: dict[str, Any], title: Any) -> None:
    if not isinstance(title, str) or not title.strip():
        raise Refusal("error_item_name_empty", "Item name could not be empty.")
    least, most = switches["title_limit"]
    if len(title.strip()) < least:
        raise Refusal("error_item_name_is_too_short", "Item_name length is less than min limit.")
    if len(title.strip()) > most:
        raise Refusal("error_title_exceeds_max_length", "The length of item_name is bigger than max limit.")
    if any(ord(letter) < 32 for letter in title):
        raise Refusal("error_title_character_forbidden", "Item_name contains forbidden characters.")


def _check_description(switches: dict[str, Any], text: Any) -> None:
    least, most = switches["description_limit"]
    if not isinstance(text, str) or len(text.strip()) < least:
        raise Refusal("error_desc_length_min_limit", "Description length is less than the min limit.")
    if len(text) > most:
        raise Refusal("error_param", "Parameter is not match the constraints, description is too long.")
    if text.count("#") > MOST_HASHTAGS:
        raise Refusal("error_desc_hash_tag_over_limit", "Count of hash tags is more than 18")


def _check_images(call: Call, image: Any) -> None:
    ids = image.get("image_id_list") if isinstance(image, dict) else None
    least, most = call.switches["image_count_limit"]
    if not isinstance(ids, list) or len(ids) < least:
        raise Refusal("error_image_num_min", "The number of images is less than the min limit.")
    if len(ids) > most:
        raise Refusal("error_param", "Parameter is not match the constraints, too many images.")
    for image_id in ids:
        check_image(call, image_id)


def check_image(call: Call, image_id: Any) -> None:
    if not isinstance(image_id, str) or call.market.world.pictures.get(image_id) is None:
        raise Refusal("error_param", "Image not exist.")


def _check_weight(weight: Any) -> float:
    if not isinstance(weight, int | float) or isinstance(weight, bool) or weight <= 0:
        raise Refusal("error_param", "Invalid Weight.")
    return float(weight)


def _check_dimension(switches: dict[str, Any], dimension: Any) -> None:
    if not dimension:
        if switches["dimension_mandatory"]:
            raise Refusal("error_param", "dimension is required")
        return
    sides = [dimension.get(name) for name in ("package_length", "package_width", "package_height")]
    if not all(isinstance(side, int) and side > 0 for side in sides):
        raise Refusal("error_param", "Invalid parameter for product.")


def _check_pre_order(pre_order: Any, allowed: bool) -> None:
    if not pre_order or not pre_order.get("is_pre_order"):
        return
    if not allowed:
        raise Refusal("error_param_category_not_support_pre_order", "Category does not support pre-order.")
    days = pre_order.get("days_to_ship")
    if not isinstance(days, int) or days < 7:
        raise Refusal("error_invalid_days_to_ship", "Invalid days_to_ship.")
    if days > 30:
        raise Refusal("error_param_dts_exceeds_max_limit", "Days_to_ship exceeds max limit")


def check_sku(sku: Any) -> str:
    if not isinstance(sku, str) or len(sku) > SKU_LENGTH:
        raise Refusal("error_param", "Parameter is not match the constraints, sku is too long.")
    return sku.strip()


def price(switches: dict[str, Any], value: Any) -> int:
    """Whole dong; fractions are rounded, not refused."""
    if not isinstance(value, int | float) or isinstance(value, bool):
        raise Refusal("error_invalid_price", "Invalid price, please use the correct format")
    amount = int(value + 0.5)
    least, most = switches["price_limit"]
    if amount < least:
        raise Refusal("error_price_exceed_min_limitt", "Original_price is less than min price limit.")
    if amount > most:
        raise Refusal("error_price_exceed_max_limitt", "Original_price is bigger than max price limit.")
    return amount


def ratio_kept(switches: dict[str, Any], prices: Sequence[float]) -> bool:
    """All models of one item lie within the ratio."""
    return not prices or max(prices) <= switches["price_ratio"] * min(prices)


def stock(switches: dict[str, Any], rows: Any, held: dict[str, int] | None = None) -> dict[str, int]:
    """Pieces by location out of seller_stock; a single warehouse may stay unnamed."""
    places = switches["warehouses"]
    if rows is None:
        return dict.fromkeys(places, 0)
    if not isinstance(rows, list) or not rows:
        raise missing("seller_stock")
    found = dict(held or {})
    for row in rows:
        found[_place(places, row.get("location_id"))] = _pieces(switches, row.get("stock"))
    if found.keys() != set(places):
        raise Refusal("error_auth", "Lack of location_id, please double check.")
    return found


def _place(places: list[str], named: str | None) -> str:
    if not named:
        if len(places) > 1:
            raise Refusal("error_busi", "The merchant/shop has multi warehouse, please input location id")
        return places[0]
    if named not in places:
        raise Refusal(
            "error_auth",
            "The location_id input is not matched the shop's location_id(more/wrong). Please double check.",
        )
    return named


def _pieces(switches: dict[str, Any], value: Any) -> int:
    least, most = switches["stock_limit"]
    if not isinstance(value, int) or isinstance(value, bool) or not least <= value <= most:
        raise Refusal("error_param", f"Parameter is not match the constraints, stock must be {least} to {most}.")
    return value


def check_promotion_locks(item: Item, changed: dict[str, Any]) -> None:
    """Under promotion name, description and pictures stand still."""
    if not item.promoted:
        return
    locks = {
        "item_name": ("name", "Item_name"),
        "description": ("description", "Description of item"),
        "image": ("image", "Image of item"),
    }
    for name, (code, words) in locks.items():
        if name in changed and changed[name] != item.fields.get(name):
            raise Refusal(
                f"error_cannt_edit_{code}_in_promotion",
                f"{words} cannot be edited when item is under promotion.",
            )
