"""The pool of connections, and whether one of them is still good: a question only where nothing else can tell.

A server that went away, or that ended a session, has said so on the socket; a connection that is silent and was used a
moment ago is good. Asking each time would double the round trips of short transactions.
"""

import select
import time
from typing import Any

import psycopg
from sqlalchemy import Engine, create_engine, event, exc

_RESTED = 5.0  # seconds after which silence proves nothing any more: a machine that lost its power says no farewell


def engine(url: str, pool: int) -> Engine:
    """A database that is away is noticed in seconds: work goes back to its due time, the sweep tries again."""
    away = {"connect_timeout": 5, "keepalives_idle": 10, "keepalives_interval": 5, "keepalives_count": 3}
    made = create_engine(url, pool_size=pool, max_overflow=pool, pool_timeout=10, connect_args=away)

    @event.listens_for(made, "checkin")
    def put_back(_: Any, record: Any) -> None:
        record.info["rests_since"] = time.monotonic()

    @event.listens_for(made, "checkout")
    def look(connection: psycopg.Connection[Any], record: Any, _: Any) -> None:
        used_at = record.info.pop("rests_since", None)
        if used_at is not None and not (fresh(used_at) and silent(connection)) and not _answers(made, connection):
            raise exc.InvalidatePoolError

    return made


def fresh(used_at: float) -> bool:
    """Whether a connection was used so short a time ago (`time.monotonic`) that silence proves it good."""
    return time.monotonic() - used_at < _RESTED


def silent(connection: psycopg.Connection[Any]) -> bool:
    """Whether nothing has come over an idle connection: neither an end nor a farewell."""
    if connection.closed:
        return False
    told = select.poll()
    told.register(connection.fileno(), select.POLLIN)
    return not told.poll(0)


def _answers(made: Engine, connection: psycopg.Connection[Any]) -> bool:
    try:
        return bool(made.dialect.do_ping(connection))  # type: ignore[arg-type]
    except psycopg.Error:
        return False
