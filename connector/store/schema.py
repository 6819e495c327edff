"""Bringing a database up to the newest migration, by one process at a time."""

from pathlib import Path
from typing import Any

from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from redis import Redis
from sqlalchemy import Connection, Engine, create_engine, text

from connector import models, models_console, models_desk, models_papers, order_models
from connector.errors import Complaint

METADATA = models.ProductRow.metadata
_WHOLE = (models_console, models_desk, models_papers, order_models)  # importing them is what registers their tables
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


def wipe(database_url: str, redis_url: str) -> None:
    """Empty a demo's own servers. Refuses a database that is not on this machine."""
    if "127.0.0.1" not in database_url or "127.0.0.1" not in redis_url:
        raise Complaint("Chỉ xóa được kho của bản trình diễn.", "Only a demo's own database can be emptied.")
    engine = create_engine(database_url)
    with engine.begin() as connection:
        connection.execute(text("DROP SCHEMA public CASCADE"))
        connection.execute(text("CREATE SCHEMA public"))
    migrate(engine)
    engine.dispose()
    with Redis.from_url(redis_url) as redis:
        redis.flushall()
