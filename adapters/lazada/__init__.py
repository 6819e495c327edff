"""Lazada (Vietnam) over its Open Platform API, listing path."""

from collections.abc import Iterable, Iterator, Mapping, Sequence

from adapters.lazada import canonical, check, offers, reads, writes
from adapters.lazada.client import Client
from adapters.lazada.costs import costs
from adapters.lazada.reference import Reference
from adapters.lazada.study import catalogue as remembered
from adapters.lazada.study import learn
from connector.domain.listing import Desired, Facts, Observed
from connector.domain.plan import Kind, Op
from connector.domain.problem import Problem
from connector.ports import Capabilities, Catalogue, Connection, Outcome, Target, Task

_BATCHED = (Kind.SET_PRICE, Kind.SET_STOCK)


class Lazada:
    """ports.Adapter."""

    can = Capabilities(publish_hidden=False)  # product/create has no status

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._settings = connection.channel.settings
        self._client = Client(connection)
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
        return {task.op.listing: writes.change(self._client, task) for task in tasks}

    def scan(self) -> Iterator[Observed]:
        return reads.scan(self._client)
