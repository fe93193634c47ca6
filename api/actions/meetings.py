"""Meetings up to publishing: create, replace a draft, change, publish and cancel."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated
from uuid import UUID

from pydantic import Field

from api.actions import agendas, calendars, invitations, method_choices, rules
from api.actions.commands import Command, Lang, Line, Moment, Zone, omitted
from api.actions.invitations import Invitation, Invitations
from api.actions.places import of_meeting, of_team
from api.actions.teams import people
from api.postgres.validity import in_force
from api.postgres.wanted import lineage, row, rows
from api.postgres.work import UnitOfWork
from api.tables import (
    AgendaItem,
    ItemPhase,
    Meeting,
    MeetingParticipant,
    MethodChoice,
    PreparationTask,
    Team,
    TeamMembership,
)
from domain import meetings
from domain.actors import Place
from domain.errors import AgendaFrozen, Fault, Invalid, NotFound
from domain.meetings import MeetingState, Purpose, Recurrence, Track
from domain.permissions import Permission
from domain.school_calendars import SchoolCalendar
from domain.teams import require_meets
from domain.working_days import lead_hours


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
    participants: Annotated[Invitations | None, Field(description="In a PUT left out: those who are invited.")] = None
    agenda: agendas.Items = []
    preparation_tasks: agendas.Tasks = []


class CreateMeeting(MeetingDraft):
    """A meeting of a team."""

    team_id: UUID
    participants: Annotated[Invitations | None, Field(description="Left out: the team's members of today.")] = None


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


_UNIT = "select organisation_id from meeting where id = :meeting::uuid"
_IN_MEETING = "item_id in (select id from agenda_item where meeting_id = :meeting::uuid)"


@dataclass(frozen=True)
class Loaded:
    """A meeting that is locked for a change, with its parts and where it stands."""

    meeting: Meeting
    items: list[AgendaItem]
    phases: agendas.PhasesByItem
    tasks: list[PreparationTask]
    participants: list[MeetingParticipant]
    choices: list[MethodChoice]
    calendars: list[SchoolCalendar]
    place: Place
    known: list[str]


async def create_meeting(work: UnitOfWork, command: CreateMeeting) -> UUID:
    """Plan a meeting of a team, with agenda and preparation; its members of today are invited."""
    team, units, members, known = await work.fetch(
        row(Team, command.team_id, "for share"),
        lineage("select organisation_id from team where id = :team::uuid", team=command.team_id),
        rows(TeamMembership, order="created_at, id", where=in_force("team_membership"), team_id=command.team_id),
        people([each.person_id for each in command.participants or ()]),
    )
    if team is None:
        raise Invalid([Fault("unknown_reference", ("team_id",))])
    work.require(Permission.MEETING_CREATE, of_team(team, units))
    require_meets(team.state)
    zone = command.zone or work.asker.zone
    _check(command, zone, known, [], [])
    meeting = Meeting(
        **work.stamp(),
        team_id=team.id,
        organisation_id=team.organisation_id,
        **command.model_dump(exclude={"team_id", "zone", "participants", "agenda", "preparation_tasks"}),
        zone=zone,
        state=meetings.opening_state(has_items=bool(command.agenda)),
    )
    work.create(meeting)
    invited = command.participants
    invitations.write(work, meeting, [], invitations.members(members) if invited is None else invited)
    agendas.write_items(work, meeting, [], {}, command.agenda)
    agendas.write_tasks(work, meeting, [], command.preparation_tasks)
    return meeting.id


async def replace_meeting(work: UnitOfWork, meeting_id: UUID, command: MeetingDraft) -> None:
    """PUT a whole draft: items and tasks that carry an id stay themselves. Raises AgendaFrozen."""
    loaded = await load(work, meeting_id, Permission.MEETING_CHANGE, command.participants)
    meeting = loaded.meeting
    state = meetings.edit_agenda(meeting.state, has_items=bool(command.agenda))
    zone = command.zone or work.asker.zone
    _check(command, zone, loaded.known, loaded.items, loaded.tasks)
    agendas.write_items(work, meeting, loaded.items, loaded.phases, command.agenda)
    agendas.write_tasks(work, meeting, loaded.tasks, command.preparation_tasks)
    simple = command.model_dump(exclude={"zone", "participants", "agenda", "preparation_tasks"})
    work.change(meeting, **simple, zone=zone, state=state)
    work.touch(meeting)
    invitations.change(work, meeting, loaded.participants, command.participants)


async def change_meeting(work: UnitOfWork, meeting_id: UUID, command: ChangeMeeting) -> None:
    """Change the meeting itself. Raises AgendaFrozen for what the published agenda was judged by."""
    changes = command.given()
    loaded = await load(work, meeting_id, Permission.MEETING_CHANGE, changes.get("participants"))
    meeting = loaded.meeting
    meetings.change(meeting.state)
    differing = {name for name in FROZEN_BY_PUBLISHING & set(changes) if changes[name] != getattr(meeting, name)}
    if meeting.state is MeetingState.PUBLISHED and differing:
        raise AgendaFrozen(state=meeting.state.value)
    invited = changes.pop("participants", None)
    work.change(meeting, **changes)
    faults = [*meetings.check_times(meeting.starts_at, meeting.ends_at, meeting.zone)]
    faults += invitations.faults(invited, loaded.known)
    if faults:
        raise Invalid(faults)
    work.touch(meeting)
    invitations.change(work, meeting, loaded.participants, invited)


async def publish_meeting(work: UnitOfWork, meeting_id: UUID, command: rules.Publish) -> None:
    """Send the agenda out if it follows the rules that the owner chose, or an override says why not.

    Raises RulesBroken with every violation at once; the evaluation is recorded either way.
    """
    loaded = await load(work, meeting_id, Permission.MEETING_PUBLISH)
    meeting = loaded.meeting
    state = meetings.publish(meeting.state, meeting.starts_at, work.now)
    if command.overrides:
        work.require(Permission.MEETING_OVERRIDE_RULE, loaded.place, meeting)
    agenda = rules.agenda_of(meeting, loaded.items, loaded.phases, loaded.tasks)
    calendar = calendars.working_calendar(work, loaded.calendars, meeting.starts_at)
    profile = rules.judge_publishing(work, loaded.choices, calendar, meeting, agenda, command.overrides)
    work.change(
        meeting,
        state=state,
        profile=profile,
        published_at=work.now,
        published_by=work.actor.person_id,
        lead_hours=lead_hours(calendar, work.now, meeting.starts_at),
        planned_minutes=sum(item.minutes for item in loaded.items),
        development_minutes=sum(item.minutes for item in loaded.items if item.track is Track.DEVELOPMENT),
    )
    work.announce("meeting.published", meeting.id)


async def cancel_meeting(work: UnitOfWork, meeting_id: UUID) -> None:
    """Call the meeting off."""
    loaded = await load(work, meeting_id, Permission.MEETING_CANCEL)
    meeting = loaded.meeting
    work.change(meeting, state=meetings.cancel(meeting.state, meeting.starts_at, work.now))
    work.announce("meeting.cancelled", meeting.id)


async def load(
    work: UnitOfWork, meeting_id: UUID, permission: Permission, invited: Sequence[Invitation] | None = None
) -> Loaded:
    """Lock a meeting, then load its parts; two statements, so that the parts are those of the locked state.

    `known` becomes those of the `invited` whom there are.
    """
    meeting, units = await work.fetch(
        row(Meeting, meeting_id, "for update"),
        lineage(_UNIT, meeting=meeting_id),
    )
    if meeting is None:
        raise NotFound
    items, phases, tasks, participants, choices, holding, known = await work.fetch(
        rows(AgendaItem, order="position", meeting_id=meeting_id),
        rows(ItemPhase, where=_IN_MEETING, meeting=meeting_id),
        rows(PreparationTask, order="position", meeting_id=meeting_id),
        rows(MeetingParticipant, meeting_id=meeting_id),
        method_choices.latest_choice(),
        calendars.adopted(work.today, _UNIT, meeting=meeting_id),
        people([each.person_id for each in invited or ()]),
    )
    place = of_meeting(meeting, units, participants)
    work.require(permission, place, meeting, see=Permission.MEETING_READ)
    work.expect(meeting)
    return Loaded(meeting, items, agendas.by_item(phases), tasks, participants, choices, holding, place, known)


def _check(
    draft: MeetingDraft,
    zone: str,
    known: list[str],
    items: Sequence[AgendaItem],
    tasks: Sequence[PreparationTask],
) -> None:
    """Raises Invalid with everything that is wrong with a draft, so that it is mended in one go."""
    faults = [
        *meetings.check_times(draft.starts_at, draft.ends_at, zone),
        *invitations.faults(draft.participants, known),
        *agendas.named_faults(items, draft.agenda, "agenda"),
        *agendas.item_faults(draft.agenda),
        *agendas.named_faults(tasks, draft.preparation_tasks, "preparation_tasks"),
    ]
    if faults:
        raise Invalid(faults)
