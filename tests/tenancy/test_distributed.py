"""The form for servers that distribute tables by tenant: policies without a sub-select, reads under SET LOCAL."""

import catalogue
import pytest
from direct import breaches, met
from harness.contract import contract
from harness.filled import fill
from harness.requests import Sample
from harness.servers import rolled_back, serving
from harness.world import found_municipality

from api.postgres.databases import Dsns
from api.postgres.migrate import upgrade
from api.postgres.pool import connect
from api.postgres.roles import in_database

DATABASE = "plf_distributed"


@pytest.fixture(scope="session")
async def distributed(server) -> Dsns:
    """A second database on the same server, migrated with PLF_TENANCY=distributed."""
    admin = await connect(server.admin)
    try:
        await admin.execute(f"create database {DATABASE} owner plf_owner encoding 'UTF8' template template0")
    finally:
        await admin.close()
    dsns = Dsns(*(in_database(dsn, DATABASE) for dsn in (server.dsns.owner, server.dsns.app, server.dsns.stats)), None)
    inside = await connect(in_database(server.admin, DATABASE))
    try:
        await inside.execute("revoke all on schema public from public; grant usage on schema public to plf_app")
        await inside.execute("grant usage, create on schema public to plf_owner")
    finally:
        await inside.close()
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PLF_TENANCY", "distributed")
        await upgrade(dsns.owner)
    return dsns


@pytest.fixture(scope="session")
async def spread(distributed, issuer, running_clock):
    """The application on that database, as a setting makes it."""
    async with serving(distributed, issuer, running_clock, tenancy="distributed") as application:
        yield application


@pytest.fixture(scope="session")
async def towns(spread, distributed, issuer, running_clock):
    """Two full municipalities there."""
    made = [await found_municipality(spread, distributed.owner, issuer, running_clock) for _ in range(2)]
    return [await fill(town, letter) for town, letter in zip(made, "DE", strict=True)]


async def test_no_policy_has_a_sub_select(server, distributed):
    async with rolled_back(in_database(server.admin, DATABASE)) as admin:
        assert await catalogue.odd_policies(admin, distributed=True) == []
        assert await catalogue.odd_policies(admin) != []
        assert await admin.fetchval("select count(*) from pg_policy where polqual::text ~ 'SUBLINK'") == 0
        others = [rule for rule in catalogue.RULES if rule is not catalogue.odd_policies]
        assert [said for rule in others for said in await rule(admin)] == []


async def test_direct_sql_finds_no_foreign_row_there_either(server, distributed, towns):
    async with rolled_back(in_database(server.admin, DATABASE)) as admin:
        tables = await catalogue.tenant_tables(admin)
        neighbours = await met(admin, towns[0].town.id, towns[1].town.id, tables)
    async with rolled_back(distributed.app) as connection:
        assert [said for table in tables for said in await breaches(connection, table, neighbours)] == []


async def test_both_ways_of_reading_give_the_same_answers(spread, distributed, issuer, running_clock, towns):
    """Every GET there is, byte for byte, whether the tenant is set in the statement or by SET LOCAL."""
    async with serving(distributed, issuer, running_clock) as plain:
        sample, asked = Sample(towns[0]), 0
        for method, path, operation in contract().operations():
            if method == "GET":
                request = await sample.request(operation["operationId"], method, path)
                answers = [await sample.send(request, app=app) for app in (spread, plain)]
                assert answers[0].status_code == 200, answers[0].text
                assert answers[0].content == answers[1].content
                assert dict(answers[0].headers) == dict(answers[1].headers)
                asked += 1
        assert asked > 15


async def test_nothing_of_the_neighbour_is_read(spread, towns):
    mine, theirs = towns
    for path in ("/v1/meetings", "/v1/people", "/v1/teams", "/v1/organisations", "/v1/audit-events"):
        listed = await mine.chief.get(path)
        assert listed.status_code == 200
        assert theirs.canary not in listed.text
    assert (await mine.chief.get(f"/v1/meetings/{theirs.one('meeting_id')}")).status_code == 404


async def test_no_tenant_stays_on_a_connection(spread, towns):
    """After an answer and after a refusal: SET LOCAL ends with its transaction."""
    mine = towns[0]
    for path in ("/v1/me", f"/v1/meetings/{mine.town.id}"):
        await mine.chief.get(path)
    idle = list(spread.service.pool._idle)
    assert idle
    assert {await connection.fetchval("select current_setting('app.tenant', true)") for connection in idle} <= {
        None,
        "",
    }
