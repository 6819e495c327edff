"""Intent before effect: the attempt is committed before the call and its outcome after it."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from typing import NamedTuple

from sqlalchemy import Engine, bindparam, text, update
from sqlmodel import Session, col, select

from connector.domain import stock
from connector.domain.listing import Listing
from connector.domain.plan import Op
from connector.domain.stock import Quota
from connector.errors import Missing, OutcomeUnknown, Refused, Retry
from connector.models import AttemptRow
from connector.ports import Outcome, Receipt
from connector.store import quotas, touch
from connector.store.convert import from_facts
from connector.store.schema import METADATA
from connector.store.work import Work, legs

_RUNS = text("""
    SELECT listing_id, run_id FROM run_item JOIN run ON run.id = run_id
    WHERE listing_id = ANY(:listings) AND result IS NULL AND state = 'healing'
""")


@dataclass(frozen=True, slots=True)
class Intent:
    """An op about to be carried out, the cause a person can be told, and the quotas by SKU that ask for it."""

    op: Op
    cause: str
    shop_id: int = 0
    asked: Mapping[str, Quota] = field(default_factory=dict)


class Ended(NamedTuple):
    """An attempt, what came of it, and the listing as it is since."""

    attempt: int
    intent: Intent
    outcome: Outcome
    listing: Listing


_attempts, _listings = METADATA.tables["attempt"], METADATA.tables["listing"]
_FINISH = update(_attempts).where(_attempts.c.id == bindparam("key"))
_KEEP = update(_listings).where(_listings.c.id == bindparam("key"))


class Attempts:
    def __init__(self, engine: Engine, work: Work) -> None:
        self._engine, self._work = engine, work

    def begin(self, intents: Sequence[Intent], now: datetime) -> dict[int, int]:
        """Commit the intents of listings we still hold: attempt id by listing id. One not in it must not be sent."""
        with Session(self._engine) as session, session.begin():
            quotas.hold(session, [sku for i in intents for sku in i.asked])
            ours = self._work.renew(session, [i.op.listing for i in intents], now)
            runs = {row.listing_id: row.run_id for row in session.connection().execute(_RUNS, {"listings": list(ours)})}
            rows = [_row(i, runs, now) for i in intents if i.op.listing in ours and _may_send(session, i, now)]
            session.add_all(rows)
            session.flush()
            return {row.listing_id: row.id for row in rows if row.id is not None}

    def finish(self, ended: Sequence[Ended], now: datetime) -> None:
        """Commit what came of one call together with the ids and values it brought: they are kept the moment they
        exist."""
        with Session(self._engine) as session, session.begin():
            quotas.hold(session, [sku for one in ended for sku in one.intent.asked])
            for _, intent, outcome, _ in ended:
                for sku, asked in intent.asked.items():
                    quotas.take(session, intent.shop_id, sku, _step(outcome, f"stock:{sku}", asked, now))
            touch.hold(session, ids=[one.listing.id for one in ended])
            connection = session.connection()
            connection.execute(_FINISH, [{"key": e.attempt, "finished_at": now, **_told(e.outcome)} for e in ended])
            connection.execute(_KEEP, [{"key": e.listing.id, **legs(e.listing)} for e in ended])

    def settle(self, attempts: Sequence[AttemptRow], settled_as: str, now: datetime) -> None:
        """A look has explained what became of unknown outcomes: arrived, never arrived, or overtaken."""
        statement = text("UPDATE attempt SET settled_at = :now, settled_as = :settled WHERE id = ANY(:ids)")
        with self._engine.begin() as connection:
            connection.execute(statement, {"now": now, "settled": settled_as, "ids": [a.id for a in attempts]})

    def of(self, listing_id: int, limit: int = 200) -> list[AttemptRow]:
        query = select(AttemptRow).where(AttemptRow.listing_id == listing_id).order_by(col(AttemptRow.id).desc())
        with Session(self._engine, expire_on_commit=False) as session:
            return list(session.exec(query.limit(limit)))


def _may_send(session: Session, intent: Intent, now: datetime) -> bool:
    """All quotas of an op must still ask for it; each is then booked as if it had been done."""
    wanted = intent.asked.items()
    still = all(quotas.now(session, intent.shop_id, sku) == (a.step, a.by) for sku, a in wanted)
    return still and all(
        quotas.take(session, intent.shop_id, sku, partial(stock.sending, asked=a, now=now)) for sku, a in wanted
    )


def _step(outcome: Outcome, field_name: str, asked: Quota, now: datetime) -> Callable[[Quota], Quota]:
    match outcome:
        case Receipt() if outcome.wrote is None or field_name in outcome.wrote:
            return partial(stock.accepted, asked=asked, now=now)
        case Retry():
            return partial(stock.untouched, asked=asked)
        case Refused() | Missing():
            return partial(stock.refused, asked=asked, now=now)
    return lambda now_is: now_is  # not known: what was booked before the call stands


def _row(intent: Intent, runs: Mapping[int, int], now: datetime) -> AttemptRow:
    op = intent.op
    changes = [
        {"field": c.field, "reason": c.reason, **from_facts({"before": c.before, "after": c.after})} for c in op.changes
    ]
    return AttemptRow(
        listing_id=op.listing,
        run_id=runs.get(op.listing),
        kind=op.kind.value,
        changes=changes,
        fingerprint=op.fingerprint,
        cause=intent.cause,
        started_at=now,
    )


def _told(outcome: Outcome) -> dict[str, str]:
    match outcome:
        case Receipt():
            name = "waiting" if outcome.ticket else "applied"
            return _as_columns(name, "", outcome.detail, outcome.request_id)
        case Retry():
            return _as_columns("retry", outcome.code, str(outcome))
        case OutcomeUnknown():
            return _as_columns("unknown", outcome.code, str(outcome))
        case Refused():
            return _as_columns("refused", outcome.code, str(outcome))
        case Missing():
            return _as_columns("missing", outcome.code, str(outcome))


def _as_columns(outcome: str, code: str, detail: str, request_id: str = "") -> dict[str, str]:
    return {"outcome": outcome, "code": code, "detail": detail, "request_id": request_id}
