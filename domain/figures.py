"""Figures: the periods that they are told for, in whole buckets, and the words that they are told with."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from domain.errors import Fault, Invalid

MOST_BUCKETS = 60
FIRST_YEAR, LAST_YEAR = 1900, 2200
"""Figures are about years that people have worked in: sums with days stay far from the calendar's ends."""

FEWEST_PEOPLE = 5
"""How many different people must stand behind a figure that says how people do their work."""

FEWEST_FOR_MEAN, FEWEST_FOR_BAND = 3, 5
"""How many units of a kind must have a value: with two of them, a mean and one's own value tell the other's."""

BEGINS, SECOND_HALF = 8, 1
"""The months in which a school year and its second half begin."""


class Bucket(StrEnum):
    """What a period is divided into; weeks begin on Monday (ISO 8601), school years on 1 August."""

    WEEK = "week"
    MONTH = "month"
    SCHOOL_HALF_YEAR = "school_half_year"
    SCHOOL_YEAR = "school_year"


class Grain(StrEnum):
    """For which stretches of days sums are kept ahead: whole buckets of any sort consist of one of the two."""

    WEEK = "week"
    MONTH = "month"


class Level(StrEnum):
    """About whom a figure speaks; a unit is that unit with everything below it in today's tree."""

    TENANT = "tenant"
    UNIT = "unit"
    TEAM = "team"


class Measure(StrEnum):
    """What a figure's number counts."""

    COUNT = "count"
    SHARE = "share"
    WORKING_HOURS = "working_hours"


class Withheld(StrEnum):
    """Why there is no number."""

    NOTHING_YET = "nothing_yet"
    TOO_FEW_PEOPLE = "too_few_people"
    ONLY_THE_TEAM = "only_the_team"


@dataclass(frozen=True, slots=True)
class Period:
    """Whole buckets without gaps: `days` are the first day of each, and the first day after the last."""

    bucket: Bucket
    days: tuple[date, ...]

    @property
    def grain(self) -> Grain:
        """The sums that every bucket consists of."""
        return Grain.WEEK if self.bucket is Bucket.WEEK else Grain.MONTH

    def moments(self, zone: str) -> tuple[datetime, ...]:
        """When those days begin where that zone holds (an IANA name), in UTC."""
        return tuple(midnight(day, zone) for day in self.days)


def period(bucket: Bucket, since: date, until: date) -> Period:
    """The days from `since` up to but not including `until`, widened to whole buckets. Raises Invalid."""
    if until <= since:
        raise Invalid([Fault("ends_before_start", ("until",))])
    if since.year < FIRST_YEAR:
        raise Invalid([Fault("too_small", ("since",), {"min": f"{FIRST_YEAR}-01-01"})])
    if until.year > LAST_YEAR:
        raise Invalid([Fault("too_large", ("until",), {"max": f"{LAST_YEAR}-12-31"})])
    days = [start_of(bucket, since)]
    while days[-1] < until:
        if len(days) > MOST_BUCKETS:
            raise Invalid([Fault("too_long", ("until",), {"max": MOST_BUCKETS})])
        days.append(after(bucket, days[-1]))
    return Period(bucket, tuple(days))


def school_year(day: date) -> tuple[date, date]:
    """The school year in which the day lies: its first day, and the first day after it."""
    begins = start_of(Bucket.SCHOOL_YEAR, day)
    return begins, after(Bucket.SCHOOL_YEAR, begins)


def start_of(bucket: Bucket, day: date) -> date:
    """The first day of the bucket in which the day lies."""
    match bucket:
        case Bucket.WEEK:
            return day - timedelta(days=day.weekday())
        case Bucket.MONTH:
            return day.replace(day=1)
        case Bucket.SCHOOL_HALF_YEAR:
            return date(day.year, BEGINS if day.month >= BEGINS else SECOND_HALF, 1)
        case Bucket.SCHOOL_YEAR:
            return date(day.year if day.month >= BEGINS else day.year - 1, BEGINS, 1)


def after(bucket: Bucket, start: date) -> date:
    """The first day of the next bucket."""
    match bucket:
        case Bucket.WEEK:
            return start + timedelta(weeks=1)
        case Bucket.MONTH:
            return start_of(Bucket.MONTH, start + timedelta(days=31))
        case Bucket.SCHOOL_HALF_YEAR:
            return date(start.year + 1, SECOND_HALF, 1) if start.month == BEGINS else date(start.year, BEGINS, 1)
        case Bucket.SCHOOL_YEAR:
            return start.replace(year=start.year + 1)


def midnight(day: date, zone: str) -> datetime:
    """When the day begins there, in UTC; where clocks leave midnight out, the moment at which they do."""
    return datetime(day.year, day.month, day.day, tzinfo=ZoneInfo(zone)).astimezone(UTC)
