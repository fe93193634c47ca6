"""School calendars: what was decided about the days of a school year, by the owner or by a unit."""

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

import sqlalchemy as sa

from api.tables.base import Refers, Row, index, one_of
from domain.school_calendars import CalendarState


class SchoolCalendar(Row):
    """One version for one school year, the owner's where it names no unit; once adopted it never changes."""

    table = "school_calendar"
    constraints = (
        one_of("school_calendar", "state", CalendarState),
        sa.CheckConstraint(
            "(state = 'adopted') = (version is not null and adopted_at is not null)", name="ck_school_calendar_adopted"
        ),
        index("school_calendar", "school_year desc", "created_at desc", "id desc"),
        sa.Index(
            "ix_school_calendar_version",
            "tenant_id",
            "organisation_id",
            "school_year",
            "version",
            unique=True,
            postgresql_nulls_not_distinct=True,
            postgresql_where=sa.text("state = 'adopted'"),
        ),
    )

    organisation_id: Annotated[UUID | None, Refers("organisation")] = None
    school_year: int
    state: CalendarState
    version: int | None = None
    lang: str
    days: list[dict[str, Any]]
    opens: str | None = None
    closes: str | None = None
    adopted_at: datetime | None = None
