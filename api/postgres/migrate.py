"""Brings a database to the shape that this code expects; run by `plf migrate`, never by the serving process."""

import asyncio
from pathlib import Path

import asyncpg
from alembic import command
from alembic.config import Config
from sqlalchemy.ext.asyncio import create_async_engine
from sqlalchemy.pool import NullPool

from api.postgres.schema_version import VERSIONS

MIGRATIONS = VERSIONS.parent
TRIES = 10


def migrate(owner_dsn: str) -> None:
    """Run every migration that is missing, as plf_owner. Waits politely for locks, and tries again."""
    asyncio.run(upgrade(owner_dsn))


async def upgrade(owner_dsn: str) -> None:
    """The same, within a running loop."""
    url = owner_dsn.replace("postgresql://", "postgresql+asyncpg://", 1)
    engine = create_async_engine(url, poolclass=NullPool)
    try:
        for attempt in range(TRIES):
            try:
                async with engine.connect() as connection:
                    await connection.run_sync(_run)
                    await connection.commit()
            except Exception as error:
                if attempt == TRIES - 1 or not _busy(error):
                    raise
                await asyncio.sleep(0.2 * (attempt + 1))
            else:
                return
    finally:
        await engine.dispose()


def _run(connection: object) -> None:
    config = Config(attributes={"connection": connection})
    config.set_main_option("script_location", str(Path(MIGRATIONS)))
    command.upgrade(config, "head")


def _busy(error: Exception) -> bool:
    return isinstance(getattr(getattr(error, "orig", None), "__cause__", None), asyncpg.LockNotAvailableError)
