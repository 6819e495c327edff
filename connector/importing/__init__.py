"""Importing: a spreadsheet becomes canonical products; good rows go in, bad rows come back with the reason.

Importing a file twice changes nothing, the order of its rows does not matter, and what it lacks is never deleted.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Protocol

from connector.domain.product import Product
from connector.errors import Complaint
from connector.importing.drafts import Group, gather, send_back_together
from connector.importing.lines import Line, RowProblem, Tables, read_lines
from connector.importing.mapping import Header, Naming, find_header, heading_text, load_namings
from connector.importing.places import load_places
from connector.importing.reading import read
from connector.importing.rejects import write_rejects
from connector.importing.sets import load_sets
from connector.importing.settle import part_twins, refuse_taken, settle
from connector.importing.sheet import Contents, Limits, Sheet
from connector.store import Draft, Goods, Saved

__all__ = ["Catalogue", "Draft", "ImportResult", "Limits", "RowProblem", "Saved", "import_file"]

CONFIG = Path(__file__).parents[2] / "config"
_BATCH = 500


class Catalogue(Protocol):
    """What importing asks of the store."""

    def sku_owners(self, skus: Iterable[str]) -> Mapping[str, str]:
        """The code of the product that holds each SKU that is taken."""

    def by_code(self, codes: Iterable[str]) -> Mapping[str, Goods]:
        """The products that are known, by code."""

    def put(self, drafts: Sequence[Draft], cause: str) -> Saved:
        """Write what is new or different."""


@dataclass(frozen=True, slots=True)
class ImportResult:
    """Products created, changed and unchanged; rows rejected; every problem, warnings included. `remarks` concern the
    whole file, as (vi, en); `rejects_path` is the workbook of rejected rows, None if there is none."""

    created: int = 0
    changed: int = 0
    unchanged: int = 0
    rejected: int = 0
    problems: tuple[RowProblem, ...] = ()
    rejects_path: Path | None = None
    mapping: str = ""
    remarks: tuple[tuple[str, str], ...] = ()


def import_file(
    path: Path,
    mapping_name: str | None,
    *,
    catalogue: Catalogue,
    today: date,
    progress: Callable[[int, int], None] = lambda done, total: None,
    draw: Callable[[Product], tuple[str, ...]] = lambda product: (),
    limits: Limits | None = None,
    rejects: Path | None = None,
    config: Path = CONFIG,
) -> ImportResult:
    """Import a file by a named mapping, or by the one its headings give away.

    `progress` hears (products done, products in all); `draw` gives the pictures of a product that has none; `rejects`
    is where the rejected rows are written (beside the file if not said).
    """
    tables = Tables(load_places(config / "admin"), load_sets(config / "admin"))
    contents = read(path, limits or Limits())
    sheet, naming, header = locate(contents, load_namings(config / "mappings"), mapping_name, path.name)
    lines = list(read_lines(sheet, naming, header, tables))
    if not lines:
        raise Complaint(
            f"{path.name} có dòng tiêu đề nhưng chưa có sản phẩm nào. Điền từ dòng {header.row + 2} trở đi.",
            f"{path.name} has headings but no products yet. Fill in from row {header.row + 2} on.",
        )
    drafts = _drafts(lines, catalogue, tables, today, draw)
    saved = Saved()
    for start in range(0, len(drafts), _BATCH):
        progress(start, len(drafts))
        saved += catalogue.put(drafts[start : start + _BATCH], f"import {path.name}")
    progress(len(drafts), len(drafts))
    bad = [line for line in lines if line.rejected]
    where = (rejects or path.with_name(f"{path.stem}-loi.xlsx")) if bad else None
    if where:
        write_rejects(where, bad)
    return ImportResult(
        created=saved.created,
        changed=saved.changed,
        unchanged=saved.unchanged,
        rejected=len(bad),
        problems=tuple(problem for line in lines for problem in line.problems),
        rejects_path=where,
        mapping=naming.name,
        remarks=tuple(contents.remarks),
    )


def _drafts(
    lines: Sequence[Line],
    catalogue: Catalogue,
    tables: Tables,
    today: date,
    draw: Callable[[Product], tuple[str, ...]],
) -> list[Draft]:
    groups = gather(lines, tables, today)
    known = catalogue.by_code([group.product.code for group in groups if not group.at_fault])
    for group in groups:
        goods = known.get(group.product.code)
        settle(group, goods.product if goods else None, tables)
    part_twins(groups)
    refuse_taken(groups, catalogue.sku_owners([form.variant.sku for group in groups for form in group.kept]))
    for group in groups:
        send_back_together(group)
    return [_draft(group, draw) for group in groups if group.kept]


def _draft(group: Group, draw: Callable[[Product], tuple[str, ...]]) -> Draft:
    forms = sorted(group.kept, key=lambda form: (form.variant.weight_g, form.variant.price, form.variant.sku))
    product = replace(group.product, variants=tuple(form.variant for form in forms))
    if not product.pictures:
        product = replace(product, pictures=draw(product))
    stock = {form.variant.sku: form.stock for form in forms if form.stock is not None}
    return Draft(row=min(form.line.row for form in forms), product=product, stock=stock or None)


def locate(
    contents: Contents, namings: Mapping[str, Naming], chosen: str | None, file: str
) -> tuple[Sheet, Naming, Header]:
    """The sheet with products, and how its columns are named."""
    if chosen and chosen not in namings:
        names = ", ".join(namings)
        raise Complaint(
            f"Không có cách đặt tên cột «{chosen}». Chọn một trong: {names}.",
            f"There is no mapping “{chosen}”. Choose one of: {names}.",
        )
    candidates = [namings[chosen]] if chosen else sorted(namings.values(), key=lambda n: (-len(n.detect), n.name))
    for sheet in contents.sheets:
        for naming in candidates:
            header = find_header(naming, sheet.grid, () if chosen else naming.detect)
            if header:
                return sheet, naming, header
    loose = namings.get("template") if not chosen else None
    for sheet in contents.sheets if loose else ():
        header = find_header(loose, sheet.grid) if loose else None
        if loose and header:
            return sheet, loose, header
    raise _no_header(contents, namings, file)


def _no_header(contents: Contents, namings: Mapping[str, Naming], file: str) -> Complaint:
    rows = [row for sheet in contents.sheets for row in sheet.grid if any(str(cell).strip() for cell in row)]
    seen = ", ".join(heading_text(cell) for cell in rows[0][:8] if cell) if rows else ""
    if not rows:
        return Complaint(
            f"Tệp {file} rỗng. Hãy nhập sản phẩm vào tệp mẫu (lệnh: ocop template) rồi thử lại.",
            f"The file {file} is empty. Fill in the template (command: ocop template) and try again.",
        )
    return Complaint(
        f"Không tìm thấy dòng tiêu đề trong {file} (thấy: {seen}). Dòng tiêu đề cần có «Tên sản phẩm», «Chủ thể», "
        f"«Giá bán (đồng)» như tệp mẫu (lệnh: ocop template), hoặc chọn --mapping: {', '.join(namings)}.",
        f"No row of headings was found in {file} (seen: {seen}). It needs “Tên sản phẩm”, “Chủ thể”, “Giá bán (đồng)” "
        f"as in the template (command: ocop template), or choose --mapping: {', '.join(namings)}.",
    )
