"""Roles and database: made by whoever may, mended when wrong, and checked before anybody serves."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import asyncpg
import pytest

from api.postgres.databases import DatabaseUnavailable, resolve_database
from api.postgres.roles import refuse_unsafe, set_up, unsafe_reasons

PASSWORDS = {"plf_owner": 'o\'wner "1"', "plf_app": "app:2@/%", "plf_stats": "stats-3"}
PROGRAMS = [None, Path("/usr/lib/postgresql/15/bin")]
ATTRIBUTES = """
select rolname::text, rolcanlogin, rolsuper, rolbypassrls, rolinherit, rolcreaterole, rolcreatedb, rolreplication
from pg_roles where rolname in ('plf_owner', 'plf_app', 'plf_stats') order by 1
"""
AS_WANTED = [
    ("plf_app", True, False, False, False, False, False, False),
    ("plf_owner", True, False, False, True, False, False, False),
    ("plf_stats", True, False, False, False, False, False, False),
]


@pytest.fixture(scope="module", params=PROGRAMS, ids=["wheel", "debian-15"])
def server(request, shared_base):
    """Its roles were made at the start; tests spoil them and let set_up mend them."""
    if request.param and not request.param.is_dir():
        pytest.skip("this machine has no PostgreSQL 15")
    data_dir = shared_base / ("15" if request.param else "wheel")
    settings = {"fsync": "off", "log_statement": "all"}
    with resolve_database(url=None, data_dir=data_dir, binaries=request.param, settings=settings) as dsns:
        yield dsns
    written = "".join(path.read_text() for path in (data_dir / "log").iterdir())
    assert "alter role plf_app password 'SCRAM-SHA-256$" in written
    assert not [password for password in PASSWORDS.values() if password in written]


@asynccontextmanager
async def connected(dsn: str, **chosen: str) -> AsyncIterator[asyncpg.Connection]:
    connection = await asyncpg.connect(dsn, **chosen)
    try:
        yield connection
    finally:
        await connection.close()


async def run(dsn: str, *statements: str, **chosen: str) -> None:
    async with connected(dsn, **chosen) as connection:
        for statement in statements:
            await connection.execute(statement)


async def holds(server) -> None:
    """Everything that set_up promises."""
    async with connected(server.admin) as admin:
        assert [tuple(row) for row in await admin.fetch(ATTRIBUTES)] == AS_WANTED
        owner, encoding = await admin.fetchrow(
            "select pg_get_userbyid(datdba), pg_encoding_to_char(encoding) from pg_database where datname = 'plf'"
        )
        assert (owner, encoding) == ("plf_owner", "UTF8")
    for role, password in PASSWORDS.items():
        async with connected(server.admin, user=role, password=password, database="plf") as connection:
            rights = await connection.fetchrow(
                "select has_schema_privilege('public', 'usage'), has_schema_privilege('public', 'create')"
            )
            assert tuple(rights) == (True, role == "plf_owner")
            assert (await unsafe_reasons(connection) == []) == (role != "plf_owner")


async def test_set_up_makes_what_it_promises_and_changes_nothing_the_second_time(server):
    for _ in range(2):
        await set_up(server.admin, PASSWORDS)
        await holds(server)


async def test_set_up_mends_what_was_spoiled(server):
    await run(
        server.admin,
        "alter role plf_app superuser bypassrls inherit createdb password 'other'",
        "alter role plf_owner nologin createrole",
        "alter database plf owner to plf_super",
    )
    await run(server.admin, "grant all on schema public to public, plf_app", database="plf")
    await set_up(server.admin, PASSWORDS)
    await holds(server)


async def test_two_set_ups_at_once_do_not_disturb_each_other(server):
    await asyncio.gather(*(set_up(server.admin, PASSWORDS) for _ in range(4)))
    await holds(server)


async def test_an_administrator_who_is_no_superuser_can_set_up(server):
    await run(
        server.admin,
        "drop database plf with (force)",
        "drop role plf_owner",
        "drop role plf_app",
        "drop role plf_stats",
        "create role chief login createrole createdb password 'chief'",
    )
    chief = server.admin.replace(server.admin.split("@")[0], "postgresql://chief:chief")
    for _ in range(2):
        await set_up(chief, PASSWORDS)
        await holds(server)


async def test_a_stranger_with_a_login_does_not_get_into_the_database(server):
    await set_up(server.admin, PASSWORDS)
    await run(server.admin, "create role stranger login password 'stranger'")
    with pytest.raises(asyncpg.InsufficientPrivilegeError, match="permission denied for database"):
        await run(server.admin, user="stranger", password="stranger", database="plf")
    await run(server.admin, "drop role stranger")


@pytest.mark.parametrize(
    ("spoil", "restore", "reason"),
    [
        (["alter role plf_app superuser"], ["alter role plf_app nosuperuser"], "is a superuser"),
        (["alter role plf_app bypassrls"], ["alter role plf_app nobypassrls"], "bypasses row security"),
        (["alter role plf_app createrole"], ["alter role plf_app nocreaterole"], "may change roles"),
        (
            ["alter role plf_app replication"],
            ["alter role plf_app noreplication"],
            "may replicate the whole cluster",
        ),
        (["grant plf_owner to plf_app"], ["revoke plf_owner from plf_app"], "may act as plf_owner"),
        (["grant plf_super to plf_app"], ["revoke plf_super from plf_app"], "may become a superuser"),
        (
            ["create table public.mine ()", "alter table public.mine owner to plf_app"],
            ["drop table public.mine"],
            "owns tables (mine)",
        ),
        (
            [
                "create role middle",
                "create table public.its ()",
                "alter table public.its owner to middle",
                "grant middle to plf_app",
            ],
            ["drop table public.its", "drop role middle"],
            "owns tables (its)",
        ),
    ],
)
async def test_a_role_that_row_security_would_not_bind_must_not_serve(server, spoil, restore, reason):
    await set_up(server.admin, PASSWORDS)
    login = {"user": "plf_app", "password": PASSWORDS["plf_app"], "database": "plf"}
    async with connected(server.admin, **login) as connection:
        assert await unsafe_reasons(connection) == []
        await refuse_unsafe(connection)
        await run(server.admin, *spoil, database="plf")
        try:
            assert reason in await unsafe_reasons(connection)
            with pytest.raises(DatabaseUnavailable, match="refuses to run as the database role plf_app"):
                await refuse_unsafe(connection)
        finally:
            await run(server.admin, *restore, database="plf")
        assert await unsafe_reasons(connection) == []


async def test_neither_the_first_role_nor_the_owner_may_serve(server):
    await set_up(server.admin, PASSWORDS)
    async with connected(server.admin) as connection:
        assert await unsafe_reasons(connection) == ["is a superuser"]
    async with connected(server.admin, user="plf_owner", password=PASSWORDS["plf_owner"], database="plf") as connection:
        assert await unsafe_reasons(connection) == ["is plf_owner"]
        await connection.execute("set role plf_owner")
        assert await unsafe_reasons(connection) == ["is plf_owner"]


async def test_a_superuser_who_plays_the_app_is_recognised(server):
    async with connected(server.admin, database="plf") as connection:
        await connection.execute("set role plf_app")
        assert await unsafe_reasons(connection) == ["is a superuser"]


async def test_a_database_in_another_encoding_is_refused(server):
    await run(server.admin, "drop database plf with (force)")
    await run(server.admin, "create database plf encoding 'LATIN1' locale 'C' template template0")
    with pytest.raises(DatabaseUnavailable, match="encoded in LATIN1"):
        await set_up(server.admin, PASSWORDS)
    await run(server.admin, "drop database plf")
    await set_up(server.admin, PASSWORDS)
    await holds(server)


async def test_a_password_that_clients_would_spell_differently_is_refused(server):
    with pytest.raises(DatabaseUnavailable, match="printable ASCII"):
        await set_up(server.admin, PASSWORDS | {"plf_app": "blåbær"})
