"""Where things stand: the facts about a row's surroundings that permissions are asked with."""

from collections.abc import Sequence
from uuid import UUID

from api.tables import Meeting, MeetingParticipant, Team
from api.tables.meetings import MeetingDuty
from domain.actors import Place

TENANT = Place()
"""The tenant as a whole."""


def of_unit(units: Sequence[UUID]) -> Place:
    """A unit, by itself and all units above it."""
    return Place(units=tuple(units))


def of_team(team: Team, units: Sequence[UUID]) -> Place:
    """A team in its unit."""
    return Place(team_id=team.id, units=tuple(units))


def of_meeting(meeting: Meeting, units: Sequence[UUID], participants: Sequence[MeetingParticipant]) -> Place:
    """A meeting of a team in its unit, with those who take part."""
    return Place(
        team_id=meeting.team_id,
        units=tuple(units),
        participants=frozenset(p.person_id for p in participants),
        facilitators=frozenset(p.person_id for p in participants if p.duty is MeetingDuty.FACILITATOR),
    )
