"""A storm of orders: do all of them move stock once, and how soon is the stock of the other shops lowered?

    python -m benchmarks.storm [--lines 20000] [--minutes 10] [--goods 100] [--seed 1] | --short

One shop on each platform of the sandbox, with the web entrance, workers and beat as processes of their own. Seeded
buyers come evenly but want unevenly: one good in ten is in half of the lines. They buy where the adapter hears orders.
Nobody cancels, so the count of a good only falls, and a write reflects an order exactly when it is not above what that
order left. The clock of a line starts when its push is stored here and stops when the other platform has answered the
write that reflects it; on the way stand the moment when the order is in the ledger and that when the write is begun.
Call budgets are lifted (`OCOP_CALLS_PER_SECOND`): the platforms' limits are not ours.

It ends, and says so, also where the machine cannot keep up: buyers who have not come a minute after the last should
have are sent home, and nobody waits longer than a hundred seconds for the rest.
"""

import argparse
import os
import random
import threading
import time
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from statistics import quantiles
from typing import Any

import psutil
from sqlalchemy import text

from benchmarks.ground import FOLDER, keep, quiet, table
from config.settings import Settings
from connector.cli.demo.stage import Stage, open_shops, raised, wait_for
from connector.domain.listing import Lane
from connector.store import Draft
from connector.wiring import Wired, wire
from tests.builders import _DRAWN, a_picture, a_product, a_variant

_LATE, _REST = 60.0, 100.0  # seconds: for the last buyers, and for their orders
STOCK = 100_000  # pieces of each good: nothing sells out
API = ("shopee", "lazada", "tiki")  # shops that are written to by calls; the seller centres get packs for a person
OUT = ("orders not placed", "pieces that have not come in", "lines that lowered nothing elsewhere")
LAWS = ("pieces lost or doubled in the ledger", "listings that show another number", "findings of the audit")
_WHOLE = "heard to lowered"
_STAGES = ("of it: stored to absorbed", "of it: absorbed to write begun", "of it: write begun to answered")
_LINES = text("""
    SELECT l.id, l.sku, l.quantity, s.platform, o.number,
           (SELECT min(e.received_at) FROM event e WHERE e.shop_id = o.shop_id AND e.order_no = o.number) AS pushed_at,
           o.first_seen_at AS absorbed_at
    FROM order_line l JOIN shop_order o ON o.id = l.order_id JOIN shop s ON s.id = o.shop_id ORDER BY l.id
""")
_WRITES = text("""
    SELECT s.platform, c->>'field' AS field, (c->>'after')::bigint AS after, a.started_at, a.finished_at
    FROM attempt a JOIN listing i ON i.id = a.listing_id JOIN shop s ON s.id = i.shop_id
         CROSS JOIN LATERAL jsonb_array_elements(a.changes) c
    WHERE a.kind = 'set_stock' AND a.outcome = 'applied' AND a.started_at >= :since ORDER BY a.finished_at
""")


@dataclass
class Storm:
    """What is bought, when and where; the same for the same seed."""

    lines: int
    seconds: float
    skus: Sequence[str]
    platforms: Sequence[str]
    seed: int
    orders: list[tuple[float, str, dict[str, int]]] = field(default_factory=list)
    bought: Counter[str] = field(default_factory=Counter)  # pieces by SKU
    sold: int = 0  # orders
    _counting: threading.Lock = field(default_factory=threading.Lock)

    def __post_init__(self) -> None:
        chance, left = random.Random(self.seed), self.lines
        wanted = [5.0 if n % 10 == 0 else 0.55 for n in range(len(self.skus))]
        while left:
            count = min(chance.choice((1, 1, 2, 3)), left)
            basket = {sku: chance.choice((1, 1, 1, 2)) for sku in chance.choices(self.skus, wanted, k=count)}
            left -= len(basket)
            self.orders.append((chance.random() * self.seconds, chance.choice(self.platforms), basket))
        self.orders.sort(key=lambda order: order[0])

    def blow(self, stage: Stage) -> float:
        """Let the buyers come; how late the last of them was, in seconds (the sandbox is a process like the rest)."""
        began = time.monotonic()

        def buy(platform: str, basket: dict[str, int]) -> None:
            if time.monotonic() - began < self.seconds + _LATE:
                stage.market.post("/buy", {"platform": platform, "lines": basket})
                with self._counting:
                    self.bought.update(basket)
                    self.sold += 1

        with ThreadPoolExecutor(4) as hands:
            bought = []
            for moment, platform, basket in self.orders:
                time.sleep(max(0.0, began + moment - time.monotonic()))
                bought.append(hands.submit(buy, platform, basket))
            for one in bought:
                one.result()
        return max(0.0, time.monotonic() - began - self.seconds)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--lines", type=int, default=20_000)
    parser.add_argument("--minutes", type=float, default=10)
    parser.add_argument("--goods", type=int, default=100)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--short", action="store_true", help="300 lines in ten seconds")
    chosen = parser.parse_args()
    if chosen.short:
        chosen.lines, chosen.minutes, chosen.goods = 300, 10 / 60, 10
    found = run(chosen.lines, chosen.minutes * 60, chosen.goods, chosen.seed)
    table(("", "value"), [(name, value) for name, value in found.items()])
    keep("storm", found)
    broken = [name for name in (*LAWS, *OUT) if found[name]]
    if broken:
        raise SystemExit(f"must be nought: {', '.join(broken)}")


