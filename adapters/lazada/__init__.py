"""Lazada (Vietnam) over its Open Platform API."""

from collections.abc import Iterable, Iterator, Mapping, Sequence

from adapters.lazada import canonical, check, offers, pushes, reads, writes
from adapters.lazada.client import Client
from adapters.lazada.costs import costs
from adapters.lazada.orders import Orders
from adapters.lazada.reference import Reference
from adapters.lazada.study import catalogue as remembered
from adapters.lazada.study import learn
from connector.domain.listing import Desired, Facts, Observed
from connector.domain.orders import Cursor, OrderSeen
from connector.domain.plan import Kind, Op
from connector.domain.problem import Problem
from connector.ports import Capabilities, Catalogue, Connection, Hint, Outcome, Target, Task

_BATCHED = (Kind.SET_PRICE, Kind.SET_STOCK)


class Lazada:
    """ports.Adapter."""

    # product/create has no status
    can = Capabilities(publish_hidden=False, orders=True, events=True, adjust_stock=True)

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._settings = connection.channel.settings
        self._client = Client(connection)
        self._orders = Orders(self._client)
        self._reference = Reference(connection)
        self.calls = self._client.http.calls

    def study(self, wanted: Sequence[Desired]) -> None:
        for desired in {desired.category: desired for desired in wanted}.values():
            learn(self._client, desired)

    def canonical(self, desired: Desired) -> Facts:
        return canonical.canonical(desired, self._reference, self._settings)

    def check(self, desired: Desired) -> Sequence[Problem]:
        return check.check(desired, self._reference, self._settings)

    def costs(self, op: Op, desired: Desired) -> Sequence[Problem]:
        return tuple(costs(op, desired))

    def catalogue(self, names: Sequence[str], *, fresh: bool) -> Catalogue:
        return remembered(self._client, names, fresh=fresh)

    def observe(self, targets: Sequence[Target]) -> Mapping[int, Observed]:
        return reads.observe(self._client, targets)

    def batches(self, tasks: Sequence[Task]) -> Iterable[Sequence[Task]]:
        if tasks and tasks[0].op.kind in _BATCHED:
            return offers.groups(self._connection, tasks)
        return ([task] for task in tasks)

    def apply(self, tasks: Sequence[Task]) -> Mapping[int, Outcome]:
        if tasks and tasks[0].op.kind in _BATCHED:
            return offers.write(self._client, tasks)
        if tasks and tasks[0].op.kind is Kind.ADJUST_STOCK:
            return {task.op.listing: offers.adjust(self._client, task) for task in tasks}
        return {task.op.listing: writes.change(self._client, task) for task in tasks}

    def scan(self) -> Iterator[Observed]:
        return reads.scan(self._client)

    def orders(self, since: Cursor) -> Iterator[OrderSeen | Cursor]:
        return self._orders.since(since)

    def recall(self, numbers: Sequence[str]) -> Iterator[OrderSeen]:
        return self._orders.recall(numbers)

    def event(self, headers: Mapping[str, str], body: bytes) -> Hint:
        return pushes.event(self._connection, headers, body)
