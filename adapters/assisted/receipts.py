"""Receipts: what went out and came back, with hash, number, time and who, the same for every carrier."""

from collections.abc import Mapping
from dataclasses import asdict
from datetime import datetime
from typing import Any, Literal

from connector.ports import Notebook, Slip

_KIND = "receipt"
Way = Literal["out", "in"]


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
        receipt = Slip(number, way, what, name, sha256, at, who)
        self._notebook.put(_KIND, key, asdict(receipt) | {"at": at.isoformat()})

    def taken(self, pack: str, who: str) -> None:
        """A person has fetched a pack that lay waiting."""
        for key, raw in self._notebook.all(_KIND).items():
            if raw["what"] == "pack" and raw["name"] == pack:
                self._notebook.put(_KIND, key, {**raw, "who": f"{raw['who']}, {who}"})

    def all(self) -> list[Slip]:
        """Newest first."""
        found = [_receipt(raw) for raw in self._notebook.all(_KIND).values()]
        return sorted(found, key=lambda one: one.number, reverse=True)


def _receipt(raw: Mapping[str, Any]) -> Slip:
    return Slip(**{**raw, "at": datetime.fromisoformat(raw["at"])})
