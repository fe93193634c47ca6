"""The rules of the catalogue, each a question to PostgreSQL about schema public: who breaks it?

Every function takes a connection and gives sentences, one a violation, so that each can be shown a bad table.
"""

from api.postgres.pool import Connection
from api.tables import GLOBAL_TABLES, TENANT_ROWS
from migrations.tenancy import DISTRIBUTED, PLAIN

TENANT_TABLES = """
select c.oid, c.relname::text as name, a.attnum
from pg_class c left join pg_attribute a on a.attrelid = c.oid and a.attname = 'tenant_id' and not a.attisdropped
where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p') and c.relname <> all($1::text[])
order by c.relname
"""


async def tenant_tables(connection: Connection) -> list[str]:
    """Every table that has to be fenced."""
    return [each["name"] for each in await connection.fetch(TENANT_TABLES, list(GLOBAL_TABLES))]


async def strays(connection: Connection) -> list[str]:
    """A table is global or a tenant's row in api.tables, with `tenant_id uuid not null`, and nothing else is one."""
    found = await connection.fetch(
        "select c.relname::text as name, c.relkind::text as kind, coalesce(bool_or(a.attnotnull "
        "and a.atttypid = 'uuid'::regtype), false) as has_tenant from pg_class c left join pg_attribute a "
        "on a.attrelid = c.oid and a.attname = 'tenant_id' and not a.attisdropped "
        "where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p', 'f') group by 1, 2 order by 1"
    )
    said = []
    for table in found:
        if table["name"] in GLOBAL_TABLES:
            continue
        if table["name"] not in TENANT_ROWS or table["kind"] == "f":
            said.append(f"{table['name']} is neither global nor a row of api.tables")
        if not table["has_tenant"]:
            said.append(f"{table['name']} has no tenant_id uuid not null")
    there = {table["name"] for table in found}
    return said + [f"{name} is declared, but not there" for name in sorted({*TENANT_ROWS, *GLOBAL_TABLES} - there)]


async def unfenced(connection: Connection) -> list[str]:
    """Row security is enabled, and forced on the owner too."""
    found = await connection.fetch(
        f"select t.name from ({TENANT_TABLES}) t join pg_class c on c.oid = t.oid "
        "where not (c.relrowsecurity and c.relforcerowsecurity)",
        list(GLOBAL_TABLES),
    )
    return [f"{each['name']} is not fenced" for each in found]


async def odd_policies(connection: Connection, *, distributed: bool = False) -> list[str]:
    """Exactly one policy, for every command and every role, and with both halves as `protect` writes them."""
    written = await _written(connection, DISTRIBUTED if distributed else PLAIN)
    found = await connection.fetch(
        f"select t.name, p.polname::text as policy, p.polcmd::text as command, p.polpermissive, "
        f"p.polroles = '{{0}}'::oid[] as everybody, pg_get_expr(p.polqual, p.polrelid) as using, "
        f"pg_get_expr(p.polwithcheck, p.polrelid) as checking from ({TENANT_TABLES}) t "
        "left join pg_policy p on p.polrelid = t.oid",
        list(GLOBAL_TABLES),
    )
    said, seen = [], set()
    for each in found:
        wanted = ("tenant", "*", True, True, written, written)
        if tuple(each)[1:] != wanted or each["name"] in seen:
            said.append(f"{each['name']}: {each['policy']} is not the one policy that protect() writes")
        seen.add(each["name"])
    return said


async def _written(connection: Connection, predicate: str) -> str:
    """The predicate as this server would show it."""
    await connection.execute(
        f"create temp table probe (tenant_id uuid) on commit drop; create policy tenant on probe using ({predicate})"
    )
    shown = await connection.fetchval(
        "select pg_get_expr(polqual, polrelid) from pg_policy where polrelid = 'pg_temp.probe'::regclass"
    )
    await connection.execute("drop table pg_temp.probe")
    return str(shown)


async def leaky_keys(connection: Connection) -> list[str]:
    """Primary keys, unique and exclusion constraints begin with tenant_id, and every table has a primary key."""
    found = await connection.fetch(
        f"select t.name, k.conname::text as constraint from ({TENANT_TABLES}) t join pg_constraint k "
        "on k.conrelid = t.oid and k.contype in ('p', 'u', 'x') where k.conkey[1] is distinct from t.attnum "
        f"union all select t.name, 'no primary key' from ({TENANT_TABLES}) t where not exists "
        "(select from pg_constraint k where k.conrelid = t.oid and k.contype = 'p')",
        list(GLOBAL_TABLES),
    )
    return [f"{each['name']}: {each['constraint']} does not begin with the tenant" for each in found]


async def leaky_references(connection: Connection) -> list[str]:
    """A reference to another tenant's row can't be written: both sides begin with tenant_id."""
    found = await connection.fetch(
        f"select t.name, k.conname::text as constraint from ({TENANT_TABLES}) t "
        "join pg_constraint k on k.conrelid = t.oid and k.contype = 'f' "
        "left join pg_attribute far on far.attrelid = k.confrelid and far.attname = 'tenant_id' "
        "where not ((k.confrelid = 'tenant'::regclass and k.conkey = array[t.attnum]) "
        "or (cardinality(k.conkey) > 1 and k.conkey[1] = t.attnum and k.confkey[1] = far.attnum))",
        list(GLOBAL_TABLES),
    )
    return [f"{each['name']}: {each['constraint']} leads out of the tenant" for each in found]


