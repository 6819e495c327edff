"""From Tiki's products to what we observe of a listing, which is all products that its variants became.

A field that Tiki does not echo is left out. Pictures are one: they are hosted anew under addresses of Tiki's own.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from adapters.attributes import accept
from adapters.markup import to_text
from adapters.tiki.canonical import weights
from adapters.tiki.reference import Reference
from connector.domain.listing import Observed, Ref, State, Ticket, Value
from connector.domain.text import tidy
from connector.ports import Connection

_PARCEL = ("product_length", "product_width", "product_height")


@dataclass(frozen=True, slots=True)
class Product:
    """One product over there. `stores`: warehouse -> (available, reserved) pieces; None where not asked for."""

    id: str
    master: str
    sku: str
    name: str
    price: int
    active: bool
    hidden: bool = False
    category: str = ""
    made: str = ""
    stores: Mapping[str, tuple[int, int]] | None = None
    said: Mapping[str, Any] = field(default_factory=dict)

    @property
    def key(self) -> str:
        return self.sku or f"?{self.id}"

    @property
    def sellable(self) -> int | None:
        return None if self.stores is None else sum(held - reserved for held, reserved in self.stores.values())

    @property
    def age(self) -> tuple[str, int]:
        """Sorts by creation."""
        return self.made, int(self.id) if self.id.isdigit() else 0


def product(row: Mapping[str, Any]) -> Product | None:
    """None for the catalogue's own entries (masters), which nobody sells."""
    if str(row.get("entity_type") or "").startswith("master"):
        return None
    number = str(row.get("product_id") or row.get("id") or "")
    master = str(row.get("master_id") or "")
    about = row.get("attributes") or {}
    return Product(
        id=number,
        master=master if master not in ("", "0") else number,
        sku=str(row.get("original_sku") or ""),
        name=tidy(str(row.get("name") or "")),
        price=int(float(row.get("price") or 0)),
        active=str(row.get("active")) in ("1", "True"),
        hidden=bool(row.get("is_hidden")),
        category=_category(row.get("categories")),
        made=str(row.get("created_at") or ""),
        stores=_stores(row.get("inventory")),
        said={code: _value(entry) for code, entry in about.items()} if isinstance(about, Mapping) else {},
    )


def observed(
    connection: Connection,
    reference: Reference,
    products: Sequence[Product],
    *,
    reason: str = "",
    state: State | None = None,
    ticket: Ticket | None = None,
) -> Observed:
    """One listing. Variants that are switched off beside others that are on do not belong to it any more."""
    now = connection.clock.now()
    ordered = sorted(products, key=lambda p: p.age)
    shown = [p for p in ordered if p.active] or ordered
    hidden = all(p.hidden for p in ordered) and connection.channel.settings.get("is_hidden_means") == "banned"
    if state is None:
        state = State.BANNED if hidden else State.LIVE if any(p.active for p in ordered) else State.HIDDEN
    if hidden and not reason:
        reason = "Tiki đã ẩn sản phẩm (is_hidden) và không nêu lý do qua API; xem trên Seller Center"
    return Observed(
        state=state,
        read_at=now,
        ref=Ref(ordered[0].master, {p.key: p.id for p in ordered}),
        facts=_facts(reference, shown),
        reason=reason,
        url=f"https://tiki.vn/p{ordered[0].id}.html",
        ticket=ticket,
    )


def _facts(reference: Reference, products: Sequence[Product]) -> dict[str, Value]:
    facts: dict[str, Value] = {
        "title": " | ".join(dict.fromkeys(p.name for p in products)),
        "category": products[0].category,
        "visible": any(p.active for p in products),
        "variants": tuple(sorted(p.key for p in products)),
    }
    for one in products:
        facts[f"price:{one.key}"] = one.price
        if one.sellable is not None:
            facts[f"stock:{one.key}"] = one.sellable
    return facts | _said(reference, products)


def _said(reference: Reference, products: Sequence[Product]) -> dict[str, Value]:
    """What the attributes echo, if they are echoed at all (the public samples show them empty in lists)."""
    said = products[0].said
    facts: dict[str, Value] = {}
    if said.get("description"):
        facts["description"] = to_text(str(said["description"]))
    if said.get("brand"):
        facts["brand"] = str(said["brand"])
    if all(p.said.get("product_weight_kg") for p in products):
        facts["weight_g"] = weights({p.key: round(float(p.said["product_weight_kg"]) * 1000) for p in products})
    if all(said.get(side) for side in _PARCEL):
        facts["size_cm"] = "x".join(f"{float(said[side]):g}" for side in _PARCEL)
    known = {a.name: a for a in reference.attributes(products[0].category) or ()}
    for code, value in said.items():
        if code in known and value not in (None, ""):
            text = ", ".join(map(str, value)) if isinstance(value, list) else str(value)
            lines = code == "product_top_features"
            facts[f"attr:{code}"] = text if lines else accept(known[code], text) or tidy(text)
    return facts


def _value(entry: Any) -> Any:
    return entry.get("value") if isinstance(entry, Mapping) else entry


def _category(rows: Any) -> str:
    named = [row for row in rows or () if isinstance(row, Mapping)]
    primary = [row for row in named if row.get("is_primary")] or named
    return str(primary[-1]["id"]) if primary else ""


def _stores(block: Any) -> dict[str, tuple[int, int]] | None:
    if not isinstance(block, Mapping) or block.get("warehouse_stocks") is None:
        return None
    return {
        str(row["warehouse_id"]): (int(row.get("quantity_available") or 0), int(row.get("quantity_reserved") or 0))
        for row in block["warehouse_stocks"]
    }
