"""The product's passport: what a buyer who scans the stamp may know, from the record and from what is live now."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from connector.domain.book import Book
from connector.domain.claims import honest_prose, honest_title
from connector.domain.communes import Communes
from connector.domain.product import Certificate, Product
from connector.domain.text import tidy
from connector.errors import Complaint
from connector.passport import stamp
from connector.store import Store
from connector.store.passports import Selling

_FACTS = (
    ("net_content", "Khối lượng tịnh", "Net content"),
    ("ingredients", "Thành phần", "Ingredients"),
    ("usage", "Hướng dẫn sử dụng", "How to use"),
    ("storage", "Bảo quản", "Storage"),
    ("shelf_life", "Hạn sử dụng", "Shelf life"),
    ("warnings", "Cảnh báo", "Warnings"),
    ("alcohol_percent", "Độ cồn (%)", "Alcohol (%)"),
)


@dataclass(frozen=True, slots=True)
class Passport:
    """All that the page shows. `held` is the certificate in force on `day`; `history` all there ever were, the newest
    first; `commune` today's name where the old one leads to exactly one."""

    address: str
    product: Product
    day: date
    name: str
    story: str
    set_name: str
    held: Certificate | None
    history: tuple[Certificate, ...]
    facts: tuple[tuple[str, str, str], ...]
    commune: str
    selling: tuple[Selling, ...]


def passport(
    store: Store,
    code: str,
    *,
    public_url: str,
    book: Book,
    day: date,
    communes: Communes | None = None,
    platforms: Mapping[str, str] | None = None,
) -> Passport:
    """The passport of a product by its code, on a day. `platforms` gives their names."""
    goods = store.products.by_code([code]).get(code)
    product_id = store.passports.product_id(code)
    if goods is None or product_id is None:
        raise Complaint(f"Không có sản phẩm «{code}».", f"No product “{code}”.")
    product, history = goods.product, store.certificates.of(code)
    held = next((one for one in reversed(history) if one.holds_on(day)), None)
    stars = held.stars if held else 0
    return Passport(
        address=stamp.address(public_url, product_id, store.passports.key()),
        product=product,
        day=day,
        name=honest_title(tidy(product.name), stars),
        story=honest_prose(product.description, stars),
        set_name=book.on(day).set_name(product.set_no),
        held=held,
        history=tuple(reversed(history)),
        facts=_facts(product),
        commune=_commune(product, communes),
        selling=store.passports.selling(product_id, platforms or {}),
    )


def _facts(product: Product) -> tuple[tuple[str, str, str], ...]:
    told = {key: getattr(product.label, key) for key, _, _ in _FACTS}
    told["net_content"] = told["net_content"] or ", ".join(dict.fromkeys(v.pack for v in product.variants if v.pack))
    return tuple((vi, en, tidy(told[key])) for key, vi, en in _FACTS if told[key])


def _commune(product: Product, communes: Communes | None) -> str:
    """Where it is made, in today's words; as the producer said it where that is not certain."""
    producer = product.producer
    said = ", ".join(part for part in (producer.commune, producer.province) if part)
    if communes is None or not producer.commune:
        return said
    found = communes.find(producer.commune, province=producer.province_code or producer.province).commune
    return found.full if found else said
