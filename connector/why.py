"""Why a field of a listing has its value: the chain of causes back to a person or a rule, oldest first."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from typing import Any

from connector.domain.listing import kind_of
from connector.domain.rules import Owner
from connector.errors import Complaint
from connector.models import DriftRow, ListingRow
from connector.store import Shop, Store

# Which canonical fields a listing's field is made of; prices and stocks are found by SKU.
_MADE_OF = {
    "title": ("name", "short_name"),
    "description": ("description", "label", "certificate"),
    "pictures": ("pictures",),
    "brand": ("brand",),
    "category": ("set_no",),
    "visible": ("retired",),
    "size_cm": ("size_cm",),
    "attributes": ("label", "certificate"),
}


@dataclass(frozen=True, slots=True)
class Step:
    """One cause. `what`: said (by a producer or file), counted, rule, written (by us), looked, drift, decided."""

    at: datetime
    what: str
    value: Any
    cause: str
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Story:
    """A field's three legs and the steps that led there."""

    shop: str
    field: str
    desired: Any
    observed: Any
    applied: Any
    steps: Sequence[Step]

    def as_dict(self) -> dict[str, Any]:
        return asdict(self)


def why(store: Store, shop_code: str, product: str, field: str) -> Story:
    """The story of one field. A Complaint names what is unknown and lists the fields there are."""
    shop = store.shops.get(shop_code)
    row = store.reads.listing(shop_code, product)
    if row is None:
        raise Complaint(f"{shop_code} không có tin của «{product}».", f"{shop_code} has no listing of “{product}”.")
    known = sorted({*row.desired, *row.observed, *row.applied})
    if field not in known:
        raise Complaint(
            f"Không có trường «{field}». Có: {', '.join(known) or 'chưa có gì'}.",
            f"No field “{field}”. There are: {', '.join(known) or 'none yet'}.",
        )
    steps = [
        *_said(store, row, field),
        *_rules(shop, row, field),
        *_written(store, row, field),
        *_drifted(store, row, field),
        *_decided(store, row, field),
    ]
    if field in row.observed and row.observed_at is not None:
        steps.append(Step(row.observed_at, "looked", row.observed[field], "read from the platform"))
    steps.sort(key=lambda step: step.at)
    return Story(shop_code, field, row.desired.get(field), row.observed.get(field), row.applied.get(field), steps)


def _said(store: Store, row: ListingRow, field: str) -> list[Step]:
    kind, _, sku = field.partition(":")
    if kind == "stock":
        moves = store.reads.movements(row.product_id, sku)
        return [Step(m.at or _never(), "counted", m.delta, m.cause, m.kind) for m in moves]
    names = [field, f"variant:{sku}"] if kind == "price" else [*_MADE_OF.get(kind_of(field), (field,))]
    changes = store.products.history(row.product_id, ["product", *names])
    return [Step(c.at or _never(), "said", c.after, c.cause, c.field) for c in changes]


def _rules(shop: Shop, row: ListingRow, field: str) -> list[Step]:
    policy = shop.policy.over({kind: Owner(owner) for kind, owner in row.owners.items()})
    rule: Mapping[str, object] = {"price": asdict(policy.price), "stock": asdict(policy.stock)}.get(kind_of(field), {})
    owner = policy.owner(kind_of(field))
    at = row.observed_at or datetime.now(UTC)
    told = ", ".join(f"{name}={number}" for name, number in rule.items())
    return [Step(at, "rule", None, f"shop {shop.code}", f"owner {owner}; {told}")]


def _written(store: Store, row: ListingRow, field: str) -> list[Step]:
    assert row.id is not None
    steps = []
    for attempt in store.attempts.of(row.id):
        for change in attempt.changes:
            if change["field"] == field:
                detail = f"{attempt.kind}, {change['reason']}: {attempt.outcome or 'open'} {attempt.request_id}".strip()
                steps.append(Step(attempt.started_at or _never(), "written", change["after"], attempt.cause, detail))
    return steps


def _drifted(store: Store, row: ListingRow, field: str) -> list[Step]:
    assert row.id is not None
    found = store.reads.drifts_of(row.id, field)
    return [
        Step(d.found_at or _never(), "drift", d.observed, _finder(d), f"{d.verdict}, {d.resolution}") for d in found
    ]


def _decided(store: Store, row: ListingRow, field: str) -> list[Step]:
    assert row.id is not None
    found = store.reads.decisions(row.id, field)
    return [Step(d.at or _never(), "decided", d.observed, d.cause, d.choice) for d in found]


def _finder(drift: DriftRow) -> str:
    return f"run {drift.run_id}" if drift.run_id else "a pass"


def _never() -> datetime:
    return datetime.min.replace(tzinfo=UTC)
