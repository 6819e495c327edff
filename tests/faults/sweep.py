"""`make faults`: a death at every step and many storms on every platform. Each failure names the seed that repeats it.

Not collected by `make test`. STORMS=n storms for each platform (default 40), the first with seed FROM (default 1000);
SEED=platform:death:17 or SEED=platform:storm:1004 makes just that one.
"""

import json
import os
import time
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.faults.scenario import the_law_holds
from tests.faults.shop import PLATFORMS, FaultShop
from tests.faults.weather import Storm, dies_at

REPORT = Path(__file__).parents[2] / "var" / "faults.json"
STORMS, FROM = int(os.environ.get("STORMS", "40")), int(os.environ.get("FROM", "1000"))
STRIDE = int(os.environ.get("STRIDE", "1"))
Morning = Callable[[str], FaultShop]
Only = tuple[str, str, int] | None


def _deaths(platform: str, only: Only) -> Iterator[tuple[int, Callable[[FaultShop], None]]]:
    """The day anew for each step, until a worker outlives it."""
    step, alive = (only[2] if only else 1), True

    def day(shop: FaultShop) -> None:
        nonlocal alive
        alive = dies_at(shop, step) and not only

    while alive:
        yield step, day
        step += STRIDE


def _storms(platform: str, only: Only) -> Iterator[tuple[int, Callable[[FaultShop], None]]]:
    for seed in [only[2]] if only else range(FROM, FROM + STORMS):
        yield seed, Storm.drawn(platform, seed).strike


@pytest.mark.parametrize("kind", ["death", "storm"])
@pytest.mark.parametrize("platform", PLATFORMS)
def test_the_law_holds(platform: str, kind: str, morning: Morning, only: Only, capsys: Any) -> None:
    if only and only[:2] != (platform, kind):
        pytest.skip("another seed is asked for")
    cases = {"death": _deaths, "storm": _storms}[kind](platform, only)
    failed, tally, started = {}, Counter[str](), time.monotonic()
    for number, strike in cases:
        tally["cases"] += 1
        shop = morning(platform)
        try:
            strike(shop)
            rounds, sufficed = the_law_holds(shop)
        except Exception as error:
            if only:
                raise
            failed[f"SEED={platform}:{kind}:{number}"] = f"{type(error).__name__}: {error}"[:2000]
            continue
        tally["first pass sufficed"] += sufficed
        tally["most rounds"] = max(tally["most rounds"], rounds)
    seconds = round(time.monotonic() - started, 1)
    told = {**tally, "failed": failed, "seconds": seconds}
    with capsys.disabled():
        print(f"\n{platform} {kind}: {json.dumps(told, ensure_ascii=False)}", flush=True)
    _report(f"{platform} {kind}", told)
    assert not failed, failed


def _report(name: str, told: dict[str, Any]) -> None:
    REPORT.parent.mkdir(exist_ok=True)
    kept = json.loads(REPORT.read_text()) if REPORT.exists() else {}
    REPORT.write_text(json.dumps({**kept, name: told}, ensure_ascii=False, indent=1))
