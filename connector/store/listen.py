"""Hears what the database tells (LISTEN/NOTIFY): where to look again. Meanwhile a lock says that somebody listens."""

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

import psycopg
from sqlalchemy import Engine

_CHANNEL, _SOMEBODY_LOOKS = "ocop", 7010


@dataclass(frozen=True, slots=True)
class Told:
    """A row of `about` changed. The numbers are ids, None where they do not apply."""

    about: str
    id: int
    producer: int | None
    product: int | None
    shop: int | None


@asynccontextmanager
async def listening(engine: Engine) -> AsyncIterator[AsyncIterator[Told]]:
    """What is told from now on. Raises psycopg.OperationalError when the database goes away: then listen anew and
    look at everything, since something may have been missed."""
    url = engine.url.set(drivername="postgresql").render_as_string(hide_password=False)
    async with await psycopg.AsyncConnection.connect(url, autocommit=True, application_name="ocop-live") as connection:
        await connection.execute(f"LISTEN {_CHANNEL}")
        await connection.execute("SELECT pg_advisory_lock_shared(%s, 1)", (_SOMEBODY_LOOKS,))
        yield _told(connection)


async def _told(connection: psycopg.AsyncConnection[tuple[object, ...]]) -> AsyncIterator[Told]:
    async for notice in connection.notifies():
        yield Told(**json.loads(notice.payload))


Away = psycopg.OperationalError
