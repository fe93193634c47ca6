"""What an agenda was planned to take is noted when it goes out, and figures are read from an index alone; kept answers
are indexed for pruning alone."""

from alembic import op

from migrations.tenancy import for_each_tenant, patiently

revision = "0011"
down_revision = "0010"

MINUTES = """
update meeting m set planned_minutes = x.planned, development_minutes = x.development
from (
    select m.id, coalesce(sum(a.minutes), 0) as planned,
        coalesce(sum(a.minutes) filter (where a.track = 'development'), 0) as development
    from meeting m left join agenda_item a on a.meeting_id = m.id
    where m.published_at is not null and m.planned_minutes is null
    group by m.id
) x
where x.id = m.id
"""
"""No item of an agenda that has gone out was ever changed: what is there now was there then."""


def upgrade() -> None:
    patiently()
    op.execute("ALTER TABLE meeting ADD COLUMN planned_minutes INTEGER")
    op.execute("ALTER TABLE meeting ADD COLUMN development_minutes INTEGER")
    for_each_tenant(MINUTES)
    op.execute(
        "CREATE INDEX ix_meeting_counted ON meeting (tenant_id, organisation_id, starts_at) "
        "INCLUDE (purpose, state, published_by, lead_hours, planned_minutes, development_minutes) "
        "WHERE published_at is not null"
    )
    # Planned while there are no keys, a look for one by any index that leads with the tenant alone costs the same as by
    # its own, and might stay with it when there are many.
    op.execute("DROP INDEX ix_idempotency_key_created_at")
    op.execute(
        "CREATE INDEX ix_idempotency_key_created_at ON idempotency_key (tenant_id, created_at) WHERE status is not null"
    )
