"""Workbooks that come back: bounded, matched by heading, all or nothing.

Numbers arrive as text, text as numbers, letters in NFD, sums in a last row: all of that is expected. A heading that is
missing or unknown is not: then nothing is read, and the message names it.
"""

import io
import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

from python_calamine import CalamineError, CalamineWorkbook

from adapters.assisted import bounds
from adapters.assisted.template import Reading, Template
from connector.domain.text import fold
from connector.errors import NeedsConsent, Retry

VIETNAM = ZoneInfo("Asia/Ho_Chi_Minh")
_GROUPED = re.compile(r"\d{1,3}([.,]\d{3})+")
_MONEY = re.compile(r"\s*(₫|đ|vnđ|vnd|đồng)\s*$", re.IGNORECASE)
_TIMES = ("%d/%m/%Y %H:%M:%S", "%d/%m/%Y %H:%M", "%d/%m/%Y", "%Y-%m-%d %H:%M:%S", "%Y-%m-%d %H:%M", "%Y-%m-%d")


@dataclass(frozen=True, slots=True)
class Record:
    """One row as text by our column key, and its number in the sheet."""

    number: int
    cells: Mapping[str, str]

    def __getitem__(self, key: str) -> str:
        return self.cells.get(key, "")


@dataclass(frozen=True, slots=True)
class Table:
    """The rows of a sheet; `total` is the row of sums where there is one."""

    records: Sequence[Record]
    total: Record | None = None


def table(content: bytes, reading: Reading, what: str, template: Template | None = None) -> Table:
    """Raises Retry if the file cannot be read or is another one of the template's, NeedsConsent if its layout is none
    of theirs."""
    rows = cells(content, what)
    head, body = rows[reading.header_row - 1 : reading.header_row], rows[reading.header_row :]
    try:
        places = _places(head[0] if head else [], reading, what)
    except NeedsConsent:
        if (taken_for := recognised(rows, template)) is not None:
            raise wrong_file(what, taken_for) from None
        raise
    totals = {fold(word) for word in reading.total}
    records, total = [], None
    for number, row in enumerate(body, start=reading.header_row + 1):
        record = Record(number, {key: row[place] for key, place in places.items() if place < len(row)})
        first = next((cell for cell in row if cell), "")
        if not first:
            continue
        if fold(first) in totals:
            total = record
        else:
            records.append(record)
    return Table(records, total)


def recognised(rows: Sequence[Sequence[str]], template: Template | None) -> str | None:
    """What a workbook is, if its headings are exactly those of one that the template knows: result, export, orders, or
    "pack" for one of our own."""
    if template is None:
        return None
    for name, reading in template.readings.items():
        head = rows[reading.header_row - 1 : reading.header_row]
        try:
            _places(head[0] if head else [], reading, "")
        except NeedsConsent:
            continue
        return name
    head = rows[template.file.header_row - 1 : template.file.header_row]
    ours = [template.headings(kind) for kind in template.uploads]
    return "pack" if head and list(head[0]) in ours else None


def wrong_file(what: str, taken_for: str) -> Retry:
    names = {
        "result": "phiếu kết quả / a result",
        "export": "danh sách hàng / a listing export",
        "orders": "danh sách đơn hàng / an order export",
        "pack": "gói do chính ta viết / a pack of our own",
    }
    message = f"{what}: nhầm tệp, đây là / wrong file, this is {names[taken_for]}. Chưa đọc dòng nào / nothing was read"
    return Retry(message, after=600, code="wrong_file")


