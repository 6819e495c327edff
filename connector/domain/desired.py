"""From the canonical record and a shop's rules to what its listing ought to be."""

from collections.abc import Mapping
from datetime import date

from connector.domain.claims import honest_prose, honest_title
from connector.domain.listing import Desired, Offer
from connector.domain.product import Product, Variant
from connector.domain.rules import Policy, listed_price, listed_stock
from connector.domain.text import fold, tidy, tidy_lines

# Captions of the block under each description; what a producer has not said is left out, never invented.
_CAPTIONS = {
    "net_content": "Khối lượng tịnh",
    "ingredients": "Thành phần",
    "usage": "Hướng dẫn sử dụng",
    "storage": "Bảo quản",
    "shelf_life": "Hạn sử dụng",
    "warnings": "Cảnh báo",
    "alcohol_percent": "Độ cồn",
    "producer": "Chủ thể sản xuất",
    "origin": "Xuất xứ",
    "ocop": "Chứng nhận OCOP",
    "trace_url": "Truy xuất nguồn gốc",
    "delivery_area": "Khu vực giao hàng",
}


def desired(product: Product, free: Mapping[str, int], policy: Policy, category: str, today: date) -> Desired:
    """The listing of `product` in a shop with `policy`; `free` is what may still be sold of each SKU. Whatever the
    record says, it claims no more stars than a certificate in force today supports."""
    details = _details(product, today)
    held = product.stars_on(today)
    return Desired(
        code=product.code,
        title=honest_title(_title(product), held),
        short_title=honest_title(tidy(product.short_name), held),
        description=_description(honest_prose(product.description, held), details),
        category=category,
        brand=honest_title(tidy(product.brand), held),
        pictures=product.pictures,
        axes=product.axes,
        offers=tuple(_offer(v, free.get(v.sku, 0), policy) for v in product.variants),
        size_cm=product.size_cm,
        details=details,
        visible=not product.retired,
    )


def _offer(variant: Variant, free: int, policy: Policy) -> Offer:
    return Offer(
        sku=variant.sku,
        price=listed_price(variant.price, policy.price),
        quantity=listed_stock(free, policy.stock),
        options=variant.options,
        pack=variant.pack,
        weight_g=variant.weight_g,
        barcode=variant.barcode,
    )


def _title(product: Product) -> str:
    """The name, with the pack where there is one form only and the name does not say it."""
    name = tidy(product.name)
    pack = tidy(product.variants[0].pack) if len(product.variants) == 1 else ""
    said = not pack or fold(pack).replace(" ", "") in fold(name).replace(" ", "")
    return name if said else f"{name} {pack}"


def _details(product: Product, today: date) -> dict[str, str]:
    label, producer, held = product.label, product.producer, product.certificate
    details = {
        "net_content": label.net_content or ", ".join(dict.fromkeys(v.pack for v in product.variants if v.pack)),
        "ingredients": label.ingredients,
        "usage": label.usage,
        "storage": label.storage,
        "shelf_life": label.shelf_life,
        "warnings": label.warnings,
        "alcohol_percent": label.alcohol_percent,
        "trace_url": label.trace_url,
        "producer": producer.name,
        "origin": ", ".join(part for part in (producer.commune, producer.province) if part) or "Việt Nam",
        "delivery_area": product.delivery_area,
        "set_no": str(product.set_no or ""),
    }
    if held is not None and held.holds_on(today):
        details |= {
            "ocop_stars": str(held.stars),
            "ocop_number": held.number,
            "ocop_authority": held.authority,
            "ocop_until": held.expires_on.isoformat(),
            "ocop": f"{held.stars} sao, {held.number}, {held.authority}, đến {held.expires_on:%d/%m/%Y}"
            + (" (dữ liệu mẫu)" if held.made_up else ""),
        }
    return {key: tidy(value) for key, value in details.items() if value}


def _description(prose: str, details: Mapping[str, str]) -> str:
    facts = "\n".join(f"{caption}: {details[key]}" for key, caption in _CAPTIONS.items() if key in details)
    return tidy_lines("\n\n".join(part for part in (prose, facts) if part))
