"""Scarce goods on the real store, against everything at once: buyers, late orders, cancellations, returns, receipts,
lost answers, lost writes, platforms that are down, and workers that die at any commit."""

import os
from datetime import timedelta

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test
from sqlalchemy import text

from connector.domain.orders import OrderState
from connector.store import Store
from connector.store.schema import METADATA
from tests.conftest import KEY
from tests.loop.test_crashes import Dies, dying_at
from tests.stock.market import Market

SKUS = st.sampled_from(["SKU-0000", "SKU-0001"])
SHOPS = st.sampled_from(["a", "b", "c"])
MINUTES = st.integers(0, 30).map(lambda n: timedelta(minutes=n))


class Stock(RuleBasedStateMachine):
    url = ""

    @initialize(adjusts=st.sets(SHOPS))
    def begin(self, adjusts: set[str]) -> None:
        self.store = Store(self.url, keys=[KEY], pool=3, scarce_below=20)
        with self.store.engine.begin() as connection:
            tables = ", ".join(table.name for table in METADATA.sorted_tables)
            connection.execute(text(f"TRUNCATE {tables} RESTART IDENTITY CASCADE"))
        patience = timedelta(minutes=5)
        self.market = Market(self.store, ("a", "b", "c"), tuple(sorted(adjusts)), patience=patience).open(2, stock=3)
        self.skus = self.market.skus

    def teardown(self) -> None:
        if not hasattr(self, "market"):
            return
        self.market.settle()
        for sku in self.market.skus:
            assert self.market.count(sku) == (self.market.shelf[sku], self.market.open_pieces(sku)), sku
        assert self.store.ledger.check() == []
        self.store.close()

    @rule(code=SHOPS, sku=SKUS, pieces=st.integers(1, 2), lag=MINUTES)
    def buy(self, code: str, sku: str, pieces: int, lag: timedelta) -> None:
        self.market.platforms[code].buy(sku, pieces, self.market.clock.now(), lag)

    def _one(self, code: str, number: int, state: OrderState) -> str:
        found = [n for n, sale in self.market.platforms[code].sales.items() if sale.truth.state is state]
        return found[number % len(found)] if found else ""

    @rule(code=SHOPS, number=st.integers(0, 9), lag=MINUTES, pieces=st.none() | st.just(1))
    def cancel(self, code: str, number: int, lag: timedelta, pieces: int | None) -> None:
        if order := self._one(code, number, OrderState.OPEN):
            self.market.platforms[code].cancel(order, self.market.clock.now(), lag, pieces)

    @rule(code=SHOPS, number=st.integers(0, 9), lag=MINUTES)
    def ship(self, code: str, number: int, lag: timedelta) -> None:
        if order := self._one(code, number, OrderState.OPEN):
            sale = self.market.platforms[code].sales[order]
            line = sale.truth.lines[0]
            self.market.platforms[code].ship(order, self.market.clock.now(), lag)
            self.market.shelf[sale.sku] -= line.quantity - line.cancelled

    @rule(code=SHOPS, number=st.integers(0, 9), lag=MINUTES)
    def come_back(self, code: str, number: int, lag: timedelta) -> None:
        if order := self._one(code, number, OrderState.SHIPPED):
            sale = self.market.platforms[code].sales[order]
            self.market.platforms[code].come_back(order, self.market.clock.now(), lag)
            self.market.shelf[sale.sku] += sale.truth.lines[0].returned

    @rule(sku=SKUS, pieces=st.integers(1, 2))
    def receive(self, sku: str, pieces: int) -> None:
        self.market.shelf[sku] += pieces
        self.store.ledger.adjust(sku, pieces, "somebody: received")

    @rule(code=SHOPS, fault=st.sampled_from(["reply", "request", "down", "up", "break", "swallow"]), sku=SKUS)
    def disturb(self, code: str, fault: str, sku: str) -> None:
        platform = self.market.platforms[code]
        match fault:
            case "reply":
                platform.lose_reply = 1
            case "request":
                platform.lose_request = 1
            case "break":
                platform.break_reads = 1
            case "swallow":
                platform.swallow.add(f"stock:{sku}")
            case _:
                platform.down = fault == "down"

    @rule(minutes=st.sampled_from([1, 2, 10, 31]))
    def work(self, minutes: int) -> None:
        self.market.work()
        self.market.clock.forward(minutes=minutes)

    @rule()
    def night(self) -> None:
        """Everybody is weighed and everything looked at, whether anything happened or not."""
        for code in self.market.codes:
            self.store.shops.set_rules(self.market.ids[code], cause="look at all")
        self.market.weigh(everything=True)
        self.market.work()

    @rule(step=st.integers(1, 25))
    def die(self, step: int) -> None:
        worker = Store(self.url, keys=[KEY], pool=2, scarce_below=20)
        try:
            with dying_at(worker, step) as tick:
                self.market.on_call = tick
                self.market.work(1, worker)
        except Dies:
            pass
        finally:
            self.market.on_call = lambda: None
            worker.close()

    @invariant()
    def nothing_is_oversold(self) -> None:
        for sku in getattr(self, "skus", ()):
            assert self.market.oversold(sku) == 0, sku

    @invariant()
    def escrow_is_within_what_exists(self) -> None:
        """What may still be sold anywhere, known or not, is never more than the shelf has left."""
        for sku in getattr(self, "skus", ()):
            assert self.market.on_sale(sku) + self.market.open_pieces(sku) <= self.market.shelf[sku], sku


def test_no_story_oversells_or_loses_count(store: Store) -> None:
    """More of them: STOCK_EXAMPLES=200."""
    Stock.url = store.engine.url.render_as_string(hide_password=False)
    checks = list(HealthCheck)
    run_state_machine_as_test(
        Stock,
        settings=settings(
            max_examples=int(os.environ.get("STOCK_EXAMPLES", "5")),
            stateful_step_count=30,
            deadline=None,
            suppress_health_check=checks,
            database=None,
        ),
    )
