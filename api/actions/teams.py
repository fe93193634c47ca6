"""Teams and who works in them."""

from typing import Annotated
from uuid import UUID

from pydantic import Field

from api.actions.commands import Command, Day, Lang, Line, omitted
from api.actions.places import of_team, of_unit
from api.postgres.validity import in_force
from api.postgres.wanted import Wanted, facts, lineage, row, rows
from api.postgres.work import UnitOfWork
from api.tables import Team, TeamMembership
from domain import teams
from domain.actors import Place
from domain.errors import Fault, Invalid, NotFound
from domain.localisation import sort_key
from domain.permissions import Permission
from domain.teams import Duty, TeamKind, TeamState


class Member(Command):
    """Somebody with a duty."""

    person_id: UUID
    duty: Duty = Duty.MEMBER


class CreateTeam(Command):
    """A team in a unit, with those who start in it today."""

    organisation_id: UUID
    kind: TeamKind
    name: Line
    lang: Lang
    members: Annotated[list[Member], Field(max_length=200)] = []


class ChangeTeam(Command):
    """A merge patch of a team."""

    kind: TeamKind = omitted()
    name: Line = omitted()
    lang: Lang = omitted()
    state: TeamState = omitted()


class AddMembership(Command):
    """Somebody joins the team, today unless another day is said."""

    person_id: UUID
    duty: Duty = Duty.MEMBER
    valid_from: Day | None = None
    valid_to: Day | None = None


class ChangeMembership(Command):
    """Another duty from a day on, today unless another day is said; or the day on which it ends."""

    duty: Duty = omitted()
    valid_to: Annotated[Day | None, Field(description="The first day outside the team; null: no end is planned.")] = (
        omitted()
    )


async def create_team(work: UnitOfWork, command: CreateTeam) -> UUID:
    """Found a team. Raises Invalid for a unit or person that there isn't, or a person named twice."""
    units, open_today, known = await work.fetch(
        lineage("select id from organisation where id = :unit::uuid", unit=command.organisation_id),
        facts(
            "select to_json(exists (select from organisation_period p where p.organisation_id = :unit::uuid "
            f"and {in_force('p')}))",
            unit=command.organisation_id,
        ),
        people([member.person_id for member in command.members]),
    )
    if not units:
        work.require(Permission.TEAM_CREATE, Place())
        raise Invalid([Fault("unknown_reference", ("organisation_id",))])
    work.require(Permission.TEAM_CREATE, of_unit(units))
    faults = people_faults([member.person_id for member in command.members], known, "members")
    if not open_today:
        faults.append(Fault("not_open_on", ("organisation_id",), {"on": work.today.isoformat()}))
    if faults:
        raise Invalid(faults)
    team = Team(
        **work.stamp(),
        organisation_id=command.organisation_id,
        kind=command.kind,
        name=command.name,
        sort_name=sort_key(command.name, command.lang),
        lang=command.lang,
        state=TeamState.ACTIVE,
    )
    work.create(team)
    work.add(
        *(
            TeamMembership(**work.stamp(), team_id=team.id, valid_from=work.today, **vars(member))
            for member in command.members
        )
    )
    return team.id


async def change_team(work: UnitOfWork, team_id: UUID, command: ChangeTeam) -> None:
    """Rename a team, or pause, archive or revive it."""
    team, place = await _team(work, team_id)
    work.require(Permission.TEAM_CHANGE, place, team)
    work.expect(team)
    changes = command.given()
    if TeamState.ARCHIVED in {team.state, changes.get("state")}:  # what ends a team, and what revives it
        work.require(Permission.TEAM_ARCHIVE, place, team)
    name, lang = changes.get("name", team.name), changes.get("lang", team.lang)
    work.change(team, **changes, sort_name=sort_key(name, lang))


