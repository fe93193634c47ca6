"""The three roles and their database: made by an administrator once, checked by every service that starts."""

import base64
import hashlib
import hmac
import secrets
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from urllib.parse import quote, urlsplit, urlunsplit

import asyncpg

from api.postgres.embedded.errors import DatabaseUnavailable

DATABASE = "plf"
OWNER, APP, STATS = "plf_owner", "plf_app", "plf_stats"
# The owner inherits from nobody either; NOINHERIT matters for the roles that serve.
WANTED = {OWNER: True, APP: False, STATS: False}  # role → rolinherit
OLDEST = 150000
ITERATIONS = 4096

# Every right that lets a login see or change rows past row security, by itself or through a membership.
UNSAFE = """
with reachable as (
    select r.*, r.rolname in (session_user, current_user) as itself
    from pg_roles r
    where pg_has_role(session_user, r.oid, 'MEMBER') or pg_has_role(current_user, r.oid, 'MEMBER')
)
select bool_or(rolsuper) as superuser,
       bool_or(rolbypassrls) as bypasses,
       bool_or(rolreplication) as replicates,
       bool_or(rolcreaterole) as makes_roles,
       bool_or(rolname = 'plf_owner' and not itself) as becomes_owner,
       bool_or(rolname = 'plf_owner' and itself) as is_owner,
       (select array_agg(c.relname::text order by c.relname) from pg_class c
        where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p', 'v', 'm', 'f')
          and c.relowner in (select oid from reachable)) as owned
from reachable
"""


async def set_up(admin_dsn: str, passwords: Mapping[str, str], database: str = DATABASE) -> None:
    """Makes roles, database and rights, or mends them: afterwards they are as wanted, however often it runs.

    `admin_dsn`: a superuser, or a role with CREATEROLE and CREATEDB, on a PostgreSQL 15 or newer.
    `passwords`: role → password (printable ASCII); a role that is left out keeps its own, a new one has none.
    Raises DatabaseUnavailable, asyncpg.PostgresError, OSError.
    """
    coded = {role: scram(password) for role, password in passwords.items()}
    async with connected(admin_dsn) as admin:
        refuse_old(admin)
        # One at a time: PostgreSQL answers simultaneous changes of one role with an error.
        await admin.execute("select pg_advisory_lock(hashtext('plf roles'))")
        for role, inherits in WANTED.items():
            await make_role(admin, role, inherits=inherits, coded=coded.get(role))
        superuser = await admin.fetchval("select rolsuper from pg_roles where rolname = current_user")
        if not superuser:
            await admin.execute(f"grant {OWNER} to current_user")
        await make_database(admin, database)
        await grant_rights(in_database(admin_dsn, database), database, superuser=superuser)


async def existing_logins(admin_dsn: str, dsns: Mapping[str, str]) -> dict[str, bool]:
    """Of the roles that exist already: whether each gets in by its DSN's password. Changes nothing.

    Raises DatabaseUnavailable, asyncpg.PostgresError, OSError.
    """
    async with connected(admin_dsn) as admin:
        refuse_old(admin)
        found = await admin.fetch("select rolname::text from pg_roles where rolname = any($1::text[])", list(dsns))
    return {row["rolname"]: await gets_in(dsns[row["rolname"]]) for row in found}


async def gets_in(dsn: str) -> bool:
    """Whether the password is right; that the database is still to come, or closed to it, is said only after that."""
    try:
        async with connected(dsn):
            return True
    except asyncpg.InvalidAuthorizationSpecificationError:
        return False
    except (asyncpg.InvalidCatalogNameError, asyncpg.InsufficientPrivilegeError):
        return True


@asynccontextmanager
async def connected(dsn: str) -> "AsyncIterator[asyncpg.Connection]":
    connection = await asyncpg.connect(dsn, timeout=10)
    try:
        yield connection
    finally:
        await connection.close()


def in_database(dsn: str, database: str) -> str:
    return urlunsplit(urlsplit(dsn)._replace(path=f"/{quote(database, safe='')}"))


def quoted(name: str) -> str:
    """As an identifier in SQL."""
    return '"' + name.replace('"', '""') + '"'


def refuse_old(connection: asyncpg.Connection) -> None:
    version = connection.get_server_version()
    if version.major * 10000 < OLDEST:
        raise DatabaseUnavailable(f"This is PostgreSQL {version.major}; at least {OLDEST // 10000} is needed.")


