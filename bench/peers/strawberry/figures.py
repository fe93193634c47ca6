"""The figures of units over a period: loaded for many units at once, computed when asked for."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from typing import TYPE_CHECKING, Any, TypeAlias
from uuid import UUID
from zoneinfo import ZoneInfo

import strawberry
from sqlalchemy import CTE, Float, Numeric, Row, Select, cast, func, or_, select

from bench.peers.idiomatic.tables import Meeting, OrganisationPeriod
from bench.peers.strawberry.tables import Organisation

if TYPE_CHECKING:
    from bench.peers.strawberry.loading import Reads

ZONE = ZoneInfo("Europe/Oslo")
FEWEST_PEOPLE = 5
PURPOSES = ("development", "operations", "mixed", "statutory", "conversation")


@dataclass(frozen=True)
class Period:
    """From one day to another, exclusive."""

    since: date
    until: date

    def moments(self) -> tuple[datetime, datetime]:
        """When these days begin."""
        begins, ends = (datetime.combine(day, time(), ZONE) for day in (self.since, self.until))
        return begins, ends


Key: TypeAlias = tuple[UUID, Period]


@strawberry.type
class Figure:
    value: float | None


@strawberry.type
class Figures:
    meetings: Figure
    development_meetings: Figure
    operations_meetings: Figure
    mixed_meetings: Figure
    statutory_meetings: Figure
    conversation_meetings: Figure
    development_share: Figure
    agenda_lead: Figure


def figures(reads: "Reads") -> Callable[[list[Key]], Awaitable[Sequence[Figures]]]:
    """Of published meetings, by whomever they are seen; all units of a request are asked about one period."""

    async def load(keys: list[Key]) -> Sequence[Figures]:
        ids = [id for id, _ in keys]
        async with reads.session() as session:
            rows = {row.root: row for row in await session.execute(_sums(_below(ids), keys[0][1]))}
        return [_shown(rows.get(id)) for id in ids]

    return load


def _below(ids: list[UUID]) -> CTE:
    """Units with everything below them today, beside the one they are below of."""
    today = datetime.now(UTC).date()
    roots = select(Organisation.id.label("root"), Organisation.id).where(Organisation.id.in_(ids))
    below = roots.cte("below", recursive=True)
    period = OrganisationPeriod
    return below.union(
        select(below.c.root, period.organisation_id)
        .join(period, period.parent_id == below.c.id)
        .where(period.valid_from <= today, or_(period.valid_to.is_(None), period.valid_to > today))
    )


def _sums(below: CTE, period: Period) -> Select[Any]:
    since, until = period.moments()
    counts = [func.count().filter(Meeting.purpose == each).label(each) for each in PURPOSES]
    share = cast(func.sum(Meeting.development_minutes), Numeric) / func.nullif(func.sum(Meeting.planned_minutes), 0)
    return (
        select(
            below.c.root,
            func.count().label("meetings"),
            *counts,
            cast(func.round(share, 4), Float).label("share"),
            func.percentile_disc(0.5).within_group(Meeting.lead_hours).label("lead"),
            func.count(Meeting.published_by.distinct()).label("people"),
        )
        .select_from(below)
        .join(Meeting, Meeting.organisation_id == below.c.id)
        .where(Meeting.published_at.is_not(None), Meeting.state != "cancelled")
        .where(Meeting.starts_at >= since, Meeting.starts_at < until)
        .group_by(below.c.root)
    )


def _shown(row: Row[Any] | None) -> Figures:
    counts = {f"{each}_meetings": Figure(value=getattr(row, each) if row else 0) for each in PURPOSES}
    enough = row is not None and row.people >= FEWEST_PEOPLE
    return Figures(
        meetings=Figure(value=row.meetings if row else 0),
        **counts,
        development_share=Figure(value=row.share if row else None),
        agenda_lead=Figure(value=row.lead if row and enough else None),
    )
