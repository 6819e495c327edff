"""Reference data over HTTP: categories, attributes, brands and the category suggestion."""

from __future__ import annotations

import unicodedata
from typing import TYPE_CHECKING, Any

from sandbox.lazada.attributes import BRANDS, SCHEMAS, brand_rows
from sandbox.lazada.categories import BY_ID, TREE, Category, rows
from sandbox.lazada.errors import Refused, missing

if TYPE_CHECKING:
    from sandbox.lazada.market import Call, Market


def _vietnamese(call: Call) -> bool:
    return call.params.get("language_code", "en_US").lower().startswith("vi")


def tree(market: Market, call: Call) -> dict[str, Any]:
    """/category/tree/get."""
    return {"data": rows(TREE, _vietnamese(call))}


def attributes(market: Market, call: Call) -> dict[str, Any]:
    """/category/attributes/get; unknown categories are 4227, nodes that are no leaf have no table (57)."""
    wanted = call.need("primary_category_id")
    found = BY_ID.get(int(wanted)) if wanted.isdigit() else None
    if found is None:
        raise Refused("4227", "Query category is null")
    if not found[0].schema:
        raise Refused("57", "E057: No attribute sets linked to that category.")
    return {"data": [attribute.row(_vietnamese(call)) for attribute in SCHEMAS[found[0].schema]]}


def brands(market: Market, call: Call) -> dict[str, Any]:
    """/category/brands/query. Over the global limit, or told so by a fault, it succeeds with nothing."""
    if "startRow" not in call.params:
        raise missing("startRow")
    start, size = int(call.params["startRow"] or 0), min(int(call.params.get("pageSize") or 40), 200)
    crowded = market.throttle.over("*", "brands", float(market.switches["brands_per_second"]))
    empty = crowded or market.world.faults.take("lazada", "category.brands", "empty_page") is not None
    data = {
        "start_row": start, "page_index": start // max(size, 1) + 1, "page_size": size,
        "total_record": 0 if empty else len(BRANDS), "total_page": 0 if empty else -(-len(BRANDS) // size),
        "enable_total": True, "module": [] if empty else brand_rows(start, size),
    }  # fmt: skip
    return {"success": True, "error_code": None, "error_msg": None, "data": data}


def suggest(market: Market, call: Call) -> dict[str, Any]:
    """/product/category/suggestion/get: leaves whose words occur in the name."""
    words = _words(call.need("product_name"))
    scored = [
        (len(words & _words(f"{node.vi} {node.en}")), node, path)
        for node, path in BY_ID.values() if not node.children
    ]  # fmt: skip
    best = sorted((entry for entry in scored if entry[0]), key=lambda entry: (-entry[0], entry[1].id))[:3]
    if not best:
        raise Refused("701", "E701: Empty category suggestion.")
    return {"data": {"categorySuggestions": [_suggestion(node, path) for _, node, path in best]}}


def _suggestion(node: Category, path: str) -> dict[str, Any]:
    return {"categoryId": node.id, "categoryName": node.vi, "categoryPath": path}


def _words(text: str) -> set[str]:
    plain = "".join(ch if ch.isalnum() else " " for ch in unicodedata.normalize("NFC", text).casefold())
    return {word for word in plain.split() if len(word) > 1}
