"""A pool of connections without a reset query: everything that we set is local to a transaction."""

import asyncio
from collections import deque
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, TypeAlias

import asyncpg

Connection: TypeAlias = Any
"""An asyncpg connection; asyncpg ships no types."""


LOST_TRACK = asyncpg.InternalClientError
"""The driver met the loss between two of its own steps; it may not even know that the connection is closed."""

LOST = (
    asyncpg.PostgresConnectionError,
    asyncpg.AdminShutdownError,
    asyncpg.CrashShutdownError,
    asyncpg.CannotConnectNowError,
    asyncpg.InterfaceError,
    LOST_TRACK,
    OSError,
)
"""How it shows that the server went away under a connection."""


PLANNING: Mapping[str, str] = MappingProxyType(
    {
        # Statements are written so that one plan fits all values; planning anew costs more than running.
        "plan_cache_mode": "force_generic_plan",
        # That plan may be made while a table is still empty, and must fit when it has grown.
        "enable_seqscan": "off",
        # Compiling a statement of milliseconds takes longer than running it.
        "jit": "off",
    }
)
"""How PostgreSQL plans for us, whatever the server's own settings."""

KEPT = 128
"""How many statements a connection keeps prepared, operations of GraphQL apart (api.postgres.prepared)."""


class Unavailable(Exception):
    """No connection could be had in time; the asker may try again shortly."""


@dataclass(frozen=True)
class Limits:
    """How many connections, and how long each kind of waiting may last (seconds)."""

    size: int = 10
    wait: float = 2.0
    connect: float = 3.0
    statement: float = 5.0
    lock: float = 2.0
    idle_in_transaction: float = 10.0
    prepared: bool = True


class Pool:
    """Hands out connections, last returned first; opens them as they are needed and drops broken ones."""

    def __init__(self, dsn: str, limits: Limits | None = None) -> None:
        self._dsn = dsn
        self._limits = limits or Limits()
        self.prepared = self._limits.prepared
        self._idle: deque[Connection] = deque()
        self._waiting: deque[tuple[float, asyncio.Future[Connection | None]]] = deque()
        self._alarm: asyncio.TimerHandle | None = None
        self._open = 0
        self._closed = False

    async def take(self) -> Connection:
        """A connection outside any transaction. Raises `Unavailable` when none is free within `wait` seconds."""
        while True:
            while self._idle:
                connection = self._idle.pop()
                if not connection.is_closed():
                    return connection
                self._open -= 1
            if self._closed:
                raise Unavailable
            if self._open < self._limits.size:
                return await self._connect()
            handed = await self._wait()
            if handed is not None:
                return handed

    def give(self, connection: Connection) -> None:
        """Take a connection back. One that is broken or still inside a transaction is dropped, never reused."""
        if connection.is_closed() or connection.is_in_transaction() or self._closed:
            self._open -= 1
            connection.terminate()
            self._wake()
        elif not self._wake(connection):
            self._idle.append(connection)

    @asynccontextmanager
    async def connection(self) -> AsyncIterator[Connection]:
        """A connection for the length of a block."""
        connection = await self.take()
        try:
            yield connection
        finally:
            self.give(connection)

    async def close(self) -> None:
        """Close every idle connection; busy ones close when they come back."""
        self._closed = True
        while self._idle:
            await self._idle.pop().close(timeout=2)
            self._open -= 1

    async def _wait(self) -> Connection | None:
        """The connection that somebody gave back, or None: then look again, there is room for a new one."""
        loop = asyncio.get_running_loop()
        waiter: asyncio.Future[Connection | None] = loop.create_future()
        self._waiting.append((loop.time() + self._limits.wait, waiter))
        if self._alarm is None:
            self._alarm = loop.call_later(self._limits.wait, self._give_up, loop)
        try:
            return await waiter
        except asyncio.CancelledError:
            if waiter.done() and not waiter.cancelled() and waiter.exception() is None:  # the turn was ours: pass it on
                handed = waiter.result()
                self._wake() if handed is None else self.give(handed)
            raise

    def _give_up(self, loop: asyncio.AbstractEventLoop) -> None:
        """Send away who has waited too long. All wait equally long and in order, so one timer is enough for all."""
        self._alarm = None
        while self._waiting and (self._waiting[0][0] <= loop.time() or self._waiting[0][1].done()):
            _, waiter = self._waiting.popleft()
            if not waiter.done():
                waiter.set_exception(Unavailable())
        if self._waiting:
            self._alarm = loop.call_at(self._waiting[0][0], self._give_up, loop)

    def _wake(self, handed: Connection | None = None) -> bool:
        """Give whoever has waited longest a connection, before newcomers, or a look at the room there is."""
        while self._waiting:
            _, waiter = self._waiting.popleft()
            if not waiter.done():
                waiter.set_result(handed)
                return True
        return False

    async def _connect(self) -> Connection:
        self._open += 1
        try:
            return await connect(self._dsn, self._limits)
        except BaseException as error:
            self._open -= 1
            self._wake()
            if isinstance(error, OSError | asyncpg.PostgresError | TimeoutError):
                raise Unavailable from error
            raise


async def connect(dsn: str, limits: Limits | None = None) -> Connection:
    """One connection with our time limits, UTC, and JSON as raw bytes in both directions."""
    limits = limits or Limits()
    connection = await asyncpg.connect(
        dsn,
        timeout=limits.connect,
        statement_cache_size=KEPT if limits.prepared else 0,
        max_cached_statement_lifetime=0,
        server_settings={
            "application_name": "plf",
            "timezone": "UTC",
            **PLANNING,
            "statement_timeout": _milliseconds(limits.statement),
            "lock_timeout": _milliseconds(limits.lock),
            "idle_in_transaction_session_timeout": _milliseconds(limits.idle_in_transaction),
        },
    )
    await connection.set_type_codec("json", schema="pg_catalog", format="binary", encoder=_as_is, decoder=_as_is)
    return connection


def _milliseconds(seconds: float) -> str:
    return str(int(seconds * 1000))


def _as_is(value: bytes) -> bytes:
    return value
