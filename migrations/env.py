"""How Alembic runs our migrations: one transaction each, over the connection that `api.postgres.migrate` opened."""

from alembic import context

from api.tables import METADATA

connection = context.config.attributes.get("connection")
if connection is None:
    context.configure(url="postgresql+asyncpg://", target_metadata=METADATA, literal_binds=True)
else:
    context.configure(connection=connection, target_metadata=METADATA, transaction_per_migration=True)

with context.begin_transaction():
    context.run_migrations()
