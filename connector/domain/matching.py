"""Which of our products a live listing is: by seller SKU, then by barcode, then by name, pack and producer.

The first two are certain where one product and one listing answer each other; a name never is, so a person says.
"""

import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from connector.domain.listing import Observed
from connector.domain.product import Product
from connector.domain.text import fold

_AMOUNT = re.compile(r"(\d+(?:[.,]\d+)?)\s*(kg|gram|gr|g|ml|lit|l)\b")
_THOUSANDS = re.compile(r"[.,](?=\d{3}$)")
_UNIT = {"kg": (1000, "g"), "gram": (1, "g"), "gr": (1, "g"), "g": (1, "g"), "ml": (1, "ml"), "lit": (1000, "ml"),
         "l": (1000, "ml")}  # fmt: skip
_FORMS = "htx hợp tác xã công ty tnhh cp cổ phần mtv hộ kinh doanh hkd cơ sở sản xuất doanh nghiệp tư nhân"
_LIKELY = 0.6
_CLOSEST = 20  # products looked at closely for one title


class How(StrEnum):
    SKU = "sku"
    BARCODE = "barcode"
    NAME = "name"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class Match:
    """One live listing with the codes of the products it may be, the likeliest first. `sure`: nobody needs to be
    asked. `score` 0 to 1."""

    live: Observed
    how: How
    codes: tuple[str, ...] = ()
    sure: bool = False
    score: float = 0.0


def match(live: Sequence[Observed], products: Sequence[Product]) -> list[Match]:
    """One match for each live listing, in their order."""
    found: dict[int, Match] = {}
    free = {product.code: product for product in products}
    for how in (How.SKU, How.BARCODE):
        owners = {key: product.code for product in free.values() for key in _of_ours(how, product)}
        left = [(place, one) for place, one in enumerate(live) if place not in found]
        pairs = {place: _codes(_of_theirs(how, one), owners) for place, one in left}
        wanted = Counter(code for codes in pairs.values() for code in codes)
        for place, codes in pairs.items():
            if codes:
                sure = len(codes) == 1 and wanted[codes[0]] == 1
                found[place] = Match(live[place], how, codes, sure, 1.0 if sure else 0.5)
        free = {code: product for code, product in free.items() if code not in wanted}
    names = _Names(free.values())
    return [found.get(place) or names.match(one) for place, one in enumerate(live)]


def amounts(text: str) -> frozenset[tuple[float, str]]:
    """What a text says of size, in grams or millilitres: 0,5 kg and 500g are the same, 1.000 ml is a litre."""
    bare = "".join(c for c in unicodedata.normalize("NFD", text.lower()) if not unicodedata.combining(c))
    said = (
        (float(_THOUSANDS.sub("", number).replace(",", ".")), _UNIT[unit]) for number, unit in _AMOUNT.findall(bare)
    )
    return frozenset((number * size, unit) for number, (size, unit) in said)


def _of_ours(how: How, product: Product) -> list[str]:
    keys = [variant.sku if how is How.SKU else variant.barcode for variant in product.variants]
    return [key for key in keys if key]


def _of_theirs(how: How, one: Observed) -> Sequence[str]:
    """Many sellers put the barcode where the SKU belongs."""
    return one.skus if how is How.SKU else (*one.barcodes.values(), *one.skus)


def _codes(keys: Iterable[str], owners: Mapping[str, str]) -> tuple[str, ...]:
    return tuple(sorted({owners[key] for key in keys if key in owners}))


class _Names:
    """Products by the words of their names."""

    def __init__(self, products: Iterable[Product]) -> None:
        self._products = {product.code: product for product in products}
        self._by_word: dict[str, set[str]] = defaultdict(set)
        for product in self._products.values():
            for word in _words(product.name):
                self._by_word[word].add(product.code)

    def match(self, one: Observed) -> Match:
        title = str(one.facts.get("title") or "")
        near = Counter(code for word in _words(title) for code in self._by_word.get(word, ()))
        scored = [(_score(one, title, self._products[code]), code) for code, _ in near.most_common(_CLOSEST)]
        likely = sorted((pair for pair in scored if pair[0] >= _LIKELY), key=lambda pair: (-pair[0], pair[1]))
        if not likely:
            return Match(one, How.NONE)
        return Match(one, How.NAME, tuple(code for _, code in likely[:5]), score=round(likely[0][0], 2))


def _score(one: Observed, title: str, product: Product) -> float:
    """Another pack is another product. Else how much of our name is said, how little else, and whether by whom."""
    packs = frozenset().union(*(amounts(v.pack or " ".join(v.options)) for v in product.variants))
    said = amounts(title)
    if packs and said and packs.isdisjoint(said):
        return 0.0
    ours, theirs = _words(product.name), _words(title)
    shared = len(ours & theirs)
    maker = _words(product.producer.name) - _words(_FORMS)
    about = _words(" ".join((title, str(one.facts.get("brand") or ""), str(one.facts.get("description") or ""))))
    known = bool(maker) and maker <= about
    return 0.6 * shared / max(len(ours), 1) + 0.2 * 2 * shared / max(len(ours) + len(theirs), 1) + 0.2 * known


def _words(text: str) -> set[str]:
    return set(fold(text).split())
