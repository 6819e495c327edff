"""All that sending and looking share for one shop."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from adapters.assisted.carriers import Carrier, Folder
from adapters.assisted.centre import SellerCentre
from adapters.assisted.ledger import Ledger
from adapters.assisted.pack import Origin
from adapters.assisted.settings import Assist, assist
from adapters.assisted.template import Template
from connector.domain.listing import Ticket
from connector.domain.text import fold
from connector.ports import Connection

_BASELINE = ("export", "rows")


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

    def pack_ticket(self, pack: str) -> Ticket:
        return Ticket("pack", pack, self.now + timedelta(minutes=self.settings.result_minutes))

    @property
    def known_rows(self) -> int:
        """Rows of the last export that was believed, and those made since."""
        return int(self.connection.notebook.get(*_BASELINE) or 0)

    def expect_rows(self, rows: int) -> None:
        if rows != self.known_rows:
            self.connection.notebook.put(*_BASELINE, rows)


def desk(connection: Connection) -> Desk:
    settings = assist(connection.channel.platform, connection.channel.settings)
    given = connection.vault.credentials().get("folder")
    root = Path(given.get_secret_value() if given else settings.folder)
    folder = root / connection.channel.platform / fold(connection.shop).replace(" ", "-")
    return Desk(connection, settings, _carrier(connection, settings, folder), Ledger(connection.notebook), folder)


def _carrier(connection: Connection, settings: Assist, folder: Path) -> Carrier:
    if settings.carrier == "seller_centre" and settings.centre is not None:
        return SellerCentre(connection, settings.centre, settings.layout)
    return Folder(folder, settings.layout)
