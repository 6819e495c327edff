"""The assisted channel's face: the same protocol as every platform."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime

from adapters.assisted import bringing, canonical, check, counter, looking, orders, sending
from adapters.assisted.carriers import Delivery
from adapters.assisted.desk import desk
from adapters.assisted.learn import learn
from connector.domain.listing import Desired, Facts, Observed
from connector.domain.orders import Cursor, OrderSeen
from connector.domain.problem import Problem
from connector.ports import Brought, Capabilities, Connection, Hint, Outcome, Parcel, Slip, Target, Task


class Assisted:
    """One shop on a platform without an interface for programs. Raises Complaint if its channel file is wrong."""

    def __init__(self, connection: Connection) -> None:
        self._name, self._desk = connection.channel.name, desk(connection)
        self._template = self._desk.template
        told = self._desk.settings.orders and self._template.orders is not None
        self.can = Capabilities(assisted=True, publish_hidden=False, orders=told)

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

    def orders(self, since: Cursor) -> Iterator[OrderSeen | Cursor]:
        """The newest order export, once; the cursor is the moment it shows."""
        if not self.can.orders:
            raise NotImplementedError(
                "no order files come from this seller centre"
            )  # the port's law: what `can` denies raises
        return orders.orders(self._desk, since)

    learn = staticmethod(learn)

    def parcels(self) -> Sequence[Parcel]:
        return counter.parcels(self._desk)

    def slips(self) -> Sequence[Slip]:
        return self._desk.receipts.all()

    def hand_over(self, pack: str, who: str) -> bytes:
        return counter.hand_over(self._desk, pack, who)

    def form(self, pack: str) -> bytes:
        return counter.form(self._desk, pack)

    def take_back(self, pack: str) -> None:
        counter.take_back(self._desk, pack)

    def bring(self, name: str, content: bytes, at: datetime, who: str, *, whole: bool) -> Brought:
        return bringing.bring(self._desk, Delivery(content, at, name), who, whole=whole)

    def event(self, headers: Mapping[str, str], body: bytes) -> Hint:
        raise NotImplementedError("an assisted channel pushes nothing")  # the port's law: what `can` denies raises

    def scan(self) -> Iterator[Observed]:
        return looking.everything(self._desk)
