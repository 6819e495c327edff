"""How everything stands, for the desk and for machines that watch: freshness, due work, throughput, causes, dates."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any

from connector.models import STUCK
from connector.store.scope import ScopedReader

DAY = timedelta(hours=24)
FRESH = ("hour", "six", "day", "three", "older")
"""Ages of the last look at a live listing: under 1, 6, 24, 72 hours, or older (never counts as older)."""


class Desk(ScopedReader):
    def shops(self, now: datetime, only: int | None = None) -> list[dict[str, Any]]:
        """Every shop (or one) with its listings by phase, the ages of what was seen live, due work and questions."""
        return self.rows(_SHOPS, now=now, only=only)

    def ahead(self, now: datetime) -> list[dict[str, Any]]:
        """What comes due in the next 24 hours: listings by lane and hour from now (0 is overdue or within the hour)."""
        return self.rows(_AHEAD, now=now, until=now + DAY)

    def throughput(self, since: datetime, until: datetime) -> list[dict[str, Any]]:
        """Writing operations begun in between by platform, hour (of the epoch) and whether they went through."""
        return self.rows(_THROUGHPUT, since=since, until=until)

    def outcomes(self, since: datetime) -> list[dict[str, Any]]:
        """Operations begun since then by platform, outcome and code."""
        return self.rows(_OUTCOMES, since=since)

    def causes(self, limit: int = 30) -> list[dict[str, Any]]:
        """What stops listings or did not go through, grouped by cause, most first."""
        return self.rows(_CAUSES, limit=limit)

    def stuck(self, cause: Mapping[str, str], limit: int = 20_000) -> list[int]:
        """The listings of one such group: `platform`, `kind`, `code` and `field` as `causes` gave them."""
        chosen = {name: cause.get(name, "") for name in ("platform", "kind", "code", "field")}
        return [row["id"] for row in self.rows(_STUCK_OF, limit=limit, **chosen)]

    def ending(self, today: date, days: int = 366) -> dict[date, int]:
        """How many certificates in force end on each of the coming days; days on which none ends are left out."""
        return {row["day"]: row["n"] for row in self.rows(_ENDING, today=today, until=today + timedelta(days=days))}

    def certificates(
        self, today: date, *, after: tuple[date, int] | None = None, limit: int = 8
    ) -> list[dict[str, Any]]:
        """Certificates by the day they end, soonest first; `after` is the last day and id seen."""
        day, key = after or (today - timedelta(days=1), 0)
        return self.rows(_CERTIFICATES, day=day, id=key, limit=limit)

    def drifting(self) -> list[dict[str, Any]]:
        """Open drift by platform, verdict and resolution."""
        return self.rows(_DRIFTING)

    def oversold(self) -> int:
        """Pieces sold that do not exist: the ledger below zero."""
        return int((self.one(_OVERSOLD) or {"n": 0})["n"])


# One walk along ix_listing_seen for phases and ages; what is due is few rows at the front of each lane's own index.
_SHOPS = """
    WITH aged AS (
        SELECT shop_id, phase, count(*) AS n, min(observed_at) AS oldest, max(observed_at) AS newest,
               count(*) FILTER (WHERE observed_at > :now - interval '1 hour') AS in_1,
               count(*) FILTER (WHERE observed_at > :now - interval '6 hours') AS in_6,
               count(*) FILTER (WHERE observed_at > :now - interval '24 hours') AS in_24,
               count(*) FILTER (WHERE observed_at > :now - interval '72 hours') AS in_72
        FROM listing WHERE CAST(:only AS bigint) IS NULL OR shop_id = :only GROUP BY shop_id, phase
    ), seen AS (
        SELECT shop_id, n::int AS live, in_1::int AS hour, (in_6 - in_1)::int AS six, (in_24 - in_6)::int AS day,
               (in_72 - in_24)::int AS three, (n - in_72)::int AS older, oldest
        FROM aged WHERE phase = 'live'
    ), phases AS (
        SELECT shop_id, sum(n)::int AS total, max(newest) AS newest, jsonb_object_agg(phase, n) AS phases
        FROM aged GROUP BY shop_id
    ), due AS (
        SELECT shop_id, (count(*) FILTER (WHERE lane = 'stock'))::int AS stock,
               (count(*) FILTER (WHERE lane = 'price'))::int AS price,
               (count(*) FILTER (WHERE lane = 'content'))::int AS content, min(due_at) AS due_since
        FROM (SELECT shop_id, 'stock' AS lane, stock_due_at AS due_at FROM listing WHERE stock_due_at <= :now
              UNION ALL SELECT shop_id, 'price', price_due_at FROM listing WHERE price_due_at <= :now
              UNION ALL SELECT shop_id, 'content', content_due_at FROM listing WHERE content_due_at <= :now) lanes
        GROUP BY shop_id
    )
    SELECT s.id, s.code, s.name, s.platform, s.state, s.paused_because, s.needs_consent, s.verbs, s.holds,
           s.approved_until,
           coalesce(f.total, 0) AS total, coalesce(l.live, 0) AS live, coalesce(l.hour, 0) AS hour,
           coalesce(l.six, 0) AS six, coalesce(l.day, 0) AS day, coalesce(l.three, 0) AS three,
           coalesce(l.older, 0) AS older, l.oldest, f.newest, coalesce(w.stock, 0) AS stock,
           coalesce(w.price, 0) AS price, coalesce(w.content, 0) AS content, w.due_since,
           coalesce(f.phases, '{}') AS phases, coalesce(d.questions, 0) AS questions
    FROM shop s
    LEFT JOIN seen l ON l.shop_id = s.id LEFT JOIN phases f ON f.shop_id = s.id LEFT JOIN due w ON w.shop_id = s.id
    LEFT JOIN (
        SELECT shop_id, count(*) AS questions FROM drift JOIN listing ON listing.id = listing_id
        WHERE resolved_at IS NULL AND resolution = 'ask' GROUP BY shop_id) d ON d.shop_id = s.id
    WHERE {mine:s.producer_id} AND (CAST(:only AS bigint) IS NULL OR s.id = :only) ORDER BY s.platform, s.code
