"""One item as Shopee answers it, turned into what we compare."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from adapters.shopee.attributes import echo
from adapters.shopee.canonical import AXES
from adapters.shopee.knowledge import Knowledge
from adapters.shopee.variants import Models
from connector.domain.listing import Observed, Ref, State, Ticket, Value
from connector.ports import Connection

_STATES = {
    "NORMAL": State.LIVE,
    "UNLIST": State.HIDDEN,
    "REVIEWING": State.PENDING,
    "BANNED": State.BANNED,
    "SELLER_DELETE": State.DELETED,
    "SHOPEE_DELETE": State.DELETED,
    "DELETED": State.DELETED,  # before 2024
}


@dataclass(frozen=True, slots=True)
class Item:
    """The answers of get_item_base_info and, where the item has models, get_model_list; why it is banned."""

    base: Mapping[str, Any]
    models: Models = field(default_factory=Models)
    reason: str = ""

    @property
    def id(self) -> str:
        return str(self.base["item_id"])

    @property
    def state(self) -> State:
        """A status that nobody has documented is waited for, not acted upon."""
        return _STATES.get(self.base["item_status"], State.PENDING)

    @property
    def skus(self) -> tuple[str, ...]:
        """Every seller SKU on the item: its own and those of its models."""
        own = self.base.get("item_sku") or ""
        return tuple(sku for sku in (own, *self.models.by_sku()) if sku and not sku.startswith("?"))

    def forms(self, expected: Sequence[str]) -> dict[str, Mapping[str, Any]]:
        """What carries price and stock, by SKU. A plain item that ought to have variants is half made: it has none."""
        if self.models.models:
            return self.models.by_sku()
        return {} if len(expected) > 1 else {self.base.get("item_sku") or "?0": self.base}


def observed(
    item: Item, expected: Sequence[str], read_at: datetime, connection: Connection, knowledge: Knowledge
) -> Observed:
    """`expected`: the SKUs that the listing ought to have, empty for whatever the scan finds."""
    forms, settings = item.forms(expected), connection.channel.settings
    shop = connection.vault.credentials()["shop_id"].get_secret_value()
    wait = Ticket("review", item.id, read_at + timedelta(minutes=settings["review_minutes"]))
    return Observed(
        state=item.state,
        read_at=read_at,
        ref=Ref(item.id, {sku: str(form.get("model_id", 0)) for sku, form in forms.items()}),
        facts=_facts(item, forms, connection, knowledge),
        held=frozenset(f"price:{sku}" for sku, form in forms.items() if _promoted(form)),
        reason=item.reason,
        url=settings["product_url"].format(shop=shop, item=item.id),
        ticket=wait if item.state is State.PENDING else None,
        barcodes={sku: str(code) for sku, form in forms.items() if (code := form.get("gtin_code"))},
    )


def _facts(
    item: Item, forms: Mapping[str, Mapping[str, Any]], connection: Connection, knowledge: Knowledge
) -> dict[str, Value]:
    base, size = item.base, item.base.get("dimension") or {}
    category = str(base["category_id"])
    facts: dict[str, Value] = {
        "title": base["item_name"],
        "description": base["description"],
        "category": category,
        "pictures": tuple(_picture(ref, connection) for ref in (base.get("image") or {}).get("image_id_list") or ()),
        "weight_g": round(float(base.get("weight") or 0) * 1000),
        "size_cm": "x".join(str(size.get(f"package_{side}", 0)) for side in ("length", "width", "height")),
        "variants": tuple(sorted("|".join((sku, *item.models.names(form))) for sku, form in forms.items())),
    }
    if item.models.models:
        facts[AXES] = " | ".join(item.models.axes)
    if item.state in (State.LIVE, State.HIDDEN):
        facts["visible"] = item.state is State.LIVE
    facts |= echo(knowledge.attributes(category), base.get("attribute_list") or ())
    for sku, form in forms.items():
        facts |= _offer(sku, form)
    return facts


def _offer(sku: str, form: Mapping[str, Any]) -> dict[str, Value]:
    """Price before any promotion, and the seller's own stock over all places; each left out if it is not told."""
    prices = form.get("price_info") or ()
    rows = (form.get("stock_info_v2") or {}).get("seller_stock")
    price: dict[str, Value] = {f"price:{sku}": round(float(prices[0]["original_price"]))} if prices else {}
    return price if rows is None else price | {f"stock:{sku}": sum(int(row["stock"]) for row in rows)}


def _promoted(form: Mapping[str, Any]) -> bool:
    """`has_promotion` may be true on a fresh item (contract 4.13), so only a lowered price counts."""
    return any(p.get("current_price", p["original_price"]) < p["original_price"] for p in form.get("price_info") or ())


def _picture(ref: str, connection: Connection) -> str:
    return str(connection.notebook.get("sha", ref) or f"ref:{ref}")
