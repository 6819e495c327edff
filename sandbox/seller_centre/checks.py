"""What a row must satisfy beyond its form: against the goods of the shop, the album and the floor's rules."""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

from sandbox.seller_centre.album import Album
from sandbox.seller_centre.dialect import GOODS, OFFER, VISIBILITY, Dialect
from sandbox.seller_centre.goods import Product, Shelf, Variant
from sandbox.seller_centre.rows import PRICE_LIMIT, Row
from sandbox.storefront import dong

VIETNAM = timezone(timedelta(hours=7))
NEW_PRODUCT = ("group_key", "sku", "title", "category", "price", "stock", "weight", "producer", "origin")
NEW_VARIANT = ("sku", "price", "stock")
ACTIONS = {GOODS: ("create", "change"), OFFER: ("",), VISIBILITY: ("hide", "show", "remove")}


@dataclass
class Desk:
    """What lies before the person who checks one file: the shop, its rules, and this file's memory."""

    dialect: Dialect
    shelf: Shelf
    album: Album
    switches: dict[str, Any]
    now: float
    skus: set[str] = field(default_factory=set)
    axes: set[tuple[str, Any]] = field(default_factory=set)


def check(row: Row, kind: str, desk: Desk) -> None:
    """Adds to the row all that is wrong with it; nothing in the shop changes."""
    if not _has_action(row, kind, desk):
        return
    product, variant = _look_up(row, kind, desk)
    _need(row, kind)
    if row.action == "create":
        _check_new(row, product, desk)
    _check_offer(row, product, variant)
    if kind == GOODS:
        _check_category(row, desk)
        _check_images(row, desk)
        _check_papers(row, product, desk)
    if product and row.action in ("create", "change", "show"):
        _check_lock(row, product)


def _has_action(row: Row, kind: str, desk: Desk) -> bool:
    """Without knowing what is wanted nothing more can be said about a row."""
    if row.action in ACTIONS[kind]:
        return True
    if all(error.column != "action" for error in row.errors):
        known = [word for word, action in desk.dialect.actions.items() if action in ACTIONS[kind]]
        code = "SAI_KIEU" if row.action else "THIEU_COT"
        row.fault("action", code, f"Thao tác phải là: {', '.join(known)}.")
    return False


def _look_up(row: Row, kind: str, desk: Desk) -> tuple[Product | None, Variant | None]:
    product_id, variant_id = row.text("product_id"), row.text("variant_id")
    if row.action == "create":
        variant_id = ""
    if not (product_id or variant_id):
        return None, None
    if kind == OFFER or row.action == "change":
        product_id = product_id if variant_id else ""
    try:
        product, variant = desk.shelf.find(product_id, variant_id)
    except KeyError:
        column = "variant_id" if variant_id else "product_id"
        row.fault(column, "KHONG_TIM_THAY", f"Gian hàng không có mã «{variant_id or product_id}».")
        return None, None
    if variant and row.text("sku") and row.text("sku") != variant.sku:
        row.fault("sku", "TRUNG_MA", f"Mã «{variant.id}» thuộc mã hàng «{variant.sku}», không đổi được.")
    return product, variant


def _need(row: Row, kind: str) -> None:
    if row.action == "create":
        wanted: tuple[str, ...] = NEW_VARIANT if row.text("product_id") else NEW_PRODUCT
    elif kind == VISIBILITY:
        wanted = () if row.text("variant_id") else ("product_id",)
    else:
        wanted = ("variant_id",)
    unread = {error.column for error in row.errors}
    for key in wanted:
        if key not in row.values and key not in unread:
            row.fault(key, "THIEU_COT", "Ô này bắt buộc phải có.")


