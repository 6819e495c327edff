"""Reference data: the seller, warehouses, categories, attributes and their values."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sandbox.tiki.attributes import BY_ID as ATTRIBUTES
from sandbox.tiki.attributes import OPTION_LABELS, SCHEMAS
from sandbox.tiki.categories import BY_ID, CATEGORIES, Category, parents
from sandbox.tiki.errors import Failure
from sandbox.tiki.pages import page
from sandbox.tiki.state import WAREHOUSES
from sandbox.wire import Request

if TYPE_CHECKING:
    from sandbox.tiki.market import Call, Market


def seller(market: Market, call: Call) -> dict[str, Any]:
    """GET /v2/sellers/me."""
    return {
        "id": market.seller_id, "sid": f"{market.seller_id:040X}", "name": market.shop, "active": 1,
        "logo": "", "operation_models": list(market.switches["operation_models"]),
        "can_update_product": int(market.switches["can_update_product"]),
        "registration_status": "completed", "live_at": "2021-12-08 10:05:39",
    }  # fmt: skip


def can_update(market: Market, call: Call) -> dict[str, str]:
    """POST /{v}/sellers/me/updateCanUpdateProduct."""
    value = call.body.get("can_update_product")
    if value not in (0, 1):
        raise Failure(422, "can_update_product must be 0 or 1")
    market.switches["can_update_product"] = bool(value)
    return {"message": "success"}


def warehouses(market: Market, call: Call) -> dict[str, Any]:
    """GET /v2/sellers/me/warehouses: status 1 is active; type 1 pickup, 0 return."""
    rows = [
        warehouse.row() for warehouse in WAREHOUSES
        if call.request.q("status") in (None, "", str(warehouse.status))
        and call.request.q("type") in (None, "", str(warehouse.type))
    ]  # fmt: skip
    shown, paging = page(call.request, rows)
    return {"data": shown, "paging": paging}


def _flag(request: Request, name: str) -> bool | None:
    return {"true": True, "1": True, "false": False, "0": False}.get((request.q(name) or "").lower())


def categories(market: Market, call: Call) -> dict[str, Any]:
    """GET /v2/categories?name=&parent=&isPrimary=."""
    name, parent = (call.request.q("name") or "").casefold(), call.request.q("parent")
    primary = _flag(call.request, "isPrimary")
    rows = [
        category.row() for category in CATEGORIES
        if name in category.name.casefold()
        and (not parent or category.parent_id == int(parent))
        and (primary is None or bool(category.schema) == primary)
    ]  # fmt: skip
    return {"data": rows}


def _category(call: Call) -> Category:
    found = BY_ID.get(int(call.match["id"]))
    if found is None:
        raise Failure(404, f"Category not found id: {call.match['id']}")
    return found


def category(market: Market, call: Call) -> dict[str, Any]:
    """GET /v2/categories/{id}?includeParents=true."""
    found = _category(call)
    row = found.row()
    if _flag(call.request, "includeParents"):
        row["parents"] = parents(found)
    return row


def attributes(market: Market, call: Call) -> dict[str, Any]:
    """GET /v2/categories/{id}/attributes."""
    found = _category(call)
    return {"data": [attribute.row(found.id) for attribute in SCHEMAS.get(found.schema, ())]}


def option_labels(market: Market, call: Call) -> dict[str, Any]:
    """GET /v2/categories/{id}/optionLabels; the real shape of a row is unknown."""
    _category(call)
    return {"data": [{"id": at, "label": label} for at, label in enumerate(OPTION_LABELS, 1)]}


def values(market: Market, call: Call) -> dict[str, Any]:
    """GET /v2/attributes/{id}/values?q=&page=&limit=."""
    attribute = ATTRIBUTES.get(int(call.match["id"]))
    if attribute is None:
        raise Failure(404, f"Attribute not found id: {call.match['id']}")
    wanted = (call.request.q("q") or "").casefold()
    rows = [
        {"id": attribute.id * 1000 + at, "attribute_code": attribute.code, "value": value, "position": at}
        for at, value in enumerate(attribute.values, 1) if wanted in value.casefold()
    ]  # fmt: skip
    shown, paging = page(call.request, rows)
    return {"data": shown, "paging": paging}