async def slow_indexes(connection: Connection) -> list[str]:
    """Every index of a tenant table leads with the tenant."""
    found = await connection.fetch(
        f"select t.name, i.indexrelid::regclass::text as index from ({TENANT_TABLES}) t "
        "join pg_index i on i.indrelid = t.oid where i.indkey[0] is distinct from t.attnum",
        list(GLOBAL_TABLES),
    )
    return [f"{each['name']}: the index {each['index']} does not lead with the tenant" for each in found]


async def triggers(connection: Connection) -> list[str]:
    """No triggers but those by which PostgreSQL itself keeps foreign keys; no rules either."""
    found = await connection.fetch(
        "select c.relname::text as name, t.tgname::text as what from pg_trigger t join pg_class c on c.oid = t.tgrelid "
        "where c.relnamespace = 'public'::regnamespace and not (t.tgisinternal and t.tgconstraint <> 0) "
        "union all select c.relname::text, r.rulename::text from pg_rewrite r join pg_class c on c.oid = r.ev_class "
        "where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p')"
    )
    return [f"{each['name']} has the trigger or rule {each['what']}" for each in found]


async def open_views(connection: Connection) -> list[str]:
    """A view asks as whoever asks it; a materialised one knows no row security at all."""
    found = await connection.fetch(
        "select relname::text as name from pg_class where relnamespace = 'public'::regnamespace and (relkind = 'm' "
        "or (relkind = 'v' and not coalesce(reloptions && array['security_invoker=true', 'security_invoker=on'], false)))"
    )
    return [f"{each['name']} is a view that bypasses row security" for each in found]


async def functions(connection: Connection) -> list[str]:
    """No functions of ours (rules live in the domain), and none that acts as its owner, wherever it stands."""
    found = await connection.fetch(
        "select p.oid::regprocedure::text as name from pg_proc p where p.pronamespace <> all(array["
        "'pg_catalog'::regnamespace, 'information_schema'::regnamespace]::oid[]) and (p.prosecdef or not exists "
        "(select from pg_depend d where d.classid = 'pg_proc'::regclass and d.objid = p.oid and d.deptype = 'e'))"
    )
    return [f"{each['name']} is a function of ours" for each in found]


async def owned_by_the_service(connection: Connection) -> list[str]:
    """The roles that serve own nothing, in any database of the server."""
    found = await connection.fetch(
        "select refobjid::regrole::text as role, classid::regclass::text as kind, objid from pg_shdepend "
        "where refclassid = 'pg_authid'::regclass and deptype = 'o' "
        "and refobjid in ('plf_app'::regrole, 'plf_stats'::regrole)"
    )
    return [f"{each['role']} owns {each['kind']} {each['objid']}" for each in found]


async def volatile_defaults(connection: Connection) -> list[str]:
    """Ids and times come from the service: a default that differs from row to row can't be distributed."""
    found = await connection.fetch(
        "select d.adrelid::regclass::text as name, a.attname::text as column from pg_attrdef d "
        "join pg_attribute a on a.attrelid = d.adrelid and a.attnum = d.adnum join pg_class c on c.oid = d.adrelid "
        "where c.relnamespace = 'public'::regnamespace and (d.adbin::text like '%NEXTVALEXPR%' or exists ("
        "select from regexp_matches(d.adbin::text, ':(?:func|opfunc)id (\\d+)', 'g') f "
        "join pg_proc p on p.oid = f[1]::oid where p.provolatile = 'v')) "
        "union all select a.attrelid::regclass::text, a.attname::text from pg_attribute a "
        "join pg_class c on c.oid = a.attrelid where c.relnamespace = 'public'::regnamespace and a.attidentity <> ''"
    )
    return [f"{each['name']}.{each['column']} has a volatile default" for each in found]


async def rewritable_records(connection: Connection) -> list[str]:
    """What is append-only can't be changed or removed by the service, nor any table emptied at once."""
    said = []
    for table, row in sorted(TENANT_ROWS.items()):
        for right in ["truncate", *(["update", "delete"] if row.append_only else [])]:
            some = f"has_any_column_privilege('plf_app', '{table}', 'update')" if right == "update" else "false"
            if await connection.fetchval(f"select has_table_privilege('plf_app', '{table}', '{right}') or {some}"):
                said.append(f"{table}: the service may {right} what is append-only")
    return said


async def enums(connection: Connection) -> list[str]:
    """Words are text with a check: a native enum can't lose a word again."""
    found = await connection.fetch(
        "select typname::text as name from pg_type where typtype = 'e' and typnamespace = 'public'::regnamespace"
    )
    return [f"{each['name']} is a native enum" for each in found]


RULES = (
    strays,
    unfenced,
    odd_policies,
    leaky_keys,
    leaky_references,
    slow_indexes,
    triggers,
    open_views,
    functions,
    owned_by_the_service,
    volatile_defaults,
    rewritable_records,
    enums,
)
