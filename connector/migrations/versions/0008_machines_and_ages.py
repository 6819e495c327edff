"""machines: an operator's token may be narrowed to one producer; the desk reads ages and phases from indexes alone"""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("api_token", sa.Column("producer_id", sa.BigInteger(), nullable=True))
    op.create_foreign_key(
        op.f("fk_api_token_producer_id"), "api_token", "producer", ["producer_id"], ["id"], ondelete="CASCADE"
    )
    op.create_index(op.f("ix_api_token_producer_id"), "api_token", ["producer_id"])
    op.create_index("ix_listing_shop", "listing", ["shop_id", "id"])
    op.create_index("ix_listing_seen", "listing", ["shop_id", "phase", "observed_at"])
    op.create_index("ix_listing_product", "listing", ["product_id", "phase"])
    op.drop_index(op.f("ix_listing_shop_id"), table_name="listing")
    op.drop_index(op.f("ix_listing_product_id"), table_name="listing")
    op.create_index("ix_product_folded", "product", ["folded", "id"])
    op.create_index("ix_certificate_ending", "certificate", ["expires_on", "id"])


def downgrade() -> None:
    op.drop_index("ix_certificate_ending", table_name="certificate")
    op.drop_index("ix_product_folded", table_name="product")
    op.create_index(op.f("ix_listing_product_id"), "listing", ["product_id"])
    op.create_index(op.f("ix_listing_shop_id"), "listing", ["shop_id"])
    op.drop_index("ix_listing_product", table_name="listing")
    op.drop_index("ix_listing_seen", table_name="listing")
    op.drop_index("ix_listing_shop", table_name="listing")
    op.drop_index(op.f("ix_api_token_producer_id"), table_name="api_token")
    op.drop_constraint(op.f("fk_api_token_producer_id"), "api_token", type_="foreignkey")
    op.drop_column("api_token", "producer_id")
