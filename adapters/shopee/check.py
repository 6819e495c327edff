"""All reasons at once why Shopee would not take a listing, each saying what to do about it."""

import re
from collections.abc import Iterator

from adapters import categories
from adapters.shopee.attributes import Attribute
from adapters.shopee.canonical import attributes, description, single
from adapters.shopee.knowledge import Knowledge
from adapters.shopee.shipping import logistic_info
from connector.domain.listing import Desired
from connector.domain.problem import Problem
from connector.domain.text import dong, fold
from connector.ports import Connection

_HASHTAG = re.compile(r"#\w")


def problems(desired: Desired, connection: Connection, knowledge: Knowledge) -> tuple[Problem, ...]:
    """Limits are the ones remembered for the listing's category."""
    category = knowledge.category(desired.category)
    return (
        *_texts(desired, connection, knowledge, category),
        *_pictures(desired, knowledge, category),
        *_category(desired, connection, knowledge, category),
        *_attributes(desired, connection, knowledge, category),
        *_prices(desired, connection, knowledge, category),
        *_variants(desired, connection, knowledge, category),
        *_parcel(desired, knowledge),
    )


def _texts(desired: Desired, connection: Connection, knowledge: Knowledge, category: str) -> Iterator[Problem]:
    longest = knowledge.limit(category, "item_name_length")
    shortest = knowledge.limit(category, "item_name_length", "min")
    title = desired.title_within(longest)
    if len(title) > longest:
        yield Problem(
            "title_too_long",
            "title",
            f"Tên dài {len(title)} ký tự, Shopee nhận tối đa {longest}. Điền tên ngắn, ví dụ: {title[:20].strip()}…",
            f"The title has {len(title)} characters, Shopee takes {longest}. Fill in a short name.",
        )
    if len(title) < shortest:
        yield Problem(
            "title_too_short",
            "title",
            f"Tên chỉ có {len(title)} ký tự, Shopee cần ít nhất {shortest}. "
            f"Thêm quy cách hoặc nơi làm, ví dụ: {title} 500 g.",
            f"The title has {len(title)} characters, Shopee wants {shortest}. Add the pack or the place.",
        )
    most = knowledge.limit(category, "item_description_length")
    least = knowledge.limit(category, "item_description_length", "min")
    if len(description(desired, most)) > most:
        yield Problem(
            "description_too_long",
            "description",
            f"Phần nhãn trong mô tả đã quá {most} ký tự. Rút gọn thành phần và cách dùng.",
            f"The label facts alone are over {most} characters. Shorten ingredients and usage.",
        )
    elif len(desired.description) > most:
        yield Problem(
            "description_cut",
            "description",
            f"Mô tả dài {len(desired.description)} ký tự, Shopee nhận {most}: phần giới thiệu sẽ được cắt bớt.",
            f"The description has {len(desired.description)} characters, Shopee takes {most}: the prose is cut.",
            blocking=False,
        )
    if len(desired.description) < least:
        yield Problem(
            "description_too_short",
            "description",
            f"Mô tả chỉ có {len(desired.description)} ký tự, Shopee cần ít nhất {least}. "
            "Kể thêm nguồn gốc, cách làm, cách dùng.",
            f"The description has {len(desired.description)} characters, Shopee wants {least}. "
            "Tell more about the product.",
        )
    hashtags = len(_HASHTAG.findall(desired.description))
    if hashtags > connection.channel.settings["max_hashtags"]:
        yield Problem(
            "too_many_hashtags",
            "description",
            f"Mô tả có {hashtags} hashtag, Shopee nhận tối đa 18. Bỏ bớt các từ bắt đầu bằng #.",
            f"The description has {hashtags} hashtags, Shopee takes 18. Remove words that begin with #.",
        )


def _pictures(desired: Desired, knowledge: Knowledge, category: str) -> Iterator[Problem]:
    count, most = len(desired.pictures), knowledge.limit(category, "item_image_count")
    least = max(1, knowledge.limit(category, "item_image_count", "min"))
    if count < least:
        yield Problem(
            "no_picture",
            "pictures",
            f"Sản phẩm có {count} ảnh, Shopee cần ít nhất {least}. Chụp và tải lên ảnh vuông, rõ, nền sáng.",
            f"The product has {count} pictures, Shopee wants {least}. Take one: square, clear, on a light ground.",
        )
    if count > most:
        yield Problem(
            "pictures_dropped",
            "pictures",
            f"Shopee chỉ nhận {most} ảnh: {count - most} ảnh cuối không được đăng.",
            f"Shopee takes {most} pictures: the last {count - most} are left out.",
            blocking=False,
        )


def _category(desired: Desired, connection: Connection, knowledge: Knowledge, category: str) -> Iterator[Problem]:
    settings, number = connection.channel.settings, int(desired.details.get("set_no") or 0)
    if number in settings["restricted_sets"]:
        yield Problem(
            "restricted_goods",
            "category",
            "Rượu và đồ uống có cồn cần giấy phép bán lẻ và kiểm tra tuổi, shop thường không được đăng trên Shopee.",
            "Alcohol needs a retail licence and an age check; an ordinary shop may not list it on Shopee.",
        )
    elif not desired.category:
        yield categories.missing(desired, "Shopee")
    elif not category and knowledge.knows_categories():
        yield Problem(
            "unknown_category",
            "category",
            f"Shopee không có ngành hàng “{desired.category}”, hoặc có nhiều hơn một. "
            "Sửa tên trong config/channels/shopee.toml.",
            f"Shopee has no category “{desired.category}”, or several. "
            "Correct the name in config/channels/shopee.toml.",
        )
    if number in settings["review_sets"]:
        yield Problem(
            "needs_papers",
            "category",
            "Thực phẩm chức năng và dược liệu cần giấy công bố. Kiểm tra giấy tờ và lời quảng cáo trước khi đăng.",
            "Functional food and herbal goods need papers. Check papers and claims before listing.",
            blocking=False,
        )


