"""One SKU's stock for people: the ledger, the count, and what every shop shows of it and why."""

from typing import Any

from sqlalchemy import Engine, text

from connector.errors import Complaint

_COUNT = text("""
    SELECT s.variant_id, s.product_id, s.sku, s.base_id, b.sku AS base, s.pieces, s.on_hand, s.reserved, s.free,
           b.scarce_below
    FROM stock s JOIN variant b ON b.id = s.base_id WHERE s.sku = :sku
""")
_MOVES = text("""
    SELECT m.at, m.kind, m.delta, m.cause, s.code AS shop, m.order_no, m.line
    FROM movement m LEFT JOIN shop s ON s.id = m.shop_id WHERE m.variant_id = :base ORDER BY m.id DESC LIMIT :limit
""")
_SHOPS = text("""
    SELECT s.code AS shop, s.platform, l.id AS listing, l.phase, l.applied->('stock:' || :sku) AS written,
           l.observed->('stock:' || :sku) AS live,
           l.desired->('stock:' || :sku) AS wanted, l.observed_at, l.reason, c.until AS orders_until, c.trouble,
           q.ceiling, q.step, q.by, q.since, q.beyond, coalesce(r.reserved, 0) AS reserved
    FROM listing l JOIN shop s ON s.id = l.shop_id LEFT JOIN order_cursor c ON c.shop_id = s.id
    LEFT JOIN quota q ON q.shop_id = s.id AND q.variant_id = :variant
    LEFT JOIN (SELECT o.shop_id, sum(x.reserved) AS reserved FROM order_line x JOIN shop_order o ON o.id = x.order_id
               WHERE x.variant_id = :variant AND x.reserved > 0 GROUP BY 1) r ON r.shop_id = s.id
    WHERE l.product_id = :product ORDER BY s.code
""")


class Stockroom:
    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def story(self, sku: str, limit: int = 50) -> dict[str, Any]:
        """Counts in pieces of the base (`free` in pieces of the SKU), the newest movements, and each shop."""
        with self._engine.connect() as connection:
            count = connection.execute(_COUNT, {"sku": sku}).mappings().one_or_none()
            if count is None:
                raise Complaint(f"Không có mã hàng «{sku}».", f"No SKU “{sku}”.")
            moves = connection.execute(_MOVES, {"base": count["base_id"], "limit": limit}).mappings()
            keys = {"sku": sku, "variant": count["variant_id"], "product": count["product_id"]}
            shops = connection.execute(_SHOPS, keys).mappings()
            told = {name: count[name] for name in ("sku", "base", "pieces", "scarce_below")}
            numbers = {name: int(count[name]) for name in ("on_hand", "reserved", "free")}
            return {
                **told,
                **numbers,
                "shops": [{**row, "reserved": int(row["reserved"])} for row in shops],
                "movements": [dict(row) for row in moves],
            }
