"""Which migration the code expects and which one the database has: the service refuses to run ahead of it."""

from importlib.resources import files
from pathlib import Path

import asyncpg

from api.postgres.pool import Connection

VERSIONS = Path(str(files("migrations"))) / "versions"


def expected() -> str:
    """The newest migration of this code."""
    return max(path.stem.split("_")[0] for path in VERSIONS.glob("[0-9]*.py"))


async def found(connection: Connection) -> str | None:
    """The newest migration that the database has; None for a database without any."""
    try:
        version: str | None = await connection.fetchval("select version_num from alembic_version")
    except asyncpg.UndefinedTableError:
        return None
    return version
