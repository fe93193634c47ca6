"""School calendars: draft, change and adopt; and the working days that follow from what is adopted."""

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from typing import Annotated, Any
from uuid import UUID
from zoneinfo import ZoneInfo

from pydantic import Field, StringConstraints, TypeAdapter

from api.actions.commands import Command, Day, Lang, Line, omitted
from api.actions.places import TENANT, of_unit
from api.postgres.calendars import ADOPTED, adopted_sql
from api.postgres.wanted import Wanted, facts, lineage, row
from api.postgres.work import UnitOfWork
from api.tables import SchoolCalendar
from domain import school_calendars
from domain.actors import Place
from domain.errors import Fault, Invalid, NotFound
from domain.permissions import Permission
from domain.school_calendars import FIRST_YEAR, LAST_YEAR, CalendarState, DayKind, Span
from domain.school_calendars import SchoolCalendar as Adopted
from domain.working_days import WorkingCalendar

QUEUE = "calendars"
"""Drafts are adopted one after another, so that versions have no gaps."""

WallClock = Annotated[
    Annotated[str, StringConstraints(pattern=r"^([01]\d|2[0-3]):[0-5]\d$", max_length=5)] | None,
    Field(description="Working time by the clock on the wall; left out or null: that of the calendar above."),
]


class DaysDraft(Command):
    """Days that follow one another and are alike."""

    first: Day
    last: Annotated[Day | None, Field(description="Included; left out: only the first.")] = None
    kind: DayKind
    name: Line | None = None


Days = Annotated[list[DaysDraft], Field(max_length=200)]


class CreateSchoolCalendar(Command):
    """A draft for one school year: the owner's, or a unit's own where it differs."""

    organisation_id: Annotated[UUID | None, Field(description="The unit; left out: the owner's calendar.")] = None
    school_year: Annotated[
        int, Field(ge=FIRST_YEAR, le=LAST_YEAR, description="The year in which it begins, on 1 August.")
    ]
    lang: Annotated[Lang, Field(description="The language of the days' names.")]
    days: Days = []
    opens: WallClock = None
    closes: WallClock = None


class ChangeSchoolCalendar(Command):
    """A merge patch of a draft; the days are replaced whole."""

    lang: Lang = omitted()
    days: Days = omitted()
    opens: WallClock = omitted()
    closes: WallClock = omitted()


async def create_school_calendar(work: UnitOfWork, command: CreateSchoolCalendar) -> UUID:
    """Draft a calendar; it holds nowhere until it is adopted. Raises Invalid."""
    unit = command.organisation_id
    found, units = await work.fetch(
        facts("select to_json(exists (select from organisation where id = :unit::uuid))", unit=unit),
        lineage("select :unit::uuid", unit=unit),
    )
    if unit is not None and not found:
        raise Invalid([Fault("unknown_reference", ("organisation_id",))])
    work.require(Permission.SCHOOL_CALENDAR_CREATE, _place(unit, units))
    calendar = SchoolCalendar(
        **work.stamp(),
        state=CalendarState.DRAFT,
        days=_stored(command.days),
        **command.model_dump(exclude={"days"}),
    )
    _check(calendar)
    work.create(calendar)
    return calendar.id


async def change_school_calendar(work: UnitOfWork, calendar_id: UUID, command: ChangeSchoolCalendar) -> None:
    """Change a draft. Raises WrongState for an adopted one, Invalid."""
    calendar = await _load(work, calendar_id, Permission.SCHOOL_CALENDAR_CHANGE)
    school_calendars.require_draft(calendar.state, "change")
    changes = command.given()
    if "days" in changes:
        changes["days"] = _stored(command.days)
    work.change(calendar, **changes)
    _check(calendar)


async def adopt_school_calendar(work: UnitOfWork, calendar_id: UUID) -> None:
    """From now on it holds instead of the version before. Raises WrongState for an adopted one."""
    calendar = await _load(work, calendar_id, Permission.SCHOOL_CALENDAR_ADOPT)
    school_calendars.require_draft(calendar.state, "adopt")
    (last,) = await work.fetch(
        facts(
            "select to_json(coalesce(max(version), 0)) from school_calendar where state = 'adopted' "
            "and organisation_id is not distinct from :unit::uuid and school_year = :year::int",
            unit=calendar.organisation_id,
            year=calendar.school_year,
        )
    )
    work.change(calendar, state=CalendarState.ADOPTED, version=last + 1, adopted_at=work.now)
    work.announce("school_calendar.adopted", calendar.id)


async def remove_school_calendar(work: UnitOfWork, calendar_id: UUID) -> None:
    """Take a draft back. Raises WrongState for an adopted one."""
    calendar = await _load(work, calendar_id, Permission.SCHOOL_CALENDAR_REMOVE)
    school_calendars.require_draft(calendar.state, "remove")
    work.remove(calendar)


def adopted(today: date, unit: str = "select null::uuid", /, **values: Any) -> Wanted[list[Adopted]]:
    """The calendars that hold for the unit which `unit` selects, from this school year on."""
    since = school_calendars.school_year_of(today - _BEFORE)
    return Wanted(adopted_sql(unit), {"since": since, **values}, ADOPTED.validate_json)


def working_calendar(work: UnitOfWork, calendars: Sequence[Adopted], until: datetime) -> WorkingCalendar:
    """The working days around today and until then: where the owner works, not where a meeting says that it is."""
    first, last = work.today - _BEFORE, max(until.astimezone(ZoneInfo(work.asker.zone)).date(), work.today)
    return school_calendars.working_calendar(work.asker.country, work.asker.zone, calendars, first, last)


_BEFORE = timedelta(days=60)
"""How long ago an agenda for a meeting of today should have been sent, with a long break between."""


def _place(unit: UUID | None, units: Sequence[UUID]) -> Place:
    return TENANT if unit is None else of_unit(units)


def _stored(days: Sequence[DaysDraft]) -> list[dict[str, Any]]:
    return [each.model_dump(mode="json") | {"last": (each.last or each.first).isoformat()} for each in days]


def _check(calendar: SchoolCalendar) -> None:
    """Raises Invalid with everything that is wrong with it."""
    opens, closes = (None if at is None else time.fromisoformat(at) for at in (calendar.opens, calendar.closes))
    faults = [
        *school_calendars.span_faults(calendar.school_year, _SPANS.validate_python(calendar.days)),
        *school_calendars.hour_faults(opens, closes),
    ]
    if faults:
        raise Invalid(faults)


_SPANS = TypeAdapter(list[Span])


async def _load(work: UnitOfWork, calendar_id: UUID, permission: Permission) -> SchoolCalendar:
    """Lock it for a change. Raises NotFound, Forbidden, PreconditionFailed."""
    calendar, units = await work.fetch(
        row(SchoolCalendar, calendar_id, "for update"),
        lineage("select organisation_id from school_calendar where id = :calendar::uuid", calendar=calendar_id),
    )
    if calendar is None:
        raise NotFound
    work.require(permission, _place(calendar.organisation_id, units), calendar)
    work.expect(calendar)
    return calendar
