"""What a meeting is about: its agenda items and preparation tasks."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from api.tables.base import Fate, Personal, Refers, Row, index, one_of, unique
from domain.meetings import DialogueStructure, ItemKind, Mandate, PhaseKind, Track


class AgendaItem(Row):
    """One item in its place; `position` counts from 0 without gaps."""

    table = "agenda_item"
    constraints = (
        one_of("agenda_item", "kind", ItemKind),
        one_of("agenda_item", "track", Track),
        one_of("agenda_item", "mandate", Mandate),
        one_of("agenda_item", "dialogue_structure", DialogueStructure),
        index("agenda_item", "meeting_id", "position"),
    )

    meeting_id: Annotated[UUID, Refers("meeting")]
    position: int
    kind: ItemKind
    track: Track
    title: str | None = None
    lang: str
    question: str | None = None
    background: str | None = None
    proposal_text: str | None = None
    mandate: Mandate | None = None
    decided_by: Annotated[str | None, Personal(Fate.CLEARED, "as long as the meeting")] = None
    minutes: int
    dialogue_structure: DialogueStructure


class ItemPhase(Row):
    """A part of an agenda item; `position` counts from 0 without gaps, `wanted` is in the item's language."""

    table = "item_phase"
    constraints = (
        one_of("item_phase", "kind", PhaseKind),
        unique("item_phase", "item_id", "position"),
    )

    item_id: Annotated[UUID, Refers("agenda_item")]
    position: int
    kind: PhaseKind
    wanted: str | None = None
    minutes: int | None = None


class PreparationTask(Row):
    """What everybody does before the meeting."""

    table = "preparation_task"
    constraints = (index("preparation_task", "meeting_id", "position"),)

    meeting_id: Annotated[UUID, Refers("meeting")]
    position: int
    text: str
    lang: str
    est_minutes: int
    due_at: datetime