def _attributes(desired: Desired, connection: Connection, knowledge: Knowledge, category: str) -> Iterator[Problem]:
    filled = attributes(desired, connection, knowledge)
    for attribute in knowledge.attributes(category):
        if attribute["mandatory"] and attribute["name"] not in filled:
            yield _unfilled(attribute, connection)


def _unfilled(attribute: Attribute, connection: Connection) -> Problem:
    name = attribute["name"]
    example = ", ".join(value for _, value in attribute["values"][:3])
    hint = f", ví dụ: {example}" if example else ""
    known = fold(name) in connection.channel.settings["attributes"]
    where = "Bổ sung ở nhãn sản phẩm" if known else "Khai báo trong config/channels/shopee.toml, mục attributes"
    return Problem(
        "attribute_missing",
        f"attr:{name}",
        f"Ngành hàng này bắt buộc “{name}”. {where}{hint}.",
        f"This category demands “{name}”. Fill it in on the label or in config/channels/shopee.toml"
        + (f"; for example: {example}." if example else "."),
    )


def _prices(desired: Desired, connection: Connection, knowledge: Knowledge, category: str) -> Iterator[Problem]:
    least, most = knowledge.limit(category, "price", "min"), knowledge.limit(category, "price")
    for offer in desired.offers:
        if not least <= offer.price <= most:
            yield Problem(
                "price_out_of_range",
                f"price:{offer.sku}",
                f"Giá {dong(offer.price)} của {offer.sku} ngoài khoảng Shopee nhận: "
                f"{dong(least)} đến {dong(most)}. Sửa giá.",
                f"The price {offer.price} of {offer.sku} is outside {least} to {most} dong. Change it.",
            )
    prices, ratio = [offer.price for offer in desired.offers], connection.channel.settings["max_price_ratio"]
    if max(prices) > ratio * min(prices):
        yield Problem(
            "price_ratio",
            "price",
            f"Giá cao nhất {dong(max(prices))} quá {ratio} lần giá thấp nhất {dong(min(prices))}. "
            "Tách thành hai sản phẩm.",
            f"The dearest variant costs over {ratio} times the cheapest. Split the product in two.",
        )


def _variants(desired: Desired, connection: Connection, knowledge: Knowledge, category: str) -> Iterator[Problem]:
    if single(desired):
        return
    settings = connection.channel.settings
    if len(desired.offers) > settings["max_models"] or len(desired.axes) > settings["max_tiers"] or not desired.axes:
        yield Problem(
            "too_many_variants",
            "variants",
            f"Sản phẩm có {len(desired.offers)} phân loại theo {len(desired.axes)} nhóm; Shopee nhận 1 đến 2 nhóm và "
            f"tối đa {settings['max_models']} phân loại. Tách bớt, ví dụ mỗi vị một sản phẩm.",
            f"{len(desired.offers)} variants on {len(desired.axes)} axes; Shopee takes 1 or 2 axes and "
            f"{settings['max_models']} variants. Split the product.",
        )
    combinations = [offer.options for offer in desired.offers]
    if len(set(combinations)) < len(combinations) or any(len(c) != len(desired.axes) for c in combinations):
        yield Problem(
            "variants_alike",
            "variants",
            "Hai phân loại trùng lựa chọn hoặc thiếu lựa chọn. "
            "Đặt cho mỗi phân loại một tên riêng, ví dụ 250 g và 500 g.",
            "Two variants have the same options, or one lacks an option. Name each apart, for example 250 g and 500 g.",
        )
        return
    yield from _names(desired, settings["max_options"], knowledge, category)


def _names(desired: Desired, max_options: int, knowledge: Knowledge, category: str) -> Iterator[Problem]:
    axis_most = knowledge.limit(category, "tier_variation_name_length")
    option_most = knowledge.limit(category, "tier_variation_option_length")
    options = [list(dict.fromkeys(column)) for column in zip(*(o.options for o in desired.offers), strict=True)]
    if any(len(column) > max_options for column in options):
        yield Problem(
            "too_many_options",
            "variants",
            f"Một nhóm phân loại có hơn {max_options} lựa chọn. Tách thành nhiều sản phẩm.",
            f"An axis has over {max_options} options. Split the product.",
        )
    for name, most in [
        *((axis, axis_most) for axis in desired.axes),
        *((option, option_most) for column in options for option in column),
    ]:
        if len(name) > most:
            yield Problem(
                "option_too_long",
                "variants",
                f"“{name}” dài {len(name)} ký tự, Shopee nhận tối đa {most}. Viết gọn, ví dụ: Hộp 500 g.",
                f"“{name}” has {len(name)} characters, Shopee takes {most}. Shorten it, for example: Hộp 500 g.",
            )


def _parcel(desired: Desired, knowledge: Knowledge) -> Iterator[Problem]:
    channels = knowledge.channels()
    if channels is not None and not logistic_info(desired, channels):
        size = "x".join(map(str, desired.size_cm))
        yield Problem(
            "no_shipping",
            "weight_g",
            f"Không đơn vị vận chuyển nào của shop nhận gói {desired.weight_g} g, {size} cm. "
            "Sửa khối lượng, kích thước hoặc bật thêm đơn vị vận chuyển trên Shopee.",
            f"No shipping channel of the shop takes {desired.weight_g} g, {size} cm. Correct them or enable a channel.",
        )
