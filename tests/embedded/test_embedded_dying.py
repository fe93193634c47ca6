"""Dying: whoever is killed, nothing acknowledged is lost and nothing is left behind (E4 to E7)."""

import contextlib
import os
import signal
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import asyncpg
import pytest

from api.postgres.embedded.process import is_ready
from api.postgres.pool import LOST

WRITERS = 4
GONE = (asyncpg.PostgresError, *LOST)
# Computes for hours and stores nothing: a series in the FROM clause would fill the disk.
BUSY = "select count(*) from (select generate_series(1, 1e12::bigint)) as busy"
IS_BUSY = "select count(*) from pg_stat_activity where query like '%as busy' and state = 'active'"


def write(dsn, ask, acknowledged, stopped):
    """Adds rows one by one, whether or not the server is there; notes those that were acknowledged."""
    while not stopped.is_set():
        with contextlib.suppress(*GONE):
            acknowledged.append(ask(dsn, "insert into written default values returning n"))


def answered(dsn, ask):
    """When the server that answers was started; waits for one."""
    for _ in range(3000):
        with contextlib.suppress(*GONE):
            return ask(dsn, "select pg_postmaster_start_time()::text")
        time.sleep(0.01)
    return pytest.fail("the server didn't come back")


def test_a_killed_server_comes_back_with_all_that_was_acknowledged(base, start, ask, postmaster, until):
    """E4: kill -9 of the postmaster under load, three times."""
    acknowledged, stopped, begun = [], threading.Event(), set()
    with start(data_dir=base / "db", settings={}) as dsns, ThreadPoolExecutor(WRITERS) as writers:
        ask(dsns.owner, "create table written (n bigint generated always as identity primary key)")
        try:
            for _ in range(WRITERS):
                writers.submit(write, dsns.owner, ask, acknowledged, stopped)
            for _ in range(3):
                begun.add(answered(dsns.app, ask))
                already = len(acknowledged)
                until(lambda already=already: len(acknowledged) > already + 20, "written")
                os.kill(postmaster(base / "db"), signal.SIGKILL)
                until(lambda: answered(dsns.app, ask) not in begun, "another server")
        finally:
            stopped.set()
        writers.shutdown()
        stored = ask(dsns.owner, "select array_agg(n) from written")
    assert len(begun) == 3
    assert len(acknowledged) > 60
    assert set(acknowledged) <= set(stored)


def test_a_query_that_notices_nothing_does_not_hold_up_the_restart(base, start, ask, postmaster, until):
    """A process that computes on after its postmaster died keeps the memory that the next one needs."""
    with start(data_dir=base / "db") as dsns, ThreadPoolExecutor(1) as threads:
        before = answered(dsns.app, ask)
        busy = threads.submit(ask, dsns.app, BUSY)
        until(lambda: ask(dsns.admin, IS_BUSY) == 1, "busy")
        os.kill(postmaster(base / "db"), signal.SIGKILL)
        until(lambda: answered(dsns.app, ask) != before, "another server")
        assert isinstance(busy.exception(), GONE)


def test_a_pid_file_that_names_a_stranger_is_not_believed(base, start, ask, postmaster, run_beside):
    """E5: after a reboot the number in it may be anybody's, here a living process of the very same account."""
    with start(data_dir=base / "db"):
        lines = (base / "db" / "cluster" / "postmaster.pid").read_text().splitlines()
    stranger = run_beside("/bin/sleep", "1000")
    stale = "\n".join([str(stranger.pid), *lines[1:], ""])
    (base / "db" / "cluster" / "postmaster.pid").write_text(stale)
    (base / "db" / "socket" / ".s.PGSQL.5432.lock").write_text(stale)
    with start(data_dir=base / "db") as dsns:
        assert ask(dsns.app, "select 42") == 42
        assert postmaster(base / "db") != stranger.pid
    assert stranger.poll() is None


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM, signal.SIGINT], ids=["kill", "term", "ctrl-c"])
def test_the_server_goes_with_its_service(base, start, service, dsns, ask, postmaster, alive, until, number):
    """E6, E7: however the service ends, no process stays; what was written is there at the next start."""
    process = service(base / "db")
    told = dsns(process)
    ask(told["owner"], "create table kept as select 42 as n")
    server = postmaster(base / "db")
    assert alive(server)
    process.send_signal(number)
    process.wait(60)
    until(lambda: not alive(server), "the end of the server")
    with start(data_dir=base / "db") as found:
        assert ask(found.owner, "select n from kept") == 42


def test_a_server_that_was_left_behind_is_stopped_and_replaced(base, start, ask, run_beside, postmaster, alive, until):
    """Where a parent's death can't be noticed, the next start finds the server that nobody watches."""
    with start(data_dir=base / "db") as dsns:
        program = Path(f"/proc/{postmaster(base / 'db')}/exe").readlink()  # where the server's account can reach it
    cluster, sockets = base / "db" / "cluster", f"unix_socket_directories={base}/db/socket"
    orphan = run_beside(program, "-D", cluster, "-c", "listen_addresses=", "-c", sockets)
    until(lambda: is_ready(cluster, orphan.pid), "ready")
    with start(data_dir=base / "db") as again:
        assert again == dsns
        assert not alive(orphan.pid)
        assert ask(again.app, "select 42") == 42


def test_a_server_that_keeps_dying_ends_the_service_with_70(base, start, ask, service, dsns, postmaster, alive, until):
    """Five deaths in a minute are mended, the sixth isn't: an orchestrator has to see it."""
    process = service(base / "db")
    dsns(process)
    killed = set()

    def another() -> bool:
        with contextlib.suppress(OSError, IndexError, ValueError):
            return postmaster(base / "db") not in killed and alive(postmaster(base / "db"))
        return False

    for _ in range(6):
        until(another, "another server")
        server = postmaster(base / "db")
        killed.add(server)
        os.kill(server, signal.SIGKILL)
    assert process.wait(60) == 70
    with start(data_dir=base / "db") as found:
        assert ask(found.app, "select 42") == 42
