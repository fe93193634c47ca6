"""`plf tenant add` and `unbind`: how a municipality begins, and how an issuer stops speaking for it."""

import asyncio
import re
from collections.abc import Awaitable, Callable
from ipaddress import ip_address
from typing import TYPE_CHECKING, Annotated, Any
from urllib.parse import urlsplit

import typer

from api.cli.reaching import Refused, fitting, prepared, settings

if TYPE_CHECKING:
    from uuid import UUID

    from api.postgres.databases import Dsns
    from api.postgres.founding import FirstPerson, NewBinding, NewTenant

tenants = typer.Typer(help="School owners.", no_args_is_help=True)


@tenants.callback()
def several() -> None:
    """School owners."""


@tenants.command()
def add(
    slug: Annotated[str, typer.Argument(help="A short name for addresses and logs: a-z, 0-9 and dashes.")],
    name: Annotated[list[str], typer.Option(help="lang=name, once for each language: --name «nb=Fjordby kommune».")],
    admin: Annotated[str, typer.Option(help="Name of the first administrator.")],
    subject: Annotated[str | None, typer.Option(help="What the issuer calls the administrator (`sub`).")] = None,
    issuer: Annotated[str | None, typer.Option(help="The `iss` of their tokens; left out: the demo's own.")] = None,
    audience: Annotated[str | None, typer.Option(help="The `aud` of their tokens; left out: this service.")] = None,
    tenant_claim: Annotated[
        str | None, typer.Option(help="Claim that names the tenant, if the issuer serves several.")
    ] = None,
    tenant_value: Annotated[str | None, typer.Option(help="What that claim says for this tenant.")] = None,
    dialect: Annotated[str, typer.Option(help="The issuer's dialect.")] = "rfc9068",
    country: Annotated[str, typer.Option(help="Two letters.")] = "NO",
    locale: Annotated[str, typer.Option(help="nb, nn, da, sv or en.")] = "nb",
    zone: Annotated[str, typer.Option(help="An IANA time zone.")] = "Europe/Oslo",
    role: Annotated[list[str] | None, typer.Option(help="Roles of the first person; left out: admin.")] = None,
) -> None:
    """Found a municipality with its issuer and its first administrator."""
    from api.postgres.founding import FirstPerson, NewTenant
    from api.postgres.ids import new_id
    from domain.localisation import sort_key

    _check(slug, country.upper(), locale, zone, role or ["admin"])
    names, admin = _names(name, locale), _person(admin)
    _check_issuer(issuer)
    given = settings()
    with prepared(given) as dsns:
        id = new_id()
        demo = None if issuer else asyncio.run(_demo(dsns))
        if issuer is None and demo is None:
            raise Refused("Say with --issuer whose tokens speak for the municipality.")
        if issuer is not None and not subject:
            raise Refused("Say with --subject what the issuer calls the administrator.")
        if demo:
            issuer, audience, tenant_claim, tenant_value = demo[0], demo[1], "tenant", str(id)
            subject = subject or f"admin.{slug}"
        bound = _binding(id, str(issuer), audience or given.base_url, tenant_claim, tenant_value, dialect)
        first = FirstPerson(admin, sort_key(admin, locale), str(issuer), str(subject), role or ["admin"])
        asyncio.run(_found(dsns, NewTenant(slug, names, country.upper(), locale, zone), bound, first, id))
    typer.echo(f"{next(iter(names.values()))} ({slug}) is founded; {admin} can sign in as {subject} and do the rest.")


@tenants.command()
def unbind(
    slug: Annotated[str, typer.Argument(help="The municipality's short name.")],
    issuer: Annotated[str, typer.Option(help="The `iss` that shall no longer speak for it, exactly as it was bound.")],
) -> None:
    """Take an issuer back from a municipality: from now on its tokens open nothing there; no data is touched."""
    from api.postgres.founding import unbind as take_back

    with prepared(settings()) as dsns:
        if not asyncio.run(_as_owner(dsns, lambda owner: take_back(owner, slug, issuer))):
            raise Refused(f"{issuer} does not speak for a municipality called «{slug}».")
    typer.echo(f"{issuer} no longer speaks for {slug}; running services know it already.")


