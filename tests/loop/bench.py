"""A shop on a memory platform with the real store: what the tests of the loop stand on."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from connector.converge import converge
from connector.domain.book import Book
from connector.domain.listing import Lane
from connector.domain.product import Product
from connector.ports import Channel
from connector.reconcile import reconcile
from connector.site import Site
from connector.store import Draft, Store
from tests.builders import FixedClock, RealClock, a_product, a_variant
from tests.memory_platform import MemoryAdapter, MemoryPlatform

CHANNEL = Channel("memory", "Bộ nhớ", "tests", "http://127.0.0.1", settle_seconds=0, confirm_seconds=0)


@dataclass
class Bench:
    store: Store
    platform: MemoryPlatform = field(default_factory=MemoryPlatform)
    clock: Any = field(default_factory=RealClock)
    channel: Channel = CHANNEL
    on_call: Any = lambda: None
    book: Book = field(default_factory=Book)
    code: str = "shop"

    def shop(self, code: str = "shop", **options: Any) -> "Bench":
        self.store.shops.add(code, "memory", **{"verbs": "sync", **options})
        return self

    def goods(self, products: Sequence[Product], stock: int = 10, cause: str = "import goods.xlsx") -> "Bench":
        drafts = [Draft(i, p, {v.sku: stock for v in p.variants}) for i, p in enumerate(products)]
        self.store.products.put(drafts, cause)
        return self

    def site(self, code: str = "") -> Site:
        adapter = MemoryAdapter(self.platform, self.clock, self.on_call)
        return Site(self.store.shops.get(code or self.code), self.channel, adapter, self.store, self.clock, self.book)

    def sync(self, passes: int = 3) -> dict[str, int]:
        """Passes over all lanes until nothing is due."""
        results: dict[str, int] = {}
        for _ in range(passes):
            for lane in Lane:
                for result, n in converge(self.site(), lane).results.items():
                    results[result] = results.get(result, 0) + n
        return results

    def night(self, **options: Any) -> Any:
        return reconcile(self.site(), **options)

    def edit(self, sku: str, **facts: Any) -> None:
        """Somebody edits the listing with this SKU over there."""
        item = next(i for i, f in self.platform.live().items() if any(v.split("|")[0] == sku for v in f["variants"]))
        self.platform.items[item] |= facts

    def drifts(self) -> list[dict[str, Any]]:
        return self.store.reads.drifts(only_open=False)


def goods(n: int, **changes: Any) -> list[Product]:
    return [
        a_product(
            code=f"P{i:04}", name=f"Mật ong số {i}", variants=(a_variant(f"SKU-{i:04}", 50_000 + i * 1000),), **changes
        )
        for i in range(n)
    ]


def repriced(products: Sequence[Product], percent: int) -> list[Product]:
    return [
        replace(p, variants=tuple(replace(v, price=v.price * percent // 100) for v in p.variants)) for p in products
    ]


__all__ = ["CHANNEL", "Bench", "FixedClock", "goods", "repriced"]
