"""What the console shows of products, within a scope: lists by key, never by offset."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from connector.domain.product import Producer
from connector.domain.text import fold
from connector.store.scope import ScopedReader

PAGE = 40


@dataclass(frozen=True, slots=True)
class Key:
    """Where a list goes on: after this folded name and id."""

    folded: str = ""
    id: int = 0


class Console(ScopedReader):
    def producers(self, words: str = "", after: Key | None = None, limit: int = PAGE + 1) -> list[dict[str, Any]]:
        """A page of producers by name; `words` as people type them, without marks if they like."""
        key = after or Key()
        return self.rows(_PRODUCERS, words=patterns(words), folded=key.folded, id=key.id, limit=limit)

    def one_producer(self, producer_id: int) -> dict[str, Any] | None:
        query = "SELECT id, code, name, province FROM producer p WHERE id = :id AND {mine:p.id}"
        return self.one(query, id=producer_id)

    def products(
        self, *, words: str = "", light: str = "", after: Key | None = None, limit: int = PAGE + 1
    ) -> list[dict[str, Any]]:
        """A page of products by name, with price range, stock and one entry per listing. `words` as people type
        them, without marks if they like; `light` bad: only those that something stops."""
        key = after or Key()
        found = self.rows(
            _PRODUCTS,
            words=patterns(words),
            bad=light == "bad",
            folded=key.folded,
            id=key.id,
            limit=limit,
        )
        listings = self.listings([row["id"] for row in found])
        return [row | {"listings": listings.get(row["id"], [])} for row in found]

    def listings(self, product_ids: Sequence[int]) -> dict[int, list[dict[str, Any]]]:
        """Each product's listings, shop by shop, with what decides their light. A drift that was healed counts no more,
        though only the next look will close it."""
        made: dict[int, list[dict[str, Any]]] = {}
        for row in self.rows(_LISTINGS, ids=list(product_ids)):
            made.setdefault(row["product_id"], []).append(row)
        return made

    def product(self, product_id: int) -> dict[str, Any] | None:
        """None too where it is somebody else's: whoever asks learns nothing from the difference."""
        query = "SELECT id, code, name, producer_id FROM product p WHERE id = :id AND {mine:p.producer_id}"
        return self.one(query, id=product_id)

    def product_of(self, code: str) -> dict[str, Any] | None:
        return self.one("SELECT id, code FROM product p WHERE code = :code AND {mine:p.producer_id}", code=code)

    def carriers(self, producer_id: int) -> list[str]:
        """Codes of the shops that carry a producer's goods: its own and the shared ones."""
        query = """
            SELECT s.code FROM shop s JOIN producer p ON p.id = :producer AND {mine:p.id}
            WHERE s.producer_id IS NULL OR s.producer_id = p.id ORDER BY s.code
        """
        return [row["code"] for row in self.rows(query, producer=producer_id)]

    def shops(self) -> list[dict[str, Any]]:
        """The shops where the viewer's goods are sold; `own`: kept by one producer alone."""
        return self.rows(_SHOPS)

    def producer(self, producer_id: int) -> Producer | None:
        names = ", ".join(Producer.__dataclass_fields__)
        row = self.one(f"SELECT {names} FROM producer p WHERE id = :id AND {{mine:p.id}}", id=producer_id)  # noqa: S608
        return Producer(**row) if row else None

    def producer_of(self, code: str) -> Producer | None:
        row = self.one("SELECT id FROM producer p WHERE code = :code AND {mine:p.id}", code=code)
        return self.producer(row["id"]) if row else None

    def problems(self, product_id: int) -> dict[int, list[dict[str, Any]]]:
        """What is missing, by listing."""
        made: dict[int, list[dict[str, Any]]] = {}
        for row in self.rows(_PROBLEMS, id=product_id):
            made.setdefault(row["listing_id"], []).append(row)
        return made

    def changes(self, product_id: int, limit: int = 12) -> list[dict[str, Any]]:
        """The latest changes of the canonical record."""
        return self.rows(_CHANGES, id=product_id, limit=limit)

    def counts(self) -> dict[str, Any]:
        return self.one(_COUNTS) or {}


def patterns(words: str) -> list[str]:
    """What a folded name must all be LIKE to have these words in it, typed with or without marks."""
    plain = (word.replace("\\", "\\\\").replace("%", r"\%").replace("_", r"\_") for word in fold(words).split())
    return [f"%{word}%" for word in plain]


_PRODUCERS = """
    SELECT id, code, name, province, folded FROM producer p
    WHERE {mine:p.id} AND (p.folded, p.id) > (:folded, :id) AND p.folded LIKE ALL (CAST(:words AS text[]))
    ORDER BY p.folded, p.id LIMIT :limit
"""

