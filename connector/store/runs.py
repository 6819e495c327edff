"""Runs: one reconciliation of one shop, resumable, whose results add up listing by listing."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Engine, text
from sqlalchemy.exc import IntegrityError
from sqlmodel import Session, col, select

from connector.domain.drift import Drift
from connector.domain.listing import Lane, Observed
from connector.models import RESULTS, DriftRow, ListingRow, RunItemRow, RunRow
from connector.store import findings
from connector.store.convert import from_facts, from_ticket
from connector.store.work import Held, held_by_id

_OPEN = ("scanning", "healing", "held")


@dataclass(frozen=True, slots=True)
class Finding:
    """What the scan says of one listing: what was seen, its drifts, and its result if it needs no further work."""

    held: Held
    seen: Observed
    desired: str  # fingerprint
    drifts: Sequence[Drift]
    unconfirmed: Mapping[str, Any]
    result: str | None


class Runs:
    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def open(self, shop_id: int, cause: str, *, once: bool = False) -> RunRow:
        """The shop's open run if one was interrupted, else a new one. With `once`, a run that this cause has already
        had is answered instead: a hint that comes twice costs nothing."""
        with Session(self._engine, expire_on_commit=False) as session, session.begin():
            query = select(RunRow).where(RunRow.shop_id == shop_id, col(RunRow.state).in_(_OPEN))
            row = session.exec(query.with_for_update()).one_or_none()
            if row is None and once:
                had = select(RunRow).where(RunRow.shop_id == shop_id, RunRow.cause == cause, RunRow.state == "done")
                row = session.exec(had.limit(1)).first()
            if row is None:
                row = RunRow(shop_id=shop_id, cause=cause)
                try:
                    with session.begin_nested():
                        session.add(row)
                except IntegrityError:  # another process opened one since we looked
                    row = session.exec(query).one()
            return row

    def get(self, run_id: int) -> RunRow:
        with Session(self._engine, expire_on_commit=False) as session:
            return session.get_one(RunRow, run_id)

    def listings(self, shop_id: int, after: int, limit: int) -> list[Held]:
        """The shop's listings in id order, `limit` after `after`."""
        query = (
            select(ListingRow.id)
            .where(ListingRow.shop_id == shop_id, col(ListingRow.id) > after)
            .order_by(col(ListingRow.id))
            .limit(limit)
        )
        with Session(self._engine) as session:
            ids = [i for i in session.exec(query) if i is not None]
            return sorted(held_by_id(session, ids, Lane.CONTENT), key=lambda held: held.listing.id)

    def record(self, run_id: int, found: Sequence[Finding], now: datetime) -> None:
        """Write the scan's picture of these listings into the run; a listing under work right now keeps its legs."""
        ids = [finding.held.listing.id for finding in found]
        with Session(self._engine) as session, session.begin():
            items, rows, drifting = _items(session, run_id, ids), _rows(session, ids), _drifting(session, ids)
            for finding in found:
                listing_id = finding.held.listing.id
                item = items.get(listing_id) or RunItemRow(run_id=run_id, listing_id=listing_id)
                item.desired, item.result = finding.desired, finding.result
                session.add(item)
                _picture(rows[listing_id], finding)
                if finding.drifts or listing_id in drifting:
                    findings.drifts(session, listing_id, finding.drifts, now, run_id)

    def heal(self, run_id: int, strangers: Sequence[Mapping[str, Any]], cause: str) -> int:
        """The scan is complete: make due what needs work and let passes report their results. How many are due."""
        make_due = text("""
            WITH mine AS (
                SELECT l.id FROM listing l JOIN run_item i ON i.listing_id = l.id
                WHERE i.run_id = :run AND i.result IS NULL ORDER BY l.id FOR NO KEY UPDATE OF l)
            UPDATE listing SET content_due_at = clock_timestamp(), cause = :cause, tries = 0 FROM mine
            WHERE listing.id = mine.id
        """)
        with Session(self._engine) as session, session.begin():
            row = session.get_one(RunRow, run_id, with_for_update=True)
            row.state, row.strangers = "healing", [dict(stranger) for stranger in strangers]
            session.add(row)
            session.flush()
            return session.connection().execute(make_due, {"run": run_id, "cause": cause}).rowcount

    def hold(self, run_id: int, note: str) -> None:
        self._set(run_id, state="held", note=note)

    def fail(self, run_id: int, note: str, now: datetime) -> None:
        self._set(run_id, state="failed", note=note, finished_at=now)

    def close(self, run_id: int, now: datetime, *, give_up: bool = False) -> RunRow:
        """Count the results; the run is done when every listing has one. `give_up` books the rest as failed."""
        with Session(self._engine, expire_on_commit=False) as session, session.begin():
            row = session.get_one(RunRow, run_id, with_for_update=True)
            if row.state != "healing":
                return row
            if give_up:
                rest = text("UPDATE run_item SET result = 'failed' WHERE run_id = :run AND result IS NULL")
                session.connection().execute(rest, {"run": run_id})
            counts: dict[str | None, int] = dict.fromkeys(RESULTS, 0)
            tally = text("SELECT result, count(*) FROM run_item WHERE run_id = :run GROUP BY result")
            for result, n in session.connection().execute(tally, {"run": run_id}):
                counts[result] = n
            row.planned = sum(counts.values())
            for name in RESULTS:
                setattr(row, name, counts[name])
            if not counts.get(None):
                row.state, row.finished_at = "done", now
            session.add(row)
            return row

    def open_runs(self) -> list[RunRow]:
        query = select(RunRow).where(col(RunRow.state).in_(_OPEN)).order_by(col(RunRow.id))
        with Session(self._engine, expire_on_commit=False) as session:
            return list(session.exec(query))

    def recent(self, limit: int = 20) -> list[RunRow]:
        with Session(self._engine, expire_on_commit=False) as session:
            return list(session.exec(select(RunRow).order_by(col(RunRow.id).desc()).limit(limit)))

    def drifts(self, run_id: int) -> list[DriftRow]:
        with Session(self._engine, expire_on_commit=False) as session:
            return list(session.exec(select(DriftRow).where(DriftRow.run_id == run_id).order_by(col(DriftRow.id))))

    def _set(self, run_id: int, **values: Any) -> None:
        with Session(self._engine) as session, session.begin():
            row = session.get_one(RunRow, run_id, with_for_update=True)
            for name, value in values.items():
                setattr(row, name, value)
            session.add(row)


