"""Rules for variation axes and for what tells one SKU from another."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sandbox.lazada.attributes import SCHEMAS
from sandbox.lazada.categories import Category
from sandbox.lazada.errors import Flaw
from sandbox.lazada.prices import filled

MOST_AXES, MOST_OPTIONS, NAME_MOST, OPTION_MOST = 2, 50, 15, 20


@dataclass(frozen=True)
class Axis:
    """One declared variation."""

    name: str
    has_image: bool
    customize: bool
    options: tuple[str, ...]

    def row(self, camel: bool) -> dict[str, Any]:
        """As answers show it: camel case when read, snake case when updated."""
        key = "hasImage" if camel else "has_image"
        return {"name": self.name, key: self.has_image, "customize": self.customize,
                "options": list(self.options)}  # fmt: skip


def axes(product: Mapping[str, Any]) -> list[Axis]:
    """The declared axes; both spellings of the names occur in official samples."""
    holder = product.get("variation") or product.get("Variation") or {}
    if not isinstance(holder, dict):
        return []
    found = sorted((str(key).casefold(), node) for key, node in holder.items() if isinstance(node, dict))
    return [_axis(node) for key, node in found if key.startswith("variation")]


def _axis(node: Mapping[str, Any]) -> Axis:
    options = node.get("options") or ()
    if isinstance(options, dict):
        options = options.get("option") or ()
    chosen = (options,) if isinstance(options, str) else tuple(str(option).strip() for option in options)
    return Axis(str(node.get("name") or "").strip(), _true(node.get("hasImage", node.get("has_image"))),
                _true(node.get("customize")), chosen)  # fmt: skip


def _true(value: Any) -> bool:
    return str(value).strip().casefold() == "true"


def axis_flaws(node: Category, declared: Sequence[Axis]) -> list[Flaw]:
    """Limits of the `variation` block (209) and axes that the category does not know (4161)."""
    flaws = []
    if len(declared) > MOST_AXES:
        flaws.append(_invalid("VARIATION_SIZE_LIMIT"))
    library = sale_props(node)
    for place, axis in enumerate(declared):
        if not axis.customize and axis.name not in library:
            flaws.append(Flaw("4161", "variation", note=axis.name))
        if place and axis.has_image:
            flaws.append(Flaw("4146", "variation", note=axis.name))
        flaws += _size_flaws(axis)
    return flaws


def _size_flaws(axis: Axis) -> list[Flaw]:
    names = []
    if not axis.name or len(axis.name) > NAME_MOST:
        names.append("VARIATION_NAME_LENGTH_LIMIT")
    if len(axis.options) > MOST_OPTIONS:
        names.append("OPTIONS_SIZE_LIMIT")
    if any(not option or len(option) > OPTION_MOST for option in axis.options):
        names.append("VARIATION_OPTION_LENGTH_LIMIT")
    if len({option.casefold() for option in axis.options}) < len(axis.options):
        names.append("VARIATION_OPTION_DUPLICATE")
    return [_invalid(name) for name in names]


def _invalid(name: str, seller_sku: str = "") -> Flaw:
    return Flaw("209", "variation", seller_sku, text=f"{name}:Invalid variation")


def sale_props(node: Category) -> set[str]:
    """Attributes of the category that may tell SKUs apart."""
    return {attribute.name for attribute in SCHEMAS[node.schema] if attribute.sale_prop}


def sale_prop(node: Category, sku: Mapping[str, Any]) -> dict[str, str]:
    """What tells this SKU from its siblings, from `saleProp` or (older) from the SKU itself."""
    own = sku.get("saleProp")
    if isinstance(own, dict):
        return {str(name): str(value).strip() for name, value in own.items()}
    return {name: str(sku[name]).strip() for name in sale_props(node) if filled(sku.get(name))}


def sku_flaws(
    node: Category, declared: Sequence[Axis], skus: Sequence[Mapping[str, Any]], siblings: bool = False
) -> list[Flaw]:
    """Flaws among SKUs. `siblings`: there are others already, so that even one SKU needs its values."""
    flaws: list[Flaw] = []
    seen: set[tuple[tuple[str, str], ...]] = set()
    names: set[str] | None = None
    for sku in skus:
        name, chosen = str(sku.get("SellerSku") or ""), sale_prop(node, sku)
        flaws += _own_flaws(node, declared, sku, name, chosen, len(skus) > 1 or siblings)
        if names is not None and set(chosen) != names:
            flaws.append(Flaw("4109", "saleProp", name))
        names = set(chosen)
        key = tuple(sorted((axis, value.casefold()) for axis, value in chosen.items()))
        if len(skus) > 1 and chosen and key in seen:
            flaws.append(Flaw("4112", "saleProp", name))
        seen.add(key)
    return flaws


def _own_flaws(
    node: Category, declared: Sequence[Axis], sku: Mapping[str, Any], name: str,
    chosen: Mapping[str, str], needed: bool,
) -> list[Flaw]:  # fmt: skip
    flaws = []
    if isinstance(sku.get("saleProp"), dict) and any(filled(sku.get(prop)) for prop in sale_props(node)):
        flaws.append(Flaw("4145", "saleProp", name))
    if needed and not chosen:
        flaws.append(Flaw("4144", "saleProp", name))
    if any(not value for value in chosen.values()):
        flaws.append(Flaw("4113", "saleProp", name))
    known = {axis.name for axis in declared} or sale_props(node)
    flaws += [Flaw("4143", "saleProp", name, axis) for axis in chosen if axis not in known]
    for axis in declared if chosen else ():
        if axis.name not in chosen:
            flaws.append(_invalid("SKU_VARIATION_NAME_MISSING", name))
        elif axis.options and chosen[axis.name] not in axis.options:
            flaws.append(_invalid("SKU_VARIATION_OPTION_NOT_EXIST", name))
    return flaws
