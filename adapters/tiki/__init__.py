"""Tiki (Vietnam) over its Open API."""

from collections.abc import Iterable, Iterator, Mapping, Sequence

from adapters.tiki import canonical, check, skus, writes
from adapters.tiki.catalogue import Catalogue
from adapters.tiki.client import Client
from adapters.tiki.costs import costs
from adapters.tiki.orders import Orders
from adapters.tiki.queue import Queue
from adapters.tiki.reads import Looker
from adapters.tiki.reference import Reference
from adapters.tiki.study import catalogue as remembered
from adapters.tiki.study import learn
from connector.domain.listing import Desired, Facts, Observed
from connector.domain.orders import Cursor, OrderSeen
from connector.domain.plan import Kind, Op
from connector.domain.problem import Problem
from connector.ports import Capabilities, Connection, Hint, Outcome, Target, Task
from connector.ports import Catalogue as Offered


class Tiki:
    """ports.Adapter."""

    # One request makes all: nothing is ever half made. Nothing is pushed: events wait in a queue (`outbox`).
    can = Capabilities(publish_hidden=False, orders=True)

    def __init__(self, connection: Connection) -> None:
        self._settings = connection.channel.settings
        self._client = Client(connection)
        self._catalogue = Catalogue(self._client)
        self._looker = Looker(self._client, self._catalogue)
        self._reference = Reference(connection)
        self._orders = Orders(self._client)
        self._queue = Queue(self._client)
        self.calls = self._client.http.calls

    def study(self, wanted: Sequence[Desired]) -> None:
        for desired in {(desired.category, desired.brand): desired for desired in wanted}.values():
            learn(self._client, desired)

    def canonical(self, desired: Desired) -> Facts:
        return canonical.canonical(desired, self._reference, self._settings)

    def check(self, desired: Desired) -> Sequence[Problem]:
        return check.check(desired, self._reference, self._settings)

    def costs(self, op: Op, desired: Desired) -> Sequence[Problem]:
        return tuple(costs(op, desired))

    def catalogue(self, names: Sequence[str], *, fresh: bool) -> Offered:
        return remembered(self._client, names, fresh=fresh)

    def observe(self, targets: Sequence[Target]) -> Mapping[int, Observed]:
        return self._looker.observe(targets)

    def batches(self, tasks: Sequence[Task]) -> Iterable[Sequence[Task]]:
        return skus.groups(self._client, tasks)

    def apply(self, tasks: Sequence[Task]) -> Mapping[int, Outcome]:
        if tasks and tasks[0].op.kind is Kind.SET_STOCK:
            return skus.stocks(self._client, self._catalogue, tasks)
        return {task.op.listing: self._one(task) for task in tasks}

    def scan(self) -> Iterator[Observed]:
        return self._looker.scan()

    def orders(self, since: Cursor) -> Iterator[OrderSeen | Cursor]:
        return self._orders.since(since)

    def recall(self, numbers: Sequence[str]) -> Iterator[OrderSeen]:
        return self._orders.recall(numbers)

    def event(self, headers: Mapping[str, str], body: bytes) -> Hint:
        raise NotImplementedError("Tiki pushes nothing")  # the port's law: what `can` denies raises

    def outbox(self) -> Iterator[Sequence[Hint]]:
        return self._queue.outbox()

    def forget(self) -> None:
        self._catalogue.forget()

    def _one(self, task: Task) -> Outcome:
        match task.op.kind:
            case Kind.CREATE:
                return writes.attempt(writes.create, self._client, task)
            case Kind.REVISE:
                return writes.attempt(writes.revise, self._client, task)
            case Kind.SET_PRICE:
                return writes.attempt(skus.prices, self._client, task)
            case Kind.SHOW:
                return writes.attempt(skus.show, self._client, task)
            case Kind.HIDE:
                return writes.attempt(skus.hide, self._client, task)
            case Kind.ADJUST_STOCK:
                raise NotImplementedError("Tiki has no relative stock call")  # the port's law: what `can` denies raises
        raise AssertionError(task.op.kind)
