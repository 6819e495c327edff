"""What the label must tell of goods like these, and the record does not know."""

from collections.abc import Iterator
from datetime import date

from connector.domain.book import Rules
from connector.domain.gate.finding import Finding
from connector.domain.ocop import Fact
from connector.domain.product import Product


def label(product: Product, rules: Rules, today: date) -> Iterator[Finding]:
    for fact in rules.must_tell(product.set_no):
        if not _told(product, fact.key):
            yield _missing(fact)
    if product.stars_on(today) >= 4 and not product.label.trace_url:
        yield (
            "trace_missing",
            "label:trace_url",
            "Sản phẩm 4, 5 sao cần truy xuất được nguồn gốc. Điền vào cột «Đường dẫn truy xuất» (ví dụ: "
            "https://truyxuatnguongoc.gov.vn/…).",
            "A 4- or 5-star product should be traceable. Fill in the traceability link.",
        )
    if rules.sets and product.set_no not in rules.sets:
        yield (
            "set_missing",
            "set_no",
            "Chưa biết bộ sản phẩm OCOP nên chưa kiểm tra được nhãn. Chọn ở cột «Bộ sản phẩm OCOP» (ví dụ: 4 cho mật "
            "ong).",
            "The OCOP set is unknown, so the label cannot be checked. Choose one (for example 4 for honey).",
        )


def _told(product: Product, key: str) -> bool:
    producer = product.producer
    if key == "origin":
        return bool(producer.province or producer.commune)
    if key == "producer_address":
        return bool(producer.address or producer.commune)
    if key == "net_content" and any(variant.pack for variant in product.variants):
        return True
    return bool(getattr(product.label, key))


def _missing(fact: Fact) -> Finding:
    return (
        "label_missing",
        f"label:{fact.key}",
        f"Nhãn thiếu {fact.vi}. Điền vào cột «{fact.column}» (ví dụ: {fact.example}).",
        f"The label lacks {fact.en}. Fill in the column “{fact.column}” (for example: {fact.example}).",
    )
