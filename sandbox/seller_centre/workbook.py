"""Workbooks in and out: bounded before they are opened, because a small .xlsx can unpack to a mountain."""

import io
import re
import zipfile
from collections.abc import Iterable, Sequence
from typing import Any

import xlsxwriter
from python_calamine import CalamineError, CalamineWorkbook

from sandbox.seller_centre.errors import NO_ZIP, FileRefused, broken

MIME = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
FILE_LIMIT = 20 * 1024 * 1024
UNPACKED_LIMIT = 200 * 1024 * 1024
ROW_LIMIT, COLUMN_LIMIT = 20_000, 200
"""The reader lays a sheet out as a full rectangle: two far-apart cells would cost gigabytes."""

_PLACE = re.compile(rb"\sr\s*=\s*[\"']([A-Za-z]*)(\d+)[\"']")
_CHUNK = 1 << 20
_OVERLAP = 64

Cell = Any
Rows = list[list[Cell]]


def read(data: bytes, sheet_name: str | None = None) -> Rows:
    """The cells of the named sheet (None: the first), from cell A1; FileRefused with the reason."""
    check_size(data)
    try:
        book = CalamineWorkbook.from_filelike(io.BytesIO(data))
        name = sheet_name or book.sheet_names[0]
        if name not in book.sheet_names:
            found = ", ".join(f"«{one}»" for one in book.sheet_names)
            raise broken(f"Không có trang tính «{name}»; tệp có {found}.")
        rows: Rows = book.get_sheet_by_name(name).to_python(skip_empty_area=False)
    except (CalamineError, IndexError) as error:
        raise broken("Tệp .xlsx bị hỏng, không đọc được.") from error
    return rows


def check_size(data: bytes) -> None:
    """Refuses what is no workbook, too large, or unpacks to too much."""
    if len(data) > FILE_LIMIT:
        raise broken("Tệp lớn hơn 20 MB.")
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as pack:
            if sum(entry.file_size for entry in pack.infolist()) > UNPACKED_LIMIT:
                raise broken("Tệp bung ra lớn hơn 200 MB.")
            sheets = [e for e in pack.infolist() if e.filename.startswith("xl/worksheets/")]
            for entry in sheets:
                _check_extent(pack, entry)
    except FileRefused:
        raise
    except NO_ZIP as error:
        raise broken("Tệp không phải là .xlsx.") from error


def _check_extent(pack: zipfile.ZipFile, entry: zipfile.ZipInfo) -> None:
    tail = b""
    with pack.open(entry) as stream:
        while chunk := stream.read(_CHUNK):
            for letters, digits in _PLACE.findall(tail + chunk):
                if len(digits) > 7 or int(digits) > ROW_LIMIT or _column(letters) > COLUMN_LIMIT:
                    raise broken(f"Trang tính rộng hơn {COLUMN_LIMIT} cột hoặc dài hơn {ROW_LIMIT} dòng.")
            tail = chunk[-_OVERLAP:]


def _column(letters: bytes) -> int:
    number = 0
    for letter in letters.upper()[:4]:
        number = number * 26 + letter - 64
    return number


def write(sheets: Sequence[tuple[str, Iterable[Sequence[Cell]]]], bold_row: int = 0) -> bytes:
    """A workbook of named sheets; text stays text, whatever it begins with."""
    buffer = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(buffer, options) as book:
        head = book.add_format({"bold": True, "bg_color": "#EFEFEF", "text_wrap": True, "valign": "top"})
        for name, rows in sheets:
            sheet = book.add_worksheet(name)
            sheet.set_column(0, 40, 18)
            sheet.freeze_panes(bold_row + 1, 0)
            for y, row in enumerate(rows):
                for x, value in enumerate(row):
                    _put(sheet, y, x, value, head if y == bold_row else None)
    return buffer.getvalue()


def _put(sheet: Any, y: int, x: int, value: Cell, form: Any) -> None:
    if value is None or value == "":
        return
    if isinstance(value, int | float) and not isinstance(value, bool):
        sheet.write_number(y, x, value, form)
    else:
        sheet.write_string(y, x, str(value), form)
