"""Calls by endpoint beside the fewest possible, for a catalogue published, repriced and recounted, and a quiet night.

    python -m benchmarks.calls [--products 1000] [--platforms shopee,lazada,tiki,postmart,voso]

Counted by the sandbox. The call budget is lifted (rates are what benchmarks/pace.py is about), so the seconds are those
of this machine and its sandbox alone. Waits of a real shop are cut: 1 s before a listing is looked at again.
"""

import argparse
import time
from collections.abc import Callable, Mapping
from typing import Any

from benchmarks.fewest import FEWEST, TOGETHER
from benchmarks.ground import Ground, ground, in_three_sizes, keep, say, table
from connector.reconcile import approve, reconcile

STAGES = ("publish", "price and stock", "quiet night")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--products", type=int, default=1000)
    parser.add_argument("--platforms", default="shopee,lazada,tiki,postmart,voso")
    options = parser.parse_args()
    for platform in options.platforms.split(","):
        with ground(platform) as stage:
            report(platform, options.products, measured(stage, options.products))


def measured(stage: Ground, count: int) -> dict[str, dict[str, Any]]:
    """Seconds and calls by endpoint of each stage."""

    def publish() -> None:
        stage.put(in_three_sizes(count), 10, "import")
        stage.work()

    def change() -> None:
        approve(stage.site())
        stage.put(in_three_sizes(count, markup=1_000), 7, "edit")
        stage.work()

    def night() -> None:
        run = reconcile(stage.site())
        assert (run.state, run.unchanged) == ("done", count), run

    in_three_sizes(count)  # draws the pictures once, outside the measured time
    found = {name: timed(stage, do) for name, do in zip(STAGES, (publish, change, night), strict=True)}
    state = stage.market.get(f"/state?platform={stage.platform}")[stage.platform]
    offers = [(v["price"] % 10_000, v["stock"]) for one in stage.market.live(stage.platform) for v in one["variants"]]
    assert (len(offers), set(offers), state["duplicates"]) == (3 * count, {(1_000, 7)}, []), state["by_state"]
    return found


def timed(stage: Ground, do: Callable[[], None]) -> dict[str, Any]:
    before, started = calls(stage), time.monotonic()
    do()
    seconds = time.monotonic() - started
    made = {name: n - before.get(name, 0) for name, n in calls(stage).items()}
    return {"seconds": round(seconds, 1), "calls": {name: n for name, n in made.items() if n}}


def calls(stage: Ground) -> Mapping[str, int]:
    """Calls of the interface; pictures that buyers' browsers would load are none."""
    log = stage.market.log().get(stage.platform, {"by_endpoint": {}})
    return {name: n for name, n in log["by_endpoint"].items() if name not in ("cdn", "unknown")}


def report(platform: str, count: int, found: dict[str, dict[str, Any]]) -> None:
    rows: list[tuple[Any, ...]] = []
    for stage in STAGES:
        made, fewest = found[stage]["calls"], FEWEST[platform](count)[stage]
        for name in dict.fromkeys([*made, *fewest]):
            rows.append(("", name, made.get(name, 0), fewest.get(name, 0), "", ""))
        total, least = sum(made.values()), sum(fewest.values())
        ratio = round(total / least, 3)
        found[stage] |= {"made": total, "fewest": least, "ratio": ratio}
        rows.append((f"**{stage}**", "", total, least, ratio, found[stage]["seconds"]))
    total, least = (sum(found[stage][what] for stage in STAGES) for what in ("made", "fewest"))
    rows.append(("**all**", "", total, least, round(total / least, 3), ""))
    say(f"\n{platform}, {count} products of 3 variants\n")
    table(("stage", "endpoint", "made", "fewest", "ratio", "seconds"), rows)
    if platform in TOGETHER:
        say(f"\nOne call for price and stock together would make the change {TOGETHER[platform](count)} calls.")
    keep("calls", {"platform": platform, "products": count, **found})


if __name__ == "__main__":
    main()