def _check_new(row: Row, product: Product | None, desk: Desk) -> None:
    if not row.text("product_id") and "images" not in row.values:
        row.fault("image1", "THIEU_COT", "Cần ít nhất một ảnh.")
    sku = row.text("sku")
    if sku and sku in desk.skus:
        row.fault("sku", "TRUNG_MA", f"Mã hàng «{sku}» có ở một dòng khác trong tệp.")
    elif sku and desk.switches["sku_unique"] and desk.shelf.has_sku(sku):
        row.fault("sku", "TRUNG_MA", f"Gian hàng đã có mã hàng «{sku}».")
    desk.skus.add(sku)
    axes = (row.values.get("axis1"), row.values.get("axis2"))
    place = (row.text("product_id") or f"nhóm {row.text('group_key')}", axes)
    taken = product is not None and axes_of(row) in [variant.axes for variant in product.variants]
    if place in desk.axes or taken:
        row.fault("axis1", "TRUNG_MA", "Phân loại trùng với một dòng khác của cùng sản phẩm.")
    desk.axes.add(place)


def axes_of(row: Row, old: tuple[tuple[str, str], ...] = ()) -> tuple[tuple[str, str], ...]:
    """The axes of the row's variant; a cell left empty keeps the old one."""
    was: list[Any] = [*old, None, None]
    found = (row.values.get(key, was[place]) for place, key in enumerate(("axis1", "axis2")))
    return tuple(axis for axis in found if axis)


def _check_offer(row: Row, product: Product | None, variant: Variant | None) -> None:
    price: int = row.values.get("price", variant.price if variant else 0)
    list_price: int = row.values.get("list_price", variant.list_price if variant else 0)
    if "price" in row.values and not 0 < price <= PRICE_LIMIT:
        row.fault("price", "GIA_KHONG_HOP_LE", f"Giá bán phải lớn hơn 0 và không quá {dong(PRICE_LIMIT)}.")
    elif not 0 <= list_price <= PRICE_LIMIT or 0 < list_price < price:
        row.fault("list_price", "GIA_KHONG_HOP_LE", "Giá bán không được cao hơn giá niêm yết.")
    if product and variant and product.promotion and price != variant.price:
        row.fault("price", "GIA_BI_KHOA", "Sản phẩm đang khuyến mãi, sàn giữ nguyên giá bán.")


def _check_category(row: Row, desk: Desk) -> None:
    code = row.text("category")
    if code and desk.dialect.category(code) is None:
        row.fault("category", "NGANH_HANG_SAI", f"Không có ngành hàng «{code}»; xem danh mục trong tệp mẫu.")


def _check_images(row: Row, desk: Desk) -> None:
    for column, name in row.values.get("images", ()):
        found = desk.album.find(name)
        if not isinstance(found, str):
            row.fault(column, *found)


def _check_papers(row: Row, product: Product | None, desk: Desk) -> None:
    rule = desk.switches["papers_required"]
    if rule == "none" or (row.action == "create" and product is not None):
        return
    known = _said(product) | row.values
    if known.get("stars"):
        for key, what in (("decision", "số quyết định"), ("until", "ngày hết hiệu lực")):
            if not known.get(key) and all(error.column != key for error in row.errors):
                row.fault(key, "GIAY_TO_THIEU", f"Sản phẩm ghi sao OCOP cần {what} công nhận.")
        if known.get("until") and known["until"] < today(desk.now):
            row.fault("until", "GIAY_TO_HET_HAN", f"Chứng nhận đã hết hạn ngày {known['until']:%d/%m/%Y}.")
    category = desk.dialect.category(str(known.get("category", "")))
    if rule == "food" and category and category.food and not known.get("papers"):
        row.fault("papers", "GIAY_TO_THIEU", "Thực phẩm cần giấy tờ an toàn thực phẩm.")


def _said(product: Product | None) -> dict[str, Any]:
    return product.texts | {"category": product.category} if product else {}


def _check_lock(row: Row, product: Product) -> None:
    if product.locked:
        row.fault("product_id", "BI_KHOA", f"Sản phẩm bị khóa do vi phạm: {product.locked}")
    elif row.action == "show" and product.verdict in ("rejected", "needs_fix"):
        row.fault("product_id", "BI_KHOA", f"Sản phẩm chưa được duyệt: {product.remark}")


def today(now: float) -> Any:
    """The calendar day in Vietnam."""
    return datetime.fromtimestamp(now, UTC).astimezone(VIETNAM).date()
