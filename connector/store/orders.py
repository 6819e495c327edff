"""Orders as they were last read, and what they do to the ledger: each line once, however often it is delivered."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import Engine, text
from sqlmodel import Session, col, select

from connector.domain.listing import Lane
from connector.domain.orders import Booked, Cursor, OrderLine, OrderSeen, OrderState, book, supersedes
from connector.models import MovementRow
from connector.order_models import OrderCursorRow, OrderLineRow, OrderRow
from connector.store import quotas, touch
from connector.store.ledger import lock

_ONE_AT_A_TIME = text("SELECT pg_advisory_xact_lock(7004, CAST(:shop AS int))")

# A shop of one producer sells that producer's goods only: another's SKU is unknown there.
_BY_SKU = text("""
    SELECT v.sku AS key, v.id, v.sku, v.product_id, coalesce(r.base_id, v.id) AS base_id,
           coalesce(r.pieces, 1) AS pieces
    FROM variant v JOIN product p ON p.id = v.product_id LEFT JOIN recipe r ON r.variant_id = v.id
    JOIN shop ON shop.id = :shop AND (shop.producer_id IS NULL OR shop.producer_id = p.producer_id)
    WHERE v.sku = ANY(:keys)
""")
_BY_EXTERNAL = text("""
    SELECT known.value AS key, v.id, v.sku, v.product_id, coalesce(r.base_id, v.id) AS base_id,
           coalesce(r.pieces, 1) AS pieces
    FROM listing l CROSS JOIN LATERAL jsonb_each_text(l.variants) known
    JOIN variant v ON v.sku = known.key LEFT JOIN recipe r ON r.variant_id = v.id
    WHERE l.shop_id = :shop AND known.value = ANY(:keys)
""")

# The platform has counted its own sales down by itself: what we wrote there stands as that much less. Not if we wrote
# since: our number went over its count, so what we wrote stands in full, is above what is free, and will be lowered.
_COUNTED_DOWN = text("""
    UPDATE listing SET applied = jsonb_set(applied, ARRAY[CAST(:field AS text)],
        to_jsonb(greatest(CAST(applied->>:field AS bigint) - :pieces, 0)))
    WHERE shop_id = :shop AND product_id = :product AND jsonb_typeof(applied->:field) = 'number'
      AND NOT EXISTS (
        SELECT FROM (SELECT * FROM attempt WHERE listing_id = listing.id ORDER BY id DESC LIMIT 20) a
        WHERE a.kind IN ('create', 'revise', 'set_stock') AND coalesce(a.finished_at, 'infinity') > :since)
""")


class Bound(NamedTuple):
    """What an order line's SKU or variant id stands for here."""

    variant_id: int
    sku: str
    product_id: int
    base_id: int
    pieces: int


class Claim(NamedTuple):
    """Pieces that the platform took off its number (or, negative, put back), the first of them at `since`."""

    pieces: int
    since: datetime


@dataclass(slots=True)
class Absorbed:
    """What one batch of readings changed: orders, lines, bases whose stock moved, lines that nobody knows."""

    orders: int = 0
    lines: int = 0
    unknown: int = 0
    bases: set[int] = field(default_factory=set)
    claims: dict[Bound, Claim] = field(default_factory=dict)

    def claim(self, what: Bound, pieces: int, moment: datetime | None) -> None:
        assert moment is not None
        before = self.claims.get(what, Claim(0, moment))
        self.claims[what] = Claim(before.pieces + pieces, min(before.since, moment))

    def add(self, more: "Absorbed") -> None:
        self.orders, self.lines = self.orders + more.orders, self.lines + more.lines
        self.unknown += more.unknown
        self.bases |= more.bases


