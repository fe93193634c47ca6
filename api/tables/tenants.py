"""The global tables: who the tenants are, and which issuers speak for them."""

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ARRAY, JSONB

from api.tables.base import METADATA

TENANT = sa.Table(
    "tenant",
    METADATA,
    sa.Column("id", sa.Uuid(), primary_key=True),
    sa.Column("slug", sa.Text(), nullable=False, unique=True),
    sa.Column("names", JSONB(), nullable=False),
    sa.Column("country", sa.Text(), nullable=False),
    sa.Column("locale", sa.Text(), nullable=False),
    sa.Column("zone", sa.Text(), nullable=False),
    sa.Column("active", sa.Boolean(), nullable=False),
    sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
)

ISSUER_BINDING = sa.Table(
    "issuer_binding",
    METADATA,
    sa.Column("id", sa.Uuid(), primary_key=True),
    sa.Column("tenant_id", sa.Uuid(), sa.ForeignKey("tenant.id"), nullable=False),
    sa.Column("issuer", sa.Text(), nullable=False),
    sa.Column("audiences", ARRAY(sa.Text()), nullable=False),
    sa.Column("dialect", sa.Text(), nullable=False),
    sa.Column("algorithms", ARRAY(sa.Text()), nullable=False),
    sa.Column("jwks_uri", sa.Text()),
    sa.Column("tenant_claim", sa.Text()),
    sa.Column("tenant_value", sa.Text()),
    sa.Column("subject_claims", ARRAY(sa.Text()), nullable=False),
    sa.Column("client_ids", ARRAY(sa.Text()), nullable=False),
    sa.Column("active", sa.Boolean(), nullable=False),
)
