"""What the sandbox remembers of a Lazada seller: items, their SKUs and the stock behind them."""

from dataclasses import dataclass, field
from typing import Any


@dataclass
class Special:
    """A sale price in dong with optional local start and end, `YYYY-MM-DD HH:MM:SS`."""

    price: int
    start: str = ""
    end: str = ""


@dataclass
class Sku:
    """One sellable form. Stock is split as the platform splits it; total is what price_quantity speaks of."""

    sku_id: int
    seller_sku: str
    price: int
    sellable: int = 0
    withhold: int = 0
    occupy: int = 0
    campaign: int = 0  # pieces that a campaign has locked inside sellable
    status: str = "active"
    special: Special | None = None
    package: dict[str, str] = field(default_factory=dict)
    sale_prop: dict[str, str] = field(default_factory=dict)
    images: list[str] = field(default_factory=list)

    @property
    def total(self) -> int:
        return self.sellable + self.withhold + self.occupy


@dataclass
class Item:
    """One product page with its SKUs."""

    item_id: int
    category: int
    attributes: dict[str, str]
    images: list[str]
    variation: dict[str, dict[str, Any]]
    skus: list[Sku]
    created: float
    updated: float
    qc_until: float | None = None
    qc_verdict: str = "pass"
    was_live: bool = False
    sub_status: str | None = None
    reject_reason: str = ""
    campaign_block: bool = False

    @property
    def status(self) -> str:
        """The item status that the SKUs' states, QC and penalties amount to."""
        states = {sku.status for sku in self.skus}
        if states <= {"deleted"}:
            return "Deleted"
        if self.sub_status in {"Lock", "Live Reject"}:
            return "Suspended"
        if self.qc_until is not None:
            return "Pending QC"
        return "Active" if "active" in states and self.sub_status is None else "InActive"

    def sku(self, sku_id: int) -> Sku | None:
        """A SKU that is not deleted."""
        return next((sku for sku in self.skus if sku.sku_id == sku_id and sku.status != "deleted"), None)


@dataclass
class Seller:
    """All items of the shop with an index by seller SKU (not unique: see the switch)."""

    items: dict[int, Item] = field(default_factory=dict)
    by_seller_sku: dict[str, list[int]] = field(default_factory=dict)
    by_sku_id: dict[int, int] = field(default_factory=dict)
    pending: set[int] = field(default_factory=set)
    next_item: int = 3_069_252_927
    next_sku: int = 15_298_395_971

    def index(self, item: Item, sku: Sku) -> None:
        """Make a SKU findable."""
        self.by_seller_sku.setdefault(sku.seller_sku, []).append(item.item_id)
        self.by_sku_id[sku.sku_id] = item.item_id

    def holders(self, seller_sku: str) -> list[Item]:
        """Items in which this seller SKU is alive."""
        found = [self.items[item_id] for item_id in dict.fromkeys(self.by_seller_sku.get(seller_sku, ()))]
        return [
            item for item in found
            if any(sku.seller_sku == seller_sku and sku.status != "deleted" for sku in item.skus)
        ]  # fmt: skip

    def find(self, item_id: int | None, sku_id: int) -> tuple[Item, Sku] | None:
        """A live SKU by its id; the item id has to fit where it is given."""
        item = self.items.get(self.by_sku_id.get(sku_id, 0))
        if item is None or (item_id is not None and item.item_id != item_id):
            return None
        sku = item.sku(sku_id)
        return (item, sku) if sku else None
