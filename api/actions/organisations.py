"""Units and their tree: open, change, rename, move and close, each from a day on."""

from collections.abc import Sequence
from typing import Annotated, Any
from uuid import UUID

from pydantic import Field, StringConstraints

from api.actions.commands import Command, Day, Line, Names, omitted
from api.actions.places import TENANT, of_unit
from api.postgres.wanted import Wanted, facts, lineage, row, rows
from api.postgres.work import UnitOfWork
from api.tables import Organisation, OrganisationExternalId, OrganisationPeriod, OrganisationSite
from domain import organisations
from domain.errors import Fault, Invalid, NotFound
from domain.localisation import fallback_chain, resolve_name, sort_key
from domain.organisations import IdScheme, Kind, Period, Sector
from domain.periods import Change
from domain.permissions import Permission


class ExternalId(Command):
    """The unit's number in another register."""

    scheme: IdScheme
    value: Annotated[str, StringConstraints(min_length=1, max_length=64)]


class Site(Command):
    """A place where the unit works; degrees in WGS 84."""

    name: Line
    address: Line | None = None
    latitude: Annotated[float | None, Field(ge=-90, le=90)] = None
    longitude: Annotated[float | None, Field(ge=-180, le=180)] = None
    main: bool = False


ExternalIds = Annotated[list[ExternalId], Field(max_length=20)]
Sites = Annotated[list[Site], Field(max_length=100)]


class CreateOrganisation(Command):
    """A unit under another, from today or another day on; without a parent it stands at the top."""

    kind: Kind
    sector: Sector
    names: Names
    parent_id: UUID | None = None
    valid_from: Day | None = None
    external_ids: ExternalIds = []
    sites: Sites = []


class ChangeOrganisation(Command):
    """A merge patch of what does not change with time; lists are replaced whole."""

    kind: Kind = omitted()
    sector: Sector = omitted()
    external_ids: ExternalIds = omitted()
    sites: Sites = omitted()


class RenameOrganisation(Command):
    """Other names from a day on (today unless another is said); the past keeps the old ones."""

    names: Names
    on: Day | None = None


class MoveOrganisation(Command):
    """Another place in the tree from a day on (today unless another is said); null: at the top."""

    parent_id: UUID | None
    on: Day | None = None


class CloseOrganisation(Command):
    """The first day without the unit (today unless another is said)."""

    on: Day | None = None


QUEUE = "organisations"
"""Changes of the tenant's tree follow one another: what one of them loads is the last word (Operation.queue)."""


async def create_organisation(work: UnitOfWork, command: CreateOrganisation) -> UUID:
    """Open a unit. Raises Invalid for a parent that isn't in force, AlreadyExists for a taken external id."""
    (periods,) = await work.fetch(_above(command.parent_id))
    work.require(Permission.ORGANISATION_CREATE, TENANT)
    organisation = Organisation(**work.stamp(), kind=command.kind, sector=command.sector)
    begins = command.valid_from or work.today
    new = Period(organisation.id, command.parent_id, command.names, begins)
    work.add(organisation)
    apply_change(work, periods, organisations.open_unit(_values(periods), new))
    write_external_ids(work, organisation, [], command.external_ids)
    write_sites(work, organisation, [], command.sites)
    return organisation.id


async def change_organisation(work: UnitOfWork, organisation_id: UUID, command: ChangeOrganisation) -> None:
    """Change kind, sector, numbers in other registers, or sites."""
    organisation, ids, sites = await _load(
        work,
        organisation_id,
        Permission.ORGANISATION_CHANGE,
        rows(OrganisationExternalId, organisation_id=organisation_id),
        rows(OrganisationSite, organisation_id=organisation_id),
    )
    changes = command.given()
    if "external_ids" in changes:
        write_external_ids(work, organisation, ids, changes.pop("external_ids"))
    if "sites" in changes:
        write_sites(work, organisation, sites, changes.pop("sites"))
    work.change(organisation, **changes)
    work.touch(organisation)


async def rename_organisation(work: UnitOfWork, organisation_id: UUID, command: RenameOrganisation) -> None:
    """Give the unit other names from a day on."""
    organisation, periods = await _load(
        work,
        organisation_id,
        Permission.ORGANISATION_RENAME,
        rows(OrganisationPeriod, organisation_id=organisation_id),
    )
    on = command.on or work.today
    apply_change(work, periods, organisations.rename(_values(periods), organisation_id, command.names, on))
    work.touch(organisation)


async def move_organisation(work: UnitOfWork, organisation_id: UUID, command: MoveOrganisation) -> None:
    """Put the unit under another parent from a day on."""
    organisation, periods = await _load(
        work, organisation_id, Permission.ORGANISATION_MOVE, _above(organisation_id, command.parent_id)
    )
    on = command.on or work.today
    apply_change(work, periods, organisations.move(_values(periods), organisation_id, command.parent_id, on))
    work.touch(organisation)
    work.announce("organisation.moved", organisation_id)