def _items(session: Session, run_id: int, ids: Sequence[int]) -> dict[int, RunItemRow]:
    query = select(RunItemRow).where(RunItemRow.run_id == run_id, col(RunItemRow.listing_id).in_(ids))
    return {item.listing_id: item for item in session.exec(query)}


def _rows(session: Session, ids: Sequence[int]) -> dict[int, ListingRow]:
    """Locked in the order of their ids, as everybody locks several."""
    query = select(ListingRow).where(col(ListingRow.id).in_(ids)).order_by(col(ListingRow.id)).with_for_update()
    return {row.id: row for row in session.exec(query) if row.id is not None}


def _drifting(session: Session, ids: Sequence[int]) -> set[int]:
    query = select(DriftRow.listing_id).where(col(DriftRow.listing_id).in_(ids), col(DriftRow.resolved_at).is_(None))
    return set(session.exec(query))


def _picture(row: ListingRow, finding: Finding) -> None:
    if row.lease_owner is not None or not finding.seen.state.value:
        return
    row.observed = from_facts(finding.seen.facts)
    row.observed_state, row.observed_at = finding.seen.state.value, finding.seen.read_at
    row.unconfirmed = dict(finding.unconfirmed)
    row.url = finding.seen.url or row.url
    if finding.seen.ticket is not None:
        row.ticket = from_ticket(finding.seen.ticket)