async def add_membership(work: UnitOfWork, team_id: UUID, command: AddMembership) -> UUID:
    """Somebody joins. Raises PeriodOverlap where they would stand in the team twice at a time."""
    team, units, stays, known = await work.fetch(
        *_wanted(team_id),
        rows(TeamMembership, team_id=team_id, person_id=command.person_id),  # a later one meets the constraint
        people([command.person_id]),
    )
    if team is None:
        raise NotFound
    work.require(Permission.TEAM_MEMBERSHIP_ADD, of_team(team, units), team)
    teams.require_takes_members(team.state)
    if not known:
        raise Invalid([Fault("unknown_reference", ("person_id",))])
    stay = teams.join(
        [_period(each) for each in stays],
        command.person_id,
        command.duty,
        command.valid_from or work.today,
        until=command.valid_to,
    )
    work.touch(team)
    return _add(work, team_id, stay)


async def change_membership(work: UnitOfWork, team_id: UUID, membership_id: UUID, command: ChangeMembership) -> UUID:
    """Another duty from today on (the stay until now is kept as it was), or an end; the id that now holds."""
    team, membership = await _membership(work, team_id, membership_id, Permission.TEAM_MEMBERSHIP_CHANGE)
    given = command.given()
    changed, *following = teams.change_stay(
        _period(membership),
        given.get("duty", membership.duty),
        given.get("valid_to", membership.valid_to),
        work.today,
    )
    work.change(membership, duty=changed.duty, valid_to=changed.valid_to)
    work.touch(team)
    if not following:
        return membership.id
    return _add(work, team_id, following[0])


async def end_membership(work: UnitOfWork, team_id: UUID, membership_id: UUID) -> None:
    """Somebody leaves today; their time in the team stays in its history."""
    team, membership = await _membership(work, team_id, membership_id, Permission.TEAM_MEMBERSHIP_END)
    work.change(membership, valid_to=teams.end_stay(_period(membership), work.today).valid_to)
    work.touch(team)


def people(ids: list[UUID]) -> Wanted[list[str]]:
    """Which of these people there are, as texts."""
    return facts(
        "select coalesce(json_agg(id), '[]'::json) from person where id = any(:ids::uuid[]) and status = 'active'",
        ids=ids,
    )


def people_faults(ids: list[UUID], known: list[str], under: str) -> list[Fault]:
    """A fault for each id that is unknown or comes twice, where it stands."""
    return [
        Fault("unknown_reference" if str(id) not in known else "duplicate", (under, i, "person_id"))
        for i, id in enumerate(ids)
        if str(id) not in known or id in ids[:i]
    ]


def _wanted(team_id: UUID) -> tuple[Wanted[Team | None], Wanted[list[UUID]]]:
    return row(Team, team_id, "for update"), lineage(
        "select organisation_id from team where id = :team::uuid", team=team_id
    )


async def _team(work: UnitOfWork, team_id: UUID) -> tuple[Team, Place]:
    team, units = await work.fetch(*_wanted(team_id))
    if team is None:
        raise NotFound
    return team, of_team(team, units)


async def _membership(
    work: UnitOfWork, team_id: UUID, membership_id: UUID, permission: Permission
) -> tuple[Team, TeamMembership]:
    team, place = await _team(work, team_id)
    work.require(permission, place, team)
    (membership,) = await work.fetch(row(TeamMembership, membership_id))
    if membership is None or membership.team_id != team_id:
        raise NotFound
    work.concerns(membership)
    work.expect(membership)
    teams.require_takes_members(team.state)
    return team, membership


def _period(stay: TeamMembership) -> teams.MembershipPeriod:
    return teams.MembershipPeriod(stay.person_id, stay.duty, stay.valid_from, stay.valid_to)


def _add(work: UnitOfWork, team_id: UUID, stay: teams.MembershipPeriod) -> UUID:
    membership = TeamMembership(
        **work.stamp(),
        team_id=team_id,
        person_id=stay.person_id,
        duty=stay.duty,
        valid_from=stay.valid_from,
        valid_to=stay.valid_to,
    )
    work.create(membership)
    return membership.id
