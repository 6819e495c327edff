"""What programs read over the API: rows by key, oldest or newest first, within a scope."""

from collections.abc import Sequence
from typing import Any

from connector.store.scope import ScopedReader

NEWEST = 2**62


class Feed(ScopedReader):
    def producers(self, after: int, limit: int) -> list[dict[str, Any]]:
        query = "SELECT id, code, name, province FROM producer p WHERE id > :after AND {mine:p.id} ORDER BY id LIMIT :n"
        return self.rows(query, after=after, n=limit)

    def shops(self, after: int, limit: int) -> list[dict[str, Any]]:
        """The viewer's own shops and those that several share."""
        return self.rows(_SHOPS, after=after, n=limit)

    def listings(self, *, product: int | None, shop: str, phase: str, after: int, limit: int) -> list[dict[str, Any]]:
        return self.rows(_LISTINGS, product=product, shop=shop, phase=phase, after=after, n=limit)

    def sku(self, sku: str) -> dict[str, Any] | None:
        """Which product a SKU belongs to; None too where it is somebody else's."""
        query = """
            SELECT v.id, v.sku, p.id AS product_id, p.code FROM variant v JOIN product p ON p.id = v.product_id
            WHERE v.sku = :sku AND {mine:p.producer_id}
        """
        return self.one(query, sku=sku)

    def products_of(self, skus: Sequence[str]) -> dict[str, str]:
        """The codes of the products of these SKUs that are on sale and within the scope."""
        query = """
            SELECT v.sku, p.code FROM variant v JOIN product p ON p.id = v.product_id
            WHERE v.sku = ANY(:skus) AND v.dropped_at IS NULL AND {mine:p.producer_id}
        """
        return {row["sku"]: row["code"] for row in self.rows(query, skus=list(skus))}

    def movements(self, sku: str, before: int, limit: int) -> list[dict[str, Any]]:
        """The ledger of the good that a SKU is made of, newest first."""
        return self.rows(_MOVEMENTS, sku=sku, before=before, n=limit)

    def orders(self, *, shop: str, sku: str, before: int, limit: int) -> list[dict[str, Any]]:
        """Order lines as they were absorbed, newest first; a line whose SKU nobody knows is shown to staff only."""
        return self.rows(_ORDERS, shop=shop, sku=sku, before=before, n=limit)


_SHOPS = """
    SELECT s.id, s.code, s.name, s.platform, s.state, s.paused_because, s.needs_consent, s.verbs,
           s.producer_id IS NULL AS shared
    FROM shop s WHERE s.id > :after AND (s.producer_id IS NULL OR {mine:s.producer_id}) ORDER BY s.id LIMIT :n
"""

_LISTINGS = """
    SELECT l.id, l.product_id, p.code AS product, s.code AS shop, s.platform, l.phase, l.item, l.url, l.observed_at,
           l.reason, least(l.stock_due_at, l.price_due_at, l.content_due_at) AS due_at,
           (SELECT count(*) FROM problem WHERE listing_id = l.id AND blocking) AS blocking,
           (SELECT count(*) FROM drift WHERE listing_id = l.id AND resolved_at IS NULL) AS drifts
    FROM listing l JOIN shop s ON s.id = l.shop_id JOIN product p ON p.id = l.product_id
    WHERE l.id > :after AND {mine:p.producer_id} AND (CAST(:product AS bigint) IS NULL OR l.product_id = :product)
      AND (:shop = '' OR s.code = :shop) AND (:phase = '' OR l.phase = :phase)
    ORDER BY l.id LIMIT :n
"""

_MOVEMENTS = """
    SELECT m.id, m.at, m.kind, m.delta, m.cause, s.code AS shop, m.order_no AS order, b.sku
    FROM stock x JOIN movement m ON m.variant_id = x.base_id JOIN variant b ON b.id = m.variant_id
    JOIN product p ON p.id = x.product_id LEFT JOIN shop s ON s.id = m.shop_id
    WHERE x.sku = :sku AND m.id < :before AND {mine:p.producer_id} ORDER BY m.id DESC LIMIT :n
"""

_ORDERS = """
    SELECT l.id, s.code AS shop, s.platform, o.number AS order, o.state AS order_state, o.placed_at, o.updated_at,
           l.line, l.sku, l.state, l.quantity, l.cancelled, l.returned, l.reserved, l.sold, l.cancelled_after,
           l.came_back, p.code AS product
    FROM order_line l JOIN shop_order o ON o.id = l.order_id JOIN shop s ON s.id = o.shop_id
    LEFT JOIN variant v ON v.id = l.variant_id LEFT JOIN product p ON p.id = v.product_id
    WHERE l.id < :before AND {mine:p.producer_id} AND (:shop = '' OR s.code = :shop) AND (:sku = '' OR l.sku = :sku)
    ORDER BY l.id DESC LIMIT :n
"""
