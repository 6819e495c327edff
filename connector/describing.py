"""Composes a plain description from a product's facts, for the sample: a producer's own words always come first.

It states only what the record says; no praise, no effect on health.
"""

from connector.domain.product import Product
from connector.domain.text import dong, tidy

_KINDS = {
    range(1, 3): "nông sản tươi",
    range(3, 5): "nông sản sơ chế",
    range(5, 9): "thực phẩm chế biến",
    range(9, 11): "gia vị",
    range(11, 13): "trà",
    range(13, 14): "cà phê, ca cao",
    range(14, 16): "đồ uống có cồn",
    range(16, 18): "đồ uống",
    range(18, 19): "sản phẩm từ dược liệu",
    range(19, 20): "sản phẩm chăm sóc cá nhân và gia đình",
    range(20, 21): "tinh dầu và dược liệu",
    range(21, 22): "hàng thủ công mỹ nghệ",
    range(22, 23): "vải và hàng may mặc",
    range(23, 26): "sinh vật cảnh",
    range(26, 27): "dịch vụ du lịch cộng đồng",
}
_ADULTS = "Chỉ bán cho người đủ 18 tuổi. Không lái xe sau khi uống."
_KEEPING = {
    range(1, 3): "Hàng tươi: bảo quản mát và dùng sớm sau khi nhận.",
    range(3, 14): "Bảo quản nơi khô ráo, thoáng mát; hạn sử dụng ghi trên bao bì.",
    range(14, 18): "Bảo quản nơi khô ráo, tránh ánh nắng; hạn sử dụng ghi trên bao bì.",
    range(18, 21): "Bảo quản nơi khô ráo, tránh ánh nắng; đọc kỹ nhãn trước khi dùng.",
    range(21, 23): "Hàng làm thủ công nên màu sắc và kích thước từng chiếc có thể khác nhau đôi chút.",
    range(23, 26): "Vui lòng trao đổi với chủ thể về cách vận chuyển trước khi đặt.",
    range(26, 27): "Vui lòng hẹn trước với chủ thể về ngày giờ và số khách.",
}


def describe(product: Product) -> str:
    """A few sentences, 150 to 400 characters with ordinary names, the same for the same facts."""
    producer = product.producer
    place = ", ".join(part for part in (producer.commune, producer.province) if part)
    origin = f" tại {place}" if place else ""
    kind = _of(_KINDS, product.set_no) or "sản phẩm"
    sentences = [
        f"{tidy(product.name)} là {kind} do {producer.name}{origin} cung cấp.",
        _choice(product),
        _of(_KEEPING, product.set_no),
        _ADULTS if product.set_no in (14, 15) else "",
        "Thông tin đầy đủ và chính xác nhất ở trên nhãn.",
        "Ảnh minh họa được vẽ từ dữ kiện của sản phẩm, không phải ảnh chụp.",
    ]
    return " ".join(sentence for sentence in sentences if sentence)


def _choice(product: Product) -> str:
    packs = list(dict.fromkeys(variant.pack for variant in product.variants if variant.pack))
    if len(packs) > 1:
        cheapest = dong(min(variant.price for variant in product.variants))
        return f"Có {len(packs)} quy cách để chọn: {', '.join(packs)}; giá từ {cheapest}."
    return f"Quy cách: {packs[0]}." if packs else ""


def _of(table: dict[range, str], set_no: int) -> str:
    return next((text for numbers, text in table.items() if set_no in numbers), "")
