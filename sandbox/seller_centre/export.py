"""The listing export: one row per variant, in the layout, number and date forms that the switches ask for."""

from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import Any

from sandbox.seller_centre import workbook
from sandbox.seller_centre.checks import VIETNAM
from sandbox.seller_centre.dialect import Dialect
from sandbox.seller_centre.goods import Product, Shelf, Variant

UNKNOWN_STATE = "Đang rà soát nội dung"


def export(
    shelf: Shelf, dialect: Dialect, switches: dict[str, Any], url: Callable[[str], str],
    wanted_state: str = "", faults: Sequence[str] = (),
) -> bytes:
    """The workbook; `wanted_state` is a word of the centre, `faults` the kinds that strike this export."""
    facts = _facts(shelf, dialect, switches, url)
    if wanted_state:
        facts = [one for one in facts if one["state"] == wanted_state]
    if "half_rows" in faults:
        facts = facts[::2]
    if "state_word_unknown" in faults:
        for one in facts[::3]:
            one["state"] = UNKNOWN_STATE
    data = workbook.write([(dialect.export_sheet, _laid_out(facts, dialect, switches))], dialect.header_row)
    return data[: len(data) // 2] if "truncated_export" in faults else data


def _facts(
    shelf: Shelf, dialect: Dialect, switches: dict[str, Any], url: Callable[[str], str]
) -> list[dict[str, Any]]:
    form = dialect.time_form[switches["export_dates"]]
    pairs = [(product, variant) for product in shelf for variant in product.variants]
    return [
        {"ordinal": n, **_fact(product, variant, dialect, form), "url": url(variant.id)}
        for n, (product, variant) in enumerate(pairs, start=1)
    ]


def _fact(product: Product, variant: Variant, dialect: Dialect, form: str) -> dict[str, Any]:
    changed = datetime.fromtimestamp(max(product.updated, variant.updated), UTC).astimezone(VIETNAM)
    return {
        "variant_id": variant.id,
        "product_id": product.id,
        "sku": variant.sku,
        "title": product.title,
        "axes": "; ".join(f"{name}{dialect.axis_mark}{value}" for name, value in variant.axes),
        "price": variant.price,
        "stock": variant.stock,
        "state": dialect.states[product.state(variant)],
        "reason": product.reason,
        "updated": changed.strftime(form),
    }


def _laid_out(facts: list[dict[str, Any]], dialect: Dialect, switches: dict[str, Any]) -> list[list[Any]]:
    columns = [
        pair for pair in dialect.exports[switches["export_layout"]]
        if switches["export_sku_column"] or pair[1] != "sku"
    ]
    keys = [key for _, key in columns]
    body = [[one[key] for key in keys] for one in facts]
    if switches["export_total_row"]:
        total = {"title": f"{len(facts)} dòng", "stock": sum(one["stock"] for one in facts)}
        body.append([dialect.total_word, *(total.get(key, "") for key in keys[1:])])
    if switches["export_numbers_as_text"]:
        body = [[str(cell) for cell in row] for row in body]
    above = [[dialect.export_title], []] if dialect.header_row else []
    return [*above, [heading for heading, _ in columns], *body]
