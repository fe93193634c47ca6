"""`plf serve` as an installation meets it: starting, refusing to start, stopping, dying."""

import asyncio
import contextlib
import json
import os
import signal
import socket
import subprocess
import sys
import time

import psutil
import pytest
from harness.live import plf, reachable_folder, serving

from api.postgres.databases import attach
from api.postgres.pool import connect

MEBIBYTE = 1024 * 1024


def sentence(done: subprocess.CompletedProcess) -> str:
    """What a refused start says: one line on standard error, no traceback, a status other than 0."""
    assert done.returncode != 0
    assert "Traceback" not in done.stderr
    (line,) = done.stderr.strip().splitlines()
    return line


def at_work(folder) -> list[psutil.Process]:
    """Processes that work in the folder."""
    found = []
    for process in psutil.process_iter():
        try:
            if process.cwd().startswith(str(folder)):
                found.append(process)
        except psutil.Error:
            continue
    return found


def test_the_serving_process_is_small_and_says_how_to_begin(demo):
    with demo.client() as client:
        assert client.get("/health").json() == {"status": "ok"}
        assert client.get("/ready").status_code == 200
        assert client.get("/docs").status_code == 200
    said = "".join(demo.said)
    assert f"{demo.base_url}/docs" in said
    (pasted,) = [line.removeprefix("  try it").strip() for line in demo.said if line.startswith("  try it")]
    away = {"cwd": demo.folder.parent, "env": {"PATH": os.environ["PATH"]}}
    shown = subprocess.run(["bash", "-c", pasted], capture_output=True, text=True, check=True, timeout=120, **away)
    assert json.loads(shown.stdout)["tenant"]["slug"] == "fjordby"
    assert psutil.Process(demo.process.pid).memory_info().rss < 150 * MEBIBYTE


def test_who_wants_a_web_socket_is_answered_as_anybody_else(demo):
    wish = {
        "connection": "upgrade",
        "upgrade": "websocket",
        "sec-websocket-key": "dGhlIHNhbXBsZSBub25jZQ==",
        "sec-websocket-version": "13",
    }
    with demo.client() as client:
        assert client.get("/health", headers=wish).status_code == 200
        refused = client.get("/v1/me", headers={**wish, "authorization": ""})
    assert (refused.status_code, refused.json()["code"]) == (401, "unauthenticated")


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_stops_everything(folder, number):
    with serving(folder, "--demo") as live:
        below = live.processes()
        assert len(below) > 3
        assert at_work(folder)
        assert live.stop(number) == 0
    assert not psutil.wait_procs(below, timeout=20)[1]
    assert at_work(folder) == []


def test_a_busy_port_is_one_sentence(folder):
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        said = sentence(plf(folder, "serve", "--port", str(port)))
    assert f"127.0.0.1:{port}" in said
    assert "stop what is using it" in said
    assert "PLF_PORT" in said
    assert at_work(folder) == []


def test_a_host_that_nobody_knows_is_one_sentence(folder):
    said = sentence(plf(folder, "serve", "--host", "nobody.invalid", "--port", "0"))
    assert "nobody.invalid" in said
    assert "PLF_HOST" in said
    assert "stop what is using it" not in said


@pytest.mark.parametrize("host", ["0.0.0.0", "::1"])
def test_the_demo_can_be_served_wherever_this_machine_is_reached(folder, host):
    with serving(folder, "--demo", "--host", host) as live, live.client(token_of(live)) as client:
        assert client.get("/v1/me").status_code == 200
        issuer = client.get("/demo/op/.well-known/openid-configuration").json()["issuer"]
    assert issuer.startswith("http://[::1]:" if host == "::1" else "http://127.0.0.1:")


def test_the_sign_in_of_the_demo_is_not_offered_over_plain_http_elsewhere(folder):
    said = sentence(plf(folder, "serve", "--demo", "--port", "0", PLF_PUBLIC_URL="http://plf.fjordby.example"))
    assert "http://plf.fjordby.example" in said
    assert "https" in said


def test_the_demo_does_not_move_in_with_real_municipalities():
    with reachable_folder() as own:
        folder = own / "data"
        assert plf(folder, "migrate").returncode == 0
        given = ("--name", "nb=Ekte", "--admin", "A", "--issuer", "https://login.example", "--subject", "a")
        assert plf(folder, "tenant", "add", "ekte", *given).returncode == 0
        for command in (("serve", "--demo", "--port", "0"), ("demo",)):
            assert "not the demo's" in sentence(plf(folder, *command))


def test_a_second_start_on_the_same_data_is_one_sentence(demo):
    said = sentence(plf(demo.folder, "serve", "--port", "0"))
    assert "in use by another service" in said


def test_a_folder_that_cannot_be_made_is_one_sentence():
    with reachable_folder() as folder:
        (folder / "file").write_text("in the way")
        said = sentence(plf(folder / "file" / "data", "serve", "--port", "0"))
    assert "file" in said


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_an_unwritable_folder_is_one_sentence():
    with reachable_folder() as folder:
        folder.chmod(0o555)
        said = sentence(plf(folder / "data", "serve", "--port", "0"))
    assert str(folder) in said


