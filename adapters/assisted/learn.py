"""Learns a platform's real sheet by its headings: a proposal for a person, never a mapping by itself.

Each column is paired with at most one of our keys, best match first. A column that is nothing of ours keeps its place
in what we write (empty) or is passed over in what we read: columns never shift.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Any

from adapters.assisted.canonical import DETAILS
from adapters.assisted.sheet import cells, letter, sheet_name
from adapters.assisted.template import Template, template
from connector.domain.text import fold
from connector.errors import Complaint, Retry
from connector.ports import Pairing, Proposal

UPLOADS, READINGS = ("content", "offers", "status"), ("result", "export", "orders")
_HEAD_WITHIN = 20  # rows from the top in which headings are looked for
_ENOUGH = 62  # percent; below that two headings have only words in common
_MUST: Mapping[str, tuple[str, ...]] = {
    "content": ("sku", "title", "category", "price", "stock"),
    "offers": ("sku", "price", "stock"),
    "status": ("action",),
    "result": ("row_key", "outcome", "listing_id", "group_id", "code", "reason"),
    "export": ("listing_id", "group_id", "sku", "title", "price", "stock", "state"),
    "orders": ("order", "sku", "quantity", "state", "placed_at"),
}

Synonyms = Mapping[str, Sequence[str]]


@dataclass(frozen=True, slots=True)
class _Sheet:
    """One way to read the file: as which sheet of ours, with the headings in which row."""

    kind: str
    row: int
    head: Sequence[str]
    pairs: Sequence[Pairing]

    @property
    def keys(self) -> list[str]:
        return [pair.key for pair in self.pairs if pair.key]

    @property
    def lacking(self) -> list[str]:
        """Keys that such a sheet must have and this one has not."""
        return [key for key in _MUST[self.kind] if key not in self.keys]

    @property
    def score(self) -> float:
        """The more columns are ours and the surer, the better; what is left over or lacking counts against it."""
        sure = sum(pair.sure for pair in self.pairs if pair.key)
        whole = 1 - len(self.lacking) / len(_MUST[self.kind])
        return sure * whole * len(self.keys) / max(len(self.pairs), 1)


def learn(
    content: bytes, name: str, layout: Mapping[str, Any], synonyms: Synonyms, kind: str = "", version: int = 0
) -> Proposal:
    """`layout` is the version in force, `kind` which sheet it is (empty: found out), `version` the new one's number.
    Raises Complaint for a file without anything that looks like headings of ours."""
    now = template(layout)
    try:
        rows = cells(content, name)
    except Retry as unreadable:
        vi, _, en = str(unreadable).partition(" / ")
        raise Complaint(vi, en) from unreadable
    kinds = [kind] if kind else [*UPLOADS, *READINGS]
    found = [_read(one, number, head, now, synonyms) for one in kinds for number, head in _heads(rows)]
    best = max(found, key=lambda sheet: sheet.score, default=None)
    if best is None or not any(pair.key for pair in best.pairs):
        raise Complaint(
            f"{name}: không thấy dòng tiêu đề nào giống cột của ta trong {_HEAD_WITHIN} dòng đầu.",
            f"{name}: no row of the first {_HEAD_WITHIN} looks like headings.",
        )
    keys, lacking = best.keys, best.lacking
    before = _before(best.kind, now)
    made = {} if lacking else _merged(best, layout, version or now.version + 1, sheet_name(content))
    if made:
        template(made)  # a Complaint names what does not fit together
    same = best.row == _header_row(best.kind, now) and list(best.head) == _headings(best.kind, now)
    return Proposal(best.kind, best.row, best.pairs, lacking, [k for k in before if k not in keys], same, made)


def _heads(rows: Sequence[Sequence[str]]) -> Iterator[tuple[int, Sequence[str]]]:
    """Rows that may be headings: at least two cells of text."""
    for number, row in enumerate(rows[:_HEAD_WITHIN], start=1):
        told = list(row)
        while told and not told[-1]:
            told.pop()
        if sum(bool(fold(cell)) and not cell.isdigit() for cell in told) >= 2:
            yield number, told


def _read(kind: str, row: int, head: Sequence[str], now: Template, synonyms: Synonyms) -> _Sheet:
    """Best match first, one to one."""
    known = _known(kind, now, synonyms)
    matches = sorted(
        ((*_match(heading, names), place, key) for place, heading in enumerate(head) for key, names in known.items()),
        key=lambda one: (-one[0], one[2]),
    )
    taken: dict[int, tuple[str, int, str]] = {}
    for sure, because, place, key in matches:
        if sure >= _ENOUGH and head[place] and place not in taken and key not in {one[0] for one in taken.values()}:
            taken[place] = (key, sure, because)
    pairs = [Pairing(letter(place), heading, *taken.get(place, ("", 0, ""))) for place, heading in enumerate(head)]
    return _Sheet(kind, row, head, pairs)


def _match(heading: str, names: Sequence[tuple[str, str]]) -> tuple[int, str]:
    """The best of a key's names: the same words, the same but for marks, or alike."""
    bare = fold(heading)
    best = (0, "")
    for name, source in names:
        if heading == name:
            found = (100 if source == "version" else 95, source)
        elif bare == fold(name):
            found = (98 if source == "version" else 92, f"{source}, {name}")
        else:
            found = (round(85 * _alike(bare, fold(name))), f"~ {name}")
        best = max(best, found, key=lambda one: one[0])
    return best


