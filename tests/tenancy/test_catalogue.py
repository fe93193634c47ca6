"""No table escapes: the catalogue's rules on the migrated database, and each rule shown something that breaks it."""

from pathlib import Path

import catalogue
import declarations
import pytest
import sqlalchemy as sa

from api.tables import GLOBAL_TABLES, METADATA, TENANT_ROWS
from migrations.tenancy import PLAIN

GRANTS = Path(__file__).with_name("grants.txt")

GOOD = (
    "create table bad (tenant_id uuid not null, id uuid not null, primary key (tenant_id, id));"
    "alter table bad enable row level security; alter table bad force row level security;"
    f"create policy tenant on bad using ({PLAIN}) with check ({PLAIN});"
)
"""A table that follows every rule, except that api.tables does not know it."""

BROKEN = {
    "strays": [
        GOOD,
        "create table bad (tenant_id uuid, id uuid)",
        "alter table team drop constraint pk_team cascade; alter table team alter tenant_id drop not null",
        "drop table rule_override",
    ],
    "unfenced": [
        "create table bad (tenant_id uuid not null)",
        "alter table team no force row level security",
        "alter table team disable row level security",
    ],
    "odd_policies": [
        "create table bad (tenant_id uuid not null)",
        "drop policy tenant on team",
        "alter policy tenant on team using (true)",
        "alter policy tenant on team with check (true)",
        "alter policy tenant on team to plf_app",
        "create policy more on team using (true)",
        "create policy more on team for select to plf_stats using (true)",
        f"drop policy tenant on team; create policy tenant on team as restrictive using ({PLAIN}) with check ({PLAIN})",
        f"drop policy tenant on team; create policy tenant on team using ({PLAIN})",
        f"drop policy tenant on team; create policy tenant on team for select using ({PLAIN})",
    ],
    "leaky_keys": [
        "create table bad (tenant_id uuid not null, id uuid primary key)",
        "create table bad (tenant_id uuid not null, id uuid)",
        GOOD + "alter table bad add column slug text, add unique (slug)",
        GOOD + "alter table bad add column slug text, add unique (slug, tenant_id)",
        GOOD + "alter table bad add exclude using gist (id with =)",
    ],
    "leaky_references": [
        GOOD + "alter table issuer_binding add unique (tenant_id, id); alter table bad add "
        "foreign key (id, tenant_id) references issuer_binding (id, tenant_id)",
        GOOD + "alter table team add unique (id); alter table bad add foreign key (id) references team (id)",
        GOOD + "alter table bad add foreign key (id) references tenant (id)",
        GOOD + "alter table team add unique (id, tenant_id); "
        "alter table bad add foreign key (tenant_id, id) references team (id, tenant_id)",
    ],
    "slow_indexes": [
        GOOD + "create index on bad (id)",
        GOOD + "create unique index on bad (id, tenant_id)",
        GOOD + "create index on bad ((id::text), tenant_id)",
    ],
    "triggers": [
        (
            "create function pg_temp.f() returns trigger language plpgsql as 'begin return new; end';"
            "create trigger bad before update on team for each row execute function pg_temp.f()"
        ),
        "create rule bad as on delete to team do instead nothing",
    ],
    "open_views": [
        "create view bad as select * from team",
        "create view bad with (security_invoker = false) as select * from team",
        "create materialized view bad as select * from team",
    ],
    "functions": [
        "create function bad() returns int language sql as 'select 1'",
        "create schema elsewhere; create function elsewhere.bad() returns int language sql security definer as 'select 1'",
    ],
    "owned_by_the_service": [
        "alter table team owner to plf_app",
        "grant create on schema public to plf_stats; set local role plf_stats; create table bad (a int); reset role",
        "create schema authorization plf_app",
    ],
    "volatile_defaults": [
        GOOD + "alter table bad alter id set default gen_random_uuid()",
        GOOD + "alter table bad add column n bigserial",
        GOOD + "alter table bad add column n bigint generated always as identity",
        GOOD + "alter table bad add column at timestamptz default clock_timestamp()",
    ],
    "rewritable_records": [
        "grant update on audit_event to plf_app",
        "grant update (code) on audit_event to plf_app",
        "grant delete on rule_evaluation to public",
        "grant truncate on team to plf_app",
    ],
    "enums": ["create type mood as enum ('glad')"],
}


