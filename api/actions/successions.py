"""Units that merge or are split, today: who stands below them, their teams and what these have planned go along."""

from collections.abc import Callable, Mapping, Sequence
from typing import Annotated, Any
from uuid import UUID

import orjson
from pydantic import Field, TypeAdapter

from api.actions.commands import Command
from api.actions.organisation_parts import apply_change, values
from api.actions.places import of_unit
from api.postgres.statements import numbered
from api.postgres.wanted import Wanted, lineage, row, rows
from api.postgres.work import UnitOfWork
from api.tables import Organisation, OrganisationPeriod, OrganisationSuccession, RoleAssignment
from domain import successions
from domain.errors import NotFound
from domain.organisations import Period
from domain.periods import earliest_end
from domain.permissions import Permission
from domain.successions import Handover, Succession

Ids = Annotated[list[UUID], Field(max_length=200)]


class MergeOrganisations(Command):
    """The units that become part of this one and are over from today."""

    organisation_ids: Annotated[list[UUID], Field(min_length=1, max_length=20)]


class Part(Command):
    """What of the unit goes to another: teams of its own, and units directly below it."""

    organisation_id: UUID
    team_ids: Ids = []
    organisation_ids: Ids = []


class SplitOrganisation(Command):
    """Which parts of the unit go where today; what isn't named stays."""

    parts: Annotated[list[Part], Field(min_length=1, max_length=20)]
    close: Annotated[bool, Field(description="Whether the unit is over from today; nothing may be left in it.")] = False


async def merge_organisations(
    work: UnitOfWork, organisation_id: UUID, command: MergeOrganisations, *, preview: bool = False
) -> Mapping[str, Any]:
    """Merge units into this one; the report. Raises Invalid, Cycle, or what else `successions.merge` raises."""
    return await _succeed(
        work,
        organisation_id,
        Permission.ORGANISATION_MERGE,
        command.organisation_ids,
        lambda periods, teams: successions.merge(periods, teams, command.organisation_ids, organisation_id, work.today),
        preview=preview,
    )


async def split_organisation(
    work: UnitOfWork, organisation_id: UUID, command: SplitOrganisation, *, preview: bool = False
) -> Mapping[str, Any]:
    """Give parts of the unit to others; the report. Raises Invalid, StillInUse where it is to close too early."""
    parts = [successions.Part(each.organisation_id, each.team_ids, each.organisation_ids) for each in command.parts]
    return await _succeed(
        work,
        organisation_id,
        Permission.ORGANISATION_SPLIT,
        [organisation_id],
        lambda periods, teams: successions.split(
            periods, teams, organisation_id, parts, work.today, closes=command.close
        ),
        preview=preview,
    )


async def _succeed(
    work: UnitOfWork,
    organisation_id: UUID,
    permission: Permission,
    origins: Sequence[UUID],
    decide: Callable[[Sequence[Period], Mapping[UUID, UUID]], Succession],
    *,
    preview: bool,
) -> Mapping[str, Any]:
    """Ask, load, decide, and write unless it is a preview."""
    organisation, units, periods, others, roles, teams = await work.fetch(
        row(Organisation, organisation_id),
        lineage("select id from organisation where id = :unit::uuid", unit=organisation_id),
        rows(OrganisationPeriod),
        rows(Organisation),
        rows(RoleAssignment, where=_LASTING, organisation_id=[*origins]),
        _teams(origins),
    )
    if organisation is None:
        raise NotFound
    work.require(permission, of_unit(units), organisation)
    work.expect(organisation)
    succession = decide(values(periods), teams)
    ended = [each for each in roles if each.organisation_id in succession.closed]
    # By a statement after the one that has locked the teams: nobody plans a meeting of theirs any more.
    planned = orjson.loads((await work.ask(_PLANNED if preview else _HAND_OVER, {"handed": _handed(succession)}))[0])
    if not preview:
        apply_change(work, periods, succession.change)
        for each in ended:
            work.change(each, valid_to=earliest_end(each, work.today))
        _record(work, succession, {each.id: each for each in others}, planned)
    return _report(work, succession, planned, len(ended))


_LASTING = "(valid_to is null or valid_to > :today::date)"

_HANDED = "with handed as (select * from json_to_recordset(:handed::json) as x(team uuid, unit uuid))"
_COUNTED = "select coalesce(json_object_agg(team_id, n), '{}'::json) from (select team_id, count(*) as n"
_AHEAD = "m.team_id = h.team and m.starts_at > :now::timestamptz and m.state <> 'cancelled'"

_PLANNED = numbered(f"{_HANDED} {_COUNTED} from meeting m join handed h on {_AHEAD} group by team_id) x")
"""How many meetings have not begun, by team."""

_HAND_OVER = numbered(f"""
{_HANDED},
t as (
  update team t set organisation_id = h.unit, revision = t.revision + 1, updated_at = :now::timestamptz
  from handed h where t.id = h.team),
m as (
  update meeting m set organisation_id = h.unit, revision = m.revision + 1, updated_at = :now::timestamptz
  from handed h where {_AHEAD} returning m.team_id)
{_COUNTED} from m group by team_id) x""")
"""However many there are: one statement. Meetings that have begun or were called off stay where they were."""


def _teams(units: Sequence[UUID]) -> Wanted[Mapping[UUID, UUID]]:
    """The units of the teams that stand in these, by team; nobody plans a meeting of theirs meanwhile."""
    sql = (
        "select coalesce(json_object_agg(id, organisation_id), '{}'::json) from (select id, organisation_id from team "
        "where organisation_id = any(:units::uuid[]) and state <> 'archived' order by id for update) x"
    )
    return Wanted(sql, {"units": [*units]}, TypeAdapter(dict[UUID, UUID]).validate_json)


def _record(
    work: UnitOfWork, succession: Succession, organisations: Mapping[UUID, Organisation], planned: Mapping[str, int]
) -> None:
    """What each handed over to which, for ever; sums of all of them are made anew by the worker."""
    touched = {unit for each in succession.handovers for unit in (each.origin, each.into)}
    for unit in sorted(touched):
        work.touch(organisations[unit])
        work.announce("organisation.succeeded", unit)
    for each in succession.handovers:
        work.add(
            OrganisationSuccession(
                **work.stamp(),
                kind=succession.kind,
                origin_id=each.origin,
                into_id=each.into,
                effective_on=work.today,
                **_counts(each, planned),
            )
        )


def _handed(succession: Succession) -> bytes:
    return orjson.dumps([{"team": team, "unit": each.into} for each in succession.handovers for team in each.teams])


def _counts(handover: Handover, planned: Mapping[str, int]) -> dict[str, Any]:
    return {
        "units": len(handover.units),
        "teams": len(handover.teams),
        "meetings": sum(planned.get(str(team), 0) for team in handover.teams),
    }


def _report(
    work: UnitOfWork, succession: Succession, planned: Mapping[str, int], roles_ended: int
) -> Mapping[str, Any]:
    return {
        "kind": succession.kind,
        "effective_on": work.today,
        "handovers": [
            {"origin_id": each.origin, "into_id": each.into, **_counts(each, planned)} for each in succession.handovers
        ],
        "closed_ids": succession.closed,
        "roles_ended": roles_ended,
    }
