"""The cluster on disk: its passwords, its first initialisation, and whether these programs can open it."""

import json
import os
import secrets
import shutil
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

from api.postgres.embedded import launcher
from api.postgres.embedded.account import Account
from api.postgres.embedded.binaries import Binaries
from api.postgres.embedded.errors import FULL_IN_A_LOG, DatabaseUnavailable, full_disk
from api.postgres.embedded.leftovers import clear_the_way
from api.postgres.embedded.placement import Place, make_private

SUPERUSER = "plf_super"
LOGINS = (SUPERUSER, "plf_owner", "plf_app", "plf_stats")
BUILTIN_LOCALES = 17  # the first version whose locales don't depend on the host


def read_passwords(place: Place) -> dict[str, str]:
    """Login → password; raises DatabaseUnavailable when they are lost or belong to another account."""
    path = place.root / "secrets.json"
    try:
        found: dict[str, str] = json.loads(path.read_text())
    except FileNotFoundError:
        raise DatabaseUnavailable(
            f"{path} is gone, and with it the passwords of the database beside it: put it back from a backup."
        ) from None
    except ValueError:
        raise DatabaseUnavailable(f"{path} is damaged: put it back from a backup.") from None
    return found


def passwords(place: Place) -> dict[str, str]:
    """Reads the passwords; for a cluster still to come makes them, on disk before anything uses them."""
    path = place.root / "secrets.json"
    if path.exists() or (place.cluster / "PG_VERSION").exists():
        return read_passwords(place)
    made = {login: secrets.token_urlsafe(32) for login in LOGINS}
    beside = path.with_suffix(".new")
    beside.unlink(missing_ok=True)
    write_privately(beside, json.dumps(made, indent=1), place.root)
    beside.rename(path)
    sync_folder(place.root)
    return made


def write_privately(path: Path, text: str, as_owned_as: Path) -> None:
    """A new file of mode 0600, never through a link, owned like the folder `as_owned_as`, and on disk."""
    file = os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY | os.O_NOFOLLOW, 0o600)
    with os.fdopen(file, "w") as opened:
        own_like(file, as_owned_as)
        opened.write(text)
        opened.flush()
        os.fsync(file)


def own_like(file: int, folder: Path) -> None:
    """Root may be working in the folder of an ordinary user, who wants to come back without root."""
    wanted = folder.stat()
    if wanted.st_uid != os.fstat(file).st_uid:
        os.fchown(file, wanted.st_uid, wanted.st_gid)


def sync_folder(folder: Path) -> None:
    file = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(file)
    finally:
        os.close(file)


def ensure_cluster(place: Place, binaries: Binaries, password: str, *, sync: bool = True) -> None:
    """A cluster that `binaries` can open; whole or not at all. Raises DatabaseUnavailable, OSError."""
    if (place.cluster / "PG_VERSION").exists():
        check_version(place, binaries)
        return
    beside = place.root / "cluster.new"
    clear_the_way(beside, place.owner())
    if beside.exists():
        shutil.rmtree(beside)  # an earlier start was interrupted or its disk was full
    make_private(beside, place.account)
    initialise(place, beside, binaries, password, sync=sync)
    beside.rename(place.cluster)
    sync_folder(place.root)


def check_version(place: Place, binaries: Binaries) -> None:
    stored = (place.cluster / "PG_VERSION").read_text().strip()
    if stored != str(binaries.major):
        raise DatabaseUnavailable(
            f"The database in {place.root} was made by PostgreSQL {stored}, and {binaries.folder} is "
            f"PostgreSQL {binaries.version}: start once with the programs of {stored} (PLF_PG_BIN), take a "
            "pg_dump and restore it into a new folder, or move the data with pg_upgrade."
        )


def initialise(place: Place, cluster: Path, binaries: Binaries, password: str, *, sync: bool) -> None:
    """Tries the locales from the best to the one that every system has; raises DatabaseUnavailable."""
    password_file = place.root / "first-password"
    password_file.unlink(missing_ok=True)
    write_privately(password_file, password, cluster)
    try:
        for locale in locales(binaries):
            done = run_initdb(place.account, binaries, cluster, password_file, locale, sync=sync)
            if done.returncode == 0:
                return
    finally:
        password_file.unlink()
    shutil.rmtree(cluster, ignore_errors=True)
    raise DatabaseUnavailable(initialisation_failed(place, done.stdout + done.stderr))


def locales(binaries: Binaries) -> tuple[tuple[str, ...], ...]:
    """The host's own locale must not matter: the same texts sort the same way on every machine."""
    if binaries.major >= BUILTIN_LOCALES:
        return (("--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C"),)
    return (("--locale=C.UTF-8",), ("--locale=C",))


def run_initdb(
    account: Account | None,
    binaries: Binaries,
    cluster: Path,
    password_file: Path,
    locale: Sequence[str],
    *,
    sync: bool,
) -> subprocess.CompletedProcess[str]:
    arguments = ["-D", str(cluster), "-U", SUPERUSER, "-A", "scram-sha-256", "-E", "UTF8", "--data-checksums"]
    arguments += [f"--pwfile={password_file}", *locale, *([] if sync else ["--no-sync"])]
    command = launch_command(account, binaries.folder / "initdb", arguments)
    return subprocess.run(
        command, cwd="/", env=environment(), capture_output=True, text=True, errors="replace", check=False
    )


def launch_command(account: Account | None, program: Path, arguments: Sequence[str]) -> list[str]:
    """The command that runs `program` as `account` and lets it end with us (see launcher)."""
    uid, gid = (account.uid, account.gid) if account else (os.geteuid(), os.getegid())
    groups = ",".join(str(group) for group in account.groups()) if account else ""
    script = [sys.executable, "-I", "-S", launcher.__file__, str(uid), str(gid), groups, str(os.getpid())]
    return [*script, str(program), *arguments]


def environment() -> Mapping[str, str]:
    """Without PGDATA, PGHOST, LD_PRELOAD and whatever else a shell may carry; messages in English."""
    kept = {name: os.environ[name] for name in ("PATH", "TZDIR", "LD_LIBRARY_PATH") if name in os.environ}
    return kept | {"LC_ALL": "C"}


def initialisation_failed(place: Place, output: str) -> str:
    if FULL_IN_A_LOG.search(output):
        return full_disk(place.root)
    complaints = [line for line in output.splitlines() if "error:" in line or "FATAL" in line]
    words = complaints[0] if complaints else (output.strip().splitlines() or ["no reason given"])[-1]
    return f"The database in {place.root} could not be initialised: {words.strip()}."
