"""What waits for a person, and the histories behind it: drift, runs, attempts, listings. Lists page by key."""

from collections.abc import Sequence
from typing import Any

from connector.models import RESULTS
from connector.store.scope import ScopedReader

NEWEST = 2**62  # "before" of the first page of a list that runs from the newest to the oldest
PAGE = 50


class Inbox(ScopedReader):
    def drifts(
        self,
        *,
        which: str = "",
        shop: str = "",
        run: int | None = None,
        asked: bool = False,
        before: int = NEWEST,
        limit: int = PAGE,
    ) -> list[dict[str, Any]]:
        """Open drift, newest first: of one resolution, one shop, one run, or only what the producer was asked."""
        values = {"which": which, "shop": shop, "run": run, "asked": asked, "before": before, "limit": limit}
        return self.rows(_DRIFTS, **values)

    def drift_counts(self) -> dict[str, int]:
        """Open drift by resolution."""
        return {row["resolution"]: row["n"] for row in self.rows(_DRIFT_COUNTS)}

    def runs(self, *, shop: str = "", before: int = NEWEST, limit: int = 20) -> list[dict[str, Any]]:
        """Runs, newest first, each with its counters as they stand now and how many listings have no result yet."""
        return [_counted(row) for row in self.rows(_RUNS, shop=shop, before=before, limit=limit, id=None)]

    def run(self, run_id: int) -> dict[str, Any] | None:
        return next(
            (_counted(row) for row in self.rows(_RUNS, shop="", before=NEWEST, limit=1, id=run_id)),
            None,
        )

    def listing(self, listing_id: int) -> dict[str, Any] | None:
        return self.one(_LISTING, id=listing_id)

    def listings_of(self, run_id: int, result: str, limit: int = PAGE, after: int = 0) -> list[dict[str, Any]]:
        """The listings of a run with one result ("" for none yet), by id."""
        return self.rows(_LISTINGS_OF, run=run_id, result=result, after=after, limit=limit)

    def attempts(self, listing_id: int, *, before: int = NEWEST, limit: int = 20) -> list[dict[str, Any]]:
        """Everything that was sent for a listing, newest first."""
        return self.rows(_ATTEMPTS, listing=listing_id, before=before, limit=limit)

    def shelf(self, *, after: tuple[str, int] = ("", 0), limit: int = 200) -> list[dict[str, Any]]:
        """Products by name; `after` is the last folded name and id seen."""
        return self.rows(_SHELF, folded=after[0], id=after[1], limit=limit)

    def phases(self, products: Sequence[int]) -> list[dict[str, Any]]:
        """Where the listings of these products stand, shop by shop."""
        return self.rows(_PHASES, ids=list(products))


def _counted(row: dict[str, Any]) -> dict[str, Any]:
    """Results by name as one mapping; `open` are planned listings without one."""
    found: dict[str, int] = row.pop("counts") or {}
    counts = {name: int(found.get(name, 0)) for name in RESULTS}
    return row | {"counts": counts, "open": int(found.get("", 0)), "planned": sum(found.values())}


_DRIFTS = """
    SELECT d.id, d.listing_id, d.run_id, d.field, d.desired, d.observed, d.applied, d.verdict, d.resolution, d.found_at,
           s.code AS shop, s.platform, s.verbs, p.id AS product_id, p.code AS product, p.name,
           p.pictures ->> 0 AS picture, o.name AS producer, l.url,
           (SELECT max(at) FROM decision WHERE drift_id = d.id AND choice = 'ask') AS asked_at
    FROM drift d JOIN listing l ON l.id = d.listing_id JOIN shop s ON s.id = l.shop_id
    JOIN product p ON p.id = l.product_id JOIN producer o ON o.id = p.producer_id
    WHERE d.resolved_at IS NULL AND d.id < :before AND {mine:p.producer_id}
      AND (:which = '' OR d.resolution = :which) AND (:shop = '' OR s.code = :shop)
      AND (CAST(:run AS bigint) IS NULL OR d.run_id = :run)
      AND (NOT :asked OR (d.resolution = 'ask'
           AND EXISTS (SELECT FROM decision WHERE drift_id = d.id AND choice = 'ask')))
    ORDER BY d.id DESC LIMIT :limit
"""

