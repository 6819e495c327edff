"""A shop of the sandbox, an adapter and a mind of its own: the whole loop in memory, step by step.

It does what the real loop does (observe, plan, apply, remember), without a database: the suite is about adapters.
"""

import importlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any

import requests

from connector.domain.listing import Desired, Listing, Observed, Phase, State, kind_of
from connector.domain.orders import Cursor, OrderSeen
from connector.domain.plan import Kind, Op, Plan, plan
from connector.domain.rules import Policy
from connector.errors import Missing, OutcomeUnknown, Refused, Retry
from connector.ports import Adapter, Clock, Connection, Outcome, Receipt, Target, Task
from tests.builders import a_connection, a_desired, a_policy

_MOST_PASSES = 12


@dataclass(frozen=True)
class Platform:
    """How the suite meets a platform: its name, names of its calls in the sandbox, and what people there do meanwhile.

    `create` and `reads` are patterns of endpoint names for faults; `meanwhile` waits for what takes real time there;
    `listings` groups what the platform shows into listings, where it shows smaller things; `doubles` are the switches
    under which it takes one SKU twice (None: it never does); `tells_bans`: it says why it took something down.
    Orders: `order_reads` are its calls that read them, `parts`: pieces of an order can be cancelled or come back;
    `push` is the body of a push about an order, `sign` makes the headers for an address, and `odd` are bodies that make
    no sense however well they are signed.
    """

    name: str
    create: str
    reads: Sequence[str]
    meanwhile: Callable[["Shop"], None] = lambda shop: None
    pause: float = 6.0  # seconds of the sandbox's time between two passes
    listings: Callable[[list[dict[str, Any]]], list[dict[str, Any]]] = lambda rows: rows
    doubles: Mapping[str, Any] | None = field(default_factory=dict, hash=False)
    tells_bans: bool = True
    order_reads: Sequence[str] = ()
    parts: bool = True
    exact: float = 2.0  # seconds to which it tells times
    push: Callable[[Connection, str], bytes] | None = None
    sign: Callable[[Connection, str, bytes], dict[str, str]] | None = None
    odd: Sequence[bytes] = (
        b"",
        b"{",
        b"[]",
        b"null",
        b"7",
        b"{}",
        b'{"data": 5}',
        b"\xff\xfe{}",
        "{}".encode("utf-16"),
    )

    def __str__(self) -> str:
        return self.name


class SandboxClock:
    """The sandbox's own time, so that a wait passes in no time for both sides."""

    def __init__(self, sandbox: Any) -> None:
        self._sandbox = sandbox

    def now(self) -> datetime:
        return datetime.fromtimestamp(self._sandbox.world.clock.now(), UTC)


