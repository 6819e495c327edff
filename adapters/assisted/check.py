"""All reasons at once why a seller centre would not take a listing, from the limits of its template."""

from collections.abc import Iterator

from adapters import categories
from adapters.assisted.canonical import DETAILS, canonical, offers
from adapters.assisted.template import Template
from connector.domain.listing import Desired
from connector.domain.problem import Problem
from connector.domain.text import SKU_PATTERN, dong


def check(desired: Desired, template: Template, platform: str) -> tuple[Problem, ...]:
    return (
        *_texts(desired, template),
        *_details(desired, template),
        *_place(desired, template, platform),
        *_variants(desired, template),
        *(problem for offer in desired.offers for problem in _offer(offer.sku, offer.price, template)),
    )


def _texts(desired: Desired, template: Template) -> Iterator[Problem]:
    facts = canonical(desired, template)
    for field, name in (("title", "Tên sản phẩm"), ("description", "Mô tả")):
        column, length = template.columns[field], len(str(facts[field]))
        if column.max is not None and length > column.max:
            yield Problem(
                f"{field}_too_long",
                field,
                f"{name} dài {length} ký tự, sàn nhận tối đa {column.max}. Hãy rút ngắn"
                + (", hoặc điền tên ngắn, ví dụ «Mật ong hoa nhãn 500 g»." if field == "title" else "."),
                f"The {field} has {length} characters, {column.max} are allowed. Shorten it.",
            )
        if length < column.min:
            yield Problem(
                f"{field}_too_short",
                field,
                f"{name} cần ít nhất {column.min} ký tự, ví dụ «Mật ong hoa nhãn 500 g».",
                f"The {field} needs at least {column.min} characters.",
            )


def _details(desired: Desired, template: Template) -> Iterator[Problem]:
    for key in DETAILS:
        if not template.has(key):
            continue
        column, value = template.column("content", key), desired.details.get(key, "")
        if column.needed and not value:
            yield Problem(
                f"{key}_missing",
                f"attr:{key}",
                f"Sàn bắt buộc cột «{column.heading}». Hãy điền vào hồ sơ sản phẩm hoặc chủ thể.",
                f"The platform demands “{column.heading}”. Add it to the product or its producer.",
            )
        if column.max is not None and len(value) > column.max:
            yield Problem(
                f"{key}_too_long",
                f"attr:{key}",
                f"«{column.heading}» dài {len(value)} ký tự, sàn nhận tối đa {column.max}. Hãy rút ngắn.",
                f"“{column.heading}” has {len(value)} characters, {column.max} are allowed. Shorten it.",
            )
    if desired.details.get("ocop_stars") and not (
        desired.details.get("ocop_number") and desired.details.get("ocop_until")
    ):
        yield Problem(
            "certificate_incomplete",
            "attr:ocop_number",
            "Có sao OCOP nhưng thiếu số quyết định hoặc ngày hết hạn, ví dụ «1234/QĐ-UBND», «01/06/2028».",
            "There are OCOP stars but no decision number or expiry date.",
        )


def _place(desired: Desired, template: Template, platform: str) -> Iterator[Problem]:
    if not desired.category:
        yield categories.missing(desired, platform)
    if not desired.pictures:
        yield Problem(
            "no_picture",
            "pictures",
            f"Cần ít nhất một ảnh vuông từ {template.limits.picture_side} điểm ảnh. Hãy chụp và tải lên một ảnh JPG.",
            "At least one picture is needed. Take one and upload it as JPG.",
        )
    if len(desired.pictures) > template.limits.pictures:
        yield Problem(
            "too_many_pictures",
            "pictures",
            f"Sàn nhận {template.limits.pictures} ảnh; các ảnh sau không được gửi.",
            f"The platform takes {template.limits.pictures} pictures; the rest is not sent.",
            blocking=False,
        )
    if min(desired.size_cm) <= 0:
        yield Problem(
            "size_missing",
            "size_cm",
            "Kích thước gói phải lớn hơn 0, ví dụ 20x15x10 cm.",
            "The parcel's sides must be above 0, for example 20x15x10 cm.",
        )


def _variants(desired: Desired, template: Template) -> Iterator[Problem]:
    if len(desired.axes) > template.limits.axes:
        yield Problem(
            "too_many_axes",
            "variants",
            f"Sàn nhận tối đa {template.limits.axes} phân loại (ví dụ Khối lượng, Vị). Hãy gộp bớt.",
            f"At most {template.limits.axes} axes of variants are allowed. Merge some.",
        )
    told = [offer.options for offer in offers(desired)]
    if len(set(told)) < len(told):
        yield Problem(
            "options_twice",
            "variants",
            "Hai phân loại giống hệt nhau: mỗi mã hàng cần một giá trị riêng, ví dụ «250 g» và «500 g».",
            "Two variants have the same options: each SKU needs its own, for example “250 g” and “500 g”.",
        )


def _offer(sku: str, price: int, template: Template) -> Iterator[Problem]:
    if not SKU_PATTERN.fullmatch(sku):
        yield Problem(
            "sku_not_allowed",
            "variants",
            f"Mã hàng «{sku}» phải gồm 3 đến 20 chữ hoa, số, dấu . - _, ví dụ MONG-500.",
            f"SKU “{sku}” must be 3 to 20 capital letters, digits or . - _, for example MONG-500.",
        )
    limits = template.limits
    if not limits.price_min <= price <= limits.price_max:
        yield Problem(
            "price_out_of_range",
            f"price:{sku}",
            f"Giá của {sku} phải từ {dong(limits.price_min)} đến {dong(limits.price_max)}, ví dụ {dong(120_000)}.",
            f"The price of {sku} must be from {dong(limits.price_min)} to {dong(limits.price_max)}.",
        )
