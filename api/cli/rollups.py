"""`plf rollups check`: whether the sums that are kept ahead are what they would be if they were computed now."""

import asyncio
import sys
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated, Any

import typer

from api.cli.reaching import Refused, prepared, settings

if TYPE_CHECKING:
    from api.worker.rollups import Difference

PATIENCE = 600.0
"""Seconds that one municipality may take: everything it ever met is added up."""

MOST_SHOWN = 50
WIDE = 200
"""Columns of a table that nobody looks at in a terminal: ids stay in one piece."""

rollups = typer.Typer(help="Sums that are kept ahead for figures.", no_args_is_help=True)


@dataclass(frozen=True)
class Checked:
    """One municipality, and what differs there."""

    slug: str
    differences: "list[Difference]"


@rollups.callback()
def several() -> None:
    """Sums that are kept ahead for figures."""


@rollups.command()
def check(
    tenant: Annotated[str | None, typer.Option(help="Only this municipality (its short name); left out: all.")] = None,
    repair: Annotated[bool, typer.Option("--repair", help="Compute anew what differs.")] = False,
) -> None:
    """Compute all sums again and compare; fails with a table of what differs.

    The worker keeps these sums by itself, so there is nothing to do in daily life. Check after data was restored or
    loaded past the service. What still waits in an outbox is not counted as a difference. With --repair the sums
    of every municipality in which something differs are made anew, and the command still fails, so that it is seen.
    """
    with prepared(settings()) as dsns:
        checked = asyncio.run(_check(dsns.app, tenant, repair=repair))
    differing = [each for each in checked if each.differences]
    _show(differing)
    if not differing:
        typer.echo(f"Municipalities checked: {len(checked)}. Their sums are what they should be.")
        return
    what = "Their sums were made anew." if repair else "Make their sums anew with --repair."
    typer.echo(f"Municipalities in which something differs: {len(differing)} of {len(checked)}. {what}")
    raise typer.Exit(1)


async def _check(dsn: str, slug: str | None, *, repair: bool) -> list[Checked]:
    from api.postgres.pool import Limits, connect

    connection = await connect(dsn, Limits(statement=PATIENCE, lock=PATIENCE, idle_in_transaction=PATIENCE))
    try:
        tenants = await connection.fetch(
            "select id, slug from tenant where active and ($1::text is null or slug = $1) order by slug", slug
        )
        if slug is not None and not tenants:
            raise Refused(f"There is no municipality called «{slug}».")
        return [await _one(connection, each["id"], each["slug"], repair=repair) for each in tenants]
    finally:
        await connection.close()


async def _one(connection: Any, tenant: Any, slug: str, *, repair: bool) -> Checked:
    from api.worker import rollups as kept

    async with connection.transaction():
        await connection.fetchval("select set_config('app.tenant', $1, true)", str(tenant))
        differences = await kept.compare(connection, tenant)
        if differences and repair:
            await kept.repair(connection, tenant, datetime.now(UTC))
    return Checked(slug, differences)


def _show(checked: list[Checked]) -> None:
    from rich.console import Console
    from rich.table import Table

    if not checked:
        return
    table = Table("municipality", "of", "from", "kept", "computed")
    for each in checked:
        for one in each.differences[:MOST_SHOWN]:
            of = f"team {one.team_id}" if one.team_id else f"unit {one.organisation_id}"
            when = f"{one.grain} {one.starts_on.isoformat()}"
            table.add_row(each.slug, of, when, *_told_apart(one))
        if len(each.differences) > MOST_SHOWN:
            table.add_row(each.slug, f"… and {len(each.differences) - MOST_SHOWN} more", "", "", "")
    Console(width=None if sys.stdout.isatty() else WIDE).print(table)


def _told_apart(one: "Difference") -> tuple[str, str]:
    """What differs, on either side; people are counted and not named."""
    import orjson

    stored, computed = (orjson.loads(side) if side else {} for side in (one.stored, one.computed))
    names = [name for name in {**stored, **computed} if stored.get(name) != computed.get(name)]
    return _written(stored, names), _written(computed, names)


def _written(side: dict[str, Any], names: list[str]) -> str:
    if not side:
        return "nothing"
    said = {name: len(side[name]) if name == "publishers" else side[name] for name in names}
    return ", ".join(f"{name} {value}" for name, value in said.items())