def cells(content: bytes, what: str) -> list[list[str]]:
    """The first sheet as text, in bounded memory; formulas, macros and links are never followed."""
    try:
        bounds.check(content)
        sheet = CalamineWorkbook.from_filelike(io.BytesIO(content)).get_sheet_by_index(0)
        rows = sheet.to_python(skip_empty_area=False)
    except bounds.TooBig as error:
        message = f"{what}: tệp quá lớn ({error}), hãy xuất ít hơn / the file is too big ({error}), export less"
        raise Retry(message, after=600, code="too_big") from error
    except (CalamineError, *bounds.DAMAGE) as error:
        message = f"{what}: tệp không mở được, hãy tải lại / the workbook cannot be opened, fetch it again"
        raise Retry(message, after=60, code="unreadable") from error
    return [[text(value) for value in row] for row in rows]


def sheet_name(content: bytes) -> str:
    """Of the first sheet, in a workbook that `cells` has read."""
    return str(CalamineWorkbook.from_filelike(io.BytesIO(content)).sheet_names[0])


def letter(place: int) -> str:
    """How a spreadsheet program calls a column: 0 is A, 26 is AA."""
    text, place = "", place + 1
    while place:
        place, rest = divmod(place - 1, 26)
        text = chr(65 + rest) + text
    return text


def _places(head: Sequence[str], reading: Reading, what: str) -> dict[str, int]:
    """Column number by our key."""
    ours = {fold(heading): key for key, headings in reading.columns.items() for heading in headings}
    passed = {fold(heading) for heading in reading.ignore}
    places: dict[str, int] = {}
    unknown = []
    for place, heading in enumerate(head):
        key = ours.get(fold(heading))
        if key is not None and key not in places:
            places[key] = place
        elif heading and fold(heading) not in passed:
            unknown.append(f"«{heading}» ({letter(place)})")
    missing = [f"«{headings[0]}»" for key, headings in reading.columns.items() if key not in places]
    if missing or unknown:
        raise layout_changed(what, missing, unknown)
    return places


def layout_changed(
    what: str, missing: Sequence[str], unknown: Sequence[str], detail: str = "", code: str = "layout"
) -> NeedsConsent:
    """The shop stops until a person has mapped the columns anew: whatever is read or sent meanwhile would be wrong."""
    vi = [f"thiếu cột {', '.join(missing)}"] * bool(missing) + [f"cột lạ {', '.join(unknown)}"] * bool(unknown)
    en = [f"missing {', '.join(missing)}"] * bool(missing) + [f"unknown {', '.join(unknown)}"] * bool(unknown)
    vi, en = vi + [detail] * bool(detail), en + [detail] * bool(detail)
    return NeedsConsent(
        f"{what}: mẫu cột đã đổi: {'; '.join(vi)}. Chưa đọc hay gửi dòng nào. Hãy thêm phiên bản mẫu mới trong "
        f"config/templates (ocop channel learn) rồi mở lại gian hàng. / {what}: the layout changed: {'; '.join(en)}. "
        "Nothing was read or sent. Add a new version in config/templates (ocop channel learn), then resume the shop.",
        code=code,
    )


def text(value: object) -> str:
    """A cell as NFC text; whole numbers without a fraction, dates as dd/mm/yyyy."""
    match value:
        case bool():
            return "1" if value else "0"
        case float() if value.is_integer():
            return str(int(value))
        case datetime():
            return value.strftime("%d/%m/%Y %H:%M:%S")
        case date():
            return value.strftime("%d/%m/%Y")
    return unicodedata.normalize("NFC", str(value)).strip()


def number(written: str) -> int | None:
    """45000, "45.000", "45.000 ₫" as a whole number; None for anything else."""
    bare = _MONEY.sub("", written)
    if _GROUPED.fullmatch(bare):
        bare = re.sub(r"[.,]", "", bare)
    return int(bare) if bare.isascii() and bare.isdigit() else None


def moment(written: str) -> datetime | None:
    """A Vietnamese wall time (dd/mm/yyyy or yyyy-mm-dd) as UTC."""
    for form in _TIMES:
        try:
            return datetime.strptime(written, form).replace(tzinfo=VIETNAM).astimezone(UTC)
        except ValueError:
            continue
    return None