class Orders:
    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def absorb(self, shop_id: int, readings: Sequence[OrderSeen], *, returns_restock: bool = False) -> Absorbed:
        """Store the readings that are news, move and reserve stock accordingly, and mark who must look."""
        done = Absorbed()
        with Session(self._engine) as session, session.begin():
            session.connection().execute(_ONE_AT_A_TIME, {"shop": shop_id})
            bound = _bind(session, shop_id, [line for order in readings for line in order.lines])
            kept = _kept(session, shop_id, readings)
            news = [order for order in readings if not _is_old(order, kept.get(order.number))]
            if not news:
                return done
            lock(session, [b.base_id for b in bound.values()])
            news = sorted(news, key=lambda o: o.updated_at)
            _enter(session, shop_id, news, kept)
            for order in news:
                _absorb(session, order, kept, bound, returns_restock, done)
            session.flush()
            sold = touch.selling(session, sorted(done.bases))
            touch.pools(session, sold)
            touch.hold(session, product_ids=sold)
            _count_down(session, shop_id, {what: claim for what, claim in done.claims.items() if claim.pieces})
            if sold:
                touch.products(session, sold, Lane.STOCK, f"orders of shop {shop_id}")
        return done

    def bind_unknown(self, shop_id: int, *, returns_restock: bool = False) -> Absorbed:
        """Absorb again the orders with lines that nobody knew, now that somebody may."""
        query = (
            select(OrderRow)
            .join(OrderLineRow)
            .where(OrderRow.shop_id == shop_id, col(OrderLineRow.variant_id).is_(None))
            .distinct()
        )
        with Session(self._engine) as session:
            readings = [_reading(session, row) for row in session.exec(query)]
        return self.absorb(shop_id, readings, returns_restock=returns_restock) if readings else Absorbed()

    def cursor(self, shop_id: int) -> Cursor | None:
        with Session(self._engine) as session:
            row = session.get(OrderCursorRow, shop_id)
            return None if row is None or row.until is None else Cursor(row.until, row.mark)

    def keep(self, shop_id: int, cursor: Cursor, now: datetime) -> None:
        """Everything before the cursor is absorbed. It never goes back."""
        statement = text("""
            INSERT INTO order_cursor (shop_id, until, mark, pulled_at) VALUES (:shop, :until, :mark, :now)
            ON CONFLICT (shop_id) DO UPDATE SET mark = excluded.mark, pulled_at = excluded.pulled_at, trouble = '',
                until = greatest(order_cursor.until, excluded.until)
        """)
        with self._engine.begin() as connection:
            values = {"shop": shop_id, "until": cursor.until, "mark": cursor.mark, "now": now}
            connection.execute(statement, values)

    def trouble(self, shop_id: int, what: str) -> None:
        with self._engine.begin() as connection:
            statement = text("UPDATE order_cursor SET trouble = :what WHERE shop_id = :shop")
            connection.execute(statement, {"shop": shop_id, "what": what[:500]})

    def known(self, shop_id: int, numbers: Iterable[str]) -> set[str]:
        query = select(OrderRow.number).where(OrderRow.shop_id == shop_id, col(OrderRow.number).in_(list(numbers)))
        with Session(self._engine) as session:
            return set(session.exec(query))

    def recent(
        self, *, shop_id: int | None = None, unknown: bool = False, sku: str = "", limit: int = 100
    ) -> list[dict[str, Any]]:
        """Order lines for people, newest first: the order kept whole, whatever we know of its SKUs."""
        query = text("""
            SELECT s.code AS shop, o.number, o.state, o.raw_state, o.placed_at, o.updated_at, l.line, l.sku, l.external,
                   l.state AS line_state, l.quantity, l.cancelled, l.returned, l.reserved, l.sold, l.cancelled_after,
                   l.came_back, l.variant_id IS NULL AS unknown
            FROM order_line l JOIN shop_order o ON o.id = l.order_id JOIN shop s ON s.id = o.shop_id
            WHERE (CAST(:shop AS bigint) IS NULL OR o.shop_id = :shop) AND (NOT :unknown OR l.variant_id IS NULL)
              AND (:sku = '' OR l.sku = :sku)
            ORDER BY o.placed_at DESC, o.id DESC, l.id LIMIT :limit
        """)
        values = {"shop": shop_id, "unknown": unknown, "sku": sku, "limit": limit}
        with self._engine.connect() as connection:
            return [dict(row) for row in connection.execute(query, values).mappings()]


