"""Stock and orders for people, within a scope: lists by key, newest or by name."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from connector.store.console import PAGE, Key, patterns
from connector.store.scope import ScopedReader

_LATEST = (datetime(9999, 1, 1, tzinfo=UTC), 2**62)


class Shelves(ScopedReader):
    def goods(self, *, words: str = "", which: str = "", after: Key | None = None) -> list[dict[str, Any]]:
        """Sellable variants by product name, one more than a page: pieces on hand, reserved and free (`free` in pieces
        of the SKU). `which`: out (nothing free), few (split among the shops), over (sold more than there was)."""
        key = after or Key()
        chosen = _WHICH.get(which, "").replace("{counted}", _COUNTED if self.scope.producer_id is None else "stock")
        query = _GOODS.replace("{which}", chosen).replace("{whole}", "OFFSET 0" if chosen else "")
        return self.rows(query, words=patterns(words), folded=key.folded, id=key.id, limit=PAGE + 1)

    def good(self, sku: str) -> dict[str, Any] | None:
        """A variant and its product; None where there is none or it is somebody else's."""
        return self.one(_GOOD, sku=sku)

    def skus(self, product_id: int) -> list[str]:
        return [row["sku"] for row in self.rows(_SKUS, id=product_id)]

    def sold_in(self, shop_id: int, limit: int) -> list[dict[str, Any]]:
        """Every variant that a shop lists, with its canonical price and what is free, and the shops that list it."""
        return self.rows(_SOLD_IN, shop=shop_id, limit=limit)

    def orders(
        self,
        *,
        shop: str = "",
        which: str = "",
        sku: str = "",
        product: int | None = None,
        before: tuple[datetime, int] | None = None,
        limit: int = PAGE + 1,
    ) -> list[dict[str, Any]]:
        """Orders, newest first, each with the lines that are the viewer's to see: those of their goods and, in a shop
        of their own, those that nobody knows. `which`: an order's state, or strange (a line that nobody knows)."""
        placed, order = before or _LATEST
        values = {"shop": shop, "which": which, "sku": sku, "product": product, "placed": placed, "id": order}
        among = self._among(sku, product, which)
        query = _ORDERS.replace("{among}", f"o.id IN ({among}) AND" if among else "")
        found = self.rows(query, limit=limit, **values)
        lines: dict[int, list[dict[str, Any]]] = {}
        for line in self._lines([row["id"] for row in found]):
            lines.setdefault(line["order_id"], []).append(line)
        return [row | {"lines": lines.get(row["id"], [])} for row in found]

    def _among(self, sku: str, product: int | None, which: str) -> str:
        """Few orders to look among, where something says which they are: without it all are walked, newest first."""
        if sku:
            return "SELECT order_id FROM order_line WHERE sku = :sku"
        if product is not None:
            return _OF_PRODUCT
        if which == "strange":
            return "SELECT order_id FROM order_line WHERE variant_id IS NULL"
        return "" if self.scope.producer_id is None else _OF_PRODUCER

    def strange(self) -> int:
        """How many lines wait for somebody who knows their SKU."""
        return int((self.one(_STRANGE) or {"n": 0})["n"])

    def _lines(self, orders: Sequence[int]) -> list[dict[str, Any]]:
        return self.rows(_LINES, ids=list(orders))


# A page of variants is chosen before anything is counted. What is short must be counted to be chosen; {whole} then
# keeps the planner from hoping to meet it soon along the names.
_GOODS = """
    SELECT v.id, p.id AS product_id, p.folded, p.name, p.pictures ->> 0 AS picture, p.retired, o.name AS producer,
           v.sku, v.options, v.pack, s.on_hand, s.reserved, s.free, s.pieces, b.sku AS base,
           q.shops AS split, coalesce(q.held, 0) AS held
    FROM (SELECT id FROM (
              SELECT v.id, p.folded FROM variant v JOIN product p ON p.id = v.product_id {which}
              WHERE v.dropped_at IS NULL AND {mine:p.producer_id} AND (p.folded, v.id) > (:folded, :id)
                AND (p.folded LIKE ALL (CAST(:words AS text[])) OR lower(v.sku) LIKE ALL (CAST(:words AS text[])))
              {whole}) found
          ORDER BY folded, id LIMIT :limit) page
    JOIN variant v ON v.id = page.id JOIN product p ON p.id = v.product_id JOIN producer o ON o.id = p.producer_id
    JOIN stock s ON s.variant_id = v.id JOIN variant b ON b.id = s.base_id
    LEFT JOIN LATERAL (SELECT count(*) AS shops, sum(greatest(ceiling, 0)) AS held FROM quota
                       WHERE variant_id = v.id HAVING count(*) > 0) q ON TRUE
    ORDER BY p.folded, v.id
"""

_WHICH = {
    "few": "JOIN (SELECT DISTINCT variant_id FROM quota) q ON q.variant_id = v.id",
    "out": "JOIN {counted} s ON s.variant_id = v.id AND s.free <= 0",
    "over": "JOIN {counted} s ON s.variant_id = v.id AND s.on_hand < s.reserved",
}

