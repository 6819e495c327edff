"""What passes find on listings: problems, drifts, and each listing's one result in a run."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import text
from sqlmodel import Session, col, select

from connector.domain.drift import Drift
from connector.domain.listing import fingerprint
from connector.domain.problem import Problem, merged
from connector.models import DriftRow, ProblemRow
from connector.store.convert import from_facts, to_facts

_AWAITED = text("""
    SELECT listing_id FROM run_item JOIN run ON run.id = run_id
    WHERE run.state = 'healing' AND listing_id = ANY(:ids) AND result IS NULL
""")
_RESULT = text("""
    UPDATE run_item SET result = CASE WHEN :superseded AND desired <> :desired THEN 'superseded' ELSE :result END
    FROM run WHERE run.id = run_item.run_id AND run.state = 'healing'
    AND run_item.listing_id = :listing AND run_item.result IS NULL
""")


def problems(session: Session, listing_id: int, found: Sequence[Problem]) -> None:
    """The listing's problems are now exactly these; one that stands keeps the day it was first seen."""
    kept = {(row.code, row.field): row for row in session.exec(select(ProblemRow).filter_by(listing_id=listing_id))}
    for problem in merged(found):
        row = kept.pop((problem.code, problem.field), None) or ProblemRow(listing_id=listing_id)
        for name in ("code", "field", "vi", "en", "blocking"):
            setattr(row, name, getattr(problem, name))
        session.add(row)
    for row in kept.values():
        session.delete(row)


def drifts(session: Session, listing_id: int, found: Sequence[Drift], now: datetime, run_id: int | None = None) -> None:
    """Open what is new, close what is no more. A drift that stands keeps its first verdict and its run."""
    query = select(DriftRow).where(DriftRow.listing_id == listing_id, col(DriftRow.resolved_at).is_(None))
    open_rows = {row.field: row for row in session.exec(query)}
    for drift in found:
        values = from_facts({"desired": drift.desired, "observed": drift.observed, "applied": drift.applied})
        row = open_rows.pop(drift.field, None)
        if row is not None and row.observed != values["observed"]:
            row.resolved_at = now
            session.add(row)
            session.flush()
            row = None
        if row is None:
            row = DriftRow(listing_id=listing_id, run_id=run_id, field=drift.field, found_at=now, verdict=drift.verdict)
        row.desired, row.observed, row.applied = values["desired"], values["observed"], values["applied"]
        row.resolution = drift.resolution
        session.add(row)
    for row in open_rows.values():
        row.resolved_at = now
        session.add(row)


def results(session: Session, found: Sequence[tuple[int, Mapping[str, Any], str]]) -> None:
    """Give each listing its result in the run that waits for it, if one does: listing, what it ought to be, result."""
    if not found:
        return
    connection = session.connection()
    awaited = {row.listing_id for row in connection.execute(_AWAITED, {"ids": [listing for listing, _, _ in found]})}
    values = [
        {
            "listing": listing,
            "result": what,
            "desired": fingerprint(to_facts(desired)),
            "superseded": what in ("applied", "unchanged"),
        }
        for listing, desired, what in found
        if listing in awaited
    ]
    if values:
        connection.execute(_RESULT, values)
