"""Whether a certificate holds, ends soon, or no longer holds, and why."""

from collections.abc import Iterator
from datetime import date

from connector.domain.book import Rules
from connector.domain.gate.finding import Finding
from connector.domain.product import Certificate, Product


def certificate(product: Product, rules: Rules, today: date) -> Iterator[Finding]:
    held = product.certificate
    if held is None:
        yield (
            "certificate_missing",
            "certificate",
            "Chưa có giấy chứng nhận OCOP. Điền «Số sao OCOP», «Số quyết định công nhận» và «Ngày công nhận» "
            "(ví dụ: 4; 3981/QĐ-UBND; 05/08/2026). Khi chưa có, tin đăng không nêu sao.",
            "No OCOP certificate. Fill in stars, decision number and day (for example: 4; 3981/QĐ-UBND; 05/08/2026). "
            "Until then listings name no stars.",
        )
        return
    yield from _standing(held, today)
    left = (held.expires_on - today).days
    marks = sorted(mark for mark in (rules.programme.warn_days if rules.programme else ()) if left <= mark)
    if held.holds_on(today) and marks:
        yield (
            "certificate_expiring",
            "certificate",
            f"Giấy chứng nhận {held.stars} sao ({held.number}) hết hạn ngày {_day(held.expires_on)}, còn không quá "
            f"{marks[0]} ngày. Nộp hồ sơ đánh giá lại cho xã, rồi ghi giấy mới: ocop certificate renew {product.code}.",
            f"The {held.stars}-star certificate ({held.number}) ends on {held.expires_on}, in {marks[0]} days at most. "
            f"Apply to be ranked again, then: ocop certificate renew {product.code}.",
        )


def _standing(held: Certificate, today: date) -> Iterator[Finding]:
    """Why a certificate does not hold today; nothing if it does."""
    after_vi = "Tin đăng trên mọi sàn không còn nêu sao."
    after_en = "No listing names stars any more."
    if held.withdrawn_on is not None and held.withdrawn_on <= today:
        yield (
            "certificate_withdrawn",
            "certificate",
            f"Giấy chứng nhận {held.number} bị thu hồi ngày {_day(held.withdrawn_on)}. {after_vi} Bỏ sao trên nhãn và "
            "bao bì; khi được công nhận lại, điền quyết định mới (ví dụ: 3981/QĐ-UBND).",
            f"Certificate {held.number} was withdrawn on {held.withdrawn_on}. {after_en} Take the stars off label and "
            "pack; once recognised again, fill in the new decision.",
        )
    elif held.expires_on <= today:
        yield (
            "certificate_expired",
            "certificate",
            f"Giấy chứng nhận {held.number} hết hạn ngày {_day(held.expires_on)}. {after_vi} Đăng ký đánh giá lại với "
            "xã; có quyết định mới thì điền vào «Số quyết định công nhận» (ví dụ: 3981/QĐ-UBND).",
            f"Certificate {held.number} ended on {held.expires_on}. {after_en} Apply to be ranked again and fill in "
            "the new decision.",
        )
    elif today < held.issued_on:
        yield (
            "certificate_not_yet",
            "certificate",
            f"Giấy chứng nhận {held.number} có hiệu lực từ {_day(held.issued_on)}; trước ngày đó tin đăng không nêu "
            "sao. Nếu sai ngày, sửa «Ngày công nhận».",
            f"Certificate {held.number} holds from {held.issued_on}; until then listings name no stars.",
        )


def _day(day: date) -> str:
    return f"{day:%d/%m/%Y}"
