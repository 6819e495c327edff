"""Price, stock and status of approved products: absolute, immediate, acknowledged with `approved`."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from sandbox.tiki import events
from sandbox.tiki.checks import places
from sandbox.tiki.errors import Failure
from sandbox.tiki.state import PICKUP, Product

if TYPE_CHECKING:
    from sandbox.tiki.market import Call, Market

APPROVED = {"state": "approved"}
Change = Callable[[], None]


def find(market: Market, entry: Mapping[str, Any]) -> Product:
    """The product named by `product_id` or `original_sku`; only the seller's own may be changed."""
    product_id, sku = entry.get("product_id"), entry.get("original_sku")
    if product_id is None and not sku:
        raise Failure(400, "product_id or original_sku must be provided")
    text = str(product_id) if product_id is not None else str(market.by_sku.get(str(sku), 0))
    held = market.products.get(int(text)) if text.isdigit() else None
    if held is None:
        raise Failure(404, f"Product not found id: {product_id if product_id is not None else sku}")
    if held.foreign:
        raise Failure(403, "you do not have permission to update this product")
    return held


def update_sku(market: Market, call: Call) -> dict[str, str]:
    """PUT products/updateSku: any subset of price, active and stock."""
    held = find(market, call.body)
    zeroes = bool(market.switches["single_update_zeroes_missing"])
    changes = [_price(held, call.body), _active(held, call.body), _stock(market, held, call.body, zeroes)]
    _carry_out(market, call, held, changes)
    return APPROVED


def update_skus(market: Market, call: Call) -> dict[str, Any]:
    """PUT products/updateSkus: the same for several; here the field is `status` (1 on, 2 off, 3 hidden)."""
    entries = call.body.get("data")
    if not isinstance(entries, list) or not entries or not all(isinstance(e, dict) for e in entries):
        raise Failure(400, "data must be a non-empty array")
    if len(entries) > int(market.switches["batch_limit"]):
        raise Failure(422, f"data must not have more than {market.switches['batch_limit']} elements")
    planned: list[tuple[Product, list[Change]]] = []
    rows: list[dict[str, Any]] = []
    for entry in entries:
        name = {key: entry[key] for key in ("product_id", "original_sku") if key in entry}
        try:
            planned.append(_plan(market, entry))
            rows.append(name | APPROVED)
        except Failure as failure:
            if market.switches["batch_partial"] == "nothing_applied":
                raise
            rows.append(name | {"state": "rejected", "errors": failure.errors})
    for held, changes in planned:
        _carry_out(market, call, held, changes)
    failed = len(planned) < len(entries)
    return {"data": rows} if failed or market.switches["batch_answer"] == "rows" else APPROVED


def _plan(market: Market, entry: Mapping[str, Any]) -> tuple[Product, list[Change]]:
    held = find(market, entry)
    zeroes = bool(market.switches["batch_zeroes_missing"])
    return held, [_price(held, entry), _status(held, entry), _stock(market, held, entry, zeroes)]


def _carry_out(market: Market, call: Call, held: Product, changes: list[Change]) -> None:
    if market.switches["approved_without_effect"] or market.world.faults.take("tiki", call.name, "no_effect"):
        return

    def apply() -> None:
        with events.watching(market, held):
            for change in changes:
                change()
        held.updated = market.world.clock.now()

    market.later(float(market.switches["apply_lag_seconds"]), apply)


def _nothing() -> None:
    return None


def _price(held: Product, entry: Mapping[str, Any]) -> Change:
    price = entry.get("price")
    if price is None:
        return _nothing
    if not isinstance(price, int) or isinstance(price, bool) or price <= 0:
        raise Failure(422, "price should be > 0")
    if price * 10 < held.market_price:
        raise Failure(422, "Price is not valid because less than ten percent listing price")
    return lambda: setattr(held, "price", price)


def _active(held: Product, entry: Mapping[str, Any]) -> Change:
    if entry.get("active") is None:
        return _nothing
    if entry["active"] not in (0, 1, True, False):
        raise Failure(422, "active must be 0 or 1")
    return lambda: setattr(held, "active", int(entry["active"]))


def _status(held: Product, entry: Mapping[str, Any]) -> Change:
    status = entry.get("status")
    if status is None:
        return _nothing
    if status not in (1, 2, 3):
        raise Failure(422, "status must be 1, 2 or 3")

    def change() -> None:
        held.active, held.hidden = int(status == 1), status == 3

    return change


def _stock(market: Market, held: Product, entry: Mapping[str, Any], zeroes: bool) -> Change:
    rows = entry.get("warehouse_quantities")
    named = entry.get("seller_warehouse")
    if named is not None and not isinstance(named, str):
        raise Failure(422, "seller_warehouse must be a string")
    if rows is None:
        _known(market, places(named))
        return _nothing
    if not isinstance(rows, list) or not all(isinstance(one, dict) for one in rows):
        raise Failure(422, "warehouse_quantities must be an array")
    if market.switches["seller_warehouse_required"] and not named:
        raise Failure(422, "seller_warehouse must not be blank")
    wanted = {one.get("warehouse_id"): one.get("qty_available") for one in rows}
    _known(market, [*places(named), *wanted])
    if any(not isinstance(n, int) or isinstance(n, bool) or n < 0 for n in wanted.values()):
        raise Failure(422, "qty_available should be >= 0")

    def change() -> None:
        held.available = (dict.fromkeys(held.available, 0) if zeroes else held.available) | wanted

    return change


def _known(market: Market, ids: list[Any]) -> None:
    strangers = [place for place in dict.fromkeys(ids) if place not in PICKUP]
    if strangers:
        listed = ", ".join(str(place) for place in strangers)
        meta = {"source": "meepo", "id": str(market.chance.randrange(10**18, 10**19))}
        raise Failure(400, f"update error [Warehouse '[{listed}]' are not found]", meta=meta)


def update_original_sku(market: Market, call: Call) -> dict[str, str]:
    """POST /v2/products/updateOriginalSku."""
    product_id, sku = call.body.get("product_id"), call.body.get("original_sku")
    if not isinstance(sku, str) or not sku.strip():
        raise Failure(422, "original_sku must not be blank")
    held = find(market, {"product_id": product_id} if product_id is not None else {})
    if market.by_sku.get(sku, held.product_id) != held.product_id:
        raise Failure(422, f"Product code {sku} is not unique")
    market.by_sku.pop(held.original_sku, None)
    market.by_sku[sku] = held.product_id
    held.original_sku, held.updated = sku, market.world.clock.now()
    return APPROVED
