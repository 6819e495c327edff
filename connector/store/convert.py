"""Rows to domain values and back. The only place that knows both."""

from collections.abc import Iterable, Mapping
from dataclasses import asdict
from datetime import datetime
from typing import Any

from connector.domain.listing import Applied, Facts, Listing, Observed, Phase, Ref, State, Ticket, Value
from connector.domain.ocop import Action
from connector.domain.product import Certificate, Label, PaperHeld, Producer, Product, Variant
from connector.domain.rules import Owner, Policy, PriceRule, StockRule, Verbs
from connector.models import CertificateRow, ListingRow, ProducerRow, ProductRow, ShopRow, VariantRow


def to_value(raw: Any) -> Value:
    return tuple(str(item) for item in raw) if isinstance(raw, list) else raw


def to_facts(raw: Mapping[str, Any]) -> dict[str, Value]:
    return {field: to_value(value) for field, value in raw.items()}


def from_facts(facts: Facts) -> dict[str, Any]:
    return {field: list(value) if isinstance(value, tuple) else value for field, value in facts.items()}


def to_producer(row: ProducerRow) -> Producer:
    return Producer(row.code, row.name, row.kind, row.address, row.commune, row.province_code, row.province)


def to_certificate(row: CertificateRow) -> Certificate:
    return Certificate(
        row.stars, row.number, row.authority, row.issued_on, row.expires_on, row.withdrawn_on, row.made_up
    )


def to_variant(row: VariantRow) -> Variant:
    return Variant(row.sku, row.price, tuple(row.options), row.pack, row.weight_g, row.barcode)


def to_product(
    row: ProductRow,
    producer: Producer,
    variants: Iterable[VariantRow],
    certificate: Certificate | None,
    papers: tuple[PaperHeld, ...] = (),
) -> Product:
    length, width, height = (*row.size_cm, 0, 0, 0)[:3]
    return Product(
        code=row.code,
        producer=producer,
        name=row.name,
        variants=tuple(to_variant(v) for v in sorted(variants, key=lambda v: (v.position, v.sku))),
        short_name=row.short_name,
        description=row.description,
        brand=row.brand,
        set_no=row.set_no,
        axes=tuple(row.axes),
        label=Label(**row.label),
        certificate=certificate,
        pictures=tuple(row.pictures),
        size_cm=(length, width, height),
        delivery_area=row.delivery_area,
        retired=row.retired,
        papers=papers,
    )


def product_columns(product: Product) -> dict[str, Any]:
    """The columns of ProductRow, which are also the fields whose changes are recorded."""
    return {
        "code": product.code,
        "name": product.name,
        "short_name": product.short_name,
        "description": product.description,
        "brand": product.brand,
        "set_no": product.set_no,
        "axes": list(product.axes),
        "label": {k: v for k, v in asdict(product.label).items() if v},
        "pictures": list(product.pictures),
        "size_cm": list(product.size_cm),
        "delivery_area": product.delivery_area,
        "retired": product.retired,
    }


def variant_columns(variant: Variant, position: int) -> dict[str, Any]:
    return {
        "sku": variant.sku,
        "price": variant.price,
        "options": list(variant.options),
        "pack": variant.pack,
        "weight_g": variant.weight_g,
        "barcode": variant.barcode,
        "position": position,
        "dropped_at": None,
    }


def to_ticket(raw: Mapping[str, Any] | None) -> Ticket | None:
    if raw is None:
        return None
    return Ticket(raw["kind"], raw["id"], datetime.fromisoformat(raw["look_at"]), raw.get("settling", False))


def from_ticket(ticket: Ticket | None) -> dict[str, Any] | None:
    return None if ticket is None else {**asdict(ticket), "look_at": ticket.look_at.isoformat()}


def to_listing(row: ListingRow) -> Listing:
    assert row.id is not None
    return Listing(
        id=row.id,
        ref=Ref(row.item, dict(row.variants)),
        phase=Phase(row.phase),
        applied=Applied(to_facts(row.applied), to_facts(row.unconfirmed)),
        refused=dict(row.refused),
        ticket=to_ticket(row.ticket),
        owners={kind: Owner(owner) for kind, owner in row.owners.items()},
        theirs=frozenset(row.theirs),
    )


def to_observed(row: ListingRow) -> Observed | None:
    """The last picture we have; None if nobody ever looked."""
    if row.observed_at is None:
        return None
    ref = Ref(row.item, dict(row.variants))
    return Observed(State(row.observed_state), row.observed_at, ref, to_facts(row.observed), url=row.url)


def to_policy(row: ShopRow) -> Policy:
    rules = row.rules
    return Policy(
        verbs=Verbs(row.verbs),
        price=PriceRule(**rules.get("price", {})),
        stock=StockRule(**rules.get("stock", {})),
        owners={kind: Owner(owner) for kind, owner in row.owners.items()},
        gate={code: Action(action) for code, action in rules.get("gate", {}).items()},
    )
