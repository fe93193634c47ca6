"""School calendars: the days of a school year, by owner and unit, in adopted versions."""

from alembic import op

from migrations.tenancy import patiently, protect

revision = "0014"
down_revision = "0013"


def upgrade() -> None:
    patiently()
    op.execute(
        """
        CREATE TABLE school_calendar (
            tenant_id UUID NOT NULL,
            id UUID NOT NULL,
            created_at TIMESTAMP WITH TIME ZONE NOT NULL,
            created_by UUID,
            updated_at TIMESTAMP WITH TIME ZONE NOT NULL,
            revision INTEGER NOT NULL,
            organisation_id UUID,
            school_year INTEGER NOT NULL,
            state TEXT NOT NULL,
            version INTEGER,
            lang TEXT NOT NULL,
            days JSONB NOT NULL,
            opens TEXT,
            closes TEXT,
            adopted_at TIMESTAMP WITH TIME ZONE,
            CONSTRAINT pk_school_calendar PRIMARY KEY (tenant_id, id),
            CONSTRAINT ck_school_calendar_state CHECK (state in ('draft', 'adopted')),
            CONSTRAINT ck_school_calendar_adopted CHECK ((state = 'adopted') = (version is not null and adopted_at is not null)),
            CONSTRAINT fk_school_calendar_tenant_id FOREIGN KEY(tenant_id) REFERENCES tenant (id),
            CONSTRAINT fk_school_calendar_organisation_id FOREIGN KEY(tenant_id, organisation_id) REFERENCES organisation (tenant_id, id)
        )
        """
    )
    op.execute("CREATE INDEX ix_school_calendar_school_year_created_at_id ON school_calendar (tenant_id, school_year desc, created_at desc, id desc)")
    op.execute(
        "CREATE UNIQUE INDEX ix_school_calendar_version ON school_calendar (tenant_id, organisation_id, school_year, version) "
        "NULLS NOT DISTINCT WHERE state = 'adopted'"
    )
    protect("school_calendar")
