"""What people decide, written: on drift (whose value stands) and on listings that are stuck (try again, or park).

A listing that a worker holds right now is left out and said to be busy: the pass would overwrite what is written here.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Engine, text
from sqlmodel import Session

from connector.domain.listing import Lane
from connector.models_desk import DecisionRow
from connector.store import touch
from connector.store.scope import Scope, within

_PICK = text(
    within("""
    SELECT d.id, d.listing_id AS listing, d.field, d.observed, d.resolution, s.verbs, l.phase,
           l.lease_owner IS NOT NULL AND l.lease_until > clock_timestamp() AS busy
    FROM drift d JOIN listing l ON l.id = d.listing_id JOIN shop s ON s.id = l.shop_id
    JOIN product p ON p.id = l.product_id
    WHERE d.id = ANY(:ids) AND d.resolved_at IS NULL AND {mine:p.producer_id}
    ORDER BY l.id, d.id FOR UPDATE OF l, d
""")
)

# Ours again: what they have is the new base, so that ours is a change of our own to it. Once; a later edit asks anew.
_OURS = text("""
    UPDATE listing SET applied = applied || jsonb_build_object(CAST(:field AS text), CAST(:observed AS jsonb)),
        unconfirmed = unconfirmed - CAST(:field AS text), theirs = theirs - CAST(:field AS text), refused = '{}'
    WHERE id = :listing
""")
_ANEW = text("""
    UPDATE listing SET phase = 'new', applied = '{}', unconfirmed = '{}', refused = '{}', theirs = theirs - 'listing'
    WHERE id = :listing
""")
_THEIRS = text("""
    UPDATE listing SET theirs = theirs - CAST(:field AS text) || to_jsonb(CAST(:field AS text)) WHERE id = :listing
""")
_FREE = "(lease_owner IS NULL OR lease_until < clock_timestamp())"
_RETRY = text(f"""
    UPDATE listing SET refused = '{{}}', tries = 0, phase = CASE WHEN phase <> 'parked' THEN phase
        WHEN applied <> '{{}}' THEN 'live' ELSE 'new' END
    WHERE id = ANY(:ids) AND {_FREE} RETURNING id
""")  # noqa: S608 - constants
_PARK = text(f"""
    UPDATE listing SET phase = 'parked', reason = :cause, tries = 0,
        stock_due_at = NULL, price_due_at = NULL, content_due_at = NULL
    WHERE id = ANY(:ids) AND {_FREE} AND ticket IS NULL
""")  # noqa: S608 - constants


@dataclass(frozen=True, slots=True)
class Decided:
    """How many took effect; how many a worker holds just now (do it again); how many cannot be decided from here."""

    done: int = 0
    busy: int = 0
    barred: int = 0


class Decisions:
    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def decide(self, scope: Scope, ids: Sequence[int], choice: str, cause: str) -> Decided:
        """Write one choice (keep, take, ask) on open drifts within the scope; ids outside it are not found."""
        barred = busy = done = 0
        with Session(self._engine) as session, session.begin():
            picked = session.connection().execute(_PICK, {"ids": list(ids), "scope": scope.producer_id}).mappings()
            for drift in list(picked):
                if not _may(choice, drift):
                    barred += 1
                elif drift["busy"] and choice != "ask":
                    busy += 1
                else:
                    _write(session, drift, choice, cause)
                    done += 1
        return Decided(done, busy, barred)

    def own(self, scope: Scope, listing_id: int, field: str, cause: str) -> bool:
        """Take a field back that was left to the platform; False where it was not."""
        back = text(
            within("""
            UPDATE listing SET theirs = theirs - CAST(:field AS text) FROM product p
            WHERE listing.id = :id AND p.id = listing.product_id AND theirs ? :field AND {mine:p.producer_id}
        """)
        )
        values = {"id": listing_id, "field": field, "scope": scope.producer_id}
        with Session(self._engine) as session, session.begin():
            found = session.connection().execute(back, values).rowcount > 0
            if found:
                touch.listings(session, [listing_id], Lane.CONTENT, cause)
        return found

    def retry(self, ids: Sequence[int], cause: str) -> Decided:
        """Look again now; a refusal no longer holds back, a parked listing goes on."""
        with Session(self._engine) as session, session.begin():
            done = [row.id for row in session.connection().execute(_RETRY, {"ids": list(ids)})]
            if done:
                touch.listings(session, done, Lane.CONTENT, cause)
        return Decided(len(done), len(ids) - len(done))

    def park(self, ids: Sequence[int], cause: str) -> Decided:
        """Leave these alone until a person says otherwise. One that waits for a review is not parked."""
        with Session(self._engine) as session, session.begin():
            done = session.connection().execute(_PARK, {"ids": list(ids), "cause": cause}).rowcount
        return Decided(done, len(ids) - done)


def _may(choice: str, drift: Any) -> bool:
    """What a promotion holds or the platform banned cannot be decided here; a shop that only looks writes nothing."""
    if drift["resolution"] not in ("heal", "keep", "ask") or drift["phase"] == "parked":
        return False
    needed = ("create", "sync") if drift["field"] == "listing" else ("sync",)
    return choice != "keep" or drift["verbs"] in needed


def _write(session: Session, drift: Any, choice: str, cause: str) -> None:
    connection = session.connection()
    values = {name: drift[name] for name in ("listing", "field")} | {"observed": json.dumps(drift["observed"])}
    if choice == "keep":
        connection.execute(
            *((_ANEW, {"listing": drift["listing"]}) if drift["field"] == "listing" else (_OURS, values))
        )
        touch.listings(session, [drift["listing"]], Lane.CONTENT, cause)
        _resolve(connection, drift["id"], "heal")
    elif choice == "take":
        connection.execute(_THEIRS, {name: drift[name] for name in ("listing", "field")})
        _resolve(connection, drift["id"], "keep")
    session.add(
        DecisionRow(
            drift_id=drift["id"],
            listing_id=drift["listing"],
            field=drift["field"],
            choice=choice,
            observed=drift["observed"],
            cause=cause,
        )
    )


def _resolve(connection: Connection, drift_id: int, resolution: str) -> None:
    """What the next pass will say too; said now, so that the inbox empties at once."""
    connection.execute(text("UPDATE drift SET resolution = :r WHERE id = :id"), {"r": resolution, "id": drift_id})
