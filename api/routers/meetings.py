"""Meetings up to publishing."""

from typing import Annotated
from uuid import UUID

from fastapi import Query
from pydantic import Field

from api.actions import meetings, rules
from api.actions.commands import Moment
from api.queries import MeetingView
from api.web.answers import Answer
from api.web.contexts import Read, Write
from api.web.operations import Router
from api.web.paging import PageQuery, Words
from domain.meetings import MeetingState
from domain.permissions import Permission

router = Router(prefix="/v1", tags=["meetings"])


class MeetingsQuery(PageQuery):
    """Which meetings."""

    matching: Words = None
    team_id: Annotated[UUID | None, Field(description="Only meetings of this team.")] = None
    organisation_id: Annotated[UUID | None, Field(description="Only meetings of this unit.")] = None
    state: Annotated[MeetingState | None, Field(description="Only meetings in this state.")] = None
    starts_from: Annotated[Moment | None, Field(description="Only meetings that start then or later.")] = None
    starts_before: Annotated[Moment | None, Field(description="Only meetings that start earlier.")] = None


@router.lists("/meetings", MeetingView, Permission.MEETING_READ)
async def list_meetings(query: Annotated[MeetingsQuery, Query()], read: Read) -> Answer:
    """The meetings that you take part in, work in the team of, or lead the unit of; latest first."""
    return await read.page(MeetingView, query)


@router.creates("/meetings", MeetingView, Permission.MEETING_CREATE)
async def create_meeting(command: meetings.CreateMeeting, write: Write) -> Answer:
    """Plan a meeting with agenda and preparation. For those who facilitate the team or lead its unit."""
    meeting_id = await meetings.create_meeting(write.work, command)
    return await write.created(MeetingView, meeting_id, f"/v1/meetings/{meeting_id}")


@router.reads("/meetings/{meeting_id}", MeetingView, Permission.MEETING_READ)
async def get_meeting(meeting_id: UUID, read: Read) -> Answer:
    """One meeting with its agenda."""
    return await read.one(MeetingView, meeting_id)


@router.puts("/meetings/{meeting_id}", MeetingView, Permission.MEETING_CHANGE)
async def replace_meeting(meeting_id: UUID, command: meetings.MeetingDraft, write: Write) -> Answer:
    """Replace a whole draft; items and tasks that carry their id stay themselves."""
    await meetings.replace_meeting(write.work, meeting_id, command)
    return await write.changed(MeetingView, meeting_id)


@router.patches("/meetings/{meeting_id}", MeetingView, Permission.MEETING_CHANGE)
async def change_meeting(meeting_id: UUID, command: meetings.ChangeMeeting, write: Write) -> Answer:
    """Change the meeting itself; a published one keeps the purpose and time that it was judged by."""
    await meetings.change_meeting(write.work, meeting_id, command)
    return await write.changed(MeetingView, meeting_id)


@router.acts("/meetings/{meeting_id}/publish", MeetingView, Permission.MEETING_PUBLISH)
async def publish_meeting(meeting_id: UUID, command: rules.Publish, write: Write) -> Answer:
    """Send out the agenda: from now on participants see it as settled and prepare.

    It goes out only when it follows the rules that the owner chose. Otherwise 409 `rule_violation` names every
    violation at once; those that may be overridden go through with a reason, which all participants can read.
    """
    await meetings.publish_meeting(write.work, meeting_id, command)
    return await write.changed(MeetingView, meeting_id)


@router.acts("/meetings/{meeting_id}/cancel", MeetingView, Permission.MEETING_CANCEL)
async def cancel_meeting(meeting_id: UUID, write: Write) -> Answer:
    """Call the meeting off."""
    await meetings.cancel_meeting(write.work, meeting_id)
    return await write.changed(MeetingView, meeting_id)
