"""What happens when connections break, run out or wait: 503 and nothing lost, never a 500."""

import asyncio

import pytest
from harness import drafts
from harness.world import client

from api.postgres.pool import LOST_TRACK, Limits, Pool, Unavailable
from api.postgres.roles import in_database


async def kill_idle(app, dsns):
    """End every connection of the pool from the server's side."""
    pool = app.service.pool
    victims = [connection.get_server_pid() for connection in pool._idle]
    admin = await asyncio.wait_for(_connect(dsns.admin), 5)
    try:
        for pid in victims:
            await admin.execute(f"select pg_terminate_backend({pid})")
    finally:
        await admin.close()
    await asyncio.sleep(0.2)
    return victims


async def _connect(dsn):
    import asyncpg

    return await asyncpg.connect(dsn)


async def test_dead_connections_are_replaced_unseen(school, app, migrated):
    assert await kill_idle(app, migrated)
    assert (await school.member.get("/v1/me")).status_code == 200
    assert await kill_idle(app, migrated)
    made = await school.facilitator.post("/v1/meetings", drafts.meeting(school.team))
    assert made.status_code == 201, made.text


async def test_a_driver_that_lost_track_is_replaced_unseen(school, app, monkeypatch):
    """asyncpg says InternalClientError when the server dies between two of its steps, and may think it lives on."""
    broken = app.service.pool._idle[-1]

    async def lost(*_, **__):
        raise LOST_TRACK("cannot switch to state 11; another operation (2) is in progress")

    for call, ask in (
        ("fetchrow", lambda: school.member.get("/v1/me")),
        ("execute", lambda: school.facilitator.post("/v1/meetings", drafts.meeting(school.team))),
    ):
        broken = app.service.pool._idle[-1]
        monkeypatch.setattr(type(broken), call, _once(getattr(type(broken), call), broken, lost))
        answer = await ask()
        assert answer.is_success, answer.text
        assert broken.is_closed()


def _once(usual, broken, lost):
    async def call(self, *arguments, **more):
        return await (lost() if self is broken else usual(self, *arguments, **more))

    return call


async def test_a_pool_that_is_empty_says_so_in_time(migrated):
    pool = Pool(migrated.app, Limits(size=1, wait=0.1))
    async with pool.connection():
        with pytest.raises(Unavailable):
            await pool.take()
    async with pool.connection() as again:
        assert await again.fetchval("select 1") == 1
    await pool.close()


async def test_everybody_waits_as_long_whoever_waited_before(migrated):
    pool, clock = Pool(migrated.app, Limits(size=1, wait=0.2)), asyncio.get_running_loop().time
    held = await pool.take()

    async def turned_away(after):
        await asyncio.sleep(after)
        began = clock()
        with pytest.raises(Unavailable):
            await pool.take()
        return clock() - began

    waited = await asyncio.gather(*(turned_away(after) for after in (0, 0.1, 0.15, 0.5)))
    assert all(0.19 < each < 1 for each in waited)
    pool.give(held)
    async with pool.connection() as again:
        assert await again.fetchval("select 1") == 1
    await pool.close()


async def test_a_turn_that_nobody_waits_for_any_more_is_passed_on(migrated):
    pool = Pool(migrated.app, Limits(size=1, wait=5))
    first = await pool.take()
    gone, waiting = asyncio.create_task(pool.take()), asyncio.create_task(pool.take())
    await asyncio.sleep(0)
    gone.cancel()
    pool.give(first)
    second = await asyncio.wait_for(waiting, 2)
    pool.give(second)
    await pool.close()


async def test_a_connection_inside_a_transaction_is_never_reused(migrated):
    pool = Pool(migrated.app, Limits(size=2))
    connection = await pool.take()
    await connection.execute("begin")
    pool.give(connection)
    async with pool.connection() as fresh:
        assert fresh is not connection
    await pool.close()


async def test_a_row_that_is_locked_too_long_is_not_now(school, app, migrated):
    meeting = await school.meeting()
    admin = await _connect(in_database(migrated.admin, "plf"))
    try:
        async with admin.transaction():
            await admin.execute("select from meeting where id = $1 for update", meeting["id"])
            blocked = await school.publish(meeting)
        assert (blocked.status_code, blocked.json()["code"]) == (503, "unavailable")
        assert blocked.headers["retry-after"]
    finally:
        await admin.close()
    assert (await school.publish(meeting)).status_code == 200


async def test_readiness_tells_of_the_database(app):
    async with client(app) as anybody:
        assert (await anybody.get("/health")).json() == {"status": "ok"}
        assert (await anybody.get("/ready")).json() == {"status": "ready"}
        app.service.draining = True
        try:
            assert (await anybody.get("/ready")).status_code == 503
        finally:
            app.service.draining = False
