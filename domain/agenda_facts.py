"""An agenda as the rules see it: frozen facts, in the order in which it is stored."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from domain.meetings import DialogueStructure, ItemKind, Mandate, PhaseKind, Purpose, Recurrence, Track


@dataclass(frozen=True, slots=True)
class Phase:
    """A part of an item: `wanted` says what is hoped for from everybody, `minutes` is its time (None: not set)."""

    kind: PhaseKind
    wanted: str | None = None
    minutes: int | None = None


@dataclass(frozen=True, slots=True)
class AgendaItem:
    """One item; `minutes` are what is set aside for it, `decided_by` says in words who decides in the end."""

    position: int
    kind: ItemKind
    track: Track
    id: UUID | None = None
    title: str | None = None
    question: str | None = None
    proposal_text: str | None = None
    mandate: Mandate | None = None
    decided_by: str | None = None
    minutes: int | None = None
    dialogue_structure: DialogueStructure | None = None
    phases: tuple[Phase, ...] = ()


@dataclass(frozen=True, slots=True)
class PrepTask:
    """What everybody does before the meeting, how long it takes, and until when (None: until it starts)."""

    text: str
    est_minutes: int
    due_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Agenda:
    """A meeting with its items and preparation; moments are aware, `published_at` is None in a draft."""

    purpose: Purpose
    recurrence: Recurrence
    starts_at: datetime
    ends_at: datetime
    zone: str
    items: tuple[AgendaItem, ...] = ()
    prep_tasks: tuple[PrepTask, ...] = ()
    published_at: datetime | None = None


def ordered(agenda: Agenda) -> tuple[AgendaItem, ...]:
    """The items by position: the index in it is the index in every pointer."""
    return tuple(sorted(agenda.items, key=lambda item: item.position))


def is_development(item: AgendaItem) -> bool:
    """Develops practice; talk about a child never counts as such."""
    return item.track is Track.DEVELOPMENT and item.kind is not ItemKind.CHILD_TALK
