"""One round after another: for every tenant, deliver what waits in its outbox and prune what has expired.

Roll-ups are renewed first, for all waiting events at once and in the transaction that marks them as delivered.
"""

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, TypeAlias
from uuid import UUID

import asyncpg
import orjson

from api.postgres.pool import LOST, Connection, Pool, Unavailable
from api.reading.figure_sums import TOPICS
from api.worker.rollups import renew, turn

LOG = logging.getLogger("plf.worker")
PAUSE = 1.0
SHARE = 20
"""With many tenants a round takes longer: the worker rests twenty times as long as it worked."""

BATCH = 100
KEYS_LAST = timedelta(hours=24)
DELIVERED_LAST = timedelta(days=30)
MOST_ATTEMPTS = 20

_ANYTHING = """
select case when s.tenant is not null then
  exists (select from outbox_event where done_at is null and available_at <= $2)
  or exists (select from idempotency_key where created_at < $3 and status is not null)
  or exists (select from outbox_event where done_at < $4)
end from (select set_config('app.tenant', $1, true) as tenant offset 0) s"""
"""Most tenants have nothing to do most of the time: one round trip finds out."""

Subscriber: TypeAlias = Callable[[UUID, str, Mapping[str, Any]], Awaitable[None]]
"""Somebody who is told of an event: tenant, topic, content-free payload. May raise: then it comes again."""


async def work_forever(pool: Pool, clock: Callable[[], datetime], subscribers: tuple[Subscriber, ...] = ()) -> None:
    """Rounds until cancelled; a database that is away is waited for."""
    while True:
        started = time.monotonic()
        try:
            await one_round(pool, clock(), subscribers)
        except (Unavailable, asyncpg.PostgresError, *LOST):
            LOG.warning("the database is away; the worker waits")
        await asyncio.sleep(max(PAUSE, SHARE * (time.monotonic() - started)))


async def one_round(pool: Pool, now: datetime, subscribers: tuple[Subscriber, ...] = ()) -> int:
    """Every tenant once; how many events were delivered."""
    async with pool.connection() as connection:
        tenants = await connection.fetch("select id from tenant where active order by id")
    return sum([await one_tenant(pool, record["id"], now, subscribers) for record in tenants])


async def one_tenant(pool: Pool, tenant: UUID, now: datetime, subscribers: tuple[Subscriber, ...] = ()) -> int:
    """One tenant's waiting events, if no other worker has it in hand; how many were delivered."""
    async with pool.connection() as connection:
        if not await connection.fetchval(_ANYTHING, str(tenant), now, now - KEYS_LAST, now - DELIVERED_LAST):
            return 0
        return await _tend(connection, tenant, now, subscribers)


async def _tend(connection: Connection, tenant: UUID, now: datetime, subscribers: tuple[Subscriber, ...]) -> int:
    async with connection.transaction():
        await connection.fetchval("select set_config('app.tenant', $1, true)", str(tenant))
        mine = await connection.fetchval(f"select pg_try_advisory_xact_lock({turn('$1')})", str(tenant))
        if not mine:
            return 0
        await _prune(connection, now)
        waiting = await connection.fetch(
            "select id, topic, subject_id, payload::text as payload, attempts from outbox_event "
            "where done_at is null and available_at <= $1 order by available_at, id limit $2 "
            "for update skip locked",
            now,
            BATCH,
        )
        if await _rolled_up(connection, tenant, waiting, now):
            return sum([await _deliver(connection, tenant, record, now, subscribers) for record in waiting])
        for record in waiting:
            await _postpone(connection, record, now)
        return 0


async def _rolled_up(connection: Connection, tenant: UUID, waiting: Sequence[Any], now: datetime) -> bool:
    """Whether the roll-ups say what these events are about."""
    touched = {record["subject_id"] for record in waiting if record["topic"] in TOPICS}
    if not touched:
        return True
    try:
        async with connection.transaction():
            await renew(connection, tenant, now, sorted(touched))
    except asyncpg.PostgresError:
        LOG.exception("roll-ups could not be renewed; their events come again")
        return False
    return True


async def _deliver(
    connection: Connection, tenant: UUID, record: Any, now: datetime, subscribers: tuple[Subscriber, ...]
) -> int:
    payload = {"subject_id": str(record["subject_id"]), **orjson.loads(record["payload"])}
    try:
        for tell in subscribers:
            await tell(tenant, record["topic"], payload)
    except Exception:
        LOG.exception("an event could not be delivered; it comes again")
        await _postpone(connection, record, now)
        return 0
    await connection.execute("update outbox_event set done_at = $2, updated_at = $2 where id = $1", record["id"], now)
    return 1


async def _postpone(connection: Connection, record: Any, now: datetime) -> None:
    attempts = min(record["attempts"] + 1, MOST_ATTEMPTS)
    await connection.execute(
        "update outbox_event set attempts = $2, available_at = $3, updated_at = $4 where id = $1",
        record["id"],
        attempts,
        now + timedelta(seconds=2**attempts),
        now,
    )


async def _prune(connection: Connection, now: datetime) -> None:
    await connection.execute(
        "delete from idempotency_key where created_at < $1 and status is not null", now - KEYS_LAST
    )
    await connection.execute("delete from outbox_event where done_at < $1", now - DELIVERED_LAST)