@pytest.mark.parametrize("rule", catalogue.RULES, ids=lambda rule: rule.__name__)
async def test_every_table_follows(rule, admin):
    assert await rule(admin) == []


@pytest.mark.parametrize(("rule", "sql"), [(rule, sql) for rule, all_sql in BROKEN.items() for sql in all_sql])
async def test_what_breaks_a_rule_is_found(rule, sql, admin):
    await admin.execute(sql)
    assert await getattr(catalogue, rule)(admin) != []


def test_every_rule_is_shown_something_that_breaks_it():
    assert {rule.__name__ for rule in catalogue.RULES} == set(BROKEN)


async def test_a_good_table_breaks_no_rule_but_that_it_is_undeclared(admin):
    await admin.execute(GOOD)
    found = {rule.__name__: said for rule in catalogue.RULES if (said := await rule(admin))}
    assert found == {"strays": ["bad is neither global nor a row of api.tables"]}


async def test_the_closed_list_is_the_catalogue(admin):
    assert set(await catalogue.tenant_tables(admin)) == set(TENANT_ROWS)
    assert len(GLOBAL_TABLES) == 3


async def test_rights_are_the_golden_list(admin):
    """A new table needs its line in grants.txt, where a reviewer sees it."""
    assert await declarations.grants(admin) == GRANTS.read_text().splitlines()


@pytest.mark.parametrize(
    "sql",
    [
        "grant update on tenant to plf_app",
        "grant select on team to plf_stats",
        "grant select (name) on team to plf_stats",
        "grant select on team to public",
        "grant create on schema public to plf_app",
        "revoke insert on team from plf_app",
    ],
)
async def test_other_rights_are_found(sql, admin):
    await admin.execute(sql)
    assert await declarations.grants(admin) != GRANTS.read_text().splitlines()


async def test_alembic_would_change_nothing(server):
    assert await declarations.drifted(server.dsns.owner) == []


async def test_alembic_sees_a_table_that_was_never_migrated(server):
    more = sa.MetaData()
    for table in METADATA.tables.values():
        table.to_metadata(more)
    sa.Table("forgotten", more, sa.Column("id", sa.Integer, primary_key=True))
    assert [each for each in await declarations.drifted(server.dsns.owner, more) if "forgotten" in each]


async def test_the_migrations_make_what_the_rows_declare(admin):
    """Down to checks, exclusions, collations and the order of index columns, which Alembic does not compare."""
    assert await _declared(admin) == await declarations.shape(admin, "public")


@pytest.mark.parametrize(
    "sql",
    [
        "alter table team drop constraint ck_team_kind",
        'alter table team alter sort_name type text collate pg_catalog."default"',
        "alter table team alter name set default ''",
        "alter table team_membership drop constraint ex_team_membership_once",
        "drop index ix_team_sort_name_id; create index ix_team_sort_name_id on team (tenant_id, sort_name desc, id)",
    ],
)
async def test_what_the_rows_do_not_declare_is_found(sql, admin):
    wanted = await _declared(admin)
    await admin.execute(sql)
    assert await declarations.shape(admin, "public") != wanted


async def test_every_column_about_a_person_says_what_becomes_of_it(admin):
    assert await declarations.undeclared_people(admin) == []


@pytest.mark.parametrize(
    "sql",
    [
        GOOD + "alter table bad add column author uuid, add foreign key (tenant_id, author) references person",
        GOOD + "alter table bad add column whoever uuid, add foreign key (tenant_id, whoever) references person",
        *(GOOD + f"alter table bad add column {name} text" for name in ("approved_by", "email", "person_name")),
    ],
)
async def test_a_column_about_a_person_without_a_fate_is_found(sql, admin):
    await admin.execute(sql)
    assert len(await declarations.undeclared_people(admin)) == 1


async def _declared(connection) -> dict[str, str]:
    """The shape of a schema that is made from the declarations."""
    from sqlalchemy.dialects import postgresql
    from sqlalchemy.schema import CreateIndex, CreateTable

    await connection.execute("create schema declared; set local search_path = declared, public")
    for table in METADATA.sorted_tables:
        await connection.execute(str(CreateTable(table).compile(dialect=postgresql.dialect())))
        for index in sorted(table.indexes, key=lambda each: each.name):
            await connection.execute(str(CreateIndex(index).compile(dialect=postgresql.dialect())))
    return await declarations.shape(connection, "declared")
