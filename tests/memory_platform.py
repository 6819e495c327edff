"""A marketplace in memory that plays by the protocol: for the loop's own laws, where HTTP would only be slow.

It numbers every call, may lose requests and replies, may swallow writes, may be down, and lets a test edit listings
behind our back. It sells: an order takes its pieces off sale at once and shows up in reads some time later; a
cancellation puts them back at once. Pushes are signed, and a test may deliver them late, twice, or never.
"""

import hashlib
import hmac
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from itertools import count
from typing import Any

from connector.domain.listing import Desired, Facts, Observed, Ref, State, variant_facts
from connector.domain.orders import Cursor, OrderLine, OrderSeen, OrderState
from connector.domain.plan import Kind
from connector.domain.problem import Problem
from connector.errors import Missing, OutcomeUnknown, Refused, Retry
from connector.ports import Capabilities, Clock, Hint, Outcome, Receipt, Target, Task

NO_LAG = timedelta()
PUSH_KEY = b"memory-push-key"


@dataclass
class Sale:
    """An order over there: every version of it, with the moment from which reads show it."""

    sku: str
    versions: list[tuple[datetime, OrderSeen]]

    @property
    def truth(self) -> OrderSeen:
        return self.versions[-1][1]

    def shown(self, now: datetime) -> OrderSeen | None:
        return next((seen for since, seen in reversed(self.versions) if since <= now), None)