"""

_AHEAD = """
    SELECT lane, greatest(0, trunc(extract(epoch FROM due - :now)::float8 / 3600))::int AS hour, count(*) AS n
    FROM (SELECT shop_id, 'stock' AS lane, stock_due_at AS due FROM listing WHERE stock_due_at < :until
          UNION ALL SELECT shop_id, 'price', price_due_at FROM listing WHERE price_due_at < :until
          UNION ALL SELECT shop_id, 'content', content_due_at FROM listing WHERE content_due_at < :until) coming
    JOIN shop s ON s.id = shop_id AND s.state = 'active'
    WHERE {mine:s.producer_id} GROUP BY lane, hour
"""

_THROUGHPUT = """
    SELECT s.platform, hour, good, sum(n)::int AS n
    FROM (SELECT l.shop_id, floor(extract(epoch FROM a.started_at)::float8 / 3600)::int AS hour,
                 coalesce(a.outcome IN ('applied', 'waiting'), TRUE) AS good, count(*) AS n
          FROM attempt a JOIN listing l ON l.id = a.listing_id
          WHERE a.started_at >= :since AND a.started_at < :until GROUP BY 1, 2, 3) made
    JOIN shop s ON s.id = made.shop_id WHERE {mine:s.producer_id} GROUP BY 1, 2, 3
"""

_OUTCOMES = """
    SELECT s.platform, coalesce(a.outcome, 'open') AS outcome, a.code, count(*) AS n
    FROM attempt a JOIN listing l ON l.id = a.listing_id JOIN shop s ON s.id = l.shop_id
    WHERE a.started_at > :since AND {mine:s.producer_id} GROUP BY 1, 2, 3
"""

# A cause is the first thing that blocks, else what the last unsuccessful attempt was told.
_STUCK = f"""
    SELECT l.id, s.platform, coalesce(b.vi, '') AS vi, coalesce(b.en, '') AS en, coalesce(b.since, a.at) AS since,
           CASE WHEN l.phase IN ('parked', 'gone', 'blocked', 'refused') THEN l.phase ELSE 'retrying' END AS kind,
           CASE WHEN l.phase = 'parked' THEN 'parked' ELSE coalesce(b.code, a.code, '') END AS code,
           coalesce(split_part(b.field, ':', 1), '') AS field,
           CASE WHEN l.phase = 'parked' OR a.detail IS NULL THEN l.reason ELSE a.detail END AS detail
    FROM listing l JOIN shop s ON s.id = l.shop_id
    LEFT JOIN LATERAL (SELECT code, field, vi, en, since FROM problem WHERE listing_id = l.id AND blocking
                       AND l.phase <> 'parked' ORDER BY id LIMIT 1) b ON TRUE
    LEFT JOIN LATERAL (SELECT code, detail, finished_at AS at FROM attempt WHERE listing_id = l.id
                       AND outcome NOT IN ('applied', 'waiting') ORDER BY id DESC LIMIT 1) a ON TRUE
    WHERE ({STUCK}) AND {{mine:s.producer_id}}
"""  # noqa: S608 - a constant

_CAUSES = f"""
    SELECT platform, kind, code, field, min(vi) AS vi, min(en) AS en, min(detail) AS detail, count(*) AS n,
           min(since) AS since
    FROM ({_STUCK}) stuck GROUP BY platform, kind, code, field ORDER BY n DESC, platform, kind, code, field LIMIT :limit
"""  # noqa: S608

_STUCK_OF = f"""
    SELECT id FROM ({_STUCK}) stuck
    WHERE platform = :platform AND kind = :kind AND code = :code AND field = :field ORDER BY id LIMIT :limit
"""  # noqa: S608

_HOLDS = "c.withdrawn_on IS NULL AND NOT p.retired AND {mine:p.producer_id}"

_ENDING = f"""
    SELECT c.expires_on AS day, count(*) AS n FROM certificate c JOIN product p ON p.id = c.product_id
    WHERE c.expires_on >= :today AND c.expires_on < :until AND {_HOLDS} GROUP BY 1 ORDER BY 1
"""  # noqa: S608

_CERTIFICATES = f"""
    SELECT c.id, c.expires_on, c.stars, c.number, p.code, p.name, o.name AS producer
    FROM certificate c JOIN product p ON p.id = c.product_id JOIN producer o ON o.id = p.producer_id
    WHERE (c.expires_on, c.id) > (:day, :id) AND {_HOLDS} ORDER BY c.expires_on, c.id LIMIT :limit
"""  # noqa: S608

_DRIFTING = """
    SELECT s.platform, d.verdict, d.resolution, count(*) AS n
    FROM drift d JOIN listing l ON l.id = d.listing_id JOIN shop s ON s.id = l.shop_id
    WHERE d.resolved_at IS NULL AND {mine:s.producer_id} GROUP BY 1, 2, 3
"""

# The ledger is summed before anything is joined: those below zero are few.
_OVERSOLD = """
    SELECT coalesce(sum(-m.pieces), 0) AS n
    FROM (SELECT variant_id, sum(delta) AS pieces FROM movement GROUP BY variant_id HAVING sum(delta) < 0) m
    JOIN variant v ON v.id = m.variant_id JOIN product p ON p.id = v.product_id WHERE {mine:p.producer_id}
"""
