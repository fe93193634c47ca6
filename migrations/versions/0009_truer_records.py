"""A role is held once at a time; overrides say what they were about; kept answers say of which thing."""

from alembic import op

from migrations.tenancy import patiently

revision = "0009"
down_revision = "0008"


def upgrade() -> None:
    patiently()
    op.execute(
        "ALTER TABLE role_assignment ADD CONSTRAINT ex_role_assignment_once EXCLUDE USING gist ("
        "tenant_id WITH =, "
        "(person_id::text || role || scope || coalesce(organisation_id, team_id, tenant_id)::text) WITH =, "
        "daterange(valid_from, valid_to) WITH &&)"
    )
    op.execute("ALTER TABLE rule_override ADD COLUMN pointer TEXT NOT NULL DEFAULT ''")
    op.execute("ALTER TABLE rule_override ALTER COLUMN pointer DROP DEFAULT")
    op.execute("ALTER TABLE rule_override ADD COLUMN facts JSONB NOT NULL DEFAULT '{}'")
    op.execute("ALTER TABLE rule_override ALTER COLUMN facts DROP DEFAULT")
    op.execute("ALTER TABLE idempotency_key ADD COLUMN subject_id UUID")
