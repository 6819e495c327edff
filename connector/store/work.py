"""The queue of record: what is due, who holds it, and what came of it.

A lease has an owner, and an owner is a lock that a living PostgreSQL session holds: when a worker dies its session
dies, so its leases are void at once. `lease_until` only guards against a worker that hangs.
"""

import random
import threading
import time
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, cast

import psycopg
from sqlalchemy import Connection, Engine, bindparam, text, update
from sqlalchemy.exc import DBAPIError
from sqlmodel import Session, col, select

from connector.domain.drift import Drift
from connector.domain.listing import Lane, Listing, Observed, Phase
from connector.domain.problem import Problem
from connector.models import AttemptRow, ListingRow
from connector.store import connections, findings, touch
from connector.store.convert import from_facts, from_ticket, to_listing, to_observed
from connector.store.schema import METADATA

_OWNERS = 7002  # the class of advisory locks that say which workers live

_FREE = f"""(lease_owner IS NULL OR lease_until < :now OR NOT EXISTS (
    SELECT FROM pg_locks WHERE locktype = 'advisory' AND granted
    AND classid = {_OWNERS} AND objid = listing.lease_owner::oid))
"""

_CLAIM = """
    UPDATE listing SET lease_owner = :owner, lease_until = :until
    WHERE id IN (
        SELECT id FROM listing
        WHERE shop_id = :shop AND {lane}_due_at <= :now
          AND {free}
        ORDER BY {order} LIMIT :limit FOR UPDATE SKIP LOCKED)
    RETURNING id
"""

# Locked in the order of their ids, as everybody locks several.
_MINE = text("""
    SELECT id, url, stock_due_at, price_due_at, content_due_at FROM listing
    WHERE id = ANY(:ids) AND lease_owner = :owner ORDER BY id FOR NO KEY UPDATE
""")
_OURS = text("""
    SELECT id, lease_until FROM listing WHERE id = ANY(:ids) AND lease_owner = :owner ORDER BY id FOR NO KEY UPDATE
""")
_EXTEND = text("UPDATE listing SET lease_until = :until WHERE id = ANY(:ids)")
_LISTINGS = METADATA.tables["listing"]
_GIVE_BACK = update(_LISTINGS).where(_LISTINGS.c.id == bindparam("key"))

_ORPHANS = text("""
    UPDATE attempt SET outcome = 'unknown', finished_at = :now, detail = 'the worker died before the answer was written'
    WHERE finished_at IS NULL AND listing_id = ANY(:ids)
""")


@dataclass(frozen=True, slots=True)
class Held:
    """A claimed listing: its value, its product, the last picture, its due times when claimed and what is unsettled."""

    listing: Listing
    product_id: int
    last: Observed | None
    due: Mapping[Lane, datetime | None]
    cause: str
    tries: int
    unsettled: Sequence[AttemptRow] = ()


@dataclass(slots=True)
class Ending:
    """What a pass leaves behind on one listing. `due` names the lanes it dealt with and when each is due again."""

    held: Held
    listing: Listing
    desired: Mapping[str, Any]
    seen: Observed | None = None
    due: dict[Lane, datetime | None] = field(default_factory=dict)
    result: str | None = None
    reason: str = ""
    tries: int = 0
    problems: Sequence[Problem] | None = None
    drifts: Sequence[Drift] | None = None


class Owner:
    """Proof of life of this process's threads: one session holds a numbered lock for each. When the session is lost
    they come back under other numbers, so that what they held before is free at once and can be neither renewed nor
    finished by them; nor can a thread whose lease ran out send what another has claimed since."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._guard = threading.Lock()
        self._connection: Connection | None = None
        self._numbers: dict[int, int] = {}  # by thread
        self._asked_at = 0.0

    def number(self) -> int:
        """The calling thread's."""
        with self._guard:
            if self._connection is not None and not self._lives(self._connection):
                self._connection = None
            if self._connection is None:
                self._connection = self._engine.connect().execution_options(isolation_level="AUTOCOMMIT")
                self._numbers.clear()
            me = threading.get_ident()
            if me not in self._numbers:
                self._numbers[me] = _take(self._connection)
            return self._numbers[me]

    def _lives(self, connection: Connection) -> bool:
        raw = connection.connection.dbapi_connection
        if connections.fresh(self._asked_at) and connections.silent(cast("psycopg.Connection[Any]", raw)):
            return True
        self._asked_at = time.monotonic()
        return _alive(connection)

    def close(self) -> None:
        with self._guard:
            if self._connection is not None:
                with suppress(DBAPIError):
                    self._connection.invalidate()
                self._connection.close()
                self._connection = None


