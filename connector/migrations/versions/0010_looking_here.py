"""looking here: who looks at live pages is asked of this database alone, whatever else the server holds"""

from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

_ANYWHERE = "classid = 7010"
_HERE = f"{_ANYWHERE} AND database = (SELECT oid FROM pg_database WHERE datname = current_database())"  # noqa: S608 - constants


def upgrade() -> None:
    _rewrite(_ANYWHERE, _HERE)


def downgrade() -> None:
    _rewrite(_HERE, _ANYWHERE)


def _rewrite(old: str, new: str) -> None:
    put = f"EXECUTE replace(pg_get_functiondef('ocop_tell'::regproc), '{old}', '{new}')"
    op.execute(f"DO $$ BEGIN {put}; END $$")
