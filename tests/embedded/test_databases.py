"""Which database: the one that is named, else the embedded one; and how a command finds a running one."""

from pathlib import Path

import asyncpg
import pytest
from sqlalchemy import make_url
from sqlalchemy.dialects.postgresql.asyncpg import dialect

from api.postgres.databases import DatabaseUnavailable, Dsns, attach, resolve_database

NOWHERE = Path("/nowhere/at/all")


def test_a_named_server_is_passed_through_and_nothing_is_started():
    with resolve_database(url="postgresql+asyncpg://app:x@db:5433/plf?ssl=require", data_dir=NOWHERE) as dsns:
        url = "postgresql://app:x@db:5433/plf?ssl=require"
        assert dsns == Dsns(owner=url, app=url, stats=url, admin=None)
    assert not NOWHERE.exists()


def test_each_role_may_have_its_own_url():
    urls = {f"{role}url": f"postgres://{role}@db/plf" for role in ("", "owner_", "stats_", "admin_")}
    with resolve_database(**urls, data_dir=NOWHERE) as dsns:
        assert dsns == Dsns(
            owner="postgresql://owner_@db/plf",
            app="postgresql://@db/plf",
            stats="postgresql://stats_@db/plf",
            admin="postgresql://admin_@db/plf",
        )


def test_another_kind_of_database_is_refused():
    with (
        pytest.raises(DatabaseUnavailable, match="postgresql://"),
        resolve_database(url="mysql://db/plf", data_dir=NOWHERE),
    ):
        pass


@pytest.mark.parametrize(
    "url",
    [
        "postgresql://plf_app:s3cr/et@127.0.0.1/plf",
        "postgresql://plf_app:12/s3cret@127.0.0.1/plf",
        "postgresql://plf_app:s3cr?et@127.0.0.1/plf",
        "postgresql://plf_app:12?s3cret=x@127.0.0.1/plf",
        "postgresql://plf_app:s3cr#et@127.0.0.1/plf",
        "postgresql://plf_app:s3cr@et@127.0.0.1/plf",
        "postgresql://plf_app:s3cr[et@127.0.0.1/plf",
        "postgresql://plf_app:s3cr℀et@127.0.0.1/plf",
        "postgresql://plf_app:s3cret@127.0.0.1:port/plf",
        "postgresql://plf_app:s3cret@[::1/plf",
        "postgresql://[::1",
    ],
)
def test_what_cannot_be_read_is_refused_without_a_word_of_it(url):
    for urls in ({"url": url}, {"url": "postgresql://db/plf", "owner_url": url}):
        with (
            pytest.raises(DatabaseUnavailable, match=r"URL can't be read: .* percent-encoded") as refused,
            resolve_database(**urls, data_dir=NOWHERE),
        ):
            pass
        assert "s3cr" not in str(refused.value)
        assert refused.value.__cause__ is None
        assert refused.value.__context__ is None


@pytest.mark.parametrize(
    "url",
    [
        "postgresql://app:a%2Fb%40c@db/plf",
        "postgresql://app:x@one:5432,two:5433/plf?target_session_attrs=any",
        "postgresql://app:x@[::1]:5432/plf",
        "postgresql:///plf?host=/var/run/postgresql&user=app",
        "postgresql://app:x@%2Fvar%2Frun/plf",
        "postgresql://db",
    ],
)
def test_whatever_asyncpg_reads_is_passed_through(url):
    with resolve_database(url=url, data_dir=NOWHERE) as dsns:
        assert dsns.app == url


async def test_every_driver_reads_the_embedded_servers_strings(base, start):
    """asyncpg at run time; SQLAlchemy, for migrations, hands asyncpg what it understood."""
    with start(data_dir=base / "with space") as dsns:
        for role, dsn in (
            ("plf_owner", dsns.owner),
            ("plf_app", dsns.app),
            ("plf_stats", dsns.stats),
            ("plf_super", dsns.admin),
        ):
            url = make_url(dsn.replace("postgresql://", "postgresql+asyncpg://"))
            understood = dialect().create_connect_args(url)[1]
            for connection in (await asyncpg.connect(dsn), await asyncpg.connect(**understood)):
                assert await connection.fetchval("select session_user::text") == role
                await connection.close()


def test_a_command_finds_the_server_only_while_a_service_runs(base, start, service, dsns):
    spare = base / "spare"
    with pytest.raises(DatabaseUnavailable, match="No service is running"):
        attach(base / "db", spare_room=spare)
    process = service(base / "db")
    told = dsns(process)
    assert attach(base / "db", spare_room=spare).app == told["app"]
    process.kill()
    process.wait()
    with start(data_dir=base / "db"):
        pass
    with pytest.raises(DatabaseUnavailable, match=f"No service is running on the database in {base}/db"):
        attach(base / "db", spare_room=spare)
