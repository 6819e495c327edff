"""Prices and sale prices: whole dong, a sale below the price, dates that fit together."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any

from sandbox.lazada.errors import Flaw
from sandbox.lazada.state import Special

MOST_DONG = 10**12


@dataclass(frozen=True)
class Names:
    """The same fields are called differently by create/update and by price_quantity."""

    price: str
    sale: str
    start: str
    end: str


OF_PRODUCT = Names("price", "special_price", "special_from_date", "special_to_date")
OF_BATCH = Names("Price", "SalePrice", "SaleStartDate", "SaleEndDate")


@dataclass
class Priced:
    """What a write says about prices; None where it says nothing. `clear` ends the sale price."""

    price: int | None = None
    special: Special | None = None
    clear: bool = False


def read(
    sku: Mapping[str, Any], names: Names, now: int | None, switches: Mapping[str, Any]
) -> tuple[Priced, list[Flaw]]:
    """Price and sale price of one SKU with their flaws; `now` is the price that stands today."""
    seller_sku = str(sku.get("SellerSku") or "")
    priced, flaws = Priced(), []
    if filled(sku.get(names.price)):
        priced.price, found = _dong(sku[names.price], names.price, "4104", "4118", seller_sku)
        flaws += found
    price = priced.price if priced.price is not None else now
    start, end = str(sku.get(names.start) or ""), str(sku.get(names.end) or "")
    if not filled(sku.get(names.sale)):
        if start or end:
            flaws.append(Flaw("4117", names.start, seller_sku, "dates without a special price"))
        return priced, flaws
    if _zero(sku[names.sale]) and switches["clear_special_price"] == "zero_clears":
        priced.clear = True
        return priced, flaws
    sale, found = _dong(sku[names.sale], names.sale, "4121", "4119", seller_sku)
    flaws += found
    if sale is not None and price is not None and not found:
        flaws += _sale_rules(sale, price, seller_sku, names, float(switches["special_price_min_ratio"]))
    if start and end and start > end:
        flaws.append(Flaw("4117", names.start, seller_sku))
    if sale is not None:
        priced.special = Special(sale, start, end)
    return priced, flaws


def filled(value: Any) -> bool:
    """Whether a value was really sent: an empty element says nothing."""
    return value is not None and str(value).strip() != ""


def number(value: Any) -> Decimal | None:
    """A finite decimal number, or None."""
    try:
        found = Decimal(str(value).strip())
    except InvalidOperation:
        return None
    return found if found.is_finite() else None


def _zero(value: Any) -> bool:
    return number(value) == 0


def _dong(value: Any, field: str, fraction: str, zero: str, seller_sku: str) -> tuple[int | None, list[Flaw]]:
    amount = number(value)
    if amount is None:
        return None, [Flaw("4107", field, seller_sku, str(value)[:40])]
    if amount <= 0:
        return None, [Flaw(zero, field, seller_sku)]
    if amount > MOST_DONG or amount != amount.to_integral_value():
        return None, [Flaw(fraction, field, seller_sku, str(value)[:40])]
    return int(amount), []


def _sale_rules(sale: int, price: int, seller_sku: str, names: Names, ratio: float) -> list[Flaw]:
    if sale >= price:
        return [Flaw("4157", names.sale, seller_sku)]
    return [Flaw("4119", names.sale, seller_sku)] if sale < price * ratio else []
