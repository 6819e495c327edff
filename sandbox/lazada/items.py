"""Create and update: one item with its SKUs, checked as a whole before anything changes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from sandbox.lazada import images, notices, payload, qc, skus, texts, variations
from sandbox.lazada.categories import BY_ID, Category
from sandbox.lazada.errors import Flaw, Refused, plain, umbrella
from sandbox.lazada.prices import Priced, filled
from sandbox.lazada.state import Item, Sku
from sandbox.lazada.variations import Axis

if TYPE_CHECKING:
    from sandbox.lazada.market import Call, Market

STATES = {"active", "inactive", "deleted"}
MOST_SKUS = 50


def read_product(market: Market, call: Call) -> dict[str, Any]:
    """The `Product` node of `payload`."""
    strict = market.switches["sku_values"] == "strings"
    return payload.product(payload.tree(call.params.get("payload"), strict))


def create(market: Market, call: Call) -> dict[str, Any]:
    """/product/create."""
    product = read_product(market, call)
    entries = payload.skus(product)
    if not entries:
        raise Refused("1", "E001: Parameter Skus is mandatory")
    if len(entries) > MOST_SKUS:
        raise Refused("ServiceTimeout", "Service timeout", kind="SYSTEM")
    if filled(product.get("AssociatedSku")):
        return _join(market, product, entries)
    node = texts.category(market, product.get("PrimaryCategory"))
    sent = attributes_of(product)
    declared, main = variations.axes(product), payload.images(product)
    flaws = texts.category_flaws(market, node) + texts.attribute_flaws(market, node, sent, complete=True)
    if _full(market):
        flaws.append(Flaw("4148", "Product"))
    flaws += images.flaws_of(market, main, "Images") + variations.axis_flaws(node, declared)
    flaws += variations.sku_flaws(node, declared, entries)
    priced, found = _sku_flaws(market, declared, entries, main)
    if flaws + found:
        raise umbrella("500", flaws + found, market.switches["validation_style"])
    item = _new_item(market, node, product, sent, declared, main)
    for entry, prices in zip(entries, priced, strict=True):
        _add_sku(market, item, node, entry, prices)
    market.state.items[item.item_id] = item
    notices.item(market, item, 3, "PUBLISHED")
    qc.submit(market, item)
    return _created(market, item, item.skus)


def attributes_of(product: Mapping[str, Any]) -> dict[str, Any]:
    """The `Attributes` node; empty XML elements come as text."""
    node = product.get("Attributes")
    return node if isinstance(node, dict) else {}


def _sku_flaws(
    market: Market, declared: Sequence[Axis], entries: Sequence[dict[str, Any]], main: Sequence[str]
) -> tuple[list[Priced], list[Flaw]]:
    flaws = skus.seller_sku_flaws(market, entries)
    pictures = [payload.images(entry) for entry in entries]
    flaws += skus.image_set_flaws(declared, pictures)
    if not main and not all(pictures):
        flaws.append(Flaw("4139", "Images"))
    priced = []
    for entry in entries:
        prices, found = skus.flaws_of(market, entry, None, complete=True)
        priced.append(prices)
        flaws += found
    return priced, flaws


def _new_item(
    market: Market, node: Category, product: Mapping[str, Any], sent: Mapping[str, Any],
    declared: Sequence[Axis], main: list[str],
) -> Item:  # fmt: skip
    now = market.world.clock.now()
    values = texts.kept(node, sent)
    told = product.get("disableAutoFillAttribute", sent.get("disableAutoFillAttribute"))
    if market.switches["auto_fill"] and str(told).casefold() != "true":
        values = texts.filled_in(node, values) | values
    variation = {f"Variation{at}": axis.row(camel=True) for at, axis in enumerate(declared, 1)}
    market.state.next_item += 1 + market.chance.randrange(900)
    return Item(market.state.next_item, node.id, values, main, variation, [], now, now)


def _add_sku(market: Market, item: Item, node: Category, entry: Mapping[str, Any], priced: Priced) -> Sku:
    market.state.next_sku += 1 + market.chance.randrange(900)
    wanted = str(entry.get("Status") or "active").casefold()
    sku = Sku(
        market.state.next_sku, str(entry["SellerSku"]).strip(), priced.price or 0,
        sellable=int(float(entry.get("quantity") or 0)), special=priced.special,
        status=wanted if wanted in STATES else "active", package=skus.package_of(entry),
        sale_prop=variations.sale_prop(node, entry), images=payload.images(entry),
    )  # fmt: skip
    item.skus.append(sku)
    market.state.index(item, sku)
    return sku


def _created(market: Market, item: Item, new: Sequence[Sku]) -> dict[str, Any]:
    rows = [
        {"shop_sku": shop_sku(item, sku), "seller_sku": sku.seller_sku, "sku_id": market.id(sku.sku_id)}
        for sku in new
    ]
    return {"data": {"item_id": market.id(item.item_id), "sku_list": rows, "item_status": item.status}}


def shop_sku(item: Item, sku: Sku) -> str:
    """The platform's own SKU; the Vietnamese suffix is assumed after the Singaporean one."""
    return f"{item.item_id}_VNAMZ-{sku.sku_id}"


