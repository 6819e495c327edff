"""Live listings that are nobody's become canonical products: what their pages say, and nothing invented."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from connector.converge import wish
from connector.domain.listing import Observed
from connector.domain.product import Producer, Product, Variant
from connector.domain.rules import Owner
from connector.domain.text import SKU_PATTERN, tidy
from connector.importing.sku import derive_code, derive_sku
from connector.site import Site
from connector.store import Draft, Goods
from connector.store.adoption import Binding, entering

_SIZE = re.compile(r"(\d+)x(\d+)x(\d+)")
_NO_BRAND = {"", "no brand", "oem", "không có thương hiệu"}
_AXES = ("Phân loại", "Phân loại 2")
_CAUSE = "imported from a live listing"


@dataclass(frozen=True, slots=True)
class Brought:
    """What became of strangers: product code by item, and why the others were left (Vietnamese, English)."""

    codes: Mapping[str, str]
    left: Mapping[str, tuple[str, str]]


def bring_in(site: Site, strangers: Sequence[Observed], producer: Producer, owners: Mapping[str, Owner]) -> Brought:
    """Write each as a product and bind its listing in one transaction, so that no worker meets one without the other.
    Pictures stay over there: a platform tells their addresses, not what they are of."""
    taken = site.store.products.sku_owners({sku for one in strangers for sku in one.skus})
    drafts: dict[str, tuple[Observed, Draft]] = {}
    left: dict[str, tuple[str, str]] = {}
    for one in strangers:
        found = _draft(one, producer, taken)
        if isinstance(found, Draft):
            code = found.product.code
            if code in drafts:
                left[one.ref.item] = ("trùng tên với một tin khác", "has the name of another listing")
            else:
                drafts[code] = one, found
                taken |= {variant.sku: code for variant in found.product.variants}
        else:
            left[one.ref.item] = found
    for code in site.store.products.by_code(drafts):
        one, _ = drafts.pop(code)
        left[one.ref.item] = (f"đã có sản phẩm {code}", f"product {code} exists already")
    _put(site, drafts, owners)
    return Brought({one.ref.item: code for code, (one, _) in drafts.items()}, left)


def _put(site: Site, drafts: Mapping[str, tuple[Observed, Draft]], owners: Mapping[str, Owner]) -> None:
    if not drafts:
        return
    made = [draft for _, draft in drafts.values()]
    legs = wish(site, [Goods(draft.product, draft.stock or {}) for draft in made])
    bindings = {
        draft.product.code: Binding(one, facts, owners)
        for (one, draft), (_, facts, _) in zip(drafts.values(), legs, strict=True)
    }
    cause = f"{_CAUSE} of {site.shop.code}"
    site.store.products.put(made, cause, entering(site.shop.id, bindings, cause, site.clock.now()))


def _draft(one: Observed, producer: Producer, taken: Mapping[str, str]) -> Draft | tuple[str, str]:
    title = tidy(str(one.facts.get("title") or ""))
    forms = _forms(one)
    if not title or not forms:
        return "chưa có tên hoặc phân loại", "it has no title or no variants"
    told = {sku: one.facts.get(f"price:{sku}") for sku in forms}
    prices = {sku: price for sku, price in told.items() if isinstance(price, int) and price > 0}
    if len(prices) < len(forms):
        return "sàn không cho biết giá", "the platform does not tell its price"
    code = derive_code(producer.code, title)
    ours = {sku: _sku(sku, code, options, taken) for sku, options in forms.items()}
    width = max(len(options) for options in forms.values())
    variants = tuple(
        Variant(ours[sku], prices[sku], options, weight_g=_grams(one), barcode=one.barcodes.get(sku, ""))
        for sku, options in forms.items()
    )
    brand = tidy(str(one.facts.get("brand") or ""))
    product = Product(
        code=code,
        producer=producer,
        name=title,
        variants=variants,
        description=str(one.facts.get("description") or ""),
        brand="" if brand.lower() in _NO_BRAND else brand,
        axes=_AXES[:width],
        size_cm=_size(one),
    )
    counted = {ours[sku]: one.facts.get(f"stock:{sku}") for sku in forms}
    return Draft(0, product, {sku: pieces for sku, pieces in counted.items() if isinstance(pieces, int)})


def _forms(one: Observed) -> dict[str, tuple[str, ...]]:
    """Options by live SKU; where several variants tell none, their SKUs tell them apart."""
    listed = one.facts.get("variants")
    parts = [str(each).split("|") for each in (listed if isinstance(listed, tuple) else ())]
    forms = {sku: tuple(options[:2]) for sku, *options in parts}
    alike = len(set(forms.values())) < len(forms)
    return {sku: (sku,) for sku in forms} if alike else forms


def _sku(live: str, code: str, options: Iterable[str], taken: Mapping[str, str]) -> str:
    fits = SKU_PATTERN.fullmatch(live) and live not in taken
    return live if fits else derive_sku(code, tuple(options), "")


def _grams(one: Observed) -> int:
    grams = one.facts.get("weight_g")
    return grams if isinstance(grams, int) and grams > 0 else 500


def _size(one: Observed) -> tuple[int, int, int]:
    found = _SIZE.fullmatch(str(one.facts.get("size_cm") or ""))
    sides = tuple(int(side) for side in found.groups()) if found else ()
    return (sides[0], sides[1], sides[2]) if sides and min(sides) > 0 else (20, 15, 10)
