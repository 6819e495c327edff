"""Prices and stock of up to 50 SKUs: `Quantity` is the total, `SellableQuantity` what is free."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from sandbox.lazada import payload, prices, qc
from sandbox.lazada.errors import Flaw, Refused, plain, umbrella
from sandbox.lazada.prices import OF_BATCH, Priced, filled, number
from sandbox.lazada.skus import MOST_PIECES, quantity_flaws
from sandbox.lazada.state import Item, Sku

if TYPE_CHECKING:
    from sandbox.lazada.market import Call, Market

MOST_SKUS = 50
Entry = Mapping[str, Any]
Step = Callable[[], None]
Check = Callable[["Market", Item, Sku, Entry], tuple[list[Flaw], Step]]


def price_quantity(market: Market, call: Call) -> dict[str, Any]:
    """/product/price_quantity/update."""
    return _batch(market, call, _price_quantity)


def sellable_update(market: Market, call: Call) -> dict[str, Any]:
    """/product/stock/sellable/update: absolute."""
    return _batch(market, call, _set_sellable)


def sellable_adjust(market: Market, call: Call) -> dict[str, Any]:
    """/product/stock/sellable/adjust: a signed difference."""
    return _batch(market, call, _adjust_sellable)


def _batch(market: Market, call: Call, check: Check) -> dict[str, Any]:
    strict = market.switches["sku_values"] == "strings"
    entries = payload.skus(payload.product(payload.tree(call.params.get("payload"), strict)))
    if not entries:
        raise Refused("30", "E030: Empty Request")
    if len(entries) > MOST_SKUS:
        raise plain("4171")
    struck = market.world.faults.take("lazada", call.endpoint, "partial")
    unlucky = set(struck.params.get("skus") or [_name(market, entries[0])]) if struck else set()
    flaws: list[Flaw] = []
    steps: list[Step] = []
    together = market.switches["partial_failure"] == "nothing_applied"
    applied = 0
    for entry in entries:
        found, step = _entry(market, entry, check, unlucky)
        flaws += found
        if not found and together:
            steps.append(step)
        elif not found:
            step()
            applied += 1
    if flaws:
        return _answer(market, flaws, applied > 0)
    for step in steps:
        step()
    return {"data": {}}


def _answer(market: Market, flaws: list[Flaw], applied: bool) -> dict[str, Any]:
    style = market.switches["validation_style"]
    if applied and market.switches["partial_code"] == "0":
        return {"data": {}, "detail": [flaw.row(style) for flaw in flaws]}
    raise umbrella("501", flaws, style)


def _name(market: Market, entry: Entry) -> str:
    held = market.state.find(None, payload.ident(entry.get("SkuId")) or 0)
    return held[1].seller_sku if held else str(entry.get("SellerSku") or "")


def _entry(market: Market, entry: Entry, check: Check, unlucky: set[str]) -> tuple[list[Flaw], Step]:
    name = str(entry.get("SellerSku") or "")
    if not filled(entry.get("SkuId")):
        return [Flaw("4193" if name else "4216", "SkuId", name)], _nothing
    sku_id = payload.ident(entry["SkuId"]) or 0
    item_id = payload.ident(entry["ItemId"]) if filled(entry.get("ItemId")) else None
    if item_id is not None and item_id not in market.state.items:
        return [Flaw("4137", "ItemId", name, str(item_id))], _nothing
    held = market.state.find(item_id, sku_id)
    if held is None:
        return [Flaw("4136", "SkuId", name, str(entry["SkuId"])[:40])], _nothing
    item, sku = held
    if item.sub_status == "Lock":
        return [Flaw("4155", "ItemId", sku.seller_sku)], _nothing
    if sku.seller_sku in unlucky:
        return [Flaw("4159", "SkuId", sku.seller_sku)], _nothing
    flaws, step = check(market, item, sku, entry)

    def applied() -> None:
        step()
        item.updated = market.world.clock.now()

    return flaws, applied


def _nothing() -> None:
    return None


def _pieces(market: Market, entry: Entry, field: str, sku: Sku) -> tuple[int | None, list[Flaw]]:
    """The number under `field`, or under it in the one warehouse where the seller has several."""
    value, rows = entry.get(field), entry.get("MultiWarehouseInventories")
    if isinstance(rows, dict):
        if not market.switches["multi_warehouse"]:
            return None, [Flaw("4152", "MultiWarehouseInventories", sku.seller_sku,
                               "single warehouse seller")]  # fmt: skip
        values = [row.get(field) for row in rows.get("MultiWarehouseInventory") or ()
                  if row.get("WarehouseCode") == "dropshipping"]  # fmt: skip
        value = values[0] if values else None
    if not filled(value):
        return None, []
    amount = number(value)
    if amount is None or abs(amount) > MOST_PIECES or amount != amount.to_integral_value():
        return None, [Flaw("4152", field, sku.seller_sku)]
    return int(amount), []


def _price_quantity(market: Market, item: Item, sku: Sku, entry: Entry) -> tuple[list[Flaw], Step]:
    priced, flaws = prices.read({**entry, "SellerSku": sku.seller_sku}, OF_BATCH, sku.price, market.switches)
    total, found = _pieces(market, entry, "Quantity", sku)
    flaws += found
    if total is not None:
        flaws += quantity_flaws(total, "Quantity", sku.seller_sku)
        if sku.campaign and total < sku.total:
            flaws.append(Flaw("4170", "Quantity", sku.seller_sku))
        elif 0 <= total < sku.withhold + sku.occupy + sku.campaign:
            flaws.append(_below(sku, "Quantity"))

    def step() -> None:
        _reprice(market, item, sku, priced)
        if total is not None:
            sku.sellable = total - sku.withhold - sku.occupy

    return flaws, step


def _reprice(market: Market, item: Item, sku: Sku, priced: Priced) -> None:
    before = sku.price
    if priced.price is not None:
        sku.price = priced.price
    if priced.special or priced.clear:
        sku.special = priced.special
    if market.switches["price_jump_qc"] and abs(sku.price - before) >= 0.8 * before:
        qc.submit(market, item, changed=True)


def _below(sku: Sku, field: str) -> Flaw:
    text = "THD_INVENTORY_ERR_INV_NEGATIVE_SELLABLE:negative sellable on channel inventory"
    return Flaw("501", field, sku.seller_sku, text=text)


def _set_sellable(market: Market, item: Item, sku: Sku, entry: Entry) -> tuple[list[Flaw], Step]:
    pieces, flaws = _pieces(market, entry, "SellableQuantity", sku)
    if not flaws and (pieces is None or pieces < 0):
        flaws = [Flaw("4152", "SellableQuantity", sku.seller_sku)]
    elif pieces is not None and pieces < sku.campaign:
        flaws = [_below(sku, "SellableQuantity")]
    return flaws, lambda: setattr(sku, "sellable", pieces)


def _adjust_sellable(market: Market, item: Item, sku: Sku, entry: Entry) -> tuple[list[Flaw], Step]:
    delta, flaws = _pieces(market, entry, "SellableQuantity", sku)
    if delta is None and not flaws:
        flaws = [Flaw("4152", "SellableQuantity", sku.seller_sku)]
    elif delta is not None and sku.sellable + delta < 0:
        flaws = [Flaw("212", "SellableQuantity", sku.seller_sku)]
    elif delta is not None and delta < 0 and sku.sellable + delta < sku.campaign:
        flaws = [_below(sku, "SellableQuantity")]

    def step() -> None:
        sku.sellable += delta or 0

    return flaws, step
