"""The other commands, on the demo: doctor, migrate, import, tenant, token, demo and worker."""

import signal
import subprocess
import sys
from datetime import datetime

import pytest
from harness.live import CHECKOUT, environment, plf, reachable_folder, serving

from api.demo.clock import demo_clock
from api.postgres.databases import attach


@pytest.fixture(scope="module")
def live(loaded):
    """One running demo for all commands here; what they add carries names of its own."""
    with reachable_folder() as own:
        subprocess.run(["cp", "-a", loaded, own / "data"], check=True)
        with serving(own / "data", "--demo") as service:
            yield service


def refused(done) -> str:
    assert done.returncode != 0
    assert "Traceback" not in done.stderr
    return done.stderr


def test_the_doctor_finds_a_healthy_service_well(live):
    done = live.plf("doctor")
    assert done.returncode == 0, done.stdout
    assert "\nbad" not in f"\n{done.stdout}"
    for looked_at in ("settings", "PostgreSQL", "role", "clocks", "migrations are current", "row security"):
        assert looked_at in done.stdout


def test_the_doctor_finds_what_is_wrong(live):
    dsns = attach(live.folder / "postgres")
    done = plf(live.folder, "doctor", DATABASE_URL=dsns.owner)
    assert done.returncode == 1
    assert "is plf_owner" in done.stdout
    away = plf(live.folder, "doctor", DATABASE_URL="postgresql://a:s3cret@127.0.0.1:1/plf")
    assert away.returncode == 1
    assert "bad  database" in away.stdout
    assert "s3cret" not in away.stdout + away.stderr
    naked = plf(live.folder, "doctor", DATABASE_URL=dsns.app.replace("/plf?", "/postgres?"))
    assert naked.returncode == 1


def test_the_doctor_names_a_table_without_row_security_and_an_issuer_that_is_away(folder):
    with serving(folder, "--demo") as live:
        owner = attach(folder / "postgres").owner
        run_sql(owner, "alter table meeting no force row level security")
        done = live.plf(
            *("tenant", "add", "fjern", "--name", "nb=Fjern", "--admin", "Demo-administrator", "--subject", "x"),
            *("--issuer", "https://login.invalid"),
        )
        assert done.returncode == 0, done.stderr
        found = live.plf("doctor")
    assert found.returncode == 1
    assert "tables without row security: meeting" in found.stdout
    assert "https://login.invalid can't be read" in found.stdout


def run_sql(dsn: str, sql: str) -> None:
    code = "import asyncio, asyncpg, sys\nasync def go():\n c = await asyncpg.connect(sys.argv[1])\n await c.execute(sys.argv[2])\n await c.close()\nasyncio.run(go())"
    subprocess.run([sys.executable, "-c", code, dsn, sql], check=True)


def test_an_import_by_hand_is_the_import_over_http(live):
    found = live.plf(
        *("tenant", "add", "import", "--name", "da=Import", "--admin", "Demo-administrator", "--locale", "da"),
        *("--zone", "Europe/Copenhagen"),
    )
    assert found.returncode == 0, found.stderr
    given = ("import", "organisations", "api/demo/aarhus_schools.csv", "--tenant", "import", "--kind", "school")
    given += ("--sector", "school")
    tried = live.plf(*given, "--dry-run")
    assert "Would be: 50 created, 0 changed, 0 unchanged." in tried.stdout, tried.stderr
    done = live.plf(*given)
    assert done.returncode == 0
    assert "Units: 50 created" in done.stdout
    assert "Bavnehøj Skole" in done.stdout
    assert "In the name of Demo-administrator." in done.stderr
    assert "Units: 0 created, 0 changed, 50 unchanged." in live.plf(*given).stdout
    with live.client(live.token("admin.import")) as http:
        schools = http.get("/v1/organisations", params={"limit": 100}).json()["items"]
    assert len(schools) == 50
    assert {school["names"]["da"] for school in schools} == {school["name"] for school in schools}


