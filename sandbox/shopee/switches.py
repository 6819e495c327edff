"""Everything about Shopee that is uncertain, or that a test wants otherwise, by name and with its default."""

from typing import Any

DEFAULTS: dict[str, Any] = {
    # HTTP status of refusals: undocumented; the body alone decides (uncertain).
    "gateway_status": 403,
    "business_status": 200,
    "rate_limit_status": 200,
    # Business codes carry their module ("product.error_param"): measured once, absent from the docs.
    "code_prefix": True,
    # A dead token is "invalid_acceess_token" or "error_auth": both documented.
    "dead_token_code": "invalid_acceess_token",
    # A spent refresh token is refused, or answers the same new pair for four hours (uncertain).
    "refresh_grace": False,
    # The authorisation page redirects at once, or waits for a click.
    "auto_consent": True,
    # Hosts a redirect may go to; empty allows all.
    "redirect_hosts": [],
    # Calls per second and shop before error_rate_limit; 0 is off. No figure is published.
    "calls_per_second": 0,
    # Seconds between add_item and the first moment init_tier_variation works (confirmed: at least 5).
    "settle_seconds": 5.0,
    # What init_tier_variation answers before that (uncertain).
    "settle_error": "error_item_not_found",
    # Seconds for which get_item_list and search_item show yesterday's truth.
    "list_lag_seconds": 0.0,
    # Seconds a new item stays REVIEWING; 0 is live at once. Edited items too, when review_edits.
    "review_seconds": 0.0,
    "review_edits": False,
    # Words in a title that end a review with BANNED.
    "ban_words": [],
    # update_item echoes the status from before the write (measured once).
    "stale_echo": True,
    # update_item still takes logistic_info after June 2026 (uncertain).
    "update_takes_logistics": True,
    # search_item's item_sku: exact or keyword; and whether it sees model SKUs (both uncertain).
    "search_sku_exact": True,
    "search_sees_model_sku": False,
    # Unknown ids in get_item_base_info are left out, or all-unknown is refused (uncertain).
    "unknown_ids_missing": True,
    # An empty get_item_list has no "item" key (uncertain).
    "empty_list_absent": False,
    # get_item_list refuses a larger offset and wants `next`; 0 is no limit (where it lies is uncertain).
    "offset_limit": 0,
    # gtin_limit sits beside `response` as documented, or inside it (uncertain).
    "gtin_limit_inside": False,
    # A single warehouse may leave location_id out; several must name each one.
    "warehouses": ["VNZ"],
    # All models of a stock write refused: documented code, or product.error_busi as measured.
    "all_stock_failed_documented": True,
    # Under promotion a stock write must stay above the reserve, or is refused outright (both documented).
    "promotion_locks_stock": False,
    # Deleting the last model is undocumented.
    "delete_last_model": False,
    # Limits, served by get_item_limit and enforced; no figure was measured in Vietnam.
    "price_limit": [1_000, 120_000_000],
    "stock_limit": [0, 999_999],
    "title_limit": [10, 120],
    "description_limit": [100, 3_000],
    "image_count_limit": [1, 9],
    "tier_name_limit": [1, 14],
    "option_name_limit": [1, 20],
    "item_count_limit": 50_001,
    "dimension_mandatory": False,
    # Enforced, though get_item_limit does not serve them.
    "options_per_tier": 50,
    "models_per_item": 50,
    "price_ratio": 5.0,
    "image_min_pixels": 100,
    "forbidden_categories": [100880],
    # Stock goes down when an order is placed, or only when it is paid (uncertain, COD too).
    "stock_deducted_at": "placed",
    # Goods of returns and failed deliveries go back into stock by themselves (undocumented: no).
    "return_restores_stock": False,
    "failed_delivery_restores_stock": False,
    # What a failed delivery makes of the order (uncertain): CANCELLED or TO_RETURN.
    "failed_delivery_status": "CANCELLED",
    # An order shows up in lists, details and pushes up to so many seconds late (seeded).
    "order_lag_seconds": 0.0,
    # Minutes until an unpaid order cancels itself.
    "unpaid_minutes": 30.0,
    # get_order_list: newest first, and whether its filter takes only the documented statuses (both uncertain).
    "order_list_newest_first": True,
    "order_list_documented_statuses": True,
    # The official sandbox has no returns; production has.
    "returns_module": True,
    # Pushes are signed with the partner key, or with a key of their own (uncertain): partner_key | push_key.
    "push_signed_with": "partner_key",
    # One integrator saw a msg_id in pushes; the documents know none.
    "push_msg_id": False,
}
