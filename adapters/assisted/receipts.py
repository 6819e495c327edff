"""Receipts: what went out and came back, with hash, number, time and who, the same for every carrier."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Literal

from connector.ports import Notebook

_KIND = "receipt"
Way = Literal["out", "in"]


@dataclass(frozen=True, slots=True)
class Receipt:
    """One file. `what`: pack, result, export, orders; `at`: when it was handed over, or the moment it shows."""

    number: int
    way: Way
    what: str
    name: str
    sha256: str
    at: datetime
    who: str


class Receipts:
    """A pack or result has its own receipt for ever; of exports and orders, which come by the hundred, the last."""

    def __init__(self, notebook: Notebook) -> None:
        self._notebook = notebook

    def note(self, way: Way, what: str, name: str, sha256: str, at: datetime, who: str) -> None:
        """Once for the same content: who brought it first stays."""
        key = what if what in ("export", "orders") else f"{way} {sha256}"
        kept = self._notebook.all(_KIND)
        before = kept.get(key)
        if before is not None and before["sha256"] == sha256:
            return
        number = 1 + max((int(one["number"]) for one in kept.values()), default=0)
        receipt = Receipt(number, way, what, name, sha256, at, who)
        self._notebook.put(_KIND, key, asdict(receipt) | {"at": at.isoformat()})

    def all(self) -> list[Receipt]:
        """Newest first."""
        found = [_receipt(raw) for raw in self._notebook.all(_KIND).values()]
        return sorted(found, key=lambda one: one.number, reverse=True)


def _receipt(raw: Mapping[str, str]) -> Receipt:
    way: Way = "in" if raw["way"] == "in" else "out"
    at = datetime.fromisoformat(raw["at"])
    return Receipt(int(raw["number"]), way, raw["what"], raw["name"], raw["sha256"], at, raw["who"])
