"""Fills a category's attributes from what the producer said; what nobody said is a problem, never an invention.

Which detail answers which attribute is data of the channel file: `attributes` maps a key of Desired.details (or
"text": any word of title and description) to attribute names or labels, `attribute_defaults` gives values that are true
of every product.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

from connector.domain.listing import Desired
from connector.domain.problem import Problem
from connector.domain.text import fold, tidy

_NUMBER = re.compile(r"\d+(?:[.,]\d+)?")
_DAYS = {"ngay": 1, "day": 1, "tuan": 7, "week": 7, "thang": 30, "month": 30, "nam": 365, "year": 365}


@dataclass(frozen=True, slots=True)
class Attribute:
    """One attribute of a category. `options`: folded name -> value to send; `open`: other values are taken too."""

    name: str
    label: str
    mandatory: bool
    options: Mapping[str, str] = field(default_factory=dict)
    open: bool = True
    numeric: bool = False
    many: bool = False
    unit: str = ""
    lowest: float | None = None
    highest: float | None = None
    id: str = ""

    def note(self) -> dict[str, Any]:
        """For the notebook."""
        return asdict(self)


def fill(
    attributes: Sequence[Attribute], desired: Desired, settings: Mapping[str, Any]
) -> tuple[dict[str, str], list[Problem]]:
    """Values by attribute name, and a problem for each mandatory attribute that nothing answers."""
    values: dict[str, str] = {}
    problems: list[Problem] = []
    for attribute in attributes:
        said = (value for text in _said(attribute, desired, settings) if (value := accept(attribute, text)))
        value = next(said, None)
        if value is not None:
            values[attribute.name] = value
        elif attribute.mandatory:
            problems.append(_missing(attribute))
    return values, problems


def accept(attribute: Attribute, text: str) -> str | None:
    """The text in the form the attribute takes; None if it does not fit."""
    text = tidy(text)
    if attribute.options or not attribute.open:
        return _option(attribute, text)
    if attribute.numeric:
        return _number(attribute, text)
    return text or None


def _said(attribute: Attribute, desired: Desired, settings: Mapping[str, Any]) -> Iterator[str]:
    names = {fold(attribute.name), fold(attribute.label)}
    for key, known_as in settings.get("attributes", {}).items():
        if not names.isdisjoint(map(fold, known_as)):
            if key != "text":
                yield desired.details.get(key, "")
            elif attribute.options:
                yield f"{desired.title} {desired.description}"
    for known_as, value in settings.get("attribute_defaults", {}).items():
        if fold(known_as) in names:
            yield value


def _option(attribute: Attribute, text: str) -> str | None:
    """The option that is the text, else the longest one whose words occur in it, else the text where that may be."""
    words = f" {fold(text)} "
    found = [value for key, value in attribute.options.items() if key and f" {key} " in words]
    exact = attribute.options.get(words.strip())
    return exact or max(found, key=len, default=text if attribute.open and text else None)


def _number(attribute: Attribute, text: str) -> str | None:
    match = _NUMBER.search(text)
    if match is None:
        return None
    number = float(match.group().replace(",", "."))
    number *= _in_unit(fold(text[match.end() :]), fold(f"{attribute.unit} {attribute.label}"))
    too_low = attribute.lowest is not None and number < attribute.lowest
    too_high = attribute.highest is not None and number > attribute.highest
    return None if too_low or too_high else f"{number:g}"


def _in_unit(said: str, wanted: str) -> float:
    """What a length of time is multiplied by: 24 months are 720 days where days are asked for."""
    given = next((days for word, days in _DAYS.items() if word in said.split()), None)
    asked = next((days for word, days in _DAYS.items() if word in wanted.split()), None)
    return given / asked if given and asked else 1


def _missing(attribute: Attribute) -> Problem:
    few = ", ".join(list(attribute.options.values())[:5])
    example_vi = f" Chọn một trong: {few}…" if few else ""
    example_en = f" Choose one of: {few}…" if few else ""
    return Problem(
        "attribute_missing",
        f"attr:{attribute.name}",
        f"Ngành hàng này bắt buộc có «{attribute.label}» mà hồ sơ chưa ghi. Hãy bổ sung vào sản phẩm.{example_vi}",
        f"This category demands “{attribute.label}”, which the product does not state. Add it.{example_en}",
    )
