"""PostgreSQL processes left behind by an earlier service: found by where they work, ended before a new start.

Only called while our lock is held, so that nothing found here can belong to another service.
"""

import os
import signal
import subprocess
import time
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

from api.postgres.embedded.account import Account
from api.postgres.embedded.errors import DatabaseUnavailable

PROCESSES = Path("/proc")
ORPHANS_MAY_TAKE = 2.0  # seconds; they notice within milliseconds unless a query keeps them busy


def clear_the_way(cluster: Path, owner: Account, socket_files: Sequence[Path] = ()) -> None:
    """Afterwards nobody works in `cluster` and no file claims that somebody does; raises DatabaseUnavailable.

    The file names a process by number, and after a reboot that number can be anybody's: PostgreSQL
    would refuse to start, or we would believe in a server that isn't there.
    """
    if not cluster.exists():
        return
    end_all(cluster, owner)
    for stale in (cluster / "postmaster.pid", *socket_files):
        stale.unlink(missing_ok=True)


def end_all(cluster: Path, owner: Account) -> None:
    """Lets a living postmaster stop in order; children without one leave by themselves, or are told to."""
    for number, patience in ((signal.SIGINT, 30), (signal.SIGQUIT, 10), (signal.SIGKILL, 10)):
        if not at_work(cluster, owner):
            return
        send(number, cluster, owner)
        if wait_until_empty(cluster, owner, patience):
            return
    raise DatabaseUnavailable(f"PostgreSQL processes that can't be ended are still at work in {cluster}.")


def send(number: signal.Signals, cluster: Path, owner: Account) -> None:
    """To the postmaster alone while it lives: some children take its signals for quite other orders."""
    working = at_work(cluster, owner)
    leader = [pid for pid in working if pid == postmaster(cluster)]
    if leader or number is not signal.SIGINT:
        for pid in leader or working:
            with suppress(ProcessLookupError):
                os.kill(pid, number)


def wait_until_empty(cluster: Path, owner: Account, patience: float) -> bool:
    """True as soon as nobody works there."""
    with_leader = postmaster(cluster) in at_work(cluster, owner)
    deadline = time.monotonic() + (patience if with_leader else ORPHANS_MAY_TAKE)
    while at_work(cluster, owner):
        if time.monotonic() > deadline:
            return False
        time.sleep(0.01)
    return True


def postmaster(cluster: Path) -> int | None:
    lines = pid_file(cluster)
    return int(lines[0]) if lines and lines[0].strip().isdigit() else None


def pid_file(cluster: Path) -> list[str]:
    """Lines of postmaster.pid (process, folder, start, port, socket folder, address, memory, state)."""
    with suppress(FileNotFoundError):
        return (cluster / "postmaster.pid").read_text(errors="replace").splitlines()
    return []


def at_work(cluster: Path, owner: Account) -> list[int]:
    """Process ids of `owner`'s PostgreSQL processes whose working folder is the cluster."""
    if not PROCESSES.joinpath("self", "cwd").exists():
        return recorded(cluster)
    wanted = cluster.stat()
    found = (int(entry.name) for entry in PROCESSES.iterdir() if entry.name.isdigit())
    return [pid for pid in found if works_in(pid, (wanted.st_dev, wanted.st_ino), owner.uid)]


def works_in(pid: int, folder: tuple[int, int], uid: int) -> bool:
    """A shell that somebody has open in the folder doesn't count."""
    process = PROCESSES / str(pid)
    try:
        if process.stat().st_uid != uid:
            return False
        working = (process / "cwd").stat()
        return (working.st_dev, working.st_ino) == folder and (process / "comm").read_text().strip() == "postgres"
    except OSError:
        return False  # gone, a zombie, or not ours


def recorded(cluster: Path) -> list[int]:
    """For systems without /proc: the recorded postmaster, if that process is one of this cluster."""
    pid = postmaster(cluster)
    if pid is None:
        return []
    answer = subprocess.run(["/bin/ps", "-o", "args=", "-p", str(pid)], capture_output=True, text=True, check=False)
    return [pid] if "postgres" in answer.stdout and str(cluster) in answer.stdout else []
