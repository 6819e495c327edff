"""Named column mappings: which of our columns a foreign file calls what. Data in config/mappings/<name>.toml.

Each of our columns lists headings in order: the first that is there and filled counts.
"""

import re
import tomllib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from connector.domain.text import fold, tidy
from connector.errors import Complaint
from connector.importing.columns import BY_KEY
from connector.importing.sheet import Cell
from connector.importing.values import is_blank, words

_SEARCHED_ROWS = 20


@dataclass(frozen=True, slots=True)
class Naming:
    """One mapping. `detect` are headings that give such a file away; `constants` fill a column that has no cell;
    `transforms` change a cell before it is parsed, as "name" or "name:argument"."""

    name: str
    title: str
    columns: Mapping[str, Sequence[str]]
    detect: Sequence[str] = ()
    constants: Mapping[str, str] = field(default_factory=dict)
    transforms: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Header:
    """Where a sheet's headings stand and which of our columns each cell position serves, best first."""

    row: int
    headings: Sequence[str]
    places: Mapping[str, Sequence[int]]


def _prefix(cell: Cell, argument: str) -> Cell:
    return cell if is_blank(cell) else argument + words(cell)


def _if_yes(cell: Cell, argument: str) -> Cell:
    return argument if fold(words(cell)) in ("yes", "co") else ""


TRANSFORMS: Mapping[str, Callable[[Cell, str], Cell]] = {"prefix": _prefix, "if_yes": _if_yes}


def load_namings(folder: Path) -> dict[str, Naming]:
    """Every mapping by name. A Complaint names the file and the key that is wrong."""
    return {path.stem: _load(path) for path in sorted(folder.glob("*.toml"))}


def _load(path: Path) -> Naming:
    try:
        raw: dict[str, Any] = tomllib.loads(path.read_text(encoding="utf-8"))
        naming = Naming(name=path.stem, **raw)
    except (tomllib.TOMLDecodeError, TypeError) as error:
        raise Complaint(f"{path.name}: không đọc được: {error}", f"{path.name}: cannot be read: {error}") from error
    unknown = (set(naming.columns) | set(naming.constants) | set(naming.transforms)) - set(BY_KEY)
    unknown |= {rule for rule in naming.transforms.values() if rule.partition(":")[0] not in TRANSFORMS}
    if unknown:
        names = ", ".join(sorted(unknown))
        raise Complaint(
            f"{path.name}: không có cột hoặc phép «{names}».", f"{path.name}: no such column or rule: {names}."
        )
    return naming


def find_header(naming: Naming, grid: Sequence[Sequence[Cell]], wanted: Sequence[str] = ()) -> Header | None:
    """The first row that holds the headings `wanted` (else two of the mapping's, the name among them)."""
    for index, row in enumerate(grid[:_SEARCHED_ROWS]):
        keys = [heading_keys(cell) for cell in row]
        places = {column: _positions(headings, keys) for column, headings in naming.columns.items()}
        places = {column: found for column, found in places.items() if found}
        if wanted:
            fits = all(_positions([heading], keys) for heading in wanted)
        else:
            fits = "name" in places and len(places) > 1
        if fits:
            return Header(index, [heading_text(cell) for cell in row], places)
    return None


def _positions(headings: Sequence[str], keys: Sequence[frozenset[str]]) -> list[int]:
    found = (next((i for i, key in enumerate(keys) if fold(heading) in key), None) for heading in headings)
    return list(dict.fromkeys(index for index in found if index is not None))


def heading_text(cell: Cell) -> str:
    return tidy(str(cell).split("\n")[0]) if isinstance(cell, str) else words(cell)


def heading_keys(cell: Cell) -> frozenset[str]:
    """A heading of two lines answers to each of them; stars and notes in brackets do not count."""
    if not isinstance(cell, str):
        return frozenset()
    parts = {fold(part) for part in (cell, *cell.split("\n"))} | {fold(re.sub(r"\(.*?\)|\*", "", cell.split("\n")[0]))}
    return frozenset(part for part in parts if part)


def pick(naming: Naming, header: Header, row: Sequence[Cell], column: str) -> tuple[Cell, int | None]:
    """The cell that answers for a column and its position; blank and None where nothing does."""
    places = header.places.get(column, ())
    at = next((i for i in places if i < len(row) and not is_blank(row[i])), None)
    cell: Cell = row[at] if at is not None else ""
    rule, _, argument = naming.transforms.get(column, "").partition(":")
    if rule and at is not None:
        cell = TRANSFORMS[rule](cell, argument)
    if is_blank(cell):
        cell = naming.constants.get(column, "")
    return cell, at if at is not None else next(iter(places), None)
