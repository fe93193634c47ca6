"""`plf serve`, `plf worker` and `plf migrate`: what an installation runs."""

import asyncio
import os
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated
from urllib.parse import unquote, urlsplit

import typer

from api.cli.reaching import Refused, database, prepared, real_time, settings, stopping_quietly

VARIABLES = {"plf_app": "DATABASE_URL", "plf_owner": "PLF_DATABASE_OWNER_URL"}
"""Which setting carries a role's login."""

Host = Annotated[str | None, typer.Option(help="Address to listen on (PLF_HOST).")]
Port = Annotated[int | None, typer.Option(help="Port to listen on, 0 for any (PLF_PORT).")]
Demo = Annotated[bool, typer.Option("--demo", help="Demo people and demo sign-in (PLF_DEMO); never for real work.")]
DataDir = Annotated[Path | None, typer.Option(help="Where the embedded database lives (PLF_DATA_DIR).")]


def serve(host: Host = None, port: Port = None, demo: Demo = False, data_dir: DataDir = None) -> None:
    """Serve the API, on the database that DATABASE_URL names or an embedded one."""
    given = {
        "PLF_HOST": host,
        "PLF_PORT": None if port is None else str(port),
        "PLF_DEMO": "1" if demo else None,
        "PLF_DATA_DIR": None if data_dir is None else str(data_dir),
    }
    environment = {**os.environ, **{name: value for name, value in given.items() if value is not None}}
    sys.stdout.flush()
    # The serving process replaces this one: signals reach it directly, and nothing of the command line stays.
    os.execve(sys.executable, [sys.executable, "-m", "api.serving"], environment)  # noqa: S606 - no shell is wanted


def worker() -> None:
    """Deliver what waits in the outboxes and prune what has expired, until stopped."""
    from api.demo.clock import demo_clock
    from api.postgres.pool import Limits, Pool
    from api.settings import Pooler
    from api.web.log import configure_logging
    from api.worker.loop import work_forever

    given = settings()
    configure_logging(given.log_level, "text" if given.demo else "json")

    async def work(dsn: str) -> None:
        pool = Pool(dsn, Limits(size=2, prepared=given.pooler is Pooler.NONE))
        clock = demo_clock(given.data_dir, given.demo_clock_offset) if given.demo else real_time
        typer.echo("The worker is running; Ctrl-C stops it.", err=True)
        try:
            await work_forever(pool, clock)
        finally:
            await pool.close()

    with stopping_quietly(), prepared(given) as dsns:
        asyncio.run(work(dsns.app))


def migrate(
    admin: Annotated[
        str | None,
        typer.Option(
            help="URL of a login with CREATEROLE and CREATEDB: also makes the database and its roles, or mends them "
            "(PLF_DATABASE_ADMIN_URL)."
        ),
    ] = None,
    reset_passwords: Annotated[
        bool, typer.Option("--reset-passwords", help="With --admin: let roles have the passwords of the URLs from now.")
    ] = False,
    quiet: Annotated[bool, typer.Option("--quiet", help="Say nothing when all is well.")] = False,
) -> None:
    """Bring the database to the shape that this code expects."""
    import asyncpg

    from api.postgres.schema_version import expected

    given = settings()
    if admin or given.database_admin_url:
        _set_up(
            str(admin or given.database_admin_url), given.database_url, given.database_owner_url, reset=reset_passwords
        )
    with database(given, create=True) as dsns:
        from api.postgres.migrate import migrate as run

        try:
            run(dsns.owner)
        except Exception as problem:
            cause = getattr(problem, "orig", problem)
            if not isinstance(cause, OSError | asyncpg.PostgresError) and cause is problem:
                raise
            raise Refused(
                f"The migration stopped and changed nothing more ({cause}): mend that, then run it again."
            ) from problem
    if not quiet:
        typer.echo(f"The database is at migration {expected()}.")


def _set_up(admin: str, app_url: str | None, owner_url: str | None, *, reset: bool) -> None:
    """Database and roles, with the name and the passwords that the two URLs carry."""
    from api.postgres.databases import plain
    from api.postgres.roles import APP, OWNER
    from api.serving import CannotStart, in_plain_words

    if app_url is None or owner_url is None:
        raise Refused(
            "With --admin, DATABASE_URL (plf_app) and PLF_DATABASE_OWNER_URL (plf_owner) say which passwords to set."
        )
    dsns = {APP: plain(app_url), OWNER: plain(owner_url, VARIABLES["plf_owner"])}
    passwords, name = _passwords(dsns), _database_name(dsns)
    try:
        with in_plain_words():
            asyncio.run(_make(plain(admin, "The URL of the administrator"), dsns, passwords, name, reset=reset))
    except CannotStart as problem:
        raise Refused(str(problem)) from None


def _passwords(dsns: Mapping[str, str]) -> dict[str, str]:
    """Role → password. Raises Refused when a URL is somebody else's."""
    found = {}
    for role, dsn in dsns.items():
        url = urlsplit(dsn)
        if unquote(url.username or "") != role:
            raise Refused(f"With --admin, {VARIABLES[role]} has to log in as {role}: nothing was changed.")
        if not url.password:
            raise Refused("DATABASE_URL and PLF_DATABASE_OWNER_URL must both carry a password.")
        found[role] = unquote(url.password)
    return found


def _database_name(dsns: Mapping[str, str]) -> str:
    """The one database that the URLs name. Raises Refused for two, for none, and for PostgreSQL's own."""
    name, *others = {unquote(urlsplit(dsn).path.removeprefix("/")) for dsn in dsns.values()}
    if others or name in {"", "postgres", "template0", "template1"}:
        raise Refused(
            "DATABASE_URL and PLF_DATABASE_OWNER_URL must name the same database, and one of our own, such as "
            "…@db/plf: nothing was changed."
        )
    return name


async def _make(admin: str, dsns: Mapping[str, str], passwords: Mapping[str, str], name: str, *, reset: bool) -> None:
    """A live service depends on the passwords that roles have: without `reset` only new roles get one."""
    from api.postgres.roles import existing_logins, set_up

    existing = await existing_logins(admin, dsns)
    for role, gets_in in existing.items():
        if not gets_in and not reset:
            raise Refused(
                f"{role} exists and does not get in with the password in {VARIABLES[role]}, so nothing was changed: "
                "correct the URL, or give it this password with --reset-passwords."
            )
    kept = {role for role, gets_in in existing.items() if gets_in}
    await set_up(admin, {role: password for role, password in passwords.items() if role not in kept}, name)
