"""What the tests of the embedded server share: folders that any account can reach, and services to kill."""

import asyncio
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, contextmanager, suppress
from functools import partial
from pathlib import Path

import asyncpg
import pytest

from api.postgres.databases import Dsns, resolve_database
from api.postgres.embedded.account import Account, can_run, unprivileged_account
from api.postgres.embedded.leftovers import clear_the_way
from api.postgres.embedded.placement import find_place

ROOT = os.geteuid() == 0
CHECKOUT = Path(__file__).parents[2]
# Quick, and bounded should a test fail half-way.
FAST = {"fsync": "off", "full_page_writes": "off", "temp_file_limit": "10MB", "statement_timeout": "60s"}
MEMORY = Path("/dev/shm")
NOBODY = Account("nobody", 65534, 65534)

# A service as small as can be: says where its database is, then waits; nothing in it handles a signal.
SERVICE = """
import json, sys, time
from pathlib import Path
from api.postgres.databases import DatabaseUnavailable, attach, resolve_database
asked = json.loads(sys.argv[1])
try:
    with resolve_database(url=None, data_dir=Path(asked["data_dir"]), spare_room=Path(asked["spare_room"]),
                          settings=asked["settings"]) as dsns:
        print(json.dumps({"app": dsns.app, "owner": dsns.owner, "admin": dsns.admin}), flush=True)
        while asked["stay"]:
            time.sleep(3600)
except DatabaseUnavailable as problem:
    sys.exit(str(problem))
"""

Start = Callable[..., AbstractContextManager[Dsns]]
Service = Callable[..., subprocess.Popen[str]]


def roomy(folder: Path) -> bool:
    """Whether a disk in memory can hold a few clusters and run programs; it makes these tests twice as fast."""
    if not folder.is_dir():
        return False
    found = os.statvfs(folder)
    return found.f_bavail * found.f_frsize > 2**30 and not found.f_flag & os.ST_NOEXEC


@contextmanager
def reachable_folder() -> Iterator[Path]:
    """A short path that any account can pass through, unlike pytest's own folders."""
    folder = Path(tempfile.mkdtemp(prefix="plf-t-", dir=MEMORY if roomy(MEMORY) else "/tmp"))
    folder.chmod(0o755)
    yield folder
    shutil.rmtree(folder)


@pytest.fixture
def base() -> Iterator[Path]:
    with reachable_folder() as folder:
        yield folder


@pytest.fixture(scope="module")
def shared_base() -> Iterator[Path]:
    with reachable_folder() as folder:
        yield folder


@pytest.fixture
def fresh(base: Path) -> Iterator[Start]:
    """resolve_database for an embedded server that isn't careful with the disk; it must not be given up."""
    lost: list[str] = []
    yield partial(resolve_database, url=None, settings=FAST, spare_room=base / "spare", on_lost=lost.append)
    assert lost == []


@pytest.fixture(scope="session")
def made() -> Iterator[Path]:
    """A data folder after its first start, to begin from where initialising isn't the point."""
    with reachable_folder() as folder:
        with resolve_database(url=None, settings=FAST, data_dir=folder / "db", spare_room=folder / "spare"):
            pass
        yield folder / "db"


@pytest.fixture
def start(made: Path, fresh: Start) -> Start:
    """Like `fresh`, but a folder that isn't there is a copy of one that was started before."""

    def begin(*, data_dir: Path, **options: object) -> AbstractContextManager[Dsns]:
        copied(made, data_dir)
        return fresh(data_dir=data_dir, **options)

    return begin


def copied(made: Path, data_dir: Path) -> None:
    if not data_dir.exists():
        subprocess.run(["cp", "-a", made, data_dir], check=True)


@pytest.fixture
def service(base: Path, made: Path) -> Iterator[Service]:
    """Starts a service in a process of its own; what is still alive at the end is killed."""
    running: list[subprocess.Popen[str]] = []
    folders: list[Path] = []

    def run(
        data_dir: Path, *, stay: bool = True, python: str = sys.executable, **account: object
    ) -> subprocess.Popen[str]:
        asked = {"data_dir": str(data_dir), "spare_room": str(base / "spare"), "settings": FAST, "stay": stay}
        places = [str(CHECKOUT), *(path for path in sys.path if path.endswith("site-packages"))]
        folders.append(data_dir)
        if not account:
            copied(made, data_dir)
        process = subprocess.Popen(
            [python, "-c", SERVICE, json.dumps(asked)],
            env={
                "PATH": os.environ["PATH"],
                "PYTHONPATH": os.pathsep.join(places),
                "PYTHONDONTWRITEBYTECODE": "1",
            },
            cwd="/",
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            **account,
        )
        running.append(process)
        return process

    yield run
    for process in running:
        process.kill()
        process.communicate()
    for folder in folders:
        place = find_place(folder, base / "spare")
        clear_the_way(place.cluster, place.owner())


