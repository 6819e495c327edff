"""From the commit of a changed price to the call at the platform, through a real hint and a real Celery worker.

    python -m benchmarks.latency [--samples 100] [--backlog 10000]

Lazada in the sandbox, one worker for stock and price and one for content, as the demo starts them. The clock starts
when the change is committed and stops when the sandbox notes the call. First idle; then while the content worker makes
its way through a backlog of listings that are to be made again: their creates share the shop's call budget.
"""

import argparse
import os
import time
from collections.abc import Sequence
from statistics import quantiles
from typing import Any

from sqlalchemy import text

from benchmarks.ground import FOLDER, Ground, keep, open_shop, sandbox, servers, table
from benchmarks.plan import multiply
from connector import up
from connector.cli.demo.stage import wait_for
from connector.domain.listing import Lane
from connector.domain.product import Product
from connector.pictures import PictureFiles
from connector.wiring import CeleryHints
from tests.builders import _DRAWN, a_picture, a_product, a_variant

_TIMED = 20


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--samples", type=int, default=100)
    parser.add_argument("--backlog", type=int, default=10_000)
    options = parser.parse_args()
    with servers() as (store, redis, database_url, redis_url), sandbox({}) as market:
        open_shop(store, market, "lazada")
        stage = Ground(store, redis, market, "lazada")
        PictureFiles(FOLDER / "pictures", "").save(_DRAWN[a_picture("mật ong")])
        stage.put([a_product(variants=(a_variant("MONG-0"),)), *(timed(n) for n in range(_TIMED))], 10, "import")
        stage.work()
        addresses = {"DATABASE_URL": database_url, "REDIS_URL": redis_url}
        environment = {**os.environ, **addresses, "OCOP_DATA": str(FOLDER), "OCOP_LOG_LEVEL": "WARNING"}
        hints = CeleryHints(redis_url)
        with up.Processes(environment, FOLDER / "log") as processes:
            processes.start("urgent", up.worker("urgent", up.URGENT, 6))
            processes.start("worker", up.worker("worker", up.PATIENT, 6))
            sample(stage, hints, 3)  # both workers are up and have their parts
            idle = sample(stage, hints, options.samples)
            backlog(stage, options.backlog)
            made = creates(stage)
            hints.converge(1, Lane.CONTENT)
            wait_for(lambda: creates(stage) > made, 180, "không thấy việc tồn được làm", "nobody works on the backlog")
            left, made = due(stage), creates(stage)
            busy = sample(stage, hints, options.samples)
            made = creates(stage) - made
            assert due(stage) > options.backlog / 10, "the backlog was gone before the end"
    rows = {"idle": spread(idle), f"backlog of {left:,}, of which {made} were made meanwhile": spread(busy)}
    table(("", *next(iter(rows.values()))), [(name, *row.values()) for name, row in rows.items()])
    keep("latency", rows)


def timed(n: int, price: int = 50_000) -> Product:
    return a_product(code=f"T{n}", name=f"Mật ong tràm số {n}", variants=(a_variant(f"TRAM-{n}", price),))


def sample(stage: Ground, hints: CeleryHints, count: int) -> list[float]:
    """Seconds from commit to call, one change after the other."""
    found = []
    for number in range(count):
        price = 50_000 + int(time.time() * 10) % 9_000
        stage.put([timed(number % _TIMED, price)], 10, "edit")
        committed = time.time()
        hints.converge(1, Lane.PRICE)
        found.append(_call_after(stage, committed) - committed)
    return found


def _call_after(stage: Ground, moment: float) -> float:
    until = time.monotonic() + 60
    while time.monotonic() < until:
        for call in stage.market.get(f"/calls?platform=lazada&since={moment}"):
            if call["endpoint"] == "product.price_quantity":
                return float(call["at"])
        time.sleep(0.03)
    raise AssertionError("no call within a minute")


def backlog(stage: Ground, count: int) -> None:
    """Listings whose items are not there: to be looked for and made again."""
    multiply(stage, 1, count)
    statement = "UPDATE listing SET content_due_at = clock_timestamp(), cause = 'backlog' WHERE item LIKE '100%'"
    with stage.store.engine.begin() as connection:
        connection.execute(text(statement))


def due(stage: Ground) -> int:
    with stage.store.engine.connect() as connection:
        return int(connection.execute(text("SELECT count(content_due_at) FROM listing")).scalar_one())


def creates(stage: Ground) -> int:
    return int(stage.market.log()["lazada"]["by_endpoint"].get("product.create", 0))


def spread(seconds: Sequence[float]) -> dict[str, Any]:
    cuts = quantiles(seconds, n=100, method="inclusive")
    points = {"p50 s": cuts[49], "p95 s": cuts[94], "p99 s": cuts[98], "worst s": max(seconds)}
    return {"samples": len(seconds), **{name: round(value, 3) for name, value in points.items()}}


if __name__ == "__main__":
    main()
