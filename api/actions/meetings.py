"""Meetings up to publishing: create, replace a draft, change, publish and cancel."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated
from uuid import UUID

from pydantic import Field

from api.actions import agendas, rules
from api.actions.commands import Command, Lang, Line, Moment, Zone, omitted
from api.actions.places import of_meeting, of_team
from api.actions.teams import check_people, people
from api.postgres.wanted import lineage, row, rows
from api.postgres.work import UnitOfWork
from api.tables import (
    AgendaItem,
    Meeting,
    MeetingParticipant,
    MethodChoice,
    PreparationTask,
    Team,
    TeamMembership,
)
from api.tables.meetings import MeetingDuty
from domain import meetings
from domain.errors import AgendaFrozen, Fault, Invalid, NotFound
from domain.meetings import MeetingState, Purpose, Recurrence
from domain.permissions import Permission, Place
from domain.teams import Duty

_CURRENT = "valid_from <= :today::date and (valid_to is null or valid_to > :today::date)"


class Invitation(Command):
    """Somebody who is invited, with what they do in the meeting."""

    person_id: UUID
    duty: MeetingDuty = MeetingDuty.PARTICIPANT


Invitations = Annotated[list[Invitation], Field(max_length=500)]


class MeetingDraft(Command):
    """A whole meeting as a draft: what it is for, when and where, who comes, what it is about."""

    title: Line
    lang: Lang
    purpose: Purpose
    recurrence: Recurrence = Recurrence.ONCE
    starts_at: Moment
    ends_at: Moment
    zone: Annotated[Zone | None, Field(description="An IANA name; the tenant's own when left out.")] = None
    place: Line | None = None
    participants: Annotated[Invitations | None, Field(description="Left out: the team's members of today.")] = None
    agenda: agendas.Items = []
    preparation_tasks: agendas.Tasks = []


class CreateMeeting(MeetingDraft):
    """A meeting of a team."""

    team_id: UUID


class ChangeMeeting(Command):
    """A merge patch of the meeting itself; agenda and tasks have addresses of their own."""

    title: Line = omitted()
    lang: Lang = omitted()
    purpose: Purpose = omitted()
    recurrence: Recurrence = omitted()
    starts_at: Moment = omitted()
    ends_at: Moment = omitted()
    zone: Zone = omitted()
    place: Line | None = omitted()
    participants: Invitations = omitted()


FROZEN_BY_PUBLISHING = frozenset({"purpose", "recurrence", "starts_at", "ends_at", "zone"})
"""What the rules were judged by: once the agenda is out, it no longer changes behind their back."""


@dataclass(frozen=True)
class Loaded:
    """A meeting that is locked for a change, with its parts and where it stands."""

    meeting: Meeting
    items: list[AgendaItem]
    tasks: list[PreparationTask]
    participants: list[MeetingParticipant]
    choices: list[MethodChoice]
    place: Place
    known: list[str]


async def create_meeting(work: UnitOfWork, command: CreateMeeting) -> UUID:
    """Plan a meeting of a team, with agenda and preparation; its members of today are invited."""
    team, units, members, known = await work.fetch(
        row(Team, command.team_id, "for share"),
        lineage("select organisation_id from team where id = :team::uuid", team=command.team_id),
        rows(TeamMembership, order="created_at, id", where=_CURRENT, team_id=command.team_id),
        people([each.person_id for each in command.participants or ()]),
    )
    if team is None:
        raise Invalid([Fault("unknown_reference", ("team_id",))])
    work.require(Permission.MEETING_CREATE, of_team(team, units))
    zone = command.zone or work.asker.zone
    meetings.require_times(command.starts_at, command.ends_at, zone)
    meeting = Meeting(
        **work.stamp(),
        team_id=team.id,
        organisation_id=team.organisation_id,
        **command.model_dump(exclude={"team_id", "zone", "participants", "agenda", "preparation_tasks"}),
        zone=zone,
        state=meetings.opening_state(has_items=bool(command.agenda)),
    )
    work.add(meeting)
    invited = command.participants
    if invited is None:
        invited = [_invitation(member) for member in members]
    else:
        check_people([each.person_id for each in invited], known, "participants")
    _write_participants(work, meeting, [], invited)
    agendas.write_items(work, meeting, [], command.agenda)
    agendas.write_tasks(work, meeting, [], command.preparation_tasks)
    return meeting.id


async def replace_meeting(work: UnitOfWork, meeting_id: UUID, command: MeetingDraft) -> None:
    """PUT a whole draft: items and tasks that carry an id stay themselves. Raises AgendaFrozen."""
    loaded = await load(work, meeting_id, Permission.MEETING_CHANGE, command.participants)
    meeting = loaded.meeting
    state = meetings.edit_agenda(meeting.state, has_items=bool(command.agenda))
    zone = command.zone or work.asker.zone
    meetings.require_times(command.starts_at, command.ends_at, zone)
    agendas.write_items(work, meeting, loaded.items, command.agenda)
    agendas.write_tasks(work, meeting, loaded.tasks, command.preparation_tasks)
    simple = command.model_dump(exclude={"zone", "participants", "agenda", "preparation_tasks"})
    work.change(meeting, **simple, zone=zone, state=state)
    work.touch(meeting)
    _change_participants(work, loaded, command.participants)


async def change_meeting(work: UnitOfWork, meeting_id: UUID, command: ChangeMeeting) -> None:
    """Change the meeting itself. Raises AgendaFrozen for what the published agenda was judged by."""
    changes = command.given()
    loaded = await load(work, meeting_id, Permission.MEETING_CHANGE, changes.get("participants"))
    meeting = loaded.meeting
    meetings.change(meeting.state)
    if meeting.state is MeetingState.PUBLISHED and FROZEN_BY_PUBLISHING & set(changes):
        raise AgendaFrozen(state=meeting.state.value)
    invited = changes.pop("participants", None)
    work.change(meeting, **changes)
    meetings.require_times(meeting.starts_at, meeting.ends_at, meeting.zone)
    work.touch(meeting)
    _change_participants(work, loaded, invited)


async def publish_meeting(work: UnitOfWork, meeting_id: UUID, command: rules.Publish) -> None:
    """Send the agenda out if it follows the rules that the owner chose, or an override says why not.

    Raises RulesBroken with every violation at once; the evaluation is recorded either way.
    """
    loaded = await load(work, meeting_id, Permission.MEETING_PUBLISH)
    meeting = loaded.meeting
    state = meetings.publish(meeting.state)
    if command.overrides:
        work.require(Permission.MEETING_OVERRIDE_RULE, loaded.place, meeting)
    profile = rules.judge_publishing(work, loaded.choices, meeting, loaded.items, loaded.tasks, command.overrides)
    work.change(meeting, state=state, profile=profile, published_at=work.now)
    work.announce("meeting.published", meeting.id)


async def cancel_meeting(work: UnitOfWork, meeting_id: UUID) -> None:
    """Call the meeting off."""
    loaded = await load(work, meeting_id, Permission.MEETING_CANCEL)
    work.change(loaded.meeting, state=meetings.cancel(loaded.meeting.state))
    work.announce("meeting.cancelled", loaded.meeting.id)


async def load(
    work: UnitOfWork, meeting_id: UUID, permission: Permission, invited: Sequence[Invitation] | None = None
) -> Loaded:
    """Lock a meeting, then load its parts; two statements, so that the parts are those of the locked state.

    `known` becomes those of the `invited` whom there are.
    """
    meeting, units = await work.fetch(
        row(Meeting, meeting_id, "for update"),
        lineage("select organisation_id from meeting where id = :meeting::uuid", meeting=meeting_id),
    )
    if meeting is None:
        raise NotFound
    items, tasks, participants, choices, known = await work.fetch(
        rows(AgendaItem, order="position", meeting_id=meeting_id),
        rows(PreparationTask, order="position", meeting_id=meeting_id),
        rows(MeetingParticipant, meeting_id=meeting_id),
        rules.latest_choice(),
        people([each.person_id for each in invited or ()]),
    )
    place = of_meeting(meeting, units, participants)
    work.require(permission, place, meeting, see=Permission.MEETING_READ)
    work.expect(meeting)
    return Loaded(meeting, items, tasks, participants, choices, place, known)


def _invitation(member: TeamMembership) -> Invitation:
    leads = member.duty in {Duty.FACILITATOR, Duty.LEADER}
    return Invitation(person_id=member.person_id, duty=MeetingDuty.FACILITATOR if leads else MeetingDuty.PARTICIPANT)


def _change_participants(work: UnitOfWork, loaded: Loaded, invited: Sequence[Invitation] | None) -> None:
    """Replace the invitations (None: keep them), and let all of them know the meeting's start."""
    if invited is None:
        for each in loaded.participants:
            work.change(each, starts_at=loaded.meeting.starts_at)
        return
    check_people([each.person_id for each in invited], loaded.known, "participants")
    _write_participants(work, loaded.meeting, loaded.participants, invited)


def _write_participants(
    work: UnitOfWork, meeting: Meeting, stored: Sequence[MeetingParticipant], invited: Sequence[Invitation]
) -> None:
    by_person = {row.person_id: row for row in stored}
    work.remove(*(row for id, row in by_person.items() if id not in {each.person_id for each in invited}))
    for each in invited:
        if each.person_id in by_person:
            work.change(by_person[each.person_id], duty=each.duty, starts_at=meeting.starts_at)
        else:
            work.add(
                MeetingParticipant(
                    **work.stamp(),
                    meeting_id=meeting.id,
                    person_id=each.person_id,
                    duty=each.duty,
                    starts_at=meeting.starts_at,
                )
            )
