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
# something came after it had looked, and leaves it due. Locked in the order of their ids, as everybody locks several.
_TOUCH = """
    WITH mine AS (SELECT id, product_id FROM listing WHERE {where} ORDER BY id FOR NO KEY UPDATE){counted}
    UPDATE listing SET {lane}_due_at = clock_timestamp(), cause = :cause, tries = 0{rank} FROM mine
    WHERE listing.id = mine.id
"""

# Sold out goes before a decrease, a decrease before an increase: judged against what was last applied.
_COUNTED = """, counted AS MATERIALIZED (
        SELECT product_id, sku, free FROM stock
        WHERE product_id IN (SELECT product_id FROM mine) AND dropped_at IS NULL)
"""
_RANK = """, stock_rank = (
        SELECT CASE WHEN bool_or(free <= 0) THEN 0
                    WHEN bool_or(free < coalesce((applied->>('stock:' || sku))::bigint, 0)) THEN 1
                    ELSE 2 END
        FROM counted WHERE counted.product_id = listing.product_id)
"""

_HOLD = text("""
    SELECT FROM listing WHERE id = ANY(:ids) OR product_id = ANY(:products) ORDER BY id FOR NO KEY UPDATE
""")

_POOLS = text("""
    UPDATE variant SET pool_due = true WHERE NOT pool_due AND id IN (
        SELECT coalesce(r.base_id, v.id) FROM variant v LEFT JOIN recipe r ON r.variant_id = v.id
        WHERE v.product_id = ANY(:ids))
""")


def hold(session: Session, *, ids: Sequence[int] = (), product_ids: Sequence[int] = ()) -> None:
    """Lock these listings' rows until the transaction ends, in the order in which everybody locks several: by id, after
    the goods. Whoever changes more than one in a transaction asks here first, or two of them wait for each other."""
    if len(ids) == 1 and not product_ids:
        return  # one row is locked by the change itself
    session.connection().execute(_HOLD, {"ids": list(ids), "products": list(product_ids)})


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
    if product_ids:
        pools(session, product_ids)
    done = session.connection().execute(_ENLIST, {"shops": shop_ids, "products": product_ids, "cause": cause})
    return done.rowcount


def products(session: Session, ids: Sequence[int], lane: Lane, cause: str) -> None:
    if lane is Lane.STOCK:
        pools(session, ids)  # before the listings' rows: everybody locks in that order
    hold(session, product_ids=ids)
    _touch(session, "product_id = ANY(:ids)", lane, cause, ids)


def listings(session: Session, ids: Sequence[int], lane: Lane, cause: str) -> None:
    hold(session, ids=ids)
    _touch(session, "id = ANY(:ids)", lane, cause, ids)


def _touch(session: Session, where: str, lane: Lane, cause: str, ids: Sequence[int]) -> None:
    counted, rank = (_COUNTED, _RANK) if lane is Lane.STOCK else ("", "")
    statement = text(_TOUCH.format(lane=Lane(lane).value, where=where, counted=counted, rank=rank))
    session.connection().execute(statement, {"ids": list(ids), "cause": cause})


def stock_of(session: Session, base_ids: Sequence[int], cause: str) -> None:
    """The stock of these goods has moved: their listings, those of their packs, and their pools are due."""
    products(session, selling(session, base_ids), Lane.STOCK, cause)


def selling(session: Session, base_ids: Sequence[int]) -> list[int]:
    """Products that sell these goods, loose or in packs."""
    query = text("""
        SELECT DISTINCT v.product_id FROM variant v LEFT JOIN recipe r ON r.variant_id = v.id
        WHERE coalesce(r.base_id, v.id) = ANY(:ids)
    """)
    return [row.product_id for row in session.connection().execute(query, {"ids": list(base_ids)})]


def pools(session: Session, product_ids: Sequence[int]) -> None:
    """The goods of these products are to be weighed anew."""
    session.connection().execute(_POOLS, {"ids": list(product_ids)})
