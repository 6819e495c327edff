"""Tiki (Vietnam) over its Open API, listing path."""

from collections.abc import Iterable, Iterator, Mapping, Sequence

from adapters.tiki import canonical, check, skus, writes
from adapters.tiki.catalogue import Catalogue
from adapters.tiki.client import Client
from adapters.tiki.costs import costs
from adapters.tiki.reads import Looker
from adapters.tiki.reference import Reference
from adapters.tiki.study import catalogue as remembered
from adapters.tiki.study import learn
from connector.domain.listing import Desired, Facts, Observed
from connector.domain.plan import Kind, Op
from connector.domain.problem import Problem
from connector.ports import Capabilities, Connection, Outcome, Target, Task
from connector.ports import Catalogue as Offered


class Tiki:
    """ports.Adapter."""

    can = Capabilities(publish_hidden=False)  # one request makes all; nothing is ever half made

    def __init__(self, connection: Connection) -> None:
        self._settings = connection.channel.settings
        self._client = Client(connection)
        self._catalogue = Catalogue(self._client)
        self._looker = Looker(self._client, self._catalogue)
        self._reference = Reference(connection)
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
        raise AssertionError(task.op.kind)
