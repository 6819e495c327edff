"""consents under way, shops that wait for one, owners of adopted listings"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "consent",
        sa.Column("digest", sa.Text(), nullable=False),
        sa.Column("shop_id", sa.BigInteger(), nullable=False),
        sa.Column("redirect", sa.Text(), server_default="", nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["shop_id"], ["shop.id"], name=op.f("fk_consent_shop_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("digest", name=op.f("pk_consent")),
    )
    op.create_index(op.f("ix_consent_shop_id"), "consent", ["shop_id"])
    op.add_column("shop", sa.Column("needs_consent", sa.Boolean(), server_default="false", nullable=False))
    owners = sa.Column(
        "owners", postgresql.JSONB(astext_type=sa.Text()), server_default=sa.text("'{}'"), nullable=False
    )
    op.add_column("listing", owners)


def downgrade() -> None:
    op.drop_column("listing", "owners")
    op.drop_column("shop", "needs_consent")
    op.drop_table("consent")
