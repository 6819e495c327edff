"""What the sandbox remembers of a Tiki seller: products, requests on their way, warehouses."""

from concurrent.futures import Future
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

VIETNAM = timezone(timedelta(hours=7))
FINAL = {"approved", "rejected", "deleted", "update_product_approved"}


@dataclass
class Product:
    """One sellable product; Tiki makes one of every variant. Prices in dong."""

    product_id: int
    sku: str
    master_id: int
    master_sku: str
    original_sku: str
    name: str
    description: str
    price: int
    market_price: int
    category_id: int
    attributes: dict[str, Any]
    inventory_type: str
    created: float
    updated: float
    active: int = 0
    hidden: bool = False
    foreign: bool = False  # made by another seller: not ours to change
    available: dict[int, int] = field(default_factory=dict)
    reserved: dict[int, int] = field(default_factory=dict)
    pictures: list[str] = field(default_factory=list)
    options: dict[str, str] = field(default_factory=dict)
    base: str = ""

    @property
    def sellable(self) -> int:
        """What a buyer may take: available less what open orders hold, per warehouse."""
        return sum(max(0, n - self.reserved.get(place, 0)) for place, n in self.available.items())


@dataclass
class Ticket:
    """A request on its way through review, found by its track id."""

    track_id: str
    kind: str
    payload: dict[str, Any]
    base: str
    created: float
    updated: float
    state: str = "queuing"
    request_id: str = ""
    reason: str | None = None
    product_id: int = 0
    next_at: float = 0.0
    downloads: dict[str, Future[bytes]] = field(default_factory=dict)
    pictures: dict[str, str] = field(default_factory=dict)
    product_ids: list[int] = field(default_factory=list)
    approved_at: float | None = None

    @property
    def skus(self) -> list[str]:
        """Seller SKUs that the request would create."""
        if self.kind != "create_product":
            return []
        return [str(variant["sku"]) for variant in self.payload["variants"]]


@dataclass(frozen=True)
class Warehouse:
    """A place of the seller's; type 1 is pickup, 0 return."""

    id: int
    name: str
    type: int = 1
    status: int = 1

    def row(self) -> dict[str, Any]:
        """As the seller's list shows it (the shape is inferred, no capture is public)."""
        address = {"street": "12 Hồ Hoàn Kiếm", "ward": "Phường Hàng Trống", "district": "Quận Hoàn Kiếm",
                   "region": "Hà Nội", "country": "Việt Nam"}  # fmt: skip
        return {"id": self.id, "name": self.name, "status": self.status, "type": self.type,
                "address": address}  # fmt: skip


WAREHOUSES = (
    Warehouse(371835, "Kho Hà Nội"),
    Warehouse(371836, "Kho Sơn Tây"),
    Warehouse(371837, "Kho trả hàng", type=0),
)
PICKUP = {warehouse.id for warehouse in WAREHOUSES if warehouse.type == 1}


def local(epoch: float | None) -> str | None:
    """Vietnam time without a zone, as every timestamp of this interface is written."""
    if epoch is None:
        return None
    return datetime.fromtimestamp(epoch, UTC).astimezone(VIETNAM).strftime("%Y-%m-%d %H:%M:%S")


def epoch(text: str) -> float:
    """Epoch seconds of such a timestamp; ValueError when it is none."""
    return datetime.strptime(text, "%Y-%m-%d %H:%M:%S").replace(tzinfo=VIETNAM).timestamp()
