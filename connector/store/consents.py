"""Consents under way: a state is known by its digest only, belongs to one shop, and is taken once."""

import secrets
from datetime import datetime
from hashlib import sha256

from sqlalchemy import BigInteger, Column, DateTime, Engine, ForeignKey, Table, Text, text

from connector.models import ShopRow

Table(
    "consent",
    ShopRow.metadata,
    Column("digest", Text, primary_key=True),
    Column("shop_id", BigInteger, ForeignKey("shop.id", ondelete="CASCADE"), nullable=False, index=True),
    Column("redirect", Text, nullable=False, server_default=""),
    Column("expires_at", DateTime(timezone=True), nullable=False),
)


class Consents:
    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def ask(self, shop_id: int, redirect: str, until: datetime, now: datetime) -> str:
        """A new state for the shop, good until then; what has run out is forgotten."""
        state = secrets.token_urlsafe(32)
        values = {"digest": _digest(state), "shop": shop_id, "redirect": redirect, "until": until, "now": now}
        with self._engine.begin() as connection:
            connection.execute(text("DELETE FROM consent WHERE expires_at <= :now"), values)
            connection.execute(text("INSERT INTO consent VALUES (:digest, :shop, :redirect, :until)"), values)
        return state

    def take(self, state: str, now: datetime) -> tuple[int, str] | None:
        """The shop and the redirect that the state stands for, once; None if it is unknown, used or too old."""
        statement = text("DELETE FROM consent WHERE digest = :digest RETURNING shop_id, redirect, expires_at > :now")
        with self._engine.begin() as connection:
            row = connection.execute(statement, {"digest": _digest(state), "now": now}).one_or_none()
        return (row[0], row[1]) if row is not None and row[2] else None


def _digest(state: str) -> str:
    """Looking it up by its digest takes no time that would tell how much of a guess was right."""
    return sha256(state.encode()).hexdigest()
