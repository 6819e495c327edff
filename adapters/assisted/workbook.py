"""Workbooks that go out: what is text stays text, the same rows give the same bytes."""

import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

import xlsxwriter

from adapters.assisted.template import Template, UploadKind

Cells = Mapping[str, str | int | float]
_MADE = datetime(2026, 1, 1)  # noqa: DTZ001 - stands in each file instead of the time of writing, which would change its hash

_HEAD_HEIGHT = 36  # points: two lines of a heading
_WIDEST = 44  # characters


@dataclass(frozen=True, slots=True)
class Sheet:
    """One table: headings with their widths in row `header_row`, rows of cells below."""

    name: str
    headings: Sequence[str]
    rows: Sequence[Sequence[str | int | float]]
    widths: Sequence[int]
    header_row: int = 1
    above: Sequence[str] = ()
    choices: Mapping[int, Sequence[str]] | None = None


def upload_sheet(kind: UploadKind, rows: Sequence[Cells], template: Template) -> Sheet:
    """Rows in the order and under the headings of one kind of upload."""
    upload = template.uploads[kind]
    columns = [template.column(kind, key) for key in upload.columns]
    words = template.words
    actions = (words.create, words.revise) if kind == "content" else (words.hide, words.show, words.remove)
    choices: dict[str, Sequence[str]] = {"action": actions, "ocop_stars": ("3", "4", "5")}
    return Sheet(
        name=upload.sheet,
        headings=template.headings(kind),
        rows=[[row.get(key, "") for key in upload.columns] for row in rows],
        widths=[column.width for column in columns],
        header_row=template.file.header_row,
        above=(upload.marker, template.file.note) if upload.marker else (),
        choices={upload.columns.index(key): told for key, told in choices.items() if key in upload.columns},
    )


def written(sheet: Sheet, meta: Mapping[str, str] | None = None) -> bytes:
    """The workbook; `meta` goes into a hidden sheet, so that a renamed file is still recognised."""
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True})
    book.set_properties({"created": _MADE})
    _fill(book, sheet)
    if meta:
        hidden = book.add_worksheet("_META")
        hidden.hide()
        for number, (key, value) in enumerate(meta.items()):
            hidden.write_string(number, 0, key)
            hidden.write_string(number, 1, value)
    book.close()
    return out.getvalue()


def _wide(width: int, values: Sequence[str | int | float]) -> int:
    """Wide enough for what is short, such as codes; a long text is cut on the screen only."""
    longest = max((len(str(value)) for value in values), default=0)
    return max(width, min(longest * 6 // 5 + 2, _WIDEST))  # capitals, of which codes are made, are wider than most


def _fill(book: xlsxwriter.Workbook, sheet: Sheet) -> None:
    page = book.add_worksheet(sheet.name)
    head = book.add_format({"bold": True, "text_wrap": True, "valign": "vcenter", "bg_color": "#DCE9F5", "border": 1})
    apart = {"align": "right", "indent": 1}  # or a number touches the text in the next column
    plain, count = book.add_format({"num_format": "@"}), book.add_format({"num_format": "#,##0", **apart})
    rest = book.add_format({"num_format": "0.###", **apart})
    for number, line in enumerate(sheet.above):
        page.write_string(number, 0, line)
    top = sheet.header_row - 1
    for place, (heading, width) in enumerate(zip(sheet.headings, sheet.widths, strict=True)):
        page.set_column(place, place, _wide(width, [row[place] for row in sheet.rows]))
        page.write_string(top, place, heading, head)
    page.set_row(top, _HEAD_HEIGHT)
    page.freeze_panes(top + 1, 0)
    page.set_landscape()
    page.set_paper(9)  # A4
    page.repeat_rows(top)
    for number, row in enumerate(sheet.rows, start=top + 1):
        for place, value in enumerate(row):
            if isinstance(value, str):
                if value:
                    page.write_string(number, place, value, plain)
            else:
                page.write_number(number, place, value, count if isinstance(value, int) else rest)
    for place, told in (sheet.choices or {}).items():
        page.data_validation(top + 1, place, top + len(sheet.rows), place, {"validate": "list", "source": list(told)})
