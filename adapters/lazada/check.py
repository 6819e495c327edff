"""All reasons at once why Lazada would not take a listing, each with what to do about it."""

from collections.abc import Iterator, Mapping
from typing import Any

from adapters import categories
from adapters.attributes import fill
from adapters.lazada import canonical as form
from adapters.lazada.reference import NO_BRAND, Reference
from adapters.markup import to_html
from connector.domain.listing import Desired
from connector.domain.problem import Problem
from connector.domain.text import dong, fold

_FORBIDDEN_IN_SKU = set('\\"*^~<>/|')


def check(desired: Desired, reference: Reference, settings: Mapping[str, Any]) -> list[Problem]:
    parts = (_texts, _pictures, _category, _brand, _parcel, _variants, _prices)
    return [problem for part in parts for problem in part(desired, reference, settings)]


def _texts(desired: Desired, reference: Reference, settings: Mapping[str, Any]) -> Iterator[Problem]:
    title = form.title(desired, settings)
    if not title:
        yield Problem(
            "title_missing",
            "title",
            "Thiếu tên sản phẩm, ví dụ «Mật ong hoa nhãn 500 g».",
            "There is no title. Name the product, for example Longan honey 500 g.",
        )
    elif not form.title_fits(title, settings):
        most = int(settings.get("title_max", 255))
        yield Problem(
            "title_too_long",
            "title",
            f"Tên dài {len(title)} ký tự ({len(title.encode())} byte; chữ có dấu tính 2-3 byte), "
            f"Lazada nhận tối đa {most}. Hãy ghi «Tên ngắn», ví dụ «Mật ong hoa nhãn 500 g».",
            f"The title is {len(title.encode())} bytes long, Lazada takes {most}. Fill in the short name.",
        )
    size, longest = len(to_html(desired.description)), int(settings.get("description_max", 25_000))
    if size > longest:
        yield Problem(
            "description_too_long",
            "description",
            f"Mô tả dài {size} ký tự, Lazada nhận tối đa {longest}. Hãy rút gọn.",
            f"The description is {size} characters long, Lazada takes {longest}. Shorten it.",
        )


def _pictures(desired: Desired, reference: Reference, settings: Mapping[str, Any]) -> Iterator[Problem]:
    if not desired.pictures:
        vi = "Chưa có ảnh. Hãy thêm ít nhất một ảnh chụp sản phẩm, cạnh từ 330 px."
        yield Problem("picture_missing", "pictures", vi, "There is no picture. Add one of at least 330 px.")


def _category(desired: Desired, reference: Reference, settings: Mapping[str, Any]) -> Iterator[Problem]:
    found = reference.category(desired.category) if desired.category else ""
    if found == "":
        yield categories.missing(desired, "Lazada")
        return
    if fold(desired.category) in {fold(name) for name in settings.get("restricted_categories", ())}:
        yield Problem(
            "category_restricted",
            "category",
            f"Ngành hàng «{desired.category}» bị hạn chế trên Lazada: gian hàng phải được duyệt trước. "
            "Khi đã được duyệt, bỏ ngành này khỏi restricted_categories.",
            f"The category “{desired.category}” is restricted on Lazada: the shop must be approved for it first.",
        )
    yield from fill(reference.attributes(found or "") or [], desired, settings)[1]


def _brand(desired: Desired, reference: Reference, settings: Mapping[str, Any]) -> Iterator[Problem]:
    brand_id, name = reference.brand(desired.brand)
    if desired.brand and brand_id and name == NO_BRAND:
        yield Problem(
            "brand_unknown",
            "brand",
            f"Lazada chưa có thương hiệu «{desired.brand}»: tin sẽ ghi «No Brand». Có thể đăng ký thương hiệu.",
            f"Lazada does not know the brand “{desired.brand}”: the listing says No Brand.",
            blocking=False,
        )


