"""`plf import organisations`: a file, by the same code as the HTTP import, and a table of what became of it."""

import asyncio
import secrets
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any
from uuid import UUID

import typer

from api.cli.reaching import Refused, fitting, prepared, settings
from domain.organisations import OrganisationKind, Sector

if TYPE_CHECKING:
    from api.imports.organisations import ImportOptions
    from api.postgres.asker import Asker

imports = typer.Typer(help="Files of others.", no_args_is_help=True)

_ADMINISTRATOR = """
select i.issuer, i.subject, p.name from person p join person_identity i on i.person_id = p.id
join role_assignment r on r.person_id = p.id and r.role = 'admin' and r.scope = 'tenant'
where p.tenant_id = $3 and i.tenant_id = $3 and r.tenant_id = $3
and p.status = 'active' and r.valid_from <= $1 and (r.valid_to is null or r.valid_to > $1)
and ($2::text is null or i.subject = $2) order by p.created_at, p.id limit 1"""


@imports.callback()
def several() -> None:
    """Files of others."""


@imports.command()
def organisations(
    file: Annotated[Path, typer.Argument(help="A CSV file.", exists=True, dir_okay=False, readable=True)],
    tenant: Annotated[str, typer.Option(help="The municipality's short name.")],
    who: Annotated[
        str | None, typer.Option("--as", help="Subject of the administrator in whose name it is done.")
    ] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only say what would happen.")] = False,
    kind: Annotated[OrganisationKind | None, typer.Option(help="Kind of new units without a cell for it.")] = None,
    sector: Annotated[Sector | None, typer.Option(help="Sector of new units without a cell for it.")] = None,
    lang: Annotated[
        str | None, typer.Option(help="Language tag of the names, such as nb or se; left out: the tenant's own.")
    ] = None,
    parent_id: Annotated[UUID | None, typer.Option(help="Unit above new units without a cell for it.")] = None,
    valid_from: Annotated[
        datetime | None, typer.Option(formats=["%Y-%m-%d"], help="Day from which the file holds.")
    ] = None,
    all_lines: Annotated[bool, typer.Option("--all", help="Also list what stays as it is.")] = False,
) -> None:
    """Open and change units from a CSV file; one fault and nothing is written."""
    from api.actions.commands import Lang
    from api.imports.organisations import ImportOptions

    if lang is not None:
        fitting(Lang, lang, f"«{lang}» is no language tag: write it like nb, se or sma.")
    day = valid_from.date() if valid_from else None
    options = ImportOptions(dry_run, kind, sector, lang, parent_id, day)
    given = settings()
    with prepared(given) as dsns:
        report = asyncio.run(_import(dsns.app, tenant, who, file.read_bytes(), options))
    _show(report, all_lines=all_lines)
    if not report["accepted"]:
        raise typer.Exit(1)


async def _import(dsn: str, tenant: str, who: str | None, body: bytes, options: "ImportOptions") -> Mapping[str, Any]:
    """The report; where the file is refused, that of a dry run, which says everything that is wrong."""
    from dataclasses import replace

    from api.postgres.pool import Limits, Pool
    from domain.errors import Forbidden, Invalid

    pool = Pool(dsn, Limits(size=1))
    try:
        asker = await _asker(pool, tenant, who)
        try:
            return await _one(pool, asker, body, options)
        except Invalid:
            return await _one(pool, asker, body, replace(options, dry_run=True))
    except Forbidden:
        raise Refused("The import is for administrators: name one with --as.") from None
    finally:
        await pool.close()


async def _one(pool: Any, asker: "Asker", body: bytes, options: "ImportOptions") -> Mapping[str, Any]:
    from api.actions.organisations import QUEUE
    from api.imports.organisations import import_organisations
    from api.postgres.units import unit_of_work

    async with unit_of_work(pool, asker, "import_organisations", secrets.token_hex(16), queue=QUEUE) as work:
        report = await import_organisations(work, body, options)
        await work.flush()
    return report


async def _asker(pool: Any, slug: str, who: str | None) -> "Asker":
    """The named administrator, or the tenant's first."""
    from api.identity.tenants import read_tenants
    from api.postgres.asker import Asker
    from api.web.service import day
    from domain.localisation import fallback_chain

    now = datetime.now(UTC)
    async with pool.connection() as connection:
        found = next((t for t in (await read_tenants(connection)).values() if t.slug == slug), None)
        if found is None:
            raise Refused(f"There is no municipality called «{slug}».")
        today = day(now, found.zone)
        async with connection.transaction(readonly=True):
            await connection.fetchval("select set_config('app.tenant', $1, true)", found.id)
            admin = await connection.fetchrow(_ADMINISTRATOR, today, who, UUID(found.id))
    if admin is None:
        raise Refused(f"«{slug}» has no such administrator who can sign in.")
    typer.echo(f"In the name of {admin['name']}.", err=True)
    return Asker(
        found.id,
        admin["issuer"],
        admin["subject"],
        now,
        today,
        found.country,
        found.zone,
        found.locale,
        fallback_chain("en"),
        chosen=True,
    )


def _show(report: Mapping[str, Any], *, all_lines: bool) -> None:
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    table = Table("line", "outcome", "unit", "what is wrong")
    for line in report["lines"]:
        if all_lines or line["outcome"] != "unchanged":
            wrong = "\n".join(f"{fault['pointer']}: {fault['detail']}" for fault in line["faults"])
            table.add_row(str(line["line"]), line["outcome"], Text(line["name"] or ""), Text(wrong))
    console = Console()
    if table.row_count:
        console.print(table)
    counts = ", ".join(f"{count} {outcome}" for outcome, count in report["units"].items())
    if not report["accepted"]:
        console.print(f"Nothing was written: {report['refused_lines']} lines are refused.")
    else:
        console.print(f"{'Would be' if report['dry_run'] else 'Units'}: {counts}.")
