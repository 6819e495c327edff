"""Goods that a general shop may not simply list."""

from collections.abc import Iterator
from datetime import date

from connector.domain.book import Rules
from connector.domain.gate.finding import Finding
from connector.domain.product import Product


def goods(product: Product, rules: Rules, today: date) -> Iterator[Finding]:
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
