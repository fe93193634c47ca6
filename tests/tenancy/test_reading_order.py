"""One statement sets the tenant and reads: the setting comes first, holds for this statement, and is gone after it."""

import re

import asyncpg
import pytest
from harness.issuer import ISSUER
from harness.servers import rolled_back

from api.postgres.asker import Asker
from api.postgres.pool import connect
from api.postgres.statements import Statement
from api.reading.reader import one_statement, page_statement
from api.reading.selections import includable
from api.reading.views import VIEWS
from api.schema.building import schema
from api.schema.documents import Document
from api.schema.plans import plan

PLANS = {
    "as planned": "select 1",
    "generic": "set plan_cache_mode = force_generic_plan",
    "custom": "set plan_cache_mode = force_custom_plan",
    "sequential": (
        "set enable_seqscan = on; set enable_indexscan = off; set enable_bitmapscan = off; set enable_indexonlyscan = off"
    ),
    "hashed": "set enable_nestloop = off; set enable_mergejoin = off",
    "merged": "set enable_nestloop = off; set enable_hashjoin = off",
    "unmaterialised": "set enable_material = off; set enable_memoize = off",
    "parallel": (
        "set enable_seqscan = on; set parallel_setup_cost = 0; set parallel_tuple_cost = 0; set min_parallel_table_scan_size = 0; "
        "set max_parallel_workers_per_gather = 4"
    ),
}
"""Ways to make PostgreSQL choose another order of doing things."""

OPERATIONS = {
    "everything listed": "{ organisations { nodes { name teams { nodes { name meetings { nodes { title agenda { title } } } } } } }"
    " meetings { edges { cursor node { team { name } } } pageInfo { hasNextPage } } people { nodes { email } }"
    " roleAssignments { nodes { place { __typename } } } auditEvents { nodes { subject { id } } } }",
    "one of anything": "query($id: ID!) { node(id: $id) { id ... on Meeting { title participants { person { name } } } } me { name } }",
}
"""Whole operations of GraphQL."""


@pytest.fixture(scope="session")
async def statements(server, oslo) -> dict[str, tuple[Statement, dict]]:
    """One document and one page of every view that there is, with every link, as the chief asks for them."""
    async with rolled_back(server.admin) as admin:
        subject = await admin.fetchval("select subject from person_identity where person_id = $1", oslo.chief.id)
    asker = _asker(oslo, subject)
    ids = await _ids(oslo)
    made = {}
    for name, view in VIEWS.items():
        include = frozenset(includable(view))
        values = {**asker.values(), "id": ids[name][0], "parent": ids[name][1], "limit": 10}
        made[f"{name} alone"] = one_statement(name, include), values
        if hasattr(view, "order"):
            made[f"{name} page"] = page_statement(name, include, (), after=False), values
    for name, query in OPERATIONS.items():
        operation = Document(schema(), query).operation(None)
        bound = operation.bind({"id": oslo.one("meeting_id")})
        planned = plan(schema(), operation, bound, {})
        made[name] = planned.statement, {**asker.values(), **bound.parameters, **planned.constants}
    return made


@pytest.mark.parametrize("plan", PLANS)
async def test_the_tenant_is_set_before_anything_is_looked_at(plan, server, statements):
    connection = await connect(server.dsns.app)
    try:
        await connection.execute("set jit = off; " + PLANS[plan])  # compiling forced plans would take seconds
        times = 7 if plan == "as planned" else 1  # from the sixth on, PostgreSQL may turn to a generic plan
        for name, (statement, values) in statements.items():
            for _ in range(times):
                row = await connection.fetchrow(statement.sql, *statement.arguments(values))
            assert row["asker_status"] == "active", name
            assert row["body"] not in {None, b"[]"}, name
            assert await connection.fetchval("select current_setting('app.tenant', true)") in {None, ""}, name
    finally:
        await connection.close()


async def test_without_it_the_same_statement_finds_nobody(server, statements):
    connection = await connect(server.dsns.app)
    try:
        for name, (statement, values) in statements.items():
            sql, times = re.subn(r"set_config\('app\.tenant', (\$1::text), true\)", r"\1", statement.sql)
            assert times == 1, name
            row = await connection.fetchrow(sql, *statement.arguments(values))
            assert (row["asker_status"], row["body"]) == (None, None), name
    finally:
        await connection.close()


async def test_a_foreign_tenant_finds_nobody(server, statements, bergen):
    connection = await connect(server.dsns.app)
    try:
        for name, (statement, values) in statements.items():
            elsewhere = {**values, "tenant": bergen.town.id}
            row = await connection.fetchrow(statement.sql, *statement.arguments(elsewhere))
            assert (row["asker_status"], row["body"]) == (None, None), name
    finally:
        await connection.close()


async def test_the_policy_is_evaluated_once_and_not_for_every_row(server, statements):
    """The sub-select of the policy is an InitPlan; the bare form would be planned with an unknown tenant."""
    async with rolled_back(server.dsns.app) as connection:
        statement, values = statements["Meeting page"]
        lines = await connection.fetch("explain (analyze, costs off) " + statement.sql, *statement.arguments(values))
        plan = "\n".join(line[0] for line in lines)
    assert "InitPlan" in plan
    assert not re.search(r"(Filter|Cond): .*current_setting", plan)


async def test_nothing_is_left_over_after_an_error(server, statements):
    connection = await connect(server.dsns.app)
    try:
        statement, values = statements["Meeting page"]
        with pytest.raises(asyncpg.PostgresError):
            await connection.fetchrow(statement.sql, *statement.arguments({**values, "limit": -5}))
        assert await connection.fetchval("select current_setting('app.tenant', true)") in {None, ""}
    finally:
        await connection.close()


def _asker(filled, subject: str) -> Asker:
    now = filled.town.clock()
    return Asker(
        filled.town.id, ISSUER, subject, now, now.date(), "NO", "Europe/Oslo", "nb", ("nb", "nn", "da", "sv", "en")
    )


async def _ids(filled) -> dict[str, tuple[str, str]]:
    """(id, parent's id) of a row of every view."""
    published = filled.ids["meeting_id"][2]
    meeting = (await filled.chief.get(f"/v1/meetings/{published}")).json()
    evaluations = await filled.chief.get(f"/v1/meetings/{published}/rule-evaluations")
    events = await filled.chief.get("/v1/audit-events")
    return {
        "Meeting": (published, ""),
        "AgendaItem": (meeting["agenda"][0]["id"], published),
        "PreparationTask": (meeting["preparation_tasks"][0]["id"], published),
        "Participant": (meeting["participants"][0]["id"], published),
        "RuleOverride": (meeting["rule_overrides"][0]["id"], published),
        "RuleEvaluation": (evaluations.json()["items"][0]["id"], published),
        "SchoolCalendar": (filled.one("calendar_id"), ""),
        "MethodChoice": (filled.one("choice_id"), ""),
        "Team": (filled.one("team_id"), ""),
        "TeamMembership": (filled.one("membership_id"), filled.one("team_id")),
        "Organisation": (filled.one("organisation_id"), ""),
        "Person": (filled.one("person_id"), ""),
        "Me": (filled.chief.id, ""),
        "RoleAssignment": (filled.one("assignment_id"), ""),
        "Tenant": (filled.town.id, ""),
        "AuditEvent": (events.json()["items"][0]["id"], ""),
    }
