"""The tree of units, as of any day."""

from datetime import date
from typing import Annotated
from uuid import UUID

from fastapi import Query
from pydantic import Field, StringConstraints

from api.actions import organisations, successions
from api.actions.commands import Day
from api.queries import OrganisationView
from api.web.answers import Answer
from api.web.contexts import Read, Write
from api.web.documents import Document
from api.web.operations import Router
from api.web.paging import PageQuery, Words
from api.web.paging import Query as Parameters
from domain.organisations import OrganisationKind, Sector
from domain.permissions import Permission
from domain.successions import SuccessionKind

router = Router(prefix="/v1", tags=["organisations"], queue=organisations.QUEUE)

AsOf = Annotated[Day | None, Field(description="The day to look at; today when left out.")]


class OrganisationQuery(Parameters):
    """As of which day."""

    as_of: AsOf = None


class OrganisationsQuery(PageQuery):
    """Which units, as of which day."""

    matching: Words = None
    as_of: AsOf = None
    kind: Annotated[OrganisationKind | None, Field(description="Only units of this kind.")] = None
    sector: Annotated[Sector | None, Field(description="Only units of this sector.")] = None
    parent_id: Annotated[UUID | None, Field(description="Only units directly below this one.")] = None
    external_id: Annotated[
        Annotated[str, StringConstraints(pattern=r"^[a-z_]+:.{1,64}$")] | None,
        Field(description="Only the unit with this number, as `scheme:value`.", examples=["dk_instnr:751002"]),
    ] = None


class Handover(Document):
    """What would go from one unit to another."""

    origin_id: UUID
    into_id: UUID
    units: Annotated[int, Field(description="Units directly below that go along.")]
    teams: Annotated[int, Field(description="Teams that go along; archived ones stay.")]
    meetings: Annotated[int, Field(description="Their meetings that have not begun; those that have stay.")]


class SuccessionPreview(Document):
    """What a merge or a split would do if it were done now."""

    kind: SuccessionKind
    effective_on: date
    handovers: list[Handover]
    closed_ids: Annotated[list[UUID], Field(description="Units that would be over.")]
    roles_ended: Annotated[int, Field(description="Roles in those units, which would end with them.")]


@router.lists("/organisations", OrganisationView, Permission.ORGANISATION_READ)
async def list_organisations(query: Annotated[OrganisationsQuery, Query()], read: Read) -> Answer:
    """Units in alphabetical order, as they stood, stand or will stand on a day."""
    return await read.page(OrganisationView, query)


@router.creates("/organisations", OrganisationView, Permission.ORGANISATION_CREATE)
async def create_organisation(command: organisations.CreateOrganisation, write: Write) -> Answer:
    """Open a unit. For administrators."""
    organisation_id = await organisations.create_organisation(write.work, command)
    location = f"/v1/organisations/{organisation_id}"
    return await write.created(OrganisationView, organisation_id, location, as_of=command.valid_from)


@router.reads("/organisations/{organisation_id}", OrganisationView, Permission.ORGANISATION_READ)
async def get_organisation(organisation_id: UUID, query: Annotated[OrganisationQuery, Query()], read: Read) -> Answer:
    """One unit, as it stood, stands or will stand on a day, with its whole history."""
    return await read.one(OrganisationView, organisation_id, query)


@router.patches("/organisations/{organisation_id}", OrganisationView, Permission.ORGANISATION_CHANGE)
async def change_organisation(organisation_id: UUID, command: organisations.ChangeOrganisation, write: Write) -> Answer:
    """Change kind, sector, numbers in other registers, or sites. For administrators."""
    await organisations.change_organisation(write.work, organisation_id, command)
    return await write.changed(OrganisationView, organisation_id)


@router.acts("/organisations/{organisation_id}/rename", OrganisationView, Permission.ORGANISATION_RENAME)
async def rename_organisation(organisation_id: UUID, command: organisations.RenameOrganisation, write: Write) -> Answer:
    """Other names from a day on; what is asked as of an earlier day answers as before. For administrators."""
    await organisations.rename_organisation(write.work, organisation_id, command)
    return await write.changed(OrganisationView, organisation_id)


@router.acts("/organisations/{organisation_id}/move", OrganisationView, Permission.ORGANISATION_MOVE)
async def move_organisation(organisation_id: UUID, command: organisations.MoveOrganisation, write: Write) -> Answer:
    """Another place in the tree from a day on. For administrators."""
    await organisations.move_organisation(write.work, organisation_id, command)
    return await write.changed(OrganisationView, organisation_id)


@router.acts("/organisations/{organisation_id}/close", OrganisationView, Permission.ORGANISATION_CLOSE)
async def close_organisation(organisation_id: UUID, command: organisations.CloseOrganisation, write: Write) -> Answer:
    """Close a unit that nothing stands on; 204 when it is closed as of today. For administrators."""
    await organisations.close_organisation(write.work, organisation_id, command)
    return await write.changed(OrganisationView, organisation_id)


@router.acts("/organisations/{organisation_id}/merge", OrganisationView, Permission.ORGANISATION_MERGE)
async def merge_organisations(organisation_id: UUID, command: successions.MergeOrganisations, write: Write) -> Answer:
    """Other units become part of this one and are over from today. For administrators.

    Units below them, their teams and the meetings that have not begun go along; whatever was before stays where it
    was. Roles in the units that are over end: who leads the merged unit is granted anew.
    """
    await successions.merge_organisations(write.work, organisation_id, command)
    return await write.changed(OrganisationView, organisation_id)


@router.computes(
    "/organisations/{organisation_id}/merge/preview", SuccessionPreview, Permission.ORGANISATION_MERGE, method="POST"
)
async def preview_merge(organisation_id: UUID, command: successions.MergeOrganisations, write: Write) -> Answer:
    """What the same merge would do now; nothing is written. For administrators."""
    return write.unsaved(await successions.merge_organisations(write.work, organisation_id, command, preview=True))


@router.acts("/organisations/{organisation_id}/split", OrganisationView, Permission.ORGANISATION_SPLIT)
async def split_organisation(organisation_id: UUID, command: successions.SplitOrganisation, write: Write) -> Answer:
    """Teams and units of this one go to others today; 204 when it is closed with that. For administrators.

    Meetings that have not begun go with their teams; whatever was before stays where it was.
    """
    await successions.split_organisation(write.work, organisation_id, command)
    return await write.changed(OrganisationView, organisation_id)


@router.computes(
    "/organisations/{organisation_id}/split/preview", SuccessionPreview, Permission.ORGANISATION_SPLIT, method="POST"
)
async def preview_split(organisation_id: UUID, command: successions.SplitOrganisation, write: Write) -> Answer:
    """What the same split would do now; nothing is written. For administrators."""
    return write.unsaved(await successions.split_organisation(write.work, organisation_id, command, preview=True))
