"""The embedded server as a whole: one owner for a folder, a cluster in it, a watched server on it."""

import fcntl
import logging
import os
import socket
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from api.postgres.embedded.binaries import find_binaries, runnable_by
from api.postgres.embedded.cluster import SUPERUSER, ensure_cluster, own_like, passwords, read_passwords
from api.postgres.embedded.errors import DatabaseUnavailable, in_plain_words
from api.postgres.embedded.leftovers import pid_file
from api.postgres.embedded.placement import SOCKET_NAME, SPARE_ROOM, Place, find_place, prepare, socket_folder
from api.postgres.embedded.process import PORT, Launch
from api.postgres.embedded.watch import kept_alive, leave

log = logging.getLogger("plf.postgres")


@contextmanager
def embedded_server(
    data_dir: Path,
    *,
    binaries: Path | None = None,
    max_connections: int = 100,
    settings: Mapping[str, str] | None = None,
    ready_within: float = 120.0,
    spare_room: Path = SPARE_ROOM,
    on_lost: Callable[[str], None] = leave,
    tell: Callable[[str], None] = log.info,
) -> Iterator["Running"]:
    """A server on the cluster in `data_dir`, made at the first start, for as long as the block lasts.

    `settings` go to the server as they are (`{"fsync": "off"}` for tests). `ready_within`: seconds.
    Raises DatabaseUnavailable.
    """
    with in_plain_words(data_dir):
        place = find_place(data_dir, spare_room)
        if place.moved and place.account:
            tell(
                f"The database lives in {place.root}, because the account {place.account.name} "
                f"can't reach {place.asked}."
            )
        prepare(place, spare_room)
    with owned(place), socket_folder(place) as sockets:
        with in_plain_words(place.root):
            programs = runnable_by(place.account, find_binaries(binaries), spare_room)
            known = passwords(place)
            sync = (settings or {}).get("fsync") != "off"
            ensure_cluster(place, programs, known[SUPERUSER], sync=sync)
        launch = Launch(place, programs, sockets, dict(settings or {}), max_connections, ready_within)
        with kept_alive(launch, on_lost):
            yield Running(place.root, sockets, known)


def running_server(data_dir: Path, spare_room: Path = SPARE_ROOM) -> "Running":
    """The server that another process keeps on `data_dir`; raises DatabaseUnavailable when none does."""
    with in_plain_words(data_dir):
        place = find_place(data_dir, spare_room)
        lines = pid_file(place.cluster)
        sockets = Path(lines[4]) if len(lines) >= 5 else None
        if sockets is None or not answers(sockets / SOCKET_NAME):
            raise DatabaseUnavailable(f"No service is running on the database in {place.root}: start it first.")
        return Running(place.root, sockets, read_passwords(place))


def answers(path: Path) -> bool:
    with socket.socket(socket.AF_UNIX) as probe, suppress(OSError):
        probe.connect(str(path))
        return True
    return False


@contextmanager
def owned(place: Place) -> Iterator[None]:
    """At most one service for a folder; the kernel lets go of the lock however the service ends."""
    path = place.root / "lock"
    with in_plain_words(place.root):
        file = os.open(path, os.O_CREAT | os.O_RDWR | os.O_NOFOLLOW, 0o600)
    try:
        with in_plain_words(place.root):
            own_like(file, place.root)
            take(file, place)
        yield
    finally:
        os.close(file)


def take(file: int, place: Place) -> None:
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        holder = os.pread(file, 20, 0).decode(errors="replace").strip()
        raise DatabaseUnavailable(
            f"The database in {place.root} is in use by another service (process {holder or 'unknown'}): "
            "stop that one first, or choose another folder."
        ) from None
    os.ftruncate(file, 0)
    os.pwrite(file, str(os.getpid()).encode(), 0)


@dataclass(frozen=True)
class Running:
    """A server that takes connections: where its cluster is, where its socket is, who may come in."""

    root: Path
    sockets: Path
    passwords: Mapping[str, str]

    def dsn(self, login: str, database: str) -> str:
        """A connection string over the socket, as libpq, asyncpg and SQLAlchemy read it."""
        host = quote(str(self.sockets), safe="/")
        password = quote(self.passwords[login], safe="")
        return f"postgresql://{login}:{password}@/{database}?host={host}&port={PORT}"
