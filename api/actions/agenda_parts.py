"""One agenda item or preparation task at a time: each change raises the meeting's revision."""

from uuid import UUID

from api.actions import agendas
from api.actions.meetings import Loaded, load
from api.postgres.work import UnitOfWork
from api.tables import PreparationTask
from domain import meetings
from domain.agenda_items import check_item
from domain.errors import Fault, Invalid, NotFound
from domain.permissions import Permission


async def add_agenda_item(work: UnitOfWork, meeting_id: UUID, command: agendas.ItemDraft) -> UUID:
    """Put an item at the end of the draft. Raises AgendaFrozen once it is published."""
    loaded = await _draft(work, meeting_id)
    _check_new(command)
    _check_room(len(loaded.items), agendas.MOST_ITEMS, "agenda")
    _check(agendas.values_of(command), has_phases=bool(command.phases))
    item = agendas.add_item(work, loaded.meeting, command, len(loaded.items))
    _rests_on(work, loaded, items=len(loaded.items) + 1)
    return item.id


async def change_agenda_item(work: UnitOfWork, meeting_id: UUID, item_id: UUID, command: agendas.ItemPatch) -> None:
    """Change an item of the draft."""
    loaded = await _draft(work, meeting_id)
    item = _one(loaded.items, item_id)
    changes, phases = agendas.values_of(command), loaded.phases.get(item_id, ())
    wanted = command.phases if "phases" in command.model_fields_set else None
    _check(vars(item) | changes, has_phases=bool(phases if wanted is None else wanted))
    work.change(item, **changes)
    if wanted is not None:
        agendas.write_phases(work, item_id, phases, wanted)
    work.touch(loaded.meeting)


async def remove_agenda_item(work: UnitOfWork, meeting_id: UUID, item_id: UUID) -> None:
    """Take an item out of the draft."""
    loaded = await _draft(work, meeting_id)
    item = _one(loaded.items, item_id)
    work.remove(item, *loaded.phases.get(item_id, ()))
    agendas.renumber(work, [each for each in loaded.items if each is not item])
    _rests_on(work, loaded, items=len(loaded.items) - 1)


async def reorder_agenda(work: UnitOfWork, meeting_id: UUID, command: agendas.Reorder) -> None:
    """Give all items their places. Raises Invalid unless every item is named exactly once."""
    loaded = await _draft(work, meeting_id)
    by_id = {item.id: item for item in loaded.items}
    faults = [
        Fault("unknown_reference" if id not in by_id else "duplicate", ("item_ids", i))
        for i, id in enumerate(command.item_ids)
        if id not in by_id or id in command.item_ids[:i]
    ]
    if not faults and len(command.item_ids) < len(by_id):
        faults = [Fault("too_short", ("item_ids",), {"min": len(by_id)})]
    if faults:
        raise Invalid(faults)
    agendas.renumber(work, [by_id[id] for id in command.item_ids])
    work.touch(loaded.meeting)


async def add_preparation_task(work: UnitOfWork, meeting_id: UUID, command: agendas.TaskDraft) -> UUID:
    """Put a task at the end of the draft's preparation."""
    loaded = await _draft(work, meeting_id)
    _check_new(command)
    _check_room(len(loaded.tasks), agendas.MOST_TASKS, "preparation_tasks")
    values = command.model_dump(exclude={"id"})
    task = PreparationTask(**work.stamp(), meeting_id=meeting_id, position=len(loaded.tasks), **values)
    work.add(task)
    work.touch(loaded.meeting)
    return task.id


async def change_preparation_task(
    work: UnitOfWork, meeting_id: UUID, task_id: UUID, command: agendas.TaskPatch
) -> None:
    """Change a task of the draft."""
    loaded = await _draft(work, meeting_id)
    work.change(_one(loaded.tasks, task_id), **command.given())
    work.touch(loaded.meeting)


async def remove_preparation_task(work: UnitOfWork, meeting_id: UUID, task_id: UUID) -> None:
    """Take a task out of the draft."""
    loaded = await _draft(work, meeting_id)
    task = _one(loaded.tasks, task_id)
    work.remove(task)
    agendas.renumber(work, [each for each in loaded.tasks if each is not task])
    work.touch(loaded.meeting)


async def _draft(work: UnitOfWork, meeting_id: UUID) -> Loaded:
    loaded = await load(work, meeting_id, Permission.MEETING_CHANGE)
    meetings.edit_agenda(loaded.meeting.state, has_items=bool(loaded.items))
    return loaded


def _rests_on(work: UnitOfWork, loaded: Loaded, *, items: int) -> None:
    """With its first item a draft becomes an agenda draft, and without any it is a draft again."""
    state = meetings.edit_agenda(loaded.meeting.state, has_items=items > 0)
    work.change(loaded.meeting, state=state)
    work.touch(loaded.meeting)


def _one(rows: list[agendas.R], id: UUID) -> agendas.R:
    for row in rows:
        if row.id == id:
            return row
    raise NotFound


def _check(values: dict[str, object], *, has_phases: bool) -> None:
    if faults := list(check_item(values, has_phases=has_phases)):
        raise Invalid(faults)


def _check_room(count: int, most: int, under: str) -> None:
    if count >= most:
        raise Invalid([Fault("too_long", (under,), {"max": most})])


def _check_new(draft: agendas.ItemDraft | agendas.TaskDraft) -> None:
    """What is new gets its id from us."""
    if draft.id is not None:
        raise Invalid([Fault("unknown_reference", ("id",))])
