"""Teams and their members."""

from typing import Annotated
from uuid import UUID

from fastapi import Query
from pydantic import Field

from api.actions import teams
from api.actions.commands import Day
from api.actions.organisations import QUEUE
from api.queries import TeamMembershipView, TeamView
from api.web.answers import Answer
from api.web.contexts import Read, Write
from api.web.operations import Router
from api.web.paging import PageQuery, Words
from domain.permissions import Permission
from domain.teams import TeamKind, TeamState

router = Router(prefix="/v1", tags=["teams"])


class TeamsQuery(PageQuery):
    """Which teams."""

    matching: Words = None
    organisation_id: Annotated[UUID | None, Field(description="Only teams of this unit.")] = None
    kind: Annotated[TeamKind | None, Field(description="Only teams of this kind.")] = None
    state: Annotated[TeamState | None, Field(description="Only teams in this state.")] = None


class MembershipsQuery(PageQuery):
    """Which memberships: all with their history, or those of one day."""

    as_of: Annotated[Day | None, Field(description="Only memberships that hold on this day.")] = None


@router.lists("/teams", TeamView, Permission.TEAM_READ)
async def list_teams(query: Annotated[TeamsQuery, Query()], read: Read) -> Answer:
    """Teams in alphabetical order."""
    return await read.page(TeamView, query)


@router.creates("/teams", TeamView, Permission.TEAM_CREATE, queue=QUEUE)
async def create_team(command: teams.CreateTeam, write: Write) -> Answer:
    """Found a team in a unit. For those who lead the unit, and administrators."""
    team_id = await teams.create_team(write.work, command)
    return await write.created(TeamView, team_id, f"/v1/teams/{team_id}")


@router.reads("/teams/{team_id}", TeamView, Permission.TEAM_READ)
async def get_team(team_id: UUID, read: Read) -> Answer:
    """One team."""
    return await read.one(TeamView, team_id)


@router.patches("/teams/{team_id}", TeamView, Permission.TEAM_CHANGE)
async def change_team(team_id: UUID, command: teams.ChangeTeam, write: Write) -> Answer:
    """Rename a team, or pause, archive or revive it."""
    await teams.change_team(write.work, team_id, command)
    return await write.changed(TeamView, team_id)


@router.lists("/teams/{team_id}/memberships", TeamMembershipView, Permission.TEAM_READ)
async def list_team_memberships(team_id: UUID, query: Annotated[MembershipsQuery, Query()], read: Read) -> Answer:
    """Who works or worked in the team, earliest first."""
    return await read.page(TeamMembershipView, query, parent=team_id)


@router.creates("/teams/{team_id}/memberships", TeamMembershipView, Permission.TEAM_MEMBERSHIP_ADD)
async def add_team_membership(team_id: UUID, command: teams.AddMembership, write: Write) -> Answer:
    """Somebody joins the team."""
    membership_id = await teams.add_membership(write.work, team_id, command)
    location = f"/v1/teams/{team_id}/memberships/{membership_id}"
    return await write.created(TeamMembershipView, membership_id, location)


@router.reads("/teams/{team_id}/memberships/{membership_id}", TeamMembershipView, Permission.TEAM_READ)
async def get_team_membership(team_id: UUID, membership_id: UUID, read: Read) -> Answer:
    """One person's time in the team."""
    return await read.one(TeamMembershipView, membership_id, parent=team_id)


@router.patches("/teams/{team_id}/memberships/{membership_id}", TeamMembershipView, Permission.TEAM_MEMBERSHIP_CHANGE)
async def change_team_membership(
    team_id: UUID, membership_id: UUID, command: teams.ChangeMembership, write: Write
) -> Answer:
    """Another duty from today on, or an end; with another duty the answer is the membership that now holds."""
    current_id = await teams.change_membership(write.work, team_id, membership_id, command)
    return await write.changed(TeamMembershipView, current_id)


@router.removes("/teams/{team_id}/memberships/{membership_id}", Permission.TEAM_MEMBERSHIP_END)
async def end_team_membership(team_id: UUID, membership_id: UUID, write: Write) -> Answer:
    """Somebody leaves the team today; their time in it stays in its history."""
    await teams.end_membership(write.work, team_id, membership_id)
    return await write.done()
