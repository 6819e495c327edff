"""What happens in the demo: publish, edit, drift, heal, and a quiet night at the end."""

import random
import time
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from connector.cli.demo.market import PLATFORMS
from connector.cli.demo.stage import SHOPS, Stage, wait_for
from connector.describing import describe
from connector.domain.listing import Lane
from connector.domain.product import Product
from connector.drawing import draw
from connector.errors import Complaint
from connector.store import Draft, Goods, Saved
from connector.wiring import Wired

EDITS = 6
LOST = 12  # pieces; above what is scarce, for the stock of scarce goods is compared by no night
Watch = Callable[[int, int], None]


@dataclass
class Shelf:
    """The store as the importer sees it, held back until all rows are read: then `fill` puts `size` of the products,
    evenly spread, or all of them, each with a drawn picture and a count where the file had none."""

    wired: Wired
    drafts: list[Draft] = field(default_factory=list)

    def sku_owners(self, skus: Iterable[str]) -> Mapping[str, str]:
        return self.wired.store.products.sku_owners(skus)

    def by_code(self, codes: Iterable[str]) -> Mapping[str, Goods]:
        return self.wired.store.products.by_code(codes)

    def put(self, drafts: Sequence[Draft], cause: str) -> Saved:
        self.drafts += drafts
        return Saved(created=len(drafts))

    def fill(self, size: int | None, cause: str, watch: Watch) -> Saved:
        chosen = _spread(self.drafts, size)
        ready = []
        for done, draft in enumerate(chosen):
            watch(done, len(chosen))
            ready.append(self._ready(draft))
        saved = self.wired.store.products.put(ready, cause)
        watch(len(chosen), len(chosen))
        return saved

    def _ready(self, draft: Draft) -> Draft:
        stock = {v.sku: 20 + position for position, v in enumerate(draft.product.variants)} | dict(draft.stock or {})
        product = draft.product
        pictures = product.pictures or (self.wired.pictures.save(draw(product)),)
        description = product.description or describe(product)
        return replace(draft, product=replace(product, pictures=pictures, description=description), stock=stock)


@dataclass
class Planted:
    """Drift put into the sandbox behind our back: platform, SKU, the field, the verdict it must get."""

    platform: str
    sku: str
    field: str
    verdict: str


