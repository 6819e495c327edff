"""What a Shopee shop holds: items, their models, promotions and the tokens that open it."""

from dataclasses import dataclass, field
from typing import Any

EDITABLE = ("NORMAL", "UNLIST", "REVIEWING", "BANNED")
DELETED = ("SELLER_DELETE", "SHOPEE_DELETE")
STATUSES = (*EDITABLE, *DELETED)


@dataclass
class Promotion:
    """A campaign that holds the price and keeps part of the stock for itself."""

    promotion_id: int
    price: int
    reserved: int
    start: float
    end: float


@dataclass
class Model:
    """One sellable form; a simple item has exactly one, with id 0 and no tier index."""

    model_id: int
    tier_index: tuple[int, ...]
    sku: str
    price: int
    stock: dict[str, int]
    weight: float
    dimension: dict[str, int] | None = None
    gtin: str = ""
    pre_order: dict[str, Any] | None = None
    promotion: Promotion | None = None

    @property
    def on_hand(self) -> int:
        """What the seller holds, the promotion's share included."""
        return sum(self.stock.values())

    @property
    def reserved(self) -> int:
        return self.promotion.reserved if self.promotion else 0

    @property
    def available(self) -> int:
        return max(0, self.on_hand - self.reserved)

    @property
    def current_price(self) -> int:
        return self.promotion.price if self.promotion else self.price


@dataclass
class Tier:
    """A variation group with its options; images belong to the first group only."""

    name: str
    options: list[str]
    image_ids: list[str] = field(default_factory=list)
    variation_id: int = 0
    group_id: int = 0


@dataclass
class Item:
    """One listing. `fields` keeps add_item's own field names, so that update_item is a merge."""

    item_id: int
    shop_id: int
    fields: dict[str, Any]
    models: list[Model]
    created: float
    updated: float
    status: str = "NORMAL"
    tiers: list[Tier] = field(default_factory=list)
    settles_at: float = 0.0
    reviewed_at: float | None = None
    after_review: str = "NORMAL"
    violation: dict[str, Any] | None = None
    history: list[tuple[float, str]] = field(default_factory=list)

    @property
    def has_model(self) -> bool:
        return bool(self.tiers)

    @property
    def promoted(self) -> bool:
        return any(model.promotion for model in self.models)

    def model(self, model_id: int) -> Model | None:
        return next((m for m in self.models if m.model_id == model_id), None)

    def set_status(self, status: str, now: float) -> None:
        if status != self.status or not self.history:
            self.status = status
            self.history.append((now, status))

    def status_at(self, moment: float) -> str | None:
        """The status a list of that moment shows; None when the item did not exist yet."""
        return next((status for at, status in reversed(self.history) if at <= moment), None)

    def option_names(self, model: Model) -> str:
        return ",".join(self.tiers[level].options[index] for level, index in enumerate(model.tier_index))


@dataclass
class Pair:
    """An access token and the refresh token issued with it."""

    access: str
    refresh: str
    access_dies: float
    refresh_dies: float
    spent_at: float | None = None
    followed_by: "Pair | None" = None


@dataclass
class Shop:
    shop_id: int
    name: str
    auth_time: float
    expire_time: float
    linked: bool = True
    pairs: list[Pair] = field(default_factory=list)
    codes: dict[str, float] = field(default_factory=dict)
    calls: list[float] = field(default_factory=list)
