"""Several shops on memory platforms that sell the same goods from one store: buyers on one side, our passes on the
other, and the truth between them."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlmodel import Session, select

from connector import escrow, orders
from connector.converge import Report, converge
from connector.domain.listing import Lane
from connector.domain.orders import OrderState
from connector.errors import Retry
from connector.models import VariantRow
from connector.order_models import OrderLineRow, OrderRow
from connector.ports import Capabilities, Channel
from connector.site import Site
from connector.store import Draft, Shop, Store
from tests.loop.bench import goods
from tests.memory_platform import MemoryAdapter, MemoryPlatform

LAG = timedelta(minutes=30)
CHANNEL = Channel(
    "memory",
    "Bộ nhớ",
    "tests",
    "http://127.0.0.1",
    settle_seconds=60,
    confirm_seconds=60,
    order_lag_seconds=LAG.total_seconds(),
    skew_seconds=0,
)


@dataclass
class SteppedClock:
    """Stands still until a test moves it, an hour ahead of the database's own so that what is due is due."""

    at: datetime = field(default_factory=lambda: datetime.now(UTC) + timedelta(hours=1))

    def now(self) -> datetime:
        return self.at

    def forward(self, **delta: float) -> None:
        self.at += timedelta(**delta)


@dataclass
class Market:
    store: Store
    codes: tuple[str, ...] = ("a", "b", "c")
    adjusts: tuple[str, ...] = ()
    clock: SteppedClock = field(default_factory=SteppedClock)
    channel: Channel = CHANNEL
    patience: timedelta = timedelta(hours=6)
    platforms: dict[str, MemoryPlatform] = field(default_factory=dict)
    shelf: dict[str, int] = field(default_factory=dict)  # what is really in the house
    ids: dict[str, int] = field(default_factory=dict)
    on_call: Any = lambda: None
    _shops: dict[str, Shop] = field(default_factory=dict)

    def open(self, n: int = 1, stock: int = 3) -> "Market":
        """Shops, goods, and everything listed and settled."""
        for code in self.codes:
            self.platforms[code] = MemoryPlatform()
            self.ids[code] = self.store.shops.add(code, "memory", verbs="sync").id
        products = goods(n)
        drafts = [Draft(i, p, {v.sku: stock for v in p.variants}) for i, p in enumerate(products)]
        self.store.products.put(drafts, "import")
        self.shelf = {v.sku: stock for p in products for v in p.variants}
        self.work(3)
        return self

    @property
    def skus(self) -> list[str]:
        return list(self.shelf)

    # ---- our side

    def site(self, code: str, store: Store | None = None) -> Site:
        store = store or self.store
        can = Capabilities(orders=True, events=True, adjust_stock=code in self.adjusts)
        adapter = MemoryAdapter(self.platforms[code], self.clock, self.on_call, can)
        shop = self._shops.get(code) or self._shops.setdefault(code, store.shops.get(code))
        return Site(shop, self.channel, adapter, store, self.clock)

    def pull(self, code: str, store: Store | None = None) -> bool:
        site = self.site(code, store)
        try:
            orders.pull(site.store, site.shop, site.channel, site.adapter, site.clock)
        except Retry:
            return False
        return True

    def weigh(self, store: Store | None = None, *, everything: bool = False) -> int:
        if not (store or self.store).quotas.due(everything=everything, limit=1):
            return 0
        sites = [self.site(code, store) for code in self.codes]
        reaches = {
            s.shop.id: escrow.reach(s.channel, s.shop.policy, s.adapter.can, active=s.shop.active) for s in sites
        }
        return escrow.weigh(store or self.store, reaches, self.clock.now(), self.patience, everything=everything)

    def sync(self, code: str, store: Store | None = None) -> list[Report]:
        return [converge(self.site(code, store), lane) for lane in Lane]

    def work(self, passes: int = 1, store: Store | None = None) -> None:
        """What workers do in a minute: pull, weigh, and whatever is due."""
        store = store or self.store
        for _ in range(passes):
            for code in self.codes:
                self.pull(code, store)
            self.weigh(store)
            due = {shop_id for shop_id, _ in store.work.due_shops(self.clock.now())}
            for code in self.codes:
                if self.ids[code] in due:
                    self.sync(code, store)

    def settle(self) -> None:
        """Faults over, nobody buys: everything in flight comes down."""
        for platform in self.platforms.values():
            platform.down, platform.lose_reply, platform.lose_request, platform.break_reads = False, 0, 0, None
            platform.swallow.clear()
        for _ in range(4):
            self.work(2)
            self.clock.forward(minutes=16)
        self.work(2)

    def channel_lag(self) -> timedelta:
        return timedelta(seconds=self.channel.order_lag_seconds)

    def sells(self, code: str, sku: str, pieces: int) -> None:
        """A shop's past that weighs: so many pieces delivered before anything was counted here."""
        with Session(self.store.engine) as session, session.begin():
            variant_id = session.exec(select(VariantRow.id).where(VariantRow.sku == sku)).one()
            now = self.clock.now()
            order = OrderRow(shop_id=self.ids[code], number=f"PAST-{code}", state="done", placed_at=now, updated_at=now)
            session.add(order)
            session.flush()
            line = {"line": "1", "sku": sku, "state": "done", "quantity": pieces, "variant_id": variant_id}
            session.add(OrderLineRow(order_id=order.id, base_id=variant_id, **line))

    # ---- the truth

    def open_pieces(self, sku: str) -> int:
        return sum(pieces for code in self.codes for _, pieces in self.open_orders(code, sku))

    def open_orders(self, code: str, sku: str) -> Iterator[tuple[str, int]]:
        for number, sale in self.platforms[code].sales.items():
            line = sale.truth.lines[0]
            if sale.sku == sku and sale.truth.state is OrderState.OPEN:
                yield number, line.quantity - line.cancelled

    def oversold(self, sku: str) -> int:
        return max(self.open_pieces(sku) - self.shelf[sku], 0)

    def count(self, sku: str) -> tuple[int, int]:
        """On hand and reserved, by the ledger."""
        found = next(g for g in self.store.products.load([self._product(sku)]).values())
        return found.on_hand[sku], found.on_hand[sku] - found.free[sku]

    def _product(self, sku: str) -> int:
        return int(sku.rpartition("-")[2]) + 1

    def quotas(self, sku: str) -> dict[str, Any]:
        by_shop = self.store.quotas.of(sku)
        return {code: by_shop[self.ids[code]] for code in self.codes if self.ids[code] in by_shop}

    def on_sale(self, sku: str) -> int:
        return sum(platform.on_sale(sku) for platform in self.platforms.values())
