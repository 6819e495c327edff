"""Where in the form a platform's problem is mended."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from connector.domain.listing import kind_of
from connector.domain.text import fold
from connector.editing import LABEL
from connector.ports import Channel

_PLACES = {
    "title": "name",
    "description": "description",
    "pictures": "pictures",
    "brand": "brand",
    "category": "set_no",
    "weight_g": "variants",
    "size_cm": "size_cm",
    "variants": "variants",
    "price": "variants",
    "stock": "variants",
    "certificate": "stars",
    "stars": "stars",
    "trace_url": "trace_url",
    "papers": "papers",
}
_CERTIFICATE = {
    "ocop_stars": "stars",
    "ocop_number": "decision",
    "ocop_authority": "authority",
    "ocop_until": "issued_on",
}


def place(channel: Channel | None, field: str) -> str:
    """The form's field for a problem's; "" where the form has none."""
    kind, name = kind_of(field), field.partition(":")[2]
    if name in LABEL or name in _CERTIFICATE:
        return _CERTIFICATE.get(name, name)
    if kind != "attributes":
        return _PLACES.get(kind, "")
    answers: Mapping[str, Any] = channel.settings.get("attributes", {}) if channel else {}
    for key, names in answers.items():
        if key in LABEL and fold(name) in {fold(one) for one in names if isinstance(one, str)}:
            return key
    return ""


def missing(
    channels: Mapping[str, Channel], problems: Iterable[Mapping[str, Any]]
) -> dict[str, Sequence[Mapping[str, Any]]]:
    """What platforms miss, by the form's field ("" for what the form cannot mend). What several say in the same words
    is said once, with `channel` naming them all."""
    made: dict[str, dict[str, dict[str, Any]]] = {}
    for found in problems:
        channel = channels.get(found["platform"])
        name = channel.name if channel else found["platform"]
        same = made.setdefault(place(channel, found["field"]), {}).setdefault(found["vi"], {**found, "names": []})
        same["blocking"] = same["blocking"] or found["blocking"]
        if name not in same["names"]:
            same["names"].append(name)
    return {
        where: [one | {"channel": ", ".join(one["names"])} for one in some.values()] for where, some in made.items()
    }