def _bind(session: Session, shop_id: int, lines: Sequence[OrderLine]) -> dict[str, Bound]:
    """By SKU, and by the platform's variant id where there is no SKU; keys never mix: ids are marked."""
    found: dict[str, Bound] = {}
    for query, mark, keys in (
        (_BY_SKU, "", {line.sku for line in lines if line.sku}),
        (_BY_EXTERNAL, "id:", {line.variant for line in lines if line.variant and not line.sku}),
    ):
        if keys:
            for row in session.connection().execute(query, {"shop": shop_id, "keys": sorted(keys)}):
                found[mark + row.key] = Bound(row.id, row.sku, row.product_id, row.base_id, row.pieces)
    return found


class Kept(NamedTuple):
    """An order as it is stored, with its lines by their key."""

    row: OrderRow
    lines: dict[str, OrderLineRow]


def _kept(session: Session, shop_id: int, readings: Sequence[OrderSeen]) -> dict[str, Kept]:
    """What is stored of these orders, in two queries."""
    numbers = sorted({order.number for order in readings})
    query = select(OrderRow).where(OrderRow.shop_id == shop_id, col(OrderRow.number).in_(numbers))
    by_id = {row.id: Kept(row, {}) for row in session.exec(query)}
    for line in session.exec(select(OrderLineRow).where(col(OrderLineRow.order_id).in_(list(by_id)))):
        by_id[line.order_id].lines[line.line] = line
    return {kept.row.number: kept for kept in by_id.values()}


def _is_old(order: OrderSeen, kept: Kept | None) -> bool:
    """Whether it tells nothing but what is stored: most of what an overlapping read tells. A line that nobody knows
    is never old, for somebody may know it now."""
    if kept is None:
        return False
    row = kept.row
    same = (row.state, row.raw_state, row.updated_at) == (order.state.value, order.raw_state, order.updated_at)
    return same and all(_is_stored(line, order.state_of(line), kept.lines.get(line.line)) for line in order.lines)


def _is_stored(line: OrderLine, state: OrderState, row: OrderLineRow | None) -> bool:
    if row is None or row.variant_id is None:
        return False
    told = (line.variant, state.value, line.quantity, line.cancelled, line.returned)
    return told == (row.external, row.state, row.quantity, row.cancelled, row.returned)


def _enter(session: Session, shop_id: int, news: Sequence[OrderSeen], kept: dict[str, Kept]) -> None:
    """Rows for the orders that are new, so that their lines can name them."""
    for order in news:
        if order.number not in kept:
            row = OrderRow(shop_id=shop_id, number=order.number, placed_at=order.placed_at)
            row.state, row.raw_state, row.updated_at = order.state.value, order.raw_state, order.updated_at
            session.add(row)
            kept[order.number] = Kept(row, {})
    session.flush()


def _absorb(
    session: Session,
    order: OrderSeen,
    kept: dict[str, Kept],
    bound: Mapping[str, Bound],
    returns_restock: bool,
    done: Absorbed,
) -> None:
    row, lines = kept[order.number]
    if not supersedes(order, row.updated_at or order.updated_at, OrderState(row.state)):
        return
    row.state, row.raw_state, row.updated_at = order.state.value, order.raw_state, order.updated_at
    session.add(row)
    changed = [
        _absorb_line(session, row, lines, line, order.state_of(line), bound, returns_restock, done)
        for line in order.lines
    ]
    done.orders += any(changed)
    done.lines += sum(changed)


