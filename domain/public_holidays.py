"""The public holidays of Norway, Denmark and Sweden, as their laws have them.

Sources: NO lov om helligdager og helligdagsfred (1995) and lov om 1. og 17. mai (1947); DK lov om helligdage,
from 2024 without store bededag (lov nr. 214 af 06/03/2023); SE lag (1989:253) om allmänna helgdagar, from 2005 with
6 June instead of Whit Monday, and the three eves that semesterlagen (1977:480) 3 a § counts as Sundays.
Written out here, because records pin the table by name and version: what was judged by it stays explained.
"""

from collections.abc import Callable, Iterator, Mapping
from datetime import date, timedelta
from enum import StrEnum
from functools import lru_cache
from types import MappingProxyType
from typing import TypeAlias


class PublicHoliday(StrEnum):
    """A day on which the country is at rest."""

    NEW_YEARS_DAY = "new_years_day"
    EPIPHANY = "epiphany"
    MAUNDY_THURSDAY = "maundy_thursday"
    GOOD_FRIDAY = "good_friday"
    EASTER_SUNDAY = "easter_sunday"
    EASTER_MONDAY = "easter_monday"
    GREAT_PRAYER_DAY = "great_prayer_day"
    MAY_DAY = "may_day"
    NORWEGIAN_CONSTITUTION_DAY = "norwegian_constitution_day"
    ASCENSION_DAY = "ascension_day"
    WHIT_SUNDAY = "whit_sunday"
    WHIT_MONDAY = "whit_monday"
    SWEDISH_NATIONAL_DAY = "swedish_national_day"
    MIDSUMMER_EVE = "midsummer_eve"
    MIDSUMMER_DAY = "midsummer_day"
    ALL_SAINTS_DAY = "all_saints_day"
    CHRISTMAS_EVE = "christmas_eve"
    CHRISTMAS_DAY = "christmas_day"
    BOXING_DAY = "boxing_day"
    NEW_YEARS_EVE = "new_years_eve"


Holidays: TypeAlias = Mapping[date, PublicHoliday]
_SATURDAY = 5


@lru_cache(maxsize=1024)
def public_holidays(country: str, year: int) -> Holidays:
    """The year's public holidays by date, none for a country that isn't known here; pure and total for years 1-9999.

    `country` is an ISO 3166-1 code of two letters. Where two fall on one day, the one that moves gives its name.
    """
    found = _TABLES.get(country, _nowhere)(year)
    return MappingProxyType({day: holiday for holiday, day in found if day.year == year})


def table_of(country: str) -> str:
    """The name and version by which records pin a country's holidays."""
    return f"{country.lower()}.public@1" if country in _TABLES else "monday-friday@1"


def easter_sunday(year: int) -> date:
    """Easter Sunday in the Gregorian calendar, by the anonymous algorithm (Nature, 1876; Meeus 1991, ch. 8)."""
    golden, century, rest = year % 19, year // 100, year % 100
    moon = (19 * golden + century - century // 4 - (century - (century + 8) // 25 + 1) // 3 + 15) % 30
    sunday = (32 + 2 * (century % 4) + 2 * (rest // 4) - moon - rest % 4) % 7
    late = (golden + 11 * moon + 22 * sunday) // 451
    month, day = divmod(moon + sunday - 7 * late + 114, 31)
    return date(year, month, day + 1)


_Named: TypeAlias = Iterator[tuple[PublicHoliday, date]]


def _christian(year: int) -> _Named:
    """What all three countries have; those that move come last."""
    easter = easter_sunday(year)
    yield PublicHoliday.NEW_YEARS_DAY, date(year, 1, 1)
    yield PublicHoliday.CHRISTMAS_DAY, date(year, 12, 25)
    yield PublicHoliday.BOXING_DAY, date(year, 12, 26)
    yield PublicHoliday.GOOD_FRIDAY, easter - timedelta(2)
    yield PublicHoliday.EASTER_SUNDAY, easter
    yield PublicHoliday.EASTER_MONDAY, easter + timedelta(1)
    yield PublicHoliday.ASCENSION_DAY, easter + timedelta(39)
    yield PublicHoliday.WHIT_SUNDAY, easter + timedelta(49)


def _norway(year: int) -> _Named:
    easter = easter_sunday(year)
    yield PublicHoliday.MAY_DAY, date(year, 5, 1)
    yield PublicHoliday.NORWEGIAN_CONSTITUTION_DAY, date(year, 5, 17)
    yield from _christian(year)
    yield PublicHoliday.MAUNDY_THURSDAY, easter - timedelta(3)
    yield PublicHoliday.WHIT_MONDAY, easter + timedelta(50)


def _denmark(year: int) -> _Named:
    easter = easter_sunday(year)
    yield from _christian(year)
    yield PublicHoliday.MAUNDY_THURSDAY, easter - timedelta(3)
    yield PublicHoliday.WHIT_MONDAY, easter + timedelta(50)
    if year < 2024:
        yield PublicHoliday.GREAT_PRAYER_DAY, easter + timedelta(26)


def _sweden(year: int) -> _Named:
    midsummer = _saturday_from(date(year, 6, 20))
    yield PublicHoliday.EPIPHANY, date(year, 1, 6)
    yield PublicHoliday.MAY_DAY, date(year, 5, 1)
    if year >= 2005:
        yield PublicHoliday.SWEDISH_NATIONAL_DAY, date(year, 6, 6)
    yield PublicHoliday.MIDSUMMER_EVE, midsummer - timedelta(1)
    yield PublicHoliday.MIDSUMMER_DAY, midsummer
    yield PublicHoliday.ALL_SAINTS_DAY, _saturday_from(date(year, 10, 31))
    yield PublicHoliday.CHRISTMAS_EVE, date(year, 12, 24)
    yield PublicHoliday.NEW_YEARS_EVE, date(year, 12, 31)
    yield from _christian(year)
    if year < 2005:
        yield PublicHoliday.WHIT_MONDAY, easter_sunday(year) + timedelta(50)


def _nowhere(year: int) -> _Named:  # noqa: ARG001 -- every table has one shape
    return iter(())


def _saturday_from(day: date) -> date:
    return day + timedelta((_SATURDAY - day.weekday()) % 7)


_TABLES: Mapping[str, Callable[[int], _Named]] = MappingProxyType({"NO": _norway, "DK": _denmark, "SE": _sweden})
