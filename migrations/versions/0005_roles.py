"""Role assignments."""

from alembic import op

from migrations.tenancy import patiently, protect

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    patiently()
    op.execute(
        """
        CREATE TABLE role_assignment (
            tenant_id UUID NOT NULL,
            id UUID NOT NULL,
            created_at TIMESTAMP WITH TIME ZONE NOT NULL,
            created_by UUID,
            updated_at TIMESTAMP WITH TIME ZONE NOT NULL,
            revision INTEGER NOT NULL,
            person_id UUID NOT NULL,
            role TEXT NOT NULL,
            scope TEXT NOT NULL,
            organisation_id UUID,
            team_id UUID,
            valid_from DATE NOT NULL,
            valid_to DATE,
            CONSTRAINT pk_role_assignment PRIMARY KEY (tenant_id, id),
            CONSTRAINT ck_role_assignment_role CHECK (role in ('unit_leader', 'owner', 'admin', 'representative', 'auditor', 'advisor')),
            CONSTRAINT ck_role_assignment_scope CHECK (scope in ('tenant', 'unit', 'team')),
            CONSTRAINT ck_role_assignment_period CHECK (valid_to >= valid_from),
            CONSTRAINT ck_role_assignment_place CHECK ((scope = 'unit') = (organisation_id is not null) and (scope = 'team') = (team_id is not null)),
            CONSTRAINT fk_role_assignment_tenant_id FOREIGN KEY(tenant_id) REFERENCES tenant (id),
            CONSTRAINT fk_role_assignment_person_id FOREIGN KEY(tenant_id, person_id) REFERENCES person (tenant_id, id),
            CONSTRAINT fk_role_assignment_organisation_id FOREIGN KEY(tenant_id, organisation_id) REFERENCES organisation (tenant_id, id),
            CONSTRAINT fk_role_assignment_team_id FOREIGN KEY(tenant_id, team_id) REFERENCES team (tenant_id, id)
        )
        """
    )
    op.execute("CREATE INDEX ix_role_assignment_person_id_role ON role_assignment (tenant_id, person_id, role)")
    op.execute("CREATE INDEX ix_role_assignment_valid_from_id ON role_assignment (tenant_id, valid_from, id)")
    protect("role_assignment")
