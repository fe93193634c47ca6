"""Arithmetic on working days and working hours over one fixed, versioned calendar.

The count that lead times use is exact to the day, because a day is what people can plan by:
the working days from a moment to a meeting are the working days d with
local date of the moment ≤ d < local date of the meeting. So an agenda sent on Friday, at whatever hour, is
sent two working days before Tuesday's meeting (Friday and Monday); sent on Saturday or Monday it is one.
Local dates are those of the calendar's zone, so a change to or from summer time moves nothing.
"""

from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from domain.public_holidays import public_holidays

_DAY = timedelta(days=1)
_MONDAY_TO_FRIDAY = frozenset({0, 1, 2, 3, 4})


@dataclass(frozen=True, slots=True)
class WorkingCalendar:
    """Which days and hours people work, in one zone; `key` is what records pin, such as no.public@1.

    `weekdays` are 0 (Monday) to 6 and never empty; the public holidays of `country` are days off. Above both stand
    the days that somebody decided on: `off` are days off, `worked` are worked whatever they are otherwise, and where
    a day is in both it is worked. `opens` to `closes` is working time by the wall clock, both ends included.
    Raises ValueError.
    """

    key: str
    zone: str
    country: str = ""
    weekdays: frozenset[int] = _MONDAY_TO_FRIDAY
    off: frozenset[date] = field(default_factory=frozenset)
    worked: frozenset[date] = field(default_factory=frozenset)
    opens: time = time(7)
    closes: time = time(17)

    def __post_init__(self) -> None:
        if not self.weekdays or not self.weekdays <= set(range(7)):
            raise ValueError("weekdays are 0 to 6, and at least one of them is worked")
        if self.opens >= self.closes:
            raise ValueError("a working day opens before it closes")
        ZoneInfo(self.zone)


def is_working_day(calendar: WorkingCalendar, day: date) -> bool:
    """Whether people work on that day."""
    if day in calendar.worked:
        return True
    ordinary = day.weekday() in calendar.weekdays
    return ordinary and day not in calendar.off and day not in public_holidays(calendar.country, day.year)


def working_days_between(calendar: WorkingCalendar, first: date, last: date) -> int:
    """How many working days d there are with first ≤ d < last; 0 where `last` is not later."""
    days = (last - first).days
    if days <= 0:
        return 0
    weeks, rest = divmod(days, 7)
    count = weeks * len(calendar.weekdays) + sum(
        (first.weekday() + step) % 7 in calendar.weekdays for step in range(rest)
    )
    for day in _special(calendar, first, last):
        count += is_working_day(calendar, day) - (day.weekday() in calendar.weekdays)
    return count


def _special(calendar: WorkingCalendar, first: date, last: date) -> set[date]:
    """The days from `first` to the day before `last` that may be other than their weekday, each once."""
    holidays = (day for year in range(first.year, last.year + 1) for day in public_holidays(calendar.country, year))
    return {day for day in (*calendar.off, *calendar.worked, *holidays) if first <= day < last}


def working_days_before(calendar: WorkingCalendar, day: date, count: int) -> date:
    """The latest day from which there are `count` working days to `day` (the inverse of the count above).

    For a count of 0 it is `day` itself. Stops at the first day there is rather than fail.
    """
    current, left = day, count
    while left > 0 and current > date.min:
        current -= _DAY
        left -= is_working_day(calendar, current)
    return current


def lead(calendar: WorkingCalendar, sent_at: datetime, starts_at: datetime) -> int:
    """Working days from sending to the start; both moments are aware."""
    return working_days_between(calendar, local_day(calendar, sent_at), local_day(calendar, starts_at))


def lead_hours(calendar: WorkingCalendar, sent_at: datetime, starts_at: datetime) -> int:
    """Whole working hours from sending to the start, by the wall clock; 0 where the start is not later.

    Hours as the wall clock shows them: every working day has as many, also the one on which summer time begins.
    """
    sent, starts = _local(calendar, sent_at), _local(calendar, starts_at)
    days = working_days_between(calendar, sent.date(), starts.date())
    worked = days * _worked(calendar, calendar.closes) + _worked_on(calendar, starts) - _worked_on(calendar, sent)
    return max(timedelta(0), worked) // timedelta(hours=1) if sent.date() <= starts.date() else 0


def local_day(calendar: WorkingCalendar, moment: datetime) -> date:
    """The date on the wall where the calendar holds."""
    return _local(calendar, moment).date()


def in_working_time(calendar: WorkingCalendar, moment: datetime) -> bool:
    """Whether the moment lies in the hours of a working day."""
    local = _local(calendar, moment)
    within = calendar.opens <= local.time() <= calendar.closes
    return within and is_working_day(calendar, local.date())


def _worked_on(calendar: WorkingCalendar, local: datetime) -> timedelta:
    """What had been worked on that day by then."""
    return _worked(calendar, local.time()) if is_working_day(calendar, local.date()) else timedelta(0)


def _worked(calendar: WorkingCalendar, until: time) -> timedelta:
    """Working time from the opening until then, on a working day."""
    opened, now = (
        timedelta(hours=each.hour, minutes=each.minute, seconds=each.second, microseconds=each.microsecond)
        for each in (calendar.opens, min(max(until, calendar.opens), calendar.closes))
    )
    return now - opened


def _local(calendar: WorkingCalendar, moment: datetime) -> datetime:
    try:
        return moment.astimezone(_zone(calendar.zone))
    except OverflowError:  # the first and the last day of the calendar have no neighbour
        return moment


@lru_cache(maxsize=64)
def _zone(name: str) -> ZoneInfo:
    return ZoneInfo(name)
