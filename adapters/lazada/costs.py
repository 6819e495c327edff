"""What a change of structure costs at Lazada, for the plan: said before it is done."""

from collections.abc import Iterator

from adapters.lazada.revise import FIXED, fixed
from connector.domain.listing import Desired
from connector.domain.plan import Kind, Op
from connector.domain.problem import Problem


def costs(op: Op, desired: Desired) -> Iterator[Problem]:
    fields = op.values
    if op.kind is Kind.REVISE and fixed(op, desired):
        yield FIXED
    elif op.kind is Kind.REVISE and "variants" in fields:
        gone = sorted(sku for sku in op.ref.variants if sku not in desired.skus)
        if gone:
            yield _warning(
                "variants_lost",
                "variants",
                f"Phân loại {', '.join(gone)} bị xóa hẳn trên Lazada, kể cả mã SkuId và lượt bán của nó.",
                f"Variants {', '.join(gone)} are removed at Lazada for good, their SkuId and sales with them.",
            )
    if op.kind is Kind.REVISE and "category" in fields:
        yield _warning(
            "reviewed_again",
            "category",
            "Đổi ngành hàng: thuộc tính gửi lại theo ngành mới và Lazada có thể xét duyệt lại, đến 24 giờ.",
            "The category changes: attributes are sent anew and Lazada may check the item again, for up to 24 hours.",
        )


def _warning(code: str, field: str, vi: str, en: str) -> Problem:
    return Problem(code, field, vi, en, blocking=False)
