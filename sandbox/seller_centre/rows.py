"""One row of an uploaded workbook: cells turned into values, with every fault of form found at once."""

import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sandbox.seller_centre.dialect import IMAGE_KEYS, IMAGE_LIMIT, Dialect, Sheet
from sandbox.seller_centre.errors import RowError

DESCRIPTION_LIMIT, TEXT_LIMIT = 10_000, 500
STOCK_LIMIT, PRICE_LIMIT = 999_999_999, 1_000_000_000
CLEARABLE = {
    "axis1", "axis2", "size", "short_text", "description", "stars", "decision", "until", "shelf_life",
    "storage", "ingredients", "papers",
}
_SKU = re.compile(r"[A-Za-z0-9_/.\-]{1,20}")
_SIZE = re.compile(r"\d+(\.\d+)?(x\d+(\.\d+)?){2}")


@dataclass
class Row:
    """A row as it came (`line` as the person counts it) and what became of it; no value means: leave."""

    line: int
    cells: list[Any]
    values: dict[str, Any] = field(default_factory=dict)
    errors: list[RowError] = field(default_factory=list)
    action: str = ""
    product_id: str = ""
    variant_id: str = ""
    done: bool = False

    def text(self, key: str) -> str:
        return str(self.values.get(key, ""))

    def fault(self, column: str, code: str, reason: str) -> None:
        self.errors.append(RowError(column, code, reason))


def parse(line: int, cells: list[Any], sheet: Sheet, dialect: Dialect) -> Row:
    """Reads all cells; the row's errors tell what could not be read."""
    row = Row(line, cells)
    read = _readers(dialect)
    for (_, key), cell in zip(sheet.columns, cells, strict=True):
        text = as_text(cell)
        if not text or key in IMAGE_KEYS or key == "images":
            continue
        if text == "-" and key in CLEARABLE:
            row.values[key] = ""
            continue
        try:
            reader: Callable[[Any], Any] = read.get(key, _short)
            row.values[key] = reader(cell)
        except ValueError as error:
            row.fault(key, "TEN_QUA_DAI" if key == "title" and len(text) > 3 else "SAI_KIEU", str(error))
    row.action = row.values.get("action", "")
    _read_images(row, sheet)
    return row


def as_text(cell: Any) -> str:
    """A cell as the text a person sees: whole numbers without a point, NFC, no blanks around."""
    if isinstance(cell, float) and cell.is_integer():
        cell = int(cell)
    return unicodedata.normalize("NFC", str(cell)).strip()


def _readers(dialect: Dialect) -> dict[str, Callable[[Any], Any]]:
    return {
        "action": lambda cell: _action(cell, dialect),
        "sku": _sku,
        "title": lambda cell: _title(cell, dialect.title_limit),
        "axis1": lambda cell: _axis(cell, dialect.axis_mark),
        "axis2": lambda cell: _axis(cell, dialect.axis_mark),
        "price": _whole,
        "list_price": _whole,
        "stock": _stock,
        "weight": _grams_of_kilograms if dialect.kilograms else _weight,
        "size": _size,
        "short_text": lambda cell: _bounded(cell, dialect.short_limit),
        "description": lambda cell: _bounded(cell, DESCRIPTION_LIMIT),
        "stars": _stars,
        "until": lambda cell: _day(cell, dialect.date_form),
    }


def _action(cell: Any, dialect: Dialect) -> str:
    word = dialect.actions.get(as_text(cell))
    if word is None:
        raise ValueError(f"Không có thao tác «{as_text(cell)}»; dùng: {', '.join(dialect.actions)}.")
    return word


def _sku(cell: Any) -> str:
    text = as_text(cell)
    if not _SKU.fullmatch(text):
        raise ValueError("Mã hàng tối đa 20 ký tự, chỉ gồm chữ không dấu, số và _ / - .")
    return text


def _title(cell: Any, limit: int) -> str:
    text = " ".join(as_text(cell).split())
    if not 3 <= len(text) <= limit:
        raise ValueError(f"Tên dài từ 3 đến {limit} ký tự, tên này có {len(text)}.")
    return text


def _axis(cell: Any, mark: str) -> tuple[str, str]:
    name, found, value = (part.strip() for part in as_text(cell).partition(mark))
    if not (name and found and value) or len(name + value) > 100:
        raise ValueError(f"Phân loại phải có dạng «Tên{mark}giá trị», ví dụ «Khối lượng{mark} 500 g».")
    return name, value


def _whole(cell: Any) -> int:
    text = as_text(cell)
    if not re.fullmatch(r"-?[0-9]{1,15}", text):
        raise ValueError(f"«{text}» không phải là số nguyên; ghi liền, ví dụ 45000.")
    return int(text)


def _stock(cell: Any) -> int:
    amount = _whole(cell)
    if not 0 <= amount <= STOCK_LIMIT:
        raise ValueError(f"Tồn kho từ 0 đến {STOCK_LIMIT}.")
    return amount


def _weight(cell: Any) -> int:
    grams = _whole(cell)
    if not 0 < grams <= 1_000_000:
        raise ValueError("Khối lượng từ 1 đến 1000000 g.")
    return grams


def _grams_of_kilograms(cell: Any) -> int:
    text = as_text(cell)
    if not re.fullmatch(r"[0-9]{1,4}(\.[0-9]{1,3})?", text):
        raise ValueError("Cân nặng là số kg, tối đa ba chữ số lẻ, ví dụ 0.5.")
    grams = int(Decimal(text) * 1000)
    if not 0 < grams <= 1_000_000:
        raise ValueError("Cân nặng từ 0.001 đến 1000 kg.")
    return grams


def _size(cell: Any) -> str:
    text = as_text(cell).replace(" ", "").lower()
    if not _SIZE.fullmatch(text):
        raise ValueError("Kích thước có dạng dài x rộng x cao, ví dụ 20x15x10.")
    return text


def _stars(cell: Any) -> int:
    stars = _whole(cell)
    if stars not in (3, 4, 5):
        raise ValueError("Sao OCOP là 3, 4 hoặc 5.")
    return stars


def _day(cell: Any, form: str) -> date:
    if isinstance(cell, datetime):
        return cell.date()
    if isinstance(cell, date):
        return cell
    try:
        return datetime.strptime(as_text(cell), form).date()  # noqa: DTZ007 - a calendar day has no zone
    except ValueError:
        example = date(2027, 5, 31).strftime(form)
        raise ValueError(f"«{as_text(cell)}» không phải là ngày; ghi như {example}.") from None


def _bounded(cell: Any, limit: int) -> str:
    text = as_text(cell)
    if len(text) > limit:
        raise ValueError(f"Tối đa {limit} ký tự, ô này có {len(text)}.")
    return text


def _short(cell: Any) -> str:
    return _bounded(cell, TEXT_LIMIT)


def _read_images(row: Row, sheet: Sheet) -> None:
    """Names of pictures with the column they stand in: five columns, or one cell joined by semicolons."""
    named = []
    for (_, key), cell in zip(sheet.columns, row.cells, strict=True):
        if key in IMAGE_KEYS:
            named += [(key, as_text(cell))]
        elif key == "images":
            named += [(key, part.strip()) for part in as_text(cell).split(";")]
    images = [(key, name) for key, name in named if name]
    if len(images) > IMAGE_LIMIT:
        row.fault("images", "SAI_KIEU", f"Tối đa {IMAGE_LIMIT} ảnh, ô này có {len(images)}.")
    elif images:
        row.values["images"] = images