def _full(market: Market) -> bool:
    most = int(market.switches["item_limit"])
    items = market.state.items.values()
    return len(items) >= most and sum(item.status == "Active" for item in items) >= most


def _join(market: Market, product: dict[str, Any], entries: list[dict[str, Any]]) -> dict[str, Any]:
    """AssociatedSku: the new SKUs join the item that has it, which must already use variations."""
    holders = market.state.holders(str(product["AssociatedSku"]).strip())
    if not holders:
        raise plain("4136")
    item = holders[0]
    node, declared = BY_ID[item.category][0], declared_axes(item)
    flaws = skus.seller_sku_flaws(market, entries)
    if not any(sku.sale_prop for sku in item.skus):
        flaws.append(Flaw("209", "variation", text="Invalid variation"))
    flaws += variations.sku_flaws(node, widened(declared, node, entries), entries, siblings=True)
    taken = {tuple(sorted(sku.sale_prop.items())) for sku in item.skus if sku.status != "deleted"}
    priced = []
    for entry in entries:
        prices, found = skus.flaws_of(market, entry, None, complete=True)
        priced.append(prices)
        flaws += found
        if tuple(sorted(variations.sale_prop(node, entry).items())) in taken:
            flaws.append(Flaw("4112", "saleProp", str(entry.get("SellerSku") or "")))
    if flaws:
        raise umbrella("500", flaws, market.switches["validation_style"])
    item.variation = {
        f"Variation{at}": axis.row(camel=True)
        for at, axis in enumerate(widened(declared, node, entries), 1)
    }
    new = [_add_sku(market, item, node, entry, found) for entry, found in zip(entries, priced, strict=True)]
    item.updated = market.world.clock.now()
    notices.item(market, item, 3, "EDITED_INSERTED", new)
    qc.submit(market, item, changed=True)
    return _created(market, item, new)


def declared_axes(item: Item) -> list[Axis]:
    """The axes of a stored item."""
    return [
        Axis(row["name"], row["hasImage"], row["customize"], tuple(row["options"]))
        for row in item.variation.values()
    ]


def widened(declared: Sequence[Axis], node: Category, entries: Sequence[Mapping[str, Any]]) -> list[Axis]:
    """The axes with the options that joining SKUs bring along."""
    chosen = [variations.sale_prop(node, entry) for entry in entries]
    return [
        Axis(axis.name, axis.has_image, axis.customize, tuple(dict.fromkeys(
            [*axis.options, *(one[axis.name] for one in chosen if one.get(axis.name))]
        )) if axis.options else ())
        for axis in declared
    ]  # fmt: skip
