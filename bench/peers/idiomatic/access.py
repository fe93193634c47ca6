"""Who asks and what they may see: dependencies that give a session with the tenant set, and the person."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Annotated, Any
from uuid import UUID

from fastapi import Depends, Header, HTTPException, Request
from sqlalchemy import Select, func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import contains_eager

from bench.peers.idiomatic.tables import (
    Meeting,
    OrganisationPeriod,
    Participant,
    PersonIdentity,
    RoleAssignment,
    TeamMembership,
)
from bench.peers.settings import Known


@dataclass
class Asker:
    """A person with today's roles and memberships."""

    id: UUID
    tenant: UUID
    roles: list[RoleAssignment]
    memberships: list[TeamMembership]

    @property
    def leads_everything(self) -> bool:
        return any(role.role == "unit_leader" and role.scope == "tenant" for role in self.roles)

    @property
    def units_led(self) -> list[UUID]:
        led = [role for role in self.roles if role.role == "unit_leader" and role.scope == "unit"]
        return [role.organisation_id for role in led if role.organisation_id]


async def identity(request: Request, authorization: Annotated[str, Header()]) -> Known:
    """Whose token it is; known ones are remembered, as our service does."""
    known: Known | None = request.app.state.tokens.get(authorization.removeprefix("Bearer "))
    if known is None:
        raise HTTPException(401)
    return known


async def session(request: Request, who: Annotated[Known, Depends(identity)]) -> AsyncIterator[AsyncSession]:
    """A session in a transaction that knows its tenant."""
    async with request.app.state.sessions() as opened, opened.begin():
        await opened.execute(select(func.set_config("app.tenant", who.tenant, True)))
        yield opened


Session = Annotated[AsyncSession, Depends(session, scope="function")]


async def asker(session: Session, who: Annotated[Known, Depends(identity)]) -> Asker:
    """The person behind the token, with what they may do today."""
    found = await session.scalar(
        select(PersonIdentity)
        .join(PersonIdentity.person)
        .options(contains_eager(PersonIdentity.person))
        .where(PersonIdentity.issuer == who.issuer, PersonIdentity.subject == who.subject)
    )
    if found is None or found.person.status != "active":
        raise HTTPException(403)
    roles = await session.scalars(
        select(RoleAssignment).where(RoleAssignment.person_id == found.person_id, *_today(RoleAssignment))
    )
    memberships = await session.scalars(
        select(TeamMembership).where(TeamMembership.person_id == found.person_id, *_today(TeamMembership))
    )
    return Asker(found.person_id, UUID(who.tenant), list(roles), list(memberships))


CurrentAsker = Annotated[Asker, Depends(asker)]


def _today(table: Any) -> tuple[Any, ...]:
    today = datetime.now(UTC).date()
    return table.valid_from <= today, or_(table.valid_to.is_(None), table.valid_to > today)


async def may_see(session: AsyncSession, who: Asker, meeting: Meeting) -> bool:
    """Participants, members of the team, and leaders of the unit or one above it."""
    if who.leads_everything or any(each.team_id == meeting.team_id for each in who.memberships):
        return True
    if any(each.person_id == who.id for each in meeting.participants):
        return True
    return bool(who.units_led) and bool({*who.units_led} & {*await units_above(session, meeting.organisation_id)})


async def units_above(session: AsyncSession, unit: UUID) -> list[UUID]:
    """The unit and all above it today."""
    start = select(OrganisationPeriod.organisation_id, OrganisationPeriod.parent_id).where(
        OrganisationPeriod.organisation_id == unit, *_today(OrganisationPeriod)
    )
    up = start.cte("up", recursive=True)
    up = up.union_all(
        select(OrganisationPeriod.organisation_id, OrganisationPeriod.parent_id)
        .join(up, OrganisationPeriod.organisation_id == up.c.parent_id)
        .where(*_today(OrganisationPeriod))
    )
    return list(await session.scalars(select(up.c.organisation_id)))


def visible(who: Asker) -> Select[Meeting]:
    """The meetings that somebody may see; ids first, since an OR over everything would read everything."""
    if who.leads_everything:
        return select(Meeting)
    ids = select(Participant.meeting_id).where(Participant.person_id == who.id)
    ids_of_teams = select(Meeting.id).where(Meeting.team_id.in_([each.team_id for each in who.memberships]))
    return select(Meeting).where(Meeting.id.in_(ids.union(ids_of_teams)))
