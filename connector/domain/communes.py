"""Communes as people and certificates write them, before and after July 2025, to today's code.

Sources differ in tone placement, apostrophes and kinds ("Xã", "TT."), so names are compared on the folded key without
the kind. An old commune that was divided is answered with all that it may be now; only a person knows which.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from connector.domain.text import fold

_KINDS = re.compile(r"^(xa|phuong|thi tran|dac khu|tt|p|x|quan|huyen|thi xa|thanh pho|tp|tx|tinh|q|h)\b ?")


@dataclass(frozen=True, slots=True)
class Commune:
    """One of the 3,321 units since July 2025; `code` is text with its leading zeros."""

    code: str
    name: str
    province_code: str
    province: str

    @property
    def full(self) -> str:
        return f"{self.name}, {self.province}"


@dataclass(frozen=True, slots=True)
class OldCommune:
    """Where one commune from before July 2025 went; several of these with `split` where it was divided."""

    name: str
    district: str
    province_code: str
    new_code: str
    default: bool = True


@dataclass(frozen=True, slots=True)
class Found:
    """`commune` is the answer; None with `suggestions` (the likeliest first) where a person must choose."""

    commune: Commune | None = None
    suggestions: tuple[Commune, ...] = ()


@dataclass(frozen=True, slots=True)
class Communes:
    """Both maps, ready to be asked."""

    by_code: Mapping[str, Commune]
    by_name: Mapping[str, tuple[Commune, ...]]
    old_by_name: Mapping[str, tuple[OldCommune, ...]]
    provinces: Mapping[str, tuple[frozenset[str], frozenset[str]]] = field(default_factory=dict)

    def find(self, commune: str, district: str = "", province: str = "") -> Found:
        """By today's code, by today's name, or by the old commune with its district; names or codes for provinces."""
        if commune.strip() in self.by_code:
            return Found(self.by_code[commune.strip()])
        key, none = bare(commune), (frozenset[str](), frozenset[str]())
        if province and bare(province) not in self.provinces:
            return Found()
        new, old = self.provinces.get(bare(province), none)
        today = [c for c in self.by_name.get(key, ()) if not province or c.province_code in new]
        before = [
            o
            for o in self.old_by_name.get(key, ())
            if (not province or o.province_code in old) and (not district or bare(o.district) == bare(district))
        ]
        return self._chosen(today, before, old_first=bool(district and before) or (bool(province) and not new))

    def _chosen(self, today: list[Commune], before: list[OldCommune], *, old_first: bool) -> Found:
        if today and not old_first:
            return _one_of(today)
        codes = dict.fromkeys(o.new_code for o in sorted(before, key=lambda o: not o.default))
        return _one_of([self.by_code[code] for code in codes])

    def find_in(self, address: str) -> Found:
        """From one line: "xã A, huyện B, tỉnh C" (the last part the province, what is between the district)."""
        parts = [part.strip() for part in re.split(r"[,;]| - ", address) if part.strip()]
        for at in range(len(parts) - 1):
            for district in (parts[at + 1 : -1] or [""])[:1]:
                found = self.find(parts[at], district, parts[-1])
                if found.commune or found.suggestions:
                    return found
        return Found()


def bare(name: str) -> str:
    """The folded name without its kind; numbers without leading zeros ("Phường 01" is "Phường 1")."""
    key = fold(name)
    kept = _KINDS.sub("", key) or key
    return kept.lstrip("0") or kept if kept.isdigit() else kept


def _one_of(found: list[Commune]) -> Found:
    return Found(found[0]) if len(found) == 1 else Found(None, tuple(found))
