"""DataLoaders over the ORM: each batch is one query in a session of its own, which knows the tenant."""

from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, TypeAlias
from uuid import UUID

from sqlalchemy import func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker
from sqlalchemy.orm import InstrumentedAttribute, aliased
from strawberry.dataloader import DataLoader
from strawberry.fastapi import BaseContext

from bench.peers.idiomatic.access import Asker, visible
from bench.peers.idiomatic.tables import AgendaItem, Meeting, OrganisationPeriod, Team
from bench.peers.strawberry.figures import Figures, Period, figures
from bench.peers.strawberry.tables import Organisation

Key: TypeAlias = tuple[UUID, int]
"""Whose meetings, and how many of them."""


@dataclass(frozen=True)
class Reads:
    """What resolvers read with, for one request."""

    sessions: async_sessionmaker[AsyncSession]
    who: Asker

    @asynccontextmanager
    async def session(self) -> AsyncIterator[AsyncSession]:
        """A session in a transaction that knows its tenant."""
        async with self.sessions() as opened, opened.begin():
            await opened.execute(select(func.set_config("app.tenant", str(self.who.tenant), True)))
            yield opened

    async def teams(self, unit: UUID, first: int) -> Sequence[Team]:
        wanted = select(Team).where(Team.organisation_id == unit).order_by(Team.sort_name, Team.id).limit(first)
        async with self.session() as session:
            return (await session.scalars(wanted)).all()

    async def organisations(self, kind: str, first: int) -> Sequence[OrganisationPeriod]:
        today = datetime.now(UTC).date()
        wanted = (
            select(OrganisationPeriod)
            .join(Organisation, Organisation.id == OrganisationPeriod.organisation_id)
            .where(
                Organisation.kind == kind,
                OrganisationPeriod.valid_from <= today,
                or_(OrganisationPeriod.valid_to.is_(None), OrganisationPeriod.valid_to > today),
            )
            .order_by(OrganisationPeriod.sort_name, OrganisationPeriod.organisation_id)
            .limit(first)
        )
        async with self.session() as session:
            return (await session.scalars(wanted)).all()


class Loaders(BaseContext):
    """The loaders of one request."""

    def __init__(self, reads: Reads) -> None:
        super().__init__()
        self.reads = reads
        self.meetings_of_team: DataLoader[Key, list[Meeting]] = DataLoader(load_fn=_latest(reads, Meeting.team_id))
        self.meetings_of_unit: DataLoader[Key, list[Meeting]] = DataLoader(
            load_fn=_latest(reads, Meeting.organisation_id)
        )
        self.agenda: DataLoader[UUID, list[AgendaItem]] = DataLoader(load_fn=_agendas(reads))
        self.figures: DataLoader[tuple[UUID, Period], Figures] = DataLoader(load_fn=figures(reads))


def _latest(
    reads: Reads, parent: InstrumentedAttribute[UUID]
) -> Callable[[list[Key]], Awaitable[Sequence[list[Meeting]]]]:
    """The latest meetings of many parents that the asker may see; each list of a request is as long as the others."""

    async def load(keys: list[Key]) -> Sequence[list[Meeting]]:
        latest = (Meeting.starts_at.desc(), Meeting.id.desc())
        nth = func.row_number().over(partition_by=parent, order_by=latest).label("nth")
        seen = visible(reads.who).where(parent.in_([id for id, _ in keys])).add_columns(nth).subquery()
        meeting = aliased(Meeting, seen)
        wanted = select(meeting).where(seen.c.nth <= keys[0][1]).order_by(meeting.starts_at.desc(), meeting.id.desc())
        async with reads.session() as session:
            found = (await session.scalars(wanted)).all()
        return _grouped([id for id, _ in keys], found, parent.key)

    return load


def _agendas(reads: Reads) -> Callable[[list[UUID]], Awaitable[Sequence[list[AgendaItem]]]]:
    async def load(ids: list[UUID]) -> Sequence[list[AgendaItem]]:
        wanted = select(AgendaItem).where(AgendaItem.meeting_id.in_(ids)).order_by(AgendaItem.position)
        async with reads.session() as session:
            return _grouped(ids, (await session.scalars(wanted)).all(), "meeting_id")

    return load


def _grouped(ids: Sequence[UUID], rows: Sequence[Any], parent: str) -> list[list[Any]]:
    """The rows of each parent, in the order of `ids`."""
    found: dict[UUID, list[Any]] = {id: [] for id in ids}
    for row in rows:
        found[getattr(row, parent)].append(row)
    return [found[id] for id in ids]
