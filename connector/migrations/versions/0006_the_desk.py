"""the operator's desk: decisions on drift, fields left to the platform, indexes for what is stuck and what is recent"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

_STUCK = "phase IN ('blocked', 'refused', 'parked', 'gone') OR tries > 0"


def upgrade() -> None:
    op.create_table(
        "decision",
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("drift_id", sa.BigInteger(), nullable=False),
        sa.Column("listing_id", sa.BigInteger(), nullable=False),
        sa.Column("field", sa.Text(), server_default="", nullable=False),
        sa.Column("choice", sa.Text(), nullable=False),
        sa.Column("observed", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
        sa.Column("cause", sa.Text(), server_default="", nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), server_default=sa.text("clock_timestamp()"), nullable=False),
        sa.CheckConstraint("choice IN ('keep', 'take', 'ask')", name=op.f("ck_decision_choice")),
        sa.ForeignKeyConstraint(["drift_id"], ["drift.id"], name=op.f("fk_decision_drift_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(
            ["listing_id"], ["listing.id"], name=op.f("fk_decision_listing_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_decision")),
    )
    op.create_index(op.f("ix_decision_drift_id"), "decision", ["drift_id"])
    op.create_index(op.f("ix_decision_listing_id"), "decision", ["listing_id"])
    op.add_column(
        "listing",
        sa.Column("theirs", postgresql.JSONB(astext_type=sa.Text()), server_default=sa.text("'[]'"), nullable=False),
    )
    op.create_index("ix_listing_stuck", "listing", ["shop_id"], postgresql_where=sa.text(_STUCK))
    op.create_index("ix_drift_inbox", "drift", ["id"], postgresql_where=sa.text("resolved_at IS NULL"))
    op.create_index("ix_attempt_recent", "attempt", ["started_at"], postgresql_using="brin")


def downgrade() -> None:
    op.drop_index("ix_attempt_recent", table_name="attempt")
    op.drop_index("ix_drift_inbox", table_name="drift")
    op.drop_index("ix_listing_stuck", table_name="listing")
    op.drop_column("listing", "theirs")
    op.drop_table("decision")
