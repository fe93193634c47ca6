"""`plf doctor`: looks at everything that an installation stands on, and says how to mend what is wrong."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Literal

import typer

from api.cli.reaching import Refused, database, settings

if TYPE_CHECKING:
    from api.identity.bindings import KeySource
    from api.postgres.databases import Dsns
    from api.settings import Settings

Level = Literal["ok", "warn", "bad"]
OLDEST = 15
SKEW_WARN, SKEW_BAD = 2.0, 30.0
"""Seconds between this machine's clock and the database's; tokens are forgiven 30."""

_UNPROTECTED = """
select c.relname from pg_class c join pg_attribute a on a.attrelid = c.oid and a.attname = 'tenant_id'
where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p') and c.relname <> 'issuer_binding'
and not (c.relrowsecurity and c.relforcerowsecurity and exists (select from pg_policy p where p.polrelid = c.oid))
order by 1"""


@dataclass(frozen=True)
class Finding:
    """One thing that was looked at, and how to mend it unless it is well."""

    level: Level
    what: str
    mend: str = ""


def doctor() -> None:
    """Check settings, database, roles, migrations, row security, clock and issuers; fails when anything is bad."""
    from api.postgres.databases import DatabaseUnavailable

    given = settings()
    findings = list(_settings(given))
    try:
        with database(given) as dsns:
            findings += asyncio.run(_all(dsns, given))
    except (Refused, DatabaseUnavailable) as problem:
        findings.append(Finding("bad", "database", str(problem)))
    _show(findings)
    if any(each.level == "bad" for each in findings):
        raise typer.Exit(1)


def _settings(given: "Settings") -> Iterator[Finding]:
    where = "the server that DATABASE_URL names" if given.database_url else f"embedded, in {given.data_dir}"
    yield Finding("ok", f"settings can be read; database: {where}")
    if given.demo and given.public_url:
        yield Finding("bad", "demo mode at a public address", "Anybody may sign in as anybody: unset PLF_DEMO.")
    elif given.demo:
        yield Finding("warn", "demo mode", "For trying out only: unset PLF_DEMO for real work.")
    if given.allow_loopback_issuers and not given.demo:
        yield Finding("warn", "issuers on this machine are trusted", "Unset PLF_ALLOW_LOOPBACK_ISSUERS.")
    if given.secret_key is None and given.database_url:
        yield Finding("warn", "no PLF_SECRET_KEY", "Set one: cursors of one process are unknown to the others.")


async def _all(dsns: "Dsns", given: "Settings") -> list[Finding]:
    from api.postgres.pool import connect
    from api.serving import in_plain_words

    with in_plain_words():
        connection = await connect(dsns.app)
    try:
        found = [finding async for finding in _database(connection, given)]
    finally:
        await connection.close()
    return [*found, await _owner(dsns.owner)] if given.database_url and given.database_owner_url else found


async def _owner(dsn: str) -> Finding:
    """Whether migrating and founding would work with the owner's login."""
    from api.postgres.pool import connect
    from api.postgres.roles import OWNER
    from api.serving import CannotStart, in_plain_words

    try:
        with in_plain_words():
            connection = await connect(dsn)
    except CannotStart as away:
        return Finding("bad", f"the owner's login: {away.__cause__}", "Correct PLF_DATABASE_OWNER_URL, or unset it.")
    try:
        login = await connection.fetchval("select session_user::text")
    finally:
        await connection.close()
    if login != OWNER:
        return Finding("bad", f"PLF_DATABASE_OWNER_URL logs in as {login}", f"Let it be {OWNER}.")
    return Finding("ok", f"{OWNER} can log in")


async def _database(connection: Any, given: "Settings") -> AsyncIterator[Finding]:
    from api.postgres.roles import unsafe_reasons
    from api.postgres.schema_version import expected, found

    major = connection.get_server_version().major
    yield (
        Finding("ok", f"PostgreSQL {major}")
        if major >= OLDEST
        else Finding("bad", f"PostgreSQL {major}", f"Move to PostgreSQL {OLDEST} or newer.")
    )
    reasons = await unsafe_reasons(connection)
    yield (
        Finding("bad", f"the service's role {', '.join(reasons)}", "Use plf_app, which owns nothing.")
        if (reasons)
        else Finding("ok", "the service's role is bound by row security")
    )
    yield _skew(datetime.now(UTC), await connection.fetchval("select clock_timestamp()"))
    version = await found(connection)
    if version != expected():
        yield Finding("bad", f"migrations: {version or 'none'} of {expected()}", "Run `plf migrate`.")
        return
    yield Finding("ok", f"migrations are current ({version})")
    open_tables = [row["relname"] for row in await connection.fetch(_UNPROTECTED)]
    yield (
        Finding("bad", f"tables without row security: {', '.join(open_tables)}", "Run protect() on them.")
        if (open_tables)
        else Finding("ok", "row security is forced on every tenant table")
    )
    async for finding in _issuers(connection, given):
        yield finding


def _skew(ours: datetime, theirs: datetime) -> Finding:
    seconds = abs((ours - theirs).total_seconds())
    mend = "Let both machines follow the same time server."
    level: Level = "ok" if seconds < SKEW_WARN else "warn" if seconds < SKEW_BAD else "bad"
    return Finding(level, f"clocks differ by {seconds:.1f} s", "" if level == "ok" else mend)


async def _issuers(connection: Any, given: "Settings") -> AsyncIterator[Finding]:
    """Whether every issuer can be told whom it speaks for, and its keys can be fetched from here."""
    from api.identity.tenants import read_bindings
    from api.postgres.founding import overlaps

    for issuer, slug, other in await overlaps(connection):
        if slug <= other:
            yield Finding(
                "bad",
                f"one token of {issuer} can mean both {slug} and {other}, and then opens neither",
                "Take it back from one of them: `plf tenant unbind`.",
            )
    for source in sorted({binding.source for binding in await read_bindings(connection)}, key=lambda s: s.issuer):
        yield await _keys(source, given)


async def _keys(source: "KeySource", given: "Settings") -> Finding:
    from api.demo.wiring import PREFIX
    from api.identity.discovery import jwks_uri
    from api.identity.fetching import Fetcher, FetchFailed

    demo = source.issuer.endswith(PREFIX)
    fetch = Fetcher(allow_loopback=demo or given.allow_loopback_issuers)
    try:
        await fetch(await jwks_uri(fetch, source))
    except FetchFailed as failed:
        if demo:
            mend = "It is there while `plf serve --demo` runs."
            return Finding("warn", f"{source.issuer}, the demo's own, is not served now", mend)
        mend = "Check its address and the way out of here."
        return Finding("bad", f"{source.issuer} can't be read: {failed}", mend)
    return Finding("ok", f"{source.issuer} can be reached")


def _show(findings: list[Finding]) -> None:
    from rich.console import Console
    from rich.text import Text

    console = Console(soft_wrap=True)
    for each in findings:
        colour = {"ok": "green", "warn": "yellow", "bad": "red"}[each.level]
        mend = f" — {each.mend}" if each.mend else ""
        console.print(Text.assemble((f"{each.level:<5}", colour), f"{each.what}{mend}"))
