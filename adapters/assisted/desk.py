"""All that sending and looking share for one shop, and the reading of results, which both do."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path

from adapters.assisted.carriers import Carrier, Folder
from adapters.assisted.centre import SellerCentre
from adapters.assisted.ledger import Entry, Ledger, Stand
from adapters.assisted.pack import Origin
from adapters.assisted.results import REFUSED_LAYOUT, Bad, Verdict, verdicts
from adapters.assisted.settings import Assist, assist
from adapters.assisted.template import Template
from connector.domain.listing import Ticket
from connector.domain.text import fold
from connector.errors import NeedsConsent
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
    carrier: Carrier = Folder(folder, settings.layout)
    if settings.carrier == "seller_centre" and settings.centre is not None:
        carrier = SellerCentre(connection, settings.centre, settings.layout)
    return Desk(connection, settings, carrier, Ledger(connection.notebook), folder)


def read_result(at: Desk, entry: Entry) -> tuple[Entry, dict[str, Verdict]]:
    """The pack as its result leaves it, written down. A file refused for its layout did nothing: it is void."""
    delivery = at.carrier.result(entry.pack, entry.ticket)
    try:
        found = verdicts(delivery, entry.rows, at.template, entry.pack)
    except NeedsConsent as error:
        if error.code == REFUSED_LAYOUT:
            at.ledger.put(replace(entry, stand=Stand.VOID))
        raise
    whole = delivery is not None and None not in found.values()
    ended = delivery.taken_at if whole and delivery else None
    entry = replace(entry, stand=Stand.DONE if whole else Stand.OUT, ended=ended)
    at.ledger.put(entry)
    return entry, found


def settle(at: Desk, entry: Entry) -> Entry:
    """Find out what became of an open pack whose sender is long gone."""
    if entry.stand is Stand.WRITTEN:
        ticket = at.carrier.find(entry.pack)
        if ticket is None:
            return _never_arrived(at, entry)
        entry = replace(entry, stand=Stand.OUT, ticket=ticket)
    entry, found = read_result(at, entry)
    if entry.stand is not Stand.DONE:
        return entry
    bad: dict[str, tuple[str, str]] = {}
    for row in entry.rows:
        verdict = found[row.key]
        if isinstance(verdict, Bad):
            words = "; ".join(reason.words for reason in verdict.reasons)
            bad[row.sku] = (verdict.reasons[0].code, words)
            at.ledger.refuse_later(row, *bad[row.sku])
        else:
            at.ledger.accepted(row.sku)
    entry = replace(entry, bad=bad)
    at.ledger.put(entry)
    return entry


def _never_arrived(at: Desk, entry: Entry) -> Entry:
    """Once it cannot be on its way any more; the platform may take a while to show what it took."""
    if at.now < entry.at + timedelta(seconds=at.connection.channel.settle_seconds):
        return entry
    at.carrier.withdraw(entry.pack)
    entry = replace(entry, stand=Stand.VOID)
    at.ledger.put(entry)
    return entry
