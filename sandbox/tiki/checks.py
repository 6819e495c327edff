"""What Tiki finds at once in a product request: its shape, and no more than that."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from sandbox.tiki.attributes import SCHEMAS, Attribute
from sandbox.tiki.categories import BY_ID, Category
from sandbox.tiki.errors import Failure
from sandbox.tiki.state import PICKUP

if TYPE_CHECKING:
    from sandbox.tiki.market import Market

NAME_LEAST, NAME_MOST, MOST_OPTIONS = 3, 255, 2
MODELS = ("dropship", "instock", "backorder", "seller_backorder", "cross_border")
LISTS = ("images", "option_attributes", "variants")


def check(market: Market, body: Mapping[str, Any]) -> None:
    """Raise 404, 400 or 422 with every sentence there is to say."""
    category = _category(body.get("category_id"))
    errors = _parent(body)
    if not errors:
        seen: set[tuple[Any, ...]] = set()
        skus: set[str] = set()
        for variant in body["variants"]:
            errors += _variant(market, body, variant, skus)
            combination = tuple(variant.get(f"option{at}") for at in (1, 2))
            if body["option_attributes"] and combination in seen:
                errors.append(f"variants options are duplicated => {combination[0]}")
            seen.add(combination)
        if len(body["variants"]) > 1 and not body["option_attributes"]:
            errors.append("variants don't match with option_attributes => option_attributes is empty")
    if errors:
        raise Failure(422, *errors)
    if market.switches["missing_attribute"] == "sync" and (missing := missing_attributes(category, body)):
        raise Failure(400, *missing)


def _category(value: Any) -> Category:
    if not isinstance(value, int) or isinstance(value, bool):
        raise Failure(422, "category_id must be a number")
    if value not in BY_ID:
        raise Failure(404, f"Category not found id: {value}")
    if not BY_ID[value].schema:
        raise Failure(422, f"Category is not primary id: {value}")
    return BY_ID[value]


def _parent(body: Mapping[str, Any]) -> list[str]:
    errors = [f"{name} must not be null" for name in LISTS if not isinstance(body.get(name), list)]
    name = body.get("name")
    if not isinstance(name, str) or not NAME_LEAST <= len(name.strip()) <= NAME_MOST:
        errors.append(f"name must be between {NAME_LEAST} and {NAME_MOST} characters")
    errors += [f"{field} must not be blank" for field in ("description", "image")
               if not isinstance(body.get(field), str) or not body[field].strip()]  # fmt: skip
    if not isinstance(body.get("attributes"), dict):
        errors.append("attributes must not be null")
    if isinstance(body.get("option_attributes"), list) and len(body["option_attributes"]) > MOST_OPTIONS:
        errors.append(f"option_attributes must have at most {MOST_OPTIONS} elements")
    if isinstance(body.get("variants"), list) and not body["variants"]:
        errors.append("variants must not be empty")
    if any(not isinstance(variant, dict) for variant in body.get("variants") or ()):
        return [*errors, "variants must be objects"]
    return errors + [error for holder in (body, *(body.get("variants") or ())) for error in media(holder)]


def media(holder: Mapping[str, Any]) -> list[str]:
    """Wrong shapes of pictures, certificates and list price, which review would stumble over later."""
    errors = []
    for name, kind in (("images", str), ("option_attributes", str), ("certificate_files", dict)):
        rows = holder.get(name)
        if rows is not None and not (isinstance(rows, list) and all(isinstance(row, kind) for row in rows)):
            errors.append(f"{name} must be an array")
    if not isinstance(holder.get("attributes") or {}, dict):
        errors.append("attributes must be an object")
    price = holder.get("market_price")
    if price is not None and price != 0 and not _positive(price):
        errors.append("market_price must be a number")
    return errors


def _variant(market: Market, body: Mapping[str, Any], variant: dict[str, Any], skus: set[str]) -> list[str]:
    errors = []
    for at in range(1, len(body["option_attributes"]) + 1):
        if not variant.get(f"option{at}"):
            errors.append(f"variants don't match with option_attributes => variants option{at} missing")
    if not _positive(variant.get("price")):
        errors.append("variants should have price > 0")
    sku = variant.get("sku")
    if not isinstance(sku, str) or not sku.strip():
        errors.append("variants sku must not be blank")
    elif sku in skus:
        errors.append(f"variants sku is duplicated => {sku}")
    skus.add(str(sku))
    if market.switches["min_code_required"] and not variant.get("min_code"):
        errors.append("variants min_code must not be null")
    return errors + _model(market, variant) + _stock(market, variant)


def _positive(value: Any) -> bool:
    number = isinstance(value, int | float) and not isinstance(value, bool)
    return number and value > 0 and value == int(value)


def model(market: Market, variant: Mapping[str, Any]) -> str | None:
    """The inventory type meant, or None. Left out, it is the only one the seller has registered."""
    registered = list(market.switches["operation_models"])
    wanted = variant.get("inventory_type")
    if not wanted:
        return registered[0] if len(registered) == 1 else None
    wanted = "dropship" if wanted == "drop_ship" else wanted  # the spelling of the old docs
    return str(wanted) if wanted in registered else None


def _model(market: Market, variant: Mapping[str, Any]) -> list[str]:
    if model(market, variant):
        return []
    registered = ", ".join(market.switches["operation_models"])
    wanted = variant.get("inventory_type")
    return [f"variants inventory_type error => Seller haven't registered inventory_type = {wanted} ,"
            f"please choose 1 over here : [{registered}]"]  # fmt: skip


def _stock(market: Market, variant: Mapping[str, Any]) -> list[str]:
    stocks = variant.get("warehouse_stocks")
    if stocks is not None and not isinstance(stocks, list):
        return ["variants warehouse_stocks must be an array"]
    if stocks and market.switches["seller_warehouse_required"] and not variant.get("seller_warehouse"):
        return ["variants seller_warehouse must not be blank"]
    named = variant.get("seller_warehouse")
    if named is not None and not isinstance(named, str):
        return ["variants seller_warehouse must be a string"]
    ids = places(named) + [stock.get("warehouseId") for stock in stocks or ()]
    errors = [f"Warehouse '[{place}]' are not found" for place in dict.fromkeys(ids) if place not in PICKUP]
    if any(not _whole(stock.get("qtyAvailable")) for stock in stocks or ()):
        errors.append("variants warehouse_stocks qtyAvailable should be >= 0")
    return errors


def _whole(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value >= 0


def places(text: str | None) -> list[Any]:
    """Warehouse ids of a comma-separated string; what is no number stays text."""
    parts = [part.strip() for part in (text or "").split(",") if part.strip()]
    return [int(part) if part.isdigit() else part for part in parts]


def missing_attributes(category: Category, body: Mapping[str, Any]) -> list[str]:
    """Required attributes that neither the product nor every variant brings, and numbers that are none."""
    errors = []
    for attribute in SCHEMAS[category.schema]:
        for variant in body["variants"]:
            errors += _attribute(attribute, merged(body, variant).get(attribute.code))
    return list(dict.fromkeys(errors))


def merged(body: Mapping[str, Any], variant: Mapping[str, Any]) -> dict[str, Any]:
    """The attributes of a variant: its own on top of the product's."""
    return {**body["attributes"], **(variant.get("attributes") or {})}


def _attribute(attribute: Attribute, value: Any) -> list[str]:
    if value in (None, "", []):
        needed = attribute.required and attribute.default is None
        return [f"Attribute {attribute.code} is required"] if needed else []
    if attribute.input_type == "multiselect" and not isinstance(value, list):
        return [f"Attribute {attribute.code} must be an array"]
    if attribute.data_type == "decimal" and not _decimal(value):
        return [f"Attribute {attribute.code} must be a number"]
    return []


def _decimal(value: Any) -> bool:
    try:
        return 0 <= float(value) < 1e9
    except (TypeError, ValueError):
        return False


def strangers(category: Category, attributes: Mapping[str, Any]) -> list[str]:
    """Codes whose value is not in the list; found only in review."""
    found = []
    for attribute in SCHEMAS[category.schema]:
        value = attributes.get(attribute.code)
        if not attribute.values or value in (None, "", []):
            continue
        if any(one not in attribute.values for one in (value if isinstance(value, list) else [value])):
            found.append(attribute.code)
    return found
