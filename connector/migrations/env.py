"""Alembic's entrance: connection and metadata are handed in by connector.store.schema."""

from alembic import context

given = context.config.attributes
context.configure(connection=given["connection"], target_metadata=given["metadata"])
with context.begin_transaction():
    context.run_migrations()
