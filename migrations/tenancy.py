"""The only place that writes row security and grants, and the only way in which a migration touches rows."""

import os
from collections.abc import Iterator

import sqlalchemy as sa
from alembic import op

PLAIN = "tenant_id = (select nullif(current_setting('app.tenant', true), '')::uuid)"
"""The sub-select is planned once as an InitPlan; with the bare form the one-statement read path is planned
with an unknown tenant and takes a hundred times longer (docs/decisions/0004)."""

DISTRIBUTED = "tenant_id = nullif(current_setting('app.tenant', true), '')::uuid"
"""For servers that distribute tables by tenant and refuse sub-selects in policies."""


def policy() -> str:
    """The predicate of every tenant policy, in the form that PLF_TENANCY asks for (plain | distributed)."""
    return DISTRIBUTED if os.environ.get("PLF_TENANCY") == "distributed" else PLAIN


def protect(table: str, *, append_only: bool = False) -> None:
    """Fence `table` by tenant for everyone, its owner included, and grant the service what it needs.

    An append-only table can be read and added to; nothing in it can be changed or removed by the service.
    """
    rights = "select, insert" if append_only else "select, insert, update, delete"
    predicate = policy()
    for statement in (
        f"alter table {table} enable row level security",
        f"alter table {table} force row level security",
        f"create policy tenant on {table} using ({predicate}) with check ({predicate})",
        f"grant {rights} on {table} to plf_app",
    ):
        op.execute(statement)


def share(table: str) -> None:
    """Let the service read a global table; only migrations and the owner's commands write it."""
    op.execute(f"grant select on {table} to plf_app")


def patiently() -> None:
    """Open a migration: rather fail and be tried again than stand in the way of the service."""
    op.execute("set local lock_timeout = '2s'")


def for_each_tenant(sql: str) -> None:
    """Run one data-changing statement once per tenant: under FORCE the owner sees no row without a tenant."""
    for tenant in _tenants():
        op.execute(sa.text("select set_config('app.tenant', :tenant, true)").bindparams(tenant=tenant))
        op.execute(sql)
    op.execute("select set_config('app.tenant', '', true)")


def _tenants() -> Iterator[str]:
    rows = op.get_bind().execute(sa.text("select id::text from tenant order by id"))
    return iter([row[0] for row in rows])
