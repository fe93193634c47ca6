"""Units with their periods, numbers elsewhere and sites."""

from alembic import op

from migrations.tenancy import patiently, protect

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    patiently()
    op.execute("create extension if not exists btree_gist")
    op.execute(
        """
        CREATE TABLE organisation (
            tenant_id UUID NOT NULL,
            id UUID NOT NULL,
            created_at TIMESTAMP WITH TIME ZONE NOT NULL,
            created_by UUID,
            updated_at TIMESTAMP WITH TIME ZONE NOT NULL,
            revision INTEGER NOT NULL,
            kind TEXT NOT NULL,
            sector TEXT NOT NULL,
            CONSTRAINT pk_organisation PRIMARY KEY (tenant_id, id),
            CONSTRAINT ck_organisation_kind CHECK (kind in ('municipality', 'district', 'school', 'kindergarten', 'sfo', 'leisure', 'department', 'network')),
            CONSTRAINT ck_organisation_sector CHECK (sector in ('kindergarten', 'school', 'leisure', 'upper_secondary', 'training', 'administration')),
            CONSTRAINT fk_organisation_tenant_id FOREIGN KEY(tenant_id) REFERENCES tenant (id)
        )
        """
    )
    protect("organisation")
    op.execute(
        """
        CREATE TABLE organisation_period (
            tenant_id UUID NOT NULL,
            id UUID NOT NULL,
            created_at TIMESTAMP WITH TIME ZONE NOT NULL,
            created_by UUID,
            updated_at TIMESTAMP WITH TIME ZONE NOT NULL,
            revision INTEGER NOT NULL,
            organisation_id UUID NOT NULL,
            parent_id UUID,
            names JSONB NOT NULL,
            sort_name TEXT COLLATE "C" NOT NULL,
            valid_from DATE NOT NULL,
            valid_to DATE,
            CONSTRAINT pk_organisation_period PRIMARY KEY (tenant_id, id),
            CONSTRAINT ck_organisation_period_period CHECK (valid_to > valid_from),
            CONSTRAINT ck_organisation_period_parent CHECK (parent_id <> organisation_id),
            CONSTRAINT ex_organisation_period_once EXCLUDE USING gist (tenant_id WITH =, organisation_id WITH =, daterange(valid_from, valid_to) WITH &&) DEFERRABLE INITIALLY IMMEDIATE,
            CONSTRAINT fk_organisation_period_tenant_id FOREIGN KEY(tenant_id) REFERENCES tenant (id),
            CONSTRAINT fk_organisation_period_organisation_id FOREIGN KEY(tenant_id, organisation_id) REFERENCES organisation (tenant_id, id),
            CONSTRAINT fk_organisation_period_parent_id FOREIGN KEY(tenant_id, parent_id) REFERENCES organisation (tenant_id, id)
        )
        """
    )
    op.execute("CREATE INDEX ix_organisation_period_organisation_id_valid_from ON organisation_period (tenant_id, organisation_id, valid_from desc)")
    op.execute("CREATE INDEX ix_organisation_period_parent_id_valid_from ON organisation_period (tenant_id, parent_id, valid_from desc)")
    op.execute("CREATE INDEX ix_organisation_period_sort_name_organisation_id ON organisation_period (tenant_id, sort_name, organisation_id)")
    protect("organisation_period")
    op.execute(
        """
        CREATE TABLE organisation_external_id (
            tenant_id UUID NOT NULL,
            id UUID NOT NULL,
            created_at TIMESTAMP WITH TIME ZONE NOT NULL,
            created_by UUID,
            updated_at TIMESTAMP WITH TIME ZONE NOT NULL,
            revision INTEGER NOT NULL,
            organisation_id UUID NOT NULL,
            scheme TEXT NOT NULL,
            value TEXT NOT NULL,
            CONSTRAINT pk_organisation_external_id PRIMARY KEY (tenant_id, id),
            CONSTRAINT ck_organisation_external_id_scheme CHECK (scheme in ('orgnr', 'nsr', 'nbr', 'dk_instnr', 'fk_org_uuid', 'se_skolenhetskod', 'code')),
            CONSTRAINT uq_organisation_external_id_scheme_value UNIQUE (tenant_id, scheme, value),
            CONSTRAINT fk_organisation_external_id_tenant_id FOREIGN KEY(tenant_id) REFERENCES tenant (id),
            CONSTRAINT fk_organisation_external_id_organisation_id FOREIGN KEY(tenant_id, organisation_id) REFERENCES organisation (tenant_id, id)
        )
        """
    )
    op.execute("CREATE INDEX ix_organisation_external_id_organisation_id ON organisation_external_id (tenant_id, organisation_id)")
    protect("organisation_external_id")
    op.execute(
        """
        CREATE TABLE organisation_site (
            tenant_id UUID NOT NULL,
            id UUID NOT NULL,
            created_at TIMESTAMP WITH TIME ZONE NOT NULL,
            created_by UUID,
            updated_at TIMESTAMP WITH TIME ZONE NOT NULL,
            revision INTEGER NOT NULL,
            organisation_id UUID NOT NULL,
            name TEXT NOT NULL,
            address TEXT,
            latitude DOUBLE PRECISION,
            longitude DOUBLE PRECISION,
            main BOOLEAN NOT NULL,
            CONSTRAINT pk_organisation_site PRIMARY KEY (tenant_id, id),
            CONSTRAINT fk_organisation_site_tenant_id FOREIGN KEY(tenant_id) REFERENCES tenant (id),
            CONSTRAINT fk_organisation_site_organisation_id FOREIGN KEY(tenant_id, organisation_id) REFERENCES organisation (tenant_id, id)
        )
        """
    )
    op.execute("CREATE INDEX ix_organisation_site_organisation_id_main_name ON organisation_site (tenant_id, organisation_id, main desc, name)")
    protect("organisation_site")
