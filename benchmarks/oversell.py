"""The same seeded buyers against four ways of writing stock: what is oversold, what is lost by caution, what it costs.

    python benchmarks/oversell.py --seeds 200 --ways a,b,c,d [--faults] [--json FILE]

Five shops share a few pieces of each good over one night (22:00 to 06:00; the nightly job runs at 02:00). Buyers are
uneven, come in bursts, and cancel now and then; an order shows up in the platform's reads up to thirty minutes after it
was placed. (a) and (b) are what sellers are offered today, in a few lines of their own; (c) and (d) are this project's
loop on PostgreSQL against platforms in memory, which lose requests and replies, swallow writes, break reads off and go
down when --faults is given.
"""

import argparse
import json
import logging
import random
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any

import structlog
from cryptography.fernet import Fernet
from sqlalchemy import create_engine, text

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from connector import embedded  # noqa: E402
from connector.store import Store  # noqa: E402
from connector.store.schema import METADATA, migrate  # noqa: E402
from tests.memory_platform import MemoryPlatform  # noqa: E402
from tests.stock.market import Market, SteppedClock  # noqa: E402

SHOPS = ("a", "b", "c", "d", "e")
GOODS, HOURS = 2, 8
PATIENCE = timedelta(minutes=60)
WAYS = {
    "a": "nightly overwrite",
    "b": "every 5 min, orders first",
    "c": "fencing",
    "d": "escrow",
}


@dataclass
class Night:
    """One seed's buyers: minute, shop, good, pieces, lag, and after how many minutes they cancel, if they do."""

    seed: int
    stock: int = 0
    visits: list[tuple[int, str, int, int, timedelta, int | None]] = field(default_factory=list)

    def __post_init__(self) -> None:
        chance = random.Random(self.seed)
        self.stock = chance.randint(3, 8)
        weights = [chance.choice((1, 2, 5)) for _ in SHOPS]
        wanted = int(self.stock * GOODS * chance.uniform(1.2, 2.5))
        while len(self.visits) < wanted:
            minute, good = chance.randrange(20, HOURS * 60), chance.randrange(GOODS)
            for _ in range(chance.choice((1, 1, 1, 3, 5))):
                shop = chance.choices(SHOPS, weights)[0]
                pieces = chance.choice((1, 1, 1, 2))
                lag = timedelta(minutes=chance.randrange(31))
                cancels = chance.randrange(10, 120) if chance.random() < 0.1 else None
                self.visits.append((minute, shop, good, pieces, lag, cancels))
        self.visits.sort(key=lambda visit: visit[0])


@dataclass
class Score:
    wanted: int = 0
    sold: int = 0
    oversold: int = 0
    lost: int = 0  # turned away though the pieces were there
    calls: int = 0
    broken: int = 0  # nights with anything oversold

    def __add__(self, other: "Score") -> "Score":
        return Score(*(getattr(self, name) + getattr(other, name) for name in self.__dataclass_fields__))


class Plain:
    """(a) and (b): pull what shows, write the difference to what was last written; no memory of anything else."""

    def __init__(self, stock: int, every: int) -> None:
        self.clock, self.every = SteppedClock(), every
        self.shelf = {f"SKU-{n:04}": stock for n in range(GOODS)}
        self.platforms = {code: MemoryPlatform() for code in SHOPS}
        for platform in self.platforms.values():
            for sku in self.shelf:
                platform.items[sku] = {"visible": True, "variants": (sku,), f"stock:{sku}": stock}
        self.written = {(code, sku): stock for code in SHOPS for sku in self.shelf}

    def tick(self, minute: int) -> None:
        if minute % self.every:
            return
        known = dict.fromkeys(self.shelf, 0)
        for platform in self.platforms.values():
            platform.calls.append("orders")
            for sale in platform.sales.values():
                seen = sale.shown(self.clock.now())
                if seen is not None and seen.state == "open":
                    known[sale.sku] += seen.lines[0].quantity - seen.lines[0].cancelled
        for (code, sku), before in self.written.items():
            now = max(self.shelf[sku] - known[sku], 0)
            if now != before:
                self.platforms[code].calls.append("set_stock")
                self.platforms[code].items[sku][f"stock:{sku}"] = now
                self.written[code, sku] = now


class Ours:
    """(c) and (d): the loop itself."""

    def __init__(self, store: Store, stock: int, faults: random.Random | None) -> None:
        self.market = Market(store, SHOPS, patience=PATIENCE).open(GOODS, stock)
        self.clock, self.platforms, self.shelf = self.market.clock, self.market.platforms, self.market.shelf
        self.faults = faults
        for platform in self.platforms.values():
            platform.calls.clear()

    def tick(self, minute: int) -> None:
        if minute % 5:
            return
        if self.faults is not None:
            self._disturb(self.faults)
        self.market.work()

    def _disturb(self, chance: random.Random) -> None:
        platform = self.platforms[chance.choice(SHOPS)]
        platform.down = chance.random() < 0.2
        platform.lose_reply = int(chance.random() < 0.3)
        platform.lose_request = int(chance.random() < 0.1)
        platform.break_reads = 1 if chance.random() < 0.1 else None
        if chance.random() < 0.1:
            platform.swallow |= {f"stock:{sku}" for sku in self.shelf}


