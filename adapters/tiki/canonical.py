"""The desired listing in Tiki's own form. Each variant is a product of its own there, with the same content."""

from collections.abc import Mapping
from typing import Any

from adapters.attributes import Attribute, fill
from adapters.markup import to_html, to_text
from adapters.tiki.reference import OEM, Reference
from connector.domain.listing import Desired, Facts, Offer, Value
from connector.domain.problem import Problem
from connector.domain.text import tidy

OPTION = "attr:option:"  # + SKU: what the variant is called; not echoed, and fixed once made
_FEATURES = ("ocop", "net_content", "ingredients", "origin", "storage", "usage")


def canonical(desired: Desired, reference: Reference, settings: Mapping[str, Any]) -> Facts:
    """What has not been read from Tiki yet (ids, listed values) stands as we name it; the next pass knows better."""
    facts: dict[str, Value] = {
        "title": title(desired, settings),
        "description": to_text(to_html(desired.description)),
        "category": reference.category(desired.category) or desired.category,
        "brand": reference.brand(desired.brand) or OEM,
        "pictures": tuple(dict.fromkeys(desired.pictures))[: int(settings.get("pictures_max", 10))],
        "weight_g": weights({offer.sku: offer.weight_g for offer in desired.offers}),
        "size_cm": "x".join(str(side) for side in desired.size_cm),
        "visible": desired.visible,
        "variants": tuple(sorted(desired.skus)),
    }
    if desired.axes:
        facts |= {f"{OPTION}{offer.sku}": " | ".join(map(tidy, offer.options)) for offer in desired.offers}
    facts |= {f"price:{offer.sku}": offer.price for offer in desired.offers}
    facts |= {f"stock:{offer.sku}": offer.quantity for offer in desired.offers}
    filled, _ = attributes(desired, reference, settings)
    return facts | {f"attr:{name}": value for name, value in filled.items()}


def title(desired: Desired, settings: Mapping[str, Any]) -> str:
    return tidy(desired.title_within(int(settings.get("title_max", 255))))


def weights(grams: Mapping[str, int]) -> Value:
    """One number where all variants weigh the same, else SKU|grams."""
    same = set(grams.values())
    return same.pop() if len(same) == 1 else tuple(sorted(f"{sku}|{g}" for sku, g in grams.items()))


def attributes(
    desired: Desired, reference: Reference, settings: Mapping[str, Any]
) -> tuple[dict[str, str], list[Problem]]:
    """Values as text by attribute code; nothing while the category's attributes have not been read."""
    category = reference.category(desired.category)
    known = reference.attributes(category) if category else None
    wanted = [attribute for attribute in known or () if attribute.name != "product_top_features"]
    filled, problems = fill(wanted, desired, settings)
    if known and len(wanted) < len(known):
        filled["product_top_features"] = features(desired)
    return filled, problems


def features(desired: Desired) -> str:
    """The few lines beside the picture: what the label says, else the description's first lines."""
    lines = [desired.details[key] for key in _FEATURES if desired.details.get(key)]
    return "\n".join(lines[:5] or desired.description.split("\n")[:3])


def sent(attribute: Attribute | None, value: str) -> Any:
    """The value in the type Tiki wants: arrays for several choices, numbers, text."""
    if attribute is None:
        return value
    if attribute.many:
        return [value]
    number = float(value) if attribute.numeric else 0.0
    return (int(number) if number.is_integer() else number) if attribute.numeric else value


def parcel(desired: Desired, offer: Offer | None = None) -> dict[str, float]:
    """Weight in kilograms, sides in centimetres."""
    length, width, height = desired.size_cm
    grams = offer.weight_g if offer else desired.weight_g
    return {
        "product_weight_kg": grams / 1000,
        "product_length": length,
        "product_width": width,
        "product_height": height,
    }
