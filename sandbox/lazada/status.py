"""Taking items off and removing them; bringing back is an update with Status=active."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

from sandbox.lazada import notices, payload
from sandbox.lazada.errors import Flaw, Refused, missing, plain, umbrella
from sandbox.lazada.items import declared_axes, read_product
from sandbox.lazada.prices import filled
from sandbox.lazada.state import Item, Sku

if TYPE_CHECKING:
    from sandbox.lazada.market import Call, Market

MOST_SKUS = 50
SKU_ID = re.compile(r"SkuId_(\d+)_(\d+)")


def deactivate(market: Market, call: Call) -> dict[str, Any]:
    """/product/deactivate: field `apiRequestBody`; the whole item, or the SKUs that are named."""
    if "apiRequestBody" not in call.params:
        raise missing("apiRequestBody")
    product = payload.product(payload.tree(call.params["apiRequestBody"], strict_values=False))
    if not filled(product.get("ItemId")):
        raise Refused("E0001", "Parameter ItemId is mandatory")
    item = market.state.items.get(payload.ident(product["ItemId"]) or 0)
    if item is None or item.status == "Deleted":
        raise Refused("E0002", "Product:item id not exist")
    chosen = _named(item, product.get("Skus"))
    if all(sku.status != "active" for sku in chosen):
        raise Refused("E0004", "Product Status not online")
    for sku in chosen:
        sku.status = "inactive"
    item.updated = market.world.clock.now()
    notices.item(market, item, 4, "EDITED_UPDATED", chosen)
    return {"data": {}}


def _named(item: Item, node: Any) -> list[Sku]:
    living = [sku for sku in item.skus if sku.status != "deleted"]
    if not isinstance(node, dict) or not node:
        return living
    ids = node.get("SkuId") or [entry.get("SkuId") for entry in payload.skus({"Skus": node})]
    ids = [one for one in (ids if isinstance(ids, list) else [ids]) if filled(one)]
    if not ids:
        raise plain("4193")
    chosen = [item.sku(payload.ident(one) or 0) for one in ids]
    if None in chosen:
        raise Refused("E0003", "Seller Sku not exists")
    return [sku for sku in chosen if sku]


def remove(market: Market, call: Call) -> dict[str, Any]:
    """/product/remove: `sku_id_list` of `SkuId_<item>_<sku>`; the list of seller SKUs is no longer taken."""
    text = call.params.get("sku_id_list")
    if not text:
        if call.params.get("seller_sku_list"):
            raise Refused("6", "E006: Unexpected internal error")
        raise Refused("30", "E030: Empty Request")
    names = _list(text)
    if len(names) > MOST_SKUS:
        raise Refused("204", "E204: Too many SKU in one request")
    flaws: list[Flaw] = []
    found = []
    for name in names:
        match = SKU_ID.fullmatch(name)
        held = market.state.find(int(match[1]), int(match[2])) if match else None
        if held is None:
            flaws.append(Flaw("4136", "sku_id_list", note=name[:60]))
        else:
            found.append(held)
    if not flaws or market.switches["partial_failure"] == "others_applied":
        for item, sku in found:
            sku.status, item.updated = "deleted", market.world.clock.now()
            _tell_deleted(market, item, [sku])
    if flaws:
        raise umbrella("503", flaws, market.switches["validation_style"])
    return {"data": {}}


def _list(text: str) -> list[str]:
    try:
        names = json.loads(text)
    except ValueError as error:
        raise Refused("5", "E005: Invalid Request Format") from error
    if not isinstance(names, list) or not names or not all(isinstance(name, str) for name in names):
        raise Refused("5", "E005: Invalid Request Format")
    return names


def remove_skus(market: Market, call: Call) -> dict[str, Any]:
    """/product/sku/remove: SKUs out of a variation, but never all of them."""
    product = read_product(market, call)
    item = market.state.items.get(payload.ident(product.get("ItemId")) or 0)
    if item is None or item.status == "Deleted":
        raise plain("4137")
    chosen = [item.sku(payload.ident(entry.get("SkuId")) or 0) for entry in payload.skus(product)]
    if not chosen or None in chosen:
        raise plain("4136")
    if {axis.name for axis in declared_axes(item)} and not _axis_named(item, product):
        raise plain("209")
    if len({sku.sku_id for sku in chosen if sku}) >= sum(sku.status != "deleted" for sku in item.skus):
        text = "CAN_NOT_REMOVE_ALL_SKU:Can not remove all sku"
        raise umbrella("501", [Flaw("501", "Skus", text=text)], market.switches["validation_style"])
    for sku in chosen:
        if sku:
            sku.status = "deleted"
    item.updated = market.world.clock.now()
    _tell_deleted(market, item, [sku for sku in chosen if sku])
    return {"data": {}}


def _tell_deleted(market: Market, item: Item, skus: list[Sku]) -> None:
    notices.item(market, item, 5, "DELETED" if item.status == "Deleted" else "EDITED_DELETED", skus)


def _axis_named(item: Item, product: dict[str, Any]) -> bool:
    holder = product.get("variation") or {}
    nodes = holder.values() if isinstance(holder, dict) else ()
    names = {str(node.get("name")) for node in nodes if isinstance(node, dict)}
    return bool(names & {axis.name for axis in declared_axes(item)})
