"""What a change of structure costs at Shopee, for the plan: said before it is done."""

from collections.abc import Iterator

from connector.domain.listing import Desired, Value
from connector.domain.plan import Kind, Op
from connector.domain.problem import Problem


def costs(op: Op, desired: Desired) -> Iterator[Problem]:
    """Going by what was seen live: the options in `variants` tell how many axes there are now."""
    change = next((c for c in op.changes if c.field == "variants"), None)
    if op.kind is Kind.REVISE and change is not None and change.before:
        live = _by_sku(change.before)
        kept = [sku for sku in live if sku in desired.skus]
        axes = max(len(options) for options in live.values())
        if axes and (axes != _axes(desired) or not kept):
            yield _warning(
                "tiers_rebuilt",
                "variants",
                f"Shopee phải dựng lại bảng phân loại: {len(live)} mã phân loại (model_id) cũ mất hết, lượt bán theo "
                "phân loại và khuyến mãi gắn với chúng cũng mất. Đơn đã đặt không đổi.",
                f"Shopee has to rebuild the variants: all {len(live)} old model ids are lost, with their sales figures "
                "and the promotions they are in. Orders already placed stay.",
            )
        elif gone := sorted(set(live) - set(kept)):
            yield _warning(
                "variants_lost",
                "variants",
                f"Phân loại {', '.join(gone)} bị xóa trên Shopee, mã phân loại (model_id) không lấy lại được.",
                f"Variants {', '.join(gone)} are deleted at Shopee; their model ids do not come back.",
            )
    if op.kind is Kind.REVISE and "category" in op.values:
        yield _warning(
            "reviewed_again",
            "category",
            "Đổi ngành hàng: toàn bộ thuộc tính gửi lại theo ngành mới và Shopee có thể xét duyệt lại sản phẩm.",
            "The category changes: all attributes are sent anew and Shopee may review the item again.",
        )


def _by_sku(variants: Value) -> dict[str, list[str]]:
    assert isinstance(variants, tuple)
    return {sku: options for sku, *options in (entry.split("|") for entry in variants)}


def _axes(desired: Desired) -> int:
    return len(desired.axes) if len(desired.offers) > 1 else 0


def _warning(code: str, field: str, vi: str, en: str) -> Problem:
    return Problem(code, field, vi, en, blocking=False)
