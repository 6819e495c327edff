"""Which item carries which seller SKU, as last read: the look before a create reads each item once, not each time.

An item's `update_time` moves with its content; prices and stocks do not move it (contract 3.4), but they do not change
a SKU either. So an item that still has the time we noted still has the SKUs we noted.
"""

from collections.abc import Iterable, Sequence
from typing import Any

from connector.ports import Connection


class Sightings:
    def __init__(self, connection: Connection) -> None:
        self._notebook = connection.notebook

    def changed(self, item: str, updated: int) -> bool:
        """Not read yet, or changed since. After a write of our own the next time that is seen is taken as read."""
        note = self._notebook.get("item", item)
        if note is not None and note["at"] is None:
            self._notebook.put("item", item, {**note, "at": updated})
            return False
        return note is None or note["at"] != updated

    def note(self, item: str, skus: Iterable[str], *, made: float, updated: int | None = None) -> None:
        """Remember the item; `made` is its creation, epoch seconds; without `updated` the change was our own."""
        old = self._notebook.get("item", item)
        new: dict[str, Any] = {"at": updated, "made": made, "skus": sorted(set(skus))}
        if old == new:
            return
        for sku in set(old["skus"] if old else ()) - set(new["skus"]):
            self._notebook.put("sku", sku, [other for other in self.items(sku) if other != item])
        for sku in new["skus"]:
            if item not in self.items(sku):
                self._notebook.put("sku", sku, [*self.items(sku), item])
        self._notebook.put("item", item, new)

    def ours(self, item: str, skus: Iterable[str] | None = None) -> None:
        """We have just written to the item, which now carries `skus`."""
        old = self._notebook.get("item", item)
        if old is not None:
            self.note(item, old["skus"] if skus is None else skus, made=old["made"])

    def items(self, sku: str) -> Sequence[str]:
        return self._notebook.get("sku", sku) or ()

    def made(self, item: str) -> float | None:
        """When the item was created, epoch seconds."""
        note = self._notebook.get("item", item)
        return None if note is None else float(note["made"])
