"""Writes the project's own template: what a producer fills in, with lists to choose from, examples and notes."""

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import xlsxwriter

from connector.errors import Complaint
from connector.importing.columns import COLUMNS, Column
from connector.importing.places import load_places
from connector.importing.sets import load_sets

_ROWS = 2000
_REQUIRED = {"name", "producer", "price"}
_TEXT = {"code", "sku", "barcode", "decision", "producer_code", "pack", "size_cm"}
_DATES = {"issued_on", "expires_on"}
_WRITTEN = tuple(column for column in COLUMNS if column.level != "unwritten")

# Invented goods, so that nobody's product is published by mistake.
_EXAMPLES: Sequence[Mapping[str, object]] = (
    {
        "code": "MAT-ONG-01", "name": "Mật ong hoa nhãn Ví Dụ", "producer": "HTX Nông nghiệp Ví Dụ",
        "province": "Hưng Yên", "commune": "Xã Ví Dụ", "set_no": "4. Mật ong, mật khác và nông sản thực phẩm khác",
        "pack": "Chai 500 g", "price": 150000, "stock": 40, "weight_g": 700, "axis_1": "Dung tích",
        "value_1": "500 g", "description": "Mật ong từ vườn nhãn của hợp tác xã, thu hoạch một vụ mỗi năm.",
        "stars": 4, "decision": "123/QĐ-UBND", "authority": "UBND tỉnh Hưng Yên", "issued_on": "20/06/2026",
        "ingredients": "100% mật ong", "shelf_life": "24 tháng từ ngày sản xuất",
        "storage": "Nơi khô, thoáng, tránh nắng", "producer_kind": "Hợp tác xã",
    },
    {"code": "MAT-ONG-01", "pack": "Chai 1 kg", "price": "280.000đ", "stock": 15, "weight_g": 1300, "value_1": "1 kg"},
    {
        "name": "Giỏ mây đan tay Ví Dụ", "producer": "Cơ sở mây tre Ví Dụ", "province": "Hà Nội",
        "set_no": "21. Thủ công mỹ nghệ gia dụng, trang trí", "price": 220000, "stock": 3, "weight_g": 600,
        "size_cm": "30x30x25", "delivery_area": "",
    },
)  # fmt: skip

_NOTES = (
    ("Mỗi dòng là một loại hàng (một mức giá). Sản phẩm có nhiều loại: ghi cùng «Mã sản phẩm» trên các dòng.",
     "One row per kind of goods (one price). For a product of several kinds, repeat its “Mã sản phẩm”."),
    ("Cột in đậm nền vàng là bắt buộc. Các cột khác để trống được; để trống nghĩa là giữ nguyên, không phải xóa.",
     "Yellow columns are required. A blank cell elsewhere keeps what is there; it never deletes."),
    ("Nhập lại cùng một tệp không đổi gì. Xóa dòng khỏi tệp không xóa sản phẩm: muốn ẩn, ghi «có» vào «Ngừng bán».",
     "Importing a file again changes nothing. Removing a row removes no product: to hide it, say so in “Ngừng bán”."),
    ("Số sao chỉ được đăng khi có số quyết định và ngày công nhận, và còn trong 36 tháng.",
     "Stars are published only with a decision's number and date, and within its 36 months."),
    ("Dòng có lỗi được trả lại trong một tệp riêng, lý do ghi ngay cạnh ô. Sửa tệp đó rồi nhập lại.",
     "Rows with faults come back in a file of their own with the reason beside the cell. Mend and import that."),
    ("Giá: 209000 hoặc 209.000đ. Ngày: 05/08/2026. Quy cách: 500 g; 25 gói x 2 g; Can 2 lít.",
     "Prices: 209000 or 209.000đ. Dates: 05/08/2026. Packs: 500 g; 25 gói x 2 g; Can 2 lít."),
)  # fmt: skip


