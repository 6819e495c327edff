"""Ops on their way out: rows, pictures, packs, and what became of each row."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta
from itertools import groupby

from adapters.assisted import album
from adapters.assisted.desk import Desk
from adapters.assisted.errors import Reason
from adapters.assisted.fates import Fate, Waiting, outcome
from adapters.assisted.ledger import Entry, Stand
from adapters.assisted.pack import Draft, Pack, keep
from adapters.assisted.results import REFUSED_LAYOUT, Bad, Good, Verdict
from adapters.assisted.rows import Row, rows_of
from adapters.assisted.settling import read_result
from adapters.assisted.template import Template, UploadKind
from connector.domain.listing import Ticket
from connector.domain.plan import Kind
from connector.errors import NeedsConsent, OutcomeUnknown, Refused, Retry
from connector.ports import Outcome, Task

_IN_ORDER: tuple[UploadKind, ...] = ("content", "offers", "status")


def batches(tasks: Sequence[Task], template: Template) -> Iterator[Sequence[Task]]:
    """As many listings as one file holds; one category each where the seller centre wants that."""
    single = template.file.one_category_per_file
    ordered = sorted(tasks, key=lambda task: task.desired.category) if single else tasks
    for _, alike in groupby(ordered, key=lambda task: task.desired.category if single else ""):
        group: list[Task] = []
        rows = 0
        for task in alike:
            more = len(rows_of(task, template))
            if group and rows + more > template.file.max_rows:
                yield group
                group, rows = [], 0
            group.append(task)
            rows += more
        yield group


def send(at: Desk, tasks: Sequence[Task]) -> Mapping[int, Outcome]:
    """Raises Retry or NeedsConsent only while nothing has been sent."""
    entries = [entry for entry in at.ledger.all() if entry.open]
    out = {row.sku: entry.pack for entry in entries for row in entry.rows if row.creates}
    refused = at.ledger.refused()
    answered = {task.op.listing: known for task in tasks if (known := _known(task, refused, out)) is not None}
    rows = {task.op.listing: rows_of(task, at.template) for task in tasks if task.op.listing not in answered}
    fates: dict[Row, Fate] = {}
    tickets: dict[Row, str] = {}
    for row in (row for listing in rows.values() for row in listing):
        if (last := _out_already(row, entries)) is not None:
            fates[row], tickets[row] = Waiting(at.pack_ticket(last.pack)), last.ticket
    for kind in _IN_ORDER:
        due = [row for listing in rows.values() for row in listing if row.upload == kind and row not in fates]
        for draft in _drafts(at, kind, due, fates):
            ticket, found = _carry(at, draft, started=any(isinstance(f, Good | Waiting) for f in fates.values()))
            fates |= found
            tickets |= dict.fromkeys(draft.rows, ticket)
        _hold_back(rows, fates)
    for task in tasks:
        if task.op.listing in rows:
            mine = {row: fates[row] for row in rows[task.op.listing]}
            request = next((tickets[row] for row in mine if row in tickets), "")
            answered[task.op.listing] = outcome(mine, task.op.ref, _review(at, task), request)
    return answered


def _known(task: Task, refused: Mapping[str, Sequence[str]], out: Mapping[str, str]) -> Outcome | None:
    """An answer that needs no sending: refused before, after the receipt; or a create of a SKU that is out already."""
    if before := refused.get(task.op.fingerprint):
        return Refused((Reason(*before).problem(),), code=before[0])
    packs = {out[sku] for sku in task.desired.skus if sku in out}
    if task.op.kind is Kind.CREATE and packs:
        return OutcomeUnknown(f"pack {', '.join(sorted(packs))} has no result yet: nothing is sent twice")
    return None


def _out_already(row: Row, entries: Sequence[Entry]) -> Entry | None:
    """The newest open pack that touches these fields, if it is out with exactly this row: nothing is sent twice."""
    fields = row.own | row.shared
    touching = [entry for entry in entries if entry.overlaps([(row.sku, fields)])]
    last = max(touching, key=lambda entry: (entry.at, entry.pack), default=None)
    return last if last is not None and last.carries(row.sku, fields, row.fingerprint) else None


def _hold_back(rows: Mapping[int, Sequence[Row]], fates: dict[Row, Fate]) -> None:
    """What takes variants away waits until what makes their successors went through."""
    for listing in rows.values():
        if any(row in fates and not isinstance(fates[row], Good) for row in listing):
            fates |= {row: Retry("an earlier row did not go through") for row in listing if row not in fates}


def _review(at: Desk, task: Task) -> Ticket | None:
    if task.op.kind not in (Kind.CREATE, Kind.REVISE):
        return None
    soon = timedelta(seconds=at.connection.channel.confirm_seconds)
    return Ticket("review", task.op.ref.item or task.desired.code, at.now + soon)


@dataclass(slots=True)
class _Filling:
    """A draft being filled up."""

    rows: list[Row] = field(default_factory=list)
    names: dict[str, str] = field(default_factory=dict)
    pictures: dict[str, bytes] = field(default_factory=dict)

    @property
    def size(self) -> int:
        return sum(map(len, self.pictures.values()))


def _drafts(at: Desk, kind: UploadKind, rows: Sequence[Row], fates: dict[Row, Fate]) -> Iterator[Draft]:
    """Whole listings together, within rows and bytes of one upload; a listing without usable pictures is refused."""
    file, filling = at.template.file, _Filling()
    for _, group in groupby(rows, key=lambda row: row.listing):
        of_listing = list(group)
        try:
            more = album.pictures(at, of_listing, filling.names)
            size = filling.size + sum(map(len, more[1].values()))
            full = len(filling.rows) + len(of_listing) > file.max_rows or size > file.max_zip_mb * 1024 * 1024
            if filling.rows and full:
                yield Draft(kind, filling.rows, filling.names, filling.pictures)
                filling = _Filling()
                more = album.pictures(at, of_listing, {})
        except Refused as refused:
            fates |= dict.fromkeys(of_listing, refused)
            continue
        filling.rows += of_listing
        filling.names |= more[0]
        filling.pictures |= more[1]
    if filling.rows:
        yield Draft(kind, filling.rows, filling.names, filling.pictures)


def _carry(at: Desk, draft: Draft, *, started: bool) -> tuple[str, dict[Row, Fate]]:
    """One pack out and, where the carrier is quick, its result back. `started`: other packs of the group have left."""
    before = _uncarried(at, draft)
    pack = keep(draft, at.origin, at.template, at.packs)
    until = at.now + timedelta(hours=at.template.wait.handed_over_hours)
    entry = Entry(pack.name, at.now, Stand.WRITTEN, pack.rows, until, what=pack.kind, count=len(pack.rows))
    at.ledger.put(entry)
    for old in before:
        at.ledger.put(replace(old, stand=Stand.VOID, by=pack.name))
    try:
        entry = replace(entry, stand=Stand.OUT, ticket=at.carrier.send(pack))
        at.receipts.note("out", "pack", pack.name, pack.sha256, at.now, at.carrier.who)
    except OutcomeUnknown as unknown:
        return "", dict.fromkeys(draft.rows, unknown)
    except (Retry, NeedsConsent, Refused) as nothing:
        at.ledger.put(replace(entry, stand=Stand.VOID))
        return "", dict.fromkeys(draft.rows, _nothing_happened(nothing, started=started))
    try:
        entry, found = read_result(at, entry)
    except (Retry, NeedsConsent) as stop:
        if stop.code == REFUSED_LAYOUT:
            return entry.ticket, dict.fromkeys(draft.rows, _nothing_happened(stop, started=started))
        at.ledger.put(entry)  # it is over there, only the result cannot be had yet
        found = {}
    return entry.ticket, _fates(at, draft, pack, found)


def _uncarried(at: Desk, draft: Draft) -> list[Entry]:
    """Packs with older values for the same fields, taken back before anybody carried them: whichever of two packs were
    uploaded last would win. What else they held shows as not arrived, and is planned again."""
    fields = [(row.sku, row.own | row.shared) for row in draft.rows]
    out = [entry for entry in at.ledger.all() if entry.stand is Stand.OUT and entry.overlaps(fields)]
    return [entry for entry in out if at.carrier.withdraw(entry.pack)]


def _nothing_happened(trouble: Retry | NeedsConsent | Refused, *, started: bool) -> Fate:
    if isinstance(trouble, Refused):
        return trouble
    if not started:
        raise trouble
    return trouble if isinstance(trouble, Retry) else Retry(str(trouble), code=trouble.code)


def _fates(at: Desk, draft: Draft, pack: Pack, found: Mapping[str, Verdict]) -> dict[Row, Fate]:
    fates: dict[Row, Fate] = {}
    waiting = Waiting(at.pack_ticket(pack.name))
    for row, sent in zip(draft.rows, pack.rows, strict=True):
        verdict = found.get(sent.key)
        fates[row] = waiting if verdict is None else verdict
        if isinstance(verdict, Good):
            album.remember(at, row, draft)
        elif isinstance(verdict, Bad) and (fate := album.lost(at, row, draft, verdict)):
            fates[row] = fate
    at.ledger.accepted(row.sku for row, fate in fates.items() if isinstance(fate, Good))
    made = sum(row.creates and isinstance(fate, Good) for row, fate in fates.items())
    at.expect_rows(at.known_rows + made)
    return fates
