"""Every reading that the public record of an interface leaves open, in the position that is not the default one.

A position flips a switch of the sandbox, a setting of the adapter, or both where the two must agree. The suite runs in
the default position of all of them; here is the other one of each. `source` is the section of the contract that leaves
it open. `excused` names laws (`law`, or `law:case`) that cannot hold in a position, with the reason; it is kept short.

`test_positions.py` compares this table with what config/channels/*.toml and docs/sandbox.md mark as uncertain.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from tests.builders import MemoryPictures, a_picture


@dataclass(frozen=True)
class Position:
    """One switch flipped. `name` is the sandbox's switch, or the adapter's setting where the sandbox has none."""

    platform: str
    name: str
    source: str
    sandbox: Mapping[str, Any] = field(default_factory=dict, hash=False)
    settings: Mapping[str, Any] = field(default_factory=dict, hash=False)
    excused: Mapping[str, str] = field(default_factory=dict, hash=False)
    module: str = ""  # the only module of the suite that can feel it; else those of the listing path

    def __str__(self) -> str:
        flipped = self.sandbox.get(self.name, self.settings.get(self.name))
        return f"{self.platform}:{self.name}={flipped}"

    @property
    def names(self) -> set[str]:
        return {self.name, *self.sandbox, *self.settings}


def _there(platform: str, name: str, source: str, *values: Any, **more: Any) -> list[Position]:
    """A switch of the sandbox alone: the adapter has to cope with each value."""
    return [Position(platform, name, source, {name: value, **more}) for value in values]


def _here(platform: str, name: str, source: str, *values: Any) -> list[Position]:
    """A setting of the adapter alone: the sandbox takes each value."""
    return [Position(platform, name, source, settings={name: value}) for value in values]


def _papers() -> list[dict[str, Any]]:
    """Every document that the sandbox's food categories want; the ids are its own."""
    paper = MemoryPictures().url(a_picture("giấy tờ"))
    return [{"type": "category", "document_id": number, "url": paper} for number in (21, 22)]


SHOPEE = [
    *_there("shopee", "gateway_status", "3.1: HTTP status not documented", 200, 400, 401),
    *_there("shopee", "business_status", "3.1: commonly 200", 400),
    *_there("shopee", "rate_limit_status", "3.4: 200 or 429", 429),
    *_there("shopee", "code_prefix", "3.1: codes may have a module prefix", False),
    *_there("shopee", "dead_token_code", "3.2: two codes for a dead token", "error_auth"),
    *_there("shopee", "refresh_grace", "2.2: FAQ 144 against single use", True),
    *_there("shopee", "settle_error", "4.9: the code before an item has settled", "error_param"),
    *_there("shopee", "list_lag_seconds", "4.13: lists may lag", 4.0),
    *_there("shopee", "review_seconds", "4.12: length of a review", 5.0),
    *_there("shopee", "review_edits", "4.12: whether edits are reviewed", True, review_seconds=3.0),
    *_there("shopee", "stale_echo", "3.4: update_item's echo", False),
    *_there("shopee", "update_takes_logistics", "4.8: logistic_info after June 2026", False),
    *_there("shopee", "search_sku_exact", "open question 7", False),
    *_there("shopee", "search_sees_model_sku", "open question 7", True),
    *_there("shopee", "unknown_ids_missing", "4.12: unknown ids of get_item_base_info", False),
    *_there("shopee", "empty_list_absent", "4.11: an empty get_item_list", True),
    *_there("shopee", "gtin_limit_inside", "4.4: position of gtin_limit", True),
    *_there("shopee", "all_stock_failed_documented", "3.1: error_busi", False),
    *_there("shopee", "promotion_locks_stock", "4.10: stock under a promotion", True),
    *_there("shopee", "delete_last_model", "4.9: deleting the last model", True),
    *_there("shopee", "title_limit", "open question 2", [5, 60]),
    *_there("shopee", "description_limit", "open question 2", [1, 5_000]),
    *_there("shopee", "dimension_mandatory", "4.4: dimension_limit", True),
    *_there("shopee", "image_min_pixels", "open question 2", 500),
    *_there("shopee", "options_per_tier", "open question 15: 20 or 50", 20),
    *_here("shopee", "max_options", "open question 15: 20 or 50", 50),
    Position(
        "shopee", "warehouses", "open question 14", {"warehouses": ["VNZ", "VNH"]}, {"location_ids": ["VNZ", "VNH"]}
    ),
    *_here("shopee", "location_ids", "open question 14: may it be named by a single-warehouse shop", ["VNZ"]),
    *_here("shopee", "attribute_language", "4.2: vn or vi", "vi"),
    *_here("shopee", "picture_min_side", "4.5: the smallest side of a picture", 100),
    *_here("shopee", "delta_margin_seconds", "4.11: how late a change shows in the list", 0),
    *_here("shopee", "delta_walk", "4.11: listing what changed only, or everything", False),
]  # fmt: skip