def _take(connection: Connection) -> int:
    lock = text("SELECT pg_try_advisory_lock(CAST(:kind AS int), CAST(:owner AS int))")
    while True:
        number = random.randrange(1, 2**31)
        if connection.execute(lock, {"kind": _OWNERS, "owner": number}).scalar_one():
            return number


def _alive(connection: Connection) -> bool:
    try:
        connection.execute(text("SELECT 1"))
    except DBAPIError:
        with suppress(DBAPIError):
            connection.close()
        return False
    return True


class Work:
    def __init__(self, engine: Engine, lease_seconds: float = 120.0) -> None:
        self._engine = engine
        self._lease = timedelta(seconds=lease_seconds)
        self.owner = Owner(engine)
        self._mine = threading.local()  # `until`: when the leases of this thread's batch end

    def claim(self, shop_id: int, lane: Lane, now: datetime, limit: int) -> list[Held]:
        """Lease up to `limit` listings due in a lane, most urgent first; nobody else gets them meanwhile."""
        order = f"stock_rank, {lane}_due_at" if lane is Lane.STOCK else f"{lane}_due_at"
        statement = text(_CLAIM.format(lane=lane.value, order=order, free=_FREE))
        values = {"owner": self.owner.number(), "until": now + self._lease, "shop": shop_id, "now": now, "limit": limit}
        with Session(self._engine) as session, session.begin():
            ids = [row.id for row in session.connection().execute(statement, values)]
            self._mine.until = now + self._lease
            if not ids:
                return []
            session.connection().execute(_ORPHANS, {"ids": ids, "now": now})
            return held_by_id(session, ids, lane)

    def claim_these(self, ids: Sequence[int], now: datetime) -> list[Held]:
        """Lease these listings if nobody holds them, due or not; those that somebody holds are left out."""
        statement = text(f"""
            UPDATE listing SET lease_owner = :owner, lease_until = :until WHERE id IN (
                SELECT id FROM listing WHERE id = ANY(:ids) AND {_FREE} FOR UPDATE SKIP LOCKED)
            RETURNING id
        """)  # noqa: S608
        values = {"owner": self.owner.number(), "until": now + self._lease, "now": now, "ids": list(ids)}
        with Session(self._engine) as session, session.begin():
            got = [row.id for row in session.connection().execute(statement, values)]
            self._mine.until = now + self._lease
            session.connection().execute(_ORPHANS, {"ids": got, "now": now})
            return held_by_id(session, got, Lane.CONTENT)

    def peek(self, ids: Sequence[int]) -> list[Held]:
        """The same values without a lease: for plans that are only shown."""
        with Session(self._engine) as session:
            return held_by_id(session, ids, Lane.CONTENT)

    def due_live(self, shop_id: int, lane: Lane, now: datetime, limit: int) -> tuple[int, list[int]]:
        """How many listings are live in a shop and which of those are due in a lane: what the guard weighs."""
        due = getattr(ListingRow, f"{lane.value}_due_at")
        with Session(self._engine) as session:
            live = select(ListingRow.id).where(ListingRow.shop_id == shop_id, ListingRow.phase == "live")
            count = session.connection().execute(
                text("SELECT count(*) FROM listing WHERE shop_id = :shop AND phase = 'live'"), {"shop": shop_id}
            )
            return count.scalar_one(), [i for i in session.exec(live.where(due <= now).limit(limit)) if i is not None]

    def due_shops(self, now: datetime, lanes: Sequence[Lane] = tuple(Lane)) -> list[tuple[int, Lane]]:
        """Where a sweep must send a hint: active shops with due work, by lane, lanes in order of urgency."""
        parts = [
            f"SELECT DISTINCT shop_id, {place} AS place FROM listing WHERE {lane.value}_due_at <= :now"  # noqa: S608
            for place, lane in enumerate(Lane)
            if lane in lanes
        ]
        union = " UNION ".join(parts)
        query = (
            f"SELECT shop_id, place FROM ({union}) d JOIN shop ON shop.id = shop_id AND state = 'active' ORDER BY 2, 1"  # noqa: S608
        )
        with self._engine.connect() as connection:
            return [(shop, list(Lane)[place]) for shop, place in connection.execute(text(query), {"now": now})]

    def finish(self, endings: Iterable[Ending], now: datetime) -> None:
        """Write what the pass found and give the listings back. A listing touched meanwhile stays due."""
        endings = list(endings)
        with Session(self._engine) as session, session.begin():
            new_places = [e.held.product_id for e in endings if _goes_live(e)]
            if new_places:
                touch.pools(session, new_places)  # goods before listings: everybody locks in that order
            held = {row.id: row for row in session.connection().execute(_MINE, self._of(endings))}
            ours = [ending for ending in endings if ending.listing.id in held]
            for seen in (True, False):
                values = [_columns(e, held[e.listing.id]) for e in ours if (e.seen is not None) is seen]
                if values:
                    session.connection().execute(_GIVE_BACK, values)
            for ending in ours:
                _note(session, ending, now)
            findings.results(session, [(e.listing.id, e.desired, e.result) for e in ours if e.result is not None])

    def _of(self, endings: Sequence[Ending]) -> dict[str, Any]:
        return {"ids": [ending.listing.id for ending in endings], "owner": self.owner.number()}

    def release(self, ids: Sequence[int], *, again: datetime, lane: Lane) -> None:
        """Give listings back untouched, due in a lane at `again` (a moment for a throttle, an hour for a bug)."""
        statement = text(f"""
            UPDATE listing SET lease_owner = NULL, lease_until = NULL, {lane.value}_due_at = :again
            WHERE id = ANY(:ids) AND lease_owner = :owner
        """)  # noqa: S608
        values = {"ids": list(ids), "again": again, "owner": self.owner.number()}
        with Session(self._engine) as session, session.begin():
            touch.hold(session, ids=ids)
            session.connection().execute(statement, values)

    def keep(self, ids: Iterable[int], now: datetime) -> None:
        """Extend the leases of a batch that takes long, whenever half of their time is over."""
        if getattr(self._mine, "until", now) - now < self._lease / 2:
            self._mine.until = now + self._lease
            with Session(self._engine) as session, session.begin():
                self.renew(session, list(ids), now)

    def renew(self, session: Session, ids: Sequence[int], now: datetime) -> set[int]:
        """Lock what is still this thread's own and extend leases of which half has passed; the ids."""
        connection, values = session.connection(), {"ids": list(ids), "owner": self.owner.number()}
        ours = {row.id: row.lease_until for row in connection.execute(_OURS, values)}
        late = [key for key, until in ours.items() if until < now + self._lease / 2]
        if late:
            connection.execute(_EXTEND, {"ids": late, "until": now + self._lease})
        return set(ours)


