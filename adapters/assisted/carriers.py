"""Who carries packs out and results back. A carrier knows files and their names, never what is in them."""

from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Protocol

from adapters.assisted.pack import Pack, result_form
from adapters.assisted.template import Template
from connector.domain.text import fold
from connector.errors import Retry


@dataclass(frozen=True, slots=True)
class Delivery:
    """A file that came back, and the time of what it shows."""

    content: bytes
    taken_at: datetime
    source: str


class Carrier(Protocol):
    """`ticket` is the carrier's own number of a pack that was handed over."""

    def send(self, pack: Pack) -> str:
        """Hand over; the ticket. Raises Retry if the pack surely did not leave, OutcomeUnknown if nobody knows."""

    def find(self, pack: str) -> str | None:
        """The ticket of a pack by its name, None if it surely never arrived."""

    def result(self, pack: str, ticket: str) -> Delivery | None:
        """The result workbook, None while it is out."""

    def export(self) -> Delivery:
        """The newest export of the complete shop. Raises Retry while there is none."""

    def on_sale(self, listing_id: str) -> bool:
        """It certainly is on sale; False says nothing."""

    def withdraw(self, pack: str) -> None:
        """Nobody shall hand it over any more."""


class Folder:
    """A person carries: packs lie in `outbox`, results and exports come back into `inbox`.

    A file of an export says in its name that it is complete (`danh_sach_..._toan_bo.xlsx`); its age is the file's.
    """

    def __init__(self, folder: Path, template: Template) -> None:
        self._outbox, self._inbox, self._template = folder / "outbox", folder / "inbox", template
        self._inbox.mkdir(parents=True, exist_ok=True)

    def send(self, pack: Pack) -> str:
        """The pack lies in the outbox already; a form for its result joins it."""
        (self._outbox / f"ket_qua_{pack.name}.xlsx").write_bytes(result_form(pack, self._template))
        return pack.name

    def find(self, pack: str) -> str | None:
        return pack if (self._outbox / f"{pack}.zip").exists() else None

    def result(self, pack: str, ticket: str) -> Delivery | None:
        path = self._inbox / f"ket_qua_{pack}.xlsx"
        return _delivered(path) if path.exists() else None

    def export(self) -> Delivery:
        found = [path for path in self._inbox.glob("danh_sach*.xlsx") if "toan bo" in fold(path.stem)]
        if not found:
            message = "chưa có tệp danh_sach_toan_bo.xlsx trong inbox / no export of the complete shop in the inbox"
            raise Retry(message, after=600, code="no_export")
        return _delivered(max(found, key=lambda path: path.stat().st_mtime))

    def on_sale(self, listing_id: str) -> bool:
        return False

    def withdraw(self, pack: str) -> None:
        back = self._outbox.parent / "withdrawn"
        back.mkdir(exist_ok=True)
        for path in (self._outbox / f"{pack}.zip", self._outbox / f"ket_qua_{pack}.xlsx"):
            if path.exists():
                path.rename(back / path.name)


def _delivered(path: Path) -> Delivery:
    return Delivery(path.read_bytes(), datetime.fromtimestamp(path.stat().st_mtime, UTC), path.name)
