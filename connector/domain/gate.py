"""The gate: what the programme, the label law and a channel's policy find in the way of a product. Pure.

A listing that is live may be revised whatever the gate says, for that is how a claim comes down; a blocking finding
keeps a product from being listed or shown. What is published never claims too much (see claims.py), so most
findings only tell the producer what to mend in the record.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date
from functools import cache

from connector.domain.claims import Claim, claims
from connector.domain.ocop import Action, Fact, Rules
from connector.domain.problem import Problem
from connector.domain.product import Certificate, Product
from connector.domain.text import tidy

Finding = tuple[str, str, str, str]  # code, field, Vietnamese, English
_TEXTS = (
    ("name", "title", "Tên sản phẩm", "Product name"),
    ("short_name", "title", "Tên ngắn", "Short name"),
    ("brand", "brand", "Nhãn hiệu", "Brand"),
    ("description", "description", "Mô tả", "Description"),
)


def gate(product: Product, channel_policy: Mapping[str, Action], rules: Rules, today: date) -> tuple[Problem, ...]:
    """What stands in the way. `channel_policy` (a channel's, then a shop's) lies over the rules' own actions; a code
    that nobody decided warns."""
    if product.retired:
        return ()
    actions = {**rules.actions, **channel_policy}
    found = [finding for look in _LOOKS for finding in look(product, rules, today)]
    return tuple(
        Problem(code, field, vi, en, blocking=action is Action.BLOCK, entry=True)
        for code, field, vi, en in found
        if (action := actions.get(code, Action.WARN)) is not Action.OFF
    )


def _certificate(product: Product, rules: Rules, today: date) -> Iterator[Finding]:
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


def _claims(product: Product, rules: Rules, today: date) -> Iterator[Finding]:
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


def _health(product: Product, rules: Rules, today: date) -> Iterator[Finding]:
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


def _label(product: Product, rules: Rules, today: date) -> Iterator[Finding]:
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


def _goods(product: Product, rules: Rules, today: date) -> Iterator[Finding]:
    no, name = product.set_no, rules.set_name(product.set_no)
    if rules.goods is not None and no in rules.goods.restricted:
        yield (
            "restricted_goods",
            "category",
            f"Bộ {no} ({name}) cần giấy phép và kiểm tra tuổi người mua, shop thường không được đăng. Nếu gian hàng có "
            "giấy phép: ocop shop rules GIAN-HÀNG --gate restricted_goods=warn.",
            f"Set {no} needs a licence and an age check; an ordinary shop may not list it. Licensed: "
            "ocop shop rules SHOP --gate restricted_goods=warn.",
        )
    if rules.goods is not None and no in rules.goods.held:
        yield (
            "held_goods",
            "category",
            f"Bộ {no} ({name}) phải có người xem giấy công bố và lời quảng cáo trước khi đăng. Xem xong: "
            "ocop shop rules GIAN-HÀNG --gate held_goods=warn.",
            f"A person must see the papers and words of set {no} before it is listed. Once seen: "
            "ocop shop rules SHOP --gate held_goods=warn.",
        )
    if no in rules.sets and not rules.sets[no].parcel:
        yield (
            "no_parcel",
            "set_no",
            f"Bộ {no} ({name}) là dịch vụ, không có kiện hàng để gửi, nên không đăng lên sàn. Giới thiệu bằng hộ chiếu "
            f"sản phẩm: ocop passport {product.code} --out thư-mục.",
            f"Set {no} is a service without a parcel, so it is not listed. Show its passport instead: "
            f"ocop passport {product.code} --out folder.",
        )


def _day(day: date) -> str:
    return f"{day:%d/%m/%Y}"


_LOOKS: Iterable[Callable[[Product, Rules, date], Iterator[Finding]]] = (_certificate, _claims, _health, _label, _goods)
