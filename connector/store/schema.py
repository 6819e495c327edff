"""Bringing a database up to the newest migration, by one process at a time."""

from pathlib import Path
from typing import Any

from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from sqlalchemy import Connection, Engine, text

from connector import models

METADATA = models.ProductRow.metadata
_FOLDER = Path(__file__).parent.parent / "migrations"


def migrate(engine: Engine) -> None:
    with engine.begin() as connection:
        connection.execute(text("SELECT pg_advisory_xact_lock(7000)"))
        command.upgrade(_config(connection), "head")


def differences(engine: Engine) -> list[Any]:
    """What the models say and the migrated database does not; empty if they agree."""
    with engine.connect() as connection:
        return list(compare_metadata(MigrationContext.configure(connection), METADATA))


def _config(connection: Connection) -> Config:
    config = Config()
    config.set_main_option("script_location", str(_FOLDER))
    config.attributes |= {"connection": connection, "metadata": METADATA}
    return config
