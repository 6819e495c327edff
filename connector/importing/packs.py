"""Packs as they are written ("1.000 g", "Hộp 25 gói x 2gr", "Can 2 lít") and the grams a parcel of them weighs."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from connector.domain.text import tidy

_UNITS: Mapping[str, tuple[str, int]] = {
    **dict.fromkeys(("kilogram", "kilogam", "kgs", "kg", "ký", "kí"), ("kg", 1000)),
    **dict.fromkeys(("grams", "gram", "gam", "grm", "gr", "g"), ("g", 1)),
    **dict.fromkeys(("lạng",), ("lạng", 100)),
    **dict.fromkeys(("mililit", "ml"), ("ml", 1)),
    **dict.fromkeys(("lít", "lit", "l"), ("lít", 1000)),
}
_CONTAINERS = "gói|túi|chai|hộp|lọ|hũ|lon|bịch|cái|chiếc|viên|thanh|bánh|ống|quả|trái|bọc|keo|vỉ|can|bao"
_NUMBER = r"\d{1,3}(?:[.,]\d{3})+(?:[.,]\d{1,2})?|\d+(?:[.,]\d+)?"
_UNIT = "|".join(sorted(_UNITS, key=len, reverse=True))
_AMOUNT = re.compile(
    rf"(?<!\d)(?<!\d[.,])(?<![^\W\d_xX])(?P<number>{_NUMBER})\s*(?P<unit>{_UNIT})(?![^\W_\d])", re.IGNORECASE
)
_TIMES_BEFORE = re.compile(rf"(\d{{1,4}})\s*(?:{_CONTAINERS})?\s*[x×*]\s*$", re.IGNORECASE)
_HOLDING_BEFORE = re.compile(rf"(\d{{1,4}})\s*(?:{_CONTAINERS})\s+(?:\w+\s+)?(?:loại\s+|[-–]\s*)?$", re.IGNORECASE)
_TIMES_AFTER = re.compile(
    rf"^\s*(?:/\s*(?:{_CONTAINERS})\s*)?(?:[x×*]\s*(\d{{1,4}})(?!\s*(?:cm|mm|m)\b)"
    rf"|/\s*thùng\s*/\s*(\d{{1,4}})\s*(?:{_CONTAINERS}))",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Pack:
    """One amount, `times` over. `grams` of one (a millilitre counted as a gram); `text` in our spelling."""

    text: str
    number: Decimal
    unit: str
    grams: int
    times: int = 1

    @property
    def total_grams(self) -> int:
        return max(self.grams * self.times, 1)


def find_pack(text: str) -> Pack | None:
    """The first amount in a text, with the count beside it; None if the text names no amount."""
    flat = tidy(text)
    match = _AMOUNT.search(flat)
    if match is None:
        return None
    unit, scale = _UNITS[match["unit"].lower()]
    number = _number(match["number"], scale)
    grams = int(number * scale)
    if not 0 < grams <= 2_000_000:
        return None
    times = _times(flat[: match.start()], flat[match.end() :], liquid=unit in ("ml", "lít"))
    spelled = f"{match['number'].lstrip('0') if match['number'].isdigit() else match['number']} {unit}"
    return Pack(f"{times} x {spelled}" if times > 1 else spelled, number, unit, grams, times)


def spell_pack(text: str) -> str:
    """A pack cell with its amounts in one spelling: "500gram" is "500 g", "(200Gram)" is "200 g"."""
    flat = tidy(text)
    if flat.startswith("(") and flat.endswith(")"):
        flat = flat[1:-1].strip()
    return _AMOUNT.sub(lambda match: f"{match['number']} {_UNITS[match['unit'].lower()][0]}", flat)


def _times(before: str, after: str, *, liquid: bool) -> int:
    """ "2 chai 500 ml" means two of 500; "20 bịch 1,5 kg" means 1,5 kg in all."""
    found = _TIMES_BEFORE.search(before) or (_HOLDING_BEFORE.search(before) if liquid else None)
    count = found.group(1) if found else None
    if count is None and (behind := _TIMES_AFTER.match(after)):
        count = behind.group(1) or behind.group(2)
    return int(count) if count and 1 <= int(count) <= 1000 else 1


def _number(written: str, scale: int) -> Decimal:
    """A point or comma before three digits groups thousands of grams ("1.000 g") but not of kilograms ("1.200 kg")."""
    if scale < 1000 and re.fullmatch(r"\d{1,3}(?:[.,]\d{3})+", written):
        return Decimal(re.sub(r"[.,]", "", written))
    whole, _, part = written.replace(",", ".").rpartition(".")
    return Decimal(f"{whole.replace('.', '')}.{part}") if whole else Decimal(part)
