"""What Lazada says about itself (category tree, attributes, brands), read seldom and remembered in the notebook.

The getters below only read the notebook, so `canonical` and `check` stay free of calls; `learn` makes the calls.
"""

from datetime import datetime, timedelta
from typing import Any

from adapters.attributes import Attribute
from connector.domain.text import fold
from connector.ports import Connection

NO_BRAND = "No Brand"
_HELD_FOR = timedelta(minutes=1)


class Reference:
    """The remembered part, without calls."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._held: dict[tuple[str, str], tuple[datetime, Any]] = {}

    def category(self, mapped: str) -> str | None:
        """The leaf's id for a mapped name, path or id; "" if the tree has none such, None if nobody has looked."""
        if mapped.isdigit():
            return mapped
        found = self._note("category", fold(mapped))
        return None if found is None else str(found)

    def attributes(self, category: str) -> list[Attribute] | None:
        """Those a listing may fill, without the fixed ones; None if nobody has looked."""
        note = self._note("attributes", category)
        return None if note is None else [Attribute(**entry) for entry in note if not entry["name"].startswith("@")]

    def axes(self, category: str) -> list[Attribute]:
        """The category's own variation axes."""
        note = self._note("attributes", category) or []
        return [Attribute(**{**entry, "name": entry["name"][1:]}) for entry in note if entry["name"].startswith("@")]

    def brand(self, name: str) -> tuple[str, str]:
        """Id and name of the brand if Lazada knows it, else those of "No Brand" (id empty if not looked up yet)."""
        for known in (name, NO_BRAND):
            found = self._note("brand", fold(known)) if known else None
            if found:
                return str(found[0]), str(found[1])
        return "", NO_BRAND

    def _note(self, kind: str, key: str) -> Any | None:
        """Kept in memory for a minute: a batch of 200 listings asks for the same few notes thousands of times."""
        now = self._connection.clock.now()
        read_at, value = self._held.get((kind, key), (None, None))
        if read_at is None or now - read_at > _HELD_FOR:
            value = self._connection.notebook.get(kind, key)
            if value is not None:
                self._held[kind, key] = now, value
        return value
