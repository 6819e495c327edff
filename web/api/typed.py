"""A program's JSON as the form that a person would have filled in, so that one set of rules checks both."""

from collections.abc import Mapping
from typing import Any

from connector.editing import CERTIFICATE, LABEL, PLAIN, Edited, Typed, as_typed
from connector.store import Goods
from web.api.shapes import CertificateIn, ProductChange, VariantIn
from web.problems import Obstacle

_NAMES = {"decision": "certificate.number", "value_1": "options[0]", "value_2": "options[1]"}


def typed(before: Goods | None, given: ProductChange) -> tuple[Typed, Mapping[int, int | str]]:
    """The filled-in form, and for each of its variants the place in what was given, else its SKU."""
    standing = as_typed(before)
    facts = {**standing.facts, **_facts(given)}
    variants = [dict(one) for one in standing.variants] if before else []
    places: dict[int, int | str] = {at: one["sku"] for at, one in enumerate(variants)}
    for place, one in enumerate(given.variants or ()):
        at = next((i for i, v in enumerate(variants) if one.sku is not None and v.get("sku") == one.sku), len(variants))
        if at == len(variants):
            variants.append({})
        variants[at] |= _variant(one)
        places[at] = place
    made = Typed(
        facts,
        variants,
        standing.pictures if given.pictures is None else list(dict.fromkeys(given.pictures)),
        standing.set_no if given.set_no is None else given.set_no,
        standing.retired if given.retired is None else given.retired,
    )
    return made, places


def _facts(given: ProductChange) -> dict[str, str]:
    facts: dict[str, Any] = {key: getattr(given, key) for key in PLAIN}
    if given.label:
        facts |= {key: getattr(given.label, key) for key in LABEL}
    if given.certificate:
        facts |= _certificate(given.certificate)
    if given.size_cm:
        facts["size_cm"] = "x".join(map(str, given.size_cm))
    if given.axes is not None:
        facts |= dict(zip(("axis_1", "axis_2"), [*given.axes, "", ""], strict=False))
    return {key: value for key, value in facts.items() if value is not None}


def _certificate(given: CertificateIn) -> dict[str, str]:
    ends = given.expires_on.isoformat() if given.expires_on else ""
    said = (str(given.stars), given.number, given.authority, given.issued_on.isoformat(), ends)
    return dict(zip(CERTIFICATE, said, strict=True))


def _variant(given: VariantIn) -> dict[str, str]:
    """A stock that is given is a count, even if the number is the one that stands."""
    made = {key: str(getattr(given, key)) for key in ("sku", "price", "pack", "weight_g", "barcode")
            if getattr(given, key) is not None}  # fmt: skip
    if given.stock is not None:
        made |= {"stock": str(given.stock), "shown": ""}
    if given.options is not None:
        made |= dict(zip(("value_1", "value_2"), [*given.options, "", ""], strict=False))
    return made


def obstacles(edited: Edited, places: Mapping[int, int | str]) -> list[Obstacle]:
    made = []
    for key, problem in edited.problems.items():
        if isinstance(key, tuple):
            at, name = key
            field = f"variants[{places.get(at, at)}].{_NAMES.get(name, name)}"
        else:
            group = "label." if key in LABEL else "certificate." if key in CERTIFICATE else ""
            field = _NAMES.get(key, group + key)
        made.append(Obstacle(field=field, code=problem.code, vi=problem.vi, en=problem.en, blocking=problem.blocking))
    return made
