"""What the demo must show, counted from the sandbox's own state and log, and whether it did."""

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from connector.cli.demo.market import PLATFORMS
from connector.cli.demo.stage import SHOPS, Stage
from connector.cli.demo.story import Planted
from connector.wiring import Wired

_CALL_BUDGET = 1.05
# Listening for orders goes by the clock, not by the work: it is shown, and left out of the comparison with the fewest.
_LISTENING = ("order", "return", "event", "queue", "push")


def platforms(stage: Stage, wired: Wired, fewest: Mapping[str, int]) -> dict[str, dict[str, Any]]:
    """Per platform: how many listings there should be, are live, are blocked with a reason; and the calls it took."""
    log = stage.market.log()
    goods = wired.store.products.by_code(wired.store.products.codes(100_000)).values()
    counted = {}
    for platform in PLATFORMS:
        shop = wired.store.shops.get(SHOPS[platform])
        live = {variant["sku"] for one in stage.market.live(platform) for variant in one["variants"]}
        by_endpoint = log.get(platform, {}).get("by_endpoint", {})
        listening = sum(n for name, n in by_endpoint.items() if any(word in name for word in _LISTENING))
        if "export_create" in by_endpoint:  # an order export that is made first is fetched as an export
            listening += by_endpoint.get("order_export", 0)
        counted[platform] = {
            "expected": len(goods),
            "live": sum(all(v.sku in live for v in one.product.variants) for one in goods),
            "blocked": wired.store.reads.count_blocked(shop.id),
            "blocked_reasons": {f"{r['code']}: {r['vi']}": r["listings"] for r in wired.store.reads.blocked(shop.id)},
            "duplicates": stage.market.duplicates(platform),
            "calls": log.get(platform, {}).get("calls", 0) - listening,
            "calls_listening": listening,
            "calls_fewest": fewest[platform],
            "calls_by_endpoint": by_endpoint,
        }
    return counted


def drift(wired: Wired, runs: Sequence[int], planted: Sequence[Planted], healed: int) -> dict[str, Any]:
    """What was planted against what the night found, by verdict."""
    ids = {shop.id: platform for platform, code in SHOPS.items() for shop in [wired.store.shops.get(code)]}
    found = [
        (ids[wired.store.runs.get(run).shop_id], row.field, row.verdict)
        for run in runs
        for row in wired.store.runs.drifts(run)
    ]
    right = sum((p.platform, p.field, p.verdict) in found for p in planted)
    return {
        "planted": len(planted),
        "found": right,
        "healed": healed,
        "by_verdict": {
            "planted": dict(Counter(p.verdict for p in planted)),
            "found": dict(Counter(verdict for _, _, verdict in found)),
        },
    }


def faults(report: Mapping[str, Any]) -> list[str]:
    """Everything that is not as it should be, in words; empty when all is well."""
    found = []
    for name, one in report["platforms"].items():
        if one["duplicates"]:
            found.append(f"{name}: {one['duplicates']} duplicates")
        if one["live"] + one["blocked"] != one["expected"]:
            found.append(f"{name}: expected {one['expected']}, live {one['live']}, blocked {one['blocked']}")
        if one["calls"] > one["calls_fewest"] * _CALL_BUDGET:
            found.append(f"{name}: {one['calls']} calls, fewest {one['calls_fewest']}")
    planted = report["drift"]
    if planted["planted"] == 0 or not planted["planted"] == planted["found"] == planted["healed"]:
        found.append(f"drift: planted {planted['planted']}, found {planted['found']}, healed {planted['healed']}")
    if planted["by_verdict"]["planted"] != planted["by_verdict"]["found"]:
        found.append(f"drift by verdict: {planted['by_verdict']}")
    if report["quiet_pass_writes"]:
        found.append(f"quiet pass: {report['quiet_pass_writes']} writes")
    return found


def write(report: Mapping[str, Any], path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(report, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
