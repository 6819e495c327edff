"""Words that need a ground: stars, the programme's name, promises of a cure."""

import re
from collections.abc import Iterator
from datetime import date
from functools import cache

from connector.domain.book import Rules
from connector.domain.claims import Claim, claims
from connector.domain.gate.finding import Finding
from connector.domain.product import Product
from connector.domain.text import tidy

_TEXTS = (
    ("name", "title", "Tên sản phẩm", "Product name"),
    ("short_name", "title", "Tên ngắn", "Short name"),
    ("brand", "brand", "Nhãn hiệu", "Brand"),
    ("description", "description", "Mô tả", "Description"),
)


def stars(product: Product, rules: Rules, today: date) -> Iterator[Finding]:
    """The worst claim of each text that its certificate does not support."""
    held = product.stars_on(today)
    for attribute, field, vi, en in _TEXTS:
        wrong = [claim for claim in claims(getattr(product, attribute)) if not claim.stands_on(held)]
        if wrong:
            yield _wrong_claim(max(wrong, key=lambda c: (not c.potential, c.stars)), held, (field, vi, en))


def _wrong_claim(claim: Claim, held: int, place: tuple[str, str, str]) -> Finding:
    field, vi, en = place
    if held and claim.potential:
        return (
            "stars_potential",
            field,
            f"{vi} ghi «{claim.said}», nhưng «tiềm năng» không phải hạng sao. Ghi đúng hạng, ví dụ: OCOP {held} sao.",
            f"{en} says “{claim.said}”, but “potential” is no rank. Write the rank, for example OCOP {held} sao.",
        )
    if held:
        return (
            "stars_above",
            field,
            f"{vi} ghi «{claim.said}», giấy chứng nhận chỉ có {held} sao. Sửa thành OCOP {held} sao.",
            f"{en} says “{claim.said}”, the certificate has {held} stars. Write OCOP {held} sao.",
        )
    return (
        "claim_without_ground",
        field,
        f"{vi} ghi «{claim.said}» nhưng không có giấy chứng nhận còn hiệu lực. Bỏ cụm này, hoặc điền giấy chứng nhận "
        "(ví dụ: 4 sao, 3981/QĐ-UBND, 05/08/2026).",
        f"{en} says “{claim.said}” without a certificate in force. Take it out or fill in the certificate.",
    )


def health(product: Product, rules: Rules, today: date) -> Iterator[Finding]:
    words = rules.words
    if words is None or not words.health or rules.kind(product.set_no) in words.health_free:
        return
    for attribute, field, vi, en in _TEXTS:
        found = dict.fromkeys(_pattern(words.health).findall(tidy(getattr(product, attribute)).lower()))
        if found:
            said = ", ".join(f"«{word}»" for word in list(found)[:4])
            yield (
                "health_claim",
                field,
                f"{vi} có lời nói về chữa bệnh ({said}), sản phẩm thông thường không được ghi. Bỏ đi, hoặc viết về "
                "hương vị và cách dùng, ví dụ: «vị ngọt thanh, pha với nước ấm».",
                f"{en} promises a cure ({said}), which ordinary goods may not. Take it out; write of taste and use.",
            )


@cache
def _pattern(words: tuple[str, ...]) -> re.Pattern[str]:
    longest = sorted(words, key=len, reverse=True)
    return re.compile(r"(?<!\w)(?:" + "|".join(re.escape(word) for word in longest) + r")(?!\w)")
