"""A marketplace in memory that plays by the protocol: for the loop's own laws, where HTTP would only be slow.

It numbers every call, may lose replies, may swallow writes, and lets a test edit listings behind our back.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import count
from typing import Any

from connector.domain.listing import Desired, Facts, Observed, Ref, State, variant_facts
from connector.domain.plan import Kind
from connector.domain.problem import Problem
from connector.errors import Missing, OutcomeUnknown, Refused
from connector.ports import Capabilities, Clock, Outcome, Receipt, Target, Task


@dataclass
class MemoryPlatform:
    """The far side: it outlives every adapter and every worker."""

    items: dict[str, dict[str, Any]] = field(default_factory=dict)
    deleted: set[str] = field(default_factory=set)
    held: set[str] = field(default_factory=set)
    swallow: set[str] = field(default_factory=set)  # fields whose next write is acknowledged and lost
    lose_reply: int = 0  # that many next writes take effect and are not answered
    refuse: dict[str, str] = field(default_factory=dict)  # title -> reason
    calls: list[str] = field(default_factory=list)
    numbers: Iterator[int] = field(default_factory=lambda: count(1))

    def live(self) -> dict[str, dict[str, Any]]:
        return {item: facts for item, facts in self.items.items() if item not in self.deleted}

    def duplicates(self) -> int:
        skus = [sku for facts in self.live().values() for sku in skus_of(facts)]
        return len(skus) - len(set(skus))

    @property
    def writes(self) -> int:
        return sum(call not in ("observe", "scan") for call in self.calls)


@dataclass
class MemoryAdapter:
    platform: MemoryPlatform
    clock: Clock
    on_call: Any = lambda: None
    can: Capabilities = field(default_factory=Capabilities)

    def study(self, wanted: Sequence[Desired]) -> None:
        """There is nothing to know."""

    def canonical(self, desired: Desired) -> Facts:
        prices = {f"price:{o.sku}": o.price for o in desired.offers}
        stocks = {f"stock:{o.sku}": o.quantity for o in desired.offers}
        return {
            "title": desired.title[:60].rstrip(),
            "description": desired.description,
            "pictures": desired.pictures,
            "variants": variant_facts(desired.offers),
            "visible": desired.visible,
            **prices,
            **stocks,
        }

    def check(self, desired: Desired) -> Sequence[Problem]:
        short = Problem("title_short", "title", "Tên ngắn quá.", "The title is too short.")
        return [short] if len(desired.title) < 3 else []

    def observe(self, targets: Sequence[Target]) -> Mapping[int, Observed]:
        self._call("observe")
        return {target.listing: self._find(target) for target in targets}

    def batches(self, tasks: Sequence[Task]) -> Iterable[Sequence[Task]]:
        size = 1 if tasks[0].op.kind is Kind.CREATE else 10
        return [tasks[start : start + size] for start in range(0, len(tasks), size)]

    def apply(self, tasks: Sequence[Task]) -> Mapping[int, Outcome]:
        self._call(str(tasks[0].op.kind))
        outcomes = {task.op.listing: self._write(task) for task in tasks}
        if self.platform.lose_reply > 0:
            self.platform.lose_reply -= 1
            return {listing: OutcomeUnknown("no answer") for listing in outcomes}
        return outcomes

    def scan(self) -> Iterator[Observed]:
        self._call("scan")
        yield from (self._seen(item) for item in list(self.platform.live()))

    def _call(self, name: str) -> None:
        self.on_call()
        self.platform.calls.append(name)

    def _find(self, target: Target) -> Observed:
        live = self.platform.live()
        if target.ref.item in self.platform.deleted:
            return Observed(State.DELETED, self.clock.now(), target.ref)
        if target.ref.item in live:
            return self._seen(target.ref.item)
        found = [item for item, facts in live.items() if set(skus_of(facts)) & set(target.skus)]
        return self._seen(found[0]) if found else Observed(State.ABSENT, self.clock.now())

    def _seen(self, item: str) -> Observed:
        facts = self.platform.items[item]
        ref = Ref(item, {sku: f"{item}-{sku}" for sku in skus_of(facts)})
        state = State.LIVE if facts["visible"] else State.HIDDEN
        held = frozenset(self.platform.held & facts.keys())
        return Observed(state, self.clock.now(), ref, dict(facts), held)

    def _write(self, task: Task) -> Outcome:
        op, platform = task.op, self.platform
        reason = platform.refuse.get(str(op.values.get("title", "")))
        if reason:
            return Refused((Problem("refused", "title", reason, reason),))
        if op.kind is Kind.CREATE:
            item = str(next(platform.numbers))
            platform.items[item] = dict(op.values)
            return Receipt(Ref(item, {sku: f"{item}-{sku}" for sku in skus_of(op.values)}))
        if op.ref.item not in platform.live():
            return Missing("no such item")
        kept = {f: v for f, v in op.values.items() if f not in platform.swallow}
        platform.swallow -= op.values.keys()
        platform.items[op.ref.item] |= kept
        skus = skus_of(platform.items[op.ref.item])
        return Receipt(replace(op.ref, variants={sku: f"{op.ref.item}-{sku}" for sku in skus}))


def skus_of(facts: Mapping[str, Any]) -> list[str]:
    return [text.partition("|")[0] for text in facts.get("variants", ())]
