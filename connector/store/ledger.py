"""The stock ledger by hand: corrections with a reason, packs of a base good, and whether it all adds up."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Engine, text
from sqlmodel import Session, select

from connector.errors import Complaint
from connector.models import MovementRow, VariantRow
from connector.order_models import RecipeRow
from connector.store import touch

_LOCK = text("SELECT id FROM variant WHERE id = ANY(:ids) ORDER BY id FOR NO KEY UPDATE")

# The ledger's own sums against what each order line says it has done; the view's reserved against the lines' states.
_CHECKS = {
    "line_and_movements": """
        SELECT o.shop_id, o.number, l.line, l.sku,
               json_build_object('sold', l.sold, 'cancelled', l.cancelled_after, 'returned', l.came_back) AS recorded,
               json_build_object('sold', m.sold, 'cancelled', m.cancelled, 'returned', m.returned) AS derived
        FROM order_line l JOIN shop_order o ON o.id = l.order_id CROSS JOIN LATERAL (
            SELECT coalesce(-sum(delta) FILTER (WHERE kind = 'sale'), 0) AS sold,
                   coalesce(sum(delta) FILTER (WHERE kind = 'cancel'), 0) AS cancelled,
                   coalesce(sum(delta) FILTER (WHERE kind = 'return'), 0) AS returned
            FROM movement WHERE shop_id = o.shop_id AND order_no = o.number AND split_part(line, '#', 1) = l.line
              AND variant_id = l.base_id) m
        WHERE l.variant_id IS NOT NULL
          AND (m.sold, m.cancelled, m.returned)
              <> (l.sold * l.pieces, l.cancelled_after * l.pieces, l.came_back * l.pieces)""",
    "reserved_and_state": """
        SELECT o.shop_id, o.number, l.line, l.sku, l.reserved AS recorded, d.reserved AS derived
        FROM order_line l JOIN shop_order o ON o.id = l.order_id CROSS JOIN LATERAL (SELECT CASE
            WHEN l.state = 'open' AND l.sold = 0 THEN greatest(l.quantity - l.cancelled, 0) ELSE 0 END AS reserved) d
        WHERE l.variant_id IS NOT NULL AND l.reserved <> d.reserved""",
    "movement_without_line": """
        SELECT m.shop_id, m.order_no AS number, m.line, m.delta AS recorded FROM movement m WHERE order_no <> ''
          AND NOT EXISTS (SELECT FROM order_line l JOIN shop_order o ON o.id = l.order_id
            WHERE o.shop_id = m.shop_id AND o.number = m.order_no AND l.line = split_part(m.line, '#', 1))""",
    "escrow_above_existing": """
        SELECT v.sku, q.out AS recorded, s.on_hand - s.reserved AS derived FROM (
            SELECT q.base_id, sum(greatest(q.ceiling, 0) * s.pieces) AS out
            FROM quota q JOIN stock s ON s.variant_id = q.variant_id GROUP BY q.base_id) q
        JOIN stock s ON s.variant_id = q.base_id JOIN variant v ON v.id = q.base_id
        WHERE q.out > greatest(s.on_hand - s.reserved, 0)""",
    "sold_beyond_quota": """
        SELECT q.shop_id, v.sku, q.beyond AS recorded, 0 AS derived
        FROM quota q JOIN variant v ON v.id = q.variant_id WHERE q.beyond > 0""",
    "sold_more_than_there_was": """
        SELECT sku, on_hand - reserved AS recorded, 0 AS derived FROM stock
        WHERE variant_id = base_id AND on_hand < reserved""",
}


@dataclass(frozen=True, slots=True)
class Finding:
    """One place where the ledger does not add up. `law` is the name of the check; the rest says where."""

    law: str
    where: dict[str, Any]


class Ledger:
    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def adjust(self, sku: str, by: int, cause: str) -> None:
        """Correct the count by so many pieces; `cause` names the person and the reason. Packs go by their base."""
        with Session(self._engine) as session, session.begin():
            row = _variant(session, sku)
            recipe = session.get(RecipeRow, row.id)
            base_id, pieces = (recipe.base_id, recipe.pieces) if recipe else (row.id or 0, 1)
            lock(session, [base_id])
            session.add(MovementRow(variant_id=base_id, kind="adjust", delta=by * pieces, cause=cause))
            session.flush()
            touch.stock_of(session, [base_id], cause)

    def pack(self, sku: str, base_sku: str, pieces: int, cause: str) -> None:
        """From now on `pieces` of the base are one of `sku`; what was counted of it is counted as base."""
        with Session(self._engine) as session, session.begin():
            row, base = _variant(session, sku), _variant(session, base_sku)
            nested = (
                session.get(RecipeRow, base.id)
                or session.exec(select(RecipeRow).where(RecipeRow.base_id == row.id)).first()
            )
            if nested or row.id == base.id or session.get(RecipeRow, row.id):
                raise Complaint(
                    f"«{sku}» hoặc «{base_sku}» đã là gói hoặc hàng gốc của gói khác; gói chỉ có một tầng.",
                    f"“{sku}” or “{base_sku}” is a pack or the base of one already; packs have one level only.",
                )
            assert row.id is not None
            assert base.id is not None
            lock(session, [row.id, base.id])
            counted = session.connection().execute(text(_COUNTED), {"id": row.id}).scalar_one()
            if counted:
                session.add(MovementRow(variant_id=row.id, kind="adjust", delta=-counted, cause=cause))
                session.add(MovementRow(variant_id=base.id, kind="adjust", delta=counted * pieces, cause=cause))
            session.connection().execute(_REBIND, {"id": row.id, "base": base.id, "pieces": pieces})
            session.add(RecipeRow(variant_id=row.id, base_id=base.id, pieces=pieces))
            session.flush()
            touch.stock_of(session, [base.id], cause)

    def scarce(self, sku: str, below: int | None) -> None:
        """Split this good among the shops at or below so many free pieces; 0 never, None as the setting says."""
        with Session(self._engine) as session, session.begin():
            row = _variant(session, sku)
            row.scarce_below = below
            session.add(row)
            session.flush()
            touch.stock_of(session, [row.id or 0], "scarce below")

    def check(self) -> list[Finding]:
        """Every place where recorded and derived differ; nothing is mended."""
        with self._engine.connect() as connection:
            return [
                Finding(law, dict(row))
                for law, query in _CHECKS.items()
                for row in connection.execute(text(query)).mappings()
            ]


_COUNTED = "SELECT coalesce(sum(delta), 0) FROM movement WHERE variant_id = :id"
_REBIND = text("UPDATE order_line SET base_id = :base, pieces = :pieces WHERE variant_id = :id AND sold = 0")


def lock(session: Session, base_ids: Sequence[int]) -> None:
    """Whoever moves a good's stock or its quotas holds its row: counts and ceilings are read and written together."""
    session.connection().execute(_LOCK, {"ids": sorted(set(base_ids))})


def _variant(session: Session, sku: str) -> VariantRow:
    row = session.exec(select(VariantRow).where(VariantRow.sku == sku)).one_or_none()
    if row is None:
        raise Complaint(f"Không có mã hàng «{sku}».", f"No SKU “{sku}”.")
    return row