@dataclass
class Story:
    stage: Stage
    wired: Wired
    planted: list[Planted] = field(default_factory=list)
    edited: list[str] = field(default_factory=list)

    def publish(self, watch: Watch) -> None:
        """Hints to the workers; they do the rest."""
        self.nudge()
        self.until_settled(watch, 300)

    def nudge(self) -> None:
        for shop in self.wired.store.shops.all():
            for lane in Lane:
                self.wired.hints.converge(shop.id, lane)

    def until_settled(self, watch: Watch, patience: float) -> None:
        """Until no listing is due, waiting or half made. Gives up after `patience` seconds without one more."""
        best, since = -1, time.monotonic()
        while True:
            done, total = self.wired.store.reads.progress()
            watch(done, total)
            if done == total:
                return
            if done > best:
                best, since = done, time.monotonic()
            if time.monotonic() - since > patience:
                raise Complaint(
                    f"Việc đăng tin đứng ở {done}/{total} đã {patience:.0f} giây: xem {self.stage.folder}/log.",
                    f"Publishing has stood at {done}/{total} for {patience:.0f} s: see {self.stage.folder}/log.",
                )
            time.sleep(0.2)

    def edit(self, watch: Watch) -> None:
        """The producer changes prices, counts and a name, as an import of a few rows would."""
        products = self._most_widely_sold(EDITS)
        drafts = [self._edited(i, product) for i, product in enumerate(products)]
        self.wired.store.products.put(drafts, "demo: the producer edits a few products")
        self.edited = [product.code for product in products]
        self.nudge()
        self.until_settled(watch, 120)

    def _edited(self, place: int, product: Product) -> Draft:
        kind = place % 3
        first = product.variants[0]
        if kind == 0:
            dearer = tuple(replace(v, price=(v.price // 1000 + 2) * 1000) for v in product.variants)
            return Draft(place, replace(product, variants=dearer))
        if kind == 1:
            return Draft(place, product, {first.sku: 7})
        return Draft(place, replace(product, description=f"{product.description}\nHàng mới về."))

    def plant(self) -> None:
        """On every platform: a price edited by hand, a title edited by hand, a listing deleted, a stock write lost."""
        chance, taken = random.Random(2026), set(self.edited)
        market = self.stage.market
        for platform in PLATFORMS:
            products = [p for p in self._live_on(platform) if p.code not in taken]
            priced, titled, deleted, lost = chance.sample(products, 4)
            taken |= {p.code for p in (priced, titled, deleted, lost)}
            sku = priced.variants[0].sku
            market.edit(platform, sku, {"price": {sku: self._shown(platform, sku)["price"] + 3000}})
            self.planted.append(Planted(platform, sku, f"price:{sku}", "edited"))
            sku = titled.variants[0].sku
            market.edit(platform, sku, {"title": "Hàng thanh lý giá rẻ, liên hệ chủ gian hàng"})
            self.planted.append(Planted(platform, sku, "title", "edited"))
            sku = deleted.variants[0].sku
            market.edit(platform, sku, {"delete": True})
            self.planted.append(Planted(platform, sku, "listing", "removed"))
            self._lose_a_write(platform, lost)

    def _lose_a_write(self, platform: str, product: Product) -> None:
        """We write a stock, the platform says yes, and what stood before still stands."""
        sku = product.variants[0].sku
        before = self._shown(platform, sku)["stock"]
        self.wired.store.products.put([Draft(0, product, {sku: LOST})], "demo: a count that one platform loses")
        self.nudge()
        wait_for(lambda: self._shown(platform, sku)["stock"] == LOST, 60, "ghi tồn chưa tới", "a stock write is late")
        self.until_settled(lambda done, total: None, 60)
        self.stage.market.edit(platform, sku, {"stock": {sku: before}})
        self.planted.append(Planted(platform, sku, f"stock:{sku}", "lost"))

    def night(self, cause: str) -> list[int]:
        """Reconcile every shop through the workers; the runs' ids."""
        known = {run.id for run in self.wired.store.runs.recent(200)}
        for shop in self.wired.store.shops.all():
            self.wired.hints.reconcile(shop.id, cause)

        def ended() -> bool:
            fresh = [run for run in self.wired.store.runs.recent(200) if run.id not in known]
            seen = {run.shop_id for run in fresh}
            return len(seen) == len(SHOPS) and all(run.state in ("done", "held", "failed") for run in fresh)

        wait_for(ended, 600, "đối soát chưa xong", "reconciliation has not ended")
        self.until_settled(lambda done, total: None, 120)
        return sorted(run.id for run in self.wired.store.runs.recent(200) if run.id not in known and run.id)

    def healed(self) -> int:
        """How many planted drifts the sandbox itself now shows as we want them."""
        return sum(self._is_healed(one) for one in self.planted)

    def _is_healed(self, one: Planted) -> bool:
        live = self.stage.market.live(one.platform)
        found = [listing for listing in live if one.sku in {v["sku"] for v in listing["variants"]}]
        row = self.wired.store.reads.listing(SHOPS[one.platform], one.sku)
        if len(found) != 1 or row is None:
            return False
        variant = next(v for v in found[0]["variants"] if v["sku"] == one.sku)
        shown = {"price": variant["price"], "stock": variant["stock"], "title": found[0]["title"], "listing": None}
        kind = one.field.partition(":")[0]
        return bool(kind == "listing" or shown[kind] == row.desired[one.field])

    def _most_widely_sold(self, n: int) -> list[Product]:
        """The `n` products that are live on most platforms."""
        places = Counter(product.code for platform in PLATFORMS for product in self._live_on(platform))
        goods = self.wired.store.products.by_code(code for code, _ in places.most_common(n))
        return [goods[code].product for code in sorted(goods)]

    def _live_on(self, platform: str) -> list[Product]:
        """Our products that the sandbox shows live there, by code."""
        skus = {v["sku"] for one in self.stage.market.live(platform) for v in one["variants"]}
        goods = self.wired.store.products.by_code(self.wired.store.products.codes(100_000))
        products = [goods[code].product for code in sorted(goods)]
        return [p for p in products if all(v.sku in skus for v in p.variants)]

    def _shown(self, platform: str, sku: str) -> dict[str, Any]:
        return next(
            variant for one in self.stage.market.live(platform) for variant in one["variants"] if variant["sku"] == sku
        )


def _spread(drafts: Sequence[Draft], size: int | None) -> Sequence[Draft]:
    if size is None or size >= len(drafts):
        return drafts
    return [drafts[i * len(drafts) // size] for i in range(size)]
