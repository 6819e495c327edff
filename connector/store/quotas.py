"""Quotas of scarce goods. Every step is taken on the row as it is now, under the lock of the good it belongs to."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Engine, text
from sqlmodel import Session, col, select

from connector.domain import stock
from connector.domain.listing import Lane
from connector.domain.stock import Quota, Step
from connector.models import VariantRow
from connector.order_models import QuotaRow
from connector.store import touch
from connector.store.ledger import lock

Key = tuple[int, int]  # shop, variant

_DUE = text("""
    SELECT v.id, EXISTS (SELECT FROM quota WHERE base_id = v.id) AS scarce FROM variant v
    WHERE pool_due OR (:all AND v.id IN (SELECT base_id FROM quota))
       OR v.id IN (SELECT base_id FROM quota WHERE step = 'draining') ORDER BY v.id LIMIT :limit
""")

# Most goods that sell are in no escrow and not near it: that is seen of all at once. First their rows are locked, then
# they are counted, or a sale that comes between would be passed over; whoever holds one of them weighs it himself.
_WHOLE = text("""
    SELECT id FROM variant WHERE pool_due AND NOT EXISTS (SELECT FROM quota WHERE base_id = variant.id)
    ORDER BY id LIMIT 1000 FOR NO KEY UPDATE SKIP LOCKED
""")
_PASS_OVER = text("""
    UPDATE variant SET pool_due = false FROM stock s
    WHERE variant.id = ANY(:ids) AND s.variant_id = variant.id
      AND NOT EXISTS (SELECT FROM quota WHERE base_id = variant.id)
      AND s.on_hand - s.reserved > coalesce(variant.scarce_below, :scarce)
""")

# Every shop that lists a variant of the good, with what it has ever been given to sell there.
_SEATS = text("""
    SELECT l.shop_id, l.id AS listing_id, l.phase, l.product_id, s.variant_id, s.sku, s.pieces,
           coalesce((CASE jsonb_typeof(l.applied->('stock:' || s.sku)) WHEN 'number'
                     THEN l.applied->>('stock:' || s.sku) END)::int, 0) AS applied,
           coalesce((CASE jsonb_typeof(l.observed->('stock:' || s.sku)) WHEN 'number'
                     THEN l.observed->>('stock:' || s.sku) END)::int, 0) AS observed,
           l.refused ?| ARRAY['set_stock', 'adjust_stock'] AS refused, l.variants ? s.sku AS listed,
           c.until AS orders_until,
           EXISTS (SELECT FROM attempt a CROSS JOIN LATERAL jsonb_array_elements(a.changes) c
                   WHERE a.listing_id = l.id AND c->>'field' = 'stock:' || s.sku
                     AND c->>'after' NOT IN ('0')) AS ever,
           EXISTS (SELECT FROM attempt a WHERE a.listing_id = l.id AND a.kind = 'create') AS made_by_us,
           (SELECT coalesce(sum(o.quantity - o.cancelled), 0) FROM order_line o JOIN shop_order so ON so.id = o.order_id
            WHERE o.variant_id = s.variant_id AND so.shop_id = l.shop_id AND so.placed_at > :since
              AND o.state <> 'cancelled') AS sold
    FROM stock s JOIN listing l ON l.product_id = s.product_id LEFT JOIN order_cursor c ON c.shop_id = l.shop_id
    WHERE s.base_id = :base AND s.dropped_at IS NULL
""")


@dataclass(frozen=True, slots=True)
class Seat:
    """One shop's listing of one variant of a scarce good. `quota` None: the good was not scarce so far."""

    sku: str
    pieces: int
    listing_id: int
    live: bool
    shown: int  # the most that may stand there, as far as we wrote or saw
    untouched: bool  # we made the listing and never offered a piece of it
    refused: bool
    sold: int
    orders_until: datetime | None
    quota: Quota | None = None
    product_id: int = 0


@dataclass(frozen=True, slots=True)
class Pool:
    """A good and its seats. `limit`: the pieces at or below which it is scarce, 0 for never."""

    free: int
    limit: int
    seats: Mapping[Key, Seat]


class Quotas:
    def __init__(self, engine: Engine, scarce_below: int) -> None:
        self._engine, self._scarce_below = engine, scarce_below

    def due(self, *, everything: bool = False, limit: int = 1000) -> list[int]:
        """Goods whose pool may have changed since it was last weighed. What is plentiful is passed over on the way, and
        what somebody is just moving comes next time."""
        with self._engine.begin() as connection:
            whole = [] if everything else [row.id for row in connection.execute(_WHOLE)]
            if whole:
                connection.execute(_PASS_OVER, {"ids": whole, "scarce": self._scarce_below})
            due = connection.execute(_DUE, {"all": everything, "limit": limit + 100})
            return [row.id for row in due if everything or row.scarce or row.id in whole][:limit]

    def weigh(self, base_id: int, since: datetime, decide: Callable[[Pool], Mapping[Key, Quota | None]]) -> int:
        """Let `decide` say what becomes of one good's quotas (None: drop it) and mark who must act; how many moved."""
        with Session(self._engine) as session, session.begin():
            lock(session, [base_id])
            pool = _pool(session, base_id, since, self._scarce_below)
            moved = decide(pool)
            for key, quota in moved.items():
                _put(session, key, base_id, quota)
            session.connection().execute(text("UPDATE variant SET pool_due = false WHERE id = :id"), {"id": base_id})
            acting = [
                pool.seats[key].listing_id
                for key, quota in moved.items()
                if quota is None or quota.step not in (Step.HELD, Step.DRAINING, Step.IDLE)
            ]
            session.flush()
            if acting:
                touch.listings(session, acting, Lane.STOCK, "escrow")
            return len(moved)

    def step(self, shop_id: int, sku: str, how: Callable[[Quota], Quota]) -> None:
        """Take one step on the quota as it is now."""
        with Session(self._engine) as session, session.begin():
            take(session, shop_id, sku, how)

    def of(self, sku: str) -> dict[int, dict[str, Any]]:
        """The quotas of a SKU by shop, for people."""
        query = select(QuotaRow).join(VariantRow, col(VariantRow.id) == QuotaRow.variant_id)
        with Session(self._engine) as session:
            rows = session.exec(query.where(VariantRow.sku == sku)).all()
            return {
                row.shop_id: row.model_dump(include={"ceiling", "step", "by", "since", "wrote_at", "beyond"})
                for row in rows
            }


