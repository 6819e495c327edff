"""Shopee, Open Platform v2, for one Vietnamese shop."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

from adapters.paging import batched
from adapters.shopee.canonical import canonical
from adapters.shopee.check import problems
from adapters.shopee.client import Client
from adapters.shopee.costs import costs
from adapters.shopee.knowledge import Knowledge
from adapters.shopee.offers import Offers
from adapters.shopee.orders import Orders
from adapters.shopee.pushes import Pushes
from adapters.shopee.reads import Reads
from adapters.shopee.sightings import Sightings
from adapters.shopee.writes import Writes
from connector.domain.listing import Desired, Facts, Observed
from connector.domain.orders import Cursor, OrderSeen
from connector.domain.plan import Kind, Op
from connector.domain.problem import Problem
from connector.errors import Missing, OutcomeUnknown, Refused, Retry
from connector.ports import Capabilities, Catalogue, Connection, Hint, Outcome, Target, Task

_UNLIST_BATCH = 50


class Shopee:
    """The adapter; what it does is in the modules beside it."""

    can = Capabilities(orders=True, events=True)  # stock is written as it is to be, never as a difference

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        client, sightings = Client(connection), Sightings(connection)
        self._knowledge = Knowledge(connection, client)
        self._reads = Reads(connection, client, self._knowledge, sightings)
        self._offers = Offers(connection, client, sightings)
        self._writes = Writes(connection, client, self._knowledge, sightings, self._reads, self._offers)
        self._orders, self._pushes = Orders(connection, client), Pushes(connection, client)
        self.calls = client.http.calls

    def study(self, wanted: Sequence[Desired]) -> None:
        if wanted:
            self._knowledge.learn()
        for category in sorted({self._knowledge.category(desired.category) for desired in wanted}):
            self._knowledge.learn_limits(category)

    def canonical(self, desired: Desired) -> Facts:
        return canonical(desired, self._connection, self._knowledge)

    def check(self, desired: Desired) -> Sequence[Problem]:
        return problems(desired, self._connection, self._knowledge)

    def costs(self, op: Op, desired: Desired) -> Sequence[Problem]:
        return tuple(costs(op, desired))

    def catalogue(self, names: Sequence[str], *, fresh: bool) -> Catalogue:
        return self._knowledge.catalogue(names, fresh=fresh)

    def observe(self, targets: Sequence[Target]) -> Mapping[int, Observed]:
        return self._reads.observe(targets)

    def scan(self) -> Iterator[Observed]:
        return self._reads.scan()

    def orders(self, since: Cursor) -> Iterator[OrderSeen | Cursor]:
        return self._orders.since(since)

    def recall(self, numbers: Sequence[str]) -> Iterator[OrderSeen]:
        return self._orders.recall(numbers)

    def event(self, headers: Mapping[str, str], body: bytes) -> Hint:
        return self._pushes.event(headers, body)

    def outbox(self) -> Iterator[Sequence[Hint]]:
        return self._pushes.outbox()

    def batches(self, tasks: Sequence[Task]) -> Iterable[Sequence[Task]]:
        """Only showing and hiding go out for several items at once."""
        together = bool(tasks) and tasks[0].op.kind in (Kind.SHOW, Kind.HIDE)
        return batched(tasks, _UNLIST_BATCH if together else 1)

    def apply(self, tasks: Sequence[Task]) -> Mapping[int, Outcome]:
        match tasks[0].op.kind:
            case Kind.CREATE:
                for task in tasks:
                    self._writes.prepare(task)
                return _one_by_one(tasks, self._writes.create)
            case Kind.REVISE:
                return _one_by_one(tasks, self._writes.revise)
            case Kind.SET_PRICE | Kind.SET_STOCK:
                return _one_by_one(tasks, self._offers.set)
            case Kind.SHOW | Kind.HIDE:
                return self._offers.visibility(tasks)
            case Kind.ADJUST_STOCK:
                raise NotImplementedError(
                    "Shopee has no relative stock call"
                )  # the port's law: what `can` denies raises


def _one_by_one(tasks: Sequence[Task], carry_out: Callable[[Task], Outcome]) -> dict[int, Outcome]:
    return {task.op.listing: _settled(task, carry_out) for task in tasks}


def _settled(task: Task, carry_out: Callable[[Task], Outcome]) -> Outcome:
    """A dead shop (NeedsConsent) concerns more than this listing and goes on up."""
    try:
        return carry_out(task)
    except (Retry, OutcomeUnknown, Refused, Missing) as trouble:
        return trouble
