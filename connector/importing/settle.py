"""Lays what a file says over what the catalogue already knows: what a file does not say stays as it is.

So an import never erases: not a product, not a variant, not a description whose column the file lacks.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import fields, replace
from typing import TypeVar

from connector.domain.product import Label, Producer, Product, Variant
from connector.domain.text import fold
from connector.importing.drafts import Group
from connector.importing.forms import Form, weigh
from connector.importing.lines import Tables
from connector.importing.sku import derive_sku

Record = TypeVar("Record", Label, Producer)
_KEPT = ("name", "short_name", "description", "brand", "set_no", "axes", "certificate", "pictures", "delivery_area")


def settle(group: Group, before: Product | None, tables: Tables) -> None:
    """Complete the group's product and forms from the record before, from its own words, or from defaults."""
    product = group.product
    if before is not None:
        kept = {name: getattr(product, name) or getattr(before, name) for name in _KEPT}
        product = replace(product, **kept, label=_over(product.label, before.label))
        if product.producer.code == before.producer.code:
            product = replace(product, producer=_over(product.producer, before.producer))
        elif not product.producer.name:
            product = replace(product, producer=before.producer)
    _demand(group, name=product.name, producer=product.producer.name)
    if not product.set_no:
        product = replace(product, set_no=_guess(group, tables))
    standing = before or product
    group.product = replace(
        product,
        size_cm=group.facts.get("size_cm", standing.size_cm),
        retired=group.facts.get("retired", standing.retired),
    )
    for form in group.forms:
        _settle_form(form, group.product, _same(form, group, before.variants if before else ()))


def _same(form: Form, group: Group, known: Sequence[Variant]) -> Variant | None:
    """The known variant that a line means: by SKU, by options, by pack, or because there is only one of each."""
    said = form.variant
    if said.sku:
        return next((v for v in known if v.sku == said.sku), None)
    for variant in known:
        if variant.options and variant.options == said.options:
            return variant
    packed = [v for v in known if said.pack and fold(v.pack) == fold(said.pack) and not (v.options and said.options)]
    if len(packed) == 1:
        return packed[0]
    return known[0] if len(known) == 1 == len(group.forms) and known[0].options == said.options else None


def _demand(group: Group, **said: str) -> None:
    for key, value in said.items():
        unread = any(found.problem.field == key for line in group.lines for found in line.problems)
        if not value and not unread:
            group.lines[0].complain(key, f"{key}_missing")


def _over(new: Record, old: Record) -> Record:
    return replace(new, **{f.name: getattr(new, f.name) or getattr(old, f.name) for f in fields(new)})


def _guess(group: Group, tables: Tables) -> int:
    number = tables.sets.guess(group.product.name)
    if number:
        line = group.lines[0]
        line.complain("set_no", "set_guessed", number=number, name=tables.sets.names[number], blocking=False)
    return number


def _settle_form(form: Form, product: Product, before: Variant | None) -> None:
    said = form.variant
    pack = said.pack or (before.pack if before else "")
    form.variant = replace(
        said,
        sku=said.sku or (before.sku if before else derive_sku(product.code, said.options, pack)),
        pack=pack,
        barcode=said.barcode or (before.barcode if before else ""),
    )
    weighed = before is not None and fold(before.pack) == fold(pack)
    form.variant = replace(form.variant, weight_g=weigh(form, before.weight_g if before and weighed else 0))


def part_twins(groups: Iterable[Group]) -> None:
    """Two lines with one SKU: the same words twice are taken once; else all of them go back."""
    by_sku: dict[str, list[tuple[Group, Form]]] = defaultdict(list)
    for group in groups:
        for form in group.forms:
            by_sku[form.variant.sku].append((group, form))
    for sku, holders in by_sku.items():
        if len(holders) > 1:
            _part(sku, holders)


def _part(sku: str, holders: list[tuple[Group, Form]]) -> None:
    first = holders[0][1]
    if len({(group.product.code, form.variant, form.stock) for group, form in holders}) == 1:
        for group, form in holders[1:]:
            form.line.complain("sku", "row_repeated", row=first.line.row, blocking=False)
            group.forms = [other for other in group.forms if other is not form]
        return
    rows = ", ".join(str(form.line.row) for _, form in holders)
    derived = all("sku" not in form.line.facts for _, form in holders)
    for _, form in holders:
        if derived:
            form.line.complain("pack", "variant_twice", rows=rows)
        else:
            form.line.complain("sku", "sku_twice", sku=sku, rows=rows)


def refuse_taken(groups: Iterable[Group], owners: Mapping[str, str]) -> None:
    """A SKU of another product is never given away."""
    for group in groups:
        for form in group.forms:
            owner = owners.get(form.variant.sku, group.product.code)
            if owner != group.product.code:
                form.line.complain("sku", "sku_taken", sku=form.variant.sku, owner=owner)
