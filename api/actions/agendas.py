"""Agenda items and preparation tasks: within a draft, and one by one at their own addresses."""

from collections.abc import Sequence
from typing import Annotated, TypeVar
from uuid import UUID

from pydantic import Field

from api.actions.commands import Command, Lang, Line, Minutes, Moment, Text, omitted
from api.postgres.work import UnitOfWork
from api.tables import AgendaItem, Meeting, PreparationTask
from domain.agenda_items import check_item
from domain.errors import Fault, Invalid
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

    item_ids: Annotated[list[UUID], Field(min_length=1, max_length=100)]


Items = Annotated[list[ItemDraft], Field(max_length=100)]
Tasks = Annotated[list[TaskDraft], Field(max_length=50)]


def write_items(work: UnitOfWork, meeting: Meeting, stored: Sequence[AgendaItem], wanted: Sequence[ItemDraft]) -> None:
    """Make the agenda what is wanted. Raises Invalid with everything that is wrong with any item."""
    by_id, faults = _named_again(stored, [draft.id for draft in wanted], "agenda")
    for i, draft in enumerate(wanted):
        faults += [Fault(f.code, ("agenda", i, *f.pointer), f.facts) for f in check_item(vars(draft))]
    if faults:
        raise Invalid(faults)
    for position, draft in enumerate(wanted):
        values = draft.model_dump(exclude={"id"}) | {"position": position}
        if draft.id is None:
            work.add(AgendaItem(**work.stamp(), meeting_id=meeting.id, **values))
        else:
            work.change(by_id.pop(draft.id), **values)
    work.remove(*by_id.values())


def write_tasks(
    work: UnitOfWork, meeting: Meeting, stored: Sequence[PreparationTask], wanted: Sequence[TaskDraft]
) -> None:
    """Make the preparation what is wanted."""
    by_id, faults = _named_again(stored, [draft.id for draft in wanted], "preparation_tasks")
    if faults:
        raise Invalid(faults)
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


def _named_again(stored: Sequence[R], ids: Sequence[UUID | None], under: str) -> tuple[dict[UUID, R], list[Fault]]:
    """The stored rows by id, and a fault for each id that is none of them or comes twice."""
    by_id = {row.id: row for row in stored}
    faults = []
    for i, id in enumerate(ids):
        if id is not None and id not in by_id:
            faults.append(Fault("unknown_reference", (under, i, "id")))
        elif id is not None and id in ids[:i]:
            faults.append(Fault("duplicate", (under, i, "id")))
    return by_id, faults
