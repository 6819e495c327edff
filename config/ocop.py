"""Reads the OCOP rules in config/ocop into values. A Complaint names the file and key that is wrong."""

import csv
import tomllib
from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path
from typing import Any

from connector.domain.book import Book
from connector.domain.ocop import (
    Action,
    Asks,
    Band,
    Confidence,
    Fact,
    Goods,
    Labels,
    Paper,
    ProductSet,
    Programme,
    Words,
)
from connector.errors import Complaint

FOLDER = Path(__file__).parent


@cache
def book(folder: Path = FOLDER) -> Book:
    """Everything under `folder`/ocop, with the sets' names from `folder`/admin. Read once a process."""
    rules = folder / "ocop"
    programmes = tuple(_programme(raw) for raw in _toml(rules / "programme.toml")["editions"])
    labels = _toml(rules / "labels.toml")
    try:
        return Book(
            programmes=programmes,
            labels=tuple(_labels(raw) for raw in labels["editions"]),
            goods=tuple(Goods(**_frozen(raw)) for raw in _toml(rules / "goods.toml")["editions"]),
            words=tuple(Words(**_frozen(raw)) for raw in _toml(rules / "words.toml")["editions"]),
            sets=_sets(folder),
            facts={key: Fact(key, **raw) for key, raw in labels["facts"].items()},
            papers=tuple(Paper(**_frozen(raw)) for raw in _toml(rules / "papers.toml")["papers"]),
            asks={raw["platform"]: Asks(**_frozen(raw)) for raw in _toml(rules / "file_packs.toml")["platforms"]},
            actions=actions(_toml(rules / "gate.toml"), "config/ocop/gate.toml"),
        )
    except (KeyError, TypeError, ValueError) as error:
        raise Complaint(f"config/ocop: khóa hoặc giá trị lạ: {error}.", f"config/ocop: {error}.") from error


def actions(raw: Mapping[str, Any], where: str) -> dict[str, Action]:
    """A table of the gate: code to block, warn or off."""
    wrong = sorted(code for code, said in raw.items() if said not in tuple(Action))
    if wrong:
        raise Complaint(
            f"{where}: {wrong} phải là block, warn hoặc off.", f"{where}: {wrong} must be block, warn or off."
        )
    return {code: Action(said) for code, said in raw.items()}


def _programme(raw: Mapping[str, Any]) -> Programme:
    bands = sorted((Band(**band) for band in raw["bands"]), key=lambda band: -band.from_score)
    return Programme(**_frozen({**raw, "bands": bands}))


def _labels(raw: Mapping[str, Any]) -> Labels:
    must = {kind: tuple(keys) for kind, keys in raw["must"].items()}
    known = {kind: Confidence(mark) for kind, mark in raw["kind_confidence"].items()}
    return Labels(**_frozen({**raw, "must": must, "kind_confidence": known}))


def _frozen(raw: Mapping[str, Any]) -> dict[str, Any]:
    values: dict[str, Any] = {key: tuple(value) if isinstance(value, list) else value for key, value in raw.items()}
    return {**values, "confidence": Confidence(values["confidence"])}


def _sets(folder: Path) -> dict[int, ProductSet]:
    names = {row["set_no"]: row for row in _csv(folder / "admin" / "ocop_sets.csv")}
    return {int(row["set_no"]): _set(row, names[row["set_no"]]) for row in _csv(folder / "ocop" / "sets.csv")}


def _set(row: Mapping[str, str], named: Mapping[str, str]) -> ProductSet:
    return ProductSet(
        no=int(row["set_no"]),
        sector=named["sector"],
        group=row["group"] or named["sector"],
        names={"148/2023": row["name_148_2023"] or named["name"], "26/2026": named["name"]},
        name_en=named["name_en"],
        ministries=tuple(part.strip() for part in row["ministries"].split(";")),
        kind=row["kind"],
        parcel=named["parcel"] == "1",
    )


def _csv(path: Path) -> Iterable[dict[str, str]]:
    return list(csv.DictReader(path.read_text(encoding="utf-8").splitlines()))


def _toml(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, tomllib.TOMLDecodeError) as error:
        raise Complaint(f"{path.name}: không đọc được: {error}", f"{path.name}: cannot be read: {error}") from error
