"""School calendars as they were drafted and adopted, and what holds for a unit."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from api.postgres.calendars import ADOPTED, adopted_sql
from api.postgres.statements import numbered
from api.queries.access import everyone
from api.queries.values import CalendarDays
from api.reading.compiler import ASKER
from api.reading.views import Order, View, one, shown
from domain.school_calendars import CalendarState, SchoolCalendar


class SchoolCalendarView(View):
    """What was decided about the days of a school year, by the owner or by a unit."""

    of = "school_calendar"
    order = Order(
        (("{row}.school_year", "int"), ("{row}.created_at", "timestamptz"), ("{row}.id", "uuid")), descending=True
    )
    listed_as = "school_calendars"
    seen_by = (everyone,)
    filters = {
        "organisation_id": "{row}.organisation_id = :organisation_id::uuid",
        "school_year": "{row}.school_year = :school_year::int",
        "state": "{row}.state = :state::text",
    }

    id: UUID = shown("The calendar's id.")
    organisation_id: UUID | None = shown("The unit that keeps it; null: the owner's, which holds everywhere.")
    school_year: int = shown("The year in which the school year begins, on 1 August.", example=2026)
    state: CalendarState = shown("Whether it is adopted; of several that are, the one of the highest version holds.")
    version: int | None = shown("Counted from 1 by unit and school year; null in a draft.")
    lang: str = shown("The language of the days' names.")
    days: list[CalendarDays] = shown("The days that are not as the calendar above or the country has them.")
    opens: str | None = shown("When working time begins, by the clock on the wall; null: as above.", example="07:00")
    closes: str | None = shown("When working time ends, by the clock on the wall; null: as above.", example="17:00")
    adopted_at: datetime | None = shown("From when it holds, UTC; null in a draft.")
    revision: int = shown("Rises with every change; the number in the ETag.")
    created_at: datetime = shown("When it was drafted, UTC.")
    updated_at: datetime = shown("When it last changed, UTC.")
    organisation = one("The unit that keeps it.", "Organisation", "{row}.organisation_id")


HOLDING = numbered(f"""
select asker.status as asker_status, r.body from {ASKER} left join lateral (
  select json_build_object('locale', asker.locale, 'calendars', ({adopted_sql("select o.id")})) as body
  from organisation o where o.id = :organisation_id::uuid
) r on asker.status = 'active'""")
"""(asker_status, body): the asker's language, and the calendars that hold for a unit from the school year :since on."""


def holding(found: Mapping[str, Any]) -> list[SchoolCalendar]:
    """The calendars in what HOLDING found."""
    return ADOPTED.validate_python(found["calendars"])
