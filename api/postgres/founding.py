"""How a tenant begins: its row, the issuers that speak for it, and one administrator who provisions the rest."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from uuid import UUID

import orjson

from api.postgres.ids import new_id
from api.postgres.pool import Connection

CHANGED = "plf_tenants"
"""The notification that tells every process to read the global tables again."""


@dataclass(frozen=True)
class NewTenant:
    """A school owner who joins."""

    slug: str
    names: Mapping[str, str]
    country: str
    locale: str
    zone: str


@dataclass(frozen=True)
class NewBinding:
    """An issuer that speaks for the tenant; see the table issuer_binding."""

    issuer: str
    audiences: Sequence[str]
    dialect: str = "rfc9068"
    algorithms: Sequence[str] = ("RS256",)
    jwks_uri: str | None = None
    tenant_claim: str | None = None
    tenant_value: str | None = None
    subject_claims: Sequence[str] = ()
    client_ids: Sequence[str] = ()


@dataclass(frozen=True)
class FirstPerson:
    """The administrator whom the owner names: known by what their issuer calls them."""

    name: str
    sort_name: str
    issuer: str
    subject: str
    roles: Sequence[str] = ("admin",)
    since: date | None = None


async def found_tenant(
    owner: Connection,
    tenant: NewTenant,
    bindings: Sequence[NewBinding],
    first: FirstPerson,
    id: UUID | None = None,
) -> UUID:
    """All or nothing, as plf_owner. Raises asyncpg.UniqueViolationError for a slug that is taken."""
    id = id or new_id()
    async with owner.transaction():
        await owner.execute(
            "insert into tenant (id, slug, names, country, locale, zone, active, created_at) "
            "values ($1, $2, $3::text::jsonb, $4, $5, $6, true, $7)",
            id,
            tenant.slug,
            orjson.dumps(dict(tenant.names)).decode(),
            tenant.country,
            tenant.locale,
            tenant.zone,
            datetime.now(UTC),
        )
        for binding in bindings:
            await bind(owner, id, binding)
        await _provision(owner, id, first)
        await owner.execute(f"notify {CHANGED}")
    return id


async def bind(owner: Connection, tenant: UUID, binding: NewBinding) -> None:
    """Let an issuer speak for a tenant."""
    await owner.execute(
        "insert into issuer_binding (id, tenant_id, issuer, audiences, dialect, algorithms, jwks_uri, "
        "tenant_claim, tenant_value, subject_claims, client_ids, active) "
        "values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, true)",
        new_id(),
        tenant,
        binding.issuer,
        list(binding.audiences),
        binding.dialect,
        list(binding.algorithms),
        binding.jwks_uri,
        binding.tenant_claim,
        binding.tenant_value,
        list(binding.subject_claims),
        list(binding.client_ids),
    )


async def _provision(owner: Connection, tenant: UUID, first: FirstPerson) -> None:
    await owner.fetchval("select set_config('app.tenant', $1, true)", str(tenant))
    person, now = new_id(), datetime.now(UTC)
    base = "tenant_id, id, created_at, updated_at, revision"
    await owner.execute(
        f"insert into person ({base}, kind, name, sort_name, status) "
        "values ($1, $2, $3, $3, 1, 'person', $4, $5, 'active')",
        tenant,
        person,
        now,
        first.name,
        first.sort_name,
    )
    await owner.execute(
        f"insert into person_identity ({base}, person_id, issuer, subject) values ($1, $2, $3, $3, 1, $4, $5, $6)",
        tenant,
        new_id(),
        now,
        person,
        first.issuer,
        first.subject,
    )
    for role in first.roles:
        await owner.execute(
            f"insert into role_assignment ({base}, person_id, role, scope, valid_from) "
            "values ($1, $2, $3, $3, 1, $4, $5, 'tenant', $6)",
            tenant,
            new_id(),
            now,
            person,
            role,
            first.since or now.date(),
        )