def test_a_broken_file_is_shown_whole_and_changes_nothing(live, tmp_path):
    file = tmp_path / "broken.csv"
    file.write_text("name,code\nGod,A1\n,A2\nUkjent,\n")
    done = live.plf("import", "organisations", str(file), "--tenant", "fjordby", "--kind", "school")
    assert done.returncode == 1
    assert "Nothing was written: 3 lines are refused." in done.stdout
    for pointer in ("/lines/2/sector", "/lines/3/name", "/lines/4/code"):
        assert pointer in done.stdout
    assert "no municipality" in refused(live.plf("import", "organisations", str(file), "--tenant", "nowhere"))
    given = ("import", "organisations", str(file), "--tenant", "fjordby", "--lang")
    for tag in ("Norsk", "nb_NO", "", "x" * 36):
        assert "no language tag" in refused(live.plf(*given, tag))


def test_a_tenant_is_only_founded_with_words_that_hold(live):
    rest = ("--name", "nb=X", "--admin", "Demo-administrator")
    assert "already" in refused(live.plf("tenant", "add", "fjordby", *rest))
    assert "short name" in refused(live.plf("tenant", "add", "Å!", *rest))
    assert "time zone" in refused(live.plf("tenant", "add", "x", *rest, "--zone", "Mars/Base"))
    assert "--role" in refused(live.plf("tenant", "add", "x", *rest, "--role", "king"))
    assert "--subject" in refused(live.plf("tenant", "add", "x", *rest, "--issuer", "https://a.example"))
    wrong = ("--issuer", "https://a.example", "--subject", "s", "--dialect", "esperanto")
    assert "unknown dialect" in refused(live.plf("tenant", "add", "x", *rest, *wrong))


def test_a_token_is_for_people_of_the_demo_only(live):
    with live.client(live.plf("token").stdout.strip()) as http:
        assert http.get("/v1/me").json()["memberships"][0]["duty"] == "facilitator"
    several = refused(live.plf("token", "--as", "demo-administrator"))
    assert "demo-administrator-aarhus.aarhus" in several
    assert "None in the demo" in refused(live.plf("token", "--as", "nobody at all"))


def test_the_clock_of_the_demo_moves_while_it_is_served(live):
    assert live.plf("demo", "--now", "2026-03-02T08:00").returncode == 0
    assert (
        demo_clock(live.folder)().astimezone().isoformat()[:13]
        == datetime.fromisoformat("2026-03-02T08:00+01:00").astimezone().isoformat()[:13]
    )
    with live.client(live.plf("token").stdout.strip()) as http:
        team = http.get("/v1/me").json()["memberships"][0]["team_id"]
        body = {"team_id": team, "title": "A", "lang": "nb", "purpose": "operations"}
        body |= {"starts_at": "2026-03-05T12:00:00Z", "ends_at": "2026-03-05T13:00:00Z"}
        meeting = http.post("/v1/meetings", json=body)
        assert meeting.status_code == 201, meeting.text
        assert meeting.json()["created_at"].startswith("2026-03-02T07:0")
    assert live.plf("demo", "--now", "real").returncode == 0
    assert "no moment" in refused(live.plf("demo", "--now", "yesterday"))


def test_the_demo_is_loaded_once_and_only_into_an_empty_database(live):
    assert "was loaded before" in live.plf("demo").stdout


def test_a_database_is_migrated_before_anything_else():
    with reachable_folder() as folder:
        assert "run `plf migrate`" in refused(plf(folder / "data", "token"))
        done = plf(folder / "data", "migrate")
        assert done.returncode == 0, done.stderr
        assert "is at migration" in done.stdout
        assert "no demo" in refused(plf(folder / "data", "token"))


def test_the_worker_runs_beside_the_service_until_it_is_stopped(live):
    worker = subprocess.Popen(
        [sys.executable, "-m", "api.cli", "worker"],
        env=environment(live.folder, PLF_DEMO="1"),
        cwd=CHECKOUT,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert worker.stderr is not None
    assert "worker is running" in worker.stderr.readline()
    worker.send_signal(signal.SIGTERM)
    assert worker.wait(60) == 0
    assert "Traceback" not in worker.stderr.read()
    worker.stderr.close()


def test_roles_and_database_are_made_by_an_administrator(live):
    """On the embedded server as if it were a foreign one: another administrator's URL, the same passwords."""
    dsns = attach(live.folder / "postgres")
    more = {"DATABASE_URL": dsns.app, "PLF_DATABASE_OWNER_URL": dsns.owner}
    done = plf(live.folder, "migrate", "--admin", dsns.admin or "", **more)
    assert done.returncode == 0, done.stderr
    assert "PLF_DATABASE_OWNER_URL" in refused(plf(live.folder, "migrate", "--admin", dsns.admin or ""))
