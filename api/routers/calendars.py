"""School calendars, and which days are worked."""

from datetime import date, timedelta
from typing import Annotated, Any
from uuid import UUID

from fastapi import Query
from pydantic import Field

from api.actions import calendars
from api.actions.commands import Day
from api.queries import SchoolCalendarView
from api.queries.calendars import HOLDING, holding
from api.web.answers import Answer
from api.web.contexts import Read, Write
from api.web.documents import Document
from api.web.operations import Router
from api.web.paging import PageQuery
from api.web.paging import Query as Parameters
from domain import library
from domain.permissions import Permission
from domain.public_holidays import PublicHoliday
from domain.school_calendars import (
    FIRST_YEAR,
    LAST_YEAR,
    CalendarState,
    DayFound,
    DayKind,
    days_found,
    school_year_of,
    working_calendar,
)

router = Router(prefix="/v1", tags=["calendars"], queue=calendars.QUEUE)


class SchoolCalendarsQuery(PageQuery):
    """Which calendars."""

    organisation_id: Annotated[UUID | None, Field(description="Only those of this unit.")] = None
    school_year: Annotated[
        int | None, Field(ge=FIRST_YEAR, le=LAST_YEAR, description="Only those for the school year that begins then.")
    ] = None
    state: Annotated[CalendarState | None, Field(description="Only those in this state.")] = None


class WorkingDaysQuery(Parameters):
    """Which days."""

    first: Annotated[Day | None, Field(description="The first day; today when left out.")] = None
    days: Annotated[int, Field(ge=1, le=400, description="How many days.")] = 28


class CalendarDay(Document):
    """One day."""

    on: date
    worked: Annotated[bool, Field(description="Whether staff work on it, so that it counts as a working day.")]
    kind: Annotated[DayKind | None, Field(description="What a school calendar says about it, if anything.")]
    holiday: Annotated[PublicHoliday | None, Field(description="The public holiday that it is, if any.")]
    name: Annotated[
        str | None,
        Field(
            description="What the calendar calls it, else the public holiday in the language asked for.",
            examples=["Høstferie"],
        ),
    ]


class WorkingDays(Document):
    """Which days are worked in a unit, and by which calendar."""

    calendar: Annotated[
        str,
        Field(
            description="What records pin: the table of public holidays, then every calendar with its version.",
            examples=["no.public@1+owner.2026@2+unit.2026@1"],
        ),
    ]
    opens: Annotated[str, Field(description="When working time begins, by the clock on the wall.", examples=["07:00"])]
    closes: Annotated[str, Field(description="When working time ends, by the clock on the wall.", examples=["17:00"])]
    days: list[CalendarDay]


@router.lists("/school-calendars", SchoolCalendarView, Permission.SCHOOL_CALENDAR_READ)
async def list_school_calendars(query: Annotated[SchoolCalendarsQuery, Query()], read: Read) -> Answer:
    """Every version and draft, the latest school year first."""
    return await read.page(SchoolCalendarView, query)


@router.creates("/school-calendars", SchoolCalendarView, Permission.SCHOOL_CALENDAR_CREATE)
async def create_school_calendar(command: calendars.CreateSchoolCalendar, write: Write) -> Answer:
    """Draft a calendar for a school year. For the owner level, leaders of the unit and administrators.

    The owner's holds everywhere. A unit's own needs only the days on which it differs; it holds for the units below
    it too. Public holidays are days off without being named.
    """
    calendar_id = await calendars.create_school_calendar(write.work, command)
    return await write.created(SchoolCalendarView, calendar_id, f"/v1/school-calendars/{calendar_id}")


@router.reads("/school-calendars/{calendar_id}", SchoolCalendarView, Permission.SCHOOL_CALENDAR_READ)
async def get_school_calendar(calendar_id: UUID, read: Read) -> Answer:
    """One version or draft with its days."""
    return await read.one(SchoolCalendarView, calendar_id)


@router.patches("/school-calendars/{calendar_id}", SchoolCalendarView, Permission.SCHOOL_CALENDAR_CHANGE)
async def change_school_calendar(calendar_id: UUID, command: calendars.ChangeSchoolCalendar, write: Write) -> Answer:
    """Change a draft; what is adopted is replaced by adopting another version."""
    await calendars.change_school_calendar(write.work, calendar_id, command)
    return await write.changed(SchoolCalendarView, calendar_id)


@router.acts("/school-calendars/{calendar_id}/adopt", SchoolCalendarView, Permission.SCHOOL_CALENDAR_ADOPT)
async def adopt_school_calendar(calendar_id: UUID, write: Write) -> Answer:
    """From now on it holds, instead of the version before; what rules judged until now stays as it was."""
    await calendars.adopt_school_calendar(write.work, calendar_id)
    return await write.changed(SchoolCalendarView, calendar_id)


@router.removes("/school-calendars/{calendar_id}", Permission.SCHOOL_CALENDAR_REMOVE)
async def remove_school_calendar(calendar_id: UUID, write: Write) -> Answer:
    """Take a draft back."""
    await calendars.remove_school_calendar(write.work, calendar_id)
    return await write.done()


@router.computes("/organisations/{organisation_id}/working-days", WorkingDays, Permission.SCHOOL_CALENDAR_READ)
async def list_working_days(organisation_id: UUID, query: Annotated[WorkingDaysQuery, Query()], read: Read) -> Answer:
    """Day by day: whether it is worked in this unit, and what it is; what rules on lead time count by."""
    first = query.first or read.asker.today
    last = min(first, date.max - timedelta(query.days)) + timedelta(query.days - 1)
    values = {"organisation_id": organisation_id, "since": school_year_of(first)}
    return await read.computed(HOLDING, values, lambda found: _working_days(read, found, first, last))


def _working_days(read: Read, found: Any, first: date, last: date) -> dict[str, Any]:
    locale = read.asker.locale_for(found["locale"])
    adopted = holding(found)
    calendar = working_calendar(read.asker.country, read.asker.zone, adopted, first, last)
    return {
        "calendar": calendar.key,
        "opens": f"{calendar.opens:%H:%M}",
        "closes": f"{calendar.closes:%H:%M}",
        "days": [_day(each, locale) for each in days_found(calendar, adopted, first, last)],
    }


def _day(each: DayFound, locale: str) -> dict[str, Any]:
    holiday = library.label("public_holiday", each.holiday, locale) if each.holiday else None
    return {
        "on": each.on,
        "worked": each.worked,
        "kind": each.kind,
        "holiday": each.holiday,
        "name": each.name or holiday,
    }