@pytest.fixture
def dsns() -> Callable[[subprocess.Popen[str]], dict[str, str]]:
    """What a service says about its database; the test fails with the service's own words if it doesn't start."""

    def read(process: subprocess.Popen[str]) -> dict[str, str]:
        line = process.stdout.readline()
        assert line, process.stderr.read()
        return json.loads(line)

    return read


async def value(dsn: str, sql: str, *arguments: object) -> object:
    connection = await asyncpg.connect(dsn, timeout=5)
    try:
        return await connection.fetchval(sql, *arguments)
    finally:
        await connection.close(timeout=5)


@pytest.fixture
def ask() -> Iterator[Callable[..., object]]:
    """One value from one statement over a connection of its own, from a loop of its own."""
    with ThreadPoolExecutor() as threads:
        yield lambda *asked: threads.submit(asyncio.run, value(*asked)).result()


@pytest.fixture
def postmaster(base: Path) -> Callable[[Path], int]:
    """The process id of the server on a data folder."""

    def read(data_dir: Path) -> int:
        place = find_place(data_dir, base / "spare")
        return int((place.cluster / "postmaster.pid").read_text().splitlines()[0])

    return read


@pytest.fixture
def until() -> Callable[..., None]:
    """Waits for something that will come; a minute means that it won't."""

    def wait(happened: Callable[[], bool], what: str) -> None:
        for _ in range(6000):
            if happened():
                return
            time.sleep(0.01)
        pytest.fail(f"in a minute: not {what}")

    return wait


@pytest.fixture
def alive() -> Callable[[int], bool]:
    """Whether a process runs; one that only waits to be collected doesn't."""

    def look(pid: int) -> bool:
        with suppress(OSError):
            return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] not in {"Z", "X"}
        return False

    return look


@pytest.fixture
def account() -> Account:
    """Whose processes and files the database's are."""
    return unprivileged_account() if ROOT else Account("me", os.geteuid(), os.getegid())


@pytest.fixture
def run_beside(account: Account) -> Iterator[Callable[..., subprocess.Popen[bytes]]]:
    """Runs a command as the database's account, beside the service, until the end of the test."""
    lent = {"user": account.uid, "group": account.gid, "extra_groups": []} if ROOT else {}
    running: list[subprocess.Popen[bytes]] = []

    def run(*command: object) -> subprocess.Popen[bytes]:
        running.append(subprocess.Popen(command, cwd="/", stderr=subprocess.DEVNULL, **lent))
        return running[-1]

    yield run
    for process in running:
        process.kill()
        process.wait()


@pytest.fixture
def ordinary_user() -> dict[str, object]:
    """Arguments for `service` that run it without root: an interpreter that nobody can use, as nobody."""
    if not ROOT:
        return {}
    for python in (sys.executable, f"/usr/bin/python3.{sys.version_info.minor}", "/usr/bin/python3"):
        shown = (
            subprocess.run([python, "-V"], capture_output=True, text=True, check=False)
            if Path(python).exists()
            else None
        )
        same = shown is not None and shown.stdout.split()[1].startswith(f"3.{sys.version_info.minor}.")
        if same and can_run(NOBODY, Path(python)) and os.access(CHECKOUT, os.X_OK) and reachable():
            return {"python": python, "user": NOBODY.uid, "group": NOBODY.gid, "extra_groups": []}
    pytest.skip("run as root, and no Python of this version or not this checkout can be used by nobody")


def reachable() -> bool:
    return all(folder.stat().st_mode & 0o001 for folder in (CHECKOUT, *CHECKOUT.parents))


@pytest.fixture
def stranger(account: Account) -> int:
    """The number of an account that is neither ours nor the database's."""
    return NOBODY.uid if account.uid != NOBODY.uid else 54321


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if item.get_closest_marker("root_only") and not ROOT:
            item.add_marker(pytest.mark.skip("only root can lend PostgreSQL another account"))


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "root_only: needs root, because it changes accounts or mounts a disk")
