"""The powerful roles: the owner changes rows only tenant by tenant, and the service refuses to run as either."""

from dataclasses import replace

import pytest
import sqlalchemy as sa
from alembic.operations import Operations
from alembic.runtime.migration import MigrationContext
from harness.servers import serving
from sqlalchemy.ext.asyncio import create_async_engine
from sqlalchemy.pool import NullPool

from api.app import create_app
from api.postgres.embedded.errors import DatabaseUnavailable
from api.postgres.pool import connect
from api.settings import Settings
from migrations.tenancy import for_each_tenant


async def as_migration(owner_dsn: str, run):
    """Run a function as a migration of ours would be."""

    def within(connection: sa.Connection):
        with Operations.context(MigrationContext.configure(connection)):
            return run(connection)

    engine = create_async_engine(owner_dsn.replace("postgresql://", "postgresql+asyncpg://", 1), poolclass=NullPool)
    try:
        async with engine.begin() as connection:
            return await connection.run_sync(within)
    finally:
        await engine.dispose()


async def places(server, *towns) -> set[tuple[str, str]]:
    """The places of the meetings of these towns, as the superuser sees them."""
    admin = await connect(server.admin)
    try:
        found = await admin.fetch(
            "select tenant_id::text, place from meeting where tenant_id = any($1::text[]::uuid[])",
            [each.town.id for each in towns],
        )
        return {tuple(each) for each in found}
    finally:
        await admin.close()


async def test_a_data_migration_changes_the_rows_of_every_tenant(server, oslo, bergen):
    before = await places(server, oslo, bergen)
    await as_migration(server.dsns.owner, lambda _: for_each_tenant("update meeting set place = 'moved ' || place"))
    after = await places(server, oslo, bergen)
    assert after == {(tenant, f"moved {place}") for tenant, place in before}
    assert {tenant for tenant, _ in after} == {oslo.town.id, bergen.town.id}
    await as_migration(
        server.dsns.owner, lambda _: for_each_tenant("update meeting set place = replace(place, 'moved ', '')")
    )
    assert await places(server, oslo, bergen) == before


async def test_the_tenant_is_not_left_over_after_a_data_migration(server, oslo):
    def run(connection):
        for_each_tenant("update meeting set place = place")
        return connection.execute(sa.text("select current_setting('app.tenant', true)")).scalar()

    assert await as_migration(server.dsns.owner, run) == ""


async def test_a_plain_update_by_the_owner_changes_nothing(server, oslo, bergen):
    """Silently: which is why for_each_tenant is the only way in which a migration touches rows."""
    before = await places(server, oslo, bergen)

    def run(connection):
        return connection.execute(sa.text("update meeting set place = 'lost'")).rowcount

    assert await as_migration(server.dsns.owner, run) == 0
    assert await places(server, oslo, bergen) == before


@pytest.mark.parametrize("login", ["superuser", "owner"])
async def test_the_service_refuses_to_run_as(login, server, issuer, running_clock):
    dsns = replace(server.dsns, app=server.admin if login == "superuser" else server.dsns.owner)
    with pytest.raises(DatabaseUnavailable) as refused:
        async with serving(dsns, issuer, running_clock):
            pass
    one_sentence(str(refused.value))


@pytest.mark.parametrize("login", ["superuser", "owner"])
async def test_the_web_server_is_told_in_one_sentence(login, server):
    dsns = replace(server.dsns, app=server.admin if login == "superuser" else server.dsns.owner)
    application = create_app(Settings(secret_key="tests"), dsns)
    told = []

    async def receive():
        return {"type": "lifespan.startup"}

    async def send(message):
        told.append(message)

    await application({"type": "lifespan"}, receive, send)
    assert [message["type"] for message in told] == ["lifespan.startup.failed"]
    one_sentence(told[0]["message"])


@pytest.mark.parametrize("sql", ["alter role plf_app bypassrls", "grant plf_owner to plf_app"])
async def test_the_service_refuses_what_its_own_role_should_not_be_able_to(sql, server, issuer, running_clock):
    back = {"alter role plf_app bypassrls": "alter role plf_app nobypassrls"}.get(sql, "revoke plf_owner from plf_app")
    admin = await connect(server.admin)
    try:
        await admin.execute(sql)
        with pytest.raises(DatabaseUnavailable, match="plf_app"):
            async with serving(server.dsns, issuer, running_clock):
                pass
    finally:
        await admin.execute(back)
        await admin.close()


def one_sentence(said: str) -> None:
    assert "refuses" in said
    assert "\n" not in said
    assert said.endswith(".")
    assert said.count(". ") == 0
