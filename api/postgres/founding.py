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


_OVERLAPS = """
with bound as (
    select b.id, b.tenant_id, t.slug, replace(b.issuer, '{tenantid}', coalesce(b.tenant_value, '')) as issuer,
           b.tenant_claim as claim, regexp_replace(b.tenant_value, '^0192:', '') as value
    from issuer_binding b join tenant t on t.id = b.tenant_id
    where b.active and t.active
)
select distinct one.issuer, one.slug, other.slug as other
from bound one join bound other on other.issuer = one.issuer and other.id <> one.id
where ($1::uuid is null or one.tenant_id = $1)
  and (one.claim is null or other.claim is null or one.claim = other.claim and (
    one.value = other.value
    or starts_with(one.value, '@') and right(other.value, length(one.value)) = one.value
    or starts_with(other.value, '@') and right(one.value, length(other.value)) = other.value))
order by 1, 2, 3"""
"""What `Bindings.choose` could not tell apart, each pair both ways; at most too much, whatever the dialect."""


class IssuerShared(Exception):
    """Why an issuer can't speak for the tenant beside those for whom it speaks already; str() is one sentence."""


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
    """All or nothing, as plf_owner. Raises IssuerShared, asyncpg.UniqueViolationError for a slug that is taken."""
    id = id or new_id()
    async with owner.transaction():
        # Of two foundings at once neither would see the other's binding.
        await owner.execute("lock table issuer_binding in share row exclusive mode")
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
        await _refuse_overlap(owner, id)
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


async def unbind(owner: Connection, slug: str, issuer: str) -> int:
    """As plf_owner: the issuer's tokens no longer mean this tenant; how many bindings that took."""
    async with owner.transaction():
        gone = await owner.fetch(
            "update issuer_binding b set active = false from tenant t "
            "where t.id = b.tenant_id and t.slug = $1 and b.issuer = $2 and b.active returning b.id",
            slug,
            issuer,
        )
        if gone:
            await owner.execute(f"notify {CHANGED}")
    return len(gone)


async def overlaps(connection: Connection, tenant: UUID | None = None) -> list[tuple[str, str, str]]:
    """Issuer, slug and other slug wherever one token could mean two bindings; of this tenant, or of any."""
    return [tuple(row) for row in await connection.fetch(_OVERLAPS, tenant)]


async def _refuse_overlap(owner: Connection, tenant: UUID) -> None:
    for issuer, _, other in await overlaps(owner, tenant):
        raise IssuerShared(
            f"The issuer {issuer} speaks for «{other}» already, and one token could then mean both, so nobody of "
            "either could sign in: tell them apart by a tenant claim with a value of its own for each."
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
