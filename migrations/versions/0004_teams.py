"""Teams and memberships."""

from alembic import op

from migrations.tenancy import patiently, protect

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    patiently()
    op.execute(
        """
        CREATE TABLE team (
            tenant_id UUID NOT NULL,
            id UUID NOT NULL,
            created_at TIMESTAMP WITH TIME ZONE NOT NULL,
            created_by UUID,
            updated_at TIMESTAMP WITH TIME ZONE NOT NULL,
            revision INTEGER NOT NULL,
            organisation_id UUID NOT NULL,
            kind TEXT NOT NULL,
            name TEXT NOT NULL,
            sort_name TEXT COLLATE "C" NOT NULL,
            lang TEXT NOT NULL,
            state TEXT NOT NULL,
            CONSTRAINT pk_team PRIMARY KEY (tenant_id, id),
            CONSTRAINT ck_team_kind CHECK (kind in ('class', 'grade', 'subject', 'department', 'leadership', 'resource', 'network', 'project')),
            CONSTRAINT ck_team_state CHECK (state in ('active', 'paused', 'archived')),
            CONSTRAINT fk_team_tenant_id FOREIGN KEY(tenant_id) REFERENCES tenant (id),
            CONSTRAINT fk_team_organisation_id FOREIGN KEY(tenant_id, organisation_id) REFERENCES organisation (tenant_id, id)
        )
        """
    )
    op.execute("CREATE INDEX ix_team_organisation_id_sort_name_id ON team (tenant_id, organisation_id, sort_name, id)")
    op.execute("CREATE INDEX ix_team_sort_name_id ON team (tenant_id, sort_name, id)")
    protect("team")
    op.execute(
        """
        CREATE TABLE team_membership (
            tenant_id UUID NOT NULL,
            id UUID NOT NULL,
            created_at TIMESTAMP WITH TIME ZONE NOT NULL,
            created_by UUID,
            updated_at TIMESTAMP WITH TIME ZONE NOT NULL,
            revision INTEGER NOT NULL,
            team_id UUID NOT NULL,
            person_id UUID NOT NULL,
            duty TEXT NOT NULL,
            valid_from DATE NOT NULL,
            valid_to DATE,
            CONSTRAINT pk_team_membership PRIMARY KEY (tenant_id, id),
            CONSTRAINT ck_team_membership_duty CHECK (duty in ('member', 'facilitator', 'leader', 'observer')),
            CONSTRAINT ck_team_membership_period CHECK (valid_to >= valid_from),
            CONSTRAINT ex_team_membership_once EXCLUDE USING gist (tenant_id WITH =, team_id WITH =, person_id WITH =, daterange(valid_from, valid_to) WITH &&) DEFERRABLE INITIALLY IMMEDIATE,
            CONSTRAINT fk_team_membership_tenant_id FOREIGN KEY(tenant_id) REFERENCES tenant (id),
            CONSTRAINT fk_team_membership_team_id FOREIGN KEY(tenant_id, team_id) REFERENCES team (tenant_id, id),
            CONSTRAINT fk_team_membership_person_id FOREIGN KEY(tenant_id, person_id) REFERENCES person (tenant_id, id)
        )
        """
    )
    op.execute("CREATE INDEX ix_team_membership_person_id_team_id ON team_membership (tenant_id, person_id, team_id)")
    op.execute("CREATE INDEX ix_team_membership_team_id_valid_from_id ON team_membership (tenant_id, team_id, valid_from, id)")
    protect("team_membership")
