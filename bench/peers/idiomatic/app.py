"""The application: three routes over the ORM."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from hashlib import blake2b
from typing import Annotated, Any
from uuid import UUID, uuid4

import uvicorn
from fastapi import FastAPI, Header, HTTPException, Query, Response
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker, create_async_engine
from sqlalchemy.orm import selectinload

from api.postgres.ids import new_id
from bench.peers.idiomatic.access import Asker, CurrentAsker, Session, may_see, units_above, visible
from bench.peers.idiomatic.documents import ItemIn, MeetingIn, MeetingOut, PageOut
from bench.peers.idiomatic.tables import AgendaItem, AuditEvent, IdempotencyKey, ItemPhase, Meeting, Participant, Team
from bench.peers.settings import POOL, told

WHOLE = (
    selectinload(Meeting.agenda).selectinload(AgendaItem.phases),
    selectinload(Meeting.preparation_tasks),
    selectinload(Meeting.participants),
    selectinload(Meeting.rule_overrides),
)
LEADING = {"facilitator", "leader"}


@asynccontextmanager
async def lifespan(app: FastAPI) -> AsyncIterator[None]:
    here = told()
    url = here.dsn.replace("postgresql://", "postgresql+asyncpg://", 1)
    engine = create_async_engine(url, pool_size=POOL, max_overflow=0)
    app.state.sessions = async_sessionmaker(engine, expire_on_commit=False)
    app.state.tokens = here.tokens
    yield
    await engine.dispose()


app = FastAPI(lifespan=lifespan)


@app.get("/v1/meetings", response_model=PageOut)
async def list_meetings(session: Session, who: CurrentAsker, limit: Annotated[int, Query(ge=1, le=100)] = 50) -> Any:
    """A page of the meetings that somebody may see, latest first."""
    wanted = visible(who).order_by(Meeting.starts_at.desc(), Meeting.id.desc()).limit(limit + 1)
    meetings: list[Meeting] = list(await session.scalars(wanted))
    more = len(meetings) > limit
    last = meetings[limit - 1] if more else None
    return {"items": meetings[:limit], "next_cursor": f"{last.starts_at.isoformat()}_{last.id}" if last else None}


@app.get("/v1/meetings/{meeting_id}", response_model=MeetingOut)
async def get_meeting(meeting_id: UUID, session: Session, who: CurrentAsker) -> Any:
    """One meeting with its agenda."""
    meeting = await session.scalar(select(Meeting).where(Meeting.id == meeting_id).options(*WHOLE))
    if meeting is None or not await may_see(session, who, meeting):
        raise HTTPException(404)
    return meeting


@app.post("/v1/meetings", response_model=MeetingOut, status_code=201)
async def create_meeting(
    command: MeetingIn,
    session: Session,
    who: CurrentAsker,
    response: Response,
    idempotency_key: Annotated[str, Header()],
) -> Any:
    """Plan a meeting of a team; its members are invited."""
    now = datetime.now(UTC)
    key = await _claim(session, who, idempotency_key, command, now)
    team = await session.scalar(
        select(Team)
        .where(Team.id == command.team_id)
        .options(selectinload(Team.memberships))
        .with_for_update(read=True)
    )
    if team is None:
        raise HTTPException(422)
    await _require_lead(session, who, team)
    meeting = _meeting(command, team, who, now)
    session.add(meeting)
    session.add(AuditEvent(**_stamp(who, now), person_id=who.id, action="meeting:create", **_done(meeting)))
    await session.flush()
    body = MeetingOut.model_validate(meeting).model_dump_json()
    location = f"/v1/meetings/{meeting.id}"
    key.status, key.headers, key.body, key.subject_id = 201, [["location", location]], body, meeting.id
    response.headers["location"] = location
    return meeting


async def _claim(session: AsyncSession, who: Asker, text: str, command: MeetingIn, now: datetime) -> IdempotencyKey:
    fingerprint = blake2b(command.model_dump_json().encode(), digest_size=16).hexdigest()
    key = IdempotencyKey(
        **_stamp(who, now), person_id=who.id, operation="create_meeting", key=text, fingerprint=fingerprint
    )
    session.add(key)
    try:
        await session.flush()
    except IntegrityError:
        raise HTTPException(409) from None
    return key


async def _require_lead(session: AsyncSession, who: Asker, team: Team) -> None:
    if who.leads_everything or any(m.team_id == team.id and m.duty in LEADING for m in who.memberships):
        return
    if not {*who.units_led} & {*await units_above(session, team.organisation_id)}:
        raise HTTPException(403)


def _meeting(command: MeetingIn, team: Team, who: Asker, now: datetime) -> Meeting:
    meeting = Meeting(
        **_stamp(who, now),
        **command.model_dump(exclude={"agenda"}, mode="python"),
        organisation_id=team.organisation_id,
        zone="Europe/Oslo",
        state="agenda_draft" if command.agenda else "draft",
        preparation_tasks=[],
        rule_overrides=[],
    )
    meeting.agenda = [_item(item, i, who, now) for i, item in enumerate(command.agenda)]
    meeting.participants = [
        Participant(
            **_stamp(who, now),
            person_id=member.person_id,
            duty="facilitator" if member.duty in LEADING else "participant",
            starts_at=command.starts_at,
        )
        for member in team.memberships
    ]
    return meeting


def _item(item: ItemIn, position: int, who: Asker, now: datetime) -> AgendaItem:
    phases = [ItemPhase(**_stamp(who, now), **phase.model_dump(), position=i) for i, phase in enumerate(item.phases)]
    values = item.model_dump(exclude={"phases"})
    return AgendaItem(**_stamp(who, now), **values, position=position, phases=phases)


def _stamp(who: Asker, now: datetime) -> dict[str, Any]:
    base = {"tenant_id": who.tenant, "id": new_id(), "revision": 1}
    return {**base, "created_at": now, "created_by": who.id, "updated_at": now}


def _done(meeting: Meeting) -> dict[str, Any]:
    return {"outcome": "done", "subject_type": "meeting", "subject_id": meeting.id, "trace_id": uuid4().hex}


if __name__ == "__main__":
    uvicorn.run(app, port=told().port, loop="uvloop", http="httptools", log_level="warning", access_log=False)
