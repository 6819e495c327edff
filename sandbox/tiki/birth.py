"""What an approval does: every variant becomes a product of its own; a content update takes effect."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from sandbox.tiki import checks, events
from sandbox.tiki.attributes import SCHEMAS
from sandbox.tiki.categories import BY_ID
from sandbox.tiki.state import Product, Ticket

if TYPE_CHECKING:
    from sandbox.tiki.market import Market


def pictures_of(ticket: Ticket, variant: Mapping[str, Any]) -> list[str]:
    """Picture ids of a variant: its own `image` and `images` each replace the parent's."""
    image = variant.get("image") or ticket.payload.get("image")
    more = variant.get("images") or ticket.payload.get("images") or ()
    return _kept(ticket, [image, *more])


def _kept(ticket: Ticket, urls: list[Any]) -> list[str]:
    found = [ticket.pictures[str(url)] for url in urls if str(url) in ticket.pictures]
    return list(dict.fromkeys(picture for picture in found if picture))


def market_price(ticket: Ticket, variant: Mapping[str, Any]) -> int:
    """The price before discount: the variant's, else the product's, else the price itself."""
    return int(variant.get("market_price") or ticket.payload.get("market_price") or variant["price"])


def make_products(market: Market, ticket: Ticket, now: float) -> None:
    """Products under one master, off unless the request asked for them to be turned on."""
    market.next_product += 1 + market.chance.randrange(900)
    master_id, master_sku = market.next_product, _sku(market)
    meta = ticket.payload.get("meta_data")
    turned_on = isinstance(meta, dict) and meta.get("is_auto_turn_on") in (True, 1, "true")
    for variant in ticket.payload["variants"]:
        market.next_product += 1
        product = _product(market, ticket, variant, now)
        product.master_id, product.master_sku, product.active = master_id, master_sku, int(turned_on)
        market.products[product.product_id] = product
        market.by_sku[product.original_sku] = product.product_id
        ticket.product_ids.append(product.product_id)


def _product(market: Market, ticket: Ticket, variant: Mapping[str, Any], now: float) -> Product:
    payload = ticket.payload
    defaults = {a.code: a.default for a in SCHEMAS[BY_ID[payload["category_id"]].schema] if a.default}
    return Product(
        market.next_product, _sku(market), 0, "", str(variant["sku"]),
        str(variant.get("name") or payload["name"]).strip(),
        str(variant.get("description") or payload["description"]),
        int(variant["price"]), market_price(ticket, variant), payload["category_id"],
        {**defaults, **payload["attributes"], **(variant.get("attributes") or {})},
        checks.model(market, variant) or "dropship", now, now,
        available={stock["warehouseId"]: stock["qtyAvailable"]
                   for stock in variant.get("warehouse_stocks") or ()},
        pictures=pictures_of(ticket, variant),
        options={name: str(variant[f"option{at}"])
                 for at, name in enumerate(payload["option_attributes"], 1)},
        base=ticket.base,
    )  # fmt: skip


def _sku(market: Market) -> str:
    return str(market.chance.randrange(10**12, 10**13))


def apply_update(market: Market, ticket: Ticket, now: float) -> None:
    """Content of one product; `name` and `description` may stand among the attributes or beside them."""
    product = market.products.get(ticket.product_id)
    if product is None:
        return
    given = dict(ticket.payload.get("attributes") or {})
    for field in ("name", "description"):
        value = given.pop(field, None) or ticket.payload.get(field)
        if value:
            setattr(product, field, str(value).strip())
    product.attributes |= given
    if market_value := ticket.payload.get("market_price"):
        with events.watching(market, product):
            product.market_price = int(market_value)
    pictures = _kept(ticket, [ticket.payload.get("image"), *(ticket.payload.get("images") or ())])
    if pictures:
        product.pictures = pictures
    product.updated = now
    ticket.product_ids = [product.product_id]
