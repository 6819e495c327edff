"""Faults that can be turned on: seeded, counted, and named by what a client sees of them."""

from collections.abc import Iterable
from dataclasses import asdict, dataclass, field
from fnmatch import fnmatchcase
from random import Random
from typing import Any

CORE_KINDS = ("delay", "drop_before", "drop_after", "http", "http_after", "garbage", "rate_limit")
"""Kinds that every platform gets without asking for them."""


@dataclass
class Rule:
    """A fault on the endpoints of a platform (both patterns); `count` None means until cleared."""

    platform: str
    endpoint: str
    kind: str
    count: int | None = None
    skip: int = 0
    probability: float = 1.0
    params: dict[str, Any] = field(default_factory=dict)
    id: int = 0
    hits: int = 0

    def wants(self, platform: str, endpoint: str, kind: str) -> bool:
        return (
            self.kind == kind
            and self.count != 0
            and fnmatchcase(platform, self.platform)
            and fnmatchcase(endpoint, self.endpoint)
        )


class Faults:
    def __init__(self, seed: int) -> None:
        self.rules: list[Rule] = []
        self._next_id = 1
        self.reseed(seed)

    def reseed(self, seed: int) -> None:
        self._chance = Random(f"faults {seed}")

    def add(self, rule: Rule) -> Rule:
        rule.id, self._next_id = self._next_id, self._next_id + 1
        self.rules.append(rule)
        return rule

    def clear(self, rule_id: int | None = None, platform: str | None = None) -> None:
        """Drops one rule, the rules of one platform, or all."""
        self.rules = [
            r
            for r in self.rules
            if (rule_id is not None and r.id != rule_id) or (platform is not None and r.platform != platform)
        ]

    def take(self, platform: str, endpoint: str, kind: str) -> Rule | None:
        """The rule that strikes this call, used up by one; None when the call goes unharmed."""
        for rule in self.rules:
            if not rule.wants(platform, endpoint, kind):
                continue
            if rule.skip > 0:
                rule.skip -= 1
                continue
            if rule.probability < 1 and self._chance.random() >= rule.probability:
                continue
            rule.hits += 1
            if rule.count is not None:
                rule.count -= 1
            return rule
        return None

    def take_first(self, platform: str, endpoint: str, kinds: Iterable[str]) -> Rule | None:
        if not self.rules:
            return None
        return next((rule for kind in kinds if (rule := self.take(platform, endpoint, kind))), None)

    def shown(self) -> list[dict[str, Any]]:
        return [asdict(rule) for rule in self.rules]
