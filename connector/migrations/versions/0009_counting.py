"""counting: stock is summed from indexes alone; orders are found by a SKU that was sold, producers by their names"""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

_FOLDED = r"""lower(translate(regexp_replace(normalize(name || ' ' || code, NFD), '[\u0300-\u036f]', '', 'g'), 'Đđ', 'dd'))"""

_FAILED = "outcome NOT IN ('applied', 'waiting')"


def upgrade() -> None:
    op.create_index("ix_movement_counted", "movement", ["variant_id"], postgresql_include=["delta"])
    op.drop_index(op.f("ix_movement_variant_id"), table_name="movement")
    op.drop_index("ix_order_line_reserved", table_name="order_line")
    op.create_index(
        "ix_order_line_reserved",
        "order_line",
        ["base_id"],
        postgresql_where=sa.text("reserved > 0"),
        postgresql_include=["reserved", "pieces"],
    )
    op.create_index("ix_order_line_sku", "order_line", ["sku"])
    op.create_index("ix_attempt_failed", "attempt", ["listing_id", "id"], postgresql_where=sa.text(_FAILED))
    op.add_column("producer", sa.Column("folded", sa.Text(), sa.Computed(_FOLDED, persisted=True)))
    op.create_index("ix_producer_folded", "producer", ["folded", "id"])


def downgrade() -> None:
    op.drop_index("ix_producer_folded", table_name="producer")
    op.drop_column("producer", "folded")
    op.drop_index("ix_attempt_failed", table_name="attempt")
    op.drop_index("ix_order_line_sku", table_name="order_line")
    op.drop_index("ix_order_line_reserved", table_name="order_line")
    op.create_index("ix_order_line_reserved", "order_line", ["base_id"], postgresql_where=sa.text("reserved > 0"))
    op.create_index(op.f("ix_movement_variant_id"), "movement", ["variant_id"])
    op.drop_index("ix_movement_counted", table_name="movement")
