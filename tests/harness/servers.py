"""Applications and connections beside those of the fixtures: other settings, other databases, nothing kept."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from api.app import Application, create_app
from api.postgres.databases import Dsns
from api.postgres.pool import Connection, connect
from api.settings import Settings
from harness.clock import Clock
from harness.issuer import AUDIENCE, ISSUER, Issuer


@asynccontextmanager
async def serving(dsns: Dsns, issuer: Issuer, clock: Clock, **settings: Any) -> AsyncIterator[Application]:
    """The whole application with its lifespan, in process."""
    given = {"public_url": AUDIENCE, "worker_in_serve": False, "secret_key": "tests", **settings}
    application = create_app(Settings(**given), dsns, clock)
    application.service.keys.preload(ISSUER, issuer.jwks())
    async with application.running():
        yield application


@asynccontextmanager
async def rolled_back(dsn: str) -> AsyncIterator[Connection]:
    """A connection inside a transaction that leaves nothing behind."""
    connection = await connect(dsn)
    transaction = connection.transaction()
    try:
        await transaction.start()
        yield connection
        await transaction.rollback()
    finally:
        await connection.close(timeout=5)