# The view `stock` over everything at once: the ledger is summed whole instead of good by good.
_COUNTED = """(
    SELECT v.id AS variant_id, coalesce(m.n, 0) AS on_hand, coalesce(h.n, 0) AS reserved,
           floor((coalesce(m.n, 0) - coalesce(h.n, 0))::numeric / coalesce(r.pieces, 1)) AS free
    FROM variant v LEFT JOIN recipe r ON r.variant_id = v.id
    LEFT JOIN (SELECT variant_id, sum(delta) AS n FROM movement GROUP BY variant_id) m
           ON m.variant_id = coalesce(r.base_id, v.id)
    LEFT JOIN (SELECT base_id, sum(reserved * pieces) AS n FROM order_line WHERE reserved > 0 GROUP BY base_id) h
           ON h.base_id = coalesce(r.base_id, v.id))
"""

_GOOD = """
    SELECT v.id, v.sku, v.options, v.pack, v.price, v.dropped_at, p.id AS product_id, p.name,
           p.pictures ->> 0 AS picture, o.name AS producer
    FROM variant v JOIN product p ON p.id = v.product_id JOIN producer o ON o.id = p.producer_id
    WHERE v.sku = :sku AND {mine:p.producer_id}
"""

_SKUS = """
    SELECT v.sku FROM variant v JOIN product p ON p.id = v.product_id
    WHERE p.id = :id AND v.dropped_at IS NULL AND {mine:p.producer_id} ORDER BY v.position, v.id
"""

_SOLD_IN = """
    SELECT v.sku, p.name, v.price, s.free::bigint AS free, l.id AS listing, l.phase,
           EXISTS (SELECT FROM quota q WHERE q.variant_id = v.id AND q.shop_id = l.shop_id) AS split,
           ARRAY(SELECT o.shop_id FROM listing o WHERE o.product_id = p.id) AS shops
    FROM listing l JOIN product p ON p.id = l.product_id JOIN variant v ON v.product_id = p.id AND v.dropped_at IS NULL
    JOIN stock s ON s.variant_id = v.id
    WHERE l.shop_id = :shop AND {mine:p.producer_id} ORDER BY p.folded, v.id LIMIT :limit
"""

# A line is its product's; one that nobody knows is its shop's. A shared shop's unknown lines are the operators'.
_GOOD_OF = "LEFT JOIN variant v ON v.id = l.variant_id LEFT JOIN product p ON p.id = v.product_id"
_OF_LINE = f"""
    FROM order_line l JOIN shop_order o ON o.id = l.order_id JOIN shop s ON s.id = o.shop_id {_GOOD_OF}
"""

_ORDERS = f"""
    SELECT o.id, o.number, o.state, o.raw_state, o.placed_at, o.updated_at, s.code AS shop, s.name AS shop_name,
           s.platform
    FROM shop_order o JOIN shop s ON s.id = o.shop_id
    WHERE {{among}} (o.placed_at, o.id) < (:placed, :id) AND (:shop = '' OR s.code = :shop)
      AND (:which IN ('', 'strange') OR o.state = :which)
      AND EXISTS (SELECT FROM order_line l {_GOOD_OF}
                  WHERE l.order_id = o.id AND {{mine:coalesce(p.producer_id, s.producer_id)}}
                    AND (:which <> 'strange' OR l.variant_id IS NULL) AND (:sku = '' OR l.sku = :sku)
                    AND (CAST(:product AS bigint) IS NULL OR p.id = :product))
    ORDER BY o.placed_at DESC, o.id DESC LIMIT :limit
"""  # noqa: S608 - constants

_OF_PRODUCT = "SELECT order_id FROM order_line JOIN variant v ON v.id = variant_id WHERE v.product_id = :product"

_OF_PRODUCER = """
    SELECT order_id FROM product p JOIN variant v ON v.product_id = p.id JOIN order_line ON variant_id = v.id
    WHERE {mine:p.producer_id}
    UNION ALL SELECT order_id FROM shop s JOIN shop_order o ON o.shop_id = s.id JOIN order_line ON order_id = o.id
    WHERE variant_id IS NULL AND {mine:s.producer_id}
"""

_LINES = f"""
    SELECT l.order_id, l.line, l.sku, l.external, l.state, l.quantity, l.cancelled, l.returned, l.reserved, l.sold,
           l.cancelled_after, l.came_back, l.variant_id IS NULL AS strange, p.id AS product_id, p.name,
           p.pictures ->> 0 AS picture, v.options, v.pack
    {_OF_LINE} WHERE l.order_id = ANY(:ids) AND {{mine:coalesce(p.producer_id, s.producer_id)}}
    ORDER BY l.order_id, l.id
"""

_STRANGE = f"""
    SELECT count(*) AS n {_OF_LINE} WHERE l.variant_id IS NULL AND {{mine:s.producer_id}}
"""
