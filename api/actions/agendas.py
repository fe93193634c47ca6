"""Agenda items and preparation tasks: within a draft, and one by one at their own addresses."""

from collections.abc import Sequence
from typing import Annotated, Any, TypeVar
from uuid import UUID

from pydantic import Field

from api.actions.commands import Command, Lang, Line, Minutes, Moment, Text, omitted
from api.postgres.asker import CHILD_TALK
from api.postgres.work import UnitOfWork
from api.tables import AgendaItem, Meeting, PreparationTask
from domain.agenda_items import check_item
from domain.errors import Fault
from domain.meetings import DialogueStructure, ItemKind, Mandate, Track

R = TypeVar("R", AgendaItem, PreparationTask)


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
    """What is to be stored; the fixed title of talk about a child is ours, and may come back as we served it."""
    values = draft.given() if isinstance(draft, ItemPatch) else draft.model_dump(exclude={"id"})
    if values.get("kind") is ItemKind.CHILD_TALK and values.get("title") in CHILD_TALK.values():
        values["title"] = None
    return values


def item_faults(wanted: Sequence[ItemDraft]) -> list[Fault]:
    """Everything that is wrong with any item of an agenda, each where it stands."""
    return [
        Fault(fault.code, ("agenda", i, *fault.pointer), fault.facts)
        for i, draft in enumerate(wanted)
        for fault in check_item(values_of(draft))
    ]


def named_faults(stored: Sequence[R], wanted: Sequence[ItemDraft] | Sequence[TaskDraft], under: str) -> list[Fault]:
    """A fault for each id that names none of the stored parts, or one that was named before."""
    known, ids = {row.id for row in stored}, [draft.id for draft in wanted]
    return [
        Fault("unknown_reference" if id not in known else "duplicate", (under, i, "id"))
        for i, id in enumerate(ids)
        if id is not None and (id not in known or id in ids[:i])
    ]


def write_items(work: UnitOfWork, meeting: Meeting, stored: Sequence[AgendaItem], wanted: Sequence[ItemDraft]) -> None:
    """Make the agenda what is wanted, which has no faults."""
    by_id = {row.id: row for row in stored}
    for position, draft in enumerate(wanted):
        values = values_of(draft) | {"position": position}
        if draft.id is None:
            work.add(AgendaItem(**work.stamp(), meeting_id=meeting.id, **values))
        else:
            work.change(by_id.pop(draft.id), **values)
    work.remove(*by_id.values())


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
