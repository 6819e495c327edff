"""What the seller gets back from an upload: the result of every row, and the bad rows with their reasons."""

from collections.abc import Callable, Sequence
from datetime import date
from typing import Any

from sandbox.seller_centre.dialect import GOODS, OFFER, Dialect, Sheet
from sandbox.seller_centre.intake import Upload
from sandbox.seller_centre.rows import Row

ERROR_HEADINGS = ("Dòng", "Cột", "Mã lỗi", "Lý do")


def result_rows(upload: Upload, dialect: Dialect, url: Callable[[str], str]) -> list[Sequence[Any]]:
    """The result workbook: one row per uploaded row, or one per reason when the file was refused."""
    heads = [heading for heading, _ in dialect.results]
    keys = [key for _, key in dialect.results]
    told = [_refusal(code, reason, dialect) for code, reason in upload.refused] or [
        _told(row, upload, dialect, url) for row in upload.rows
    ]
    return [heads, *([one.get(key, "") for key in keys] for one in told)]


def _refusal(code: str, reason: str, dialect: Dialect) -> dict[str, str]:
    return {"word": dialect.row_words["refused"], "code": code, "reason": reason}


def _told(row: Row, upload: Upload, dialect: Dialect, url: Callable[[str], str]) -> dict[str, str]:
    word = "waiting" if not upload.taken else "ok" if row.done else "bad"
    return {
        "row_key": row.text("row_key"),
        "sku": row.text("sku"),
        "product_id": row.product_id or row.text("product_id"),
        "variant_id": row.variant_id or row.text("variant_id"),
        "word": dialect.row_words[word],
        "code": "\n".join(error.code for error in row.errors),
        "reason": "\n".join(error.reason for error in row.errors),
        "url": url(row.variant_id) if row.done and upload.kind in (GOODS, OFFER) else "",
    }


def error_rows(upload: Upload, dialect: Dialect) -> list[Sequence[Any]]:
    """The bad rows as they came, under the head of their template, each with where and why."""
    head = template_head(upload.sheet, dialect)
    head[-1] = [*head[-1], *ERROR_HEADINGS]
    return [*head, *(_with_reasons(row, upload.sheet, dialect) for row in upload.bad_rows)]


def _with_reasons(row: Row, sheet: Sheet, dialect: Dialect) -> list[Any]:
    cells = [cell.strftime(dialect.date_form) if isinstance(cell, date) else cell for cell in row.cells]
    told = [(sheet.heading(error.column), error.code, error.reason) for error in row.errors]
    return [*cells, row.line, *("\n".join(part) for part in zip(*told, strict=True))]


def template_head(sheet: Sheet, dialect: Dialect) -> list[Sequence[Any]]:
    """The rows above the data: headings, and for a sheet with a template code the code and a note."""
    note = "Điền từ dòng 4. Không đổi, thêm hay bớt tiêu đề cột."
    return [[sheet.code], [note], sheet.headings] if dialect.header_row else [sheet.headings]
