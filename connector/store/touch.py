"""Marking listings to be looked at. An event never says what to do, only where to look: this is all it may change."""

from collections.abc import Sequence

from sqlalchemy import text
from sqlmodel import Session

from connector.domain.listing import Lane

# A shop without a producer is shared; one with a producer carries only that producer's goods.
_ENLIST = text("""
    INSERT INTO listing (shop_id, product_id, cause, content_due_at)
    SELECT shop.id, product.id, :cause, clock_timestamp()
    FROM shop JOIN product ON shop.producer_id IS NULL OR shop.producer_id = product.producer_id
    WHERE (CAST(:shops AS bigint[]) IS NULL OR shop.id = ANY(:shops))
      AND (CAST(:products AS bigint[]) IS NULL OR product.id = ANY(:products))
    ON CONFLICT (shop_id, product_id) DO NOTHING
""")

# The due time is always moved to now, even where it is due already: a worker that holds the listing then sees that
# something came after it had looked, and leaves it due.
_TOUCH = """
    UPDATE listing SET {lane}_due_at = clock_timestamp(), cause = :cause, tries = 0
    WHERE {where}
"""


def enlist(
    session: Session,
    *,
    shop_ids: Sequence[int] | None = None,
    product_ids: Sequence[int] | None = None,
    cause: str = "",
) -> int:
    """Give every product its listing in every shop that may carry it, due at once. Existing ones stay as they are."""
    if shop_ids == [] or product_ids == []:
        return 0
    done = session.connection().execute(_ENLIST, {"shops": shop_ids, "products": product_ids, "cause": cause})
    return done.rowcount


def products(session: Session, ids: Sequence[int], lane: Lane, cause: str) -> None:
    _touch(session, "product_id = ANY(:ids)", lane, cause, ids)


def listings(session: Session, ids: Sequence[int], lane: Lane, cause: str) -> None:
    _touch(session, "id = ANY(:ids)", lane, cause, ids)


def _touch(session: Session, where: str, lane: Lane, cause: str, ids: Sequence[int]) -> None:
    statement = text(_TOUCH.format(lane=Lane(lane).value, where=where))
    session.connection().execute(statement, {"ids": list(ids), "cause": cause})
    if lane is Lane.STOCK:
        _rank(session, where, ids)


def _rank(session: Session, where: str, ids: Sequence[int]) -> None:
    """Sold out goes before a decrease, a decrease before an increase: judged against what was last applied."""
    statement = text(f"""
        UPDATE listing SET stock_rank = (
            SELECT CASE WHEN bool_or(free.pieces <= 0) THEN 0
                        WHEN bool_or(free.pieces < coalesce((applied->>('stock:' || free.sku))::bigint, 0)) THEN 1
                        ELSE 2 END
            FROM (SELECT v.sku, coalesce(sum(m.delta), 0) AS pieces
                  FROM variant v LEFT JOIN movement m ON m.variant_id = v.id
                  WHERE v.product_id = listing.product_id AND v.dropped_at IS NULL GROUP BY v.sku) free)
        WHERE {where}
    """)  # noqa: S608 - `where` is one of two constants above
    session.connection().execute(statement, {"ids": list(ids)})
