"""Category attributes: asked for by Shopee, filled from what the producer has said, read back by the same names."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from connector.domain.listing import Value
from connector.domain.text import fold

_DROP_DOWN, _COMBO, _TEXT, _MULTI_DROP_DOWN = 1, 2, 3, 4  # input_type; 5 is a combo box of several values
_INTEGER, _FLOAT, _DATE = 1, 3, 4  # input_validation_type
_AMOUNT = re.compile(r"(\d+(?:[.,]\d+)?)\s*(\D+)")

Attribute = Mapping[str, Any]  # as `compact` makes it and the notebook keeps it


@dataclass(frozen=True, slots=True)
class Filled:
    """An attribute with our value: the text that is compared, and what is sent."""

    text: str
    payload: Mapping[str, Any]


def compact(tree: Sequence[Mapping[str, Any]]) -> list[Attribute]:
    """What we need to remember of an attribute tree; names in Vietnamese where the platform has them."""
    return [
        {
            "id": each["attribute_id"],
            "name": _name(each),
            "mandatory": bool(each.get("mandatory")),
            "input": each["attribute_info"].get("input_type", _TEXT),
            "check": each["attribute_info"].get("input_validation_type", 0),
            "units": list(each["attribute_info"].get("attribute_unit_list") or ()),
            "with_unit": each["attribute_info"].get("format_type") == 2,
            "values": [[value["value_id"], _name(value)] for value in each.get("attribute_value_list") or ()],
        }
        for each in tree
    ]


def fill(attribute: Attribute, details: Mapping[str, str], sources: Mapping[str, Sequence[str]]) -> Filled | None:
    """The first source that gives a value this attribute takes. A source is a key of `details` or `=literal`."""
    for source in sources.get(fold(attribute["name"]), ()):
        said = source[1:] if source.startswith("=") else details.get(source, "")
        value = _value(attribute, said) if said else None
        if value is not None:
            text, sent = value
            return Filled(text, {"attribute_id": attribute["id"], "attribute_value_list": [sent]})
    return None


def echo(attributes: Sequence[Attribute], live: Sequence[Mapping[str, Any]]) -> dict[str, Value]:
    """Live attributes as facts; those the category does not know any more are left out."""
    known = {attribute["id"]: attribute for attribute in attributes}
    return {
        f"attr:{known[each['attribute_id']]['name']}": _shown(known[each["attribute_id"]], each)
        for each in live
        if each["attribute_id"] in known
    }


def _name(node: Mapping[str, Any]) -> str:
    local = (text["value"] for text in node.get("multi_lang") or () if text.get("language") in ("vi", "vn"))
    return str(next(local, node["name"]))


def _value(attribute: Attribute, said: str) -> tuple[str, dict[str, Any]] | None:
    """The text that will come back and the value to send, None if the attribute does not take `said`."""
    for value_id, name in attribute["values"]:
        if fold(name) == fold(said):
            return name, {"value_id": value_id, "original_value_name": name}
    if attribute["input"] in (_DROP_DOWN, _MULTI_DROP_DOWN) or attribute["check"] == _DATE:
        return None
    if attribute["with_unit"] or attribute["check"] in (_INTEGER, _FLOAT):
        return _amount(attribute, said)
    return said, {"value_id": 0, "original_value_name": said}


def _amount(attribute: Attribute, said: str) -> tuple[str, dict[str, Any]] | None:
    match = _AMOUNT.match(said)
    if match is None:
        return None
    number, unit = match[1].replace(",", "."), match[2].strip()
    if attribute["check"] == _INTEGER and "." in number:
        return None
    if not attribute["with_unit"]:
        return number, {"value_id": 0, "original_value_name": number}
    unit = next((known for known in attribute["units"] if fold(known) == fold(unit)), "")
    return (f"{number} {unit}", {"value_id": 0, "original_value_name": number, "value_unit": unit}) if unit else None


def _shown(attribute: Attribute, live: Mapping[str, Any]) -> str:
    names = dict(map(tuple, attribute["values"]))
    values = live.get("attribute_value_list") or ()
    shown = (
        (names.get(v.get("value_id"), v.get("original_value_name", "")), v.get("value_unit") or "") for v in values
    )
    return ", ".join(f"{text} {unit}".strip() for text, unit in shown)