def _parcel(desired: Desired, reference: Reference, settings: Mapping[str, Any]) -> Iterator[Problem]:
    heaviest = int(settings.get("weight_max_g", 40_000))
    if not 0 < desired.weight_g <= heaviest:
        vi = f"Kiện hàng nặng {desired.weight_g} g, Lazada nhận từ 10 đến {heaviest} g. Sửa cân nặng."
        yield Problem(
            "weight_out_of_range", "weight_g", vi, f"The parcel weighs {desired.weight_g} g, over {heaviest} g."
        )
    total, widest = sum(desired.size_cm), int(settings.get("size_sum_max_cm", 300))
    if min(desired.size_cm) <= 0 or total > widest:
        vi = f"Tổng ba chiều kiện hàng là {total} cm, tối đa {widest} cm, mỗi chiều trên 0. Ví dụ 20x15x10."
        yield Problem("size_out_of_range", "size_cm", vi, f"The parcel's sides sum to {total} cm; at most {widest}.")


def _variants(desired: Desired, reference: Reference, settings: Mapping[str, Any]) -> Iterator[Problem]:
    most, longest = int(settings.get("variants_max", 50)), int(settings.get("option_max", 20))
    if len(desired.offers) > most:
        vi = f"Có {len(desired.offers)} biến thể, Lazada nhận tối đa {most}. Tách thành nhiều sản phẩm."
        yield Problem(
            "too_many_variants", "variants", vi, f"{len(desired.offers)} variants; Lazada takes {most}. Split."
        )
    if len(desired.axes) > int(settings.get("axes_max", 2)):
        vi = f"Có {len(desired.axes)} nhóm phân loại, Lazada nhận tối đa 2. Gộp bớt, ví dụ «Đỏ, cỡ L»."
        yield Problem("too_many_axes", "variants", vi, f"{len(desired.axes)} axes, Lazada takes 2. Merge some.")
    sent = [form.options(desired, offer, reference) for offer in desired.offers]
    if len(desired.offers) > 1 and (not desired.axes or len(set(sent)) < len(sent)):
        vi = "Các biến thể phải khác nhau về tên phân loại. Ghi mỗi biến thể một tên, ví dụ «250 g», «500 g»."
        yield Problem(
            "variants_alike", "variants", vi, "Variants must differ in their options, for example 250 g, 500 g."
        )
    for option in sorted({option for options in sent for option in options if len(option) > longest}):
        vi = f"Tên phân loại «{option}» dài {len(option)} ký tự, tối đa {longest}. Rút ngắn lại."
        yield Problem("option_too_long", "variants", vi, f"Option “{option}” is over {longest} letters. Shorten it.")
    for name in desired.axes:
        if form.axis(name, desired, reference) is None and len(name) > int(settings.get("axis_max", 15)):
            vi = f"Tên nhóm phân loại «{name}» dài quá 15 ký tự. Rút ngắn, ví dụ «Quy cách»."
            yield Problem("axis_too_long", "variants", vi, f"Axis “{name}” is over 15 letters. Shorten it.")
    for sku in (sku for sku in desired.skus if _FORBIDDEN_IN_SKU & set(sku)):
        yield Problem(
            "sku_invalid",
            "variants",
            f"SKU «{sku}» có ký tự lạ. Chỉ dùng A-Z, 0-9, - _ .",
            f"SKU “{sku}” may hold A-Z, 0-9, - _ . only.",
        )


def _prices(desired: Desired, reference: Reference, settings: Mapping[str, Any]) -> Iterator[Problem]:
    low, high = int(settings.get("price_min", 10_000)), int(settings.get("price_max", 999_999_999))
    for offer in desired.offers:
        if not low <= offer.price <= high:
            yield Problem(
                "price_out_of_range",
                f"price:{offer.sku}",
                f"Giá {dong(offer.price)} của {offer.sku} nằm ngoài mức Lazada nhận: {dong(low)} đến {dong(high)}. "
                "Đổi giá hoặc bán theo gói lớn hơn.",
                f"{offer.sku} costs {dong(offer.price)}; Lazada takes {dong(low)} to {dong(high)}.",
            )
