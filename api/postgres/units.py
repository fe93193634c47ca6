"""Begins and ends units of work: nobody else commits, and nothing is answered before it is committed."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from uuid import UUID

import asyncpg

from api.postgres.asker import Asker
from api.postgres.pool import LOST, LOST_TRACK, Connection, Pool
from api.postgres.refusals import refusal_of
from api.postgres.replaying import Key
from api.postgres.work import UnitOfWork
from domain.errors import DomainError


class NobodyAsked(RuntimeError):
    """The database was used and no permission was ever asked: a programming error, never committed."""


@asynccontextmanager
async def unit_of_work(
    pool: Pool,
    asker: Asker,
    operation: str,
    trace_id: str,
    *,
    key: Key | None = None,
    revisions: frozenset[int] | None = None,
    queue: str | None = None,
) -> AsyncIterator[UnitOfWork]:
    """One transaction. A refusal rolls it back and commits what the refusal leaves behind in one of its own.

    Units of work with the same `queue` follow one another within a tenant: each sees all that the one before
    it has done. Raises what the use case raises; violated constraints come out as domain errors.
    """
    connection = await _begin(pool, _beginning(asker, queue))
    try:
        work = UnitOfWork(connection, asker, operation, trace_id, key, revisions)
        try:
            yield work
            await _commit(connection, work)
        except DomainError as refusal:
            await _refuse(connection, work, refusal)
            raise
        except asyncpg.PostgresError as error:
            meant = refusal_of(error)
            if meant is None:
                raise
            await _refuse(connection, work, meant)
            raise meant from error
    finally:
        await _end(pool, connection)


def _beginning(asker: Asker, queue: str | None) -> str:
    """How the transaction begins; the turn is taken first, so that every later statement sees the last word."""
    if queue is None:
        return "begin"
    name = f"{UUID(asker.tenant)} {queue}"  # simple statements take no parameters: a UUID and a word of ours
    return f"begin; select pg_advisory_xact_lock(hashtextextended('{name}', 0))"


async def _begin(pool: Pool, beginning: str) -> Connection:
    """A connection with a transaction on it; one that turns out to be dead is replaced, as nothing was done yet."""
    for last in (False, True):
        connection = await pool.take()
        try:
            await connection.execute(beginning)
        except LOST as lost:
            if isinstance(lost, LOST_TRACK):
                connection.terminate()
            pool.give(connection)
            if last:
                raise
        except BaseException:
            await _end(pool, connection)
            raise
        else:
            return connection
    raise AssertionError


async def _commit(connection: Connection, work: UnitOfWork) -> None:
    if work.used and not work.permitted:
        raise NobodyAsked(work.operation)
    await connection.execute("commit")


async def _refuse(connection: Connection, work: UnitOfWork, refusal: DomainError) -> None:
    await connection.execute("rollback; begin")
    if await work.record_refusal(refusal):
        await connection.execute("commit")


async def _end(pool: Pool, connection: Connection) -> None:
    """Give the connection back outside any transaction; the pool drops one that can't be brought there."""
    if not connection.is_closed() and connection.is_in_transaction():
        try:
            await connection.execute("rollback")
        except (asyncpg.PostgresError, *LOST):
            connection.terminate()
    pool.give(connection)
