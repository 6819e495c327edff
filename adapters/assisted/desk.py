"""All that sending and looking share for one shop."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from adapters.assisted.carriers import Carrier, Delivery, Exchange, Place
from adapters.assisted.centre import SellerCentre
from adapters.assisted.drop import HttpPlace
from adapters.assisted.ledger import Ledger
from adapters.assisted.pack import Origin
from adapters.assisted.places import LocalPlace
from adapters.assisted.receipts import Receipts
from adapters.assisted.settings import Assist, assist
from adapters.assisted.template import Template
from connector.domain.listing import Ticket
from connector.domain.text import fold
from connector.ports import Connection

_ROWS, _IDS = ("export", "rows"), ("export", "ids")


@dataclass(frozen=True, slots=True)
class Desk:
    """One shop's desk: who carries, what is out, where packs are kept."""

    connection: Connection
    settings: Assist
    carrier: Carrier
    ledger: Ledger
    folder: Path

    @property
    def template(self) -> Template:
        return self.settings.layout

    @property
    def now(self) -> datetime:
        return self.connection.clock.now()

    @property
    def origin(self) -> Origin:
        channel = self.connection.channel
        return Origin(channel.platform, channel.name, self.connection.shop, self.now)

    @property
    def packs(self) -> Path:
        """Where every pack stays for ever, whoever carries it."""
        return self.folder / "packs"

    @property
    def receipts(self) -> Receipts:
        return Receipts(self.connection.notebook)

    def took(self, delivery: Delivery, what: str) -> None:
        """A file that came back was believed."""
        self.receipts.note("in", what, delivery.source, delivery.sha256, delivery.taken_at, self.carrier.who)

    def pack_ticket(self, pack: str) -> Ticket:
        return Ticket("pack", pack, self.now + timedelta(minutes=self.settings.result_minutes))

    @property
    def known_rows(self) -> int:
        """Rows of the last export that was believed, and those made since."""
        return int(self.connection.notebook.get(*_ROWS) or 0)

    @property
    def known_ids(self) -> Sequence[str]:
        """Some of that export's ids over there, all of them in most shops."""
        return list(self.connection.notebook.get(*_IDS) or ())

    def expect_rows(self, rows: int) -> None:
        if rows != self.known_rows:
            self.connection.notebook.put(*_ROWS, rows)

    def expect(self, rows: int, ids: Sequence[str]) -> None:
        self.expect_rows(rows)
        if ids != self.known_ids:
            self.connection.notebook.put(*_IDS, ids)


def desk(connection: Connection) -> Desk:
    secrets = connection.vault.credentials()
    own = {"carrier": secrets["carrier"].get_secret_value()} if "carrier" in secrets else {}
    settings = assist(connection.channel.platform, {**connection.channel.settings, **own})
    given = secrets.get("folder")
    root = Path(given.get_secret_value() if given else settings.folder)
    folder = root / connection.channel.platform / fold(connection.shop).replace(" ", "-")
    return Desk(connection, settings, _carrier(connection, settings, folder), Ledger(connection.notebook), folder)


def _carrier(connection: Connection, settings: Assist, folder: Path) -> Carrier:
    if settings.carrier == "seller_centre" and settings.centre is not None:
        return SellerCentre(connection, settings.centre, settings.layout)
    return Exchange(_place(connection, settings, folder), settings.layout)


def _place(connection: Connection, settings: Assist, folder: Path) -> Place:
    if settings.carrier == "sftp":
        from adapters.assisted.sftp import SftpPlace

        return SftpPlace(connection, settings.sftp)
    if settings.carrier == "http":
        return HttpPlace(connection, settings.drop)
    return LocalPlace(folder)
