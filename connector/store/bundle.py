"""All rows out and into an empty database, table by table. Ids stay what they are: printed stamps hold them.

The record of a table is made from its columns, so the published schema cannot fall behind the tables.
"""

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from datetime import date, datetime
from functools import cache
from typing import Any

from pydantic import BaseModel, ConfigDict, create_model
from sqlalchemy import Connection, Engine, Table, func, insert, select, text
from sqlalchemy.dialects.postgresql import JSONB

from connector.models import ProductRow

_METADATA = ProductRow.metadata
_CHUNK = 1000

# What leaves with a producer's data, each table after those it points to.
TABLES = (
    "producer", "product", "variant", "certificate", "paper", "change", "recipe", "shop", "note", "movement",
    "shop_order", "order_line", "listing", "run", "drift", "attempt", "decision",
)  # fmt: skip
# Left behind, and why.
LEFT = {
    "problem": "found anew by the next pass",
    "run_item": "the working list of a run; its counts are in the run",
    "consent": "a consent under way, worth nothing elsewhere",
    "order_cursor": "orders are read again from the beginning of the window",
    "event": "pushes of another address",
    "quota": "escrow is split anew from what exists",
    "upload": "files under way",
    "account": "people are invited anew",
    "api_token": "secrets of people",
    "invitation": "secrets of people",
    "signin": "sessions of people",
    "seal": "encrypted under this installation's keys; the passport key itself travels in the manifest",
}
# Columns that stay: secrets, and who holds a listing at this moment.
HIDDEN = {"producer": {"folded"}, "product": {"folded"}, "shop": {"secrets"}, "listing": {"lease_owner", "lease_until"}}


_GO_ON = """
    SELECT setval(pg_get_serial_sequence('{name}', 'id'), coalesce(max(id), 1), max(id) IS NOT NULL) FROM "{name}"
"""
_AFTERWARDS = (
    """UPDATE shop SET state = 'paused', paused_because =
       'khôi phục từ bản xuất: nạp khóa rồi ocop shop resume / restored: give credentials, then ocop shop resume'""",
    """UPDATE run SET state = 'failed', note = 'restored', finished_at = clock_timestamp()
       WHERE state IN ('scanning', 'healing', 'held')""",
    "UPDATE listing SET content_due_at = clock_timestamp(), cause = 'restored'",
)


@cache
def record(name: str) -> type[BaseModel]:
    """One line of a table's file: strict, without unknown keys."""
    fields: dict[str, Any] = {
        column.name: (_type(column) | None if column.nullable else _type(column), ...) for column in _columns(name)
    }
    return create_model(name, __config__=ConfigDict(extra="forbid"), **fields)


def _type(column: Any) -> Any:
    if isinstance(column.type, JSONB):
        return Any
    kind = column.type.python_type
    return kind if kind in (int, str, bool, date, datetime) else str


def _table(name: str) -> Table:
    return _METADATA.tables[name]


def _columns(name: str) -> list[Any]:
    return [column for column in _table(name).columns if column.name not in HIDDEN.get(name, ())]


class Bundles:
    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    @contextmanager
    def reading(self) -> Iterator["Outgoing"]:
        """All tables as they stand at one moment, whatever is written meanwhile."""
        with self._engine.connect().execution_options(isolation_level="REPEATABLE READ") as connection:
            yield Outgoing(connection)

    @contextmanager
    def writing(self) -> Iterator["Incoming"]:
        """All or nothing."""
        with self._engine.begin() as connection:
            connection.execute(text("SELECT pg_advisory_xact_lock(7004)"))
            yield Incoming(connection)


class Outgoing:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def rows(self, name: str) -> Iterator[BaseModel]:
        table, made = _table(name), record(name)
        query = select(*_columns(name)).order_by(*table.primary_key.columns)
        with self._connection.execution_options(stream_results=True, yield_per=_CHUNK).execute(query) as found:
            for row in found.mappings():
                yield made.model_construct(**row)


class Incoming:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def occupied(self) -> str:
        """The first table that holds rows already; empty if none does."""
        counts = ((name, self._connection.execute(select(func.count()).select_from(_table(name)))) for name in TABLES)
        return next((name for name, count in counts if count.scalar_one()), "")

    def put(self, name: str, rows: Iterable[BaseModel]) -> int:
        total, chunk = 0, list[Mapping[str, Any]]()
        for row in rows:
            chunk.append(row.model_dump())
            if len(chunk) == _CHUNK:
                total += self._insert(name, chunk)
                chunk = []
        return total + self._insert(name, chunk)

    def _insert(self, name: str, rows: list[Mapping[str, Any]]) -> int:
        if rows:
            self._connection.execute(insert(_table(name)), rows)
        return len(rows)

    def settle(self) -> None:
        """Numbers go on after the highest taken; shops wait for their secrets; a run that was under way is over; every
        listing is looked at."""
        for name in TABLES:
            if "id" in _table(name).columns:
                self._connection.execute(text(_GO_ON.format(name=name)))
        for statement in _AFTERWARDS:
            self._connection.execute(text(statement))
