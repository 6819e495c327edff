"""What the platform says about shops: their state, their warehouses and who authorised the app."""

from typing import Any

from sandbox.shopee.call import Call
from sandbox.shopee.errors import Refusal
from sandbox.shopee.state import Shop


def get_shop_info(call: Call) -> dict[str, Any]:
    shop = call.shop
    return {
        "shop_name": shop.name,
        "region": "VN",
        "status": "NORMAL",
        "is_cb": False,
        "is_sip": False,
        "auth_time": int(shop.auth_time),
        "expire_time": int(shop.expire_time),
        "is_upgraded_cbsc": False,
        "merchant_id": None,
        "shop_fulfillment_flag": "Others",
        "is_main_shop": False,
        "is_direct_shop": False,
        "linked_main_shop_id": 0,
        "linked_direct_shop_list": [],
        "sip_affi_shops": [],
        "is_one_awb": False,
        "is_mart_shop": False,
        "is_outlet_shop": False,
        "mart_shop_id": 0,
        "outlet_shop_info_list": [],
        "mart_outlet_structure_type": "",
    }


def get_shops_by_partner(call: Call) -> dict[str, Any]:
    size, page = call.number("page_size", 100), call.number("page_no", 1)
    linked = [shop for shop in call.market.shops.values() if shop.linked]
    rows = [_authorised(shop) for shop in linked[(page - 1) * size : page * size]]
    return {"authed_shop_list": rows, "more": page * size < len(linked)}


def _authorised(shop: Shop) -> dict[str, Any]:
    return {
        "region": "VN",
        "shop_id": shop.shop_id,
        "auth_time": int(shop.auth_time),
        "expire_time": int(shop.expire_time),
        "sip_affi_shop_list": [],
    }


def get_warehouse_detail(call: Call) -> list[dict[str, Any]]:
    """An array, and only for shops with several warehouses."""
    places = call.switches["warehouses"]
    if len(places) < 2:
        raise Refusal("warehouse.error_not_in_whitelist", "Your shop has no permission to access multi-warehouse.")
    return [_warehouse(number, place) for number, place in enumerate(places, start=1)]


def _warehouse(number: int, place: str) -> dict[str, Any]:
    return {
        "warehouse_id": number,
        "warehouse_name": f"Kho {number}",
        "warehouse_type": 1,
        "location_id": place,
        "address_id": 9000 + number,
        "region": "VN",
        "state": "Hà Nội",
        "city": "Huyện Ba Vì",
        "address": "",
        "zipcode": "",
        "district": "",
        "town": "",
        "state_code": "",
        "holiday_mode_state": 0,
    }
