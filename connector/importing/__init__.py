"""Importing: a spreadsheet becomes canonical products; good rows go in, bad rows come back with the reason.

Importing a file twice changes nothing, the order of its rows does not matter, and what it lacks is never deleted.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Protocol

from connector.domain.product import Producer, Product
from connector.errors import Complaint
from connector.importing.drafts import Group, gather, send_back_together
from connector.importing.lines import Line, RowProblem, Tables, read_lines
from connector.importing.locate import locate
from connector.importing.mapping import load_namings
from connector.importing.places import load_places
from connector.importing.reading import read
from connector.importing.rejects import write_rejects
from connector.importing.sets import load_sets
from connector.importing.settle import part_twins, refuse_taken, settle
from connector.importing.sheet import Limits
from connector.store import Draft, Goods, Saved

__all__ = ["Catalogue", "Draft", "ImportResult", "Limits", "RowProblem", "Saved", "import_file"]

CONFIG = Path(__file__).parents[2] / "config"
_BATCH = 500
_PRODUCER_KEYS = ("producer", "producer_code", "producer_kind", "producer_address", "province", "commune")


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
    whole file, as (vi, en); `rejects_path` is the workbook of rejected rows, None if there is none; `lines` are those
    rows as they were read."""

    created: int = 0
    changed: int = 0
    unchanged: int = 0
    rejected: int = 0
    problems: tuple[RowProblem, ...] = ()
    rejects_path: Path | None = None
    mapping: str = ""
    remarks: tuple[tuple[str, str], ...] = ()
    lines: tuple[Line, ...] = ()


def import_file(
    path: Path,
    mapping_name: str | None,
    *,
    catalogue: Catalogue,
    today: date,
    progress: Callable[[int, int], None] = lambda done, total: None,
    complete: Callable[[Product], Product] = lambda product: product,
    limits: Limits | None = None,
    rejects: Path | None = None,
    owner: Producer | None = None,
    config: Path = CONFIG,
) -> ImportResult:
    """Import a file by a named mapping, or by the one its headings give away.

    `progress` hears (products done, products in all); `complete` may add what a file cannot hold (drawn pictures);
    `rejects` is where the rejected rows are written (beside the file if not said).
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
    if owner is not None:
        _claim(lines, owner)
    drafts = _drafts(lines, catalogue, tables, today, complete, owner)
    bad = [line for line in lines if line.rejected]
    where = (rejects or path.with_name(f"{path.stem}-loi.xlsx")) if bad else None
    if where:
        write_rejects(where, bad)
    saved = Saved()
    for start in range(0, len(drafts), _BATCH):
        progress(start, len(drafts))
        saved += catalogue.put(drafts[start : start + _BATCH], f"import {path.name}")
    progress(len(drafts), len(drafts))
    return ImportResult(
        created=saved.created,
        changed=saved.changed,
        unchanged=saved.unchanged,
        rejected=len(bad),
        problems=tuple(problem for line in lines for problem in line.problems),
        rejects_path=where,
        mapping=naming.name,
        remarks=tuple(contents.remarks),
        lines=tuple(bad),
    )


def _claim(lines: Sequence[Line], owner: Producer) -> None:
    """Say on every row whose it is."""
    for line in lines:
        kept = {key: value for key, value in line.facts.items() if key not in _PRODUCER_KEYS}
        line.facts = kept | {"producer_code": owner.code, "producer": owner.name}
        line.problems = [found for found in line.problems if found.problem.field not in _PRODUCER_KEYS]


def _drafts(
    lines: Sequence[Line],
    catalogue: Catalogue,
    tables: Tables,
    today: date,
    complete: Callable[[Product], Product],
    owner: Producer | None,
) -> list[Draft]:
    groups = gather(lines, tables, today)
    known = catalogue.by_code([group.product.code for group in groups if group.named])
    for group in groups:
        goods = known.get(group.product.code)
        settle(group, goods.product if goods else None, tables)
        if owner is not None and goods is not None:
            _settle_owner(group, goods.product.producer, owner)
    part_twins(groups)
    refuse_taken(groups, catalogue.sku_owners([form.variant.sku for group in groups for form in group.kept]))
    for group in groups:
        send_back_together(group)
    return [_draft(group, complete) for group in groups if group.kept]


def _settle_owner(group: Group, holder: Producer, owner: Producer) -> None:
    """The producer's own record stays as it is; a product of another goes back."""
    if holder.code == owner.code:
        group.product = replace(group.product, producer=holder)
    else:
        group.lines[0].complain("code", "code_taken", taken=group.product.code)


def _draft(group: Group, complete: Callable[[Product], Product]) -> Draft:
    forms = sorted(group.kept, key=lambda form: (form.variant.weight_g, form.variant.price, form.variant.sku))
    product = complete(replace(group.product, variants=tuple(form.variant for form in forms)))
    stock = {form.variant.sku: form.stock for form in forms if form.stock is not None}
    return Draft(row=min(form.line.row for form in forms), product=product, stock=stock or None)