def _absorb_line(
    session: Session,
    order: OrderRow,
    kept: dict[str, OrderLineRow],
    line: OrderLine,
    state: OrderState,
    bound: Mapping[str, Bound],
    returns_restock: bool,
    done: Absorbed,
) -> bool:
    """One line from what it had done to what it has done now; whether anything is new."""
    what = bound.get(line.sku or "id:" + line.variant)
    fresh = line.line not in kept
    row = kept.setdefault(line.line, OrderLineRow(order_id=order.id or 0, line=line.line))
    if row.variant_id is not None and (what is None or what.variant_id != row.variant_id):
        what = _bound_before(session, row)
    if row.variant_id is None and what is not None:
        row.variant_id, row.base_id, row.pieces = what.variant_id, what.base_id, what.pieces
    told = (line.sku or (what.sku if what else ""), line.variant, state.value, line.quantity, line.cancelled)
    before = Booked(row.reserved, row.sold, row.cancelled_after, row.came_back)
    after = book(line, state, before) if row.variant_id is not None else before
    new = fresh or after != before or row.state != state.value
    row.sku, row.external, row.state, row.quantity, row.cancelled = told
    row.returned = line.returned
    row.reserved, row.sold, row.cancelled_after, row.came_back = (
        after.reserved,
        after.sold,
        after.cancelled,
        after.returned,
    )
    session.add(row)
    if row.base_id is None:
        done.unknown += 1
    elif after != before:
        assert what is not None
        session.add_all(_movements(order, row, before, after))
        claimed = after.claimed(returns_restock=returns_restock) - before.claimed(returns_restock=returns_restock)
        done.claim(what, claimed, order.placed_at if claimed > 0 else order.updated_at)
        done.bases.add(row.base_id)
    return new


def _bound_before(session: Session, row: OrderLineRow) -> Bound:
    """What the line was bound to when it first came: it stays so, whatever its ids mean by now."""
    query = text("SELECT sku, product_id FROM variant WHERE id = :id")
    sku, product_id = session.connection().execute(query, {"id": row.variant_id}).one()
    lock(session, [row.base_id or 0])
    return Bound(row.variant_id or 0, sku, product_id, row.base_id or 0, row.pieces)


def _movements(order: OrderRow, row: OrderLineRow, before: Booked, after: Booked) -> Iterable[MovementRow]:
    """The ledger's part. A line that moves twice in one way says from which piece on: the key stays unique."""
    for kind, sign, was, now in (
        ("sale", -1, before.sold, after.sold),
        ("cancel", 1, before.cancelled, after.cancelled),
        ("return", 1, before.returned, after.returned),
    ):
        if now > was:
            yield MovementRow(
                variant_id=row.base_id or 0,
                shop_id=order.shop_id,
                kind=kind,
                delta=sign * (now - was) * row.pieces,
                order_no=order.number,
                line=f"{row.line}#{was}" if was else row.line,
                cause=f"order {order.number}: {order.raw_state or order.state}",
            )


def _count_down(session: Session, shop_id: int, claims: Mapping[Bound, Claim]) -> None:
    scarce = quotas.held(session, shop_id, [what.variant_id for what in claims])
    for what, claim in claims.items():
        if what.variant_id in scarce:
            quotas.absorb(session, shop_id, what.variant_id, claim.pieces)
    values = [
        {"shop": shop_id, "product": what.product_id, "field": f"stock:{what.sku}", **claim._asdict()}
        for what, claim in claims.items()
    ]
    if values:
        session.connection().execute(_COUNTED_DOWN, values)


def _reading(session: Session, row: OrderRow) -> OrderSeen:
    assert row.placed_at is not None
    assert row.updated_at is not None
    lines = [
        OrderLine(r.line, r.quantity, r.sku, r.external, r.cancelled, r.returned, OrderState(r.state))
        for r in session.exec(select(OrderLineRow).where(OrderLineRow.order_id == row.id))
    ]
    return OrderSeen(row.number, OrderState(row.state), lines, row.placed_at, row.updated_at, row.raw_state)
