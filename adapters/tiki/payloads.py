"""The request that makes products at Tiki, and the parts it shares with later updates."""

import hashlib
from collections.abc import Mapping, Sequence
from typing import Any

from adapters.markup import to_html
from adapters.pictures import content
from adapters.tiki import canonical as form
from adapters.tiki.client import Client
from adapters.tiki.reference import Reference
from connector.domain.listing import Desired, Offer
from connector.domain.text import tidy


def request(client: Client, desired: Desired, offers: Sequence[Offer], reference: Reference) -> dict[str, Any]:
    addresses = pictures(client, desired)
    return {
        "category_id": int(reference.category(desired.category) or 0),
        "name": form.title(desired, client.settings),
        "description": to_html(desired.description),
        "market_price": max(offer.price for offer in offers),
        "attributes": attributes(client, desired, reference),
        "image": addresses[0],
        "images": addresses[1:],
        "option_attributes": list(desired.axes),
        "variants": [_variant(desired, offer, reference, client.settings) for offer in offers],
        "certificate_files": list(client.settings.get("certificate_files", ())),
        "meta_data": {"is_auto_turn_on": desired.visible},
    }


def _variant(desired: Desired, offer: Offer, reference: Reference, settings: Mapping[str, Any]) -> dict[str, Any]:
    """Stock in camelCase here, in snake_case in updates. Nothing is reserved yet, so what is free is what is there."""
    seller = reference.seller()
    warehouse = str(seller["warehouse"])
    coded = {"min_code": _min_code(offer)} if settings.get("min_code", True) else {}
    chosen = {f"option{number}": tidy(text) for number, text in enumerate(offer.options, start=1)}
    return {
        "sku": offer.sku,
        "price": offer.price,
        "market_price": offer.price,
        "inventory_type": seller["inventory_type"],
        "seller_warehouse": warehouse,
        "warehouse_stocks": [{"warehouseId": int(warehouse), "qtyAvailable": offer.quantity}],
        "attributes": form.parcel(desired, offer),
        **coded,
        **(chosen if desired.axes else {}),
    }


def _min_code(offer: Offer) -> int:
    """The barcode; else 17 digits of our own making, the same for a SKU every time."""
    made = int(hashlib.sha256(offer.sku.encode()).hexdigest(), 16) % 10**16 + 10**16
    return int(offer.barcode) if offer.barcode.isdigit() else made


def attributes(client: Client, desired: Desired, reference: Reference) -> dict[str, Any]:
    category = reference.category(desired.category) or ""
    known = {attribute.name: attribute for attribute in reference.attributes(category) or ()}
    filled, _ = form.attributes(desired, reference, client.settings)
    said = {name: form.sent(known.get(name), value) for name, value in filled.items()}
    return {"brand": reference.brand(desired.brand), **said, **form.parcel(desired)}


def pictures(client: Client, desired: Desired) -> list[str]:
    """Public addresses: Tiki downloads pictures itself."""
    chosen = form.canonical(desired, Reference(client.connection), client.settings)["pictures"]
    assert isinstance(chosen, tuple)
    for sha in chosen:
        content(client.connection, sha)  # an address without a picture would be refused after hours of review
    return [client.connection.pictures.url(sha) for sha in chosen]
