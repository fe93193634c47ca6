"""School calendars: which days an owner or a unit decided on for a school year, and the working days that follow.

A school year runs from 1 August to 31 July and is named by the year in which it begins. The owner's calendar holds
everywhere; a unit's own says only where the unit differs, for itself and for the units below it: day by day, the
nearest calendar that says something holds, then the country's public holidays, then Monday to Friday.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, time, timedelta
from enum import StrEnum

from domain.errors import Fault, Pointer, WrongState
from domain.public_holidays import PublicHoliday, public_holidays, table_of
from domain.working_days import WorkingCalendar, is_working_day


class CalendarState(StrEnum):
    """A draft can be changed and holds nowhere; an adopted calendar never changes, the next version replaces it."""

    DRAFT = "draft"
    ADOPTED = "adopted"


class DayKind(StrEnum):
    """What was decided about a day; `ordinary` undoes what a calendar further up says."""

    BREAK = "break"
    DAY_OFF = "day_off"
    PLANNING = "planning"
    EXTRA = "extra"
    ORDINARY = "ordinary"


OFF = frozenset({DayKind.BREAK, DayKind.DAY_OFF})
WORKED = frozenset({DayKind.PLANNING, DayKind.EXTRA})
"""On planning days the children are at home and the staff is not."""

FIRST_YEAR, LAST_YEAR = 2000, 2100
"""The school years that a calendar can be made for."""


@dataclass(frozen=True, slots=True)
class Span:
    """Days that follow one another and are alike, `first` and `last` included."""

    first: date
    last: date
    kind: DayKind
    name: str | None = None

    def days(self) -> Iterator[date]:
        """Every day of it."""
        return (self.first + timedelta(step) for step in range((self.last - self.first).days + 1))


@dataclass(frozen=True, slots=True)
class SchoolCalendar:
    """One adopted version; `height` is how many units above the one asked for it was adopted, None for the owner's."""

    school_year: int
    version: int
    height: int | None
    spans: tuple[Span, ...]
    opens: time | None = None
    closes: time | None = None


@dataclass(frozen=True, slots=True)
class DayFound:
    """A day, whether it is worked, and why not (or why nevertheless), if there is more to say than its weekday."""

    on: date
    worked: bool
    kind: DayKind | None = None
    name: str | None = None
    holiday: PublicHoliday | None = None


def school_year_of(day: date) -> int:
    """The school year that the day belongs to, by the year in which it begins."""
    return day.year if day.month >= 8 else day.year - 1


def require_draft(state: CalendarState, verb: str) -> None:
    """Only a draft is changed, adopted or taken back. Raises WrongState."""
    if state is not CalendarState.DRAFT:
        raise WrongState(state=state.value, verb=verb, allowed=[CalendarState.DRAFT.value])


def span_faults(school_year: int, spans: Sequence[Span]) -> list[Fault]:
    """What is wrong with the days of a calendar: each lies in its school year, ends after it begins, comes once."""
    begins, ends = date(school_year, 8, 1), date(school_year + 1, 7, 31)
    faults: list[Fault] = []
    seen: dict[date, int] = {}
    for index, span in enumerate(spans):
        at: Pointer = ("days", index)
        if span.last < span.first:
            faults.append(Fault("ends_before_start", (*at, "last")))
        elif span.first < begins or span.last > ends:
            facts = {"first": begins.isoformat(), "last": ends.isoformat()}
            faults.append(Fault("outside_school_year", (*at, "first" if span.first < begins else "last"), facts))
        elif (twice := next((day for day in span.days() if day in seen), None)) is not None:
            faults.append(Fault("day_twice", (*at, "first"), {"on": twice.isoformat()}))
        else:
            seen.update(dict.fromkeys(span.days(), index))
    return faults


def hour_faults(opens: time | None, closes: time | None) -> list[Fault]:
    """Working time has both ends or none, and opens before it closes."""
    if (opens is None) != (closes is None):
        return [Fault("missing", ("opens" if opens is None else "closes",))]
    if opens is not None and closes is not None and opens >= closes:
        return [Fault("ends_before_start", ("closes",))]
    return []


def working_calendar(
    country: str, zone: str, calendars: Sequence[SchoolCalendar], first: date, last: date
) -> WorkingCalendar:
    """The working days from `first` to `last`, as the latest adopted versions have them.

    The working hours are those of the nearest calendar of the last school year that names some, else 07:00-17:00.
    """
    years = range(school_year_of(first), school_year_of(last) + 1)
    nearest_last = _nearest_last([each for each in calendars if each.school_year in years])
    decided = _decided(nearest_last)
    hours = [(each.opens, each.closes) for each in nearest_last if each.school_year == years[-1]]
    opens, closes = next(((o, c) for o, c in reversed(hours) if o and c), (time(7), time(17)))
    return WorkingCalendar(
        "+".join([table_of(country), *(_reference(each) for each in nearest_last)]),
        zone,
        country,
        off=frozenset(day for day, span in decided.items() if span.kind in OFF),
        worked=frozenset(day for day, span in decided.items() if span.kind in WORKED),
        opens=opens,
        closes=closes,
    )


def days_found(
    calendar: WorkingCalendar, calendars: Sequence[SchoolCalendar], first: date, last: date
) -> list[DayFound]:
    """Every day from `first` to `last`, with what was decided about it or the public holiday that it is."""
    decided = _decided(_nearest_last(calendars))
    found = []
    for step in range((last - first).days + 1):
        day = first + timedelta(step)
        span = decided.get(day)
        found.append(
            DayFound(
                day,
                is_working_day(calendar, day),
                span.kind if span else None,
                span.name if span else None,
                public_holidays(calendar.country, day.year).get(day),
            )
        )
    return found


def _nearest_last(calendars: Sequence[SchoolCalendar]) -> list[SchoolCalendar]:
    """The owner's first, then the units' from the top down; by year."""
    return sorted(calendars, key=lambda each: (each.school_year, each.height is not None, -(each.height or 0)))


def _decided(nearest_last: Sequence[SchoolCalendar]) -> Mapping[date, Span]:
    return {day: span for each in nearest_last for span in each.spans for day in span.days()}


def _reference(each: SchoolCalendar) -> str:
    whose = "owner" if each.height is None else "unit" if each.height == 0 else f"unit+{each.height}"
    return f"{whose}.{each.school_year}@{each.version}"