def run(lines: int, seconds: float, goods: int, seed: int) -> dict[str, Any]:
    quiet()
    os.environ |= {"OCOP_CALLS_PER_SECOND": "10000", "OCOP_LOG_LEVEL": "WARNING"}
    with raised(FOLDER / "storm", 9800) as stage, wired(stage) as parts:
        skus = publish(stage, parts, goods)
        hearing = [site.shop.platform for site in parts.sites() if site.adapter.can.orders]
        listen(stage, parts)
        storm = Storm(lines, seconds, skus, hearing, seed)
        since, load = parts.clock.now(), os.getloadavg()[0]
        before = cpu(stage)
        late = storm.blow(stage)
        ended = parts.clock.now()
        out = rest(parts, storm)
        settled = parts.clock.now()
        used = {name: n - before.get(name, 0) for name, n in cpu(stage).items()}
        found = judge(stage, parts, storm, since)
        count = max(found["order lines"], 1)
        return {
            **found,
            OUT[0]: len(storm.orders) - storm.sold,
            OUT[1]: out,
            "buyers late s": round(late, 1),
            "at rest after the last buyer s": round((settled - ended).total_seconds(), 1),
            **{f"CPU {name}, ms a line": round(1000 * n / count, 1) for name, n in used.items()},
            "CPU of all, ms a line": round(1000 * sum(used.values()) / count, 1),
            "load average before and after": f"{load:.1f}, {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores",
        }


@contextmanager
def wired(stage: Stage) -> Iterator[Wired]:
    servers = {"database_url": stage.environment["DATABASE_URL"], "redis_url": stage.environment["REDIS_URL"]}
    made = wire(Settings().model_copy(update={**servers, "data": stage.folder, "public_url": stage.web_url}))
    try:
        yield made
    finally:
        made.close()


def publish(stage: Stage, parts: Wired, goods: int) -> list[str]:
    """All goods on all platforms; the SKUs."""
    open_shops(parts.store, stage.market, stage.folder / "packs")
    products = [
        a_product(code=f"P{n:04}", name=f"Mật ong hoa nhãn số {n}", variants=(a_variant(f"MONG-{n:04}"),))
        for n in range(goods)
    ]
    parts.pictures.save(_DRAWN[a_picture("mật ong")])
    parts.store.products.put([Draft(n, p, {f"MONG-{n:04}": STOCK}) for n, p in enumerate(products)], "import")
    stage.processes.start_workers()
    for shop in parts.store.shops.all():
        parts.hints.converge(shop.id, Lane.CONTENT)

    def live() -> bool:
        return all(len(stage.market.live(platform)) == goods for platform in API)

    wait_for(live, 120 + goods, "chưa đăng xong", "not published")
    wait_for(lambda: quiet_now(parts), 60, "chưa yên", "not at rest")
    return [f"MONG-{n:04}" for n in range(goods)]


def listen(stage: Stage, parts: Wired) -> None:
    """Let the platforms that push know the doors."""
    doors = {}
    for shop in parts.store.shops.all():
        site = parts.site(shop)
        if site.adapter.can.events:
            doors[shop.platform] = {"url": parts.connection(shop).door}
    stage.market.post("/push", doors)


def quiet_now(parts: Wired) -> bool:
    query = text("""
        SELECT NOT EXISTS (SELECT FROM event WHERE worked_at IS NULL) AND NOT EXISTS (
            SELECT FROM listing l JOIN shop s ON s.id = l.shop_id
            WHERE l.stock_due_at <= now() AND s.platform = ANY(:api))
    """)
    with parts.store.engine.connect() as connection:
        return bool(connection.execute(query, {"api": list(API)}).scalar_one())


def rest(parts: Wired, storm: Storm) -> int:
    """Wait until every piece is here and nothing is due; how many pieces are not."""
    query = text("SELECT coalesce(sum(free), 0) FROM stock")

    def out() -> int:
        with parts.store.engine.connect() as connection:
            free = int(connection.execute(query).scalar_one())
        return free - STOCK * len(storm.skus) + sum(storm.bought.values())

    until = time.monotonic() + _REST
    while (out() > 0 or not quiet_now(parts)) and time.monotonic() < until:
        time.sleep(0.5)
    return max(out(), 0)


