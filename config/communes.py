"""Reads the tables of communes in config/admin: today's 3,321 and where each of the 10,036 before them went."""

import csv
import gzip
from collections import defaultdict
from functools import cache
from pathlib import Path

from connector.domain.communes import Commune, Communes, OldCommune, bare

FOLDER = Path(__file__).parent / "admin"


@cache
def communes(folder: Path = FOLDER) -> Communes:
    """Both maps; a quarter of a second the first time, then kept."""
    names = {row["code"]: row["full_name"] for row in _rows(folder / "provinces_34.csv")}
    today = [
        Commune(row["code"], row["full_name"], row["province_code"], names[row["province_code"]])
        for row in _rows(folder / "wards_3321.csv")
    ]
    old = [
        OldCommune(
            row["old_ward"],
            row["old_district"],
            row["old_province_code"],
            row["new_ward_code"],
            row["default_target"] == "1",
        )
        for row in _rows(folder / "legacy_wards.csv.gz")
    ]
    by_name: dict[str, list[Commune]] = defaultdict(list)
    for commune in today:
        by_name[bare(commune.name)].append(commune)
    old_by_name: dict[str, list[OldCommune]] = defaultdict(list)
    for one in old:
        old_by_name[bare(one.name)].append(one)
    return Communes(
        {commune.code: commune for commune in today},
        {key: tuple(found) for key, found in by_name.items()},
        {key: tuple(found) for key, found in old_by_name.items()},
        _provinces(folder),
    )


def _provinces(folder: Path) -> dict[str, tuple[frozenset[str], frozenset[str]]]:
    """Name or code -> codes today and codes before. A name that ended (Hà Giang) has none today, so its communes are
    looked for among the old; one that stayed covers all that was merged into it."""
    merged = _rows(folder / "province_63_to_34.csv")
    found: dict[str, tuple[frozenset[str], frozenset[str]]] = {}
    for row in merged:
        found[bare(row["old_name"])] = (frozenset(), frozenset({row["old_code"]}))
    for row in _rows(folder / "provinces_34.csv"):
        before = frozenset(old["old_code"] for old in merged if old["new_code"] == row["code"])
        for key in (row["name"], row["code"]):
            found[bare(key)] = (frozenset({row["code"]}), before)
    return found


def _rows(path: Path) -> list[dict[str, str]]:
    raw = path.read_bytes()
    text = (gzip.decompress(raw) if path.suffix == ".gz" else raw).decode()
    return list(csv.DictReader(text.splitlines()))
