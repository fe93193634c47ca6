"""Starts the service: its socket, its database, its migrations, the demo if asked for, then uvicorn.

Run as `python -m api.serving` (what `plf serve` becomes): this process stays small, so whatever needs Alembic,
Typer, Rich or Faker runs in a process of its own and ends before the first request.
"""

import asyncio
import errno
import gc
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from pathlib import Path
from shlex import join
from threading import Thread

import asyncpg
import uvloop
from pydantic import ValidationError

from api.postgres.databases import DatabaseUnavailable, Dsns, resolve_database
from api.postgres.pool import LOST, connect
from api.postgres.schema_version import expected, found
from api.settings import Settings

BACKLOG = 2048
ONLY_FOR_COMMANDS = ("alembic", "typer", "rich", "faker")
"""What must never weigh on the serving process: importing one of these in it fails at once."""


class CannotStart(Exception):
    """Why the service does not start; str() is one sentence that says what to do."""


def main() -> None:
    """Serve until told to stop; the process's exit status says whether all went well."""
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # until uvicorn listens: unwind as for Ctrl-C
    sys.modules.update(dict.fromkeys(ONLY_FOR_COMMANDS))  # type: ignore[arg-type]  # None: not to be imported
    try:
        _serve(Settings())
    except KeyboardInterrupt:
        return
    except ValidationError as error:
        sys.exit(settings_fault(error))
    except (CannotStart, DatabaseUnavailable) as problem:
        sys.exit(str(problem))


def settings_fault(error: ValidationError) -> str:
    """The first setting that can't be read, as one sentence; never its value, which may be a secret."""
    first = error.errors(include_input=False, include_url=False)[0]
    name = str(first["loc"][0]) if first["loc"] else "a setting"
    variable = name if name.isupper() else f"PLF_{name.upper()}"
    return f"The setting {variable} can't be used: {first['msg'].removeprefix('Value error, ')}."


def _serve(settings: Settings) -> None:
    with listening(settings.host, settings.port) as sock:
        settings = settings.model_copy(update={"port": sock.getsockname()[1]})
        # PostgreSQL starts in another process: meanwhile this one reads its own code.
        ahead = Thread(target=import_module, args=("api.app",), daemon=True)
        ahead.start()
        with database(settings) as dsns:
            prepare(settings, dsns)
            ahead.join()
            with in_plain_words():
                asyncio.Runner(loop_factory=uvloop.new_event_loop).run(_run(settings, dsns, sock))


@contextmanager
def listening(host: str, port: int) -> Iterator[socket.socket]:
    """A socket that takes connections from now on. Raises CannotStart when the address can't be had."""
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        sock = socket.socket(family, kind, protocol)
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        sock.bind(address)
        sock.listen(BACKLOG)
    except OSError as problem:
        raise CannotStart(f"The address {host}:{port} can't be used ({problem.strerror}): {_other(problem)}.") from None
    with sock:
        yield sock


def _other(problem: OSError) -> str:
    """What to do about an address that can't be had."""
    if problem.errno == errno.EADDRINUSE:
        return "stop what is using it, or choose another port with --port or PLF_PORT"
    return "choose another with --host and --port, or PLF_HOST and PLF_PORT"


@contextmanager
def database(settings: Settings) -> Iterator[Dsns]:
    """The database that the settings name, or an embedded one for as long as the block lasts."""
    with resolve_database(
        url=settings.database_url,
        owner_url=settings.database_owner_url,
        admin_url=settings.database_admin_url,
        data_dir=settings.data_dir / "postgres",
        binaries=settings.pg_bin,
        tell=_tell,
    ) as dsns:
        yield dsns


def holds_owner(settings: Settings) -> bool:
    """Whether we may migrate by ourselves: our own server, or a given owner's login."""
    return settings.database_url is None or settings.database_owner_url is not None


def prepare(settings: Settings, dsns: Dsns) -> None:
    """Bring the database to this code's shape and load the demo into an empty one, each in its own process."""
    with in_plain_words():
        version = asyncio.run(_version(dsns.app))
    if version != expected():
        if not holds_owner(settings):
            raise CannotStart(
                f"The database is at migration {version or 'none'} and this code needs {expected()}: "
                "run `plf migrate` with the owner's login (PLF_DATABASE_OWNER_URL)."
            )
        _command(dsns, settings, "migrate", "--quiet")
    if settings.demo:
        _prepare_demo(settings, dsns)


