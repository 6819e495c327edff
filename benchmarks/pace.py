"""Wall time beside what a rate limit allows, with several worker processes on one call budget.

    python -m benchmarks.pace [--products 200] [--workers 3] [--limit 10]

Tiki in the sandbox, which counts every call, refused ones too, in a sliding second. All prices change: three calls a
product. The job runs three times: the limit known (it is the budget's ceiling); the limit learned (the ceiling is five
times too high); the limit cut in half when half the calls are made. Refused calls are told by ten seconds, so that
learning shows.
"""

import argparse
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable
from typing import Any

from redis import Redis

from adapters.throttle import RedisThrottle
from benchmarks.ground import FOLDER, Ground, ground, in_three_sizes, keep, quiet, table
from config.settings import Settings
from connector.cli.demo.market import Market
from connector.converge import converge
from connector.domain.listing import Lane
from connector.reconcile import approve
from connector.store import Store
from connector.wiring import secret_keys

_BATCH = 10


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--products", type=int, default=200)
    parser.add_argument("--workers", type=int, default=3)
    parser.add_argument("--limit", type=int, default=10)
    parser.add_argument("--work", nargs=4, metavar=("DATABASE", "REDIS", "PORT", "CEILING"), help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.work:
        work(*options.work)
        return
    with ground("tiki", review_seconds=0.0) as stage:
        stage.put(in_three_sizes(options.products), 10, "import")
        stage.work()
        limit, calls = options.limit, 3 * options.products
        cases: dict[str, tuple[int, Callable[[int], float] | None, float]] = {
            "limit known": (limit, None, calls / limit),
            "limit learned": (5 * limit, None, calls / limit),
            "cut in half mid-way": (limit, lambda made: limit / 2 if made > calls / 2 else limit, calls / limit * 1.5),
        }
        rows = {
            name: run(stage, options, n, ceiling, cut, allowed)
            for n, (name, (ceiling, cut, allowed)) in enumerate(cases.items(), 1)
        }
    table(("", *next(iter(rows.values()))), [(name, *row.values()) for name, row in rows.items()])
    keep("pace", {"workers": options.workers, **rows})


def run(
    stage: Ground, options: Any, n: int, ceiling: int, cut: Callable[[int], float] | None, allowed: float
) -> dict[str, Any]:
    """Change every price and let the workers go; the parent only watches, and cuts the limit when it is time."""
    stage.redis.flushdb()
    stage.market.post("/switches", {"tiki": {"calls_per_second": options.limit}})
    approve(stage.site())
    stage.put(in_three_sizes(options.products, markup=1_000 * n), 10, f"edit {n}")
    begun, started = stage.market.now(), time.monotonic()
    url = stage.store.engine.url.render_as_string(hide_password=False)
    redis_url = "redis://:{password}@{host}:{port}/{db}".format(**stage.redis.get_connection_kwargs())
    given = ["--work", url, redis_url, str(stage.market.port_base), str(ceiling)]
    command = [sys.executable, "-m", "benchmarks.pace", *given]
    workers = [subprocess.Popen(command) for _ in range(options.workers)]
    cut_at = None
    while any(worker.poll() is None for worker in workers):
        time.sleep(0.5)
        if cut and cut_at is None and cut(accepted(stage, begun)) < options.limit:
            stage.market.post("/switches", {"tiki": {"calls_per_second": options.limit // 2}})
            cut_at = stage.market.now()
    assert all(worker.returncode == 0 for worker in workers)
    return told(stage, begun, cut_at, time.monotonic() - started, allowed)


def accepted(stage: Ground, since: float) -> int:
    return sum(call["ok"] for call in prices(stage, since))


def prices(stage: Ground, since: float) -> list[dict[str, Any]]:
    found = stage.market.get(f"/calls?platform=tiki&since={since}&limit=100000")
    return [call for call in found if call["endpoint"] == "products.update_sku"]


def told(stage: Ground, begun: float, cut_at: float | None, wall: float, allowed: float) -> dict[str, Any]:
    calls = prices(stage, begun)
    span = calls[-1]["at"] - calls[0]["at"]
    refused = Counter(int((call["at"] - (cut_at or calls[0]["at"])) // 10) for call in calls if not call["ok"])
    shown = ", ".join(str(refused.get(n, 0)) for n in range(max([6, *refused]) + 1))
    return {
        "calls": sum(call["ok"] for call in calls),
        "refused": sum(not call["ok"] for call in calls),
        "allowed s": round(allowed, 1),
        "first to last call s": round(span, 1),
        "ratio": round(span / allowed, 2),
        "with start-up s": round(wall, 1),
        "refused by ten seconds": shown,
    }


def work(database_url: str, redis_url: str, port: str, ceiling: str) -> None:
    """One worker: as the tasks do, until nothing is due."""
    quiet()
    store = Store(database_url, keys=secret_keys(Settings(data=FOLDER)))
    redis = Redis.from_url(redis_url)
    rates = {"read": float(ceiling), "write": float(ceiling), "token": 1.0}
    stage = Ground(store, redis, Market(int(port)), "tiki", lambda: RedisThrottle(redis, "tiki:shop", rates))
    until = time.monotonic() + 600
    while stage.due() and time.monotonic() < until:
        converge(stage.site(), Lane.PRICE, batch=_BATCH)
        time.sleep(0.2)
    store.close()


if __name__ == "__main__":
    main()
