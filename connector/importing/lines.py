"""One row of a file as facts: every cell parsed, every cell that cannot be used named with its reason."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from connector.domain.problem import Problem
from connector.importing import values
from connector.importing.columns import BY_KEY, PRODUCT_KEYS
from connector.importing.mapping import Header, Naming, pick
from connector.importing.packs import spell_pack
from connector.importing.places import Places
from connector.importing.sentences import problem
from connector.importing.sets import Sets
from connector.importing.sheet import Cell, Sheet
from connector.importing.titles import Title, read_title

PARSERS: Mapping[str, Callable[[Cell], Any]] = {
    "description": values.lines,
    "ingredients": values.lines,
    "usage": values.lines,
    "storage": values.lines,
    "warnings": values.lines,
    "name": lambda cell: read_title(values.words(cell)),
    "pack": lambda cell: spell_pack(values.words(cell)),
    "price": values.price,
    "stock": values.pieces,
    "sku": values.sku,
    "weight_g": values.grams,
    "barcode": values.barcode,
    "stars": values.stars,
    "issued_on": values.day,
    "expires_on": values.day,
    "size_cm": values.size,
    "retired": values.yes,
}


_LONG_TEXTS = ("description", "ingredients", "usage", "storage", "warnings")
_LONGEST = {**dict.fromkeys(_LONG_TEXTS, 20_000), "code": 60, "producer_code": 60, "pack": 100, "name": 300}
_LONGEST_OTHER = 500


@dataclass(frozen=True, slots=True)
class RowProblem:
    """A problem of one cell: the row of the file, the heading above it, and its column counted from 0 if it has one."""

    row: int
    column: str
    problem: Problem
    at: int | None = None


@dataclass(slots=True)
class Line:
    """A row in the making. `facts` holds what was said and could be read, by column key."""

    row: int
    cells: Sequence[Cell]
    places: Mapping[str, int | None]
    headings: Sequence[str]
    facts: dict[str, Any] = field(default_factory=dict)
    problems: list[RowProblem] = field(default_factory=list)

    def complain(self, key: str, code: str, *, blocking: bool = True, **values: object) -> None:
        at = self.places.get(key)
        heading = self.headings[at] if at is not None else BY_KEY[key].vi
        self.problems.append(RowProblem(self.row, heading, problem(code, key, blocking=blocking, **values), at))

    @property
    def rejected(self) -> bool:
        return any(found.problem.blocking for found in self.problems)


@dataclass(frozen=True, slots=True)
class Tables:
    """What cells are looked up in."""

    places: Places
    sets: Sets


def read_lines(sheet: Sheet, naming: Naming, header: Header, tables: Tables) -> Iterator[Line]:
    """Every row below the header that has anything in it."""
    merged = dict(_merged(sheet, naming, header))
    for index in range(header.row + 1, len(sheet.grid)):
        cells: list[Cell] = list(sheet.grid[index])
        for column, value in merged.get(index, {}).items():
            cells[column] = value
        if any(not values.is_blank(cell) for cell in cells):
            yield _line(index + 1, cells, naming, header, tables)


def _merged(sheet: Sheet, naming: Naming, header: Header) -> Iterator[tuple[int, dict[int, Cell]]]:
    """What a merged cell says for the rows below its first, for facts of the whole product only: a price or a stock
    over several rows would be a guess."""
    shared = {at for key in PRODUCT_KEYS for at in header.places.get(key, ())}
    rows: dict[int, dict[int, Cell]] = {}
    for (top, left), (bottom, _) in sheet.merges:
        if left in shared and top > header.row:
            for index in range(top + 1, min(bottom + 1, len(sheet.grid))):
                rows.setdefault(index, {})[left] = sheet.grid[top][left]
    yield from rows.items()


def _line(row: int, cells: Sequence[Cell], naming: Naming, header: Header, tables: Tables) -> Line:
    picked = {key: pick(naming, header, cells, key) for key in BY_KEY}
    line = Line(row, cells, {key: at for key, (_, at) in picked.items()}, header.headings)
    parsers = {**PARSERS, "set_no": tables.sets.read}
    for key, (cell, _) in picked.items():
        if key.startswith("province") or values.is_blank(cell):
            continue
        try:
            line.facts[key] = read_cell(key, cell, parsers)
        except values.Unfit as unfit:
            line.complain(key, unfit.code, **unfit.values)
    _title(line)
    _province(line, picked["province"][0], naming, header, tables.places)
    return line


def read_cell(key: str, cell: Cell, parsers: Mapping[str, Callable[[Cell], Any]] = PARSERS) -> Any:
    """What a cell of a column says. Raises Unfit."""
    return _fitting(key, values.usable(cell, parsers.get(key, values.words)))


def _fitting(key: str, value: Any) -> Any:
    limit = _LONGEST.get(key, _LONGEST_OTHER)
    text = value.name if isinstance(value, Title) else value
    if isinstance(text, str) and len(text) > limit:
        raise values.Unfit("text_too_long", length=len(text), limit=limit)
    return value


def _title(line: Line) -> None:
    title = line.facts.pop("name", None)
    if title is not None:
        line.facts["name"] = title.name
        if title.claimed:
            line.facts["claimed"] = title.claimed
        if title.local:
            line.facts.setdefault("delivery_area", "Nội tỉnh")


def _province(line: Line, cell: Cell, naming: Naming, header: Header, places: Places) -> None:
    try:
        written = "" if values.is_blank(cell) else values.usable(cell, values.words)
    except values.Unfit as unfit:
        return line.complain("province", unfit.code, **unfit.values)
    texts = (str(line.cells[at]) for at in header.places.get("province_text", ()) if at < len(line.cells))
    found = places.find(written) if written else None
    found = found or next(filter(None, map(places.find_in, texts)), None)
    if found:
        line.facts["province"] = found
    elif written:
        line.complain(
            "province",
            "province_unknown",
            text=written,
            blocking="province_text" not in naming.columns,
        )
    return None
