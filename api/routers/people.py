"""The asker, people, and the roles that they hold."""

from typing import Annotated
from uuid import UUID

from fastapi import Query
from pydantic import Field

from api.actions import departures, people
from api.queries import MeView, PersonView, RoleAssignmentView
from api.web.answers import Answer
from api.web.contexts import NOBODY, Read, Write
from api.web.documents import Document
from api.web.operations import Router
from api.web.paging import PageQuery, Words
from domain.actors import Role
from domain.people import PersonKind, PersonStatus
from domain.permissions import Permission

router = Router(prefix="/v1", tags=["people"], queue=people.QUEUE)


class PeopleQuery(PageQuery):
    """Which people."""

    matching: Words = None
    status: Annotated[PersonStatus | None, Field(description="Only people with this status.")] = None
    kind: Annotated[PersonKind | None, Field(description="Only human beings, or only machine clients.")] = None


class RoleAssignmentsQuery(PageQuery):
    """Which role assignments."""

    person_id: Annotated[UUID | None, Field(description="Only those of this person.")] = None
    role: Annotated[Role | None, Field(description="Only this role.")] = None


class Departure(Document):
    """What ends when somebody leaves."""

    person_id: UUID
    memberships: Annotated[int, Field(description="Places in teams that end.")]
    roles: Annotated[int, Field(description="Roles that end.")]
    meetings: Annotated[int, Field(description="Meetings that have not begun, to which they are no longer invited.")]
    team_ids_without_facilitator: Annotated[
        list[UUID], Field(description="Teams in which nobody is left who calls and publishes meetings.")
    ]


@router.reads("/me", MeView, Permission.ME_READ)
async def get_me(read: Read) -> Answer:
    """Who you are here, which roles you hold and which teams you work in."""
    return await read.one(MeView, NOBODY)


@router.lists("/people", PersonView, Permission.PERSON_READ)
async def list_people(query: Annotated[PeopleQuery, Query()], read: Read) -> Answer:
    """Colleagues in alphabetical order."""
    return await read.page(PersonView, query)


@router.creates("/people", PersonView, Permission.PERSON_CREATE)
async def create_person(command: people.CreatePerson, write: Write) -> Answer:
    """Add somebody, with the identities that they sign in with. For administrators."""
    person_id = await people.create_person(write.work, command)
    return await write.created(PersonView, person_id, f"/v1/people/{person_id}")


@router.reads("/people/{person_id}", PersonView, Permission.PERSON_READ)
async def get_person(person_id: UUID, read: Read) -> Answer:
    """One colleague."""
    return await read.one(PersonView, person_id)


@router.patches("/people/{person_id}", PersonView, Permission.PERSON_CHANGE)
async def change_person(person_id: UUID, command: people.ChangePerson, write: Write) -> Answer:
    """Change what is known of somebody, or whether they may sign in. For administrators."""
    await people.change_person(write.work, person_id, command)
    return await write.changed(PersonView, person_id)


@router.settles("/people/{person_id}/leave", Departure, Permission.PERSON_LEAVE)
async def leave_person(person_id: UUID, write: Write) -> Answer:
    """Somebody works here no more from today: they can't sign in, and what they belong to is over. For administrators.

    Memberships and roles end, and they are no longer invited to meetings that have not begun; what was before stays.
    Who comes back is made active again, without the roles and teams of before.
    """
    return await write.report(await departures.leave_person(write.work, person_id))


@router.computes("/people/{person_id}/leave/preview", Departure, Permission.PERSON_LEAVE, method="POST")
async def preview_leave(person_id: UUID, write: Write) -> Answer:
    """What would end if the person left now; nothing is written. For administrators."""
    return write.unsaved(await departures.leave_person(write.work, person_id, preview=True))


@router.lists("/role-assignments", RoleAssignmentView, Permission.ROLE_ASSIGNMENT_READ)
async def list_role_assignments(query: Annotated[RoleAssignmentsQuery, Query()], read: Read) -> Answer:
    """Roles with their scope and time, latest first: your own, or all for those who are trusted with them."""
    return await read.page(RoleAssignmentView, query)


@router.creates("/role-assignments", RoleAssignmentView, Permission.ROLE_ASSIGNMENT_GRANT)
async def grant_role(command: people.GrantRole, write: Write) -> Answer:
    """Give somebody a role. For administrators; it holds from the next request on."""
    assignment_id = await people.grant_role(write.work, command)
    return await write.created(RoleAssignmentView, assignment_id, f"/v1/role-assignments/{assignment_id}")


@router.reads("/role-assignments/{assignment_id}", RoleAssignmentView, Permission.ROLE_ASSIGNMENT_READ)
async def get_role_assignment(assignment_id: UUID, read: Read) -> Answer:
    """One role that somebody holds or held."""
    return await read.one(RoleAssignmentView, assignment_id)


@router.acts("/role-assignments/{assignment_id}/revoke", RoleAssignmentView, Permission.ROLE_ASSIGNMENT_REVOKE)
async def revoke_role(assignment_id: UUID, write: Write) -> Answer:
    """End a role today; it no longer holds from the next request on. For administrators."""
    await people.revoke_role(write.work, assignment_id)
    return await write.changed(RoleAssignmentView, assignment_id)
