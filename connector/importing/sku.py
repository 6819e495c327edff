"""Codes for what has none, derived from what it is: the same row gives the same code in any file, order and year.

A readable head, then six characters of a hash, so that two goods with one name never share a code.
"""

import base64
import hashlib
import re

from connector.domain.text import fold

_LEGAL_FORM = re.compile(
    r"^(?:cong ty(?: co phan| tnhh)?(?: mtv| mot thanh vien| sx tm dv| tm xnk)?|hop tac xa|htx|ho kinh doanh|hkd|"
    r"ho sxkd|co so san xuat(?: kinh doanh)?|doanh nghiep(?: tu nhan)?) "
)


def derive_producer(name: str, province_code: str) -> str:
    """A producer is its name in its province."""
    key = fold(name)
    return f"{province_code or '00'}-{_head(_LEGAL_FORM.sub('', key), 18)}-{_mark('producer', key, province_code)}"


def derive_code(producer_code: str, name: str) -> str:
    """A product without a code is its name at its producer."""
    key = fold(name)
    return f"{_head(key, 18)}-{_mark('product', producer_code, key)}"


def derive_sku(product_code: str, options: tuple[str, ...], pack: str) -> str:
    """At most 20 characters of `[A-Z0-9_.-]`: the head of the product's code (which stands for producer and name),
    and a mark of the whole code, the options and the pack."""
    kinds = [fold(option) for option in options if fold(option) != fold(pack)]
    key = _mark("sku", product_code, *kinds, fold(pack))
    return f"{_head(fold(product_code), 13)}-{key}"


def _head(folded: str, length: int) -> str:
    return re.sub(r"[^a-z0-9]+", "", folded)[:length].upper() or "X"


def _mark(*parts: str) -> str:
    digest = hashlib.sha256("\x1f".join(parts).encode()).digest()
    return base64.b32encode(digest)[:6].decode()