LAZADA = [
    *_there("lazada", "seller_sku_unique", "open question 3", "per_item"),
    *_there("lazada", "partial_failure", "6.2", "nothing_applied"),
    *_there("lazada", "partial_code", "6.2", "0"),
    *_there("lazada", "validation_style", "6.1: shapes of detail", "detail_code", "top"),
    *_there("lazada", "qc", "3.11: an item waits for its check", "delay", qc_seconds=4.0),
    *_there("lazada", "qc_on_update", "3.5: updates go through QC", False, qc="delay", qc_seconds=4.0),
    *_there("lazada", "price_jump_qc", "3.6: a price change of 80 %", True, qc="delay", qc_seconds=4.0),
    *_there("lazada", "index_lag_seconds", "6.5: indexing delay", 4.0),
    *_there("lazada", "access_expires_in", "2.3", 604_800, 2_592_000),
    *_there("lazada", "refresh_expires_in", "2.3", 1_209_600, 15_552_000),
    *_there("lazada", "refresh_rotates", "open question 4", False),
    Position(
        "lazada", "partner_id_required", "open question 13",
        {"partner_id_required": True}, {"partner_id": "ocop-connector"},
    ),
    *_here("lazada", "partner_id", "open question 13: sent where it is not required", "ocop-connector"),
    *_there("lazada", "timestamp_code", "2.4", "InvalidTimestamp"),
    *_there("lazada", "app_key_code", "2.4", "AppKeyInvalid"),
    Position(
        "lazada", "image_max_bytes", "open question 7", {"image_max_bytes": 1_048_576}
    ),
    *_here("lazada", "picture_max_bytes", "open question 7", 3_145_728),
    Position("lazada", "title_limit", "open question 7", {"title_limit": "chars"}, {"title_in_bytes": False}),
    *_there("lazada", "title_limit", "open question 7: the adapter counts bytes, Lazada characters", "chars"),
    Position("lazada", "quantity_reads", "open question 5", {"quantity_reads": "total"}, {"quantity_reads": "total"}),
    *_there("lazada", "quantity_reads", "open question 5: we expect the other", "total"),
    *_there("lazada", "item_get_style", "open question 10", "camel"),
    *_there("lazada", "ids", "3.4: numbers or text", "string"),
    *_there("lazada", "empty_data", "3.9: no matches", "total_only"),
    *_there("lazada", "clear_special_price", "open question 6", "zero_clears"),
    *_here("lazada", "special_price", "3.12: a sale price that runs", "ignored"),
    *_there("lazada", "special_price_min_ratio", "3.12: the allowed ratio", 0.5),
    *_there("lazada", "sku_values", "3.1: numbers in a JSON SKU", "any"),
    *_there("lazada", "auto_fill", "3.4: disableAutoFillAttribute", False),
]  # fmt: skip

TIKI = [
    Position("tiki", "client_auth", "2.1", {"client_auth": "post"}, {"client_auth": "post"}),
    *_there("tiki", "client_auth", "2.1", "basic"),
    *_there("tiki", "missing_attribute", "4.6 and 4.7", "async"),
    *_there("tiki", "required_documents", "4.5", "none"),
    Position(
        "tiki", "required_documents", "4.5", {"required_documents": "all"},
        {"certificate_files": _papers},
    ),
    *_there("tiki", "seller_warehouse_required", "5.2", True),
    *_there("tiki", "min_code_required", "open question 3", True),
    *_here("tiki", "min_code", "open question 3: left out where it is not required", False),
    *_there("tiki", "single_update_zeroes_missing", "open question 2", True),
    *_there("tiki", "batch_limit", "open question 2: no batch is sent", 10),
    *_there("tiki", "batch_answer", "open question 2: no batch is sent", "rows"),
    *_there("tiki", "batch_partial", "open question 2: no batch is sent", "others_applied"),
    *_there("tiki", "apply_lag_seconds", "5.2: approved is not proof", 3.0),
    *_there("tiki", "active_as", "5.1", "string"),
    *_there("tiki", "id_field", "5.1", "product_id", "id"),
    *_there("tiki", "list_lag_seconds", "5.1", 4.0),
    Position("tiki", "short_pages", "6.2", {"short_pages": True}, {"short_pages": True}),
    *_there("tiki", "request_lists_master", "13", True),
    *_there("tiki", "legacy_header", "2.4", True),
    *_there("tiki", "filter_user_agents", "1", True),
    *_here("tiki", "user_agent", "1: no filter, another name", "another-name"),
    Position(
        "tiki", "is_hidden_means", "5.4", settings={"is_hidden_means": "hidden"},
        excused={"test_a_ban_is_told_with_its_reason": "in this reading the seller hid it and nobody banned anything"},
    ),
    *_there("tiki", "code_seconds", "open question 1", 60),
    *_there("tiki", "refresh_seconds", "open question 1", 3_600),
    *_here("tiki", "tracking_limit", "4.8: rows of an answer", 5),
    *_here("tiki", "inventory_type", "4.3: what the seller is registered for", "instock"),
]  # fmt: skip


