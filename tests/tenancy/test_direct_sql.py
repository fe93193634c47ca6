"""T7 and T8: the service's own role finds no foreign row by any SQL, and every opened policy would be noticed."""

import catalogue
import pytest
from direct import Neighbours, breaches, met
from harness.servers import rolled_back

from api.tables import TENANT_ROWS

OPENED = {
    "both": "using (true) with check (true)",
    "using": "using (true)",
    "check": "with check (true)",
}


@pytest.fixture(scope="session")
async def neighbours(server, oslo, bergen) -> Neighbours:
    async with rolled_back(server.admin) as admin:
        return await met(admin, oslo.town.id, bergen.town.id, await catalogue.tenant_tables(admin))


@pytest.mark.parametrize("table", sorted(TENANT_ROWS))
async def test_no_foreign_row_is_seen_or_changed(table, as_app, neighbours):
    assert await breaches(as_app, table, neighbours) == []


@pytest.mark.parametrize("table", sorted(TENANT_ROWS))
async def test_without_a_tenant_there_are_no_rows(table, as_app, neighbours):
    assert await as_app.fetchval(f"select count(*) from {table}") == 0
    await as_app.execute("select set_config('app.tenant', '', true)")
    assert await as_app.fetchval(f"select count(*) from {table}") == 0
    await as_app.execute("select set_config('app.tenant', $1, true)", neighbours.own)
    tenants = await as_app.fetch(f"select distinct tenant_id::text as id from {table}")
    assert [each["id"] for each in tenants] == [neighbours.own]


@pytest.mark.parametrize("opened", OPENED)
async def test_every_opened_policy_is_noticed(opened, admin, neighbours):
    """For each table: open its policy, and the direct SQL must report that table; unnoticed tables: none."""
    unnoticed = []
    for table in await catalogue.tenant_tables(admin):
        mutant = admin.transaction()
        await mutant.start()
        await admin.execute(f"alter policy tenant on {table} {OPENED[opened]}")
        await admin.execute("set local role plf_app")
        if not await breaches(admin, table, neighbours):
            unnoticed.append(table)
        await mutant.rollback()
    assert unnoticed == []


@pytest.mark.parametrize(
    "sql",
    [
        "alter table {table} disable row level security",
        "create policy more on {table} using (true)",
        "alter role plf_app bypassrls",
    ],
)
async def test_other_ways_to_open_a_table_are_noticed_too(sql, admin, neighbours):
    unnoticed = []
    for table in await catalogue.tenant_tables(admin):
        mutant = admin.transaction()
        await mutant.start()
        await admin.execute(sql.format(table=table))
        await admin.execute("set local role plf_app")
        if not await breaches(admin, table, neighbours):
            unnoticed.append(table)
        await mutant.rollback()
    assert unnoticed == []


async def test_the_attempts_would_work_on_own_rows(admin, neighbours):
    """So that «nothing got through» means the fence, and not a statement that never does anything."""
    turned = Neighbours(neighbours.foreign, neighbours.foreign, neighbours.rows)
    await admin.execute("set local role plf_app")
    got_through = " ".join(await breaches(admin, "outbox_event", turned))
    for name in ("select", "for update", "update", "delete", "copy", "upsert", "merge update", "merge delete"):
        assert f"outbox_event: {name} " in got_through