def play(world: Any, night: Night) -> Score:
    """One night: buyers at their minutes, our side at its own."""
    score, visits, cancels = Score(), list(night.visits), []
    for minute in range(HOURS * 60):
        while visits and visits[0][0] == minute:
            _, code, good, pieces, lag, after = visits.pop(0)
            sku = f"SKU-{good:04}"
            owed = _open(world, sku)
            number = world.platforms[code].buy(sku, pieces, world.clock.now(), lag)
            score.wanted += pieces
            if number:
                score.sold += pieces
                score.oversold += max(owed + pieces - world.shelf[sku], 0) - max(owed - world.shelf[sku], 0)
                cancels += [(minute + after, code, number, lag)] if after is not None else []
            elif owed + pieces <= world.shelf[sku]:
                score.lost += pieces
        for _, code, number, lag in [c for c in cancels if c[0] == minute]:
            world.platforms[code].cancel(number, world.clock.now(), lag)
        world.tick(minute)
        world.clock.forward(minutes=1)
    score.calls = sum(len(platform.calls) for platform in world.platforms.values())
    score.broken = int(score.oversold > 0)
    return score


def _open(world: Any, sku: str) -> int:
    sales = (sale for platform in world.platforms.values() for sale in platform.sales.values() if sale.sku == sku)
    lines = [sale.truth.lines[0] for sale in sales if sale.truth.state == "open"]
    return sum(line.quantity - line.cancelled for line in lines)


def _store(name: str, scarce_below: int) -> Store:
    server = embedded.start(ROOT / "var" / "bench").database_url.replace("postgresql://", "postgresql+psycopg://", 1)
    engine = create_engine(server, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)'))
        connection.execute(text(f'CREATE DATABASE "{name}"'))
        connection.execute(text(f'ALTER DATABASE "{name}" SET synchronous_commit = off'))
    engine.dispose()
    head, _, options = server.partition("?")
    url = f"{head.rsplit('/', 1)[0]}/{name}" + (f"?{options}" if options else "")
    store = Store(url, keys=[Fernet.generate_key().decode()], pool=3, scarce_below=scarce_below)
    migrate(store.engine)
    return store


def _empty(store: Store) -> None:
    with store.engine.begin() as connection:
        tables = ", ".join(table.name for table in METADATA.sorted_tables)
        connection.execute(text(f"TRUNCATE {tables} RESTART IDENTITY CASCADE"))


def run(way: str, seeds: range, *, faults: bool) -> dict[str, Any]:
    began = time.perf_counter()
    make: Callable[[Night], Any]
    if way in "ab":
        make = lambda night: Plain(night.stock, every=240 if way == "a" else 5)  # noqa: E731
    else:
        store = _store(f"oversell_{way}{int(faults)}_{seeds.start}", scarce_below=50 if way == "d" else 0)

        def make(night: Night) -> Any:
            _empty(store)
            return Ours(store, night.stock, random.Random(-night.seed) if faults else None)

    total = Score()
    for seed in seeds:
        night = Night(seed)
        total += play(make(night), night)
    told = {name: getattr(total, name) for name in Score.__dataclass_fields__}
    seconds = round(time.perf_counter() - began, 1)
    return {"way": way, "faults": faults, "seeds": len(seeds), "seconds": seconds, **told}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seeds", type=int, default=200)
    parser.add_argument("--first", type=int, default=1, help="the first seed")
    parser.add_argument("--ways", default="a,b,c,d")
    parser.add_argument("--faults", action="store_true")
    parser.add_argument("--json", type=Path)
    chosen = parser.parse_args()
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.CRITICAL))
    seeds = range(chosen.first, chosen.first + chosen.seeds)
    rows = [run(way, seeds, faults=chosen.faults) for way in chosen.ways.split(",")]
    if chosen.json:
        chosen.json.write_text(json.dumps(rows, indent=1))
    head = ("way", "seeds", "faults", "wanted", "sold", "oversold", "nights", "lost", "calls/night", "seconds")
    print("| " + " | ".join(head) + " |\n|" + "---|" * len(head))
    for row in rows:
        calls = round(row["calls"] / row["seeds"])
        name = f"({row['way']}) {WAYS[row['way']]}"
        cells = (name, row["seeds"], "yes" if row["faults"] else "no", row["wanted"], row["sold"], row["oversold"])
        print("| " + " | ".join(map(str, (*cells, row["broken"], row["lost"], calls, row["seconds"]))) + " |")


if __name__ == "__main__":
    main()
