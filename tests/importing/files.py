"""Spreadsheets as people send them, written to disk."""

import csv
import zipfile
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

import xlsxwriter

from connector.importing import ImportResult, import_file
from tests.importing.catalogue import MemoryCatalogue

TODAY = date(2026, 11, 24)
A_ROW: Mapping[str, Any] = {
    "Tên sản phẩm": "Mật ong hoa nhãn",
    "Chủ thể": "HTX Ong Vàng",
    "Tỉnh, thành phố": "Hưng Yên",
    "Bộ sản phẩm OCOP": "4",
    "Quy cách": "Chai 500 g",
    "Giá bán (đồng)": "150.000đ",
}


def a_row(**changes: Any) -> dict[str, Any]:
    """A good row of the template; keywords are column keys of interest, spelled as below."""
    names = {
        "code": "Mã sản phẩm", "name": "Tên sản phẩm", "producer": "Chủ thể", "province": "Tỉnh, thành phố",
        "set_no": "Bộ sản phẩm OCOP", "pack": "Quy cách", "price": "Giá bán (đồng)", "stock": "Tồn kho",
        "sku": "Mã SKU", "weight": "Khối lượng gói hàng (g)", "axis": "Phân loại 1", "value": "Giá trị phân loại 1",
        "description": "Mô tả", "stars": "Số sao OCOP", "decision": "Số quyết định công nhận",
        "issued": "Ngày công nhận", "expires": "Có giá trị đến", "authority": "Cơ quan công nhận",
        "retired": "Ngừng bán", "barcode": "Mã vạch", "size": "Kích thước gói (cm)",
    }  # fmt: skip
    return dict(A_ROW) | {names[key]: value for key, value in changes.items()}


def a_csv(path: Path, rows: Sequence[Mapping[str, Any]], encoding: str = "utf-8", delimiter: str = ",") -> Path:
    headings = list(dict.fromkeys(name for row in rows for name in row))
    with path.open("w", encoding=encoding, newline="") as file:
        writer = csv.writer(file, delimiter=delimiter)
        writer.writerow(headings)
        writer.writerows([[row.get(name, "") for name in headings] for row in rows])
    return path


def an_xlsx(path: Path, rows: Sequence[Mapping[str, Any]], touch: Callable[[Any], None] | None = None) -> Path:
    """A workbook of the rows; `touch` may change the sheet (formulas, merges) before it is saved."""
    headings = list(dict.fromkeys(name for row in rows for name in row))
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet()
        for at, name in enumerate(headings):
            sheet.write(0, at, name)
            for row, cells in enumerate(rows, start=1):
                sheet.write(row, at, cells.get(name, ""))
        if touch:
            touch(sheet)
    return path


def with_sheet(path: Path, source: Path, xml: bytes) -> Path:
    """A copy of a workbook whose first sheet is this XML."""
    with zipfile.ZipFile(source) as old, zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            new.writestr(name, xml if name == "xl/worksheets/sheet1.xml" else old.read(name))
    return path


def imported(path: Path, catalogue: MemoryCatalogue | None = None, **options: Any) -> ImportResult:
    return import_file(
        path, options.pop("mapping", None), catalogue=catalogue or MemoryCatalogue(), today=TODAY, **options
    )


def blocking(result: ImportResult) -> list[tuple[int, str]]:
    return [(found.row, found.problem.code) for found in result.problems if found.problem.blocking]


def warned(result: ImportResult) -> set[str]:
    return {found.problem.code for found in result.problems if not found.problem.blocking}