def _names(given: list[str], locale: str) -> dict[str, str]:
    from api.actions.commands import Names

    wrong = "Write --name as language=name, such as nb=Fjordby kommune; a name is one line of at most 200 letters."
    names: dict[str, str] = fitting(Names, dict(each.partition("=")[::2] for each in given), wrong)
    if locale not in names:
        raise Refused(f"Give the name in the municipality's own language too: --name {locale}=….")
    return names


def _person(name: str) -> str:
    from api.actions.commands import Line

    found: str = fitting(Line, name, "--admin is a person's name: one line of at most 200 letters.")
    return found


def _check(slug: str, country: str, locale: str, zone: str, roles: list[str]) -> None:
    from domain.actors import Role
    from domain.localisation import LOCALES
    from domain.meetings import is_zone

    if not re.fullmatch(r"[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?", slug):
        raise Refused(f"«{slug}» can't be a short name: use a-z, 0-9 and dashes.")
    if not re.fullmatch(r"[A-Z]{2}", country):
        raise Refused("--country is two letters, such as NO.")
    if locale not in LOCALES:
        raise Refused(f"--locale is one of {', '.join(LOCALES)}.")
    if not is_zone(zone):
        raise Refused(f"«{zone}» is no time zone: write it like Europe/Oslo.")
    if not set(roles) <= set(Role):
        raise Refused(f"--role is one of {', '.join(Role)}.")


def _check_issuer(issuer: str | None) -> None:
    """An address that discovery can begin at; without TLS only on this machine."""
    if issuer is not None and not _is_address(issuer):
        raise Refused("--issuer is the https address of the provider, exactly as its tokens say it in `iss`.")


def _is_address(text: str) -> bool:
    try:
        parts = urlsplit(text)
        host = parts.hostname
    except ValueError:
        return False
    if not host or re.search(r"[@?#\s]", text):
        return False
    return text.startswith("https://") or (text.startswith("http://") and _is_here(host))


def _is_here(host: str) -> bool:
    try:
        return host == "localhost" or ip_address(host).is_loopback
    except ValueError:
        return False


def _binding(
    id: "UUID", issuer: str, audience: str, claim: str | None, value: str | None, dialect: str
) -> "NewBinding":
    """Checked as the service will check it: a binding that it could not load would stop every sign-in."""
    from api.identity.bindings import IssuerBinding
    from api.postgres.founding import NewBinding

    try:
        IssuerBinding(
            tenant_id=id,
            issuer=issuer,
            audiences=(audience,),
            dialect=dialect,
            tenant_claim=claim,
            tenant_value=value,
        )
    except ValueError as error:
        raise Refused(f"This issuer can't be bound: {str(error).partition(': ')[2]}.") from None
    return NewBinding(issuer, [audience], dialect=dialect, tenant_claim=claim, tenant_value=value)


async def _demo(dsns: "Dsns") -> tuple[str, str] | None:
    from api.demo.addresses import demo_issuer

    return await demo_issuer(dsns.app)


async def _found(dsns: "Dsns", tenant: "NewTenant", bound: "NewBinding", first: "FirstPerson", id: "UUID") -> None:
    import asyncpg

    from api.postgres.founding import IssuerShared, found_tenant

    try:
        await _as_owner(dsns, lambda owner: found_tenant(owner, tenant, [bound], first, id))
    except IssuerShared as shared:
        raise Refused(str(shared)) from None
    except asyncpg.UniqueViolationError:
        raise Refused(f"There is a municipality called «{tenant.slug}» already.") from None


async def _as_owner(dsns: "Dsns", work: Callable[[Any], Awaitable[Any]]) -> Any:
    """What the work gives, over a connection of plf_owner. Raises Refused where we are somebody else."""
    import asyncpg

    from api.postgres.pool import connect

    owner = await connect(dsns.owner)
    try:
        return await work(owner)
    except asyncpg.InsufficientPrivilegeError:
        raise Refused("Municipalities and their issuers are the owner's: set PLF_DATABASE_OWNER_URL.") from None
    finally:
        await owner.close()
