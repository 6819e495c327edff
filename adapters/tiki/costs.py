"""What a change costs at Tiki, or that it cannot be made there, for the plan: said before it is done."""

from collections.abc import Iterator

from adapters.tiki.writes import CONTENT, fixed, fixed_fields
from connector.domain.listing import Desired
from connector.domain.plan import Kind, Op
from connector.domain.problem import Problem


def costs(op: Op, desired: Desired) -> Iterator[Problem]:
    if op.kind is not Kind.REVISE:
        return
    fields = set(op.values)
    yield from (fixed(field) for field in sorted(fixed_fields(fields)))
    if fields & CONTENT or any(f.startswith("attr:") for f in fields - fixed_fields(fields)):
        number = len(op.ref.variants)
        yield _warning(
            "reviewed_again",
            "listing",
            f"Tiki duyệt lại nội dung: {number} yêu cầu, mỗi sản phẩm một; trong lúc chờ tin cũ vẫn bán.",
            f"Tiki reviews the content again: {number} requests, one for each product; the old content stays on sale.",
        )
    if "variants" in fields:
        added = sorted(sku for sku in desired.skus if sku not in op.ref.variants)
        gone = sorted(sku for sku in op.ref.variants if sku not in desired.skus)
        if added:
            vi = f"Phân loại {', '.join(added)} là sản phẩm mới ở Tiki và phải duyệt, thường vài giờ."
            en = f"Variants {', '.join(added)} become new products at Tiki, which are reviewed, usually for hours."
            yield _warning("new_request", "variants", vi, en)
        if gone:
            vi = f"Phân loại {', '.join(gone)} chỉ được tắt bán: sản phẩm vẫn còn trên Tiki."
            en = f"Variants {', '.join(gone)} are only switched off: the products stay at Tiki."
            yield _warning("only_switched_off", "variants", vi, en)


def _warning(code: str, field: str, vi: str, en: str) -> Problem:
    return Problem(code, field, vi, en, blocking=False)
