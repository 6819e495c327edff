"""The goods of one shop: products, their variants, and the state that a seller and a buyer see."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, Literal

from sandbox.seller_centre.dialect import Dialect

Verdict = Literal["waiting", "passed", "rejected", "needs_fix"]


@dataclass
class Variant:
    """One sellable form; price in dong (list price 0: none), stock in pieces."""

    id: str
    sku: str
    axes: tuple[tuple[str, str], ...]
    price: int
    list_price: int
    stock: int
    updated: float

    @property
    def name(self) -> str:
        return ", ".join(f"{axis}: {value}" for axis, value in self.axes)


@dataclass
class Product:
    """One listing. `on_sale` and `verdict` are apart, as in shop engines: buyers see it when both agree."""

    id: str
    title: str
    category: str
    created: float
    updated: float
    texts: dict[str, Any] = field(default_factory=dict)
    pictures: tuple[str, ...] = ()
    variants: list[Variant] = field(default_factory=list)
    on_sale: bool = True
    verdict: Verdict = "waiting"
    remark: str = ""
    decide_at: float = 0.0
    revision: int = 0
    locked: str = ""
    promotion: bool = False
    removed: bool = False

    def state(self, variant: Variant | None = None) -> str:
        """The state of the product, or of one of its variants: only that one can be sold out."""
        if self.locked:
            return "locked"
        if self.verdict != "passed":
            return "pending" if self.verdict == "waiting" else self.verdict
        if not self.on_sale:
            return "hidden"
        return "sold_out" if variant is not None and variant.stock == 0 else "live"

    @property
    def reason(self) -> str:
        """What the seller is told beside the state."""
        held = "Giá đang được giữ theo chương trình khuyến mãi." if self.promotion else ""
        return self.locked or self.remark or held


class Shelf:
    """All goods of the shop by their two kinds of id, which never meet."""

    def __init__(self, dialect: Dialect) -> None:
        self._dialect = dialect
        self.products: dict[str, Product] = {}
        self._owner: dict[str, Product] = {}
        self._variants = 0
        self.waiting: dict[str, Product] = {}

    def __iter__(self) -> Iterator[Product]:
        return (product for product in self.products.values() if not product.removed)

    def find(self, product_id: str, variant_id: str = "") -> tuple[Product, Variant | None]:
        """By variant id if there is one, else by product id; KeyError when unknown, removed or at odds."""
        product = self._owner[variant_id] if variant_id else self.products[product_id]
        if product.removed or (product_id and product.id != product_id):
            raise KeyError(product_id or variant_id)
        return product, next((v for v in product.variants if v.id == variant_id), None)

    def owner(self, variant_id: str) -> Product | None:
        return self._owner.get(variant_id)

    def has_sku(self, sku: str) -> bool:
        return any(variant.sku == sku for product in self for variant in product.variants)

    def create(self, title: str, category: str, now: float) -> Product:
        number = self._dialect.first_product + len(self.products)
        product = Product(self._dialect.product_id.format(number), title, category, now, now)
        self.products[product.id] = product
        return product

    def add(self, product: Product, sku: str, axes: tuple[tuple[str, str], ...], now: float) -> Variant:
        number = self._dialect.first_variant + self._variants
        self._variants += 1
        variant = Variant(self._dialect.variant_id.format(number), sku, axes, 0, 0, 0, now)
        product.variants.append(variant)
        self._owner[variant.id] = product
        return variant

    def remove(self, product: Product, variant: Variant | None) -> None:
        """One variant, or the product with all of them; the last variant takes the product along."""
        gone = list(product.variants) if variant is None else [variant]
        for one in gone:
            self._owner.pop(one.id, None)
        if len(gone) == len(product.variants):
            product.removed = True
            self.waiting.pop(product.id, None)
        else:
            product.variants.remove(gone[0])
