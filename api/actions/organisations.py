"""Units and their tree: open, change, rename, move and close, each from a day on."""

from datetime import date
from typing import Any
from uuid import UUID

from api.actions.commands import Command, Day, Names, omitted
from api.actions.organisation_parts import ExternalIds, Sites, apply_change, values, write_external_ids, write_sites
from api.actions.places import TENANT, of_unit
from api.postgres.wanted import Wanted, facts, lineage, row, rows
from api.postgres.work import UnitOfWork
from api.tables import Organisation, OrganisationExternalId, OrganisationPeriod, OrganisationSite
from domain import organisations
from domain.errors import NotFound
from domain.organisations import DEEPEST, OrganisationKind, Period, Sector
from domain.permissions import Permission


class CreateOrganisation(Command):
    """A unit under another, from today or another day on; without a parent it stands at the top."""

    kind: OrganisationKind
    sector: Sector
    names: Names
    parent_id: UUID | None = None
    valid_from: Day | None = None
    external_ids: ExternalIds = []
    sites: Sites = []


class ChangeOrganisation(Command):
    """A merge patch of what does not change with time; lists are replaced whole."""

    kind: OrganisationKind = omitted()
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
    """Open a unit. Raises Invalid for a parent that isn't in force or stands deepest, AlreadyExists for a taken id."""
    (periods,) = await work.fetch(_above(command.parent_id))
    work.require(Permission.ORGANISATION_CREATE, TENANT)
    organisation = Organisation(**work.stamp(), kind=command.kind, sector=command.sector)
    begins = command.valid_from or work.today
    new = Period(organisation.id, command.parent_id, command.names, begins)
    work.create(organisation)
    apply_change(work, periods, organisations.open_unit(values(periods), new))
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
    apply_change(work, periods, organisations.rename(values(periods), organisation_id, command.names, on))
    work.touch(organisation)


async def move_organisation(work: UnitOfWork, organisation_id: UUID, command: MoveOrganisation) -> None:
    """Put the unit under another parent from a day on."""
    organisation, periods, levels = await _load(
        work,
        organisation_id,
        Permission.ORGANISATION_MOVE,
        _above(organisation_id, command.parent_id),
        _levels_below(organisation_id, command.on),
    )
    on = command.on or work.today
    change = organisations.move(values(periods), organisation_id, command.parent_id, on, levels_below=levels)
    apply_change(work, periods, change)
    work.touch(organisation)
    work.announce("organisation.moved", organisation_id)


async def close_organisation(work: UnitOfWork, organisation_id: UUID, command: CloseOrganisation) -> None:
    """Close the unit. Raises StillInUse while units or active teams stand on it, Invalid if history would vanish."""
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
    change = organisations.close(values(periods), organisation_id, on, today=work.today, teams=teams)
    apply_change(work, periods, change)
    work.touch(organisation)
    work.announce("organisation.closed", organisation_id)


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


def _levels_below(unit: UUID, on: date | None) -> Wanted[int]:
    """The most levels that stand under the unit on any day from `on` (None: today)."""
    return facts(
        "with recursive below(id, level, days) as ("
        "select :unit::uuid, 0, daterange(coalesce(:on::date, :today::date), null) union "
        "select p.organisation_id, below.level + 1, below.days * daterange(p.valid_from, p.valid_to) "
        "from below join organisation_period p on p.parent_id = below.id "
        "and daterange(p.valid_from, p.valid_to) && below.days where below.level < :deepest::int"
        ") select to_json(max(level)) from below",
        unit=unit,
        on=on,
        deepest=DEEPEST,
    )
