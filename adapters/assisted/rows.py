"""What an op asks for, as rows of a seller centre's workbook: one row per variant."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from adapters.assisted.canonical import canonical, offers
from adapters.assisted.template import Column, Template, UploadKind
from connector.domain.listing import Desired, Facts, Offer, Value, kind_of
from connector.domain.plan import Kind
from connector.domain.text import cut
from connector.ports import Task

_IDENTITY = 3  # cells that only say which row it is
_OF_A_VARIANT = ("variants", "price", "stock", "weight_g", "visible")  # the other fields are the whole product's


@dataclass(frozen=True, slots=True, eq=False)
class Row:
    """`cells` hold canonical values by our column key. The fields in `own` are carried by this row alone, those in
    `shared` by any good row of its listing."""

    listing: int
    sku: str
    upload: UploadKind
    cells: Mapping[str, Value]
    own: frozenset[str]
    shared: frozenset[str] = frozenset()
    pictures: tuple[str, ...] = ()
    creates: bool = False
    fingerprint: str = ""
    category: str = ""


def rows_of(task: Task, template: Template) -> list[Row]:
    match task.op.kind:
        case Kind.CREATE:
            return list(_created(task, template))
        case Kind.REVISE:
            return list(_revised(task, template))
        case Kind.SET_PRICE | Kind.SET_STOCK:
            return list(_offered(task))
        case Kind.SHOW | Kind.HIDE:
            return [_switched(task, template)]
        case Kind.ADJUST_STOCK:
            raise NotImplementedError(
                "a seller centre's workbook has no relative stock"
            )  # the port's law: what `can` denies raises
    raise AssertionError(task.op.kind)


def _created(task: Task, template: Template) -> Iterator[Row]:
    desired, facts = task.desired, canonical(task.desired, template)
    head: dict[str, Value] = {"action": template.words.create, "group_key": desired.code}
    product = _product_cells(facts, template)
    for offer in offers(desired):
        yield Row(
            listing=task.op.listing,
            sku=offer.sku,
            upload="content",
            cells={**head, **product, **_offer_cells(offer, desired, template)},
            own=_own(offer),
            shared=frozenset(f for f in facts if kind_of(f) not in ("variants", "price", "stock")),
            pictures=_pictures(facts),
            creates=True,
            fingerprint=task.op.fingerprint,
            category=desired.category,
        )


def _revised(task: Task, template: Template) -> Iterator[Row]:
    """New variants join by the product's id, those no longer wanted leave; the product's own cells ride on one row."""
    facts = {f: value for f, value in canonical(task.desired, template).items() if f in task.op.values}
    known = [offer for offer in offers(task.desired) if offer.sku in task.op.ref.variants]
    for offer in known:
        row = _changed(task, offer, facts, template, leads=offer is known[0])
        if len(row.cells) > _IDENTITY or row.pictures:
            yield row
    if "variants" in facts:
        yield from _joined(task, template)
        yield from _removed(task, template)


def _changed(task: Task, offer: Offer, facts: Facts, template: Template, *, leads: bool) -> Row:
    """Changed cells only: an empty cell leaves what is there."""
    cells: dict[str, Value] = {
        "action": template.words.revise,
        "group_key": task.desired.code,
        "listing_id": task.op.ref.variants[offer.sku],
    }
    if "variants" in facts:
        cells |= _axis_cells(offer, task.desired, template)
    if "weight_g" in facts:
        cells["weight_g"] = offer.weight_g
    if leads:
        product = _product_cells(facts, template)
        cells |= {key: template.words.clear if value == "" else value for key, value in product.items()}
    return Row(
        listing=task.op.listing,
        sku=offer.sku,
        upload="content",
        cells=cells,
        own=frozenset(f for f in ("variants", "weight_g") if f in facts),
        shared=frozenset(f for f in facts if kind_of(f) not in _OF_A_VARIANT) if leads else frozenset(),
        pictures=_pictures(facts) if leads else (),
        fingerprint=task.op.fingerprint,
        category=task.desired.category,
    )


def _joined(task: Task, template: Template) -> Iterator[Row]:
    head: dict[str, Value] = {
        "action": template.words.create,
        "group_key": task.desired.code,
        "group_id": task.op.ref.item,
    }
    for offer in offers(task.desired):
        if offer.sku not in task.op.ref.variants:
            yield Row(
                listing=task.op.listing,
                sku=offer.sku,
                upload="content",
                cells={**head, **_offer_cells(offer, task.desired, template)},
                own=_own(offer),
                creates=True,
                fingerprint=task.op.fingerprint,
                category=task.desired.category,
            )


def _removed(task: Task, template: Template) -> Iterator[Row]:
    for sku, listing_id in task.op.ref.variants.items():
        if sku not in task.desired.skus:
            cells: dict[str, Value] = {"action": template.words.remove, "listing_id": listing_id, "sku": sku}
            yield Row(task.op.listing, sku, "status", cells, frozenset({"variants"}), fingerprint=task.op.fingerprint)


def _offered(task: Task) -> Iterator[Row]:
    for name, value in task.op.values.items():
        column, _, sku = name.partition(":")
        cells: dict[str, Value] = {"listing_id": task.op.ref.variants.get(sku, ""), "sku": sku, column: value}
        yield Row(task.op.listing, sku, "offers", cells, frozenset({name}), fingerprint=task.op.fingerprint)


def _switched(task: Task, template: Template) -> Row:
    word = template.words.show if task.op.kind is Kind.SHOW else template.words.hide
    cells: dict[str, Value] = {"action": word, "group_id": task.op.ref.item}
    sku = task.desired.skus[0]
    return Row(task.op.listing, sku, "status", cells, frozenset({"visible"}), fingerprint=task.op.fingerprint)


def _own(offer: Offer) -> frozenset[str]:
    return frozenset({"variants", f"price:{offer.sku}", f"stock:{offer.sku}"})


def _product_cells(facts: Facts, template: Template) -> dict[str, Value]:
    cells = {f: facts[f] for f in ("title", "category", "size_cm", "description") if f in facts}
    cells |= {f.partition(":")[2]: value for f, value in facts.items() if kind_of(f) == "attributes"}
    if "description" in cells and template.has("short_text"):
        text = " ".join(str(cells["description"]).partition("\n")[0].split())
        cells["short_text"] = cut(text, template.columns["short_text"].max or len(text))
    return cells


def _offer_cells(offer: Offer, desired: Desired, template: Template) -> dict[str, Value]:
    cells: dict[str, Value] = {"sku": offer.sku, "price": offer.price, "stock": offer.quantity}
    return {**cells, "weight_g": offer.weight_g, **_axis_cells(offer, desired, template)}


def _axis_cells(offer: Offer, desired: Desired, template: Template) -> dict[str, Value]:
    pairs = zip(desired.axes, offer.options, strict=False)
    return {
        f"axis{number}": template.words.axis.format(name=name, value=value)
        for number, (name, value) in enumerate(pairs, start=1)
    }


def _pictures(facts: Facts) -> tuple[str, ...]:
    found = facts.get("pictures", ())
    return found if isinstance(found, tuple) else ()


def cell(value: Value, column: Column, template: Template) -> str | int | float:
    """The value as the seller centre wants to read it."""
    if value is None or value == "":
        return ""
    if value == template.words.clear:
        return value
    match column.form:
        case "integer":
            return int(str(value))
        case "kg":
            return round(int(str(value)) / 1000, 3)
        case "date":
            return date.fromisoformat(str(value)).strftime(template.words.date)
    return str(value)
