"""Rules for one SKU: seller SKU, prices, quantity, package, pictures."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from sandbox.lazada import images, payload, prices
from sandbox.lazada.errors import Flaw
from sandbox.lazada.prices import OF_PRODUCT, Priced, filled, number
from sandbox.lazada.variations import Axis

if TYPE_CHECKING:
    from sandbox.lazada.market import Market

SIDES = ("package_length", "package_width", "package_height")
PACKAGE = (*SIDES, "package_weight")
KG_MOST, CM_MOST = Decimal(40), Decimal(300)
MOST_PIECES = 10**9
FORBIDDEN = re.compile(r'[\\"*^~<>/|]')


def seller_sku_flaws(market: Market, skus: Sequence[Mapping[str, Any]]) -> list[Flaw]:
    """Missing, forbidden and repeated seller SKUs; repeated in the shop only where the switch says so."""
    flaws = []
    counted = Counter(str(sku.get("SellerSku") or "").strip() for sku in skus)
    for name, times in counted.items():
        if not name or len(name) > 200 or FORBIDDEN.search(name):
            flaws.append(Flaw("4150", "SellerSku", name))
        elif times > 1:
            flaws.append(Flaw("4105", "SellerSku", name))
        elif market.switches["seller_sku_unique"] == "per_store" and market.state.holders(name):
            flaws.append(Flaw("4141", "SellerSku", name, "outerId already exists"))
    return flaws


def flaws_of(
    market: Market, sku: Mapping[str, Any], now: int | None, complete: bool
) -> tuple[Priced, list[Flaw]]:
    """Prices and flaws of one SKU. `complete`: a create, where price and package must be there."""
    name = str(sku.get("SellerSku") or "")
    priced, flaws = prices.read(sku, OF_PRODUCT, now, market.switches)
    if complete and not filled(sku.get("price")):
        flaws.append(Flaw("4108", "price", name))
    flaws += quantity_flaws(sku.get("quantity"), "quantity", name)
    flaws += package_flaws(sku, name, complete)
    flaws += images.flaws_of(market, payload.images(sku), "Images", name)
    return priced, flaws


def quantity_flaws(value: Any, field: str, seller_sku: str) -> list[Flaw]:
    """A quantity is a whole number of pieces and not negative."""
    if not filled(value):
        return []
    amount = number(value)
    wrong = amount is None or not 0 <= amount <= MOST_PIECES or amount != amount.to_integral_value()
    return [Flaw("4152", field, seller_sku)] if wrong else []


def package_flaws(sku: Mapping[str, Any], name: str, complete: bool) -> list[Flaw]:
    """Sides in cm and weight in kg, two decimals at most; sum of sides and weight are limited."""
    flaws = []
    sizes: dict[str, Decimal] = {}
    for field in PACKAGE:
        if not filled(sku.get(field)):
            if complete:
                flaws.append(Flaw("4108", field, name))
            continue
        size = number(sku[field])
        if size is None or size <= 0 or size != size.quantize(Decimal("0.01")):
            flaws.append(Flaw("4149", field, name, str(sku[field])[:40]))
        else:
            sizes[field] = size
    if sum(sizes.get(side, Decimal(0)) for side in SIDES) > CM_MOST:
        flaws.append(Flaw("4165", "package_length", name))
    if sizes.get("package_weight", Decimal(0)) > KG_MOST:
        flaws.append(Flaw("4164", "package_weight", name))
    return flaws


def image_set_flaws(declared: Sequence[Axis], pictures: Sequence[Sequence[str]]) -> list[Flaw]:
    """All SKUs have pictures or none has; an axis that promises pictures needs them."""
    with_pictures = sum(bool(urls) for urls in pictures)
    if 0 < with_pictures < len(pictures):
        return [Flaw("4153", "Images")]
    if not with_pictures and any(axis.has_image for axis in declared):
        return [Flaw("209", "variation", text="SKU_VARIATION_IMAGES_MISSING:Invalid variation")]
    return []


def package_of(sku: Mapping[str, Any]) -> dict[str, str]:
    """Package values as the platform echoes them: sides with two decimals, weight as sent."""
    kept = {side: f"{Decimal(str(sku[side])):.2f}" for side in SIDES if filled(sku.get(side))}
    for field in ("package_weight", "package_content"):
        if filled(sku.get(field)):
            kept[field] = str(sku[field])
    return kept
