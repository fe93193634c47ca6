"""The types and their resolvers; lists below lists come from loaders."""

from datetime import date, datetime
from enum import Enum
from uuid import UUID

import strawberry

from bench.peers.idiomatic import tables
from bench.peers.strawberry.figures import Figures, Period
from bench.peers.strawberry.loading import Loaders

Info = strawberry.Info[Loaders, None]


@strawberry.enum
class OrganisationKind(Enum):
    """As the tables have it."""

    municipality = "municipality"
    district = "district"
    school = "school"
    kindergarten = "kindergarten"


@strawberry.type
class AgendaItem:
    id: strawberry.ID
    title: str | None
    track: str
    minutes: int


@strawberry.type
class Meeting:
    id: strawberry.ID
    title: str
    starts_at: datetime

    @strawberry.field
    async def agenda(self, info: Info) -> list[AgendaItem]:
        items = await info.context.agenda.load(UUID(self.id))
        return [AgendaItem(id=strawberry.ID(str(i.id)), title=i.title, track=i.track, minutes=i.minutes) for i in items]


@strawberry.type
class Meetings:
    nodes: list[Meeting]


@strawberry.type
class Team:
    id: strawberry.ID
    name: str

    @strawberry.field
    async def meetings(self, info: Info, first: int = 20) -> Meetings:
        return _meetings(await info.context.meetings_of_team.load((UUID(self.id), first)))


@strawberry.type
class Teams:
    nodes: list[Team]


@strawberry.type
class Organisation:
    id: strawberry.ID
    name: str

    @strawberry.field
    async def meetings(self, info: Info, first: int = 20) -> Meetings:
        return _meetings(await info.context.meetings_of_unit.load((UUID(self.id), first)))

    @strawberry.field
    async def figures(self, info: Info, since: date, until: date) -> Figures:
        return await info.context.figures.load((UUID(self.id), Period(since, until)))


@strawberry.type
class Organisations:
    nodes: list[Organisation]


@strawberry.type
class Query:
    @strawberry.field
    async def teams(self, info: Info, organisation_id: strawberry.ID, first: int = 20) -> Teams:
        found = await info.context.reads.teams(UUID(organisation_id), first)
        return Teams(nodes=[Team(id=strawberry.ID(str(team.id)), name=team.name) for team in found])

    @strawberry.field
    async def organisations(self, info: Info, kind: OrganisationKind, first: int = 20) -> Organisations:
        found = await info.context.reads.organisations(kind.value, first)
        return Organisations(
            nodes=[Organisation(id=strawberry.ID(str(p.organisation_id)), name=_name(p.names)) for p in found]
        )


def _meetings(found: list[tables.Meeting]) -> Meetings:
    return Meetings(nodes=[Meeting(id=strawberry.ID(str(m.id)), title=m.title, starts_at=m.starts_at) for m in found])


def _name(names: dict[str, str]) -> str:
    return names.get("nb") or min(names.values())


schema = strawberry.Schema(Query)
