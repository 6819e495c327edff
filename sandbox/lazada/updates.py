"""Update: only supplied fields change, SKUs are named by SkuId, a status takes an item off and back."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from sandbox.lazada import images, notices, payload, qc, skus, texts, variations
from sandbox.lazada.categories import BY_ID, Category
from sandbox.lazada.errors import Flaw, Refused, plain, umbrella
from sandbox.lazada.items import MOST_SKUS, STATES, declared_axes, read_product
from sandbox.lazada.prices import Priced, filled
from sandbox.lazada.state import Item, Sku
from sandbox.lazada.variations import Axis

if TYPE_CHECKING:
    from sandbox.lazada.market import Call, Market

Planned = list[tuple[Sku, dict[str, Any], Priced]]


def update(market: Market, call: Call) -> dict[str, Any]:
    """/product/update."""
    product = read_product(market, call)
    item = _item(market, product)
    sent = product.get("Attributes")
    if sent is None:  # it has to be there, though it may be empty
        raise Refused("5", "E005: Invalid Request Format")
    sent = sent if isinstance(sent, dict) else {}
    node = BY_ID[item.category][0]
    moved = filled(product.get("PrimaryCategory"))
    if moved:
        node = texts.category(market, product["PrimaryCategory"])
    planned, flaws = _sku_plan(market, item, payload.skus(product))
    flaws += texts.attribute_flaws(market, node, sent, complete=False)
    flaws += texts.category_flaws(market, node) if moved else []
    main = payload.images(product)
    flaws += images.flaws_of(market, main, "Images")
    declared = variations.axes(product)
    flaws += variations.axis_flaws(node, declared) + _axis_flaws(item, declared)
    if item.campaign_block:
        flaws.insert(0, Flaw("4162", "Product"))
    if flaws:
        raise umbrella("501", flaws, market.switches["validation_style"])
    _apply(market, item, node, sent, main, declared)
    for sku, entry, priced in planned:
        _apply_sku(market, item, sku, entry, priced)
    item.updated = market.world.clock.now()
    notices.item(market, item, 4, "EDITED_UPDATED")
    qc.submit(market, item, changed=True)
    return {"data": {"item_status": item.status, "variation": _axes_shown(item)}}


def _item(market: Market, product: Mapping[str, Any]) -> Item:
    if not filled(product.get("ItemId")):
        raise Refused("1", "E001: Parameter ItemId is mandatory")
    item = market.state.items.get(payload.ident(product["ItemId"]) or 0)
    if item is None or item.status == "Deleted":
        raise plain("4137")
    if item.sub_status == "Lock":
        raise plain("4155")
    return item


def _sku_plan(market: Market, item: Item, entries: list[dict[str, Any]]) -> tuple[Planned, list[Flaw]]:
    if len(entries) > MOST_SKUS:
        raise plain("4171")
    planned: Planned = []
    flaws: list[Flaw] = []
    for entry in entries:
        if not filled(entry.get("SkuId")):
            raise plain("4216")
        sku = item.sku(payload.ident(entry["SkuId"]) or 0)
        if sku is None:
            raise plain("4136")
        named = entry | {"SellerSku": sku.seller_sku}  # it cannot be changed here: what was sent is ignored
        priced, found = skus.flaws_of(market, named, sku.price, complete=False)
        flaws += found + _state_flaws(market, sku, named)
        planned.append((sku, named, priced))
    return planned, flaws


def _state_flaws(market: Market, sku: Sku, entry: Mapping[str, Any]) -> list[Flaw]:
    flaws = []
    if filled(entry.get("Status")) and str(entry["Status"]).casefold() not in STATES:
        flaws.append(Flaw("4132", "Status", sku.seller_sku))
    if filled(entry.get("quantity")) and sku.campaign and _pieces(entry) < sku.campaign:
        flaws.append(Flaw("4170", "quantity", sku.seller_sku))
    return flaws


def _pieces(entry: Mapping[str, Any]) -> float:
    return float(entry["quantity"]) if str(entry["quantity"]).strip().isdigit() else 0


def _axis_flaws(item: Item, declared: list[Axis]) -> list[Flaw]:
    """Axes may be filled and extended but not taken away or renamed."""
    names = [axis.name for axis in declared]
    lost = [axis.name for axis in declared_axes(item) if declared and axis.name not in names]
    return [Flaw("209", "variation", text="Invalid variation", note=lost[0])] if lost else []


def _apply(
    market: Market, item: Item, node: Category, sent: Mapping[str, Any], main: list[str], declared: list[Axis]
) -> None:
    item.category = node.id
    item.attributes |= texts.kept(node, sent)
    if main:
        item.images = main
    if declared:
        item.variation = {f"Variation{at}": axis.row(camel=True) for at, axis in enumerate(declared, 1)}


def _apply_sku(market: Market, item: Item, sku: Sku, entry: Mapping[str, Any], priced: Priced) -> None:
    if priced.price is not None:
        sku.price = priced.price
    if priced.special or priced.clear:
        sku.special = priced.special
    if filled(entry.get("quantity")):
        sku.sellable = int(float(entry["quantity"]))  # here the quantity is the sellable one
    if filled(entry.get("Status")):
        sku.status = str(entry["Status"]).casefold()
    if pictures := payload.images(entry):
        sku.images = pictures
    if isinstance(entry.get("saleProp"), dict):
        sku.sale_prop = variations.sale_prop(BY_ID[item.category][0], entry)
    sku.package |= skus.package_of(entry)


def _axes_shown(item: Item) -> dict[str, Any]:
    return {key: axis.row(camel=False) for key, axis in zip(item.variation, declared_axes(item), strict=True)}
