"""Everything that exists in one run of the sandbox: time, chance, faults, the log and the marketplaces."""

import copy
from collections.abc import Sequence
from importlib import import_module
from importlib.util import find_spec
from random import Random
from typing import Any

from sandbox.buyers import Buyers
from sandbox.clock import Clock
from sandbox.faults import Faults
from sandbox.log import CallLog
from sandbox.market import Market
from sandbox.pictures import Pictures
from sandbox.pushes import Pushes

MARKETS = {
    "shopee": "sandbox.shopee:Market",
    "lazada": "sandbox.lazada:Market",
    "tiki": "sandbox.tiki:Market",
    "postmart": "sandbox.seller_centre:Postmart",
    "voso": "sandbox.seller_centre:Voso",
}
"""Platform to class, in the order of their ports."""


class World:
    def __init__(self, seed: int = 1, clock: Clock | None = None, platforms: Sequence[str] = tuple(MARKETS)) -> None:
        self.seed = seed
        self.clock = clock or Clock()
        self.rng = Random(seed)
        self.faults = Faults(seed)
        self.log = CallLog()
        self.pictures = Pictures()
        self.pushes = Pushes(self)
        self.buyers = Buyers(self)
        self.ports: dict[str, int] = {}
        self.markets: dict[str, Market] = {name: load(name)(self) for name in platforms if available(name)}
        self._switches = {name: copy.deepcopy(market.switches) for name, market in self.markets.items()}

    def reset(self, platform: str | None = None, *, seed: int | None = None) -> None:
        """Back to the first day: one platform, or everything (then also clock, log, pictures and chance)."""
        if platform is None:
            self.seed = self.seed if seed is None else seed
            self.rng = Random(self.seed)
            self.faults.clear()
            self.faults.reseed(self.seed)
            self.log.clear()
            self.pictures.clear()
            self.clock.offset = 0.0
            self.pushes.clear()
            self.buyers.reset()
        else:
            self.faults.clear(platform=platform)
            self.pushes.forget(platform)
            self.buyers.forget()
        for name in [platform] if platform else list(self.markets):
            self.markets[name].switches.update(copy.deepcopy(self._switches[name]))
            self.markets[name].reset()

    def tick(self) -> None:
        """Everything that was due by now happens: purchases, what becomes of orders, reviews, pushes."""
        now = self.clock.now()
        self.buyers.tick(now)
        for market in self.markets.values():
            market.tick(now)
            market.till.tick(now)
        self.pushes.tick(now)


def available(name: str) -> bool:
    return find_spec(MARKETS[name].partition(":")[0]) is not None


def load(name: str) -> Any:
    module, _, attribute = MARKETS[name].partition(":")
    return getattr(import_module(module), attribute)
