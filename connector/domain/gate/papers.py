"""The papers that a platform asks for with goods like these, and the record does not hold."""

from collections.abc import Iterator
from datetime import date

from connector.domain.book import Rules
from connector.domain.gate.finding import Finding
from connector.domain.ocop import Paper
from connector.domain.product import Product


def papers(product: Product, rules: Rules, today: date, platform: str) -> Iterator[Finding]:
    """One finding for all that lack and one for all that have ended, so that a list of problems stays short."""
    lacking: list[Paper] = []
    ended: list[Paper] = []
    for paper, must in rules.asked(product.set_no, platform):
        held = [one for one in product.papers if one.kind == paper.code]
        if not must or told_otherwise(product, paper, today) or any(one.holds_on(today) for one in held):
            continue
        (ended if held else lacking).append(paper)
    if lacking:
        yield (
            "paper_missing",
            "papers",
            f"Thiếu giấy tờ: {_names_vi(lacking)}. Chụp hoặc tải tệp lên ở trang «Giấy tờ» của sản phẩm, hoặc: "
            f"ocop paper add {product.code} TỆP --kind {lacking[0].code}.",
            f"Papers lack: {_names_en(lacking)}. Send them on the product's page “Papers”, or: ocop paper add "
            f"{product.code} FILE --kind {lacking[0].code}.",
        )
    if ended:
        yield (
            "paper_expired",
            "papers",
            f"Giấy tờ đã hết hạn: {_names_vi(ended)}. Tải bản mới lên ở trang «Giấy tờ» của sản phẩm.",
            f"Papers have ended: {_names_en(ended)}. Send the new ones on the product's page “Papers”.",
        )


def told_otherwise(product: Product, paper: Paper, today: date) -> bool:
    """What a fact of the record stands for: a link is the traceability; without a certificate there is no scan."""
    if paper.code == "traceability":
        return bool(product.label.trace_url)
    return paper.code == "ocop_certificate" and not product.stars_on(today)


def _names_vi(found: list[Paper]) -> str:
    return "; ".join(paper.vi for paper in found)


def _names_en(found: list[Paper]) -> str:
    return "; ".join(paper.en for paper in found)
