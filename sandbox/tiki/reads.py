"""Reading back: products in two versions, requests, tracking."""

from __future__ import annotations

from collections.abc import Callable
from math import inf
from typing import TYPE_CHECKING, Any

from sandbox.tiki.attributes import SCHEMAS
from sandbox.tiki.categories import BY_ID, Category
from sandbox.tiki.errors import Failure
from sandbox.tiki.pages import number, page
from sandbox.tiki.state import Product, Ticket, epoch, local
from sandbox.tiki.submissions import find
from sandbox.wire import Request

if TYPE_CHECKING:
    from sandbox.tiki.market import Call, Market


def products(market: Market, call: Call) -> dict[str, Any]:
    """GET products, newest first; hidden ones have a list of their own, whose path is unknown."""
    fits, ripe = _filter(call.request), market.world.clock.now() - float(market.switches["list_lag_seconds"])
    found = [
        product for product in reversed(market.products.values())
        if not product.hidden and product.created <= ripe and fits(product)
    ]  # fmt: skip
    shown, paging = page(call.request, found, bool(market.switches["short_pages"]))
    parts = _parts(call.request, "include")
    return {"data": [row(market, product, call.version, parts) for product in shown], "paging": paging}


def product_by(market: Market, call: Call) -> dict[str, Any]:
    """GET products/findBy?original_sku=: a list of one, or an empty one."""
    sku = call.request.q("original_sku")
    if not sku:
        raise Failure(400, "original_sku must not be blank")
    held = market.products.get(market.by_sku.get(sku, 0))
    shown, paging = page(call.request, [held] if held else [])
    parts = _parts(call.request, "include") | _parts(call.request, "includes")
    return {"data": [row(market, product, call.version, parts) for product in shown], "paging": paging}


def product(market: Market, call: Call) -> dict[str, Any]:
    """GET products/{id}?includes=."""
    held = market.products.get(int(call.match["id"]))
    if held is None:
        raise Failure(404, f"Product not found id: {call.match['id']}")
    return row(market, held, call.version, _parts(call.request, "includes"))


def _parts(request: Request, name: str) -> set[str]:
    return {part.strip() for part in (request.q(name) or "").split(",") if part.strip()}


def _filter(request: Request) -> Callable[[Product], bool]:
    active, category = request.q("active"), request.q("category_id")
    name = (request.q("name") or "").casefold()
    created = _time(request, "created_from_date", 0.0), _time(request, "created_to_date", inf)
    updated = _time(request, "updated_from_date", 0.0), _time(request, "updated_to_date", inf)
    if not (active or category or name) and created == updated == (0.0, inf):
        return lambda held: True

    def fits(held: Product) -> bool:
        return (
            (not active or str(held.active) == active)
            and (not category or str(held.category_id) == category)
            and name in held.name.casefold()
            and created[0] <= int(held.created) <= created[1]
            and updated[0] <= int(held.updated) <= updated[1]
        )

    return fits


def _time(request: Request, name: str, default: float) -> float:
    text = request.q(name)
    if not text:
        return default
    try:
        return epoch(text)
    except ValueError as error:
        raise Failure(400, f"{name} must have the format yyyy-MM-dd HH:mm:ss") from error


def row(market: Market, held: Product, version: str, parts: set[str]) -> dict[str, Any]:
    """A product; the extra blocks only where they are asked for."""
    active: int | str = str(held.active) if market.switches["active_as"] == "string" else held.active
    category = BY_ID[held.category_id]
    shown: dict[str, Any] = {
        _id_field(market, version): held.product_id, "sku": held.sku, "name": held.name,
        "master_id": held.master_id, "master_sku": held.master_sku, "super_id": 0, "super_sku": "",
        "active": active, "original_sku": held.original_sku, "type": "simple",
        "entity_type": "seller_simple", "price": held.price, "market_price": held.market_price,
        "created_at": local(held.created), "updated_at": local(held.updated),
        "thumbnail": _picture(held, held.pictures[0]) if held.pictures else "", "is_hidden": held.hidden,
        "attributes": _attributes(category, held), "categories": [_category(category)],
    }  # fmt: skip
    if "inventory" in parts:
        shown["inventory"] = inventory(held)
    if "images" in parts:
        shown["images"] = [{"id": held.product_id * 100 + at, "url": _picture(held, picture), "position": at}
                           for at, picture in enumerate(held.pictures)]  # fmt: skip
    if "seller" in parts:
        shown["seller"] = {"id": market.seller_id, "name": market.shop}
    return shown


def _id_field(market: Market, version: str) -> str:
    chosen = market.switches["id_field"]
    return chosen if chosen != "by_version" else "id" if version == "v2" else "product_id"


