"""The desired listing as Shopee would show it: whatever Shopee rewrites is rewritten here, so equal means equal."""

from collections.abc import Mapping
from dataclasses import replace

from adapters.shopee.attributes import Filled, fill
from adapters.shopee.knowledge import Knowledge
from connector.domain.listing import Desired, Facts, Value, variant_facts
from connector.domain.text import cut
from connector.ports import Connection

AXES = "attr:axes"  # the names of the axes; a fact of its own, so that a renamed one is seen


def single(desired: Desired) -> bool:
    """One form only: a plain item without models, whatever its options are called."""
    return len(desired.offers) == 1


def canonical(desired: Desired, connection: Connection, knowledge: Knowledge) -> Facts:
    """The brand is left out: it is always Shopee's "No Brand", since a small producer's is not registered there."""
    category = knowledge.category(desired.category)
    facts: dict[str, Value] = {
        "title": desired.title_within(knowledge.limit(category, "item_name_length")),
        "description": description(desired, knowledge.limit(category, "item_description_length")),
        "category": category or desired.category,
        "pictures": desired.pictures[: knowledge.limit(category, "item_image_count")],
        "weight_g": desired.weight_g,
        "size_cm": "x".join(map(str, desired.size_cm)),
        "visible": desired.visible,
        "variants": desired.skus if single(desired) else variant_facts(desired.offers),
    }
    if not single(desired):
        facts[AXES] = " | ".join(desired.axes)
    facts |= {f"attr:{name}": filled.text for name, filled in attributes(desired, connection, knowledge).items()}
    facts |= {f"price:{offer.sku}": offer.price for offer in desired.offers}
    return facts | {f"stock:{offer.sku}": offer.quantity for offer in capped(desired, knowledge).offers}


def capped(desired: Desired, knowledge: Knowledge) -> Desired:
    """With no quantity above what Shopee can show."""
    most = knowledge.limit(knowledge.category(desired.category), "stock")
    return replace(desired, offers=tuple(replace(o, quantity=min(o.quantity, most)) for o in desired.offers))


def attributes(desired: Desired, connection: Connection, knowledge: Knowledge) -> Mapping[str, Filled]:
    """By attribute name, those that can be filled."""
    sources = connection.channel.settings["attributes"]
    found = {
        attribute["name"]: fill(attribute, desired.details, sources)
        for attribute in knowledge.attributes(knowledge.category(desired.category))
    }
    return {name: filled for name, filled in found.items() if filled is not None}


def description(desired: Desired, limit: int) -> str:
    """Where it is too long the producer's prose is cut, never the block of label facts the law wants shown."""
    prose, gap, facts = desired.description.rpartition("\n\n")
    if len(desired.description) <= limit or len(facts) + 2 >= limit:
        return desired.description
    return cut(prose, limit - len(facts) - len(gap)) + gap + facts
