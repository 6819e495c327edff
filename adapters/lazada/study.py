"""Reading what Lazada says about itself, seldom: the tree, a category's attributes, the first brands."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from adapters.attributes import Attribute
from adapters.lazada.client import Client
from adapters.lazada.reference import Reference
from adapters.paging import pages
from connector.domain.listing import Desired
from connector.domain.text import fold
from connector.errors import Retry
from connector.ports import Catalogue, Category, Connection

_LISTED = {"singleSelect", "multiSelect"}  # only listed values; enumInput and multiEnumInput take custom ones too
_OURS = {"name", "description", "short_description", "brand", "model", "video"}  # filled otherwise or left alone


def learn(client: Client, desired: Desired) -> None:
    """Read what a create of `desired` needs and the notebook does not hold, or holds for too long."""
    connection = client.connection
    reference = Reference(connection)
    if desired.category and (reference.category(desired.category) is None or _old(connection, "tree")):
        _learn_tree(client, desired.category)
    category = reference.category(desired.category) if desired.category else ""
    if category and (reference.attributes(category) is None or _old(connection, f"attributes {category}")):
        _learn_attributes(client, category)
    if _old(connection, "brands"):
        _learn_brands(client)


def catalogue(client: Client, names: Sequence[str], *, fresh: bool) -> Catalogue:
    connection, reference = client.connection, Reference(client.connection)
    if fresh:
        _learn_tree(client, *names)
    found = {name: reference.category(name) for name in names}
    if fresh:
        for category in sorted({category for category in found.values() if category}):
            _learn_attributes(client, category)
    read = {name: (category, reference.attributes(category or "")) for name, category in found.items()}
    categories = {
        name: Category(category or "", {a.name: a.label for a in known or () if a.mandatory})
        for name, (category, known) in read.items()
        if category == "" or known is not None
    }
    return Catalogue(connection.notebook.get("paths", "") or {}, categories)


def _old(connection: Connection, what: str) -> bool:
    """Past its age; looking it up now counts as fresh, whatever comes of it."""
    stamp = connection.notebook.get("read_at", what)
    age = timedelta(days=float(connection.channel.settings.get("reference_days", 7)))
    return stamp is None or datetime.fromisoformat(stamp) + age < connection.clock.now()


def _stamp(connection: Connection, what: str) -> None:
    connection.notebook.put("read_at", what, connection.clock.now().isoformat())


def _learn_tree(client: Client, *mapped: str) -> None:
    """Resolve every mapped name against one read of the tree: by path or leaf name; "" where none or several fit."""
    connection = client.connection
    tree = client.read("/category/tree/get", {"language_code": "vi_VN"}) or []
    leaves: dict[str, set[str]] = {}
    paths = {category_id: path for path, category_id in _leaves(tree, ())}
    connection.notebook.put("paths", "", {category_id: " > ".join(path) for category_id, path in paths.items()})
    for category_id, path in paths.items():
        for name in {path[-1], " > ".join(path), " > ".join(path[-2:])}:
            leaves.setdefault(fold(name), set()).add(category_id)
    for name in {*connection.channel.categories.values(), *mapped} - {""}:
        found = leaves.get(fold(name), set())
        connection.notebook.put("category", fold(name), found.pop() if len(found) == 1 else "")
    _stamp(connection, "tree")


def _leaves(nodes: Sequence[Mapping[str, Any]], above: tuple[str, ...]) -> Iterator[tuple[tuple[str, ...], str]]:
    for node in nodes:
        path = (*above, str(node.get("name", "")))
        if node.get("leaf"):
            yield path, str(node["category_id"])
        else:
            yield from _leaves(node.get("children") or (), path)


def _learn_attributes(client: Client, category: str) -> None:
    raw = client.read("/category/attributes/get", {"primary_category_id": category, "language_code": "vi_VN"}) or []
    kept = [_attribute(entry) for entry in raw if _kept(entry)]
    client.connection.notebook.put("attributes", category, [attribute.note() for attribute in kept])
    _stamp(client.connection, f"attributes {category}")


def _kept(entry: Mapping[str, Any]) -> bool:
    """Variation axes, and what goes into `Attributes`; an SKU's own fixed fields are written elsewhere."""
    normal = entry.get("attribute_type") == "normal" and entry["name"] not in _OURS
    return normal or bool(entry.get("is_sale_prop"))


def _attribute(entry: Mapping[str, Any]) -> Attribute:
    """An axis is marked by "@" before its name. Payloads take the option's English name (Lazada's own advice)."""
    options: dict[str, str] = {}
    for option in entry.get("options") or ():
        sent = str(option.get("en_name") or option.get("name") or "").strip()
        options |= {fold(str(option.get(key) or "")): sent for key in ("name", "en_name")}
    unit = entry.get("unit") or {}
    return Attribute(
        name=("@" if entry.get("is_sale_prop") else "") + str(entry["name"]),
        label=str(entry.get("label") or entry["name"]),
        mandatory=bool(entry.get("is_mandatory")),
        options={key: value for key, value in options.items() if key},
        open=entry.get("input_type") not in _LISTED,
        numeric=entry.get("input_type") == "numeric",
        many=str(entry.get("input_type", "")).startswith("multi"),
        unit=" ".join(unit.get("type") or ()),
        lowest=_number(unit.get("numericMin")),
        highest=_number(unit.get("numericMax")),
    )


def _number(text: Any) -> float | None:
    return float(text) if text not in (None, "") else None


def _learn_brands(client: Client) -> None:
    """The first `brand_rows` brands (Lazada lists tens of thousands and cannot search); those are sent by id."""
    connection = client.connection
    size, most = 200, int(connection.channel.settings.get("brand_rows", 2000))

    def fetch(start: int) -> tuple[Sequence[Mapping[str, Any]], int | None]:
        data = client.read("/category/brands/query", {"startRow": str(start), "pageSize": str(size)}) or {}
        rows = data.get("module") or []
        total = int(data.get("total_record") or 0)
        if not rows and (start < total or start == 0):
            raise Retry("/category/brands/query: an empty page is how Lazada says too fast", code="empty_page")
        following = start + size
        return rows, following if following < min(total, most) else None

    for rows in pages(fetch, 0):
        for row in rows:
            for name in {fold(str(row.get("name") or "")), fold(str(row.get("name_en") or ""))} - {""}:
                connection.notebook.put("brand", name, [str(row["brand_id"]), str(row["name"])])
    _stamp(connection, "brands")
