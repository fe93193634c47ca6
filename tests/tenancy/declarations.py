"""What api.tables declares, held against what the migrations made: shapes, grants, and what becomes of people."""

import re

import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy.ext.asyncio import create_async_engine
from sqlalchemy.pool import NullPool

from api.postgres.pool import Connection
from api.tables import GLOBAL_TABLES, METADATA
from api.tables.base import Fate

LIKE_A_PERSON = re.compile(r"(^|_)(by|person|subject|author|email|phone|owner|actor|user)($|_(id|name)$)|_by_")
"""Names of columns that speak of a person, whether or not they refer to one."""


async def grants(connection: Connection) -> list[str]:
    """Every right on anything in schema public that anybody but its owner has, one a line."""
    found = await connection.fetch(
        "select coalesce(r.rolname, 'public')::text as role, what, string_agg(lower(privilege_type), ', ' "
        "order by privilege_type) as rights from (select 'schema public' as what, nspowner as owner, nspacl as acl "
        "from pg_namespace where nspname = 'public' union all select c.relname::text, c.relowner, c.relacl "
        "from pg_class c where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p', 'v', 'm', 'f', 'S') "
        "union all select c.relname || '.' || a.attname, c.relowner, a.attacl from pg_attribute a "
        "join pg_class c on c.oid = a.attrelid where c.relnamespace = 'public'::regnamespace and a.attacl is not null"
        ") things cross join lateral aclexplode(acl) given left join pg_roles r on r.oid = given.grantee "
        "where given.grantee <> owner and coalesce(r.rolname, '') <> 'plf_owner' group by 1, 2 order by 1, 2"
    )
    return [f"{each['role']} · {each['what']} · {each['rights']}" for each in found]


async def drifted(owner_dsn: str, metadata: sa.MetaData = METADATA) -> list[str]:
    """What Alembic would change to get from the database to the declarations."""
    engine = create_async_engine(owner_dsn.replace("postgresql://", "postgresql+asyncpg://", 1), poolclass=NullPool)
    try:
        async with engine.connect() as connection:
            return await connection.run_sync(_differences, metadata)
    finally:
        await engine.dispose()


def _differences(connection: sa.Connection, metadata: sa.MetaData) -> list[str]:
    options = {"compare_type": True, "compare_server_default": True, "include_name": _ours}
    context = MigrationContext.configure(connection, opts={**options, "target_metadata": metadata})
    return [str(each) for each in compare_metadata(context, metadata)]


def _ours(name: str | None, kind: str, _: object) -> bool:
    return not (kind == "table" and name == "alembic_version")


async def shape(connection: Connection, schema: str) -> dict[str, str]:
    """Columns with type, collation, nullness and default, constraints and indexes of a schema, as PostgreSQL writes them."""
    await connection.execute(f"set local search_path = {schema}")
    found = await connection.fetch(
        "select c.relname || '.' || a.attname as name, concat_ws(' ', format_type(a.atttypid, a.atttypmod), "
        "(select collname from pg_collation where oid = a.attcollation), a.attnotnull, "
        "pg_get_expr(d.adbin, d.adrelid)) as said from pg_class c join pg_attribute a on a.attrelid = c.oid "
        "and a.attnum > 0 and not a.attisdropped left join pg_attrdef d on d.adrelid = c.oid and d.adnum = a.attnum "
        "where c.relnamespace = $1::text::regnamespace and c.relkind = 'r' and c.relname <> 'alembic_version' "
        "union all select c.relname || ' ' || k.conname, pg_get_constraintdef(k.oid) from pg_constraint k "
        "join pg_class c on c.oid = k.conrelid where c.relnamespace = $1::text::regnamespace "
        "and c.relname <> 'alembic_version' and k.contype <> 'n' "
        "union all select tablename || ' ' || indexname, replace(indexdef, schemaname || '.', '') from pg_indexes "
        "where schemaname = $1::text and tablename <> 'alembic_version'",
        schema,
    )
    await connection.execute("set local search_path = public")
    return {each["name"]: each["said"] for each in found}


async def undeclared_people(connection: Connection, metadata: sa.MetaData = METADATA) -> list[str]:
    """Columns that refer to a person, or sound like it, without a fate at erasure and a retention."""
    referring = {
        (each["name"], each["column"])
        for each in await connection.fetch(
            "select k.conrelid::regclass::text as name, a.attname::text as column from pg_constraint k "
            "join pg_attribute a on a.attrelid = k.conrelid and a.attnum = any(k.conkey) and a.attname <> 'tenant_id' "
            "where k.contype = 'f' and k.confrelid = 'person'::regclass"
        )
    }
    columns = await connection.fetch(
        "select c.relname::text as name, a.attname::text as column from pg_class c join pg_attribute a "
        "on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped where c.relkind in ('r', 'p') "
        "and c.relnamespace = 'public'::regnamespace and c.relname <> all($1::text[]) order by 1, 2",
        list(GLOBAL_TABLES),
    )
    return [
        f"{table}.{column} speaks of a person and declares no fate at erasure or no retention"
        for table, column in columns
        if ((table, column) in referring or LIKE_A_PERSON.search(column)) and not _fated(metadata, table, column)
    ]


def _fated(metadata: sa.MetaData, table: str, column: str) -> bool:
    if table not in metadata.tables or column not in metadata.tables[table].columns:
        return False
    said = metadata.tables[table].columns[column].info.get("person")
    return said is not None and isinstance(said.fate, Fate) and bool(said.retention)
