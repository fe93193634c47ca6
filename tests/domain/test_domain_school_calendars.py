"""School calendars and public holidays: held against an independent library, and counted one by one."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import holidays
import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.errors import WrongState
from domain.public_holidays import PublicHoliday, easter_sunday, public_holidays, table_of
from domain.school_calendars import (
    CalendarState,
    DayKind,
    SchoolCalendar,
    Span,
    days_found,
    hour_faults,
    require_draft,
    school_year_of,
    span_faults,
    working_calendar,
)
from domain.working_days import (
    WorkingCalendar,
    in_working_time,
    is_working_day,
    lead,
    lead_hours,
    working_days_before,
    working_days_between,
)

ZONES = {"NO": "Europe/Oslo", "DK": "Europe/Copenhagen", "SE": "Europe/Stockholm"}


def independent(country, *years):
    """Holidays of an independent library: no Sundays as such, and with Sweden's three eves, which it keeps apart."""
    if country == "DK":
        return holidays.DK(years=years)
    if country == "NO":
        return holidays.NO(years=years, include_sundays=False)
    found = holidays.SE(years=years, include_sundays=False)
    for day, name in holidays.SE(years=years, include_sundays=False, categories=("bank",)).items():
        if name in {"Midsummer Eve", "Christmas Eve", "New Year's Eve"}:
            found.append({day: name})
    return found


countries = st.sampled_from(sorted(ZONES))
days = st.dates(date(1990, 1, 1), date(2099, 6, 1))
"""The library knows no year after 2100."""


@pytest.mark.parametrize("country", ZONES)
def test_the_public_holidays_are_those_that_an_independent_library_knows(country):
    for year in range(1990, 2101):
        assert set(public_holidays(country, year)) == set(independent(country, year)), year


@given(countries, days, st.integers(1, 400))
def test_working_days_are_those_that_an_independent_library_counts(country, first, length):
    last = first + timedelta(length)
    calendar = WorkingCalendar("x@1", ZONES[country], country)
    theirs = independent(country, first.year, last.year).get_working_days_count(first, last - timedelta(1))
    assert working_days_between(calendar, first, last) == theirs


@given(countries, days, st.integers(1, 40))
def test_the_day_to_send_by_is_the_one_that_an_independent_library_finds(country, day, count):
    calendar = WorkingCalendar("x@1", ZONES[country], country)
    theirs = independent(country, day.year - 1, day.year).get_nth_working_day(day, -count)
    assert working_days_before(calendar, day, count) == theirs


def test_a_country_that_is_not_known_works_monday_to_friday():
    assert public_holidays("FI", 2026) == {}
    assert table_of("FI") == "monday-friday@1"
    assert [table_of(country) for country in ZONES] == ["no.public@1", "dk.public@1", "se.public@1"]


@given(st.integers(1, 9999))
def test_every_year_has_an_easter_on_a_sunday(year):
    easter = easter_sunday(year)
    assert easter.weekday() == 6
    assert date(year, 3, 22) <= easter <= date(year, 4, 25)


@pytest.mark.parametrize(
    ("country", "day", "holiday"),
    [
        ("NO", "2026-05-17", PublicHoliday.NORWEGIAN_CONSTITUTION_DAY),
        ("NO", "2027-05-17", PublicHoliday.WHIT_MONDAY),
        ("DK", "2023-05-05", PublicHoliday.GREAT_PRAYER_DAY),
        ("DK", "2024-04-26", None),
        ("SE", "2026-06-19", PublicHoliday.MIDSUMMER_EVE),
        ("SE", "2004-06-06", None),
        ("SE", "2026-10-31", PublicHoliday.ALL_SAINTS_DAY),
    ],
)
def test_days_that_people_know(country, day, holiday):
    found = date.fromisoformat(day)
    assert public_holidays(country, found.year).get(found) == holiday


