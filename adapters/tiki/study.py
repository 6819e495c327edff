"""Reading what Tiki says about itself and this seller, seldom: categories, attributes, brands, the warehouse."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from adapters.attributes import Attribute
from adapters.paging import pages
from adapters.tiki.client import Client
from adapters.tiki.reference import OEM, Reference
from connector.domain.listing import Desired
from connector.domain.problem import Problem
from connector.domain.text import fold
from connector.errors import Refused
from connector.ports import Catalogue, Category, Connection

_CHOICES = ("select", "multiselect")
_NUMBERS = ("boolean", "decimal", "integer", "int", "float", "number")
# Filled from the parcel and the brand, not from details.
_OURS = {"brand", "product_weight_kg", "product_length", "product_width", "product_height", "description"}


def learn(client: Client, desired: Desired) -> None:
    """Read what a create of `desired` needs and the notebook does not hold, or holds for too long."""
    connection, reference = client.connection, Reference(client.connection)
    if desired.category and (reference.category(desired.category) is None or old(connection, "categories")):
        _learn_categories(client, desired.category)
    category = reference.category(desired.category) if desired.category else ""
    if category and (reference.attributes(category) is None or old(connection, f"attributes {category}")):
        _learn_attributes(client, category)
    if category and reference.brand(desired.brand) is None:
        _learn_brand(client, category, desired.brand)
    seller(client)


def catalogue(client: Client, names: Sequence[str], *, fresh: bool) -> Catalogue:
    connection, reference = client.connection, Reference(client.connection)
    if fresh:
        _learn_categories(client, *names)
    found = {name: reference.category(name) for name in names}
    if fresh:
        for category in sorted({category for category in found.values() if category}):
            _learn_attributes(client, category)
    read = {name: (category, reference.attributes(category or "")) for name, category in found.items()}
    categories = {
        name: Category(category or "", {a.name: a.label for a in known or () if a.mandatory})
        for name, (category, known) in read.items()
        if category == "" or known is not None
    }
    return Catalogue(connection.notebook.get("paths", "") or {}, categories)


def seller(client: Client) -> Mapping[str, Any]:
    """The seller's operation model and warehouse, read once in a while."""
    connection = client.connection
    if not Reference(connection).seller() or old(connection, "seller"):
        me = client.get("/v2/sellers/me", "sellers/me")
        stores = client.get("/v2/sellers/me/warehouses", "sellers/warehouses", {"status": 1, "type": 1, "limit": 50})
        connection.notebook.put("seller", "me", _seller(client.settings, me, stores))
        stamp(connection, "seller")
    return Reference(connection).seller()


def _seller(settings: Mapping[str, Any], me: Mapping[str, Any], stores: Any) -> dict[str, Any]:
    models = [str(model) for model in me.get("operation_models") or ()]
    wanted = str(settings.get("inventory_type", "dropship"))
    rows = stores.get("data") or [] if isinstance(stores, Mapping) else stores
    warehouse = str(settings.get("warehouse") or next((row["id"] for row in rows), ""))
    if not warehouse:
        vi = "Gian hàng Tiki chưa có kho lấy hàng đang mở. Mở một kho trong Seller Center rồi thử lại."
        raise Refused((Problem("warehouse_missing", "stock", vi, "The seller has no open warehouse at Tiki."),))
    model = wanted if wanted in models or not models else models[0]
    return {"inventory_type": model, "warehouse": warehouse, "may_write": me.get("can_update_product", 1) != 0}


def old(connection: Connection, what: str) -> bool:
    read_at = connection.notebook.get("read_at", what)
    age = timedelta(days=float(connection.channel.settings.get("reference_days", 1)))
    return read_at is None or datetime.fromisoformat(read_at) + age < connection.clock.now()


def stamp(connection: Connection, what: str) -> None:
    connection.notebook.put("read_at", what, connection.clock.now().isoformat())


def _learn_categories(client: Client, *mapped: str) -> None:
    """All primary categories in one read; "" where a mapped name fits none or several."""
    connection = client.connection
    rows = client.get("/v2/categories", "categories", {"isPrimary": "true"}).get("data") or []
    by_name: dict[str, list[Mapping[str, Any]]] = {}
    for row in rows:
        if row.get("is_primary", True) and row.get("is_product_listing_enabled", True):
            by_name.setdefault(fold(str(row.get("name") or "")), []).append(row)
    paths = {str(row["id"]): str(row["name"]) for same in by_name.values() for row in same}
    connection.notebook.put("paths", "", paths)
    for name in {*connection.channel.categories.values(), *mapped} - {""}:
        found = by_name.get(fold(name.split(">")[-1]), [])
        chosen = found[0] if len(found) == 1 else None
        connection.notebook.put("category", fold(name), str(chosen["id"]) if chosen else "")
        if chosen:
            connection.notebook.put("licensed", str(chosen["id"]), chosen.get("no_license_seller_enabled") is False)
    stamp(connection, "categories")


def _learn_attributes(client: Client, category: str) -> None:
    rows = client.get(f"/v2/categories/{category}/attributes", "categories/attributes").get("data") or []
    client.connection.notebook.put(
        "brand_attribute", category, next((r["id"] for r in rows if r["code"] == "brand"), "")
    )
    kept = [_attribute(client, row) for row in rows if row["code"] not in _OURS]
    client.connection.notebook.put("attributes", category, [attribute.note() for attribute in kept])
    stamp(client.connection, f"attributes {category}")


def _attribute(client: Client, row: Mapping[str, Any]) -> Attribute:
    choice = row.get("input_type") in _CHOICES
    return Attribute(
        name=str(row["code"]),
        label=str(row.get("display_name") or row["code"]),
        mandatory=bool(row.get("is_required")),
        options=_values(client, str(row["id"])) if choice and row.get("is_required") else {},
        open=not choice,
        numeric=row.get("data_type") in _NUMBERS,
        many=row.get("input_type") == "multiselect",
        id=str(row["id"]),
    )


def _values(client: Client, attribute: str) -> dict[str, str]:
    """The listed values, which are sent as text."""
    connection, size = client.connection, int(client.settings.get("page", 50))
    known = connection.notebook.get("values", attribute)
    if known is not None and not old(connection, f"values {attribute}"):
        return dict(known)

    def fetch(page: int) -> tuple[Sequence[Mapping[str, Any]], int | None]:
        body = client.get(f"/v2/attributes/{attribute}/values", "attributes/values", {"page": page, "limit": size})
        last = min(int((body.get("paging") or {}).get("last_page") or 0), int(client.settings.get("value_pages", 10)))
        return body.get("data") or [], page + 1 if page < last else None

    found = {fold(str(row["value"])): str(row["value"]) for rows in pages(fetch, 1) for row in rows}
    connection.notebook.put("values", attribute, found)
    stamp(connection, f"values {attribute}")
    return found


def _learn_brand(client: Client, category: str, brand: str) -> None:
    """One search by name; a brand that is not listed becomes OEM."""
    notebook = client.connection.notebook
    attribute = notebook.get("brand_attribute", category)
    rows: Sequence[Mapping[str, Any]] = ()
    if attribute:
        query = {"q": brand, "page": 1, "limit": int(client.settings.get("page", 50))}
        rows = client.get(f"/v2/attributes/{attribute}/values", "attributes/values", query).get("data") or []
    found = next((str(row["value"]) for row in rows if fold(str(row["value"])) == fold(brand)), OEM)
    notebook.put("brand", fold(brand), found)
