"""Reads that a seller needs before listing: categories, attributes, brands, limits and carriers."""

from typing import Any

from sandbox.shopee import attributes
from sandbox.shopee.call import Call
from sandbox.shopee.categories import BY_ID, TREE, Category, recommend
from sandbox.shopee.errors import Refusal, missing, wrong

BRANDS = {
    2500139861 + n: name
    for n, name in enumerate(
        (
            "Ba Vì Xanh",
            "Bát Tràng Gốm Việt",
            "Chè Thái Nguyên",
            "Đà Lạt Farm",
            "Gạo Sạch Đồng Tháp",
            "Lụa Vạn Phúc",
            "Mật Ong Rừng Việt",
            "Mây Tre Phú Vinh",
            "Miến Làng So",
            "Nước Mắm Truyền Thống",
            "Tinh Dầu Làng Hương",
            "Vườn Nhà",
        )
    )
}
NO_BRAND = ("No Brand", "NoBrand")

CHANNELS: dict[int, dict[str, Any]] = {
    # The ids 50021 and 50022 are this sandbox's own; 50015 is a child behind the mask of 50021.
    50021: {"name": "Nhanh", "enabled": True, "fee_type": "SIZE_INPUT", "mask": 0, "max_kg": 30},
    50022: {"name": "Tiết kiệm", "enabled": True, "fee_type": "FIXED_DEFAULT_PRICE", "mask": 0, "max_kg": 20},
    50015: {"name": "VNPost Nhanh", "enabled": True, "fee_type": "SIZE_INPUT", "mask": 50021, "max_kg": 30},
    18080: {"name": "Hỏa tốc", "enabled": False, "fee_type": "FIXED_DEFAULT_PRICE", "mask": 0, "max_kg": 5},
}


def leaf(category_id: Any) -> Category:
    category = BY_ID.get(category_id) if isinstance(category_id, int) else None
    if category is None:
        raise Refusal("error_invalid_category", f"Invalid category ID {category_id}")
    if not category.leaf:
        raise Refusal("error_incalid_category", f"Invalid category ID {category_id}")
    return category


def get_category(call: Call) -> dict[str, Any]:
    language = _language(call, ("vi", "en"))
    return {
        "category_list": [
            {
                "category_id": c.id,
                "parent_category_id": c.parent,
                "original_category_name": c.en,
                "display_category_name": c.vi if language == "vi" else c.en,
                "has_children": not c.leaf,
            }
            for c in TREE
        ]
    }


def _language(call: Call, allowed: tuple[str, ...]) -> str:
    language = (call.request.q("language") or "en").lower()
    if language not in allowed:
        raise Refusal("error_invalid_language", "Invalid language.")
    return language


def category_recommend(call: Call) -> dict[str, Any]:
    return {"category_id": recommend(call.query("item_name"))}


def get_attribute_tree(call: Call) -> dict[str, Any]:
    _language(call, ("vi", "vn", "en"))
    ids = call.ids("category_id_list", "category_ids", "category_id", most=20)
    return {
        "list": [
            {
                "category_id": category_id,
                "warning": "",
                "attribute_tree": [attributes.shown(a) for a in attributes.schema(leaf(category_id))],
            }
            for category_id in ids
        ]
    }


def get_brand_list(call: Call) -> dict[str, Any]:
    """Brands are the same for every leaf here; the pending list (status 2) is empty."""
    offset, size, status = call.number("offset"), call.page_size(), call.number("status")
    category = leaf(call.number("category_id"))
    if status not in (1, 2):
        raise wrong("status must be 1 or 2")
    brands = list(BRANDS.items()) if status == 1 else []
    page = brands[offset : offset + size]
    more = offset + size < len(brands)
    return {
        "brand_list": [{"brand_id": id, "original_brand_name": n, "display_brand_name": n} for id, n in page],
        "has_next_page": more,
        "next_offset": offset + size if more else 0,
        "is_mandatory": category.kind in attributes.BRAND_MANDATORY,
        "input_type": "DROP_DOWN",
    }