_STOPPED = "('blocked', 'refused', 'parked', 'gone')"

# The page first, and only then what is reckoned for each of its rows.
_PRODUCTS = f"""
    SELECT p.id, p.code, p.name, p.pictures ->> 0 AS picture, p.retired, p.folded, o.name AS producer,
           v.low, v.high, v.skus, coalesce(m.stock, 0) AS stock, c.stars
    FROM (SELECT * FROM product p
          WHERE {{mine:p.producer_id}} AND (p.folded, p.id) > (:folded, :id)
            AND (p.folded LIKE ALL (CAST(:words AS text[])) OR EXISTS (
                 SELECT FROM variant WHERE product_id = p.id AND lower(sku) LIKE ALL (CAST(:words AS text[]))))
            AND (NOT :bad OR EXISTS (SELECT FROM listing l WHERE l.product_id = p.id AND l.phase IN {_STOPPED}))
          ORDER BY p.folded, p.id LIMIT :limit) p
    JOIN producer o ON o.id = p.producer_id
    LEFT JOIN LATERAL (SELECT min(price) AS low, max(price) AS high, count(*) AS skus
                       FROM variant WHERE product_id = p.id AND dropped_at IS NULL) v ON TRUE
    LEFT JOIN LATERAL (SELECT sum(greatest(free, 0)) AS stock FROM stock
                       WHERE product_id = p.id AND dropped_at IS NULL) m ON TRUE
    LEFT JOIN LATERAL (SELECT stars FROM certificate WHERE product_id = p.id AND expires_on > CURRENT_DATE
                       AND withdrawn_on IS NULL ORDER BY expires_on DESC LIMIT 1) c ON TRUE
    ORDER BY p.folded, p.id
"""  # noqa: S608 - a constant

_LISTINGS = """
    SELECT l.id, l.product_id, l.shop_id, s.code AS shop, s.name AS shop_name, s.platform, s.state AS shop_state,
           s.verbs, l.phase, l.url, l.item, l.observed_at, l.reason, l.ticket IS NOT NULL AS waiting,
           l.observed, l.lease_owner IS NOT NULL AS working,
           least(l.stock_due_at, l.price_due_at, l.content_due_at) AS due_at, l.tries,
           (SELECT count(*) FROM problem WHERE listing_id = l.id AND blocking) AS blocking,
           (SELECT count(*) FROM drift d WHERE d.listing_id = l.id AND d.resolved_at IS NULL
            AND (d.resolution IN ('ask', 'report') OR d.resolution = 'heal' AND NOT EXISTS (
                SELECT FROM attempt a
                WHERE a.listing_id = l.id AND a.outcome = 'applied' AND a.finished_at > d.found_at))) AS drifts
    FROM listing l JOIN shop s ON s.id = l.shop_id JOIN product p ON p.id = l.product_id
    WHERE l.product_id = ANY(:ids) AND {mine:p.producer_id}
    ORDER BY array_position(ARRAY['shopee', 'lazada', 'tiki', 'postmart', 'voso'], s.platform), s.code
"""

_PROBLEMS = """
    SELECT b.listing_id, b.code, b.field, b.vi, b.en, b.blocking, s.platform, s.name AS shop_name
    FROM problem b JOIN listing l ON l.id = b.listing_id JOIN shop s ON s.id = l.shop_id
    JOIN product p ON p.id = l.product_id
    WHERE p.id = :id AND {mine:p.producer_id} ORDER BY b.blocking DESC, b.field, b.code
"""

_CHANGES = """
    SELECT c.field, c.before, c.after, c.cause, c.at FROM change c JOIN product p ON p.id = c.product_id
    WHERE p.id = :id AND {mine:p.producer_id} ORDER BY c.id DESC LIMIT :limit
"""

_SHOPS = """
    SELECT s.id, s.code, s.name, s.platform, s.state, s.needs_consent, s.verbs, s.producer_id IS NOT NULL AS own,
           p.name AS producer
    FROM shop s LEFT JOIN producer p ON p.id = s.producer_id WHERE s.producer_id IS NULL OR {mine:s.producer_id}
    ORDER BY array_position(ARRAY['shopee', 'lazada', 'tiki', 'postmart', 'voso'], s.platform), s.code
"""

_COUNTS = f"""
    WITH mine AS (SELECT id FROM product p WHERE {{mine:p.producer_id}})
    SELECT (SELECT count(*) FROM mine) AS products,
           (SELECT count(*) FROM listing JOIN mine ON mine.id = product_id WHERE phase = 'live') AS live,
           (SELECT count(DISTINCT product_id) FROM listing JOIN mine ON mine.id = product_id
            WHERE phase IN {_STOPPED}) AS stopped
"""  # noqa: S608 - a constant