async def close_organisation(work: UnitOfWork, organisation_id: UUID, command: CloseOrganisation) -> None:
    """Close the unit. Raises StillInUse while units or active teams stand on it."""
    organisation, periods, teams = await _load(
        work,
        organisation_id,
        Permission.ORGANISATION_CLOSE,
        rows(
            OrganisationPeriod, where="organisation_id = :unit::uuid or parent_id = :unit::uuid", unit=organisation_id
        ),
        facts(
            "select to_json(count(*)) from team where organisation_id = :unit::uuid and state <> 'archived'",
            unit=organisation_id,
        ),
    )
    on = command.on or work.today
    apply_change(work, periods, organisations.close(_values(periods), organisation_id, on, teams=teams))
    work.touch(organisation)
    work.announce("organisation.closed", organisation_id)


def apply_change(work: UnitOfWork, rows: Sequence[OrganisationPeriod], change: Change[Period]) -> None:
    """Write what the domain decided about periods."""
    stored = {(row.organisation_id, row.valid_from): row for row in rows}
    for gone in change.removed:
        work.remove(stored[gone.unit, gone.valid_from])
    for period, ends in change.ended:
        work.change(stored[period.unit, period.valid_from], valid_to=ends)
    for new in change.added:
        work.add(period_row(work, new))


def period_row(work: UnitOfWork, new: Period) -> OrganisationPeriod:
    """A period as it is stored, with its key in the order of the tenant's own alphabet."""
    home = work.asker.home
    return OrganisationPeriod(
        **work.stamp(),
        organisation_id=new.unit,
        parent_id=new.parent,
        names=dict(new.names),
        sort_name=sort_key(resolve_name(new.names, fallback_chain(home)), home),
        valid_from=new.valid_from,
        valid_to=new.valid_to,
    )


def write_external_ids(
    work: UnitOfWork,
    organisation: Organisation,
    stored: Sequence[OrganisationExternalId],
    wanted: Sequence[ExternalId],
) -> None:
    """Keep the numbers that stay, drop those that go, add the new. Raises Invalid for malformed ones."""
    faults = [
        Fault("pattern", ("external_ids", i, "value"), {"scheme": each.scheme.value})
        for i, each in enumerate(wanted)
        if not organisations.is_external_id(each.scheme, each.value)
    ]
    if faults:
        raise Invalid(faults)
    keep = {(each.scheme, each.value) for each in wanted}
    have = {(row.scheme, row.value) for row in stored}
    work.remove(*(row for row in stored if (row.scheme, row.value) not in keep))
    work.add(
        *(
            OrganisationExternalId(**work.stamp(), organisation_id=organisation.id, scheme=scheme, value=value)
            for scheme, value in sorted(keep - have)
        )
    )


def write_sites(
    work: UnitOfWork, organisation: Organisation, stored: Sequence[OrganisationSite], wanted: Sequence[Site]
) -> None:
    """Sites are known by name: change those that are named again, drop the others, add the new."""
    by_name = {row.name: row for row in stored}
    names = [site.name for site in wanted]
    faults = [Fault("duplicate", ("sites", i, "name")) for i, n in enumerate(names) if n in names[:i]]
    if faults:
        raise Invalid(faults)
    work.remove(*(row for name, row in by_name.items() if name not in names))
    for site in wanted:
        if site.name in by_name:
            work.change(by_name[site.name], **vars(site))
        else:
            work.add(OrganisationSite(**work.stamp(), organisation_id=organisation.id, **vars(site)))


async def _load(work: UnitOfWork, organisation_id: UUID, permission: Permission, *wanted: Wanted[Any]) -> Any:
    """The unit, if it may be changed and was changed from its present revision, and whatever else is wanted."""
    organisation, units, *rest = await work.fetch(
        row(Organisation, organisation_id),
        lineage("select id from organisation where id = :unit::uuid", unit=organisation_id),
        *wanted,
    )
    if organisation is None:
        raise NotFound
    work.require(permission, of_unit(units), organisation)
    work.expect(organisation)
    return organisation, *rest


def _above(*units: UUID | None) -> Wanted[list[OrganisationPeriod]]:
    """The periods of these units and of all that ever stand above them: all that a place in the tree rests on."""
    above = (
        "with recursive above(id) as (select unnest(:units::uuid[]) union "
        "select p.parent_id from above join organisation_period p on p.organisation_id = above.id "
        "where p.parent_id is not null) select id from above"
    )
    known = [unit for unit in units if unit is not None]
    return rows(OrganisationPeriod, where=f"organisation_id in ({above})", units=known)


def _values(rows: Sequence[OrganisationPeriod]) -> list[Period]:
    return [Period(r.organisation_id, r.parent_id, r.names, r.valid_from, r.valid_to) for r in rows]
