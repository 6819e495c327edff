"""The floor's review of content: waits, decides from the seed, says why. Price and stock never come here."""

from random import Random
from typing import Any

from sandbox.seller_centre.goods import Product, Shelf

REFUSALS = (
    ("rejected", "Hình ảnh không đúng với sản phẩm đăng bán."),
    ("rejected", "Nội dung có thông tin liên hệ ngoài sàn."),
    ("needs_fix", "Cần bổ sung giấy chứng nhận an toàn thực phẩm."),
    ("needs_fix", "Cần bổ sung ảnh nhãn sản phẩm nhìn rõ hạn sử dụng."),
)


def submit(shelf: Shelf, product: Product, switches: dict[str, Any], now: float) -> None:
    """New or changed content goes to the back of the queue, whatever was decided before."""
    product.verdict, product.remark = "waiting", ""
    product.revision += 1
    product.decide_at = now + float(switches["approval_delay"])
    shelf.waiting[product.id] = product


def decide_due(shelf: Shelf, switches: dict[str, Any], seed: int, now: float) -> None:
    """Decides all whose time has come; the same seed, product and revision always meet the same decision."""
    due = [product for product in shelf.waiting.values() if product.decide_at <= now]
    for product in due:
        chance = Random(f"{seed}/{product.id}/{product.revision}")
        if chance.random() < float(switches["refusal_rate"]):
            verdict, remark = chance.choice(REFUSALS)
            refuse(shelf, product, verdict, remark, product.decide_at)
        else:
            approve(shelf, product, product.decide_at, to_warehouse=switches["after_approval"] == "warehouse")


def approve(shelf: Shelf, product: Product, now: float, *, to_warehouse: bool = False) -> None:
    """Passed; `to_warehouse` keeps a new product off sale until it is shown by hand."""
    if to_warehouse and product.revision == 1:
        product.on_sale = False
    product.verdict, product.remark, product.updated = "passed", "", now
    shelf.waiting.pop(product.id, None)


def refuse(shelf: Shelf, product: Product, verdict: str, remark: str, now: float) -> None:
    """`verdict` is "rejected" or "needs_fix"; the remark reaches the seller word for word."""
    if verdict not in ("rejected", "needs_fix"):
        raise ValueError(f"no such refusal: {verdict}")
    product.verdict, product.remark, product.updated = verdict, remark, now  # type: ignore[assignment]
    shelf.waiting.pop(product.id, None)