def _prepare_demo(settings: Settings, dsns: Dsns) -> None:
    """The demo, whole and at this address. Raises CannotStart where it must not be."""
    from api.demo.addresses import open_address, readdress
    from api.demo.presence import OTHERS, Presence, presence

    if fault := open_address(settings.base_url):
        raise CannotStart(fault)
    if not holds_owner(settings):
        raise CannotStart("The demo needs the owner's login (PLF_DATABASE_OWNER_URL) to found its municipalities.")
    there = asyncio.run(presence(dsns.app))
    if there is Presence.OTHERS:
        raise CannotStart(OTHERS)
    if there is not Presence.WHOLE:
        again = "" if there is Presence.NOTHING else "again, because last time it was interrupted; "
        _tell(f"Loading the demo ({again}once, some seconds) …")
        _command(dsns, settings, "demo", "--quiet")
    asyncio.run(readdress(dsns.owner, settings.base_url))


async def _version(dsn: str) -> str | None:
    """The newest migration."""
    connection = await connect(dsn)
    try:
        return await found(connection)
    finally:
        await connection.close()


def _command(dsns: Dsns, settings: Settings, *arguments: str) -> None:
    """Another `plf` command on the same database; its words are shown, and its failure is ours.

    In a process group of its own: Ctrl-C is for this process, which then ends the command without its words.
    """
    given = {
        **os.environ,
        "DATABASE_URL": dsns.app,
        "PLF_DATABASE_OWNER_URL": dsns.owner,
        "PLF_PORT": str(settings.port),
    }
    done = subprocess.run([sys.executable, "-m", "api.cli", *arguments], env=given, check=False, process_group=0)
    if done.returncode != 0:
        raise CannotStart(f"`plf {join(arguments)}` failed, so the service does not start.")


@contextmanager
def in_plain_words() -> Iterator[None]:
    """What goes wrong with connections, as one sentence without a password. Raises CannotStart."""
    try:
        yield
    except (asyncpg.PostgresError, asyncpg.ClientConfigurationError, *LOST) as problem:
        said = str(problem) or type(problem).__name__
        raise CannotStart(f"The database can't be reached ({said}): check DATABASE_URL and the server.") from problem


async def _run(settings: Settings, dsns: Dsns, sock: socket.socket) -> None:
    from api.app import DocumentsUnusable, SchemaTooOld, create_app
    from api.web.listener import Listener
    from api.web.log import configure_logging

    configure_logging(settings.log_level, "text" if settings.demo else "json")
    try:
        application = create_app(settings, dsns)
        async with application.running():
            # What is here now stays: the collector, which stops everything, need not walk it again and again.
            gc.collect()
            gc.freeze()
            await Listener(application, lambda: _tell(greeting(settings))).serve([sock])
    except (DocumentsUnusable, SchemaTooOld) as problem:
        raise CannotStart(f"{str(problem)[:1].upper()}{str(problem)[1:]}.") from None


def greeting(settings: Settings) -> str:
    """What to open, how to sign in, and one curl that works when pasted."""
    base = settings.base_url
    lines = [f"PLF is running at {base}", f"  documentation   {base}/docs", f"  GraphiQL        {base}/graphql"]
    if settings.demo:
        lines += [
            "  sign in         in the documentation: Authorize, then «oidc», then choose whom to be",
            f'  try it          curl -s -H "Authorization: Bearer $({_plf(settings)} token)" {base}/v1/me',
        ]
    return "\n".join([*lines, "  stop            Ctrl-C"])


def _plf(settings: Settings) -> str:
    """The command line as it can be pasted into another terminal, in whatever folder that is."""
    script = Path(sys.executable).with_name("plf")
    words = [str(script)] if script.is_file() else [sys.executable, "-m", "api.cli"]
    return join(["env", f"PLF_DATA_DIR={settings.data_dir.absolute()}", *words])


def _tell(sentence: str) -> None:
    print(sentence, flush=True)  # noqa: T201 - this is the program's own output


if __name__ == "__main__":
    main()
