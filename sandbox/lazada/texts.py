"""Rules for the item as a whole: category, title, description, attributes, brand."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from sandbox.lazada.attributes import BRAND_BY_ID, BRAND_BY_NAME, NO_BRAND, SCHEMAS, Attribute, Brand
from sandbox.lazada.categories import BY_ID, Category
from sandbox.lazada.errors import Flaw, Refused, plain
from sandbox.lazada.payload import ident
from sandbox.lazada.prices import filled, number

if TYPE_CHECKING:
    from sandbox.lazada.market import Market

TITLE_MOST, DESCRIPTION_MOST, TEXT_MOST = 255, 25_000, 500
FORBIDDEN = re.compile(r'["^~<>|]')
IMAGE_SOURCE = re.compile(r"<img[^>]+src\s*=\s*[\"']([^\"']+)", re.IGNORECASE)
KEPT = {"name", "description", "short_description", "brand", "model", "video", "warranty_type"}


def category(market: Market, value: Any) -> Category:
    """The leaf that `PrimaryCategory` names; shape errors stand at the top level."""
    if not filled(value):
        raise Refused("1", "E001: Parameter PrimaryCategory is mandatory")
    found = BY_ID.get(ident(value) or 0)
    if found is None:
        raise Refused("201", f"E201: {value} Invalid CategoryId")
    if found[0].children:
        raise plain("4134")
    return found[0]


def category_flaws(market: Market, node: Category) -> list[Flaw]:
    """Categories that need a licence the seller lacks."""
    closed = node.restricted and not market.switches["alcohol_allowed"]
    return [Flaw("4163", "PrimaryCategory")] if closed else []


def attribute_flaws(
    market: Market, node: Category, sent: Mapping[str, Any], complete: bool
) -> list[Flaw]:
    """Flaws of `Attributes`. `complete`: a create, where what is mandatory must be there."""
    flaws = _title(market, sent, complete) + _description(market, sent)
    flaws += _brand_flaws(market, sent, complete)
    for attribute in SCHEMAS[node.schema]:
        if attribute.of_sku or attribute.name in {"name", "brand", "description", "short_description"}:
            continue
        if not filled(sent.get(attribute.name)):
            if attribute.mandatory and (complete or attribute.name in sent):
                flaws.append(Flaw("4110", attribute.name, note=attribute.label))
            continue
        flaws += _value_flaws(attribute, str(sent[attribute.name]))
    return flaws


def _title(market: Market, sent: Mapping[str, Any], complete: bool) -> list[Flaw]:
    name = str(sent.get("name") or "").strip()
    if not name:
        return [Flaw("4108", "name")] if complete or "name" in sent else []
    length = len(name.encode()) if market.switches["title_limit"] == "bytes" else len(name)
    flaws = [Flaw("4160", "name")] if length > TITLE_MOST else []
    if FORBIDDEN.search(name):
        flaws.append(Flaw("4129", "name"))
    return flaws + _sensitive(market, "name", name)


def _description(market: Market, sent: Mapping[str, Any]) -> list[Flaw]:
    flaws = []
    for field in ("description", "short_description"):
        text = str(sent.get(field) or "")
        if len(text) > DESCRIPTION_MOST:
            flaws.append(Flaw("4120", field))
        if any(market.album.hosted(url) is None for url in IMAGE_SOURCE.findall(text)):
            flaws.append(Flaw("4138", field))
        flaws += _sensitive(market, field, text)
    return flaws


def _sensitive(market: Market, field: str, text: str) -> list[Flaw]:
    found = [word for word in market.switches["sensitive_words"] if word.casefold() in text.casefold()]
    return [Flaw("4131", field, note=found[0])] if found else []


def brand_of(sent: Mapping[str, Any]) -> Brand | None:
    """The brand that `brand_id` or `brand` (a name) means; the id counts first."""
    if filled(sent.get("brand_id")):
        return BRAND_BY_ID.get(ident(sent["brand_id"]) or 0)
    return BRAND_BY_NAME.get(str(sent.get("brand") or "").strip().casefold())


def _brand_flaws(market: Market, sent: Mapping[str, Any], complete: bool) -> list[Flaw]:
    if not filled(sent.get("brand_id")) and not filled(sent.get("brand")):
        return [Flaw("4110", "brand")] if complete else []
    brand = brand_of(sent)
    if brand is None:
        return [Flaw("4142", "brand", note=str(sent.get("brand_id") or sent.get("brand"))[:60])]
    if brand.protected:
        return [Flaw("4168", "brand")]
    return [Flaw("4156", "brand")] if brand is NO_BRAND and market.switches["lazmall"] else []


def _value_flaws(attribute: Attribute, text: str) -> list[Flaw]:
    if attribute.input_type == "numeric":
        return _number_flaws(attribute, text)
    several = attribute.input_type.startswith("multi")
    values = [part.strip() for part in text.split(",")] if several else [text]
    if len(set(values)) < len(values):
        return [Flaw("4111", attribute.name)]
    if attribute.input_type in {"singleSelect", "multiSelect"}:
        known = {word.casefold() for option in attribute.options for word in option}
        strangers = [value for value in values if value.strip().casefold() not in known]
        return [Flaw("4115", attribute.name, note=strangers[0][:60])] if strangers else []
    if len(text) > TEXT_MOST:
        return [Flaw("4120", attribute.name)]
    return [Flaw("4129", attribute.name)] if FORBIDDEN.search(text) else []


def _number_flaws(attribute: Attribute, text: str) -> list[Flaw]:
    amount = number(text)
    least, most = (number(bound) for bound in attribute.unit[2:]) if attribute.unit else (None, None)
    if amount is None or (least is not None and amount < least) or (most is not None and amount > most):
        return [Flaw("4107", attribute.name, note=text[:40])]
    return []


def kept(node: Category, sent: Mapping[str, Any]) -> dict[str, str]:
    """What the platform keeps of `Attributes`: names outside the category's table are dropped silently."""
    known = KEPT | {attribute.name for attribute in SCHEMAS[node.schema] if not attribute.of_sku}
    values = {name: str(value) for name, value in sent.items() if name in known and filled(value)}
    if "name" in values:
        values["name"] = values["name"].strip()
    if brand := brand_of(sent):
        values["brand"] = brand.name
    return values


def filled_in(node: Category, values: Mapping[str, str]) -> dict[str, str]:
    """Attributes that the platform's algorithm fills when the seller left them out."""
    unused: Iterable[Attribute] = (
        attribute for attribute in SCHEMAS[node.schema]
        if attribute.input_type == "singleSelect" and attribute.options
        and not attribute.of_sku and attribute.name not in values
    )  # fmt: skip
    return {attribute.name: attribute.options[0][1] for attribute in unused}
