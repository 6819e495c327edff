"""What people look at: counts, states, histories. Nothing here writes."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Engine, text
from sqlalchemy.exc import OperationalError
from sqlmodel import Session, col, select

from connector.models import DriftRow, ListingRow, MovementRow, ProductRow, ShopRow, VariantRow
from connector.models_desk import DecisionRow


@dataclass(frozen=True, slots=True)
class Standing:
    """One shop at a glance. `due` counts listings due now by lane; `oldest_look` is the stalest live picture;
    `orders_until`: how far its orders are known."""

    shop: str
    platform: str
    state: str
    phases: dict[str, int]
    due: dict[str, int]
    open_drifts: int
    oldest_look: datetime | None
    orders_until: datetime | None = None


class StoreAway(Exception):
    """The database does not answer."""


class Reads:
    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def ping(self) -> None:
        """Raises StoreAway if the database does not answer."""
        try:
            with self._engine.connect() as connection:
                connection.execute(text("SELECT 1"))
        except OperationalError as error:
            raise StoreAway(type(error).__name__) from error

    def standings(self, now: datetime) -> list[Standing]:
        with self._engine.connect() as connection:
            rows = connection.execute(
                text("""
                SELECT s.id, s.code, s.platform, s.state, coalesce(l.phase, '') AS phase, count(l.id) AS n,
                       count(*) FILTER (WHERE l.stock_due_at <= :now) AS stock,
                       count(*) FILTER (WHERE l.price_due_at <= :now) AS price,
                       count(*) FILTER (WHERE l.content_due_at <= :now) AS content,
                       min(l.observed_at) FILTER (WHERE l.phase = 'live') AS oldest, c.until AS orders_until
                FROM shop s LEFT JOIN listing l ON l.shop_id = s.id LEFT JOIN order_cursor c ON c.shop_id = s.id
                GROUP BY s.id, s.code, s.platform, s.state, l.phase, c.until ORDER BY s.code, phase"""),
                {"now": now},
            ).mappings()
            drifts: dict[int, int] = dict(
                connection.execute(
                    text("""
                    SELECT l.shop_id, count(*) FROM drift d JOIN listing l ON l.id = d.listing_id
                    WHERE d.resolved_at IS NULL AND d.resolution <> 'accept' GROUP BY 1""")
                ).all()
            )
            made: dict[int, Standing] = {}
            for row in rows:
                made[row["id"]] = _standing(made.get(row["id"]), row, drifts.get(row["id"], 0))
            return list(made.values())

    def progress(self) -> tuple[int, int]:
        """How many listings are at rest (nothing due, no wait, no open step), and how many there are."""
        query = text("""
            SELECT count(*) FILTER (WHERE coalesce(stock_due_at, price_due_at, content_due_at) IS NULL
                AND lease_owner IS NULL AND phase NOT IN ('creating', 'waiting')) AS rest, count(*) AS total
            FROM listing l JOIN shop s ON s.id = l.shop_id AND s.state = 'active'
        """)
        with self._engine.connect() as connection:
            row = connection.execute(query).one()
            return row.rest, row.total

    def blocked(self, shop_id: int | None = None) -> list[dict[str, Any]]:
        """Every blocking problem with how many listings it stops, most first."""
        query = text("""
            SELECT s.platform, p.code, p.field, min(p.vi) AS vi, min(p.en) AS en,
                   count(DISTINCT p.listing_id) AS listings
            FROM problem p JOIN listing l ON l.id = p.listing_id JOIN shop s ON s.id = l.shop_id
            WHERE p.blocking AND (CAST(:shop AS bigint) IS NULL OR s.id = :shop)
            GROUP BY s.platform, p.code, p.field ORDER BY listings DESC, s.platform, p.code
        """)
        with self._engine.connect() as connection:
            return [dict(row) for row in connection.execute(query, {"shop": shop_id}).mappings()]

    def count_blocked(self, shop_id: int) -> int:
        """Listings that are not over there because of a problem, ours or the platform's."""
        query = text("""
            SELECT count(*) FROM listing l WHERE shop_id = :shop AND phase IN ('blocked', 'refused', 'parked', 'gone')
            AND EXISTS (SELECT FROM problem p WHERE p.listing_id = l.id AND p.blocking)
        """)
        with self._engine.connect() as connection:
            return int(connection.execute(query, {"shop": shop_id}).scalar_one())

    def problems(self, listing_id: int) -> list[dict[str, Any]]:
        query = text("SELECT code, field, vi, en, blocking FROM problem WHERE listing_id = :id ORDER BY field, code")
        with self._engine.connect() as connection:
            return [dict(row) for row in connection.execute(query, {"id": listing_id}).mappings()]

    def listing(self, shop: str, product: str) -> ListingRow | None:
        """By shop code and product code or SKU."""
        query = (
            select(ListingRow)
            .join(ShopRow)
            .join(ProductRow)
            .outerjoin(VariantRow, VariantRow.product_id == ProductRow.id)  # type: ignore[arg-type]
            .where(ShopRow.code == shop, (ProductRow.code == product) | (VariantRow.sku == product))
            .limit(1)
        )
        with Session(self._engine, expire_on_commit=False) as session:
            return session.exec(query).first()

    def listing_ids(self, shop_id: int) -> list[int]:
        query = text("SELECT id FROM listing WHERE shop_id = :shop ORDER BY id")
        with self._engine.connect() as connection:
            return [row.id for row in connection.execute(query, {"shop": shop_id})]

    def product_of(self, listing_ids: list[int]) -> dict[int, tuple[str, str]]:
        """Code and name of each listing's product."""
        query = text("""
            SELECT l.id, p.code, p.name FROM listing l JOIN product p ON p.id = l.product_id WHERE l.id = ANY(:ids)
        """)
        with self._engine.connect() as connection:
            return {row.id: (row.code, row.name) for row in connection.execute(query, {"ids": listing_ids})}

    def movements(self, product_id: int, sku: str) -> list[MovementRow]:
        query = (
            select(MovementRow)
            .join(VariantRow)
            .where(VariantRow.product_id == product_id, VariantRow.sku == sku)
            .order_by(col(MovementRow.id))
        )
        with Session(self._engine, expire_on_commit=False) as session:
            return list(session.exec(query))

    def drifts_of(self, listing_id: int, field: str) -> list[DriftRow]:
        query = select(DriftRow).where(DriftRow.listing_id == listing_id, DriftRow.field == field)
        with Session(self._engine, expire_on_commit=False) as session:
            return list(session.exec(query.order_by(col(DriftRow.id))))

    def decisions(self, listing_id: int, field: str) -> list[DecisionRow]:
        query = select(DecisionRow).where(DecisionRow.listing_id == listing_id, DecisionRow.field == field)
        with Session(self._engine, expire_on_commit=False) as session:
            return list(session.exec(query.order_by(col(DecisionRow.id))))

    def drifts(self, *, only_open: bool = True, limit: int = 200) -> list[dict[str, Any]]:
        query = text("""
            SELECT s.code AS shop, p.code AS product, p.name, d.field, d.desired, d.observed, d.verdict, d.resolution,
                   d.found_at, d.resolved_at, d.run_id
            FROM drift d JOIN listing l ON l.id = d.listing_id JOIN shop s ON s.id = l.shop_id
            JOIN product p ON p.id = l.product_id
            WHERE NOT :only_open OR d.resolved_at IS NULL ORDER BY d.id DESC LIMIT :limit
        """)
        with self._engine.connect() as connection:
            found = connection.execute(query, {"only_open": only_open, "limit": limit}).mappings()
            return [dict(row) for row in found]


def _standing(sofar: Standing | None, row: Any, open_drifts: int) -> Standing:
    base = sofar or Standing(row["code"], row["platform"], row["state"], {}, {}, open_drifts, None)
    due = {lane: base.due.get(lane, 0) + row[lane] for lane in ("stock", "price", "content")}
    phases = {**base.phases, row["phase"]: row["n"]} if row["phase"] else base.phases
    looks = [look for look in (base.oldest_look, row["oldest"]) if look is not None]
    oldest = min(looks) if looks else None
    return Standing(base.shop, base.platform, base.state, phases, due, base.open_drifts, oldest, row["orders_until"])
