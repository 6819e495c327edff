"""One parser per kind of cell: what people type in, a value out, or Unfit with the reason."""

import math
import re
from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal, InvalidOperation
from typing import Any, TypeVar

from connector.domain.text import SKU_PATTERN, fold
from connector.importing.packs import find_pack
from connector.importing.sheet import Broken, Cell
from connector.importing.text import clean, clean_lines

T = TypeVar("T")
LOWEST_PRICE, HIGHEST_PRICE = 500, 2_000_000_000
_EXCEL_EPOCH = date(1899, 12, 30)
_MONEY_WORDS = re.compile(r"(?:₫|đồng|dong|vn[dđ]|đ|\.-|d)$", re.IGNORECASE)
_SCALES = {"k": 1000, "nghìn": 1000, "ngàn": 1000, "triệu": 1_000_000, "tr": 1_000_000}
_SCALED = re.compile(r"^([\d.,]+)\s*(k|nghìn|ngàn|triệu|tr)$", re.IGNORECASE)
_DAY_FIRST = re.compile(r"^(?:ngày )?(\d{1,2})(?:[/.-]| tháng )(\d{1,2})(?:[/.-]| năm )(\d{4})(?: .*)?$")
_YEAR_FIRST = re.compile(r"^(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})(?:[ T].*)?$")
_YES = {"co", "yes", "y", "x", "true", "1", "ngung ban", "made up", "mau", "so lieu mau"}
_NO = {"", "khong", "no", "n", "false", "0"}


class Unfit(Exception):
    """A cell that cannot be used: the code of the sentence to say, and what to fill into it."""

    def __init__(self, code: str, **values: object) -> None:
        super().__init__(code)
        self.code = code
        self.values: dict[str, Any] = values


def is_blank(cell: Cell) -> bool:
    return isinstance(cell, str) and not clean(cell)


def usable(cell: Cell, parse: Callable[[Cell], T]) -> T:
    """Parse, unless Excel itself has no value to offer."""
    if not isinstance(cell, Broken):
        return parse(cell)
    if cell.shown:
        raise Unfit("error_cell", shown=cell.shown)
    raise Unfit("formula_without_value")


def words(cell: Cell) -> str:
    """One line of text; a number or date typed into a text column is taken as it is shown."""
    return clean(f"{cell:%d/%m/%Y}" if isinstance(cell, date) else str(cell))


def lines(cell: Cell) -> str:
    return clean_lines(words(cell) if isinstance(cell, date) else str(cell))


def price(cell: Cell) -> int:
    """Whole dong, from "209.000đ", "209,000 VND", 209000.0, "12.500,00", "175K"."""
    amount = _amount(cell)
    if amount is None or amount != amount.to_integral_value():
        raise Unfit("price_unreadable", text=words(cell))
    if not LOWEST_PRICE <= amount <= HIGHEST_PRICE:
        raise Unfit("price_out_of_range", text=words(cell))
    return int(amount)


def _amount(cell: Cell) -> Decimal | None:
    if isinstance(cell, bool | date):
        return None
    if isinstance(cell, int | float):
        return Decimal(str(cell)) if abs(cell) < 1e15 else None
    text = re.sub(r"\s*/\s*\D+$", "", words(cell)).lower()  # "45.000đ/hộp"
    text = _MONEY_WORDS.sub("", text.replace(" ", "").removeprefix("vnd").removeprefix("₫")).rstrip()
    if scaled := _SCALED.match(text):
        base = _decimal(scaled[1].replace(",", "."))
        return base and base * _SCALES[scaled[2].lower()]
    return _grouped(text)


def _grouped(text: str) -> Decimal | None:
    """A point or comma before three digits groups; one before the last one or two digits is a decimal mark."""
    match = re.fullmatch(r"(-?)(\d{1,3}(?:\.\d{3})+|\d{1,3}(?:,\d{3})+|\d+)(?:[.,](\d{1,2}))?", text)
    if match is None:
        return None
    return _decimal(match[1] + re.sub(r"[.,]", "", match[2]) + "." + (match[3] or "0"))


def _decimal(text: str) -> Decimal | None:
    try:
        return Decimal(text)
    except InvalidOperation:
        return None


def pieces(cell: Cell) -> int:
    """A stock count: a whole number from 0."""
    amount = _amount(re.sub(r"\s*[^\W\d]+$", "", cell) if isinstance(cell, str) else cell)
    if amount is None or amount != amount.to_integral_value() or not 0 <= amount <= 10_000_000:
        raise Unfit("stock_unreadable", text=words(cell))
    return int(amount)


def grams(cell: Cell) -> int:
    """A parcel's weight: "500", "500 g", "0,5 kg"."""
    pack = find_pack(cell) if isinstance(cell, str) else None
    amount = Decimal(pack.total_grams) if pack else _amount(cell)
    if amount is None or not 1 <= amount <= 1_000_000:
        raise Unfit("weight_unreadable", text=words(cell))
    return int(amount)


def stars(cell: Cell) -> int:
    """3, 4 or 5; only these are certified."""
    text = words(cell)
    match = re.fullmatch(r"([1-5])(?:[.,]0)?\s*(?:sao|stars?|\*|★|⭐)?", text.lower())
    count = int(match[1]) if match else len(text) if text and not set(text) - set("★⭐*") else 0
    if not 3 <= count <= 5:
        raise Unfit("stars_out_of_range", text=text)
    return count


def day(cell: Cell) -> date:
    """dd/mm/yyyy, ISO, or Excel's day number."""
    if isinstance(cell, date):
        return cell
    found = _written_day(cell)
    if found is None or not 2000 <= found.year <= 2100:
        raise Unfit("date_unreadable", text=words(cell))
    return found


def _written_day(cell: Cell) -> date | None:
    text = words(cell)
    if re.fullmatch(r"\d{5}(?:\.0)?", text):
        return _EXCEL_EPOCH + timedelta(days=int(text[:5]))
    if first := _DAY_FIRST.match(text):
        year, month, number = int(first[3]), int(first[2]), int(first[1])
    elif iso := _YEAR_FIRST.match(text):
        year, month, number = int(iso[1]), int(iso[2]), int(iso[3])
    else:
        return None
    try:
        return date(year, month, number)
    except ValueError:
        return None


def sku(cell: Cell) -> str:
    """A seller SKU in capitals."""
    text = words(cell).upper()
    if SKU_PATTERN.fullmatch(text):
        return text
    advice = re.sub(r"[^A-Z0-9_.-]+", "-", fold(text).upper())[:20].strip("-")
    hint = advice if SKU_PATTERN.fullmatch(advice) else "MATONG-500G"
    raise Unfit("sku_malformed", text=text, hint=hint)


def barcode(cell: Cell) -> str:
    text = re.sub(r"[\s-]", "", words(cell))
    if re.fullmatch(r"\d{8}|\d{12,14}", text):
        return text
    raise Unfit("barcode_malformed", text=text)


def size(cell: Cell) -> tuple[int, int, int]:
    """Length, width and height of the parcel in whole cm, rounded up."""
    numbers = [Decimal(n.replace(",", ".")) for n in re.findall(r"\d+(?:[.,]\d+)?", words(cell))]
    if len(numbers) != 3 or not all(0 < n <= 1000 for n in numbers):
        raise Unfit("size_unreadable", text=words(cell))
    length, width, height = (math.ceil(n) for n in numbers)
    return length, width, height


def yes(cell: Cell) -> bool:
    key = fold(words(cell))
    if key not in _YES | _NO:
        raise Unfit("yes_or_no", text=words(cell))
    return key in _YES
