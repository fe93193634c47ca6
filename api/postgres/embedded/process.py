"""One PostgreSQL server process: started as our direct child, waited for, asked to stop."""

import logging
import os
import signal
import subprocess
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from threading import Event
from typing import IO

from api.postgres.embedded.binaries import Binaries
from api.postgres.embedded.cluster import environment, launch_command, own_like
from api.postgres.embedded.errors import FULL_IN_A_LOG, DatabaseUnavailable, full_disk
from api.postgres.embedded.leftovers import clear_the_way, pid_file
from api.postgres.embedded.placement import SOCKET_NAME, Place

PORT = 5432
SLOW = 5.0  # seconds between two lines that say why the start takes long
log = logging.getLogger("plf.postgres")


def start(launch: "Launch") -> subprocess.Popen[bytes]:
    """Starts the server; must be called from a thread that lives as long as the server should."""
    socket = launch.sockets / SOCKET_NAME
    clear_the_way(launch.place.cluster, launch.place.owner(), (socket, socket.with_name(f"{SOCKET_NAME}.lock")))
    arguments = ["-D", str(launch.place.cluster)]
    for name, value in (server_settings(launch) | launch.settings).items():
        arguments += ["-c", f"{name}={value}"]
    command = launch_command(launch.place.account, launch.binaries.folder / "postgres", arguments)
    with start_log(launch.place) as output:
        return subprocess.Popen(
            command, cwd="/", env=environment(), stdin=subprocess.DEVNULL, stdout=output, stderr=output
        )


def server_settings(launch: "Launch") -> dict[str, str]:
    """Set on the command line, so that no file in the cluster can weaken them."""
    preload = "pg_stat_statements" if launch.binaries.has_library("pg_stat_statements") else ""
    return {
        "listen_addresses": "",
        "port": str(PORT),
        "unix_socket_directories": str(launch.sockets),
        "unix_socket_permissions": "0700",
        "password_encryption": "scram-sha-256",
        "max_connections": str(launch.max_connections),
        "shared_preload_libraries": preload,
        "timezone": "UTC",
        "log_timezone": "UTC",
        "cluster_name": "plf",
        # A file for each weekday, emptied when its day comes round: a week to look back on, no growth.
        "logging_collector": "on",
        "log_directory": str(launch.place.root / "log"),
        "log_filename": "postgresql-%a.log",
        "log_truncate_on_rotation": "on",
        "log_rotation_age": "1d",
        "log_rotation_size": "0",
        "log_line_prefix": "%m [%p] %q%u@%d ",
    }


def start_log(place: Place) -> IO[bytes]:
    """What the server says before its own log is open; from the newest start only."""
    path = place.root / "start.log"
    file = os.open(path, os.O_CREAT | os.O_TRUNC | os.O_WRONLY | os.O_NOFOLLOW, 0o600)
    own_like(file, place.root)
    return os.fdopen(file, "wb")


def wait_until_ready(launch: "Launch", child: subprocess.Popen[bytes], stopping: Event) -> None:
    """Returns when it takes connections; raises DatabaseUnavailable if it ends, lags or isn't wanted."""
    begun = said = time.monotonic()
    while not is_ready(launch.place.cluster, child.pid):
        now = time.monotonic()
        if child.poll() is not None:
            raise DatabaseUnavailable(why_it_ended(launch.place))
        if stopping.is_set():
            raise DatabaseUnavailable("The service is stopping.")
        if now - begun > launch.ready_within:
            raise DatabaseUnavailable(
                f"The database in {launch.place.root} was still recovering after "
                f"{launch.ready_within:.0f} s: see {launch.place.root / 'log'}."
            )
        if now - said > SLOW:
            said = now
            log.warning("The database is recovering (%.0f s so far).", now - begun)
        time.sleep(0.01)


def is_ready(cluster: Path, pid: int) -> bool:
    """PostgreSQL writes its state into line 8 of its pid file."""
    lines = pid_file(cluster)
    return len(lines) >= 8 and lines[0] == str(pid) and lines[7].strip() == "ready"


def why_it_ended(place: Place) -> str:
    complaint = last_complaint(place)
    if FULL_IN_A_LOG.search(complaint):
        return full_disk(place.root)
    reason = complaint or f"it gave no reason; see {place.root / 'log'}"
    return f"The database in {place.root} did not start: {reason.rstrip('.')}."


def last_complaint(place: Place) -> str:
    """The newest FATAL or PANIC line, from the server's log or from before it was open."""
    logs = sorted((place.root / "log").glob("*.log"), key=lambda found: found.stat().st_mtime)
    for path in (place.root / "start.log", *logs[-1:]):
        lines = path.read_text(errors="replace").splitlines() if path.is_file() else []
        grave = [line for line in lines if "FATAL:" in line or "PANIC:" in line or "could not be started" in line]
        if grave:
            return grave[-1].rpartition("FATAL:")[2].rpartition("PANIC:")[2].strip()
    return ""


def stop(child: subprocess.Popen[bytes], gone: Callable[[float], bool]) -> None:
    """A fast shutdown, else an immediate one, else the end; `gone` waits so many seconds for it."""
    for number, patience in ((signal.SIGINT, 30.0), (signal.SIGQUIT, 10.0), (signal.SIGKILL, 10.0)):
        child.send_signal(number)
        if gone(patience):
            return


@dataclass(frozen=True)
class Launch:
    """Everything needed to start the server of one cluster, again and again."""

    place: Place
    binaries: Binaries
    sockets: Path
    settings: dict[str, str]
    max_connections: int
    ready_within: float  # seconds
