"""Direct SQL against one table as the service's own role: everything a tenant could try on another's rows."""

from collections.abc import Iterator
from dataclasses import dataclass

import asyncpg

from api.postgres.pool import Connection
from api.tables import METADATA


@dataclass(frozen=True)
class Attempt:
    """One statement; `$1` is the neighbour's tenant id and `$2` one of the neighbour's rows as JSON."""

    name: str
    sql: str


@dataclass(frozen=True)
class Neighbours:
    """Two tenants, and one row of the second by table, as the superuser sees it."""

    own: str
    foreign: str
    rows: dict[str, str]


def attempts(table: str) -> Iterator[Attempt]:
    """Every way to see, change, move, copy, overwrite or remove a foreign row. None may touch anything."""
    columns = ", ".join(column.name for column in METADATA.tables[table].columns)
    given = f"select {columns} from json_populate_record(null::{table}, $2::text::json)"
    copied = columns.replace("id, created_at", "gen_random_uuid(), created_at", 1).replace("tenant_id, ", "$1, ", 1)
    theirs = "tenant_id = $1::text::uuid and $2::text is not null"
    on = "t.tenant_id = x.tenant_id and t.id = x.id and $1::text is not null"
    yield Attempt("select", f"select 1 from {table} where {theirs}")
    yield Attempt("select by id", f"select 1 from {table} t join ({given}) x on {on}")
    yield Attempt("count", f"select 1 from (select count(*) as n from {table} where {theirs}) c where n > 0")
    for lock in ("for update", "for no key update", "for share", "for key share"):
        yield Attempt(lock, f"select 1 from {table} where {theirs} {lock}")
    yield Attempt("update", f"update {table} set revision = revision + 1 where {theirs}")
    yield Attempt("update returning", f"update {table} set revision = revision where {theirs} returning id")
    yield Attempt("take", f"update {table} set tenant_id = current_setting('app.tenant')::uuid where {theirs}")
    yield Attempt("give", f"update {table} set tenant_id = $1::text::uuid where $2::text is not null")
    yield Attempt("delete", f"delete from {table} where {theirs}")
    yield Attempt("delete returning", f"delete from {table} where {theirs} returning id")
    yield Attempt("insert", f"insert into {table} ({columns}) {given} where $1::text is not null")
    yield Attempt(
        "insert returning", f"insert into {table} ({columns}) {given} where $1::text is not null returning id"
    )
    yield Attempt("copy", f"insert into {table} ({columns}) select {_cast(copied)} from ({given}) x")
    insert = f"insert into {table} ({columns}) {given} where $1::text is not null"
    yield Attempt("insert or nothing", f"{insert} on conflict do nothing returning id")
    yield Attempt("upsert", f"{insert} on conflict (tenant_id, id) do update set revision = excluded.revision + 1")
    merge = f"merge into {table} t using ({given}) x on {on}"
    values = ", ".join(f"x.{column.name}" for column in METADATA.tables[table].columns)
    yield Attempt("merge update", f"{merge} when matched then update set revision = t.revision + 1")
    yield Attempt("merge delete", f"{merge} when matched then delete")
    yield Attempt("merge insert", f"{merge} when not matched then insert ({columns}) values ({values})")


def _cast(columns: str) -> str:
    return columns.replace("$1, ", "$1::text::uuid, ", 1)


async def breaches(connection: Connection, table: str, neighbours: Neighbours) -> list[str]:
    """What got through. `connection` acts as plf_app inside a transaction; each attempt is undone.

    Right answers are «no rows» and «permission denied»; another error is a breach too, because it can tell one
    tenant what another has (a unique key that is taken, a reference that exists).
    """
    await connection.execute("select set_config('app.tenant', $1, true)", neighbours.own)
    said = []
    for attempt in attempts(table):
        savepoint = connection.transaction()
        await savepoint.start()
        try:
            records, status = await _run(connection, attempt, neighbours, table)
            if records or status.rpartition(" ")[2] not in {"0", "SELECT"}:
                said.append(f"{table}: {attempt.name} got through ({status}, {len(records)} rows)")
        except asyncpg.InsufficientPrivilegeError:
            pass
        except asyncpg.PostgresError as error:
            said.append(f"{table}: {attempt.name} answers {type(error).__name__}")
        finally:
            await savepoint.rollback()
    return said


async def _run(connection: Connection, attempt: Attempt, neighbours: Neighbours, table: str) -> tuple[list, str]:
    """The rows that came back and the command tag."""
    statement = await connection.prepare(attempt.sql)
    records = await statement.fetch(neighbours.foreign, neighbours.rows[table])
    return records, statement.get_statusmsg()


async def met(admin: Connection, own: str, foreign: str, tables: list[str]) -> Neighbours:
    """The two tenants with one row of the neighbour's in every table; raises LookupError for an empty table."""
    rows = {}
    for table in tables:
        found = await admin.fetchval(
            f"select row_to_json(t)::text from {table} t where tenant_id = $1::text::uuid limit 1", foreign
        )
        mine = await admin.fetchval(f"select count(*) from {table} where tenant_id = $1::text::uuid", own)
        if found is None or not mine:
            raise LookupError(f"{table} has no rows to try: fill it in tests/harness/filled.py")
        rows[table] = found
    return Neighbours(own, foreign, rows)
