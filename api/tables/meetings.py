"""Meetings and who takes part in them."""

from datetime import datetime
from enum import StrEnum
from typing import Annotated
from uuid import UUID

import sqlalchemy as sa

from api.tables.base import Fate, Refers, Row, index, one_of, unique
from domain.meetings import MeetingState, Purpose, Recurrence


class MeetingDuty(StrEnum):
    """What a participant does in the meeting."""

    PARTICIPANT = "participant"
    FACILITATOR = "facilitator"


class Meeting(Row):
    """A meeting of a team; children (agenda, tasks, participants) raise its revision."""

    table = "meeting"
    constraints = (
        one_of("meeting", "purpose", Purpose),
        one_of("meeting", "recurrence", Recurrence),
        one_of("meeting", "state", MeetingState),
        sa.CheckConstraint("ends_at > starts_at", name="ck_meeting_times"),
        index("meeting", "starts_at desc", "id desc"),
        index("meeting", "team_id", "starts_at desc", "id desc"),
        index("meeting", "organisation_id", "starts_at desc", "id desc"),
        sa.Index(  # all that figures need of a meeting that counts: they are read from it alone
            "ix_meeting_counted",
            "tenant_id",
            "organisation_id",
            "starts_at",
            postgresql_include=[
                "purpose",
                "state",
                "published_by",
                "lead_hours",
                "planned_minutes",
                "development_minutes",
            ],
            postgresql_where=sa.text("published_at is not null"),
        ),
    )

    team_id: Annotated[UUID, Refers("team")]
    organisation_id: Annotated[UUID, Refers("organisation")]
    title: str
    lang: str
    purpose: Purpose
    recurrence: Recurrence
    state: MeetingState
    starts_at: datetime
    ends_at: datetime
    zone: str
    place: str | None = None
    profile: str | None = None
    published_at: datetime | None = None
    published_by: Annotated[UUID | None, Refers("person", Fate.PSEUDONYM, "as long as the meeting")] = None
    lead_hours: int | None = None
    """Whole working hours from publishing to the start, by the calendar that judged the agenda."""

    planned_minutes: int | None = None
    """What the items of the agenda add up to, noted when it went out and was frozen."""

    development_minutes: int | None = None
    """How many of them are for the development track."""


class MeetingParticipant(Row):
    """An invitation; carries the meeting's start so that a person's meetings are read in order by one index."""

    table = "meeting_participant"
    constraints = (
        one_of("meeting_participant", "duty", MeetingDuty),
        unique("meeting_participant", "meeting_id", "person_id"),
        index("meeting_participant", "person_id", "starts_at desc", "meeting_id desc"),
    )

    meeting_id: Annotated[UUID, Refers("meeting")]
    person_id: Annotated[UUID, Refers("person", Fate.PSEUDONYM, "5 years")]
    duty: MeetingDuty
    starts_at: datetime
