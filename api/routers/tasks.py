"""What waits for the asker."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from fastapi import Query
from pydantic import Field

from api.queries import tasks
from api.web.answers import Answer
from api.web.contexts import Read
from api.web.documents import Document
from api.web.operations import Router
from api.web.paging import Query as Parameters
from domain.permissions import Permission
from domain.tasks import TaskKind

router = Router(prefix="/v1/me", tags=["tasks"])


class TasksQuery(Parameters):
    """How far ahead."""

    days: Annotated[int, Field(ge=1, le=366, description="For meetings that start within so many days.")] = 28


class Task(Document):
    """Something that waits for you; it is gone when the agenda is out, or when the meeting has begun."""

    kind: TaskKind
    id: Annotated[UUID, Field(description="The preparation task, or the meeting whose agenda waits.")]
    due_at: Annotated[
        datetime,
        Field(
            description="From when on it is too late, UTC: what to prepare says it itself, an agenda's time is its "
            "meeting's start, although rules may want it earlier."
        ),
    ]
    meeting_id: UUID
    team_id: UUID
    title: Annotated[str, Field(description="What the meeting is called.")]
    lang: Annotated[str, Field(description="The language of the title.")]
    text: Annotated[str | None, Field(description="What to do before the meeting.")]
    text_lang: Annotated[str | None, Field(description="The language of the text.")]
    minutes: Annotated[int | None, Field(description="How long it should take, minutes.")]


class Tasks(Document):
    """What waits for you, the most urgent first."""

    items: Annotated[list[Task], Field(max_length=tasks.MOST_TASKS)]


@router.computes("/tasks", Tasks, Permission.ME_READ)
async def list_my_tasks(query: Annotated[TasksQuery, Query()], read: Read) -> Answer:
    """What you have to prepare, and which agendas wait for you to send them out. At most the 100 most urgent."""
    return await read.document(tasks.MY_TASKS, query)
