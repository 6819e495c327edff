"""Turns a file from a person into sheets of cells, in bounded time and memory, or into a complaint with advice.

What a file is, its content says, not its name: people rename.
"""

from pathlib import Path

from connector.errors import Complaint
from connector.importing.delimited import read_delimited
from connector.importing.sheet import Contents, Limits, too_big, wrong_kind
from connector.importing.workbook import read_workbook

_OTHERS = {
    b"%PDF": ("tệp PDF", "a PDF"),
    b"\x89PNG": ("ảnh", "a picture"),
    b"\xff\xd8\xff": ("ảnh", "a picture"),
    b"GIF8": ("ảnh", "a picture"),
    b"Rar!": ("tệp nén RAR", "a RAR archive"),
    b"7z\xbc\xaf": ("tệp nén 7z", "a 7z archive"),
    b"\x1f\x8b": ("tệp nén gzip", "a gzip archive"),
    b"{\\rtf": ("tệp văn bản RTF", "an RTF document"),
}
_OLD_EXCEL = b"\xd0\xcf\x11\xe0"


def read(path: Path, limits: Limits | None = None) -> Contents:
    """All sheets of an .xlsx, or the one sheet of a .csv."""
    limits = limits or Limits()
    head = _head(path, limits)
    if head.startswith(b"PK"):
        return read_workbook(path, limits)
    _refuse_others(path, head)
    return read_delimited(path, limits)


def _head(path: Path, limits: Limits) -> bytes:
    try:
        size = path.stat().st_size
        if path.is_dir():
            raise Complaint(f"{path.name} là thư mục: hãy chọn một tệp.", f"{path.name} is a folder: choose a file.")
        if size > limits.megabytes * 1_000_000:
            raise too_big(path, f"{size / 1e6:.0f} MB", f"{limits.megabytes} MB")
        with path.open("rb") as file:
            head = file.read(2048)
    except OSError as error:
        raise Complaint(
            f"Không mở được tệp {path}: {error.strerror}. Kiểm tra lại đường dẫn và quyền đọc.",
            f"Cannot open {path}: {error.strerror}. Check the path and the permission to read.",
        ) from error
    if not head.strip(b"\x00 \r\n\t\xef\xbb\xbf"):
        raise Complaint(
            f"Tệp {path.name} rỗng. Hãy nhập sản phẩm vào tệp mẫu (lệnh: ocop template) rồi thử lại.",
            f"The file {path.name} is empty. Fill in the template (command: ocop template) and try again.",
        )
    return head


def _refuse_others(path: Path, head: bytes) -> None:
    if head.startswith(_OLD_EXCEL):
        raise Complaint(
            f"{path.name} là tệp Excel kiểu cũ (.xls) hoặc có mật khẩu. Mở bằng Excel, bỏ mật khẩu nếu có, "
            "chọn Lưu thành… «Excel Workbook (.xlsx)» rồi nhập lại.",
            f"{path.name} is an old Excel file (.xls) or has a password. Open it in Excel, take the password off, "
            "save as “Excel Workbook (.xlsx)” and import that.",
        )
    for magic, (vi, en) in _OTHERS.items():
        if head.startswith(magic):
            raise wrong_kind(path, vi, en)
    if head.lstrip(b"\xef\xbb\xbf \r\n\t").lower().startswith((b"<!doctype", b"<html", b"<table", b"<?xml")):
        raise wrong_kind(path, "trang web hoặc XML", "a web page or XML")
    if b"\x00" in head and not head.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise wrong_kind(path, "tệp nhị phân", "a binary file")
