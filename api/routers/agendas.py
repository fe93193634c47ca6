"""One agenda item or preparation task at a time; `If-Match` and the answer's ETag are the meeting's."""

from uuid import UUID

from api.actions import agenda_parts, agendas
from api.queries import AgendaItemView, MeetingView, PreparationTaskView
from api.web.answers import Answer
from api.web.contexts import Read, Write
from api.web.operations import Router
from domain.permissions import Permission

router = Router(prefix="/v1/meetings/{meeting_id}", tags=["agendas"])


@router.adds("/agenda-items", MeetingView, Permission.MEETING_CHANGE)
async def add_agenda_item(meeting_id: UUID, command: agendas.ItemDraft, write: Write) -> Answer:
    """Put an item at the end of the draft; the answer is the meeting, `Location` is the item's."""
    item_id = await agenda_parts.add_agenda_item(write.work, meeting_id, command)
    return await write.created(MeetingView, meeting_id, f"/v1/meetings/{meeting_id}/agenda-items/{item_id}")


@router.acts("/agenda-items/reorder", MeetingView, Permission.MEETING_CHANGE)
async def reorder_agenda(meeting_id: UUID, command: agendas.Reorder, write: Write) -> Answer:
    """Give all items of the draft their places; the answer is the meeting."""
    await agenda_parts.reorder_agenda(write.work, meeting_id, command)
    return await write.changed(MeetingView, meeting_id)


@router.reads("/agenda-items/{item_id}", AgendaItemView, Permission.MEETING_READ)
async def get_agenda_item(meeting_id: UUID, item_id: UUID, read: Read) -> Answer:
    """One agenda item."""
    return await read.one(AgendaItemView, item_id, parent=meeting_id)


@router.patches("/agenda-items/{item_id}", MeetingView, Permission.MEETING_CHANGE)
async def change_agenda_item(meeting_id: UUID, item_id: UUID, command: agendas.ItemPatch, write: Write) -> Answer:
    """Change an item of the draft; the answer is the meeting."""
    await agenda_parts.change_agenda_item(write.work, meeting_id, item_id, command)
    return await write.changed(MeetingView, meeting_id)


@router.takes_out("/agenda-items/{item_id}", MeetingView, Permission.MEETING_CHANGE)
async def remove_agenda_item(meeting_id: UUID, item_id: UUID, write: Write) -> Answer:
    """Take an item out of the draft; the answer is the meeting."""
    await agenda_parts.remove_agenda_item(write.work, meeting_id, item_id)
    return await write.changed(MeetingView, meeting_id)


@router.adds("/preparation-tasks", MeetingView, Permission.MEETING_CHANGE)
async def add_preparation_task(meeting_id: UUID, command: agendas.TaskDraft, write: Write) -> Answer:
    """Put a task at the end of the draft's preparation; the answer is the meeting, `Location` is the task's."""
    task_id = await agenda_parts.add_preparation_task(write.work, meeting_id, command)
    return await write.created(MeetingView, meeting_id, f"/v1/meetings/{meeting_id}/preparation-tasks/{task_id}")


@router.reads("/preparation-tasks/{task_id}", PreparationTaskView, Permission.MEETING_READ)
async def get_preparation_task(meeting_id: UUID, task_id: UUID, read: Read) -> Answer:
    """One preparation task."""
    return await read.one(PreparationTaskView, task_id, parent=meeting_id)


@router.patches("/preparation-tasks/{task_id}", MeetingView, Permission.MEETING_CHANGE)
async def change_preparation_task(meeting_id: UUID, task_id: UUID, command: agendas.TaskPatch, write: Write) -> Answer:
    """Change a task of the draft; the answer is the meeting."""
    await agenda_parts.change_preparation_task(write.work, meeting_id, task_id, command)
    return await write.changed(MeetingView, meeting_id)


@router.takes_out("/preparation-tasks/{task_id}", MeetingView, Permission.MEETING_CHANGE)
async def remove_preparation_task(meeting_id: UUID, task_id: UUID, write: Write) -> Answer:
    """Take a task out of the draft; the answer is the meeting."""
    await agenda_parts.remove_preparation_task(write.work, meeting_id, task_id)
    return await write.changed(MeetingView, meeting_id)
