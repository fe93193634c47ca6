"""People and the identities that they sign in with."""

from alembic import op

from migrations.tenancy import patiently, protect

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    patiently()
    op.execute(
        """
        CREATE TABLE person (
            tenant_id UUID NOT NULL,
            id UUID NOT NULL,
            created_at TIMESTAMP WITH TIME ZONE NOT NULL,
            created_by UUID,
            updated_at TIMESTAMP WITH TIME ZONE NOT NULL,
            revision INTEGER NOT NULL,
            kind TEXT NOT NULL,
            name TEXT NOT NULL,
            sort_name TEXT COLLATE "C" NOT NULL,
            email TEXT,
            locale TEXT,
            status TEXT NOT NULL,
            CONSTRAINT pk_person PRIMARY KEY (tenant_id, id),
            CONSTRAINT ck_person_kind CHECK (kind in ('person', 'client')),
            CONSTRAINT ck_person_status CHECK (status in ('active', 'inactive', 'pseudonymised')),
            CONSTRAINT fk_person_tenant_id FOREIGN KEY(tenant_id) REFERENCES tenant (id)
        )
        """
    )
    op.execute("CREATE INDEX ix_person_sort_name_id ON person (tenant_id, sort_name, id)")
    protect("person")
    op.execute(
        """
        CREATE TABLE person_identity (
            tenant_id UUID NOT NULL,
            id UUID NOT NULL,
            created_at TIMESTAMP WITH TIME ZONE NOT NULL,
            created_by UUID,
            updated_at TIMESTAMP WITH TIME ZONE NOT NULL,
            revision INTEGER NOT NULL,
            person_id UUID NOT NULL,
            issuer TEXT NOT NULL,
            subject TEXT NOT NULL,
            CONSTRAINT pk_person_identity PRIMARY KEY (tenant_id, id),
            CONSTRAINT uq_person_identity_issuer_subject UNIQUE (tenant_id, issuer, subject),
            CONSTRAINT fk_person_identity_tenant_id FOREIGN KEY(tenant_id) REFERENCES tenant (id),
            CONSTRAINT fk_person_identity_person_id FOREIGN KEY(tenant_id, person_id) REFERENCES person (tenant_id, id)
        )
        """
    )
    op.execute("CREATE INDEX ix_person_identity_person_id ON person_identity (tenant_id, person_id)")
    protect("person_identity")
