"""machines: an operator's token may be narrowed to one producer"""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("api_token", sa.Column("producer_id", sa.BigInteger(), nullable=True))
    op.create_foreign_key(
        op.f("fk_api_token_producer_id"), "api_token", "producer", ["producer_id"], ["id"], ondelete="CASCADE"
    )
    op.create_index(op.f("ix_api_token_producer_id"), "api_token", ["producer_id"])


def downgrade() -> None:
    op.drop_index(op.f("ix_api_token_producer_id"), table_name="api_token")
    op.drop_constraint(op.f("fk_api_token_producer_id"), "api_token", type_="foreignkey")
    op.drop_column("api_token", "producer_id")
