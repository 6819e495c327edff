"""The assisted channel's face: the same protocol as every platform."""

from collections.abc import Iterable, Iterator, Mapping, Sequence

from adapters.assisted import canonical, check, looking, sending
from adapters.assisted.desk import desk
from connector.domain.listing import Desired, Facts, Observed
from connector.domain.problem import Problem
from connector.ports import Capabilities, Connection, Outcome, Target, Task


class Assisted:
    """One shop on a platform without an interface for programs. Raises Complaint if its channel file is wrong."""

    can = Capabilities(assisted=True, publish_hidden=False)

    def __init__(self, connection: Connection) -> None:
        self._name, self._desk = connection.channel.name, desk(connection)
        self._template = self._desk.template

    def study(self, wanted: Sequence[Desired]) -> None:
        """All it needs to know is in its template."""

    def canonical(self, desired: Desired) -> Facts:
        return canonical.canonical(desired, self._template)

    def check(self, desired: Desired) -> Sequence[Problem]:
        return check.check(desired, self._template, self._name)

    def observe(self, targets: Sequence[Target]) -> Mapping[int, Observed]:
        """One export, and one result for each pack that is out with rows of the targets."""
        return looking.look(self._desk, targets) if targets else {}

    def batches(self, tasks: Sequence[Task]) -> Iterable[Sequence[Task]]:
        return sending.batches(tasks, self._template)

    def apply(self, tasks: Sequence[Task]) -> Mapping[int, Outcome]:
        """One pack per kind of upload; its result at once where the carrier has it, else a ticket of kind "pack"."""
        return sending.send(self._desk, tasks)

    def scan(self) -> Iterator[Observed]:
        return looking.everything(self._desk)
