"""Who carries packs out and results back. A carrier knows files and their names, never what is in them.

All of it is our own design; none of the platforms publishes a way to exchange files.
"""

import hashlib
import re
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Protocol

from adapters.assisted.pack import Pack, result_form
from adapters.assisted.sheet import VIETNAM
from adapters.assisted.template import Template
from connector.domain.text import fold
from connector.errors import OutcomeUnknown, Retry

_STAMP = re.compile(r"(?<!\d)(20\d{6})-(\d{4})(\d{2})?(?!\d)")
OUTBOX, INBOX, TAKEN, WITHDRAWN = "outbox", "inbox", "taken", "withdrawn"


@dataclass(frozen=True, slots=True)
class Delivery:
    """A file that came back, and the time of what it shows."""

    content: bytes
    taken_at: datetime
    source: str

    @property
    def sha256(self) -> str:
        return hashlib.sha256(self.content).hexdigest()


class Carrier(Protocol):
    """`ticket` is the carrier's own number of a pack that was handed over; `who` stands in the receipts."""

    who: str

    def send(self, pack: Pack) -> str:
        """Hand over; the ticket. Raises Retry if the pack surely did not leave, OutcomeUnknown if nobody knows."""

    def find(self, pack: str) -> str | None:
        """The ticket of a pack by its name, None if it surely never arrived."""

    def result(self, pack: str, ticket: str) -> Delivery | None:
        """The result workbook, None while it is out."""

    def export(self) -> Delivery:
        """The newest export of the complete shop. Raises Retry while there is none."""

    def orders(self, since: datetime) -> Delivery:
        """The newest export of the orders placed since. Raises Retry while there is none."""

    def on_sale(self, listing_id: str) -> bool:
        """It certainly is on sale; False says nothing."""

    def withdraw(self, pack: str) -> bool:
        """Nobody shall hand it over any more; True if surely nobody has."""


@dataclass(frozen=True, slots=True)
class File:
    name: str
    at: datetime


class Place(Protocol):
    """Where two sides leave files for each other: four folders, outbox, inbox, taken and withdrawn. Raises Retry where
    nothing has happened, OutcomeUnknown where a write may have."""

    who: str

    def names(self, folder: str) -> list[File]: ...

    def read(self, folder: str, name: str) -> bytes: ...

    def write(self, folder: str, name: str, content: bytes) -> None:
        """Whole or not at all: nobody reads half a file."""

    def move(self, name: str, source: str, target: str) -> bool:
        """False if it is not there (any more)."""


class Exchange:
    """Somebody fetches packs from a place's outbox and brings results and exports into its inbox.

    Whoever fetches a pack moves it to `taken`. A listing export says in its name that it is complete
    (`danh_sach_..._toan_bo.xlsx`), an order export is called `don_hang....xlsx`. A file is as old as its date, or as a
    date in its name (`don_hang_20261124-0930.xlsx`, Vietnamese time) if that is older: copying makes files look young.
    """

    def __init__(self, place: Place, template: Template) -> None:
        self.place, self._template = place, template
        self.who = place.who

    def send(self, pack: Pack) -> str:
        """A form for its result goes first, so that a pack never lies there without one."""
        self.place.write(OUTBOX, f"ket_qua_{pack.name}.xlsx", result_form(pack.name, pack.rows, self._template))
        self.place.write(OUTBOX, f"{pack.name}.zip", pack.whole)
        return pack.name

    def find(self, pack: str) -> str | None:
        return pack if any(self._has(folder, pack) for folder in (OUTBOX, TAKEN)) else None

    def result(self, pack: str, ticket: str) -> Delivery | None:
        name = re.compile(rf"ket_qua_{re.escape(pack)}(_[\d-]+)?\.xlsx")
        found = [file for file in self.place.names(INBOX) if name.fullmatch(file.name)]
        return self._delivered(max(found, key=pictured)) if found else None

    def export(self) -> Delivery:
        return self._newest("danh sach", "toan bo", "danh_sach_toan_bo.xlsx", "no_export")

    def orders(self, since: datetime) -> Delivery:
        return self._newest("don hang", "", "don_hang.xlsx", "no_orders")

    def on_sale(self, listing_id: str) -> bool:
        return False

    def withdraw(self, pack: str) -> bool:
        try:
            ours = self.place.move(f"{pack}.zip", OUTBOX, WITHDRAWN)
            if ours:
                self.place.move(f"ket_qua_{pack}.xlsx", OUTBOX, WITHDRAWN)
        except OutcomeUnknown as unknown:
            raise Retry(str(unknown), after=60, code=unknown.code) from unknown
        return ours

    def _has(self, folder: str, pack: str) -> bool:
        return any(file.name == f"{pack}.zip" for file in self.place.names(folder))

    def _newest(self, begins: str, says: str, wanted: str, code: str) -> Delivery:
        fitting = [
            file
            for file in self.place.names(INBOX)
            if file.name.lower().endswith(".xlsx") and fold(file.name).startswith(begins) and says in fold(file.name)
        ]
        if not fitting:
            message = f"{self.who}: chưa có tệp {wanted} trong inbox / there is no {wanted} in the inbox yet"
            raise Retry(message, after=600, code=code)
        return self._delivered(max(fitting, key=pictured))

    def _delivered(self, file: File) -> Delivery:
        return Delivery(self.place.read(INBOX, file.name), pictured(file), file.name)


def pictured(file: File) -> datetime:
    """The moment that a file shows."""
    stamp = _STAMP.search(file.name)
    if stamp is None:
        return file.at
    try:
        told = (
            datetime.strptime(stamp[1] + stamp[2] + (stamp[3] or "00"), "%Y%m%d%H%M%S")
            .replace(tzinfo=VIETNAM)
            .astimezone(UTC)
        )
    except ValueError:
        return file.at
    return min(told, file.at)
