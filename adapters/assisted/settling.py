"""What became of packs: read when they come back, or found out when their sender is long gone."""

from dataclasses import replace
from datetime import timedelta

from adapters.assisted.desk import Desk
from adapters.assisted.ledger import Entry, Stand
from adapters.assisted.results import REFUSED_LAYOUT, Bad, Verdict, verdicts
from connector.errors import NeedsConsent


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
    if whole and delivery:
        at.took(delivery, "result")
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
    at.ledger.accepted(row.sku for row in entry.rows if row.sku not in bad)
    entry = replace(entry, bad=bad)
    at.ledger.put(entry)
    return entry


def _never_arrived(at: Desk, entry: Entry) -> Entry:
    """Once it cannot be on its way any more; the platform may take a while to show what it took."""
    if at.now < entry.at + timedelta(seconds=at.connection.channel.settle_seconds):
        return entry
    entry = replace(entry, stand=Stand.VOID)
    at.ledger.put(entry)
    return entry