def judge(stage: Stage, parts: Wired, storm: Storm, since: datetime) -> dict[str, Any]:
    """Whether all is counted once, and the delays."""
    with parts.store.engine.connect() as connection:
        lines = [dict(row) for row in connection.execute(_LINES).mappings()]
        writes = [dict(row) for row in connection.execute(_WRITES, {"since": since}).mappings()]
        free = {row.sku: row.free for row in connection.execute(text("SELECT sku, free FROM stock"))}
    lost = sum(abs(STOCK - storm.bought[sku] - free[sku]) for sku in storm.skus)
    shown = {
        (platform, sku): stock for platform in API for one in stage.market.live(platform) for sku, stock in _stocks(one)
    }
    apart = sum(1 for (platform, sku), stock in shown.items() if stock != free.get(sku))
    waits, never = delays(lines, writes)
    return {
        "order lines": len(lines),
        "orders": storm.sold,
        "sold where": ", ".join(storm.platforms),
        LAWS[0]: lost,
        LAWS[1]: apart,
        LAWS[2]: len(parts.store.ledger.check()),
        "stock writes": len(writes),
        "lines that came by push": sum(line["pushed_at"] is not None for line in lines),
        OUT[2]: never,
        **{name: spread(seconds) for name, seconds in waits.items()},
    }


def _stocks(listing: dict[str, Any]) -> list[tuple[str, int]]:
    stock = listing["stock"]
    return list(stock.items()) if isinstance(stock, dict) else [(listing["skus"][0], stock)]


def delays(
    lines: Sequence[dict[str, Any]], writes: Sequence[dict[str, Any]]
) -> tuple[dict[str, list[float]], int]:
    """Seconds from a line's push to the first write, on each other platform, that is not above what the line left: by
    stage and by pair of platforms. And how many such writes there never were."""
    after: dict[tuple[str, str], list[dict[str, Any]]] = defaultdict(list)
    for write in writes:
        after[write["platform"], write["field"].partition(":")[2]].append(write)
    sold, never = Counter[str](), 0
    waits: dict[str, list[float]] = {name: [] for name in (_WHOLE, *_STAGES)}
    place: Counter[tuple[str, str]] = Counter()
    for line in lines:
        sold[line["sku"]] += line["quantity"]
        for platform in API:
            if line["pushed_at"] is None or platform == line["platform"]:
                continue
            key = (platform, line["sku"])
            # What a line leaves only falls from line to line, so the first write that reflects it comes no earlier.
            while place[key] < len(after[key]) and after[key][place[key]]["after"] > STOCK - sold[line["sku"]]:
                place[key] += 1
            if place[key] == len(after[key]):
                never += 1
                continue
            write = after[key][place[key]]
            heard = max(line["pushed_at"], line["absorbed_at"])  # a pull may have been quicker than the push
            moments = [line["pushed_at"], heard, write["started_at"], write["finished_at"]]
            for name, begin, end in zip(_STAGES, moments, moments[1:], strict=False):
                waits[name].append(_between(begin, end))
            whole = _between(moments[0], moments[-1])
            waits[_WHOLE].append(whole)
            waits.setdefault(f"{line['platform']} to {platform}", []).append(whole)
    return waits, never


def _between(begin: datetime, end: datetime) -> float:
    """Not below nought: a write that had begun already may reflect the line as well."""
    return max(0.0, (end - begin).total_seconds())


def spread(seconds: Sequence[float]) -> str:
    if not seconds:
        return "none"
    cuts = quantiles(seconds, n=100, method="inclusive") if len(seconds) > 1 else [*seconds] * 99
    return f"p50 {cuts[49]:.2f} s, p95 {cuts[94]:.2f} s, p99 {cuts[98]:.2f} s, worst {max(seconds):.2f} s"


def cpu(stage: Stage) -> dict[str, float]:
    """Seconds of CPU so far, by process."""
    used = {name: _cpu(child.pid) for name, child in stage.processes._running.items()}
    postgres = [p for p in psutil.process_iter(["name"]) if str(stage.folder) in " ".join(_cmdline(p))]
    own = os.times()
    return used | {"servers": sum(_cpu(p.pid) for p in postgres), "buyers": own.user + own.system}


def _cmdline(process: psutil.Process) -> list[str]:
    try:
        return process.cmdline()
    except psutil.Error:
        return []


def _cpu(pid: int) -> float:
    try:
        process = psutil.Process(pid)
        times = [p.cpu_times() for p in (process, *process.children(recursive=True))]
    except psutil.NoSuchProcess:
        return 0.0
    return sum(t.user + t.system for t in times)


if __name__ == "__main__":
    main()
