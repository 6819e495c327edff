"""Certificates: one row for each decision on a product, kept for ever; renewed by a new one, never overwritten."""

from collections.abc import Iterable, Sequence
from datetime import date
from itertools import groupby
from operator import itemgetter
from typing import Any

from sqlalchemy import Engine, text
from sqlmodel import Session, col, select

from connector.domain.listing import Lane
from connector.domain.product import Certificate
from connector.errors import Complaint
from connector.models import CertificateRow, ChangeRow, ProductRow
from connector.store import touch
from connector.store.convert import to_certificate

# The one that is in force, else the one that ends last: a renewal for next month does not hide the one that holds now.
# The database's own day decides; the day a certificate turns, its listings are looked at again.
_TODAY = "(now() AT TIME ZONE 'Asia/Ho_Chi_Minh')::date"
_BEST_LAST = text(f"""
    (issued_on <= {_TODAY} AND least(expires_on, withdrawn_on) > {_TODAY}), expires_on, certificate.id
""")

# A day that passed while nobody looked is caught up, once, for products that were here before it; what came later was
# judged by that day already.
_TURNING = text("""
    SELECT DISTINCT d.day, c.product_id FROM certificate c
    CROSS JOIN LATERAL (
        SELECT unnest(ARRAY[c.issued_on, c.expires_on, c.withdrawn_on]) AS day
        UNION SELECT c.expires_on - before FROM unnest(CAST(:warn AS integer[])) before) d
    WHERE d.day BETWEEN :since AND :today AND NOT EXISTS (
        SELECT FROM change WHERE change.product_id = c.product_id AND field = 'certificate'
        AND after = to_jsonb('turned on ' || d.day))
    AND (d.day = :today OR EXISTS (
        SELECT FROM change WHERE change.product_id = c.product_id
        AND at < d.day::timestamp AT TIME ZONE 'Asia/Ho_Chi_Minh'))
    ORDER BY d.day, c.product_id
""")


class Certificates:
    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def of(self, code: str) -> tuple[Certificate, ...]:
        """All that a product ever held, the oldest first."""
        query = select(CertificateRow).join(ProductRow).where(ProductRow.code == code)
        with Session(self._engine) as session:
            rows = session.exec(query.order_by(col(CertificateRow.issued_on), col(CertificateRow.id)))
            return tuple(to_certificate(row) for row in rows)

    def renew(self, code: str, certificate: Certificate, cause: str) -> bool:
        """Record a decision on a product; False if it was known exactly so."""
        with Session(self._engine) as session, session.begin():
            product_id = _product(session, code)
            if not certify(session, product_id, certificate):
                return False
            _record(session, product_id, None, _words(certificate), cause)
            return True

    def withdraw(self, code: str, number: str, on: date | None, cause: str) -> Certificate:
        """Mark a decision as withdrawn from a day on (None: it was not after all). `number` empty: the one in force."""
        with Session(self._engine) as session, session.begin():
            product_id = _product(session, code)
            found = session.exec(_of([product_id])).all()
            rows = [row for row in found if number in ("", row.number)]
            if not rows:
                raise Complaint(
                    f"Sản phẩm «{code}» không có giấy chứng nhận «{number}». Có: {[r.number for r in found]}.",
                    f"The product “{code}” has no certificate “{number}”. It has: {[r.number for r in found]}.",
                )
            row, before = rows[-1], rows[-1].withdrawn_on
            row.withdrawn_on = on
            session.add(row)
            _record(session, product_id, _withdrawn(row.number, before), _withdrawn(row.number, on), cause)
            return to_certificate(row)

    def touch_turning(self, since: date, today: date, warn_days: Sequence[int] = ()) -> int:
        """Make due the listings of products whose certificate turned or reached a day of warning since, once for each
        day; how many products."""
        with Session(self._engine) as session, session.begin():
            values = {"since": since, "today": today, "warn": list(warn_days)}
            turning = [(row.day, row.product_id) for row in session.connection().execute(_TURNING, values)]
            for day, of_day in groupby(turning, key=itemgetter(0)):
                turned, ids = f"turned on {day.isoformat()}", [product_id for _, product_id in of_day]
                session.add_all(
                    ChangeRow(product_id=product_id, field="certificate", after=turned, cause="the calendar")
                    for product_id in ids
                )
                touch.products(session, ids, Lane.CONTENT, "certificate " + turned)
            return len({product_id for _, product_id in turning})


def current(session: Session, product_ids: Iterable[int]) -> dict[int, Certificate]:
    """The certificate that counts for each product."""
    return {row.product_id: to_certificate(row) for row in session.exec(_of(product_ids))}


def certify(session: Session, product_id: int, held: Certificate | None) -> bool:
    """Write a certificate of a product; whether that was new or different."""
    if held is None:
        return False
    key: dict[str, Any] = {"number": held.number, "authority": held.authority, "issued_on": held.issued_on}
    query = select(CertificateRow).where(CertificateRow.product_id == product_id).filter_by(**key)
    row = session.exec(query).one_or_none() or CertificateRow(product_id=product_id, **key)
    values = {
        "stars": held.stars,
        "expires_on": held.expires_on,
        "withdrawn_on": held.withdrawn_on or row.withdrawn_on,  # a file that is silent does not undo a withdrawal
        "made_up": held.made_up,
    }
    differs = row.id is None or any(getattr(row, name) != value for name, value in values.items())
    for name, value in values.items():
        setattr(row, name, value)
    session.add(row)
    return differs


def _of(product_ids: Iterable[int]) -> Any:
    return select(CertificateRow).where(col(CertificateRow.product_id).in_(list(product_ids))).order_by(_BEST_LAST)


def _product(session: Session, code: str) -> int:
    found = session.exec(select(ProductRow.id).where(ProductRow.code == code).with_for_update()).first()
    if found is None:
        raise Complaint(f"Không có sản phẩm «{code}».", f"No product “{code}”.")
    return found


def _record(session: Session, product_id: int, before: str | None, after: str, cause: str) -> None:
    session.add(ChangeRow(product_id=product_id, field="certificate", before=before, after=after, cause=cause))
    session.flush()
    touch.products(session, [product_id], Lane.CONTENT, cause)


def _words(held: Certificate) -> str:
    return f"{held.stars} sao, {held.number}, {held.expires_on:%d/%m/%Y}"


def _withdrawn(number: str, on: date | None) -> str:
    return f"{number}: thu hồi {on:%d/%m/%Y}" if on else f"{number}: không thu hồi"
