"""Reads .xlsx. Before the reader may load it, the archive is walked once in a stream: a zip bomb, a sheet of a million
rows or a cell in the last corner (whose grid would not fit in memory) is refused here.

The walk also finds what the reader leaves blank without a word: error cells and formulas that were never calculated.
"""

import re
import zipfile
import zlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from html import unescape
from pathlib import Path
from typing import Any

from python_calamine import (
    CalamineError,
    CalamineWorkbook,
    SheetMetadata,
    SheetTypeEnum,
    SheetVisibleEnum,
    load_workbook,
)

from connector.errors import Complaint
from connector.importing.sheet import Broken, Cell, Contents, Limits, Sheet, too_big, wrong_kind

_CHUNK = 1 << 20
_LONGEST_ROW = 8 << 20
_TRACKED = 20_000
_ROW_END = re.compile(rb"</(?:\w+:)?row>")
_CELL = re.compile(rb"<(?:\w+:)?c(\s[^<>]*?)?(?:/>|>(.*?)</(?:\w+:)?c>)", re.S)
_ROW = re.compile(rb"<(?:\w+:)?row\b")
_REF = re.compile(rb'\br="([A-Z]{1,3})(\d{1,7})"')
_FILLED = re.compile(rb"<(?:\w+:)?(?:v|t)(?:\s[^<>]*)?>([^<]+)<")
_ERROR = re.compile(rb'\bt="e"')
_FORMULA = re.compile(rb"<(?:\w+:)?f[\s/>]")
_SHEET = re.compile(rb"<(?:\w+:)?sheet\s[^<>]*?>")
_RELATION = re.compile(rb"<Relationship\s[^<>]*?>")

# What the libraries raise on a damaged or hostile archive.
_DAMAGE = (zipfile.BadZipFile, zlib.error, CalamineError, OSError, EOFError, RuntimeError, ValueError)


@dataclass(slots=True)
class _Walk:
    """What one sheet holds: the last row and column with a value, and the cells without a usable one."""

    rows: int = 0
    columns: int = 0
    at_row: int = -1
    broken: dict[tuple[int, int], Broken] = field(default_factory=dict)


def read_workbook(path: Path, limits: Limits) -> Contents:
    """Every visible sheet that has cells."""
    try:
        walks = _walk_archive(path, limits)
        with load_workbook(path) as book:
            sheets = [_sheet(book, meta.name, walks.get(meta.name)) for meta in book.sheets_metadata if _shown(meta)]
    except _DAMAGE as error:
        raise Complaint(
            f"Tệp {path.name} bị hỏng hoặc không phải Excel thật ({error}). Mở bằng Excel, lưu lại thành .xlsx "
            "rồi thử lại.",
            f"The file {path.name} is damaged or not really Excel ({error}). Open it in Excel, save it again as .xlsx "
            "and retry.",
        ) from error
    return Contents(sheets)


def _shown(meta: SheetMetadata) -> bool:
    return meta.typ == SheetTypeEnum.WorkSheet and meta.visible == SheetVisibleEnum.Visible


def _sheet(book: CalamineWorkbook, name: str, walk: _Walk | None) -> Sheet:
    sheet = book.get_sheet_by_name(name)
    grid: list[list[Cell]] = [[_cell(value) for value in row] for row in sheet.to_python(skip_empty_area=False)]
    for (row, column), broken in (walk.broken if walk else {}).items():
        if row >= len(grid):
            continue
        grid[row].extend([""] * (column + 1 - len(grid[row])))
        grid[row][column] = broken
    return Sheet(name, grid, sheet.merged_cell_ranges or ())


def _cell(value: Any) -> Cell:
    if isinstance(value, datetime):
        return value.date()
    if isinstance(value, time | timedelta):
        return str(value)
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return int(value)
    kept: Cell = value if isinstance(value, str | int | float | date) else str(value)
    return kept