OWNER = SchoolCalendar(
    2026,
    3,
    None,
    (
        Span(date(2026, 8, 13), date(2026, 8, 14), DayKind.PLANNING, "Planlegging"),
        Span(date(2026, 10, 5), date(2026, 10, 9), DayKind.BREAK, "Høstferie"),
        Span(date(2026, 10, 17), date(2026, 10, 17), DayKind.EXTRA, "Lørdagsskole"),
    ),
)
KINDERGARTEN = SchoolCalendar(
    2026, 1, 0, (Span(date(2026, 10, 5), date(2026, 10, 11), DayKind.ORDINARY),), time(6, 30), time(17, 30)
)
YEAR = (date(2026, 8, 1), date(2027, 7, 31))


def test_the_nearest_calendar_holds_day_by_day():
    school = working_calendar("NO", "Europe/Oslo", [OWNER], *YEAR)
    kindergarten = working_calendar("NO", "Europe/Oslo", [KINDERGARTEN, OWNER], *YEAR)
    assert school.key == "no.public@1+owner.2026@3"
    assert kindergarten.key == "no.public@1+owner.2026@3+unit.2026@1"
    week = [date(2026, 10, 5) + timedelta(step) for step in range(7)]
    assert [is_working_day(school, day) for day in week] == [False] * 7
    assert [is_working_day(kindergarten, day) for day in week] == [True] * 5 + [False] * 2
    for calendar in (school, kindergarten):
        assert is_working_day(calendar, date(2026, 8, 13))
        assert is_working_day(calendar, date(2026, 10, 17))
        assert not is_working_day(calendar, date(2026, 10, 18))
    assert (school.opens, kindergarten.opens, kindergarten.closes) == (time(7), time(6, 30), time(17, 30))


def test_a_unit_further_up_gives_way_to_one_below_and_wins_over_the_owner():
    def off(height, kind):
        return SchoolCalendar(2026, 1, height, (Span(date(2026, 9, 1), date(2026, 9, 1), kind),))

    calendars = [off(0, DayKind.ORDINARY), off(2, DayKind.DAY_OFF), off(None, DayKind.ORDINARY), off(1, DayKind.BREAK)]
    for shown, worked in ((calendars, True), (calendars[1:], False), (calendars[1:3], False), (calendars[2:3], True)):
        assert is_working_day(working_calendar("NO", "Europe/Oslo", shown, *YEAR), date(2026, 9, 1)) is worked
    key = working_calendar("NO", "Europe/Oslo", calendars, *YEAR).key
    assert key == "no.public@1+owner.2026@1+unit+2.2026@1+unit+1.2026@1+unit.2026@1"


def test_only_the_school_years_that_matter_are_named():
    after = SchoolCalendar(2027, 1, None, (), time(8), time(15))
    assert working_calendar("DK", "Europe/Copenhagen", [OWNER, after], *YEAR).key == "dk.public@1+owner.2026@3"
    both = working_calendar("DK", "Europe/Copenhagen", [after, OWNER], date(2027, 7, 30), date(2027, 8, 3))
    assert both.key == "dk.public@1+owner.2026@3+owner.2027@1"
    assert both.opens == time(8)


def test_what_a_day_is_can_be_told():
    calendar = working_calendar("NO", "Europe/Oslo", [OWNER], *YEAR)
    found = days_found(calendar, [OWNER], date(2026, 12, 24), date(2026, 12, 26))
    assert [(each.worked, each.holiday) for each in found] == [
        (True, None),
        (False, PublicHoliday.CHRISTMAS_DAY),
        (False, PublicHoliday.BOXING_DAY),
    ]
    (day,) = days_found(calendar, [OWNER], date(2026, 10, 5), date(2026, 10, 5))
    assert (day.worked, day.kind, day.name) == (False, DayKind.BREAK, "Høstferie")