def _alike(one: str, other: str) -> float:
    mine, yours = set(one.split()), set(other.split())
    shared = len(mine & yours) / max(len(mine | yours), 1)
    return max(shared, SequenceMatcher(None, one, other).ratio() if shared else 0.0)


def _known(kind: str, now: Template, synonyms: Synonyms) -> dict[str, list[tuple[str, str]]]:
    """The names of each key that this sheet may have: those of the version in force, then the synonyms."""
    if kind in READINGS:
        reading = now.readings.get(kind)
        told = {key: list(names) for key, names in reading.columns.items()} if reading else {}
        keys = list(dict.fromkeys([*told, *_MUST[kind]]))
    else:
        headed = {key: now.column(kind, key).heading for key in now.columns}  # type: ignore[arg-type]
        told = {key: [heading] for key, heading in headed.items() if heading}
        keys = list(now.uploads[kind].columns) if kind != "content" else list(now.columns)  # type: ignore[index]
    return {
        key: [(name, "version") for name in told.get(key, ())] + [(name, "synonym") for name in synonyms.get(key, ())]
        for key in keys
    }


def _before(kind: str, now: Template) -> list[str]:
    return list(now.uploads[kind].columns) if kind in UPLOADS else list(_columns(kind, now))  # type: ignore[index]


def _columns(kind: str, now: Template) -> Mapping[str, Sequence[str]]:
    reading = now.readings.get(kind)
    return reading.columns if reading else {}


def _header_row(kind: str, now: Template) -> int:
    if kind in UPLOADS:
        return now.file.header_row
    reading = now.readings.get(kind)
    return reading.header_row if reading else 0


def _headings(kind: str, now: Template) -> list[str]:
    """The headings in force, in order; a sheet that is read has none of its own (it is read by heading)."""
    if kind in UPLOADS:
        return now.headings(kind)  # type: ignore[arg-type]
    reading = now.readings.get(kind)
    return [names[0] for names in reading.columns.values()] if reading else []


def _merged(sheet: _Sheet, layout: Mapping[str, Any], version: int, called: str) -> dict[str, Any]:
    """The layout with this sheet, called so, as the file has it."""
    made = {**layout, "version": version, "status": "unverified"}
    return _as_upload(sheet, made, called) if sheet.kind in UPLOADS else _as_reading(sheet, made)


def _as_upload(sheet: _Sheet, made: dict[str, Any], called: str) -> dict[str, Any]:
    """Their columns in their order; one that is nothing of ours keeps its place and stays empty. A text that has no
    column any more goes into the description under the heading it had."""
    headings = {pair.key or f"theirs_{number}": pair.heading for number, pair in enumerate(sheet.pairs, start=1)}
    old, columns = made["uploads"][sheet.kind], dict(made["columns"])
    for key in DETAILS:
        if sheet.kind == "content" and key in old["columns"] and key not in headings:
            caption = old.get("headings", {}).get(key) or columns[key]["heading"]
            columns[key] = {"fold_into": "description", "caption": caption}
    if weight := headings.get("weight_g"):
        columns["weight_g"] = {**columns["weight_g"], "as": "kg" if "kg" in fold(weight).split() else "integer"}
    told = {**old, "sheet": called, "columns": list(headings), "headings": headings}
    uploads = {**made["uploads"], sheet.kind: told}
    return {**made, "columns": columns, "uploads": uploads, "file": {**made["file"], "header_row": sheet.row}}


def _as_reading(sheet: _Sheet, made: dict[str, Any]) -> dict[str, Any]:
    old = made.get(sheet.kind, {"states": {}})
    columns = {pair.key: [pair.heading] for pair in sheet.pairs if pair.key}
    ignore = [pair.heading for pair in sheet.pairs if not pair.key and pair.heading]
    return {**made, sheet.kind: {**old, "header_row": sheet.row, "columns": columns, "ignore": ignore}}
