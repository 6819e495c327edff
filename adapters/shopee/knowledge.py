"""What Shopee says about itself, read once and remembered with its age: categories, attributes, limits, channels.

Nothing here is hard-coded because limits differ by shop and category (contract 4.14). Before they are read, the channel
file's own figures stand in.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from adapters.paging import batched
from adapters.shopee.attributes import Attribute, compact
from adapters.shopee.client import Client
from connector.domain.text import fold
from connector.ports import Catalogue, Category, Connection

_TREES_PER_CALL = 20
_SHOP_WIDE = "0"  # the key of limits read without a category


class Knowledge:
    """Reads are pure looks into the notebook; only `learn` and `learn_limits` call the platform."""

    def __init__(self, connection: Connection, client: Client) -> None:
        self._connection = connection
        self._client = client
        self._held: dict[tuple[str, str], Any] = {}

    def learn(self) -> None:
        """Read what a plan needs to know, where it is not known or too old."""
        if self._old("tree", ""):
            self._learn_tree()
        if self._old("channels", ""):
            answer = self._client.read("logistics/get_channel_list")
            self._note("channels", "", [_compact_channel(c) for c in answer.get("logistics_channel_list") or ()])
        if self._old("limits", _SHOP_WIDE):
            self._note("limits", _SHOP_WIDE, self._client.read("product/get_item_limit"))
        self._learn_attributes([self.category(name) for name in self._connection.channel.categories.values()])

    def learn_limits(self, category: str) -> None:
        """Read the limits of one category before something is created in it."""
        if category and self._old("limits", category):
            self._note("limits", category, self._client.read("product/get_item_limit", [("category_id", category)]))
        self._learn_attributes([category])

    def category(self, name: str) -> str:
        """The id of the leaf with this name, end of a path `A > B`, or id; empty if there is none or more than one."""
        leaves: Mapping[str, str] = self._known("tree", "") or {}
        if name in leaves or not name:
            return name
        wanted = _path(name)
        found = [leaf for leaf, path in leaves.items() if f" > {path}".endswith(f" > {wanted}")]
        return found[0] if len(found) == 1 else ""

    def knows_categories(self) -> bool:
        return self._known("tree", "") is not None

    def attributes(self, category: str) -> Sequence[Attribute]:
        return self._known("attributes", category) or ()

    def channels(self) -> Sequence[Mapping[str, Any]] | None:
        """Enabled shipping channels, None before they are read."""
        known: Sequence[Mapping[str, Any]] | None = self._known("channels", "")
        return known

    def limit(self, category: str, name: str, bound: str = "max") -> int:
        """`limit(category, "item_name_length")`: the category's own, else the shop's, else the channel file's."""
        for key in (category, _SHOP_WIDE):
            found = ((self._known("limits", key) or {}).get(f"{name}_limit") or {}).get(f"{bound}_limit")
            if found is not None:
                return int(found)
        return int(self._connection.channel.settings["limits"][f"{name}_{bound}"])

    def catalogue(self, names: Sequence[str], *, fresh: bool) -> Catalogue:
        if fresh:
            self._learn_tree()
            self._read_attributes([self.category(name) for name in names])
        read = {name: (found := self.category(name), self._known("attributes", found)) for name in names}
        categories = {
            name: Category(found, {a["name"]: a["name"] for a in known or () if a["mandatory"]})
            for name, (found, known) in read.items()
            if self.knows_categories() and (known is not None or not found)
        }
        return Catalogue(self._known("paths", "") or {}, categories)

    def _learn_tree(self) -> None:
        """Paths of all leaves by id, with the names in Vietnamese: folded to compare, as they stand to show."""
        answer = self._client.read("product/get_category", [("language", "vi")])
        nodes = {node["category_id"]: node for node in answer.get("category_list") or ()}
        leaves = {str(n["category_id"]): _names(n, nodes) for n in nodes.values() if not n["has_children"]}
        self._note("paths", "", {leaf: " > ".join(names) for leaf, names in leaves.items()})
        self._note("tree", "", {leaf: " > ".join(map(fold, names)) for leaf, names in leaves.items()})

    def _learn_attributes(self, categories: Sequence[str]) -> None:
        self._read_attributes([c for c in categories if c and self._old("attributes", c)])

    def _read_attributes(self, categories: Sequence[str]) -> None:
        wanted = [c for c in dict.fromkeys(categories) if c]
        language = self._connection.channel.settings["attribute_language"]
        for batch in batched(wanted, _TREES_PER_CALL):
            query = [("category_id_list", ",".join(batch)), ("language", language)]
            for each in self._client.read("product/get_attribute_tree", query).get("list") or ():
                self._note("attributes", str(each["category_id"]), compact(each.get("attribute_tree") or ()))

    def _known(self, kind: str, key: str) -> Any | None:
        note = self._remember(kind, key)
        return None if note is None else note["value"]

    def _old(self, kind: str, key: str) -> bool:
        note = self._remember(kind, key)
        age_limit = self._connection.channel.settings["knowledge_days"] * 86400
        return note is None or self._connection.clock.now().timestamp() - note["at"] > age_limit

    def _remember(self, kind: str, key: str) -> Any | None:
        if (kind, key) not in self._held:
            note = self._connection.notebook.get(kind, key)
            if note is None:
                return None
            self._held[kind, key] = note
        return self._held[kind, key]

    def _note(self, kind: str, key: str, value: Any) -> None:
        note = {"at": self._connection.clock.now().timestamp(), "value": value}
        self._connection.notebook.put(kind, key, note)
        self._held[kind, key] = note


def _names(leaf: Mapping[str, Any], nodes: Mapping[int, Mapping[str, Any]]) -> list[str]:
    names, node = [], leaf
    while node is not None:
        names.append(str(node["display_category_name"]))
        node = nodes.get(node["parent_category_id"]) if len(names) <= len(nodes) else None  # type: ignore[assignment]
    return names[::-1]


def _path(name: str) -> str:
    return " > ".join(fold(part) for part in name.split(">"))


def _compact_channel(channel: Mapping[str, Any]) -> dict[str, Any]:
    weight, size = channel.get("weight_limit") or {}, channel.get("item_max_dimension") or {}
    return {
        "id": channel["logistics_channel_id"],
        "usable": bool(channel.get("enabled")) and not channel.get("mask_channel_id"),
        "fee": channel.get("fee_type"),
        "size_id": next((size["size_id"] for size in channel.get("size_list") or ()), None),
        "max_kg": weight.get("item_max_weight") or 0,
        "min_kg": weight.get("item_min_weight") or 0,
        "sides": [size.get(side) or 0 for side in ("length", "width", "height")],
        "side_sum": size.get("dimension_sum") or 0,
    }
