"""The rows that were sent back, as a workbook: the same columns, beside each column at fault one that says why, and
before all of them what concerns a column that the file lacks.

Columns headed "Lỗi: …" and the row number mean nothing to the importer, so the mended file can be imported as it is.
"""

from collections import defaultdict
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any

import xlsxwriter

from connector.errors import Complaint
from connector.importing.lines import Line
from connector.importing.sheet import Broken, Cell

_FIRST = "Dòng\nRow"
_OTHERS = "Lỗi khác\nOther problems"

_LINE = 15  # points
_REASON = 42  # characters


def write_rejects(path: Path, lines: Sequence[Line]) -> None:
    """Only what blocks is told; `lines` all come from one sheet."""
    headings = lines[0].headings
    columns = sorted({found.at for line in lines for found in _blocking(line) if found.at is not None})
    layout: list[tuple[str, int | None]] = []
    for index in range(max(len(headings), *(len(line.cells) for line in lines))):
        layout.append((headings[index] if index < len(headings) else "", index))
        if index in columns:
            layout.append((f"Lỗi: {headings[index]}", None))
    try:
        with xlsxwriter.Workbook(path, {"strings_to_formulas": False, "strings_to_urls": False}) as book:
            _write(book, lines, layout)
    except (OSError, xlsxwriter.exceptions.FileCreateError) as error:
        raise Complaint(
            f"Không ghi được tệp các dòng lỗi {path}: {error}. Đóng tệp nếu đang mở trong Excel, hoặc chọn nơi khác.",
            f"Cannot write the workbook of rejected rows {path}: {error}. Close it in Excel, or choose another place.",
        ) from error


def _write(book: Any, lines: Sequence[Line], layout: Sequence[tuple[str, int | None]]) -> None:
    sheet = book.add_worksheet("Dòng lỗi")
    head = book.add_format({"bold": True, "text_wrap": True, "valign": "top", "bg_color": "#E8EEF4"})
    wrap = book.add_format({"text_wrap": True, "valign": "top", "font_color": "#9C0006"})
    formats = {
        "bad": book.add_format({"bg_color": "#FFC7CE", "valign": "top"}),
        "day": book.add_format({"num_format": "dd/mm/yyyy", "valign": "top"}),
        "plain": book.add_format({"valign": "top"}),
    }
    others = any(None in _reasons(line) for line in lines)
    before = [_FIRST, _OTHERS] if others else [_FIRST]
    for column, title in enumerate([*before, *(title for title, _ in layout)]):
        sheet.write_string(0, column, title, head)
        index = layout[column - len(before)][1] if column >= len(before) else None
        sheet.set_column(column, column, _REASON if title.startswith("Lỗi") else _wide(lines, index))
    sheet.set_row(0, 3 * _LINE)
    sheet.freeze_panes(1, 1)
    sheet.set_landscape()
    sheet.set_paper(9)  # A4
    sheet.repeat_rows(0)
    for at, line in enumerate(lines, start=1):
        reasons = _reasons(line)
        sheet.set_row(at, _LINE * max(_lines(told) for told in reasons.values()))
        sheet.write_number(at, 0, line.row, formats["plain"])
        for place, (_, index) in enumerate(layout):
            column, previous = place + len(before), layout[place - 1][1]
            if index is not None and index < len(line.cells):
                _put(sheet, at, column, line.cells[index], formats, bad=index in reasons)
            elif index is None and previous in reasons:
                sheet.write_string(at, column, reasons[previous], wrap)
        if others:
            sheet.write_string(at, 1, reasons.get(None, ""), wrap)


def _blocking(line: Line) -> list[Any]:
    return [found for found in line.problems if found.problem.blocking]


def _reasons(line: Line) -> dict[int | None, str]:
    """Sentences by column; None holds those about a column the file does not have."""
    said: dict[int | None, list[str]] = defaultdict(list)
    for found in _blocking(line):
        lead = "" if found.at is not None else f"{found.column}: "
        said[found.at].append(f"{lead}{found.problem.vi}\n{found.problem.en}")
    return {at: "\n".join(sentences) for at, sentences in said.items()}


def _wide(lines: Sequence[Line], index: int | None) -> int:
    """Characters; a long text is cut on the screen only."""
    cells = [line.cells[index] for line in lines if index is not None and index < len(line.cells)]
    return max(10 if index is None else 16, min(max((len(str(cell)) for cell in cells), default=0) + 2, 36))


def _lines(told: str) -> int:
    """Lines that a reason takes in its column; not every program finds a row's height by itself."""
    return sum(-(-max(len(part), 1) // (_REASON - 4)) for part in told.splitlines())


def _put(sheet: Any, row: int, column: int, cell: Cell, formats: dict[str, Any], *, bad: bool) -> None:
    style = formats["bad" if bad else "plain"]
    if isinstance(cell, Broken):
        sheet.write_string(row, column, cell.shown, style)
    elif isinstance(cell, bool):
        sheet.write_boolean(row, column, cell, style)
    elif isinstance(cell, int | float):
        sheet.write_number(row, column, cell, style)
    elif isinstance(cell, date):
        sheet.write_datetime(row, column, cell, formats["day"])
    else:
        sheet.write_string(row, column, cell[:32_767], style)
