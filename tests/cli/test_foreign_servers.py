"""Commands on a server that is not ours: set up without harm to what lives there, and only under roles that are bound."""

import asyncio
from urllib.parse import quote

import asyncpg
import pytest
from harness.live import plf, reachable_folder

from api.postgres.databases import resolve_database

FAST = {"fsync": "off", "full_page_writes": "off"}
APP, OWNER = "app:2@/%", "owner 1"
NAME = 'kommune-"å"'


@pytest.fixture(scope="module")
def server():
    """Somebody's server, and how to log in to it as whom."""
    with (
        reachable_folder() as folder,
        resolve_database(url=None, data_dir=folder / "pg", spare_room=folder / "room", settings=FAST) as dsns,
    ):
        yield Server(folder, dsns.admin)


class Server:
    def __init__(self, folder, admin: str) -> None:
        self.folder, self.admin = folder, admin

    def url(self, login: str, password: str, database: str = NAME) -> str:
        options = self.admin.partition("?")[2]
        return f"postgresql://{login}:{quote(password, safe='')}@/{quote(database, safe='')}?{options}"

    def ask(self, *statements: str, dsn: str | None = None):
        """What the last statement gives."""

        async def run():
            connection = await asyncpg.connect(dsn or self.admin)
            try:
                for statement in statements:
                    found = await connection.fetch(statement)
                return [tuple(row) for row in found]
            finally:
                await connection.close()

        return asyncio.run(run())

    def plf(self, *given: str, app: str | None = None, owner: str | None = None):
        urls = {"DATABASE_URL": app or self.url("plf_app", APP)}
        urls["PLF_DATABASE_OWNER_URL"] = owner or self.url("plf_owner", OWNER)
        return plf(self.folder / "data", *given, **urls)

    def set_up(self, *given: str, admin: str | None = None, **urls: str):
        return self.plf("migrate", "--admin", admin or self.admin, *given, **urls)

    def state(self):
        """All that a command could have changed: roles, passwords, databases."""
        return self.ask(
            "select rolname::text, rolpassword, rolcanlogin from pg_authid where not rolname ~ '^pg_'"
            " union all select datname, datdba::regrole::text, true from pg_database order by 1, 2"
        )


@pytest.fixture(autouse=True)
def bare(server):
    """Without our database and roles."""
    server.ask(
        *(f"drop database if exists {name} with (force)" for name in ("plf", '"kommune-""å"""')),
        *(f"drop role if exists {role}" for role in ("plf_owner", "plf_app", "plf_stats")),
    )


def refused(done) -> str:
    assert done.returncode != 0
    (line,) = done.stderr.strip().splitlines()
    return line


def test_an_administrator_who_is_no_superuser_makes_the_database_that_the_urls_name(server):
    server.ask("create role chief login createrole createdb password 'chief'")
    done = server.set_up(admin=server.url("chief", "chief", "postgres"))
    assert done.returncode == 0, done.stderr
    assert (NAME, "plf_owner") in server.ask("select datname::text, datdba::regrole::text from pg_database")
    assert ("plf",) not in server.ask("select datname::text from pg_database")
    before = server.state()
    assert server.set_up().returncode == 0
    assert server.state() == before
    assert "no municipality" in refused(server.plf("import", "organisations", "README.md", "--tenant", "x"))


def test_urls_of_others_are_refused_before_anything_is_touched(server):
    before = server.state()
    assert "log in as plf_app" in refused(server.set_up(app=server.url("plf", APP)))
    assert "log in as plf_owner" in refused(server.set_up(owner=server.url("plf_app", OWNER)))
    assert "same database" in refused(server.set_up(owner=server.url("plf_owner", OWNER, "plf")))
    for own in ("postgres", "template1", ""):
        urls = {"app": server.url("plf_app", APP, own), "owner": server.url("plf_owner", OWNER, own)}
        assert "same database" in refused(server.set_up(**urls))
    assert server.state() == before


def test_a_password_that_is_in_use_is_only_changed_when_that_is_said(server):
    assert server.set_up().returncode == 0
    server.ask("alter role plf_stats password 'by hand'")
    before = server.state()
    other = {"app": server.url("plf_app", "another")}
    said = refused(server.set_up(**other))
    assert "plf_app" in said
    assert "--reset-passwords" in said
    assert "another" not in said
    assert server.state() == before
    assert server.set_up("--reset-passwords", **other).returncode == 0
    assert server.ask("select 1", dsn=other["app"]) == [(1,)]
    changed = {row[0] for row in set(before) ^ set(server.state())}
    assert changed == {"plf_app"}


@pytest.mark.parametrize("command", [["worker"], ["import", "organisations", "README.md", "--tenant", "x"], ["token"]])
def test_no_command_works_in_the_data_as_somebody_whom_row_security_does_not_bind(server, command):
    assert server.set_up().returncode == 0
    superuser = server.admin.replace("/postgres?", f"/{quote(NAME)}?")
    assert "is a superuser" in refused(server.plf(*command, app=superuser))
    assert "is plf_owner" in refused(server.plf(*command, app=server.url("plf_owner", OWNER)))


@pytest.mark.parametrize("command", [["migrate"], ["token"], ["serve", "--port", "0"], ["worker"]])
def test_an_url_that_cannot_be_read_is_never_repeated(server, command):
    for variable in ("app", "owner"):
        said = refused(server.plf(*command, **{variable: "postgresql://plf_app:s3cr/et@127.0.0.1/plf"}))
        assert "percent-encoded" in said
        assert "s3cr" not in said
