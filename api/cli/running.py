"""`plf serve`, `plf worker` and `plf migrate`: what an installation runs."""

import asyncio
import os
import sys
from pathlib import Path
from typing import Annotated

import typer

from api.cli.reaching import Refused, database, prepared, real_time, settings, stopping_quietly

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
        typer.Option(help="A superuser's URL: also makes the database and its roles (PLF_DATABASE_ADMIN_URL)."),
    ] = None,
    quiet: Annotated[bool, typer.Option("--quiet", help="Say nothing when all is well.")] = False,
) -> None:
    """Bring the database to the shape that this code expects."""
    import asyncpg

    from api.postgres.schema_version import expected

    given = settings()
    if admin or given.database_admin_url:
        _set_up(str(admin or given.database_admin_url), given.database_url, given.database_owner_url)
    with database(given) as dsns:
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


def _set_up(admin: str, app_url: str | None, owner_url: str | None) -> None:
    """Database and roles, with the passwords that the two URLs carry."""
    from urllib.parse import unquote, urlsplit

    from api.postgres.databases import plain
    from api.postgres.roles import APP, OWNER, STATS, set_up

    if app_url is None or owner_url is None:
        raise Refused(
            "With --admin, DATABASE_URL (plf_app) and PLF_DATABASE_OWNER_URL (plf_owner) say which passwords to set."
        )
    passwords = {name: unquote(urlsplit(url).password or "") for name, url in ((APP, app_url), (OWNER, owner_url))}
    if not all(passwords.values()):
        raise Refused("DATABASE_URL and PLF_DATABASE_OWNER_URL must both carry a password.")
    import secrets

    from api.serving import CannotStart, in_plain_words

    try:
        with in_plain_words():
            asyncio.run(set_up(plain(admin), {**passwords, STATS: secrets.token_urlsafe(32)}))
    except CannotStart as problem:
        raise Refused(str(problem)) from None