_UNPAID = {"test_an_unpaid_order_is_open_as_its_pieces_are_off_sale": "in this reading it takes nothing off sale"}
_COUNTED = dict.fromkeys(
    (
        "test_each_step_of_an_order_is_what_it_means_to_stock:returned",
        "test_steps_that_were_missed_come_to_the_same:returned",
        "test_a_part_that_comes_back_is_counted",
        "test_what_comes_back_long_after_it_was_sold_is_counted_once",
    ),
    "in this reading a person counts what comes back",
)
_EXCUSED = {
    ("shopee", "stock_deducted_at"): _UNPAID,
    ("shopee", "returned_comes_back"): _COUNTED,
    ("lazada", "back_statuses"): _COUNTED,
    ("tiki", "returned_is_back"): _COUNTED,
}


def _orders(platform: str, source: str, sandbox: Mapping[str, Any], **settings: Any) -> Position:
    """A reading of orders, their events or pushes; it is named by the first switch or setting."""
    name = next(iter({**sandbox, **settings}))
    return Position(platform, name, source, sandbox, settings, _EXCUSED.get((platform, name), {}), "test_orders")


ORDERS = [
    _orders("shopee", "6.5: the moment of the deduction", {"stock_deducted_at": "paid"}, unpaid_reserves=False),
    _orders("shopee", "6.5: returns", {"return_restores_stock": True}),
    _orders("shopee", "6.5: returns", {"failed_delivery_restores_stock": True}),
    _orders("shopee", "6.3: what a failed delivery makes of an order", {"failed_delivery_status": "TO_RETURN"}),
    _orders("shopee", "6.1: order of the list", {"order_list_newest_first": False}),
    _orders("shopee", "open question 12", {"order_list_documented_statuses": False}),
    _orders("shopee", "open question 3", {"push_signed_with": "push_key"}),
    _orders("shopee", "6.4: does a return move update_time", {}, returns_walk=False),
    _orders("shopee", "6.4: page_no of get_return_list", {}, returns_page_is_entry=True),
    _orders("shopee", "6.4: what returned_qty counts", {}, returned_comes_back=False),
    _orders("lazada", "4.4: a late cancellation", {"late_cancel_restores_stock": True}),
    _orders("lazada", "4.4: returns", {"return_restores_stock": True}),
    _orders("lazada", "not stated: does a return move updated_at", {}, returns_walk=True),
    _orders("lazada", "not stated: does a return move updated_at", {"return_moves_order": False}, returns_walk=True),
    _orders("lazada", "open question 9", {"orders_most_offset": 5_000}),
    _orders("lazada", "open question 9", {"order_ids_most": 100}, orders_per_call=100),
    _orders("lazada", "4.3: which statuses mean back in the house", {}, back_statuses=["shipped_back_success"]),
    _orders("tiki", "6.5: a deadline", {"confirm_hours": 12.0}),
    _orders("tiki", "open question 6", {"confirm_twice": "refused"}),
    _orders("tiki", "6.6: when reserved pieces leave", {"ready_reserves": False}),
    _orders("tiki", "open question 5", {"return_restores_stock": True}),
    _orders("tiki", "7: payload of the created event", {"created_event_status": True}),
    _orders("tiki", "7: events come late", {"event_lag_seconds": 5.0}),
    _orders("tiki", "open question 7", {"event_batch": 2}),
    _orders("tiki", "open question 7", {"queue_limit": 1}),
    _orders("tiki", "6.4: what returned says", {}, returned_is_back=False),
    _orders("tiki", "6.3: split orders", {}, split_parents_count=True),
]

POSITIONS: tuple[Position, ...] = (*SHOPEE, *LAZADA, *TIKI, *ORDERS)

# What the listing suite cannot feel, with the file that turns it.
ELSEWHERE: Mapping[tuple[str, str], str] = {
    ("shopee", "calls_per_second"): "tests/contract/test_pace.py",
    ("lazada", "calls_per_second"): "tests/contract/test_pace.py",
    ("tiki", "queue_token"): "tests/adapters/test_tiki_calls.py",
    ("shopee", "offset_limit"): "tests/contract/test_shopee.py",
}