def check_brand(category: Category, brand: Any) -> None:
    if not brand:
        if category.kind in attributes.BRAND_MANDATORY:
            raise Refusal("error_less_required_brand", "Brand information required")
        return
    if brand.get("brand_id") is None or brand.get("original_brand_name") is None:
        raise Refusal("error_incalid_brand", "Brand ID or brand name required")
    named = NO_BRAND if brand["brand_id"] == 0 else (BRANDS.get(brand["brand_id"]),)
    if brand["original_brand_name"] not in named:
        raise Refusal("error_invalid_brand", "Invalid brand")


def get_item_limit(call: Call) -> dict[str, Any]:
    """What the switches say; each is enforced by the writes."""
    s = call.switches
    category_id = call.number("category_id", 0)
    pre_order = leaf(category_id).pre_order if category_id else True
    return {
        "price_limit": _limit(s["price_limit"]),
        "wholesale_price_threshold_percentage": _limit([30, 100]),
        "stock_limit": _limit(s["stock_limit"]),
        "item_name_length_limit": _limit(s["title_limit"]),
        "item_image_count_limit": _limit(s["image_count_limit"]),
        "item_description_length_limit": _limit(s["description_limit"]),
        "tier_variation_name_length_limit": _limit(s["tier_name_limit"]),
        "tier_variation_option_length_limit": _limit(s["option_name_limit"]),
        "item_count_limit": {"max_limit": s["item_count_limit"]},
        "dts_limit": {
            "days_to_ship_limit": _limit([7, 30] if pre_order else [-1, -1]),
            "non_pre_order_days_to_ship": 2,
        },
        "weight_limit": {"weight_mandatory": True},
        "dimension_limit": {"dimension_mandatory": s["dimension_mandatory"]},
        "size_chart_limit": {
            "size_chart_mandatory": False,
            "support_image_size_chart": True,
            "support_template_size_chart": False,
        },
        "gtin_limit": {"gtin_validation_rule": "Optional"},
    }


def _limit(bounds: list[int]) -> dict[str, int]:
    return {"min_limit": bounds[0], "max_limit": bounds[1]}


def get_channel_list(call: Call) -> dict[str, Any]:
    return {"logistics_channel_list": [_channel(id, channel) for id, channel in CHANNELS.items()]}


def _channel(channel_id: int, channel: dict[str, Any]) -> dict[str, Any]:
    return {
        "logistics_channel_id": channel_id,
        "logistics_channel_name": channel["name"],
        "enabled": channel["enabled"],
        "cod_enabled": True,
        "fee_type": channel["fee_type"],
        "size_list": [],
        "weight_limit": {"item_max_weight": channel["max_kg"], "item_min_weight": 0},
        "item_max_dimension": {"height": 100, "width": 100, "length": 100, "unit": "cm", "dimension_sum": 0},
        "volume_limit": {"item_max_volume": 0, "item_min_volume": 0},
        "logistics_description": "",
        "force_enable": False,
        "mask_channel_id": channel["mask"],
        "block_seller_cover_shipping_fee": False,
        "support_cross_border": False,
        "seller_logistic_has_configuration": None,
        "logistics_capability": {"seller_logistics": False},
        "preprint": False,
        "support_pause": False,
        "compulsory_channel": False,
    }


def check_logistics(rows: Any, weight: float, dimension: Any) -> None:
    """At least one enabled carrier that takes the parcel; size-priced ones want the dimension."""
    if not isinstance(rows, list) or not rows:
        raise missing("logistic_info")
    enabled = [_enabled_channel(row) for row in rows if row.get("enabled")]
    if not enabled:
        raise Refusal("error_invalid_logistic_info", "invalid logistic info , no enabled channel")
    for channel in enabled:
        if weight > channel["max_kg"]:
            raise Refusal("error_invalid_logistic_info", "invalid logistic info , weight over the channel's limit")
        if channel["fee_type"] == "SIZE_INPUT" and not dimension:
            raise Refusal("error_param", "dimension is required")


def _enabled_channel(row: dict[str, Any]) -> dict[str, Any]:
    channel = CHANNELS.get(row.get("logistic_id", 0))
    if channel is None or not channel["enabled"] or channel["mask"]:
        raise Refusal("error_invalid_logistic_info", "invalid logistic info , channel cannot be used")
    return channel