def _walk_archive(path: Path, limits: Limits) -> Mapping[str, _Walk]:
    """Unpack everything once in pieces (the sums in the archive may lie), scanning sheets on the way."""
    left = limits.unpacked_megabytes * 1_000_000
    by_part: dict[str, _Walk] = {}
    with zipfile.ZipFile(path) as archive:
        names = set(archive.namelist())
        if "xl/workbook.xml" not in names:
            raise wrong_kind(path, "tệp nén hoặc tài liệu khác", "an archive or another kind of document")
        if sum(info.file_size for info in archive.infolist()) > left or len(archive.infolist()) > 10_000:
            raise too_big(path, "khi giải nén", f"{limits.unpacked_megabytes} MB")
        for info in archive.infolist():
            chunks = _chunks(archive, info)
            if info.filename.startswith("xl/worksheets/") and info.filename.endswith(".xml"):
                by_part[info.filename] = walk = _Walk()
                chunks = _scanned(chunks, walk, path, limits)
            for chunk in chunks:
                left -= len(chunk)
                if left < 0:
                    raise too_big(path, "khi giải nén", f"{limits.unpacked_megabytes} MB")
        parts = _parts(archive, names)
    return {name: by_part[part] for name, part in parts.items() if part in by_part}


def _chunks(archive: zipfile.ZipFile, info: zipfile.ZipInfo) -> Iterator[bytes]:
    with archive.open(info) as part:
        while chunk := part.read(_CHUNK):
            yield chunk


def _scanned(chunks: Iterable[bytes], walk: _Walk, path: Path, limits: Limits) -> Iterator[bytes]:
    """Pass the pieces on; whole rows are looked at as they come by."""
    rest = b""
    for chunk in chunks:
        yield chunk
        rest += chunk
        ends = list(_ROW_END.finditer(rest))
        if ends:
            _look(rest[: ends[-1].end()], walk)
            rest = rest[ends[-1].end() :]
        if len(rest) > _LONGEST_ROW:
            raise too_big(path, "một dòng quá dài", f"{_LONGEST_ROW >> 20} MB một dòng")
        if walk.rows > limits.rows or walk.columns > limits.columns or walk.rows * walk.columns > limits.cells:
            raise too_big(path, f"{walk.rows} dòng × {walk.columns} cột", f"{limits.rows} dòng × {limits.columns} cột")


def _look(piece: bytes, walk: _Walk) -> None:
    for row in _ROW.split(piece)[1:]:
        walk.at_row += 1
        column = -1
        for attributes, inside in _CELL.findall(row):
            ref = _REF.search(attributes)
            column = _column(ref.group(1)) if ref else column + 1
            walk.at_row = int(ref.group(2)) - 1 if ref else walk.at_row
            _note(walk, column, _ERROR.search(attributes) is not None, inside)


def _note(walk: _Walk, column: int, error: bool, inside: bytes) -> None:
    filled, formula = _FILLED.search(inside), _FORMULA.search(inside)
    if not filled and not formula:
        return
    walk.rows, walk.columns = max(walk.rows, walk.at_row + 1), max(walk.columns, column + 1)
    if len(walk.broken) >= _TRACKED:
        return
    if error:
        walk.broken[walk.at_row, column] = Broken(filled.group(1).decode("ascii", "replace") if filled else "#?")
    elif formula and not filled:
        walk.broken[walk.at_row, column] = Broken()


def _column(letters: bytes) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return number - 1


def _parts(archive: zipfile.ZipFile, names: Iterable[str]) -> dict[str, str]:
    """Which part of the archive holds each sheet."""
    relations = "xl/_rels/workbook.xml.rels"
    if relations not in names:
        return {}
    targets = {}
    for tag in _RELATION.findall(archive.read(relations)):
        target = _attribute(tag, "Target")
        targets[_attribute(tag, "Id")] = target.lstrip("/") if target.startswith("/") else f"xl/{target}"
    return {
        _attribute(tag, "name"): targets.get(_attribute(tag, r"\w+:id"), "")
        for tag in _SHEET.findall(archive.read("xl/workbook.xml"))
    }


def _attribute(tag: bytes, name: str) -> str:
    found = re.search(rf'\s{name}="([^"]*)"'.encode(), tag)
    return unescape(found.group(1).decode("utf-8", "replace")) if found else ""
