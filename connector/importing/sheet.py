"""What a file from a person is made of once read, how much of it we take, and how we decline."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from connector.errors import Complaint


@dataclass(frozen=True, slots=True)
class Broken:
    """A cell without a usable value: an Excel error (`shown` is what Excel shows) or a formula never calculated."""

    shown: str = ""


Cell = str | int | float | bool | date | Broken
Box = tuple[tuple[int, int], tuple[int, int]]


@dataclass(frozen=True, slots=True)
class Sheet:
    """`grid[0]` is row 1 of the file. `merges` are (first, last) cells, counted from 0."""

    name: str
    grid: Sequence[Sequence[Cell]]
    merges: Sequence[Box] = ()


@dataclass(frozen=True, slots=True)
class Limits:
    """What is refused before it can hurt: the file's size, what it unpacks to, and its rows, columns, cells, text."""

    megabytes: int = 50
    unpacked_megabytes: int = 400
    rows: int = 100_000
    columns: int = 300
    cells: int = 3_000_000
    characters: int = 100_000_000


@dataclass(frozen=True, slots=True)
class Contents:
    """The sheets of a file, and what was odd about reading it, as (vi, en)."""

    sheets: Sequence[Sheet]
    remarks: Sequence[tuple[str, str]] = field(default=())


def wrong_kind(path: Path, vi: str, en: str) -> Complaint:
    return Complaint(
        f"{path.name} là {vi}, không phải bảng tính. Hãy lưu bảng thành .xlsx hoặc .csv rồi nhập lại.",
        f"{path.name} is {en}, not a spreadsheet. Save the table as .xlsx or .csv and import that.",
    )


def too_big(path: Path, size: str, limit: str) -> Complaint:
    return Complaint(
        f"Tệp {path.name} quá lớn: {size}, giới hạn {limit}. Xóa ảnh, trang và dòng thừa hoặc chia thành nhiều tệp "
        "rồi nhập từng tệp.",
        f"The file {path.name} is too big: {size}, the limit is {limit}. Remove pictures, sheets and rows that are "
        "not needed, or split it and import the parts.",
    )
