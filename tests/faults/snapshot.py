"""A moment of the store and the sandbox to go back to, so that a thousand mornings cost one evening of work."""

import copy
import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import Engine

from connector.store.schema import METADATA
from tests.faults.shop import FaultShop

_NUMBERS = "SELECT setval(pg_get_serial_sequence('{table}', 'id'), (SELECT coalesce(max(id), 0) + 1 FROM {table}))"


@dataclass(frozen=True)
class Moment:
    """`tables`: their rows as COPY writes them; `market`: the marketplace's whole state; `offset`: its clock's."""

    tables: dict[str, bytes]
    market: dict[str, Any]
    pictures: dict[str, Any]
    offset: float
    folder: Path

    @classmethod
    def of(cls, shop: FaultShop) -> "Moment":
        world = shop.sandbox.world
        kept = shop.folder.with_name(shop.folder.name + "-kept")
        shutil.copytree(shop.folder, kept, dirs_exist_ok=True)
        market, pictures = _of_market(shop), copy.deepcopy(vars(world.pictures))
        return cls(_dump(shop.store.engine), market, pictures, world.clock.offset, kept)

    def restore(self, shop: FaultShop) -> None:
        """Everything as it was; only real time has moved on."""
        world = shop.sandbox.world
        world.faults.clear()
        world.log.clear()
        market = world.markets[shop.platform]
        vars(market).update(_deep(self.market, market, world))
        vars(world.pictures).update(copy.deepcopy(self.pictures))
        world.clock.offset = self.offset
        _load(shop.store.engine, self.tables)
        shutil.rmtree(shop.folder)
        shutil.copytree(self.folder, shop.folder)


def _of_market(shop: FaultShop) -> dict[str, Any]:
    world = shop.sandbox.world
    market = world.markets[shop.platform]
    return _deep(vars(market), market, world)


def _deep(state: dict[str, Any], market: Any, world: Any) -> dict[str, Any]:
    copied: dict[str, Any] = copy.deepcopy(state, {id(market): market, id(world): world})
    return copied


def _dump(engine: Engine) -> dict[str, bytes]:
    with engine.connect() as connection, connection.connection.cursor() as cursor:
        return {t.name: b"".join(bytes(part) for part in _copy(cursor, t.name)) for t in METADATA.sorted_tables}


def _copy(cursor: Any, table: str) -> list[Any]:
    with cursor.copy(f"COPY {table} TO STDOUT") as out:
        return list(out)


def _load(engine: Engine, tables: dict[str, bytes]) -> None:
    with engine.begin() as connection, connection.connection.cursor() as cursor:
        cursor.execute(f"TRUNCATE {', '.join(tables)} CASCADE")
        for name, rows in tables.items():
            if rows:
                with cursor.copy(f"COPY {name} FROM STDIN") as into:
                    into.write(rows)
        for table in (t.name for t in METADATA.sorted_tables if "id" in t.columns):
            cursor.execute(_NUMBERS.format(table=table))
