"""Which packs are out, with which rows: written down before a pack leaves, so that nothing goes out twice blindly."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from typing import Any

from adapters.assisted.rows import Row
from connector.ports import Notebook

_KIND = "pack"
_DENIED = "denied"
_REFUSED = "refused"


class Stand(StrEnum):
    """Where a pack is."""

    WRITTEN = "written"  # about to be handed over; whether it was is not known yet
    OUT = "out"  # handed over, its result is not back
    DONE = "done"  # every row has its result
    VOID = "void"  # it surely never arrived, or was taken back


@dataclass(frozen=True, slots=True)
class Sent:
    """A row of a pack, as far as it matters later. `fields` are facts that the row would change."""

    key: str
    listing: int
    sku: str
    creates: bool
    fields: tuple[str, ...]
    fingerprint: str


@dataclass(frozen=True, slots=True)
class Entry:
    """A pack in the ledger. `until`: after this an export counts for more than the missing result; `ticket` is the
    carrier's own number; `ended`: the time of the result; `bad`: SKU -> code and words of rows refused afterwards;
    `by`: the pack that took the place of this one, which nobody had carried; `what`: the kind of
    upload, `count` its rows, kept when `rows` are dropped."""

    pack: str
    at: datetime
    stand: Stand
    rows: tuple[Sent, ...]
    until: datetime
    ticket: str = ""
    ended: datetime | None = None
    bad: Mapping[str, Sequence[str]] = field(default_factory=dict)
    by: str = ""
    what: str = ""
    count: int = 0

    @property
    def open(self) -> bool:
        return self.stand in (Stand.WRITTEN, Stand.OUT)

    def hides(self, read_at: datetime) -> bool:
        """A picture taken at `read_at` cannot show what this pack did or may still do."""
        if self.open:
            return read_at <= self.until
        return self.stand is Stand.DONE and self.ended is not None and self.ended > read_at

    def overlaps(self, rows: Iterable[tuple[str, frozenset[str]]]) -> bool:
        """It would write a field that one of these (SKU, fields) writes too."""
        return any(row.sku == sku and fields.intersection(row.fields) for row in self.rows for sku, fields in rows)

    def carries(self, sku: str, fields: frozenset[str], fingerprint: str) -> bool:
        """It is out with exactly this row."""
        return self.stand is Stand.OUT and any(
            (row.sku, row.fingerprint) == (sku, fingerprint) and fields == set(row.fields) for row in self.rows
        )

    def of(self, skus: Iterable[str]) -> list[Sent]:
        wanted = set(skus)
        return [row for row in self.rows if row.sku in wanted]


def sent(row: Row, pack: str) -> Sent:
    fields = tuple(sorted(row.own | row.shared))
    return Sent(f"{row.sku}#{pack}", row.listing, row.sku, row.creates, fields, row.fingerprint)


class Ledger:
    """The notebook's pages about packs. Rows of a closed pack are dropped once a later picture shows the shop."""

    def __init__(self, notebook: Notebook) -> None:
        self._notebook = notebook

    def put(self, entry: Entry) -> None:
        self._notebook.put(_KIND, entry.pack, _plain(entry))

    def get(self, pack: str) -> Entry | None:
        raw = self._notebook.get(_KIND, pack)
        return None if raw is None else _entry(pack, raw)

    def all(self) -> list[Entry]:
        return [_entry(pack, raw) for pack, raw in sorted(self._notebook.all(_KIND).items())]

    def tidy(self, entries: Iterable[Entry], read_at: datetime) -> None:
        for entry in entries:
            if entry.rows and not entry.open and not entry.hides(read_at):
                self.put(replace(entry, rows=()))

    def refuse_later(self, row: Sent, code: str, words: str) -> None:
        """A refusal that came after the receipt: the same op is answered at once next time, and what its fields
        show over there is no longer believed to be ours."""
        self._notebook.put(_REFUSED, row.fingerprint, [code, words])
        self._notebook.put(_DENIED, row.sku, list(row.fields))

    def refused(self) -> Mapping[str, Sequence[str]]:
        """Code and words by the fingerprint of the op."""
        return self._notebook.all(_REFUSED)

    def denied(self) -> Mapping[str, Sequence[str]]:
        """Fields by SKU that were refused after the receipt, until a later row of the SKU is taken."""
        return self._notebook.all(_DENIED)

    def accepted(self, skus: Iterable[str]) -> None:
        denied = self.denied()
        for sku in skus:
            if denied.get(sku):
                self._notebook.put(_DENIED, sku, [])


def _plain(entry: Entry) -> dict[str, Any]:
    return {
        "at": entry.at.isoformat(),
        "until": entry.until.isoformat(),
        "stand": entry.stand.value,
        "rows": [[r.key, r.listing, r.sku, r.creates, list(r.fields), r.fingerprint] for r in entry.rows],
        "ticket": entry.ticket,
        "ended": entry.ended.isoformat() if entry.ended else None,
        "bad": {sku: list(reason) for sku, reason in entry.bad.items()},
        "by": entry.by,
        "what": entry.what,
        "count": entry.count,
    }


def _entry(pack: str, raw: Mapping[str, Any]) -> Entry:
    rows = (Sent(key, listing, sku, creates, tuple(f), print_) for key, listing, sku, creates, f, print_ in raw["rows"])
    ended = raw["ended"]
    return Entry(
        pack=pack,
        at=datetime.fromisoformat(raw["at"]),
        stand=Stand(raw["stand"]),
        rows=tuple(rows),
        until=datetime.fromisoformat(raw["until"]),
        ticket=raw["ticket"],
        ended=datetime.fromisoformat(ended) if ended else None,
        bad=raw["bad"],
        by=raw.get("by", ""),
        what=raw.get("what", ""),
        count=raw.get("count", len(raw["rows"])),
    )
