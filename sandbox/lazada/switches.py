"""Both readings of what the public record leaves open, and the knobs that a test or a demo turns."""

from typing import Any

DEFAULTS: dict[str, Any] = {
    "seller_sku_unique": "per_store",     # per_store | per_item (official pages contradict one another)
    "partial_failure": "others_applied",  # others_applied | nothing_applied (not stated anywhere)
    "partial_code": "501",                # 501 | 0: the code that comes with a partial failure's detail
    "validation_style": "detail",         # detail | detail_code | top: where a validation code stands
    "qc": "instant",                      # instant | delay | reject
    "qc_seconds": 2.0,
    "qc_on_update": True,                 # does an update go through QC too
    "price_jump_qc": False,               # legacy: a price change of 80 % or more goes back to QC
    "calls_per_second": 0,                # per path; 0 = unlimited. No figure is published for most paths
    "inventory_per_second": 50,           # price and stock paths of a seller together
    "ban_seconds": 1,
    "brands_per_second": 30,              # above it the answer succeeds and is empty
    "index_lag_seconds": 0.0,             # how late /products/get sees a new item
    "access_expires_in": 864000,          # 10 days; other pages: 30 or 7 days
    "refresh_expires_in": 4320000,        # 50 days; other pages: 180 or 30 days
    "refresh_rotates": True,              # does a refresh answer with another refresh token
    "service_market_app": False,          # such an app cannot refresh: AUTH_TYPE_UNSUPPORTED
    "partner_id_required": False,         # one developer's claim
    "timestamp_code": "IllegalTimestamp",  # the real code for a skewed clock is unknown
    "app_key_code": "InvalidAppKey",       # the same for an unknown app key
    "image_max_bytes": 3_145_728,         # guide and error text; the upload page says 1,048,576
    "migrate_seconds": 0.5,               # how long a batch migration takes at least
    "title_limit": "bytes",               # bytes | chars: what the 255 count
    "quantity_reads": "sellable",         # sellable | total: `quantity` in read answers
    "item_get_style": "snake",            # snake | camel: keys of /product/item/get
    "ids": "number",                      # number | string
    "empty_data": "empty",                # empty: data {} | total_only: data {"total_products": 0}
    "clear_special_price": "no_way",      # no_way | zero_clears
    "special_price_min_ratio": 0.0,       # of the price; the real ratio is unknown, 0 = off
    "sku_values": "strings",              # strings | any: whether a number in a JSON SKU is 1001
    "multi_warehouse": False,             # is the seller a multi-warehouse seller
    "item_limit": 20000,                  # online items of the seller
    "seller_status": "active",            # active | inactive (no writes) | unverified (nothing)
    "lazmall": False,
    "alcohol_allowed": False,             # is the seller licensed for the restricted category
    "sensitive_words": ["hàng giả", "hàng nhái"],
    "auto_fill": True,                    # unused attributes are filled by the platform unless told not to
    "order_lag_seconds": 0.0,             # an order shows up in lists and pushes up to so much later (seeded)
    "unpaid_minutes": 30.0,               # an unpaid order cancels itself and frees what it withheld
    "late_cancel_restores_stock": False,  # does a cancellation after ready_to_ship give stock back
    "return_restores_stock": False,       # do returns and failed deliveries; not stated anywhere
    "return_moves_order": True,           # does a return move its order's updated_at; not stated anywhere
    "failed_status": "failed_delivery",   # failed_delivery | failed: both are allowed filters
    "orders_most_offset": 4500,           # the guide says 5000
    "order_ids_most": 50,                 # of /orders/items/get; the metadata says 100
    "order_dates": "plain",               # plain: 2018-05-17 09:23:36 +0800 as observed | iso
    "many_items_dates": "ms",             # ms: as in the demo of /orders/items/get | order_dates
}  # fmt: skip
