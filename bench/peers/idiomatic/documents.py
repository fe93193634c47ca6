"""What goes in and out, as Pydantic models."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from domain.meetings import DialogueStructure, ItemKind, Mandate, PhaseKind, Purpose, Recurrence, Track

Line = Annotated[str, Field(min_length=1, max_length=300)]
Text = Annotated[str, Field(min_length=1, max_length=10_000)]


class PhaseIn(BaseModel):
    model_config = ConfigDict(extra="forbid")
    kind: PhaseKind
    wanted: Line | None = None
    minutes: Annotated[int | None, Field(ge=1, le=1440)] = None


class ItemIn(BaseModel):
    model_config = ConfigDict(extra="forbid")
    kind: ItemKind = ItemKind.EXPLORE
    track: Track
    title: Line | None = None
    lang: Line
    question: Line | None = None
    background: Text | None = None
    proposal_text: Text | None = None
    mandate: Mandate | None = None
    decided_by: Line | None = None
    minutes: Annotated[int, Field(ge=1, le=1440)]
    dialogue_structure: DialogueStructure = DialogueStructure.FREE
    phases: Annotated[list[PhaseIn], Field(max_length=20)] = []


class MeetingIn(BaseModel):
    model_config = ConfigDict(extra="forbid")
    team_id: UUID
    title: Line
    lang: Line
    purpose: Purpose
    recurrence: Recurrence = Recurrence.ONCE
    starts_at: AwareDatetime
    ends_at: AwareDatetime
    place: Line | None = None
    agenda: Annotated[list[ItemIn], Field(max_length=100)] = []


class Out(BaseModel):
    model_config = ConfigDict(from_attributes=True)
    id: UUID


class PhaseOut(BaseModel):
    model_config = ConfigDict(from_attributes=True)
    kind: str
    wanted: str | None
    minutes: int | None


class ItemOut(Out):
    position: int
    kind: str
    track: str
    title: str | None
    lang: str
    question: str | None
    background: str | None
    proposal_text: str | None
    mandate: str | None
    decided_by: str | None
    minutes: int
    dialogue_structure: str
    phases: list[PhaseOut]


class TaskOut(Out):
    position: int
    text: str
    lang: str
    est_minutes: int
    due_at: datetime


class ParticipantOut(Out):
    person_id: UUID
    duty: str


class OverrideOut(Out):
    evaluation_id: UUID
    person_id: UUID
    rule_code: str
    rule_version: int
    item_id: UUID | None
    reason_code: str
    reason_text: str | None
    created_at: datetime


class ListedOut(Out):
    team_id: UUID
    organisation_id: UUID
    title: str
    lang: str
    purpose: str
    recurrence: str
    state: str
    starts_at: datetime
    ends_at: datetime
    zone: str
    place: str | None
    profile: str | None
    published_at: datetime | None
    revision: int
    created_at: datetime
    updated_at: datetime


class MeetingOut(ListedOut):
    agenda: list[ItemOut]
    preparation_tasks: list[TaskOut]
    participants: list[ParticipantOut]
    rule_overrides: list[OverrideOut]


class PageOut(BaseModel):
    items: list[ListedOut]
    next_cursor: str | None