async def make_role(admin: asyncpg.Connection, role: str, *, inherits: bool, coded: str | None) -> None:
    """Attributes are only named where they are wrong: changing SUPERUSER takes one, even from no to no."""
    found = await admin.fetchrow(
        "select rolsuper, rolbypassrls, rolcreaterole, rolcreatedb, rolreplication, rolinherit, rolcanlogin"
        " from pg_roles where rolname = $1",
        role,
    )
    if found is None:
        await admin.execute(f"create role {role} login {'inherit' if inherits else 'noinherit'}")
    elif tuple(found) != (False, False, False, False, False, inherits, True):
        await admin.execute(
            f"alter role {role} login nosuperuser nobypassrls nocreaterole nocreatedb noreplication"
            f" {'inherit' if inherits else 'noinherit'}"
        )
    if coded is not None:
        statement = await admin.fetchval("select format('alter role %I password %L', $1::text, $2::text)", role, coded)
        await admin.execute(statement)


def scram(password: str) -> str:
    """What PostgreSQL stores for a password (RFC 5803), so that the password itself never reaches a log."""
    if not (password.isascii() and password.isprintable()):
        raise DatabaseUnavailable("Passwords of database roles must be printable ASCII.")
    salt = secrets.token_bytes(16)
    salted = hashlib.pbkdf2_hmac("sha256", password.encode(), salt, ITERATIONS)
    stored = hashlib.sha256(hmac.digest(salted, b"Client Key", "sha256")).digest()
    server = hmac.digest(salted, b"Server Key", "sha256")
    coded = [base64.b64encode(part).decode() for part in (salt, stored, server)]
    return f"SCRAM-SHA-256${ITERATIONS}:{coded[0]}${coded[1]}:{coded[2]}"


async def make_database(admin: asyncpg.Connection, database: str) -> None:
    found = await admin.fetchrow(
        "select pg_encoding_to_char(encoding) as encoding, pg_get_userbyid(datdba) as owner"
        " from pg_database where datname = $1",
        database,
    )
    if found is None:
        await admin.execute(f"create database {quoted(database)} owner {OWNER} encoding 'UTF8' template template0")
    elif found["encoding"] != "UTF8":
        raise DatabaseUnavailable(f"The database {database} is encoded in {found['encoding']}; UTF8 is needed.")
    elif found["owner"] != OWNER:
        await admin.execute(f"alter database {quoted(database)} owner to {OWNER}")


async def grant_rights(admin_dsn: str, database: str, *, superuser: bool) -> None:
    """Strangers may neither connect nor see the schema; the owner alone may create in it."""
    async with connected(admin_dsn) as admin:
        if not superuser:
            await admin.execute(f"set role {OWNER}")
        await admin.execute(f"revoke all on database {quoted(database)} from public")
        await admin.execute(f"grant connect on database {quoted(database)} to {APP}, {STATS}")
        await admin.execute("revoke all on schema public from public")
        await admin.execute(f"revoke create on schema public from {APP}, {STATS}")
        await admin.execute(f"grant usage on schema public to {APP}, {STATS}")
        await admin.execute(f"grant usage, create on schema public to {OWNER}")


async def refuse_unsafe(connection: asyncpg.Connection) -> None:
    """Raises DatabaseUnavailable when this login must not serve; see `unsafe_reasons`."""
    reasons = await unsafe_reasons(connection)
    if reasons:
        login = await connection.fetchval("select session_user")
        raise DatabaseUnavailable(
            f"The service refuses to run as the database role {login}, because it {', '.join(reasons)}: "
            f"use {APP}, which owns nothing."
        )


async def unsafe_reasons(connection: asyncpg.Connection) -> list[str]:
    """Why row security would not bind this login; empty when it would. Each reads on from "the role …"."""
    found = await connection.fetchrow(UNSAFE)
    if await connection.fetchval("select rolsuper from pg_roles where rolname = session_user"):
        return ["is a superuser"]  # and thereby everything else
    reasons = {
        "may become a superuser": found["superuser"],
        "bypasses row security": found["bypasses"],
        "may replicate the whole cluster": found["replicates"],
        "may change roles": found["makes_roles"],
        f"is {OWNER}": found["is_owner"],
        f"may act as {OWNER}": found["becomes_owner"],
        f"owns tables ({', '.join((found['owned'] or [])[:5])})": found["owned"],
    }
    return [reason for reason, holds in reasons.items() if holds]
