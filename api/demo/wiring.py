"""The demo's own parts of a running service: its sign-in provider, the people on its page, and its keys."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from uuid import UUID

from api.demo.provider import (
    FRONTEND,
    INTEGRATION,
    DemoPerson,
    Provider,
    client_secret,
    frontend,
    integration,
    signing_key,
)
from api.identity.tenants import read_tenants
from api.postgres.pool import Connection
from api.settings import Settings
from api.web.answers import App, Receive, Scope, Send
from api.web.docs import SignIn
from api.web.service import Service
from domain.localisation import fallback_chain, resolve_name

PREFIX = "/demo/op"
KEY_FILE = "demo-signing-key.json"
SECRET_FILE = "demo-integration-secret"  # noqa: S105 - its name, not the secret

_PEOPLE = """
select i.subject, p.name,
  array(select distinct r.role from role_assignment r where r.person_id = p.id
    and r.valid_from <= current_date and (r.valid_to is null or r.valid_to > current_date) order by 1) as roles,
  array(select distinct m.duty from team_membership m where m.person_id = p.id
    and (m.valid_to is null or m.valid_to > current_date) order by 1) as duties
from person p join person_identity i on i.person_id = p.id
where i.issuer = $1 and p.status = 'active' and p.kind = 'person' order by p.sort_name, p.id"""

_INTEGRATION = """
select exists (select from person_identity i join person p on p.id = i.person_id
  where i.issuer = $1 and i.subject = $2 and p.kind = 'client' and p.status = 'active')"""

_LABELS = {
    "owner": "School owner",
    "admin": "Administrator",
    "unit_leader": "Leader",
    "representative": "Staff representative",
    "auditor": "Auditor",
    "advisor": "Advisor",
    "leader": "Leads a team",
    "facilitator": "Facilitates a team",
    "member": "Member of a team",
    "observer": "Observes a team",
}


def issuer_of(base_url: str) -> str:
    """The demo provider's issuer: the address under which it is reached, as discovery demands."""
    return base_url + PREFIX


def signing_key_file(data_dir: Path) -> Path:
    """Where the provider's private key lies."""
    return data_dir / KEY_FILE


def provider(base_url: str, data_dir: Path, people: list[DemoPerson]) -> Provider:
    """The provider for a service at `base_url`; `people` may grow while it runs."""
    return Provider(
        issuer=issuer_of(base_url),
        audience=base_url,
        people=lambda: people,
        key=signing_key(signing_key_file(data_dir)),
        clients=[frontend()],
    )


def demo_parts(service: Service, settings: Settings) -> "DemoParts":
    """The parts for this service, which from now on trusts the provider's keys."""
    people: list[DemoPerson] = []
    made = provider(settings.base_url, settings.data_dir, people)
    service.keys.preload(made.issuer, made.jwks())
    return DemoParts(made, people, client_secret(settings.data_dir / SECRET_FILE))


async def read_people(connection: Connection, issuer: str) -> list[DemoPerson]:
    """Everybody who can sign in with this issuer, tenant by tenant: first where most people are, and most to see."""
    found: list[list[DemoPerson]] = []
    for tenant in sorted((await read_tenants(connection)).values(), key=lambda each: each.slug):
        name = resolve_name(tenant.names, fallback_chain(tenant.locale))
        async with connection.transaction(readonly=True):
            await connection.fetchval("select set_config('app.tenant', $1, true)", tenant.id)
            rows = await connection.fetch(_PEOPLE, issuer)
        found.append([_person(row, name, UUID(tenant.id)) for row in rows])
    return [person for people in sorted(found, key=len, reverse=True) for person in people]


def _person(row: Any, municipality: str, tenant: UUID) -> DemoPerson:
    roles = row["roles"] or row["duties"] or ["member"]
    words = ", ".join(_LABELS.get(role, role) for role in roles)
    return DemoPerson(row["subject"], row["name"], municipality, words, tenant)


async def read_integration(connection: Connection, issuer: str) -> UUID | None:
    """The tenant in which the demo's integration has been provisioned, if any."""
    for tenant in await read_tenants(connection):
        async with connection.transaction(readonly=True):
            await connection.fetchval("select set_config('app.tenant', $1, true)", tenant)
            if await connection.fetchval(_INTEGRATION, issuer, INTEGRATION):
                return UUID(tenant)
    return None


@dataclass(frozen=True)
class DemoParts:
    """What create_app mounts in demo mode, and nowhere else."""

    provider: Provider
    people: list[DemoPerson]
    secret: str = field(repr=False)
    prefix: str = PREFIX
    sign_in: SignIn = field(default_factory=lambda: SignIn(FRONTEND, ("openid", "profile", "plf"), provider=PREFIX))

    async def load(self, connection: Connection) -> None:
        """Read whom one can sign in as, and which program; again whenever tenants change."""
        self.people[:] = await read_people(connection, self.provider.issuer)
        tenant = await read_integration(connection, self.provider.issuer)
        if tenant is not None:
            self.provider.enrol(integration(self.secret, tenant))

    @property
    def app(self) -> App:
        """The provider below its prefix."""

        async def mounted(scope: Scope, receive: Receive, send: Send) -> None:
            await self.provider.app({**scope, "root_path": PREFIX}, receive, send)

        return mounted
