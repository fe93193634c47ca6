"""Agenda items and preparation tasks: within a draft, and one by one at their own addresses."""

from collections.abc import Mapping, Sequence
from typing import Annotated, Any, TypeVar
from uuid import UUID

from pydantic import Field

from api.actions.commands import Command, Lang, Line, Minutes, Moment, Text, omitted
from api.postgres.asker import CHILD_TALK
from api.postgres.work import UnitOfWork
from api.tables import AgendaItem, ItemPhase, Meeting, PreparationTask
from domain.agenda_items import check_item
from domain.errors import Fault
from domain.meetings import DialogueStructure, ItemKind, Mandate, PhaseKind, Track

R = TypeVar("R", AgendaItem, PreparationTask)


class PhaseDraft(Command):
    """A part of an agenda item: what is hoped for from everybody, and for how long."""

    kind: PhaseKind
    wanted: Annotated[Line | None, Field(description="In a few words, in the item's language.")] = None
    minutes: Minutes | None = None


MOST_PHASES = 20
Phases = Annotated[list[PhaseDraft], Field(max_length=MOST_PHASES, description="In order; sent again, the whole list.")]
PhasesByItem = Mapping[UUID, Sequence[ItemPhase]]


class ItemDraft(Command):
    """An agenda item; with the id of one that is there it stays that item."""

    id: Annotated[UUID | None, Field(description="In a PUT: the item that this is.")] = None
    kind: ItemKind = ItemKind.EXPLORE
    track: Track
    title: Annotated[Line | None, Field(description="Needed, except for talk about a child.")] = None
    lang: Lang
    question: Line | None = None
    background: Text | None = None
    proposal_text: Text | None = None
    mandate: Mandate | None = None
    decided_by: Line | None = None
    minutes: Minutes
    dialogue_structure: DialogueStructure = DialogueStructure.FREE
    phases: Phases = []


class ItemPatch(Command):
    """A merge patch of an agenda item."""

    kind: ItemKind = omitted()
    track: Track = omitted()
    title: Line | None = omitted()
    lang: Lang = omitted()
    question: Line | None = omitted()
    background: Text | None = omitted()
    proposal_text: Text | None = omitted()
    mandate: Mandate | None = omitted()
    decided_by: Line | None = omitted()
    minutes: Minutes = omitted()
    dialogue_structure: DialogueStructure = omitted()
    phases: Phases = omitted()


class TaskDraft(Command):
    """A preparation task; with the id of one that is there it stays that task."""

    id: Annotated[UUID | None, Field(description="In a PUT: the task that this is.")] = None
    text: Text
    lang: Lang
    est_minutes: Minutes
    due_at: Moment


class TaskPatch(Command):
    """A merge patch of a preparation task."""

    text: Text = omitted()
    lang: Lang = omitted()
    est_minutes: Minutes = omitted()
    due_at: Moment = omitted()


class Reorder(Command):
    """All items of the agenda in the order that they are to have."""

    item_ids: Annotated[list[UUID], Field(min_length=1, max_length=100, description="Every item, once.")]


MOST_ITEMS, MOST_TASKS = 100, 50
Items = Annotated[list[ItemDraft], Field(max_length=MOST_ITEMS)]
Tasks = Annotated[list[TaskDraft], Field(max_length=MOST_TASKS)]


def values_of(draft: ItemDraft | ItemPatch) -> dict[str, Any]:
    """What is to be stored of the item itself; the fixed title of talk about a child is ours, and may come back."""
    values = draft.given() if isinstance(draft, ItemPatch) else draft.model_dump(exclude={"id"})
    values.pop("phases", None)
    if values.get("kind") is ItemKind.CHILD_TALK and values.get("title") in CHILD_TALK.values():
        values["title"] = None
    return values


def item_faults(wanted: Sequence[ItemDraft]) -> list[Fault]:
    """Everything that is wrong with any item of an agenda, each where it stands."""
    return [
        Fault(fault.code, ("agenda", i, *fault.pointer), fault.facts)
        for i, draft in enumerate(wanted)
        for fault in check_item(values_of(draft), has_phases=bool(draft.phases))
    ]


def named_faults(stored: Sequence[R], wanted: Sequence[ItemDraft] | Sequence[TaskDraft], under: str) -> list[Fault]:
    """A fault for each id that names none of the stored parts, or one that was named before."""
    known, ids = {row.id for row in stored}, [draft.id for draft in wanted]
    return [
        Fault("unknown_reference" if id not in known else "duplicate", (under, i, "id"))
        for i, id in enumerate(ids)
        if id is not None and (id not in known or id in ids[:i])
    ]


def by_item(phases: Sequence[ItemPhase]) -> PhasesByItem:
    """Stored phases by the item that they are parts of, each list in order."""
    found: dict[UUID, list[ItemPhase]] = {}
    for phase in sorted(phases, key=lambda phase: phase.position):
        found.setdefault(phase.item_id, []).append(phase)
    return found


def write_items(
    work: UnitOfWork,
    meeting: Meeting,
    stored: Sequence[AgendaItem],
    phases: PhasesByItem,
    wanted: Sequence[ItemDraft],
) -> None:
    """Make the agenda what is wanted, which has no faults."""
    by_id = {row.id: row for row in stored}
    for position, draft in enumerate(wanted):
        if draft.id is None:
            add_item(work, meeting, draft, position)
        else:
            work.change(by_id.pop(draft.id), **values_of(draft), position=position)
            write_phases(work, draft.id, phases.get(draft.id, ()), draft.phases)
    for gone in by_id.values():
        work.remove(gone, *phases.get(gone.id, ()))


def add_item(work: UnitOfWork, meeting: Meeting, draft: ItemDraft, position: int) -> AgendaItem:
    """A new item with its phases."""
    item = AgendaItem(**work.stamp(), meeting_id=meeting.id, position=position, **values_of(draft))
    work.add(item)
    write_phases(work, item.id, (), draft.phases)
    return item


def write_phases(work: UnitOfWork, item_id: UUID, stored: Sequence[ItemPhase], wanted: Sequence[PhaseDraft]) -> None:
    """Phases are known by their places: those that are there take on what is wanted, the others come or go."""
    for position, draft in enumerate(wanted):
        if position < len(stored):
            work.change(stored[position], **vars(draft))
        else:
            work.add(ItemPhase(**work.stamp(), item_id=item_id, position=position, **vars(draft)))
    work.remove(*stored[len(wanted) :])


def write_tasks(
    work: UnitOfWork, meeting: Meeting, stored: Sequence[PreparationTask], wanted: Sequence[TaskDraft]
) -> None:
    """Make the preparation what is wanted, which has no faults."""
    by_id = {row.id: row for row in stored}
    for position, draft in enumerate(wanted):
        values = draft.model_dump(exclude={"id"}) | {"position": position}
        if draft.id is None:
            work.add(PreparationTask(**work.stamp(), meeting_id=meeting.id, **values))
        else:
            work.change(by_id.pop(draft.id), **values)
    work.remove(*by_id.values())


def renumber(work: UnitOfWork, parts: Sequence[AgendaItem] | Sequence[PreparationTask]) -> None:
    """Positions count from 0 without gaps, in the order given."""
    for position, part in enumerate(parts):
        work.change(part, position=position)
