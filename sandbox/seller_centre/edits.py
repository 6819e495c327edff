"""Hand edits: what a person does in the seller centre or behind the floor's own desk, asked for by a test."""

from typing import Any

from sandbox.seller_centre import approval
from sandbox.seller_centre.goods import Product, Shelf, Variant

KNOWN = {
    "title", "price", "stock", "visible", "delete", "ban", "unban", "promotion", "refuse",
    "send_back", "approve",
}


def hand_edit(
    shelf: Shelf, product: Product, change: dict[str, Any], switches: dict[str, Any], now: float
) -> None:
    """KeyError for an unknown SKU, ValueError for an unknown change; then nothing has changed."""
    if unknown := change.keys() - KNOWN:
        raise ValueError(f"unknown change {sorted(unknown)}; there are {sorted(KNOWN)}")
    offers = [(field, _variant(product, sku), int(value)) for field in ("price", "stock")
              for sku, value in change.get(field, {}).items()]
    for field, variant, value in offers:
        setattr(variant, field, value)
        variant.updated = now
    if "title" in change:
        product.title = str(change["title"])
        approval.submit(shelf, product, switches, now)
    product.on_sale = bool(change.get("visible", product.on_sale))
    product.promotion = bool(change.get("promotion", product.promotion))
    _judge(shelf, product, change, now)
    product.updated = now
    if change.get("delete"):
        shelf.remove(product, None)


def _judge(shelf: Shelf, product: Product, change: dict[str, Any], now: float) -> None:
    if change.get("ban"):
        product.locked = str(change["ban"])
    if change.get("unban"):
        product.locked = ""
    for word, verdict in (("refuse", "rejected"), ("send_back", "needs_fix")):
        if change.get(word):
            approval.refuse(shelf, product, verdict, str(change[word]), now)
    if change.get("approve"):
        approval.approve(shelf, product, now)


def _variant(product: Product, sku: str) -> Variant:
    found = next((variant for variant in product.variants if variant.sku == sku), None)
    if found is None:
        raise KeyError(f"listing {product.id} has no SKU {sku}")
    return found