def held_by_id(session: Session, ids: Sequence[int], lane: Lane) -> list[Held]:
    rows = list(session.exec(select(ListingRow).where(col(ListingRow.id).in_(ids))))
    unsettled: dict[int, list[AttemptRow]] = {}
    open_ones = select(AttemptRow).where(
        col(AttemptRow.listing_id).in_(ids), AttemptRow.outcome == "unknown", col(AttemptRow.settled_at).is_(None)
    )
    for attempt in session.exec(open_ones):
        unsettled.setdefault(attempt.listing_id, []).append(attempt)
    session.expunge_all()
    due = f"{lane.value}_due_at"
    rows.sort(key=lambda r: (r.stock_rank if lane is Lane.STOCK else 0, str(getattr(r, due)), r.id))
    return [_one(row, unsettled.get(row.id or 0, ())) for row in rows]


def _one(row: ListingRow, unsettled: Sequence[AttemptRow]) -> Held:
    due = {Lane.STOCK: row.stock_due_at, Lane.PRICE: row.price_due_at, Lane.CONTENT: row.content_due_at}
    return Held(to_listing(row), row.product_id, to_observed(row), due, row.cause, row.tries, unsettled)


def legs(listing: Listing) -> dict[str, Any]:
    """The columns that hold what a listing is over there and what we wrote."""
    return {
        "item": listing.ref.item,
        "variants": dict(listing.ref.variants),
        "phase": listing.phase.value,
        "applied": from_facts(listing.applied.facts),
        "unconfirmed": from_facts(listing.applied.unconfirmed),
        "refused": dict(listing.refused),
        "ticket": from_ticket(listing.ticket),
    }


def _goes_live(ending: Ending) -> bool:
    return ending.listing.phase is Phase.LIVE and ending.held.listing.phase is not Phase.LIVE


def _columns(ending: Ending, row: Any) -> dict[str, Any]:
    """What a listing's row becomes; `row` is what it is now, locked: a due time that moved meanwhile stays."""
    values = legs(ending.listing) | {"desired": dict(ending.desired), "reason": ending.reason, "tries": ending.tries}
    if ending.seen is not None:
        values |= {
            "observed": from_facts(ending.seen.facts),
            "observed_state": ending.seen.state.value,
            "observed_at": ending.seen.read_at,
            "url": ending.seen.url or row.url,
        }
    for lane in Lane:
        name, now = f"{lane.value}_due_at", getattr(row, f"{lane.value}_due_at")
        values[name] = ending.due[lane] if lane in ending.due and now == ending.held.due[lane] else now
    return {"key": ending.listing.id, **values, "lease_owner": None, "lease_until": None}


def _note(session: Session, ending: Ending, now: datetime) -> None:
    if ending.problems is not None:
        findings.problems(session, ending.listing.id, ending.problems)
    if ending.drifts is not None:
        findings.drifts(session, ending.listing.id, ending.drifts, now)
