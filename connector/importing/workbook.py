"""Reads .xlsx with a fast reader, once the archive was walked and found harmless."""

import zipfile
import zlib
from datetime import datetime, time, timedelta
from pathlib import Path
from typing import Any
from xml.parsers.expat import ExpatError

from python_calamine import (
    CalamineError,
    CalamineWorkbook,
    SheetMetadata,
    SheetTypeEnum,
    SheetVisibleEnum,
    load_workbook,
)

from connector.errors import Complaint
from connector.importing.archive import Walk, walk
from connector.importing.sheet import Cell, Contents, Limits, Sheet

# What the libraries raise on a damaged or hostile archive.
_DAMAGE = (
    zipfile.BadZipFile,
    zlib.error,
    ExpatError,
    CalamineError,
    OSError,
    EOFError,
    LookupError,
    RuntimeError,
    ValueError,
)


def read_workbook(path: Path, limits: Limits) -> Contents:
    """Every visible sheet that has cells."""
    try:
        walks = walk(path, limits)
        with load_workbook(path) as book:
            names = [meta.name for meta in book.sheets_metadata if _shown(meta) and meta.name in walks]
            sheets = [_sheet(book, name, walks[name]) for name in names]
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


def _sheet(book: CalamineWorkbook, name: str, walked: Walk) -> Sheet:
    sheet = book.get_sheet_by_name(name)
    grid: list[list[Cell]] = [[_cell(value) for value in row] for row in sheet.to_python(skip_empty_area=False)]
    for (row, column), broken in walked.broken.items():
        grid.extend([] for _ in range(row + 1 - len(grid)))
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
    kept: Cell = value
    return kept
