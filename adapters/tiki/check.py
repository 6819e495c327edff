"""All reasons at once why Tiki would not take a listing, each with what to do about it."""

from collections.abc import Iterator, Mapping
from typing import Any

from adapters import categories
from adapters.tiki import canonical as form
from adapters.tiki.reference import OEM, Reference
from connector.domain.listing import Desired
from connector.domain.problem import Problem
from connector.domain.text import dong, fold


def check(desired: Desired, reference: Reference, settings: Mapping[str, Any]) -> list[Problem]:
    parts = (_texts, _pictures, _category, _brand, _parcel, _variants, _prices)
    return [problem for part in parts for problem in part(desired, reference, settings)]


def _texts(desired: Desired, reference: Reference, settings: Mapping[str, Any]) -> Iterator[Problem]:
    name = form.title(desired, settings)
    shortest, longest = int(settings.get("title_min", 3)), int(settings.get("title_max", 255))
    if not shortest <= len(name) <= longest:
        yield Problem(
            "title_length",
            "title",
            f"Tên dài {len(name)} ký tự, Tiki nhận từ {shortest} đến {longest}. Ví dụ «Mật ong hoa nhãn 500 g».",
            f"The title has {len(name)} characters, Tiki takes {shortest} to {longest}. Fill in the short name.",
        )
    size, most = len(desired.description), int(settings.get("description_max", 20_000))
    if size > most or not size:
        yield Problem(
            "description_length",
            "description",
            f"Mô tả dài {size} ký tự, Tiki cần có mô tả và tối đa {most}. Hãy viết vài câu về sản phẩm.",
            f"The description has {size} characters; Tiki needs one, of {most} at most.",
        )


def _pictures(desired: Desired, reference: Reference, settings: Mapping[str, Any]) -> Iterator[Problem]:
    if not desired.pictures:
        vi = "Chưa có ảnh. Hãy thêm ít nhất một ảnh vuông từ 500×500 px, nền sạch, không chữ quảng cáo."
        yield Problem("picture_missing", "pictures", vi, "There is no picture. Add a square one of 500×500 px or more.")


def _category(desired: Desired, reference: Reference, settings: Mapping[str, Any]) -> Iterator[Problem]:
    found = reference.category(desired.category) if desired.category else ""
    if found == "":
        yield categories.missing(desired, "Tiki")
        return
    restricted = {fold(name) for name in settings.get("restricted_categories", ())}
    if fold(desired.category) in restricted or (found and fold(found) in restricted):
        yield Problem(
            "category_restricted",
            "category",
            f"Ngành hàng «{desired.category}» trên Tiki cần giấy phép kinh doanh và giấy tờ sản phẩm. "
            "Khi đã nộp, thêm giấy tờ vào certificate_files và bỏ ngành này khỏi restricted_categories.",
            f"The category “{desired.category}” needs a business licence and documents at Tiki first.",
        )
    elif found and reference.licensed(found):
        vi = f"Ngành hàng «{desired.category}» chỉ mở cho người bán có giấy phép kinh doanh (theo cờ của Tiki)."
        en = f"The category “{desired.category}” is open to sellers with a business licence only, by Tiki's flag."
        yield Problem("licence_needed", "category", vi, en, blocking=False)
    yield from form.attributes(desired, reference, settings)[1]


def _brand(desired: Desired, reference: Reference, settings: Mapping[str, Any]) -> Iterator[Problem]:
    if desired.brand and reference.brand(desired.brand) == OEM and fold(desired.brand) != fold(OEM):
        yield Problem(
            "brand_unknown",
            "brand",
            f"Tiki chưa có thương hiệu «{desired.brand}»: tin sẽ ghi «OEM». Có thể đăng ký thương hiệu với Tiki.",
            f"Tiki does not know the brand “{desired.brand}”: the listing says OEM. The brand can be registered there.",
            blocking=False,
        )


def _parcel(desired: Desired, reference: Reference, settings: Mapping[str, Any]) -> Iterator[Problem]:
    if desired.weight_g <= 0:
        vi = f"Cân nặng kiện hàng là {desired.weight_g} g. Ghi số gam thật, ví dụ 600."
        yield Problem("weight_missing", "weight_g", vi, "The parcel has no weight. Give its grams, for example 600.")
    if min(desired.size_cm) <= 0:
        vi = "Mỗi chiều của kiện hàng phải lớn hơn 0. Ghi dài x rộng x cao theo cm, ví dụ 20x15x10."
        yield Problem("size_missing", "size_cm", vi, "Each side of the parcel must be above 0, for example 20x15x10.")


def _variants(desired: Desired, reference: Reference, settings: Mapping[str, Any]) -> Iterator[Problem]:
    most = int(settings.get("axes_max", 2))
    if len(desired.axes) > most:
        vi = f"Có {len(desired.axes)} nhóm phân loại, Tiki nhận tối đa {most}. Gộp bớt, ví dụ «Đỏ, cỡ L»."
        yield Problem("too_many_axes", "variants", vi, f"There are {len(desired.axes)} axes, Tiki takes {most}. Merge.")
    chosen = [offer.options for offer in desired.offers]
    many = len(desired.offers) > 1
    short = bool(desired.axes) and any(len(options) < len(desired.axes) for options in chosen)
    if short or (many and (not desired.axes or len(set(chosen)) < len(chosen))):
        vi = "Các biến thể phải khác nhau về tên phân loại. Ghi mỗi biến thể một tên, ví dụ «250 g», «500 g»."
        yield Problem("variants_alike", "variants", vi, "Variants must differ, for example 250 g and 500 g.")
    name = fold(form.title(desired, settings))
    said = {option for options in chosen for option in options if many and fold(option) and fold(option) in name}
    for option in sorted(said):
        vi = f"Tên sản phẩm có nhiều biến thể không được chứa tên phân loại «{option}». Bỏ nó khỏi tên."
        en = f"The name of a product with variants must not hold the option “{option}”. Take it out."
        yield Problem("option_in_title", "title", vi, en, blocking=False)


def _prices(desired: Desired, reference: Reference, settings: Mapping[str, Any]) -> Iterator[Problem]:
    low, high = int(settings.get("price_min", 1000)), int(settings.get("price_max", 999_999_999))
    for offer in desired.offers:
        if not low <= offer.price <= high:
            yield Problem(
                "price_out_of_range",
                f"price:{offer.sku}",
                f"Giá {dong(offer.price)} của {offer.sku} nằm ngoài mức {dong(low)} đến {dong(high)}. Đổi giá.",
                f"{offer.sku} costs {dong(offer.price)}, outside {dong(low)} to {dong(high)}. Change the price.",
            )
