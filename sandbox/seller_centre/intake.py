"""One upload from file to shop: the whole file first, then each row; what went wrong is kept."""

import unicodedata
from dataclasses import dataclass, field
from typing import Any

from sandbox.seller_centre import approval, workbook
from sandbox.seller_centre.checks import Desk, axes_of, check
from sandbox.seller_centre.dialect import GOODS, Dialect, Sheet
from sandbox.seller_centre.errors import FileRefused, broken
from sandbox.seller_centre.goods import Product, Variant
from sandbox.seller_centre.rows import Row, as_text, parse

TEXTS = (
    "weight", "size", "short_text", "description", "stars", "decision", "until", "producer", "origin",
    "shelf_life", "storage", "ingredients", "papers",
)


@dataclass
class Upload:
    """One file that the seller sent; `due` is when its rows are taken, `refused` why none ever will be."""

    id: str
    filename: str
    kind: str
    sheet: Sheet
    at: float
    due: float
    rows: list[Row] = field(default_factory=list)
    refused: tuple[tuple[str, str], ...] = ()
    taken: bool = False

    @property
    def status(self) -> str:
        """Key of the dialect's word for how the upload stands."""
        if self.refused:
            return "refused"
        if not self.taken:
            return "waiting"
        good = len(self.rows) - len(self.bad_rows)
        return "all" if good == len(self.rows) else "part" if good else "none"

    @property
    def bad_rows(self) -> list[Row]:
        return [row for row in self.rows if row.errors]


def open_file(
    data: bytes, sheet: Sheet, other: Sheet, dialect: Dialect, switches: dict[str, Any]
) -> list[Row]:
    """The rows of the file, or FileRefused; `other` is the template version not in force."""
    cells = workbook.read(data, sheet.name if dialect.fixed_sheet_name else None)
    if dialect.header_row:
        _check_code(cells, sheet)
    head = cells[dialect.header_row] if len(cells) > dialect.header_row else []
    _check_headings([_heading(cell) for cell in head], sheet, other)
    width, first = len(sheet.columns), dialect.header_row + 1
    rows = [
        parse(line, (one + [""] * width)[:width], sheet, dialect)
        for line, one in enumerate(cells[first:], start=first + 1)
        if any(as_text(cell) for cell in one[:width])
    ]
    _check_count(rows, switches)
    return rows


def _heading(cell: Any) -> str:
    return unicodedata.normalize("NFC", str(cell))


def _check_code(cells: workbook.Rows, sheet: Sheet) -> None:
    code = as_text(cells[0][0]) if cells and cells[0] else ""
    if code != sheet.code:
        reason = f"Ô A1 phải là mã mẫu «{sheet.code}», tệp có «{code}». Hãy tải mẫu mới."
        raise FileRefused(("THIEU_COT", reason))


def _check_headings(found: list[str], sheet: Sheet, other: Sheet) -> None:
    while found and not found[-1].strip():
        found.pop()
    wanted = sheet.headings
    if found == wanted:
        return
    reasons = ["Tệp theo mẫu phiên bản khác; hãy tải mẫu đang dùng."] if found == other.headings else []
    reasons += [f"Thiếu cột «{heading}»." for heading in wanted if heading not in found]
    reasons += [f"Cột lạ «{heading}»." for heading in found if heading not in wanted]
    reasons += [
        f"Cột thứ {place} phải là «{right}», tệp có «{wrong}»."
        for place, (right, wrong) in enumerate(zip(wanted, found, strict=False), start=1)
        if right != wrong
    ]
    if len(found) > len(wanted):
        reasons.append(f"Tệp có {len(found)} cột, mẫu có {len(wanted)}.")
    raise FileRefused(*(("THIEU_COT", reason) for reason in reasons))


def _check_count(rows: list[Row], switches: dict[str, Any]) -> None:
    if not rows:
        raise broken("Tệp không có dòng dữ liệu nào.")
    if len(rows) > int(switches["max_rows"]):
        raise broken(f"Tệp có {len(rows)} dòng, tối đa {switches['max_rows']}.")
    categories = {row.text("category") for row in rows} - {""}
    if switches["one_category_per_file"] and len(categories) > 1:
        raise broken(f"Mỗi tệp chỉ một ngành hàng, tệp có {len(categories)}.")


def take(upload: Upload, desk: Desk) -> None:
    """Checks every row, then takes the good ones."""
    for row in upload.rows:
        check(row, upload.kind, desk)
    if desk.switches["whole_file"] and upload.bad_rows:
        for row in upload.rows:
            if not row.errors:
                row.fault("row_key", "CA_TEP", "Dòng này đúng, nhưng tệp có dòng sai nên không được nhận.")
    groups: dict[str, Product] = {}
    for row in upload.rows:
        if not row.errors:
            _take_row(row, upload.kind, desk, groups)
    upload.taken = True


def _take_row(row: Row, kind: str, desk: Desk, groups: dict[str, Product]) -> None:
    if row.action == "create":
        product, variant = _create(row, desk, groups)
    else:
        try:
            product, found = desk.shelf.find(row.text("product_id"), row.text("variant_id"))
        except KeyError:  # an earlier row of this file has removed it
            row.fault("variant_id", "KHONG_TIM_THAY", "Một dòng phía trên đã gỡ sản phẩm này.")
            return
        variant = found or product.variants[0]
        _act(row, kind, desk, product, found)
    row.product_id, row.variant_id, row.done = product.id, variant.id, True
    row.values.setdefault("sku", variant.sku)
    product.updated = variant.updated = desk.now


def _create(row: Row, desk: Desk, groups: dict[str, Product]) -> tuple[Product, Variant]:
    if row.text("product_id"):
        product, _ = desk.shelf.find(row.text("product_id"))
    elif (group := row.text("group_key")) in groups:
        product = groups[group]
    else:
        product = groups[group] = desk.shelf.create(row.text("title"), row.text("category"), desk.now)
        _write_content(row, product, desk)
    variant = desk.shelf.add(product, row.text("sku"), axes_of(row), desk.now)
    _write_offer(row, variant)
    if product.revision == 0 or product.id not in desk.shelf.waiting:
        approval.submit(desk.shelf, product, desk.switches, desk.now)
    return product, variant


def _act(row: Row, kind: str, desk: Desk, product: Product, variant: Variant | None) -> None:
    if row.action == "remove":
        desk.shelf.remove(product, variant)
    elif row.action in ("show", "hide"):
        product.on_sale = row.action == "show"
    elif variant is not None:
        _write_offer(row, variant)
        if kind == GOODS:
            variant.axes = axes_of(row, variant.axes)
            _write_content(row, product, desk)
            approval.submit(desk.shelf, product, desk.switches, desk.now)


def _write_content(row: Row, product: Product, desk: Desk) -> None:
    product.title = row.text("title") or product.title
    product.category = row.text("category") or product.category
    product.texts |= {key: row.values[key] for key in TEXTS if key in row.values}
    found = [desk.album.find(name) for _, name in row.values.get("images", ())]
    product.pictures = tuple(one for one in found if isinstance(one, str)) or product.pictures


def _write_offer(row: Row, variant: Variant) -> None:
    for key in ("price", "list_price", "stock"):
        if key in row.values:
            setattr(variant, key, row.values[key])