def test_a_setting_that_cannot_be_read_is_one_sentence(folder):
    assert "PLF_POOL_SIZE" in sentence(plf(folder, "serve", "--port", "0", PLF_POOL_SIZE="many"))


def test_a_database_that_is_away_is_one_sentence_without_the_password(folder):
    url = "postgresql://plf_app:s3cret@127.0.0.1:1/plf"
    said = sentence(plf(folder, "serve", "--port", "0", DATABASE_URL=url))
    assert "DATABASE_URL" in said
    assert "s3cret" not in said


@pytest.mark.parametrize("role", ["admin", "owner"])
def test_a_role_that_row_security_does_not_bind_is_refused(demo, role):
    dsns = attach(demo.folder / "postgres")
    url = dsns.owner if role == "owner" else (dsns.admin or "").replace("/postgres?", "/plf?")
    said = sentence(plf(demo.folder, "serve", "--port", "0", DATABASE_URL=url))
    assert "refuses to run as the database role" in said


def test_a_database_that_is_behind_is_refused_where_we_may_not_migrate(demo):
    dsns = attach(demo.folder / "postgres")
    url = dsns.app.replace("/plf?", "/postgres?")
    done = plf(demo.folder, "serve", "--port", "0", DATABASE_URL=url)
    assert "Traceback" not in done.stderr
    assert done.returncode != 0


def test_nothing_acknowledged_is_lost_when_everything_is_killed(folder):
    """kill -9 of the service, and of the database's own processes, in the middle of writing."""
    with serving(folder, "--demo") as live:
        token = token_of(live)
        with live.client(token) as client:
            acknowledged = [_person(client, f"Person {i}") for i in range(20)]
        for process in live.processes():
            with contextlib.suppress(psutil.NoSuchProcess):  # the database follows its service at once
                process.kill()
        live.process.wait()
    with serving(folder, "--demo") as live, live.client(token_of(live)) as client:
        assert [client.get(f"/v1/people/{id}").status_code for id in acknowledged] == [200] * 20


def test_nothing_acknowledged_is_lost_when_the_service_is_killed(folder):
    """kill -9 of the service alone, again and again: its database follows it by itself."""
    acknowledged = []
    for _ in range(2):
        with serving(folder, "--demo") as live:
            with live.client(token_of(live)) as client:
                acknowledged += [_person(client, f"Person {i}") for i in range(5)]
            below = live.processes()
            os.kill(live.process.pid, signal.SIGKILL)
            live.process.wait()
            assert not psutil.wait_procs(below, timeout=60)[1]
    with serving(folder, "--demo") as live, live.client(token_of(live)) as client:
        assert {client.get(f"/v1/people/{id}").status_code for id in acknowledged} == {200}


def token_of(live) -> str:
    return live.token("demo-administrator-fjordby.fjordby")


def _person(client, name) -> str:
    made = client.post("/v1/people", json={"name": name})
    assert made.status_code == 201, made.text
    return made.json()["id"]


def test_another_port_is_another_issuer_and_everybody_can_still_sign_in(folder):
    issuers = set()
    for _ in range(2):
        with serving(folder, "--demo") as live, live.client() as client:
            found = client.get("/demo/op/.well-known/openid-configuration").json()
            assert found["issuer"] == f"{live.base_url}/demo/op"
            issuers.add(found["issuer"])
            me = client.get("/v1/me", headers={"authorization": f"Bearer {token_of(live)}"})
            assert me.status_code == 200, me.text
    assert len(issuers) == 2


def test_without_the_demo_its_sign_in_is_not_there(folder):
    with serving(folder) as live, live.client() as client:
        assert client.get("/demo/op/.well-known/openid-configuration").status_code == 404
        assert client.get("/v1/me", headers={"authorization": f"Bearer {token_of(live)}"}).status_code in {401, 503}


def test_what_only_commands_need_cannot_be_imported_while_serving():
    """The serving process itself forbids it, so that an import slipped in anywhere fails the tests above."""
    code = (
        "import sys, api.serving; sys.modules.update(dict.fromkeys(api.serving.ONLY_FOR_COMMANDS)); "
        "import api.app, api.demo.wiring, uvicorn"
    )
    subprocess.run([sys.executable, "-c", code], check=True, timeout=120)


def test_the_worker_inside_the_service_delivers_what_waits(demo):
    """What loading the demo announced is delivered without anybody starting `plf worker`."""
    for _ in range(100):
        if asyncio.run(waiting(attach(demo.folder / "postgres").owner)) == (False, True):
            return
        time.sleep(0.2)
    raise AssertionError("the worker of the service delivers nothing")


async def waiting(owner: str) -> tuple[bool, bool]:
    """Whether events wait, and whether any have been delivered, in any tenant."""
    connection = await connect(owner)
    found = []
    try:
        for tenant in await connection.fetch("select id::text from tenant"):
            async with connection.transaction():
                await connection.fetchval("select set_config('app.tenant', $1, true)", tenant["id"])
                sql = "select bool_or(done_at is null), bool_or(done_at is not null) from outbox_event"
                found.append(await connection.fetchrow(sql))
    finally:
        await connection.close()
    return any(each[0] for each in found), any(each[1] for each in found)
