"""A product as typed into a form: the same checks as a spreadsheet's, but what is left blank is meant to be blank."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from connector.domain.problem import Problem
from connector.domain.product import Certificate, Label, Producer, Product
from connector.errors import Complaint
from connector.importing.certificates import certificate
from connector.importing.forms import PACK_AXIS, Form, arrange, form, weigh
from connector.importing.lines import Line, read_cell
from connector.importing.sentences import problem
from connector.importing.sku import derive_code, derive_sku
from connector.importing.values import Unfit, is_blank
from connector.store import Draft, Goods, Saved, Store

LABEL = ("ingredients", "usage", "storage", "warnings", "shelf_life", "net_content", "alcohol_percent", "trace_url")
PLAIN = ("name", "short_name", "brand", "description", "delivery_area")
CERTIFICATE = ("stars", "decision", "authority", "issued_on", "expires_on")
VARIANT = ("pack", "price", "stock", "weight_g", "barcode", "value_1", "value_2", "sku")
MOST_PICTURES, MOST_VARIANTS = 9, 40


@dataclass(frozen=True, slots=True)
class Typed:
    """What stands in the form: facts of the product, one mapping per variant, pictures in order. A variant's `shown`
    is the stock that the person saw: only a number they changed is a count. One with `drop` leaves the product."""

    facts: Mapping[str, str]
    variants: Sequence[Mapping[str, str]]
    pictures: Sequence[str] = ()
    set_no: int = 0
    retired: bool = False


@dataclass(frozen=True, slots=True)
class Edited:
    """A draft, or what is wrong with it: problems by field, those of a variant by (its place, field)."""

    draft: Draft | None
    problems: Mapping[str | tuple[int, str], Problem]


def edit(store: Store, typed: Typed, producer: Producer, before: Goods | None, today: date) -> Edited:
    """Check everything at once. Nothing is written."""
    whole = _line(typed.facts, (*PLAIN, *LABEL, *CERTIFICATE, "size_cm", "axis_1", "axis_2"))
    if "name" in whole.facts:
        whole.facts["name"] = whole.facts["name"].name
    elif not any(found.problem.field == "name" for found in whole.problems):
        whole.complain("name", "name_missing")
    by_pack = typed.facts.get("axis_1", "") == PACK_AXIS
    staying = [at for at, given in enumerate(typed.variants[:MOST_VARIANTS]) if not given.get("drop")]
    forms = [form(_line(_by_pack(typed.variants[at], by_pack), VARIANT, at), whole.facts) for at in staying]
    product = _product(typed, whole, producer, before, today)
    product = replace(product, axes=arrange(forms, product.axes))
    for one in forms:
        one.variant = replace(
            one.variant, sku=one.variant.sku or derive_sku(product.code, one.variant.options, one.variant.pack)
        )
        one.variant = replace(one.variant, weight_g=weigh(one, 0))
    _check_codes(store, whole, product, forms, new=before is None)
    problems = _problems(whole, forms)
    if not staying:
        problems["variants"] = problem("variant_last", "variants")
    if any(found.blocking for found in problems.values()):
        return Edited(None, problems)
    made = replace(product, variants=tuple(one.variant for one in forms))
    dropped = frozenset(given["sku"] for given in typed.variants if given.get("drop") and given.get("sku"))
    mine = frozenset(v.sku for v in before.product.variants) if before else frozenset()
    return Edited(Draft(0, made, _counted(typed, forms), dropped & mine), problems)


def _by_pack(given: Mapping[str, str], by_pack: bool) -> Mapping[str, str]:
    """Where packs tell the variants apart, the pack is the option."""
    return {**given, "value_1": given.get("value_1") or given.get("pack", "")} if by_pack else given


def _line(given: Mapping[str, str], keys: Iterable[str], place: int = 0) -> Line:
    """The form, or the variant at `place` of it, as one row: every field parsed, every unusable one named."""
    line = Line(place, (), {}, ())
    for key in keys:
        text = given.get(key, "")
        if is_blank(text):
            continue
        try:
            line.facts[key] = read_cell(key, text)
        except Unfit as unfit:
            line.complain(key, unfit.code, **unfit.values)
    return line


def _product(typed: Typed, whole: Line, producer: Producer, before: Goods | None, today: date) -> Product:
    facts = whole.facts
    name = facts.get("name", "")
    standing = before.product if before else Product(derive_code(producer.code, name), producer, name, ())
    typed_axes = tuple(facts[key] for key in ("axis_1", "axis_2") if key in facts)
    return replace(
        standing,
        **{key: facts.get(key, "") for key in PLAIN},
        label=Label(**{key: facts.get(key, "") for key in LABEL}),
        set_no=typed.set_no,
        axes=typed_axes or standing.axes,
        size_cm=facts.get("size_cm", standing.size_cm),
        certificate=_certified(certificate(facts, whole, today), standing.certificate),
        pictures=tuple(typed.pictures[:MOST_PICTURES]),
        retired=typed.retired,
    )


def _certified(said: Certificate | None, standing: Certificate | None) -> Certificate | None:
    """What a form does not show of a certificate (withdrawn, made up for a sample) stays while the rest is the same."""
    if said is None or standing is None:
        return said or standing
    same = replace(standing, withdrawn_on=None, made_up=False) == replace(said, withdrawn_on=None, made_up=False)
    return standing if same else said


def _check_codes(store: Store, whole: Line, product: Product, forms: Sequence[Form], *, new: bool) -> None:
    if new and product.name and store.products.by_code([product.code]):
        whole.complain("name", "name_taken")
    owners = store.products.sku_owners([one.variant.sku for one in forms])
    seen: dict[str, int] = {}
    for one in forms:
        place, sku = one.line.row, one.variant.sku
        owner = owners.get(sku, product.code)
        if owner != product.code:
            one.line.complain("sku", "sku_taken", sku=sku, owner="")
        elif sku in seen:
            one.line.complain("pack", "variant_twice", rows=f"{seen[sku] + 1}, {place + 1}")
        seen.setdefault(sku, place)


def _problems(whole: Line, forms: Sequence[Form]) -> dict[str | tuple[int, str], Problem]:
    """One per field, the blocking ones first."""
    made: dict[str | tuple[int, str], Problem] = {}
    for found in sorted(whole.problems, key=lambda one: not one.problem.blocking):
        made.setdefault(found.problem.field, found.problem)
    for one in forms:
        for found in sorted(one.line.problems, key=lambda one: not one.problem.blocking):
            made.setdefault((one.line.row, found.problem.field), found.problem)
    return made


def _counted(typed: Typed, forms: Sequence[Form]) -> dict[str, int] | None:
    said = {
        one.variant.sku: one.stock
        for one in forms
        if one.stock is not None and (given := typed.variants[one.line.row])
        if given.get("stock", "").strip() != given.get("shown", "")
    }
    return said or None


def as_typed(goods: Goods | None) -> Typed:
    """The form of a product as it stands, or an empty one with one variant."""
    if goods is None:
        return Typed({}, [{}])
    product = goods.product
    held = product.certificate
    facts: dict[str, Any] = {key: getattr(product, key) for key in PLAIN}
    facts |= {key: getattr(product.label, key) for key in LABEL}
    facts |= {"size_cm": "x".join(map(str, product.size_cm))}
    facts |= {f"axis_{place}": axis for place, axis in enumerate(product.axes, start=1)}
    if held:
        facts |= {"stars": str(held.stars), "decision": held.number, "authority": held.authority}
        facts |= {"issued_on": held.issued_on.isoformat(), "expires_on": held.expires_on.isoformat()}
    variants = [
        {
            "sku": v.sku,
            "pack": v.pack,
            "price": str(v.price),
            "stock": str(goods.free.get(v.sku, 0)),
            "shown": str(goods.free.get(v.sku, 0)),
            "weight_g": str(v.weight_g),
            "barcode": v.barcode,
            **{f"value_{place}": option for place, option in enumerate(v.options, start=1)},
        }
        for v in product.variants
    ]
    return Typed(facts, variants, product.pictures, product.set_no, product.retired)


def reprice(store: Store, codes: Mapping[str, str], prices: Mapping[str, int], cause: str) -> Saved:
    """Set prices (dong) by SKU; `codes`: the product of each. In one transaction."""
    drafts = []
    for goods in store.products.by_code(sorted(set(codes.values()))).values():
        variants = tuple(replace(v, price=prices.get(v.sku, v.price)) for v in goods.product.variants)
        drafts.append(Draft(0, replace(goods.product, variants=variants)))
    return store.products.put(drafts, cause)


def count(store: Store, code: str, counted: Mapping[str, int], cause: str) -> Saved:
    """Book what was counted in the house, by SKU of one product: by movements, and none where it is right already."""
    goods = store.products.by_code([code])[code]
    packs = [sku for sku in counted if sku not in goods.on_hand]
    if packs:
        raise Complaint(
            f"«{packs[0]}» là gói hoặc không còn bán: đếm hàng gốc của nó.",
            f"“{packs[0]}” is a pack or not sold any more: count the good it is made of.",
        )
    return store.products.put([Draft(0, goods.product, counted)], cause)
