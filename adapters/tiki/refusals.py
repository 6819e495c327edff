"""Tiki's refusals, which are sentences without codes: by a phrase in them, what to tell a producer. Seen 2026-11."""

import json
from collections.abc import Iterator
from typing import Any

from connector.domain.problem import Problem
from connector.domain.text import fold

# phrase (folded) -> code, facts field, what to do
_KNOWN = (
    (
        "product media is empty",
        "pictures_dropped",
        "pictures",
        "Tiki không nhận ảnh nào: ảnh phải vuông, từ 500×500 px, không chữ quảng cáo, và tải được từ mạng. Thay ảnh.",
        "Tiki took no picture: they must be square, at least 500×500 px and reachable from the internet.",
    ),
    (
        "legal document is missing",
        "document_missing",
        "category",
        "Tiki đòi giấy tờ cho ngành hàng này. Thêm giấy tờ vào certificate_files trong cài đặt gian hàng.",
        "Tiki wants documents for this category. Add them to certificate_files in the shop's settings.",
    ),
    (
        "khong duy nhat",
        "sku_taken",
        "variants",
        "SKU này đã có trong gian hàng Tiki. Đổi SKU hoặc gỡ sản phẩm cũ.",
        "The seller SKU is taken in this Tiki shop. Change it or remove the old product.",
    ),
    ("not unique", "sku_taken", "variants", "SKU này đã có trong gian hàng Tiki. Đổi SKU.", "The seller SKU is taken."),
    (
        "khong ton tai trong danh sach",
        "attribute_not_listed",
        "attributes",
        "Một giá trị không nằm trong danh sách của Tiki. Sửa theo tên thuộc tính kèm theo.",
        "A value is not in Tiki's list. Mend the attribute that it names.",
    ),
    (
        "ten percent",
        "price_too_low",
        "price",
        "Giá bán thấp hơn 10% giá niêm yết trên Tiki. Nâng giá, hoặc hạ giá niêm yết trên Tiki.",
        "The price is under a tenth of the list price. Raise it, or lower the list price at Tiki.",
    ),
    (
        "inventory type",
        "inventory_type",
        "listing",
        "Gian hàng chưa đăng ký hình thức bán này. Đặt inventory_type trong cài đặt gian hàng, ví dụ dropship.",
        "The shop is not registered for this operation model. Set inventory_type, for example dropship.",
    ),
    (
        "warehouse",
        "warehouse_unknown",
        "stock",
        "Tiki không thấy kho hàng. Đặt warehouse trong cài đặt gian hàng theo kho đang mở trên Tiki.",
        "Tiki does not know the warehouse. Set `warehouse` to one that is open there.",
    ),
    (
        "option attributes",
        "options_wrong",
        "variants",
        "Tên phân loại của các biến thể không khớp. Ghi đủ tên cho mỗi nhóm phân loại, tối đa hai nhóm.",
        "The variants' options do not fit the axes. Name each; two axes at most.",
    ),
    (
        "price 0",
        "price_missing",
        "price",
        "Giá phải lớn hơn 0, ví dụ 45000.",
        "The price must be above 0, for example 45000.",
    ),
    (
        "permission to update this product",
        "not_ours",
        "listing",
        "Sản phẩm này do nhà bán khác tạo trên Tiki nên không sửa được nội dung từ đây.",
        "Another seller made this product at Tiki, so its content cannot be changed from here.",
    ),
)


def problem(text: str, where: str = "listing") -> Problem:
    """A sentence of Tiki's with what to do about it; one we do not know is shown as it came."""
    words = fold(text)
    for phrase, code, field, vi, en in _KNOWN:
        if phrase in words:
            return Problem(f"tiki_{code}", field, f"{vi} ({text[:200]})", f"{en} ({text[:200]})")
    said = text[:300] or "không nêu lý do"
    vi = f"Tiki từ chối: {said}. Sửa theo lý do này rồi lưu lại."
    return Problem("tiki_refused", where, vi, f"Tiki refused: {said}. Mend what it names and save.")


def sentences(raw: Any) -> list[str]:
    """All that a refusal says: a text, a text that is itself JSON, or lists and objects of such."""
    return list(dict.fromkeys(text for text in _texts(raw) if text))


def _texts(raw: Any) -> Iterator[str]:
    if isinstance(raw, str):
        inner = _decoded(raw)
        if inner is None:
            yield raw.strip()
        else:
            yield from _texts(inner)
    elif isinstance(raw, list):
        for each in raw:
            yield from _texts(each)
    elif isinstance(raw, dict):
        found = [raw[key] for key in ("errors", "error") if raw.get(key)]
        said = [raw[key] for key in ("msg", "description", "message", "error_description") if raw.get(key)]
        for each in found or said:
            yield from _texts(each)


def _decoded(text: str) -> Any | None:
    if not text.lstrip().startswith(("{", "[")):
        return None
    try:
        return json.loads(text)
    except ValueError:
        return None
