"""Loading the demo stopped in the middle: the next start makes it whole, or says why it can't."""

import asyncio
import os
import signal
import subprocess
import sys
import time

import asyncpg
import psutil
from harness.live import CHECKOUT, environment, plf, reachable_folder, serving

from api.demo.world import MUNICIPALITIES
from api.postgres.databases import attach


def test_ctrl_c_says_nothing_and_the_next_start_loads_it_anew():
    with reachable_folder() as own:
        assert interrupted(own / "data", signal.SIGINT).strip() == ""
        with serving(own / "data", "--demo") as live:
            assert any("interrupted" in line for line in live.said)
            whole(live)
        with serving(own / "data", "--demo") as live:
            assert not any("Loading" in line for line in live.said)


def whole(live) -> None:
    for town in MUNICIPALITIES:
        with live.client(live.token(f"demo-administrator-{town.slug}.{town.slug}")) as client:
            assert len(client.get("/v1/teams").json()["items"]) == len(town.units)
    with live.client(live.plf("token").stdout.strip()) as client:
        assert client.get("/v1/meetings").json()["items"]


def test_after_kill_9_others_may_have_joined_and_nothing_is_thrown_away():
    with reachable_folder() as own:
        folder = own / "data"
        interrupted(folder, signal.SIGKILL)
        add = ("tenant", "add", "proeve", "--name", "nb=Prøve", "--admin", "Demo-administrator")
        assert plf(folder, *add).returncode == 0
        for command in (("demo",), ("serve", "--demo", "--port", "0")):
            done = plf(folder, *command)
            assert done.returncode == 1
            assert "half loaded" in done.stderr
            assert "Traceback" not in done.stderr
        assert "already" in plf(folder, *add).stderr


def interrupted(folder, number) -> str:
    """A first start, stopped in the middle of loading the demo, as a terminal's Ctrl-C or as kill -9; what it said."""
    process = subprocess.Popen(
        [sys.executable, "-m", "api.cli", "serve", "--demo", "--port", "0"],
        env=environment(folder),
        cwd=CHECKOUT,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    )
    below = []
    with asyncio.Runner() as runner:
        for line in process.stdout:
            if line.startswith("Loading the demo"):
                held = runner.run(no_meetings(folder))  # else a quick machine is done before it is stopped
                below = wait_for_a_municipality(process, folder)
                (os.killpg if number is signal.SIGINT else os.kill)(process.pid, number)
                break
        said, _ = process.communicate(timeout=60)
        held.terminate()
    assert not psutil.wait_procs(below, timeout=60)[1]
    assert process.returncode == (0 if number is signal.SIGINT else -number)
    return said


def wait_for_a_municipality(process, folder) -> list[psutil.Process]:
    """Until the first stands in the database and the last does not; all processes of the service."""
    dsn = attach(folder / "postgres").app
    for _ in range(600):
        if (founded := asyncio.run(tenants(dsn))) > 0:
            assert founded < 3
            return psutil.Process(process.pid).children(recursive=True)
        time.sleep(0.05)
    raise AssertionError("the demo is not being loaded")


async def no_meetings(folder) -> asyncpg.Connection:
    """Let nobody write a meeting while the connection is there."""
    connection = await asyncpg.connect(attach(folder / "postgres").app)
    await connection.execute("begin; lock table meeting in share mode")
    return connection


async def tenants(dsn: str) -> int:
    connection = await asyncpg.connect(dsn)
    try:
        return await connection.fetchval("select count(*) from tenant")
    finally:
        await connection.close()
