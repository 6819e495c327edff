"""Alembic's entrance: the connection is handed in by connector.store.schema."""

from alembic import context

from connector.models import SQLModel

context.configure(connection=context.config.attributes["connection"], target_metadata=SQLModel.metadata)
with context.begin_transaction():
    context.run_migrations()