@pytest.mark.parametrize("country", ZONES)
@pytest.mark.parametrize("night", ["2026-10-25", "2027-03-28"])
def test_where_the_clock_is_moved_over_a_weekend_days_and_hours_stay_what_they_are(country, night):
    """Monday at noon, from Friday at noon: five hours that day and five on Monday morning."""
    zone = ZoneInfo(ZONES[country])
    calendar = working_calendar(country, ZONES[country], [], date(2026, 8, 1), date(2027, 7, 31))
    sunday = date.fromisoformat(night)
    friday, monday = (
        datetime.combine(day, time(12), zone).astimezone(UTC) for day in (sunday - timedelta(2), sunday + timedelta(1))
    )
    if country in {"NO", "DK", "SE"} and night == "2027-03-28":  # Easter: Good Friday and Easter Monday
        assert easter_sunday(2027) == sunday
        assert (lead(calendar, friday, monday), lead_hours(calendar, friday, monday)) == (0, 0)
        tuesday, wednesday = monday + timedelta(1), friday - timedelta(2)
        assert in_working_time(calendar, tuesday)
        assert lead_hours(calendar, wednesday, tuesday) == (10 if country != "SE" else 20)
    else:
        assert (lead(calendar, friday, monday), lead_hours(calendar, friday, monday)) == (1, 10)


@pytest.mark.parametrize("country", ZONES)
@pytest.mark.parametrize("night", ["2025-10-26", "2026-03-29", "2028-03-26"])
def test_an_ordinary_weekend_with_a_moved_clock_is_a_weekend(country, night):
    zone = ZoneInfo(ZONES[country])
    calendar = WorkingCalendar("x@1", ZONES[country], country)
    sunday = date.fromisoformat(night)
    late, early = (
        datetime.combine(day, at, zone).astimezone(UTC)
        for day, at in ((sunday - timedelta(2), time(23, 59)), (sunday + timedelta(2), time(0, 1)))
    )
    assert lead(calendar, late, early) == 2
    assert lead_hours(calendar, late, early) == 10


spans = st.builds(
    lambda first, length, kind: Span(first, first + timedelta(length), kind),
    st.dates(date(2026, 7, 1), date(2027, 9, 1)),
    st.integers(-2, 40),
    st.sampled_from(DayKind),
)


@given(st.lists(spans, max_size=6))
def test_faults_are_found_exactly_where_days_are_wrong(found):
    faulty = {fault.pointer[1] for fault in span_faults(2026, found)}
    taken = set()
    for index, span in enumerate(found):
        inside = date(2026, 8, 1) <= span.first <= span.last <= date(2027, 7, 31)
        sound = inside and not taken & set(span.days())
        assert (index in faulty) != sound
        if sound:
            taken |= set(span.days())


@given(st.lists(spans, max_size=6))
def test_sound_days_are_what_the_calendar_says_and_the_rest_is_as_without_it(found):
    sound = [span for index, span in enumerate(found) if index not in {f.pointer[1] for f in span_faults(2026, found)}]
    plain = working_calendar("NO", "Europe/Oslo", [], *YEAR)
    decided = working_calendar("NO", "Europe/Oslo", [SchoolCalendar(2026, 1, None, tuple(sound))], *YEAR)
    kinds = {day: span.kind for span in sound for day in span.days()}
    for step in range(365):
        day = YEAR[0] + timedelta(step)
        match kinds.get(day):
            case DayKind.BREAK | DayKind.DAY_OFF:
                assert not is_working_day(decided, day)
            case DayKind.PLANNING | DayKind.EXTRA:
                assert is_working_day(decided, day)
            case _:
                assert is_working_day(decided, day) == is_working_day(plain, day)


def test_working_time_has_both_ends():
    assert hour_faults(None, None) == hour_faults(time(7), time(16)) == []
    assert [f.pointer for f in hour_faults(time(7), None)] == [("closes",)]
    assert [f.pointer for f in hour_faults(None, time(7))] == [("opens",)]
    assert [f.code for f in hour_faults(time(7), time(7))] == ["ends_before_start"]


def test_a_school_year_begins_in_august():
    assert [school_year_of(date(2026, month, 1)) for month in (1, 7, 8, 12)] == [2025, 2025, 2026, 2026]


def test_what_is_adopted_stays():
    require_draft(CalendarState.DRAFT, "adopt")
    with pytest.raises(WrongState):
        require_draft(CalendarState.ADOPTED, "change")
