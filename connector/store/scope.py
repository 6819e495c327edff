"""Whose records may be seen: every query of the console is asked with a Scope and says where it applies.

This is the one mechanism that keeps producers apart. A query names the place with {mine} (a producer's id column);
one that does not name it is refused before it is sent.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Engine, text

_MINE = "(CAST(:scope AS bigint) IS NULL OR {column} = :scope)"


@dataclass(frozen=True, slots=True)
class Scope:
    """One producer's records, or all of them (None: operators and admins)."""

    producer_id: int | None


class ScopedReader:
    """Asks the database within a scope."""

    def __init__(self, engine: Engine, scope: Scope) -> None:
        self._engine, self.scope = engine, scope

    def rows(self, sql: str, **values: Any) -> list[dict[str, Any]]:
        with self._engine.connect() as connection:
            return [dict(row) for row in self._ask(connection, sql, values)]

    def one(self, sql: str, **values: Any) -> dict[str, Any] | None:
        return next(iter(self.rows(sql, **values)), None)

    def _ask(self, connection: Connection, sql: str, values: Mapping[str, Any]) -> Any:
        return connection.execute(text(within(sql)), {**values, "scope": self.scope.producer_id}).mappings()


def within(sql: str) -> str:
    """The query with every {mine:column} made a condition on the scope."""
    head, *rest = sql.split("{mine:")
    if not rest:
        raise ValueError(f"a query of the console must say whose records it reads: {sql[:80]}")
    made = [head]
    for part in rest:
        column, _, tail = part.partition("}")
        made.append(_MINE.format(column=column) + tail)
    return "".join(made)