_DRIFT_COUNTS = """
    SELECT d.resolution, count(*) AS n FROM drift d JOIN listing l ON l.id = d.listing_id
    JOIN product p ON p.id = l.product_id WHERE d.resolved_at IS NULL AND {mine:p.producer_id} GROUP BY 1
"""

# A run that is done has counted its listings (close); only one that is under way is counted anew.
_RUNS = """
    SELECT r.id, r.state, r.cause, r.started_at, r.finished_at, r.note, r.strangers, s.code AS shop, s.platform,
           s.name AS shop_name,
           CASE WHEN r.state = 'done' THEN {counters} ELSE (
               SELECT jsonb_object_agg(coalesce(result, ''), n) FROM (
                   SELECT result, count(*) AS n FROM run_item WHERE run_id = r.id GROUP BY result) tally) END AS counts
    FROM run r JOIN shop s ON s.id = r.shop_id
    WHERE {mine:s.producer_id} AND r.id < :before AND (CAST(:id AS bigint) IS NULL OR r.id = :id)
      AND (:shop = '' OR s.code = :shop)
    ORDER BY r.id DESC LIMIT :limit
""".replace("{counters}", "jsonb_build_object(" + ", ".join(f"'{name}', r.{name}" for name in RESULTS) + ")")

_LISTING = """
    SELECT l.id, l.product_id, l.phase, l.item, l.url, l.desired, l.observed, l.applied, l.unconfirmed, l.theirs,
           l.observed_at, l.observed_state, l.reason, l.cause, l.tries, l.ticket, l.refused, l.stock_due_at,
           l.price_due_at, l.content_due_at, s.id AS shop_id, s.code AS shop, s.name AS shop_name, s.platform,
           p.code AS product, p.name, p.pictures ->> 0 AS picture, o.name AS producer
    FROM listing l JOIN shop s ON s.id = l.shop_id JOIN product p ON p.id = l.product_id
    JOIN producer o ON o.id = p.producer_id WHERE l.id = :id AND {mine:p.producer_id}
"""

# OFFSET 0 keeps the scope from being joined before the page is cut: the page is then read along the primary key.
_LISTINGS_OF = """
    SELECT l.id, l.phase, l.reason, p.code AS product, p.name
    FROM (SELECT i.listing_id FROM run_item i
          WHERE i.run_id = :run AND i.listing_id > :after
            AND (i.result = :result OR (:result = '' AND i.result IS NULL))
            AND EXISTS (SELECT FROM listing l JOIN product p ON p.id = l.product_id
                        WHERE l.id = i.listing_id AND {mine:p.producer_id} OFFSET 0)
          ORDER BY i.listing_id LIMIT :limit) page
    JOIN listing l ON l.id = page.listing_id JOIN product p ON p.id = l.product_id ORDER BY l.id
"""

_ATTEMPTS = """
    SELECT a.id, a.run_id, a.kind, a.changes, a.cause, a.started_at, a.finished_at, a.outcome, a.code, a.detail,
           a.request_id, a.settled_at, a.settled_as
    FROM attempt a JOIN listing l ON l.id = a.listing_id JOIN product p ON p.id = l.product_id
    WHERE a.listing_id = :listing AND a.id < :before AND {mine:p.producer_id} ORDER BY a.id DESC LIMIT :limit
"""

_SHELF = """
    SELECT p.id, p.code, p.name, p.folded FROM product p
    WHERE (p.folded, p.id) > (:folded, :id) AND NOT p.retired AND {mine:p.producer_id}
    ORDER BY p.folded, p.id LIMIT :limit
"""

_PHASES = """
    SELECT l.id, l.product_id, l.phase, s.code AS shop, s.platform FROM listing l JOIN shop s ON s.id = l.shop_id
    JOIN product p ON p.id = l.product_id WHERE l.product_id = ANY(:ids) AND {mine:p.producer_id}
    ORDER BY l.product_id, s.platform, s.code
"""
