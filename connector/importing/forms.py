"""One line as one variant of its product: price, pack, weight and options."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from connector.domain.product import Variant
from connector.domain.text import fold
from connector.importing.lines import Line
from connector.importing.packs import find_pack

PACK_AXIS = "Quy cách"
HEAVIEST_G = 1_000_000


@dataclass(slots=True)
class Form:
    """A variant in the making with the line it stands on. An empty SKU and a weight of 0 g were not said."""

    line: Line
    variant: Variant
    stock: int | None


def form(line: Line, shared: Mapping[str, Any]) -> Form:
    own = line.facts
    if "price" not in own and not any(found.problem.field == "price" for found in line.problems):
        line.complain("price", "price_missing")
    named = find_pack(shared.get("name", ""))
    variant = Variant(
        sku=own.get("sku", ""),
        price=own.get("price", 0),
        options=tuple(own[key] for key in ("value_1", "value_2") if key in own),
        pack=own.get("pack") or (named.text if named else ""),
        weight_g=own.get("weight_g", 0),
        barcode=own.get("barcode", ""),
    )
    return Form(line, variant, own.get("stock"))


def arrange(forms: Sequence[Form], axes: tuple[str, ...]) -> tuple[str, ...]:
    """The axes that tell the variants apart; where the file names none, the pack does."""
    if not axes and len(forms) > 1 and not any(form.variant.options for form in forms):
        packs = [fold(form.variant.pack) for form in forms]
        if not all(packs) or len(set(packs)) == 1:
            return ()  # nothing tells them apart: their SKUs will collide and say so
        for form in forms:
            form.variant = replace(form.variant, options=(form.variant.pack,))
        return (PACK_AXIS,)
    for form in forms:
        given = len(form.variant.options)
        if given != len(axes):
            form.line.complain("value_1", "options_incomplete", axes=len(axes), values=given)
    return axes


def weigh(form: Form, before: int) -> int:
    """Grams of the parcel: as said, as before, by the pack, or assumed; the last two are told."""
    if form.variant.weight_g or before:
        return form.variant.weight_g or before
    pack = find_pack(form.variant.pack)
    if pack:
        grams = min(pack.total_grams, HEAVIEST_G)
        form.line.complain("weight_g", "weight_derived", grams=grams, pack=form.variant.pack, blocking=False)
        return grams
    grams = Variant("", 0).weight_g
    form.line.complain("weight_g", "weight_assumed", grams=grams, blocking=False)
    return grams
