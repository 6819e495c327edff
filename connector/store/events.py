"""The inbox of pushes: stored first under a key that makes a second delivery nothing, worked later."""

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import Engine, text
from sqlmodel import Session, col, select

from connector.order_models import EventRow
from connector.ports import Hint


class Events:
    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def take(self, shop_id: int, hint: Hint) -> bool:
        """Keep a genuine push; whether it is new."""
        statement = text("""
            INSERT INTO event (shop_id, key, raw_kind, order_no, item, account)
            VALUES (:shop, :key, :raw_kind, :order, :item, :account) ON CONFLICT (shop_id, key) DO NOTHING
        """)
        values = {"shop": shop_id, "key": hint.key, "raw_kind": hint.raw_kind, "order": hint.order}
        with self._engine.begin() as connection:
            done = connection.execute(statement, values | {"item": hint.item, "account": hint.account})
            return done.rowcount == 1

    def waiting(self, shop_id: int, limit: int = 500) -> list[EventRow]:
        query = select(EventRow).where(EventRow.shop_id == shop_id, col(EventRow.worked_at).is_(None))
        with Session(self._engine, expire_on_commit=False) as session:
            return list(session.exec(query.order_by(col(EventRow.id)).limit(limit)))

    def waiting_shops(self) -> list[int]:
        query = text("SELECT DISTINCT shop_id FROM event WHERE worked_at IS NULL ORDER BY 1")
        with self._engine.connect() as connection:
            return [row.shop_id for row in connection.execute(query)]

    def worked(self, ids: Iterable[int], came_of_it: str, now: datetime) -> None:
        statement = text("UPDATE event SET worked_at = :now, came_of_it = :what WHERE id = ANY(:ids)")
        with self._engine.begin() as connection:
            connection.execute(statement, {"now": now, "what": came_of_it, "ids": list(ids)})

    def forget(self, before: datetime) -> int:
        """Drop what was worked before a day that no platform delivers again; how many."""
        statement = text("DELETE FROM event WHERE worked_at < :before")
        with self._engine.begin() as connection:
            return connection.execute(statement, {"before": before}).rowcount
