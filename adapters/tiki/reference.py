"""What Tiki says about itself and this seller (categories, attributes, warehouse), read seldom and remembered.

The getters only read the notebook, so `canonical` and `check` stay free of calls; `learn` makes the calls.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from adapters.attributes import Attribute
from connector.domain.text import fold
from connector.ports import Connection

OEM = "OEM"  # what Tiki wants for a brand that is not registered
_HELD_FOR = timedelta(minutes=1)


class Reference:
    """The remembered part, without calls."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._held: dict[tuple[str, str], tuple[datetime, Any]] = {}

    def category(self, mapped: str) -> str | None:
        """The primary category's id for a mapped name or id; "" if there is none such, None if nobody has looked."""
        if mapped.isdigit():
            return mapped
        found = self._note("category", fold(mapped))
        return None if found is None else str(found)

    def licensed(self, category: str) -> bool:
        """The category is closed to sellers without a business licence (by the flag's name; unverified)."""
        return bool(self._note("licensed", category))

    def attributes(self, category: str) -> list[Attribute] | None:
        note = self._note("attributes", category)
        return None if note is None else [Attribute(**entry) for entry in note]

    def brand(self, name: str) -> str | None:
        """The brand as Tiki lists it, OEM if it does not, None if nobody has looked."""
        if not name:
            return OEM
        found = self._note("brand", fold(name))
        return None if found is None else str(found)

    def seller(self) -> Mapping[str, Any]:
        """`inventory_type` and `warehouse` of this seller; empty before the first look."""
        return self._note("seller", "me") or {}

    def _note(self, kind: str, key: str) -> Any | None:
        """Kept in memory for a minute: a batch of 200 listings asks for the same few notes thousands of times."""
        now = self._connection.clock.now()
        read_at, value = self._held.get((kind, key), (None, None))
        if read_at is None or now - read_at > _HELD_FOR:
            value = self._connection.notebook.get(kind, key)
            if value is not None:
                self._held[kind, key] = now, value
        return value
