"""`plf demo` and `plf token`: the fictional municipalities, their clock, and tokens of their people."""

import asyncio
from datetime import datetime
from typing import TYPE_CHECKING, Annotated
from zoneinfo import ZoneInfo

import typer

from api.cli.reaching import Refused, prepared, real_time, settings

if TYPE_CHECKING:
    from api.postgres.databases import Dsns
    from api.settings import Settings

ZONE = ZoneInfo("Europe/Oslo")
YEARS = range(2000, 2101)
"""Where the demo's clock may stand: far enough from the calendar's ends for every sum with a date."""


def demo(
    now: Annotated[
        str | None,
        typer.Option(help="Only set the demo's clock: a moment such as 2026-03-02T08:00, or «real»."),
    ] = None,
    quiet: Annotated[bool, typer.Option("--quiet", help="Say nothing when all is well.")] = False,
) -> None:
    """Load the demo into an empty database, or move its clock so that lead times can be tried."""
    given = settings()
    if now is not None:
        _move_clock(given, now)
        return
    _refuse_open_address(given)
    with prepared(given) as dsns:
        loaded = asyncio.run(_load(given, dsns))
    if not quiet:
        typer.echo("The demo is loaded." if loaded else "The demo was loaded before; nothing was changed.")


def _refuse_open_address(given: "Settings") -> None:
    from api.demo.addresses import open_address

    if fault := open_address(given.base_url):
        raise Refused(fault)


def _move_clock(given: "Settings", now: str) -> None:
    from api.demo.clock import set_clock

    moment = None if now == "real" else _moment(now)
    try:
        set_clock(given.data_dir, moment)
    except OSError as problem:
        raise Refused(
            f"The demo's clock can't be kept in {given.data_dir} ({problem.strerror}): use the PLF_DATA_DIR and the "
            "account of the service."
        ) from None
    shown = "real time again" if moment is None else f"{moment.isoformat()} and goes on from there"
    typer.echo(f"The demo's clock shows {shown}.")


def _moment(now: str) -> datetime:
    try:
        moment = datetime.fromisoformat(now)
    except ValueError:
        raise Refused(f"«{now}» is no moment: write it like 2026-03-02T08:00, or «real».") from None
    if moment.year not in YEARS:
        raise Refused(f"«{now}» is too far away: the demo's clock goes from {YEARS[0]} to {YEARS[-1]}.")
    return moment if moment.tzinfo else moment.replace(tzinfo=ZONE)


async def _load(given: "Settings", dsns: "Dsns") -> bool:
    """Play the demo through the application in this process; False when it is there already."""
    from api.demo.presence import NoRoom, loading

    try:
        async with loading(dsns.owner) as wanted:
            if wanted:
                await _play(given, dsns)
            return wanted
    except NoRoom as problem:
        raise Refused(str(problem)) from None


async def _play(given: "Settings", dsns: "Dsns") -> None:
    from api.app import create_app
    from api.demo.clock import demo_clock
    from api.demo.loading import load
    from api.demo.provider import DemoPerson
    from api.demo.stage import Stage, StageClock
    from api.demo.wiring import provider

    clock, people = StageClock(), list[DemoPerson]()
    made = provider(given.base_url, given.data_dir, people)
    quiet = given.model_copy(update={"demo": False, "worker_in_serve": False})
    application = create_app(quiet, dsns, clock, real_time)
    application.service.keys.preload(made.issuer, made.jwks())
    stage = Stage(application, given.base_url, made, people, dsns.owner, clock, application.refresh)
    async with application.running():
        await load(stage, demo_clock(given.data_dir, given.demo_clock_offset)())


def token(
    who: Annotated[str | None, typer.Option("--as", help="A demo person: name or subject, or part of it.")] = None,
) -> None:
    """Print an access token of a demo person; without --as, of one who facilitates a team."""
    given = settings()
    with prepared(given) as dsns:
        typer.echo(asyncio.run(_token(given, dsns, who)))


async def _token(given: "Settings", dsns: "Dsns", who: str | None) -> str:
    from api.demo.addresses import demo_issuer
    from api.demo.wiring import provider, read_people
    from api.postgres.pool import connect

    found = await demo_issuer(dsns.app)
    if found is None:
        raise Refused("There is no demo in this database: start it with `plf serve --demo` or load it with `plf demo`.")
    connection = await connect(dsns.app)
    try:
        people = await read_people(connection, found[0])
    finally:
        await connection.close()
    if who is None:
        wanted = [each for each in people if each.roles_text == "Facilitates a team"][:1] or people[:1]
    else:
        wanted = [each for each in people if who in {each.subject, each.name}] or [
            each for each in people if who.casefold() in f"{each.name} {each.subject}".casefold()
        ]
    if len(wanted) != 1:
        names = "\n".join(f"  {each.subject}  ({each.roles_text})" for each in (wanted or people))
        raise Refused(f"{'Several' if wanted else 'None'} in the demo answer to «{who}»; there are:\n{names}")
    return provider(found[1], given.data_dir, people).issue_token(wanted[0].subject)