@dataclass
class MemoryPlatform:
    """The far side: it outlives every adapter and every worker."""

    items: dict[str, dict[str, Any]] = field(default_factory=dict)
    deleted: set[str] = field(default_factory=set)
    held: set[str] = field(default_factory=set)
    swallow: set[str] = field(default_factory=set)  # fields whose next write is acknowledged and lost
    lose_reply: int = 0  # that many next writes take effect and are not answered
    lose_request: int = 0  # that many next writes are neither carried out nor answered
    down: bool = False
    busy: Retry | None = None  # what each write is told meanwhile
    break_reads: int | None = None  # the next read of orders breaks off after that many
    sales: dict[str, Sale] = field(default_factory=dict)
    pushes: list[tuple[dict[str, str], bytes]] = field(default_factory=list)
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
        return sum(call not in ("observe", "scan", "orders") for call in self.calls)

    # ---- buyers

    def on_sale(self, sku: str) -> int:
        shelves = (f for f in self.live().values() if f["visible"] and f"stock:{sku}" in f)
        return sum(int(f[f"stock:{sku}"]) for f in shelves)

    def buy(self, sku: str, pieces: int, now: datetime, lag: timedelta = NO_LAG, *, echo_sku: bool = True) -> str:
        """The order's number; nothing where so many are not on sale."""
        for item, facts in self.live().items():
            if facts["visible"] and facts.get(f"stock:{sku}", 0) >= pieces:
                facts[f"stock:{sku}"] -= pieces
                number = f"DH{len(self.sales) + 1:05}"
                line = OrderLine("1", pieces, sku if echo_sku else "", f"{item}-{sku}")
                seen = OrderSeen(number, OrderState.OPEN, (line,), now, now, "READY")
                self.sales[number] = Sale(sku, [(now + lag, seen)])
                self._push(seen)
                return number
        return ""

    def cancel(self, number: str, now: datetime, lag: timedelta = NO_LAG, pieces: int | None = None) -> bool:
        """Whole or in part, before it is shipped; the pieces are on sale again at once."""
        sale = self.sales[number]
        line = sale.truth.lines[0]
        left = line.quantity - line.cancelled
        taken = left if pieces is None else min(pieces, left)
        if sale.truth.state is not OrderState.OPEN or not taken:
            return False
        shelf = next((f for f in self.live().values() if f"stock:{sale.sku}" in f), None)
        if shelf is not None:
            shelf[f"stock:{sale.sku}"] += taken
        state = OrderState.CANCELLED if taken == left else OrderState.OPEN
        self._turn(number, state, now, lag, cancelled=line.cancelled + taken)
        return True

    def ship(self, number: str, now: datetime, lag: timedelta = NO_LAG) -> bool:
        open_ = self.sales[number].truth.state is OrderState.OPEN
        if open_:
            self._turn(number, OrderState.SHIPPED, now, lag)
        return open_

    def come_back(self, number: str, now: datetime, lag: timedelta = NO_LAG) -> bool:
        """A shipped parcel is back in the house."""
        shipped = self.sales[number].truth.state is OrderState.SHIPPED
        if shipped:
            line = self.sales[number].truth.lines[0]
            self._turn(number, OrderState.RETURNED, now, lag, returned=line.quantity - line.cancelled)
        return shipped

    def _turn(self, number: str, state: OrderState, now: datetime, lag: timedelta, **line: int) -> None:
        sale = self.sales[number]
        changed = replace(sale.truth.lines[0], **line)
        at = max(now, sale.truth.updated_at + timedelta(milliseconds=1))
        seen = replace(sale.truth, state=state, lines=(changed,), updated_at=at, raw_state=state.upper())
        sale.versions.append((now + lag, seen))
        self._push(seen)

    def _push(self, seen: OrderSeen) -> None:
        body = json.dumps({"order": seen.number, "status": seen.raw_state, "at": seen.updated_at.isoformat()}).encode()
        self.pushes.append(({"x-signature": hmac.new(PUSH_KEY, body, hashlib.sha256).hexdigest()}, body))


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
        if self.platform.busy is not None:
            return {task.op.listing: self.platform.busy for task in tasks}
        if self.platform.lose_request > 0:
            self.platform.lose_request -= 1
            return {task.op.listing: OutcomeUnknown("no answer") for task in tasks}
        outcomes = {task.op.listing: self._write(task) for task in tasks}
        if self.platform.lose_reply > 0:
            self.platform.lose_reply -= 1
            return {listing: OutcomeUnknown("no answer") for listing in outcomes}
        return outcomes

    def scan(self) -> Iterator[Observed]:
        self._call("scan")
        yield from (self._seen(item) for item in list(self.platform.live()))

    def orders(self, since: Cursor) -> Iterator[OrderSeen | Cursor]:
        began = self.clock.now()
        self._call("orders")
        shown = [seen for sale in self.platform.sales.values() if (seen := sale.shown(began)) is not None]
        for place, seen in enumerate(sorted(shown, key=lambda seen: seen.updated_at)):
            if place == self.platform.break_reads:
                self.platform.break_reads = None
                raise Retry("the connection broke")
            if seen.updated_at >= since.until:
                yield seen
        yield Cursor(began)

    def event(self, headers: Mapping[str, str], body: bytes) -> Hint:
        digest = hmac.new(PUSH_KEY, body, hashlib.sha256).hexdigest()
        if not hmac.compare_digest(digest.encode(), headers.get("x-signature", "").encode()):
            raise Refused((Problem("push_forged", "signature", "Chữ ký sai.", "Wrong signature."),))
        try:
            said = json.loads(body)
            return Hint(f"{said['order']}:{said['status']}:{said['at']}", order=said["order"])
        except (ValueError, KeyError, TypeError) as error:
            raise Refused((Problem("push_senseless", "body", "Không hiểu.", "Makes no sense."),)) from error

    def _call(self, name: str) -> None:
        self.on_call()
        self.platform.calls.append(name)
        if self.platform.down:
            raise Retry("down", after=60)

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
        if op.kind is Kind.ADJUST_STOCK:
            return self._adjust(task)
        kept = {f: v for f, v in op.values.items() if f not in platform.swallow}
        platform.swallow -= op.values.keys()
        platform.items[op.ref.item] |= kept
        skus = skus_of(platform.items[op.ref.item])
        return Receipt(replace(op.ref, variants={sku: f"{op.ref.item}-{sku}" for sku in skus}))

    def _adjust(self, task: Task) -> Outcome:
        shelf = self.platform.items[task.op.ref.item]
        after = {c.field: shelf[c.field] + (int(c.after) - int(c.before)) for c in task.op.changes}  # type: ignore[arg-type]
        if min(after.values()) < 0:
            return Refused((Problem("negative", "stock", "Không đủ.", "Not so many there."),))
        shelf |= after
        return Receipt(task.op.ref)


def skus_of(facts: Mapping[str, Any]) -> list[str]:
    return [text.partition("|")[0] for text in facts.get("variants", ())]
