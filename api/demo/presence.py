"""How much of the demo a database holds: nothing yet, a part whose loading was interrupted, or all of it."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from enum import StrEnum

from api.demo.wiring import PREFIX
from api.demo.world import MUNICIPALITIES
from api.postgres.founding import CHANGED
from api.postgres.pool import Connection, connect

OTHERS = "The database holds municipalities that are not the demo's: the demo goes into an empty one."
BUSY = "The demo is being loaded by another process: wait until it is there."
MIXED = (
    "The demo was only half loaded, and other municipalities joined beside it: start again with an empty database "
    "(another PLF_DATA_DIR, or another database in DATABASE_URL)."
)

_PRESENCE = """
select exists (select from tenant) as anything,
  exists (select from issuer_binding where issuer like '%' || $1::text) as demo,
  obj_description('tenant'::regclass, 'pg_class') is not distinct from 'the demo is being loaded' as loading"""
_BEGUN = "comment on table tenant is 'the demo is being loaded'"
_WHOLE = "comment on table tenant is null"
_LOCK = "select pg_try_advisory_lock(hashtext('plf demo'))"
_EVERY_TABLE = """
select string_agg(c.oid::regclass::text, ', ') from pg_class c
where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p') and (c.relname = 'tenant' or exists (
  select from pg_attribute a where a.attrelid = c.oid and a.attname = 'tenant_id' and not a.attisdropped))"""


class Presence(StrEnum):
    """What stands in the tables, and what the mark on them says."""

    NOTHING = "nothing"
    HALF = "half"
    WHOLE = "whole"
    OTHERS = "others"


class NoRoom(Exception):
    """Why the demo can't be loaded here; str() is one sentence that says what to do."""


async def presence(dsn: str) -> Presence:
    """What a login of ours finds."""
    connection = await connect(dsn)
    try:
        return await _presence(connection)
    finally:
        await connection.close()


@asynccontextmanager
async def loading(owner_dsn: str) -> AsyncIterator[bool]:
    """As plf_owner: whether the demo is to be loaded within the block. Raises NoRoom.

    The mark is set first and goes last, so that a block that was interrupted (kill -9 included) leaves it; the
    next one then begins with empty tables.
    """
    owner = await connect(owner_dsn)
    try:
        if not await owner.fetchval(_LOCK):
            raise NoRoom(BUSY)
        found = await _presence(owner)
        if found is Presence.OTHERS:
            raise NoRoom(OTHERS)
        if found is Presence.WHOLE:
            yield False
            return
        if found is Presence.HALF:
            await _clear(owner)
        await owner.execute(_BEGUN)
        yield True
        await owner.execute(_WHOLE)
    finally:
        await owner.close()


async def _presence(connection: Connection) -> Presence:
    found = await connection.fetchrow(_PRESENCE, PREFIX)
    if not found["anything"]:
        return Presence.NOTHING
    if found["loading"]:
        return Presence.HALF
    return Presence.WHOLE if found["demo"] else Presence.OTHERS


async def _clear(owner: Connection) -> None:
    """Empty every table of the tenants: nobody has signed in yet, so there is nothing that anybody wrote."""
    async with owner.transaction():
        ours = [town.slug for town in MUNICIPALITIES]
        if await owner.fetchval("select exists (select from tenant where slug <> all($1::text[]))", ours):
            raise NoRoom(MIXED)
        await owner.execute(f"truncate {await owner.fetchval(_EVERY_TABLE)}")
        await owner.execute(f"notify {CHANGED}")
