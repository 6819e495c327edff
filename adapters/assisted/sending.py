"""Ops on their way out: rows, pictures, packs, and what became of each row."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta
from itertools import groupby

from adapters.assisted import errors
from adapters.assisted.desk import Desk, read_result
from adapters.assisted.errors import Reason
from adapters.assisted.ledger import Entry, Stand
from adapters.assisted.pack import Draft, Pack, keep
from adapters.assisted.results import REFUSED_LAYOUT, Bad, Fate, Good, Verdict, Waiting, outcome
from adapters.assisted.rows import Row, rows_of
from adapters.assisted.template import Template, UploadKind
from adapters.pictures import Frame, fit
from connector.domain.listing import Ticket
from connector.domain.plan import Kind
from connector.errors import Complaint, NeedsConsent, OutcomeUnknown, Refused, Retry
from connector.ports import Outcome, Task

_MOST_SIDE = 2000  # pixels; more is never shown and fills the zip
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
    answered = {task.op.listing: known for task in tasks if (known := _known(at, task)) is not None}
    rows = {task.op.listing: rows_of(task, at.template) for task in tasks if task.op.listing not in answered}
    fates: dict[Row, Fate] = {}
    tickets: dict[Row, str] = {}
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


def _known(at: Desk, task: Task) -> Outcome | None:
    """An answer that needs no sending: refused before, after the receipt; or a create whose fate is still open."""
    refused = at.ledger.refused(task.op.fingerprint)
    if refused is not None:
        return Refused((Reason(*refused).problem(),), code=refused[0])
    if task.op.kind is Kind.CREATE:
        for entry in at.ledger.all():
            if entry.open and any(row.creates for row in entry.of(task.desired.skus)):
                return OutcomeUnknown(f"pack {entry.pack} has no result yet: nothing is sent twice")
    return None


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
            names, pictures = _pictures(at, of_listing)
        except Refused as refused:
            fates |= dict.fromkeys(of_listing, refused)
            continue
        size = filling.size + sum(map(len, pictures.values()))
        full = len(filling.rows) + len(of_listing) > file.max_rows or size > file.max_zip_mb * 1024 * 1024
        if filling.rows and full:
            yield Draft(kind, filling.rows, filling.names, filling.pictures)
            filling = _Filling()
        filling.rows += of_listing
        filling.names |= names
        filling.pictures |= pictures
    if filling.rows:
        yield Draft(kind, filling.rows, filling.names, filling.pictures)


def _pictures(at: Desk, rows: Iterable[Row]) -> tuple[dict[str, str], dict[str, bytes]]:
    """File names by sha256, and the files that the seller centre's album does not have yet."""
    names: dict[str, str] = {}
    files: dict[str, bytes] = {}
    limits, notebook = at.template.limits, at.connection.notebook
    frame = Frame(limits.picture_side, _MOST_SIDE, limits.picture_kb * 1024)
    for row in rows:
        for sha in row.pictures:
            if sha in names:
                continue
            there = notebook.get("picture", sha) if at.template.file.album else None
            if there:
                names[sha] = str(there)
                continue
            content = fit(_read(at, sha), frame)
            ending = ".png" if content.startswith(b"\x89PNG") else ".jpg"
            names[sha] = f"{row.sku}_{sha[:12]}{ending}"
            files[names[sha]] = content
    return names, files


def _read(at: Desk, sha: str) -> bytes:
    try:
        return at.connection.pictures.read(sha)
    except Complaint as lost:
        raise Refused((Reason("picture_lost", lost.vi).problem(),), code="picture_lost") from lost


def _carry(at: Desk, draft: Draft, *, started: bool) -> tuple[str, dict[Row, Fate]]:
    """One pack out and, where the carrier is quick, its result back. `started`: other packs of the group have left."""
    pack = keep(draft, at.origin, at.template, at.folder / "outbox")
    until = at.now + timedelta(hours=at.template.wait.handed_over_hours)
    entry = Entry(pack.name, at.now, Stand.WRITTEN, pack.rows, until)
    at.ledger.put(entry)
    try:
        entry = replace(entry, stand=Stand.OUT, ticket=at.carrier.send(pack))
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
            _remember(at, row, draft)
        elif isinstance(verdict, Bad) and (fate := _album_lost(at, row, draft, verdict)):
            fates[row] = fate
    made = sum(row.creates and isinstance(fate, Good) for row, fate in fates.items())
    at.expect_rows(at.known_rows + made)
    return fates


def _remember(at: Desk, row: Row, draft: Draft) -> None:
    if at.template.file.album:
        for sha in row.pictures:
            if draft.names[sha] in draft.pictures:
                at.connection.notebook.put("picture", sha, draft.names[sha])
    at.ledger.accepted(row.sku)


def _album_lost(at: Desk, row: Row, draft: Draft, verdict: Bad) -> Retry | None:
    """The album no longer has a picture that we took for sent: it goes along next time."""
    relied = [sha for sha in row.pictures if draft.names[sha] not in draft.pictures]
    if not relied or all(reason.code != errors.NO_PICTURE for reason in verdict.reasons):
        return None
    for sha in relied:
        at.connection.notebook.put("picture", sha, "")
    return Retry("the album has lost a picture: it is sent again", after=1, code=errors.NO_PICTURE)
