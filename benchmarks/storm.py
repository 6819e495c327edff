"""A storm of orders: do all of them move stock once, and how soon is the stock of the other shops lowered?

    python -m benchmarks.storm [--lines 20000] [--minutes 10] [--goods 100] [--seed 1] | --short

One shop on each platform of the sandbox, with the web entrance, workers and beat as processes of their own. Seeded
buyers come evenly but want unevenly: one good in ten is in half of the lines. They buy where the adapter hears orders.
Nobody cancels, so the count of a good only falls, and a write reflects an order exactly when it is not above what that
order left. The clock of a line starts when its push is stored here and stops when the other platform has answered the
write that reflects it. Call budgets are lifted (`OCOP_CALLS_PER_SECOND`): the platforms' limits are not ours.
"""

import argparse
import os
import random
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
from connector.cli.demo.stage import Stage, open_shops, raised, start_workers, wait_for
from connector.domain.listing import Lane
from connector.store import Draft
from connector.wiring import Wired, wire
from tests.builders import _DRAWN, a_picture, a_product, a_variant

STOCK = 100_000  # pieces of each good: nothing sells out
API = ("shopee", "lazada", "tiki")  # shops that are written to by calls; the seller centres get packs for a person
LAWS = ("pieces lost or doubled in the ledger", "listings that show another number", "findings of the audit")
_LINES = text("""
    SELECT l.id, l.sku, l.quantity, s.platform, o.number,
           (SELECT min(e.received_at) FROM event e WHERE e.shop_id = o.shop_id AND e.order_no = o.number) AS pushed_at
    FROM order_line l JOIN shop_order o ON o.id = l.order_id JOIN shop s ON s.id = o.shop_id ORDER BY l.id
""")
_WRITES = text("""
    SELECT s.platform, c->>'field' AS field, (c->>'after')::bigint AS after, a.finished_at
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
            stage.market.post("/buy", {"platform": platform, "lines": basket})

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
    broken = [name for name in LAWS if found[name]]
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
        since = parts.clock.now()
        before = cpu(stage)
        late = storm.blow(stage)
        ended = parts.clock.now()
        settled = rest(stage, parts, lines)
        return {
            **judge(stage, parts, storm, since),
            "buyers late s": round(late, 1),
            "at rest after the last buyer s": round((settled - ended).total_seconds(), 1),
            **{f"CPU {name} s": round(n - before.get(name, 0), 1) for name, n in cpu(stage).items()},
            "load": round(os.getloadavg()[0], 1),
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
    start_workers(stage.processes)
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


def rest(stage: Stage, parts: Wired, lines: int) -> datetime:
    """Until every line is here and nothing is due; when that was."""

    def done() -> bool:
        with parts.store.engine.connect() as connection:
            here = connection.execute(text("SELECT count(*) FROM order_line")).scalar_one()
        return here >= lines and quiet_now(parts)

    wait_for(done, 180, "còn đơn chưa vào", "orders are still out")
    return parts.clock.now()


def judge(stage: Stage, parts: Wired, storm: Storm, since: datetime) -> dict[str, Any]:
    """Whether all is counted once, and the delays."""
    with parts.store.engine.connect() as connection:
        lines = [dict(row) for row in connection.execute(_LINES).mappings()]
        writes = [dict(row) for row in connection.execute(_WRITES, {"since": since}).mappings()]
        free = {row.sku: row.free for row in connection.execute(text("SELECT sku, free FROM stock"))}
    bought = Counter[str]()
    for _, _, basket in storm.orders:
        bought.update(basket)
    lost = sum(abs(STOCK - bought[sku] - free[sku]) for sku in storm.skus)
    shown = {
        (platform, sku): stock for platform in API for one in stage.market.live(platform) for sku, stock in _stocks(one)
    }
    apart = sum(1 for (platform, sku), stock in shown.items() if stock != free.get(sku))
    waits = delays(lines, writes)
    return {
        "order lines": len(lines),
        "orders": len(storm.orders),
        "sold where": ", ".join(storm.platforms),
        LAWS[0]: lost,
        LAWS[1]: apart,
        LAWS[2]: len(parts.store.ledger.check()),
        "stock writes": len(writes),
        "lines that came by push": sum(line["pushed_at"] is not None for line in lines),
        **{f"heard to lowered, {name}": spread(seconds) for name, seconds in sorted(waits.items())},
    }


def _stocks(listing: dict[str, Any]) -> list[tuple[str, int]]:
    stock = listing["stock"]
    return list(stock.items()) if isinstance(stock, dict) else [(listing["skus"][0], stock)]


def delays(lines: Sequence[dict[str, Any]], writes: Sequence[dict[str, Any]]) -> dict[str, list[float]]:
    """Seconds from a line's push to the first write, on each other platform, that is not above what the line left."""
    after: dict[tuple[str, str], list[tuple[int, datetime]]] = defaultdict(list)
    for write in writes:
        after[write["platform"], write["field"].partition(":")[2]].append((write["after"], write["finished_at"]))
    sold, waits = Counter[str](), defaultdict(list)
    place: Counter[tuple[str, str]] = Counter()
    for line in lines:
        sold[line["sku"]] += line["quantity"]
        for platform in API:
            if line["pushed_at"] is None or platform == line["platform"]:
                continue
            key = (platform, line["sku"])
            # What a line leaves only falls from line to line, so the first write that reflects it comes no earlier.
            while place[key] < len(after[key]) and after[key][place[key]][0] > STOCK - sold[line["sku"]]:
                place[key] += 1
            assert place[key] < len(after[key]), f"{key} was never lowered for {line['number']}"
            seconds = (after[key][place[key]][1] - line["pushed_at"]).total_seconds()
            waits[f"{line['platform']} to {platform}"].append(seconds)
            waits["all"].append(seconds)
    return waits


def spread(seconds: Sequence[float]) -> str:
    cuts = quantiles(seconds, n=100, method="inclusive") if len(seconds) > 1 else [*seconds] * 99
    return f"p50 {cuts[49]:.2f} s, p95 {cuts[94]:.2f} s, p99 {cuts[98]:.2f} s, worst {max(seconds):.2f} s"


def cpu(stage: Stage) -> dict[str, float]:
    """Seconds of CPU so far, by process."""
    used = {name: _cpu(child.pid) for name, child in stage.processes._running.items()}
    postgres = [p for p in psutil.process_iter(["name"]) if str(stage.folder) in " ".join(_cmdline(p))]
    return used | {"servers": sum(_cpu(p.pid) for p in postgres)}


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