@dataclass
class Shop:
    """One seller account and what we remember of our listings in it."""

    platform: Platform
    sandbox: Any
    connection: Connection
    adapter: Adapter
    policy: Policy = field(default_factory=a_policy)
    listings: dict[int, Listing] = field(default_factory=dict)
    wanted: dict[int, Desired] = field(default_factory=dict)
    settings: Mapping[str, Any] = field(default_factory=dict)
    outcomes: list[tuple[Kind, Outcome]] = field(default_factory=list)

    @classmethod
    def open(
        cls, platform: Platform, sandbox: Any, *, clock: Clock | None = None, door: str = "", **settings: Any
    ) -> "Shop":
        clock = clock or SandboxClock(sandbox)
        connection = a_connection(platform.name, sandbox, clock=clock, settings=settings, door=door)
        return cls(platform, sandbox, connection, _adapter(connection), settings=settings)

    def reopened(self) -> "Shop":
        """The same account met by a process that remembers nothing."""
        return Shop.open(self.platform, self.sandbox, **self.settings)

    def want(self, desired: Desired, listing: int = 1) -> Desired:
        self.wanted[listing] = desired
        self.listings.setdefault(listing, Listing(listing))
        return desired

    def look(self, listing: int = 1) -> Observed:
        return self.adapter.observe([self.target(listing)])[listing]

    def target(self, listing: int = 1) -> Target:
        held = self.listings[listing]
        return Target(listing, self.wanted[listing].skus, held.ref, held.ticket)

    def plan(self, listing: int = 1) -> Plan:
        """What would be done now, after a look."""
        seen = self.look(listing)
        self.listings[listing] = _remember(self.listings[listing], seen)
        return self._plan(listing, seen)

    def converge(self, *listings: int) -> int:
        """Pass until nothing is left to do; the passes it took. Fails if they do not come to an end."""
        for passes in range(_MOST_PASSES):
            plans = [self.plan(listing) for listing in listings or tuple(self.wanted)]
            ops = [op for each in plans for op in each.ops]
            waits = [each for each in plans if each.wait is not None]
            if not ops and not waits:
                return passes
            self.carry_out(ops)
            self.wait()
        raise AssertionError(f"no end after {_MOST_PASSES} passes: {self.outcomes[-4:]}")

    def carry_out(self, ops: Sequence[Op]) -> dict[int, Outcome]:
        """Apply in order of rank, as the loop does: a listing goes on only after what was accepted and needs no pause.

        The last outcome by listing; a Retry for a whole group is one for each of its tasks."""
        last: dict[int, Outcome] = {}
        for kind in sorted({op.kind for op in ops}, key=lambda k: min(op.rank for op in ops if op.kind is k)):
            tasks = [Task(op, self.wanted[op.listing]) for op in ops if op.kind is kind and _goes_on(last, op)]
            for group in self.adapter.batches(tasks):
                for listing, outcome in self._apply(group).items():
                    op = next(task.op for task in group if task.op.listing == listing)
                    self.outcomes.append((kind, outcome))
                    self.listings[listing] = _settle(self.listings[listing], op, outcome)
                    last[listing] = outcome
        return last

    def _apply(self, group: Sequence[Task]) -> Mapping[int, Outcome]:
        try:
            return self.adapter.apply(group)
        except Retry as retry:
            return {task.op.listing: retry for task in group}

    def wait(self) -> None:
        self.platform.meanwhile(self)
        self.sandbox.post("/clock", {"advance": self.platform.pause})

    def publish(self, desired: Desired, listing: int = 1) -> Observed:
        self.want(desired, listing)
        self.converge(listing)
        return self.look(listing)

    # ---- what the other side says, never what we believe

    def shown(self) -> list[dict[str, Any]]:
        """Listings at the platform that are not deleted."""
        rows = self.sandbox.get("/state")[self.platform.name]["listings"]
        return self.platform.listings([row for row in rows if row["state"] != "deleted"])

    def edit(self, sku: str, **change: Any) -> None:
        """A hand edit in the seller centre."""
        self.sandbox.post("/edit", {"platform": self.platform.name, "sku": sku, "change": change})

    def buy(self, sku: str, quantity: int = 1, **more: Any) -> str:
        """An order's number; somebody buys."""
        what = {"platform": self.platform.name, "sku": sku, "quantity": quantity}
        return str(self.sandbox.post("/buy", {**what, **more})["order"])

    def act(self, order: str, *actions: str, **more: Any) -> None:
        """What becomes of an order, a second apart so that each step is later than the one before."""
        for action in actions:
            self.sandbox.post("/clock", {"advance": 1})
            self.sandbox.post("/order", {"platform": self.platform.name, "order": order, "action": action, **more})

    @contextmanager
    def ago(self, **delta: float) -> Iterator[None]:
        """What happens within happened so long ago: the sandbox's time goes back, for signatures need the real one."""
        seconds = timedelta(**delta).total_seconds()
        self.sandbox.post("/clock", {"advance": -seconds})
        yield
        self.sandbox.post("/clock", {"advance": seconds})

    def read(self, since: datetime) -> tuple[dict[str, OrderSeen], list[datetime]]:
        """The orders changed since then by number, the newest reading of each; and the cursors on the way."""
        seen: dict[str, OrderSeen] = {}
        cursors = []
        for one in self.adapter.orders(Cursor(since)):
            if isinstance(one, Cursor):
                cursors.append(one.until)
            else:
                seen[one.number] = one
        return seen, cursors

    def fault(self, kind: str, endpoint: str = "*", **more: Any) -> None:
        self.sandbox.fault(self.platform.name, kind, endpoint, **more)

    def mend(self) -> None:
        """Clear all faults."""
        requests.delete(self.sandbox.admin + "/faults", timeout=5)

    def writes(self) -> int:
        """Writing calls that reached the platform so far."""
        calls = self.sandbox.get("/calls", platform=self.platform.name)
        return sum(1 for call in calls if call["platform"] == self.platform.name and call["write"])

    def _plan(self, listing: int, seen: Observed) -> Plan:
        desired = self.wanted[listing]
        problems = self.adapter.check(desired)
        return plan(self.listings[listing], self.adapter.canonical(desired), seen, self.policy, problems)


def _adapter(connection: Connection) -> Adapter:
    module, _, name = connection.channel.adapter.rpartition(".")
    adapter: Adapter = getattr(importlib.import_module(module), name)(connection)
    return adapter


def _remember(listing: Listing, seen: Observed) -> Listing:
    """What a look teaches: the ids, and which of our values have arrived."""
    applied = listing.applied.confirm(seen.facts)
    if not seen.state.exists:
        return replace(listing, applied=applied)
    phase = Phase.CREATING if listing.phase in (Phase.NEW, Phase.CREATING) else listing.phase
    done = phase is Phase.CREATING and seen.state in (State.LIVE,)
    return replace(listing, ref=seen.ref, applied=applied, phase=Phase.LIVE if done else phase)


def _goes_on(last: Mapping[int, Outcome], op: Op) -> bool:
    outcome = last.get(op.listing)
    return outcome is None or (isinstance(outcome, Receipt) and not (outcome.ticket and outcome.ticket.settling))


def _settle(listing: Listing, op: Op, outcome: Outcome) -> Listing:
    match outcome:
        case Receipt():
            wrote = op.values if outcome.wrote is None else {f: op.values[f] for f in outcome.wrote}
            before = {change.field: change.before for change in op.changes}
            phase = Phase.CREATING if op.kind is Kind.CREATE else listing.phase
            ref = outcome.ref or listing.ref
            return replace(
                listing, ref=ref, phase=phase, applied=listing.applied.wrote(wrote, before), ticket=outcome.ticket
            )
        case Refused():
            return replace(listing, refused={**listing.refused, op.kind: op.fingerprint})
        case Retry() | OutcomeUnknown() | Missing():
            return listing
    raise AssertionError(outcome)


def offers_of(values: Mapping[str, Any], kind: str) -> dict[str, Any]:
    """price:ABC and the like as {ABC: value}."""
    return {field.partition(":")[2]: value for field, value in values.items() if kind_of(field) == kind}


def desired_on(shop: Shop, *args: Any, **kwargs: Any) -> Desired:
    return a_desired(shop.platform.name, *args, **kwargs)
