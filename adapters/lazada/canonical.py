"""The desired listing in Lazada's own form: what it would show after taking ours. Everything here is pure."""

from collections.abc import Mapping
from typing import Any

from adapters.attributes import Attribute, accept, fill
from adapters.lazada.reference import Reference
from adapters.markup import to_html, to_text
from connector.domain.listing import Desired, Facts, Offer, Value
from connector.domain.text import fold, tidy


def canonical(desired: Desired, reference: Reference, settings: Mapping[str, Any]) -> Facts:
    """What has not been read from Lazada yet (ids, options) stands as we name it; the next pass knows better."""
    category = reference.category(desired.category) or desired.category
    facts: dict[str, Value] = {
        "title": title(desired, settings),
        "description": to_text(to_html(desired.description)),
        "category": category,
        "brand": reference.brand(desired.brand)[1],
        "pictures": pictures(desired, settings),
        "weight_g": weights({offer.sku: offer.weight_g for offer in desired.offers}),
        "size_cm": "x".join(str(side) for side in desired.size_cm),
        "visible": desired.visible,
        "variants": variants(desired, reference),
    }
    facts |= {f"price:{offer.sku}": offer.price for offer in desired.offers}
    facts |= {f"stock:{offer.sku}": offer.quantity for offer in desired.offers}
    return facts | {f"attr:{name}": value for name, value in attributes(desired, reference, settings).items()}


def variants(desired: Desired, reference: Reference) -> tuple[str, ...]:
    """The options of a listing of one form say nothing: an item that has lost its other variants keeps the axis."""
    if len(desired.offers) == 1:
        return desired.skus
    return tuple(sorted("|".join((offer.sku, *options(desired, offer, reference))) for offer in desired.offers))


def title(desired: Desired, settings: Mapping[str, Any]) -> str:
    """The full title where it fits, else the producer's short one; never cut here (`check` complains)."""
    full = tidy(desired.title)
    return full if title_fits(full, settings) else tidy(desired.short_title) or full


def title_fits(text: str, settings: Mapping[str, Any]) -> bool:
    """255 characters, or bytes as an error text has it (a marked letter takes 2 or 3): `title_in_bytes`."""
    size = len(text.encode()) if settings.get("title_in_bytes", True) else len(text)
    return size <= int(settings.get("title_max", 255))


def pictures(desired: Desired, settings: Mapping[str, Any]) -> tuple[str, ...]:
    """The first eight, each once."""
    return tuple(dict.fromkeys(desired.pictures))[: int(settings.get("pictures_max", 8))]


def weights(grams: Mapping[str, int]) -> Value:
    """One number where all variants weigh the same, else SKU|grams; Lazada takes kilograms with two decimals."""
    rounded = {sku: round_up(g) for sku, g in grams.items()}
    same = set(rounded.values())
    return same.pop() if len(same) == 1 else tuple(sorted(f"{sku}|{g}" for sku, g in rounded.items()))


def round_up(grams: int) -> int:
    return -(-grams // 10) * 10


def attributes(desired: Desired, reference: Reference, settings: Mapping[str, Any]) -> dict[str, str]:
    """Values for the category's attributes; nothing while its attributes have not been read."""
    category = reference.category(desired.category)
    known = reference.attributes(category) if category else None
    return fill(known or [], desired, settings)[0]


def axis(name: str, desired: Desired, reference: Reference) -> Attribute | None:
    """The category's own axis of that name; None: ours is sent as a custom one."""
    category = reference.category(desired.category)
    found = reference.axes(category) if category else []
    return next((a for a in found if fold(name) in (fold(a.label), fold(a.name))), None)


def axis_name(name: str, desired: Desired, reference: Reference) -> str:
    known = axis(name, desired, reference)
    return known.name if known else tidy(name)


def options(desired: Desired, offer: Offer, reference: Reference) -> tuple[str, ...]:
    """The offer's options as Lazada keeps them: a listed one under its English name, a custom one as we wrote it."""
    pairs = zip(desired.axes, offer.options, strict=False)
    return tuple(_option(axis(name, desired, reference), value) for name, value in pairs)


def _option(known: Attribute | None, value: str) -> str:
    exact = known.options.get(fold(value)) if known else None
    return exact or (accept(known, value) if known and not known.open else None) or tidy(value)
