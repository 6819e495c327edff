"""Reads .csv as Vietnamese offices make it: UTF-8, UTF-16 (the "Unicode text" of Excel), old windows-1258."""

import csv
import unicodedata
from io import StringIO
from pathlib import Path

from connector.errors import Complaint
from connector.importing.sheet import Contents, Limits, Sheet, too_big

_DELIMITERS = ",;\t"
_LEGACY = (
    "Tệp không phải UTF-8: đã đọc theo bảng mã windows-1258. Hãy xem lại dấu tiếng Việt; nếu sai, lưu lại từ Excel "
    "với kiểu «CSV UTF-8».",
    "The file is not UTF-8: it was read as windows-1258. Check the Vietnamese marks; if they are wrong, save it again "
    "from Excel as “CSV UTF-8”.",
)


def read_delimited(path: Path, limits: Limits) -> Contents:
    text, remarks = _decode(path.read_bytes())
    rows = []
    cells = 0
    try:
        for row in csv.reader(StringIO(text, newline=""), delimiter=_delimiter(text)):
            rows.append(row)
            cells += len(row)
            if len(rows) > limits.rows or len(row) > limits.columns or cells > limits.cells:
                raise too_big(path, f"hơn {len(rows) - 1} dòng", f"{limits.rows} dòng × {limits.columns} cột")
    except csv.Error as error:
        raise Complaint(
            f"{path.name}: dòng {len(rows) + 1} không đọc được ({error}). Thường là thiếu dấu ngoặc kép đóng; "
            "hãy mở bằng Excel và lưu lại thành .xlsx.",
            f"{path.name}: row {len(rows) + 1} cannot be read ({error}). Usually a closing quotation mark is missing; "
            "open it in Excel and save it as .xlsx.",
        ) from error
    return Contents([Sheet("", rows)], remarks)


def _decode(raw: bytes) -> tuple[str, list[tuple[str, str]]]:
    if raw.startswith((b"\xff\xfe", b"\xfe\xff")):
        return raw.decode("utf-16", errors="replace"), []
    try:
        return raw.decode("utf-8-sig"), []
    except UnicodeDecodeError:
        # windows-1258 writes some tones as separate marks: NFC joins them.
        return unicodedata.normalize("NFC", raw.decode("cp1258", errors="replace")), [_LEGACY]


def _delimiter(text: str) -> str:
    """The one that splits the first lines most often and most evenly, quoted text aside."""
    sample = [line for line in _unquoted(text[:20_000]).splitlines()[:20] if line.strip()]
    counts = {mark: [line.count(mark) for line in sample] for mark in _DELIMITERS}
    return max(_DELIMITERS, key=lambda mark: (sum(map(bool, counts[mark])), sum(counts[mark])))


def _unquoted(text: str) -> str:
    return "".join(part for index, part in enumerate(text.split('"')) if index % 2 == 0)
