"""A desired listing in the form that a seller centre shows it, as far as its template has columns for it."""

from dataclasses import replace

from adapters.assisted.template import Template
from connector.domain.listing import Desired, Facts, Offer, Value, variant_facts
from connector.domain.text import fold, tidy, tidy_lines

# Label and OCOP facts that may have a column of their own; each is a field attr:<key>.
DETAILS = (
    "producer",
    "origin",
    "shelf_life",
    "storage",
    "ingredients",
    "ocop_stars",
    "ocop_number",
    "ocop_authority",
    "ocop_until",
    "trace_url",
    "delivery_area",
)


def canonical(desired: Desired, template: Template) -> Facts:
    """Only what the content sheet carries. A detail that is not (or no longer) said is "", so that it is cleared."""
    facts: dict[str, Value] = {
        "title": title(desired, template),
        "description": description(desired, template),
        "category": desired.category,
        "pictures": desired.pictures[: template.limits.pictures],
        "variants": variant_facts(offers(desired)),
        "visible": desired.visible,
    }
    if template.has("weight_g"):
        facts["weight_g"] = desired.weight_g
    if template.has("size_cm"):
        facts["size_cm"] = "x".join(map(str, desired.size_cm))
    facts |= {f"attr:{key}": tidy(desired.details.get(key, "")) for key in DETAILS if template.has(key)}
    facts |= {f"price:{offer.sku}": offer.price for offer in desired.offers}
    facts |= {f"stock:{offer.sku}": offer.quantity for offer in desired.offers}
    return facts


def offers(desired: Desired) -> tuple[Offer, ...]:
    """The offers with their options as they come back: trimmed, NFC."""
    return tuple(replace(offer, options=tuple(map(tidy, offer.options))) for offer in desired.offers)


def title(desired: Desired, template: Template) -> str:
    return tidy(desired.title_within(template.columns["title"].max or len(desired.title)))


def description(desired: Desired, template: Template) -> str:
    """The text, with what has no column of its own appended under its caption unless the text says it already."""
    text = tidy_lines(desired.description)
    folded = fold(text)
    homeless = [
        f"{column.caption}: {tidy(desired.details[key])}"
        for key, column in template.columns.items()
        if column.fold_into and desired.details.get(key) and fold(desired.details[key]) not in folded
    ]
    return "\n".join(part for part in (text, *homeless) if part)
