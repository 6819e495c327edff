"""A catalogue in memory that keeps the promises importing relies on."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from connector.domain.product import Product, Variant
from connector.importing import Draft, Saved
from connector.store import Goods


class MemoryCatalogue:
    def __init__(self) -> None:
        self.products: dict[str, Product] = {}
        self.stock: dict[str, int] = {}

    def sku_owners(self, skus: Iterable[str]) -> Mapping[str, str]:
        owners = {v.sku: code for code, product in self.products.items() for v in product.variants}
        return {sku: owners[sku] for sku in skus if sku in owners}

    def by_code(self, codes: Iterable[str]) -> Mapping[str, Goods]:
        return {code: Goods(self.products[code], {}) for code in codes if code in self.products}

    def put(self, drafts: Sequence[Draft], cause: str) -> Saved:
        saved = Saved()
        for draft in drafts:
            saved += self._put(draft)
        return saved

    def _put(self, draft: Draft) -> Saved:
        product, before = draft.product, self.products.get(draft.product.code)
        counted = {sku: n for sku, n in (draft.stock or {}).items() if self.stock.get(sku) != n}
        self.stock |= counted
        if before is None:
            self.products[product.code] = product
            return Saved(created=1)
        merged: dict[str, Variant] = {v.sku: v for v in before.variants} | {v.sku: v for v in product.variants}
        self.products[product.code] = replace(product, variants=tuple(merged.values()))
        same = set(merged.values()) == set(before.variants) and replace(product, variants=()) == replace(
            before, variants=()
        )
        return Saved(unchanged=1) if same and not counted else Saved(changed=1)
