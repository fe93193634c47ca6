"""Units that merge or split: what one handed over to another; a team may have sums in several units."""

from alembic import op

from migrations.tenancy import patiently, protect

revision = "0013"
down_revision = "0012"


def upgrade() -> None:
    patiently()
    op.execute(
        """
        CREATE TABLE organisation_succession (
            tenant_id UUID NOT NULL,
            id UUID NOT NULL,
            created_at TIMESTAMP WITH TIME ZONE NOT NULL,
            created_by UUID,
            updated_at TIMESTAMP WITH TIME ZONE NOT NULL,
            revision INTEGER NOT NULL,
            kind TEXT NOT NULL,
            origin_id UUID NOT NULL,
            into_id UUID NOT NULL,
            effective_on DATE NOT NULL,
            units INTEGER NOT NULL,
            teams INTEGER NOT NULL,
            meetings INTEGER NOT NULL,
            CONSTRAINT pk_organisation_succession PRIMARY KEY (tenant_id, id),
            CONSTRAINT ck_organisation_succession_kind CHECK (kind in ('merge', 'split')),
            CONSTRAINT ck_organisation_succession_units CHECK (origin_id <> into_id),
            CONSTRAINT fk_organisation_succession_tenant_id FOREIGN KEY(tenant_id) REFERENCES tenant (id),
            CONSTRAINT fk_organisation_succession_origin_id FOREIGN KEY(tenant_id, origin_id) REFERENCES organisation (tenant_id, id),
            CONSTRAINT fk_organisation_succession_into_id FOREIGN KEY(tenant_id, into_id) REFERENCES organisation (tenant_id, id)
        )
        """
    )
    op.execute("CREATE INDEX ix_organisation_succession_origin_id_effective_on_id ON organisation_succession (tenant_id, origin_id, effective_on, id)")
    op.execute("CREATE INDEX ix_organisation_succession_into_id_effective_on_id ON organisation_succession (tenant_id, into_id, effective_on, id)")
    protect("organisation_succession", append_only=True)
    op.execute("DROP INDEX ix_meeting_rollup_team")
    op.execute("CREATE UNIQUE INDEX ix_meeting_rollup_team ON meeting_rollup (tenant_id, team_id, grain, starts_on, organisation_id)")
