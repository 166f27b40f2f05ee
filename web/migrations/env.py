"""Alembic's entry: migrate the connection that `web.migrations.upgrade` holds."""

from __future__ import annotations

from alembic import context

from web.schema import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    transaction_per_migration=False,
)
context.run_migrations()
