"""The global tables: tenants, and the issuers that speak for them."""

from alembic import op

from migrations.tenancy import patiently, share

revision = "0001"
down_revision = None


def upgrade() -> None:
    patiently()
    op.execute(
        """
        CREATE TABLE tenant (
            id UUID NOT NULL,
            slug TEXT NOT NULL,
            names JSONB NOT NULL,
            country TEXT NOT NULL,
            locale TEXT NOT NULL,
            zone TEXT NOT NULL,
            active BOOLEAN NOT NULL,
            created_at TIMESTAMP WITH TIME ZONE NOT NULL,
            PRIMARY KEY (id),
            UNIQUE (slug)
        )
        """
    )
    share("tenant")
    op.execute(
        """
        CREATE TABLE issuer_binding (
            id UUID NOT NULL,
            tenant_id UUID NOT NULL,
            issuer TEXT NOT NULL,
            audiences TEXT[] NOT NULL,
            dialect TEXT NOT NULL,
            algorithms TEXT[] NOT NULL,
            jwks_uri TEXT,
            tenant_claim TEXT,
            tenant_value TEXT,
            subject_claims TEXT[] NOT NULL,
            client_ids TEXT[] NOT NULL,
            active BOOLEAN NOT NULL,
            PRIMARY KEY (id),
            FOREIGN KEY(tenant_id) REFERENCES tenant (id)
        )
        """
    )
    share("issuer_binding")
    share("alembic_version")