def write_template(path: Path, config: Path) -> None:
    """The empty template; `config` holds the tables behind its lists."""
    choices = {
        "set_no": load_sets(config / "admin").choices(),
        "province": sorted(province.name for province in load_places(config / "admin").by_code.values()),
        "stars": ["3", "4", "5"],
        "retired": ["có"],
    }
    try:
        with xlsxwriter.Workbook(path) as book:
            _sheets(book, choices)
    except (OSError, xlsxwriter.exceptions.FileCreateError) as error:
        raise Complaint(
            f"Không ghi được tệp mẫu {path}: {error}. Đóng tệp nếu đang mở, hoặc chọn nơi khác.",
            f"Cannot write the template {path}: {error}. Close it if it is open, or choose another place.",
        ) from error


def _sheets(book: Any, choices: Mapping[str, Sequence[str]]) -> None:
    products = book.add_worksheet("Sản phẩm")
    examples = book.add_worksheet("Ví dụ")
    notes = book.add_worksheet("Hướng dẫn")
    lists = book.add_worksheet("Danh mục")
    for sheet in (products, examples):
        _head(book, sheet)
    _validate(products, lists, choices)
    _fill(book, examples)
    _explain(book, notes)
    lists.hide()
    products.activate()


def _head(book: Any, sheet: Any) -> None:
    style = {"bold": True, "text_wrap": True, "valign": "vcenter", "border": 1, "border_color": "#BFC8D2"}
    required = book.add_format({**style, "bg_color": "#FFE9A8"})
    free = book.add_format({**style, "bg_color": "#DCE9F5"})
    formats = {"text": book.add_format({"num_format": "@"}), "day": book.add_format({"num_format": "dd/mm/yyyy"})}
    for at, column in enumerate(_WRITTEN):
        kind = "text" if column.key in _TEXT else "day" if column.key in _DATES else ""
        sheet.set_column(at, at, column.width, formats.get(kind))
        sheet.write_string(0, at, column.heading, required if column.key in _REQUIRED else free)
        if column.hint:
            sheet.write_comment(0, at, column.hint, {"x_scale": 2})
    sheet.set_row(0, 52)  # three lines: two of Vietnamese, one of English
    sheet.set_landscape()
    sheet.set_paper(9)  # A4
    sheet.repeat_rows(0)
    sheet.freeze_panes(1, 2)


def _validate(sheet: Any, lists: Any, choices: Mapping[str, Sequence[str]]) -> None:
    for at, (key, options) in enumerate(choices.items()):
        lists.write_column(0, at, options)
        letter = "ABCDEFGH"[at]
        column = next(index for index, column in enumerate(_WRITTEN) if column.key == key)
        sheet.data_validation(
            1,
            column,
            _ROWS,
            column,
            {
                "validate": "list",
                "source": f"='Danh mục'!${letter}$1:${letter}${len(options)}",
                "error_type": "warning",
                "error_title": "Ngoài danh sách",
                "error_message": "Giá trị không có trong danh sách. Vẫn giữ nếu bạn chắc chắn.",
            },
        )


def _fill(book: Any, sheet: Any) -> None:
    grey = book.add_format({"font_color": "#5F6B76", "italic": True, "text_wrap": True, "valign": "top"})
    for row, example in enumerate(_EXAMPLES, start=1):
        for at, column in enumerate(_WRITTEN):
            value = example.get(column.key, "")
            if value != "":
                sheet.write(row, at, value, grey)


def _explain(book: Any, sheet: Any) -> None:
    bold = book.add_format({"bold": True, "font_size": 13})
    wrap = book.add_format({"text_wrap": True, "valign": "top"})
    sheet.set_column(0, 0, 30)
    sheet.set_column(1, 1, 95)
    sheet.write_string(0, 0, "Cách điền / How to fill in", bold)
    row = 1
    for vi, en in _NOTES:
        sheet.write_string(row, 1, f"{vi}\n{en}", wrap)
        row += 1
    for column in _with_hints(_WRITTEN):
        row += 1
        sheet.write_string(row, 0, column.vi, wrap)
        sheet.write_string(row, 1, f"{column.hint} ({column.en})", wrap)


def _with_hints(columns: Iterable[Column]) -> list[Column]:
    return [column for column in columns if column.hint]