def hold(session: Session, skus: Sequence[str]) -> None:
    """Lock the goods of these SKUs, before any listing's row: everybody locks in that order."""
    query = text("""
        SELECT coalesce(r.base_id, v.id) AS id FROM variant v LEFT JOIN recipe r ON r.variant_id = v.id
        WHERE v.sku = ANY(:skus)
    """)
    if skus:
        lock(session, [row.id for row in session.connection().execute(query, {"skus": list(skus)})])


def now(session: Session, shop_id: int, sku: str) -> tuple[Step, int] | None:
    """What the quota asks for as it stands."""
    find = select(QuotaRow.step, QuotaRow.by).join(VariantRow, col(VariantRow.id) == QuotaRow.variant_id)
    row = session.exec(find.where(VariantRow.sku == sku, QuotaRow.shop_id == shop_id)).one_or_none()
    return None if row is None else (Step(row[0]), row[1])


def take(session: Session, shop_id: int, sku: str, how: Callable[[Quota], Quota | None]) -> bool:
    """`how` on the row as it is now; False where there is no quota or `how` says no."""
    find = select(QuotaRow).join(VariantRow, col(VariantRow.id) == QuotaRow.variant_id)
    row = session.exec(find.where(VariantRow.sku == sku, QuotaRow.shop_id == shop_id)).one_or_none()
    if row is None:
        return False
    lock(session, [row.base_id])
    session.refresh(row)
    after = how(to_quota(row))
    if after is None:
        return False
    _write(session, row, after)
    return True


def held(session: Session, shop_id: int, variant_ids: Sequence[int]) -> set[int]:
    """Which of these variants the shop has a quota of."""
    query = select(QuotaRow.variant_id).where(QuotaRow.shop_id == shop_id, col(QuotaRow.variant_id).in_(variant_ids))
    return set(session.exec(query))


def absorb(session: Session, shop_id: int, variant_id: int, pieces: int) -> None:
    """Sales (or, negative, cancellations) of a shop have surfaced. The caller holds the good's lock."""
    row = session.get(QuotaRow, (shop_id, variant_id), populate_existing=True)
    if row is None:
        return
    before = to_quota(row)
    _write(session, row, stock.absorb(before, pieces) if pieces > 0 else stock.restock(before, -pieces))


def to_quota(row: QuotaRow) -> Quota:
    return Quota(row.ceiling, Step(row.step), row.by, row.since, row.wrote_at)


def _write(session: Session, row: QuotaRow, quota: Quota) -> None:
    if quota.step.value != row.step or quota.ceiling != row.ceiling:
        statement = text("UPDATE variant SET pool_due = true WHERE id = :id AND NOT pool_due")
        session.connection().execute(statement, {"id": row.base_id})
    if row.ceiling < 0 and row.step == Step.DRAINING and quota.step is Step.IDLE:
        row.beyond -= row.ceiling  # no cancellation explains it any more
    row.ceiling, row.step, row.by = quota.ceiling, quota.step.value, quota.by
    row.since, row.wrote_at = quota.since, quota.wrote_at
    session.add(row)


def _put(session: Session, key: Key, base_id: int, quota: Quota | None) -> None:
    row = session.get(QuotaRow, key)
    if quota is None:
        if row is not None:
            session.delete(row)
        return
    _write(session, row or QuotaRow(shop_id=key[0], variant_id=key[1], base_id=base_id), quota)


def _pool(session: Session, base_id: int, since: datetime, scarce_below: int) -> Pool:
    find = text("""
        SELECT s.on_hand - s.reserved AS free, coalesce(v.scarce_below, :scarce) AS threshold
        FROM stock s JOIN variant v ON v.id = s.variant_id WHERE s.variant_id = :base
    """)
    free, limit = session.connection().execute(find, {"base": base_id, "scarce": scarce_below}).one()
    rows = session.exec(select(QuotaRow).where(QuotaRow.base_id == base_id).execution_options(populate_existing=True))
    kept = {(row.shop_id, row.variant_id): to_quota(row) for row in rows}
    if not kept and free > limit:
        return Pool(int(free), limit, {})
    found = session.connection().execute(_SEATS, {"base": base_id, "since": since}).mappings()
    seats = {(row["shop_id"], row["variant_id"]): dict(row) for row in found}
    return Pool(int(free), limit, {key: _seat(row, kept.get(key)) for key, row in seats.items()})


def _seat(row: Mapping[str, Any], quota: Quota | None) -> Seat:
    return Seat(
        sku=row["sku"],
        pieces=row["pieces"],
        listing_id=row["listing_id"],
        live=row["phase"] == "live" and row["listed"],
        shown=max(row["applied"], row["observed"]),
        untouched=row["made_by_us"] and not row["ever"],
        refused=row["refused"],
        sold=int(row["sold"]),
        orders_until=row["orders_until"],
        quota=quota,
        product_id=row["product_id"],
    )
