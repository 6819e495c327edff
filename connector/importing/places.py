"""Provinces as people write them: by code, by name or the name before July 2025, without marks, or inside a text.

Every table differs in tone placement (Thanh Hoá, Thanh Hóa): cells are compared on the folded key. In running text that
would find Nghệ An in "bột nghệ an toàn", so there the marks and the capitals count.
"""

import csv
import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from connector.domain.text import fold, tidy

_ALSO = {
    "Thừa Thiên Huế": "Huế",
    "Thừa Thiên - Huế": "Huế",
    "Sài Gòn": "Hồ Chí Minh",
    "HCM": "Hồ Chí Minh",
    "TPHCM": "Hồ Chí Minh",
    "Bà Rịa Vũng Tàu": "Bà Rịa - Vũng Tàu",
    "Vũng Tàu": "Bà Rịa - Vũng Tàu",
}
_KINDS = ("thanh pho ", "tinh ", "tp ")
_TONES = {"\u0300": "1", "\u0301": "2", "\u0303": "3", "\u0309": "4", "\u0323": "5"}

_LONG = 160
_KIND_BEFORE = re.compile(r"(?i)(?:tinh4|thanh1 phô2|tp)[\s.:]*$")


@dataclass(frozen=True, slots=True)
class Province:
    code: str
    name: str


@dataclass(frozen=True, slots=True)
class Places:
    """The 34 provinces by every key a cell may hold, and the pattern that finds their names in text."""

    by_code: Mapping[str, Province]
    by_name: Mapping[str, Province]
    in_text: re.Pattern[str]
    spelled: Mapping[str, Province]

    def find(self, text: str) -> Province | None:
        """The province of a cell: a code or a name, old or new; also as the last part of an address."""
        whole = tidy(text)
        if whole.isdigit():
            return self.by_code.get(whole.zfill(2))
        for part in (whole, *reversed(re.split(r"[,;]| - ", whole))):
            found = self.by_name.get(_bare(part))
            if found:
                return found
        return None

    def find_in(self, text: str) -> Province | None:
        """The first province that a text names with its marks and capitals; a long text must say that it is one
        ("tỉnh Bến Tre"), for it may also tell where the goods are sold."""
        spelled = _spelling(tidy(text))
        for match in self.in_text.finditer(spelled):
            words = match.group(0)
            if len(text) > _LONG and not _KIND_BEFORE.search(spelled[: match.start()]):
                continue
            if all(word[0].isupper() for word in re.findall(r"[^\W\d]+", words)):
                return self.spelled[words.lower()]
        return None


def load_places(folder: Path) -> Places:
    """From provinces_34.csv and province_63_to_34.csv."""
    new = {row["code"]: Province(row["code"], row["name"]) for row in _rows(folder / "provinces_34.csv")}
    names = {province.name: province for province in new.values()}
    for row in _rows(folder / "province_63_to_34.csv"):
        names.setdefault(re.sub(r"^(Tỉnh|Thành phố) ", "", row["old_name"]), new[row["new_code"]])
    names |= {name: names[official] for name, official in _ALSO.items()}
    by_name = {_bare(name): province for name, province in names.items()}
    spelled = {_spelling(name).lower(): province for name, province in names.items() if len(name) > 3}
    longest = "|".join(re.escape(name) for name in sorted(spelled, key=len, reverse=True))
    return Places(new, by_name, re.compile(rf"(?<!\w)(?:{longest})(?!\w)", re.IGNORECASE), spelled)


def _spelling(text: str) -> str:
    """Each syllable with its tone moved to the end as a digit: Hoá and Hóa both become Hoa2."""
    return re.sub(r"[^\W\d_]+", lambda match: _syllable(match.group(0)), text)


def _syllable(word: str) -> str:
    letters = unicodedata.normalize("NFD", word)
    tones = "".join(_TONES.get(letter, "") for letter in letters)
    return unicodedata.normalize("NFC", "".join(letter for letter in letters if letter not in _TONES)) + tones


def _bare(name: str) -> str:
    key = fold(name)
    for kind in _KINDS:
        key = key.removeprefix(kind)
    return key


def _rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))