def _picture(held: Product, picture_id: str) -> str:
    return f"{held.base}/_picture/{picture_id}"


def _category(category: Category) -> dict[str, Any]:
    return {"id": category.id, "name": category.name, "url_key": str(category.id), "is_primary": True}


def _attributes(category: Category, held: Product) -> dict[str, Any]:
    kinds = {attribute.code: attribute.input_type for attribute in SCHEMAS[category.schema]}
    values = {**held.attributes, "description": held.description, **held.options}
    return {
        code: {"attribute_code": code, "value": value, "input_type": kinds.get(code, "text")}
        for code, value in values.items()
    }


def inventory(held: Product) -> dict[str, Any]:
    """Stock per warehouse: the seller writes available, Tiki takes off what open orders hold."""
    stocks = []
    for place, available in held.available.items():
        reserved = held.reserved.get(place, 0)
        stocks.append({"warehouse_id": place, "quantity": 0, "quantity_available": available,
                       "quantity_reserved": reserved,
                       "quantity_sellable": max(0, available - reserved)})  # fmt: skip
    return {"inventory_type": held.inventory_type, "fulfillment_type": held.inventory_type,
            "warehouse_stocks": stocks}  # fmt: skip


def tracking(market: Market, call: Call) -> dict[str, Any]:
    """GET tracking/{track_id}."""
    return track_row(find(market, call.match["track"]))


def track_row(ticket: Ticket) -> dict[str, Any]:
    """`request_id` is there once the request is built, `reason` when it was rejected."""
    return {"track_id": ticket.track_id, "request_id": ticket.request_id or None, "state": ticket.state,
            "reason": ticket.reason}  # fmt: skip


def trackings(market: Market, call: Call) -> list[dict[str, Any]]:
    """GET tracking: a bare array, newest first."""
    limit = min(number(call.request, "limit", 20), 100)
    created = _time(call.request, "created_at_min", 0.0), _time(call.request, "created_at_max", inf)
    updated = _time(call.request, "updated_at_min", 0.0), _time(call.request, "updated_at_max", inf)
    found = [
        track_row(ticket) for ticket in reversed(market.tickets.values())
        if created[0] <= int(ticket.created) <= created[1] and updated[0] <= int(ticket.updated) <= updated[1]
    ]  # fmt: skip
    return found[:limit]


def requests(market: Market, call: Call) -> dict[str, Any]:
    """GET requests?state=&include=products."""
    state, parts = call.request.q("state"), _parts(call.request, "include")
    found = [
        ticket for ticket in reversed(market.tickets.values())
        if ticket.request_id and state in (None, "", ticket.state)
    ]  # fmt: skip
    shown, paging = page(call.request, found)
    rows = [_request_row(market, ticket, "products" in parts) for ticket in shown]
    return {"data": rows, "paging": paging}


def request(market: Market, call: Call) -> dict[str, Any]:
    """GET requests/{request_id}, always with its products."""
    track_id = market.by_request.get(call.match["id"])
    if track_id is None:
        raise Failure(404, f"Request not found id: {call.match['id']}")
    return _request_row(market, market.tickets[track_id], with_products=True)


def request_by(market: Market, call: Call) -> dict[str, Any]:
    """GET requests/findBy?track_id=: a list of one."""
    ticket = find(market, call.request.q("track_id") or "")
    if not ticket.request_id:
        raise Failure(404, f"Request not found track_id: {ticket.track_id}")
    shown, paging = page(call.request, [ticket])
    return {"data": [_request_row(market, one, with_products=True) for one in shown], "paging": paging}


def _request_row(market: Market, ticket: Ticket, with_products: bool) -> dict[str, Any]:
    held = [market.products[i] for i in ticket.product_ids if i in market.products] if with_products else []
    rows = [row(market, product, "v2.1", {"images"}) for product in held]
    if rows and market.switches["request_lists_master"]:
        rows.insert(0, _master(rows[0]))
    return {
        "request_id": ticket.request_id, "state": ticket.state, "kind": ticket.kind,
        "created_at": local(ticket.created), "created_by": market.shop,
        "approved_at": local(ticket.approved_at), "approved_by": "tiki" if ticket.approved_at else None,
        "reasons": [ticket.reason] if ticket.reason else None,
        "products": rows,
    }  # fmt: skip


def _master(child: dict[str, Any]) -> dict[str, Any]:
    """The parent that variants hang under: catalogue only, nothing to sell."""
    field = "product_id" if "product_id" in child else "id"
    return child | {field: child["master_id"], "sku": child["master_sku"], "original_sku": None,
                    "entity_type": "master_simple", "active": 0}  # fmt: skip
