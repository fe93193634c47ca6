"""Working days: counted exactly, by local dates, whatever summer time does."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.working_days import (
    WorkingCalendar,
    in_working_time,
    is_working_day,
    lead,
    lead_hours,
    local_day,
    working_days_before,
    working_days_between,
)

OSLO = WorkingCalendar("oslo@1", "Europe/Oslo")
MONDAY = date(2026, 3, 9)

days = st.dates(date(2024, 6, 1), date(2026, 6, 1))
near = st.integers(0, 400)
calendars = st.builds(
    WorkingCalendar,
    st.just("any@1"),
    st.sampled_from(["Europe/Oslo", "Europe/Copenhagen", "UTC", "Pacific/Auckland"]),
    st.sampled_from(["NO", "DK", "SE", ""]),
    st.frozensets(st.integers(0, 6), min_size=1),
    st.frozensets(st.dates(date(2024, 6, 1), date(2026, 6, 1)), max_size=40),
    st.frozensets(st.dates(date(2024, 6, 1), date(2026, 6, 1)), max_size=40),
)


def counted_one_by_one(calendar, first, last):
    every = (first + timedelta(step) for step in range(max(0, (last - first).days)))
    return sum(is_working_day(calendar, day) for day in every)


@pytest.mark.parametrize(
    ("sent", "count"),
    [
        (date(2026, 3, 5), 3),  # Thursday
        (date(2026, 3, 6), 2),  # Friday
        (date(2026, 3, 7), 1),  # Saturday
        (date(2026, 3, 8), 1),  # Sunday
        (date(2026, 3, 9), 1),  # Monday
        (date(2026, 3, 10), 0),  # the day itself
        (date(2026, 3, 11), 0),  # too late
    ],
)
def test_working_days_before_a_tuesday(sent, count):
    assert working_days_between(OSLO, sent, date(2026, 3, 10)) == count


def test_the_latest_day_to_send():
    assert working_days_before(OSLO, date(2026, 3, 10), 2) == date(2026, 3, 6)
    assert working_days_before(OSLO, date(2026, 3, 8), 1) == date(2026, 3, 6)
    assert working_days_before(OSLO, MONDAY, 0) == MONDAY


def test_local_dates_count_and_not_utc_ones():
    starts = datetime(2026, 3, 10, 13, tzinfo=UTC)
    assert lead(OSLO, datetime(2026, 3, 8, 22, 59, tzinfo=UTC), starts) == 1  # Sunday 23:59 in Oslo
    assert lead(OSLO, datetime(2026, 3, 5, 23, 0, tzinfo=UTC), starts) == 2  # Friday 00:00 in Oslo
    assert lead(OSLO, datetime(2026, 3, 5, 22, 59, tzinfo=UTC), starts) == 3  # still Thursday


def test_the_night_to_summer_time_moves_neither_days_nor_hours():
    starts = datetime(2026, 3, 31, 12, tzinfo=UTC)  # Tuesday; the clock moved on Sunday the 29th
    assert lead(OSLO, datetime(2026, 3, 26, 23, 30, tzinfo=UTC), starts) == 2  # Friday 00:30, winter time
    assert lead(OSLO, datetime(2026, 3, 29, 22, 30, tzinfo=UTC), starts) == 1  # Monday 00:30, summer time
    assert in_working_time(OSLO, datetime(2026, 3, 27, 6, 0, tzinfo=UTC))
    assert not in_working_time(OSLO, datetime(2026, 3, 27, 5, 59, tzinfo=UTC))
    assert in_working_time(OSLO, datetime(2026, 3, 30, 5, 0, tzinfo=UTC))
    assert not in_working_time(OSLO, datetime(2026, 3, 30, 15, 1, tzinfo=UTC))


@pytest.mark.parametrize(("holiday", "count"), [(6, 1), (7, 2), (9, 1), (10, 2)])
def test_a_holiday_counts_where_it_falls_on_a_working_day_before_the_meeting(holiday, count):
    calendar = WorkingCalendar("off@1", "Europe/Oslo", off=frozenset({date(2026, 3, holiday)}))
    assert working_days_between(calendar, date(2026, 3, 6), date(2026, 3, 10)) == count


def test_a_holiday_is_no_working_time():
    off = WorkingCalendar("off@1", "Europe/Oslo", off=frozenset({MONDAY}))
    assert not in_working_time(off, datetime(2026, 3, 9, 10, tzinfo=UTC))
    assert working_days_between(off, date(2026, 3, 6), date(2026, 3, 10)) == 1


@pytest.mark.parametrize(
    "wrong",
    [
        {"weekdays": frozenset()},
        {"weekdays": frozenset({7})},
        {"opens": time(17), "closes": time(7)},
        {"zone": "../etc/passwd"},
    ],
)
def test_an_impossible_calendar_is_refused(wrong):
    with pytest.raises(ValueError):
        WorkingCalendar(**({"key": "x@1", "zone": "Europe/Oslo"} | wrong))


@given(calendars, days, near)
def test_the_count_is_that_of_counting_one_by_one(calendar, first, length):
    last = first + timedelta(length)
    assert working_days_between(calendar, first, last) == counted_one_by_one(calendar, first, last)


@given(calendars, days, near, near)
def test_counts_add_up_and_never_shrink_with_more_time(calendar, first, one, other):
    middle = first + timedelta(one)
    last = middle + timedelta(other)
    whole = working_days_between(calendar, first, last)
    assert whole == working_days_between(calendar, first, middle) + working_days_between(calendar, middle, last)
    assert whole >= working_days_between(calendar, middle, last)


@given(calendars, days, st.integers(1, 60))
def test_going_back_is_the_inverse_of_counting(calendar, day, count):
    sent = working_days_before(calendar, day, count)
    assert working_days_between(calendar, sent, day) == count
    assert working_days_between(calendar, sent + timedelta(1), day) == count - 1


@given(calendars, st.datetimes(timezones=st.just(UTC)), st.datetimes(timezones=st.just(UTC)))
def test_every_moment_has_an_answer(calendar, sent, starts):
    assert lead(calendar, sent, starts) >= 0
    in_working_time(calendar, sent)
    local_day(calendar, starts)


def test_there_is_an_earliest_day():
    assert working_days_before(OSLO, date.min + timedelta(3), 99) == date.min


@pytest.mark.parametrize(
    ("sent", "hours"),
    [
        ("2026-03-06T09:00", 17),  # Friday 10 o'clock in Oslo: 7 hours, Monday 10; Tuesday's meeting begins at 7
        ("2026-03-06T16:30", 10),  # after work
        ("2026-03-07T09:00", 10),  # Saturday
        ("2026-03-09T05:00", 10),  # Monday before work
        ("2026-03-09T15:59", 0),  # a minute to 17 o'clock
        ("2026-03-10T05:00", 0),
        ("2026-03-10T06:00", 0),
        ("2026-03-11T06:00", 0),  # too late
    ],
)
def test_working_hours_to_a_meeting_at_seven(sent, hours):
    starts = datetime(2026, 3, 10, 6, tzinfo=UTC)
    assert lead_hours(OSLO, datetime.fromisoformat(sent + "Z"), starts) == hours


def test_hours_are_those_of_the_wall_clock_when_summer_time_begins_and_ends():
    for monday in (datetime(2026, 3, 30, 10, tzinfo=UTC), datetime(2026, 10, 26, 11, tzinfo=UTC)):  # noon in Oslo
        friday = monday.astimezone(ZoneInfo("Europe/Oslo")) - timedelta(days=3)
        assert lead_hours(OSLO, friday.astimezone(UTC), monday) == 10


def hours_counted_one_by_one(calendar, sent, starts):
    """Quarters of an hour on the wall, from one to the other."""
    zone, counted = ZoneInfo(calendar.zone), 0
    local, end = (each.astimezone(zone).replace(tzinfo=None) for each in (sent, starts))
    while local < end:
        inside = calendar.opens <= local.time() < calendar.closes
        counted += inside and is_working_day(calendar, local.date())
        local += timedelta(minutes=15)
    return counted // 4


quarters = st.integers(0, 4 * 24 * 600).map(lambda n: datetime(2024, 10, 20, tzinfo=UTC) + timedelta(minutes=15 * n))


@given(calendars, quarters, st.integers(0, 4 * 24 * 20))
def test_working_hours_are_those_of_counting_one_by_one(calendar, sent, length):
    starts = sent + timedelta(minutes=15 * length)
    assert lead_hours(calendar, sent, starts) == hours_counted_one_by_one(calendar, sent, starts)


@given(calendars, quarters, st.integers(0, 5000), st.integers(0, 5000))
def test_working_hours_never_shrink_with_more_time_and_lose_at_most_one_where_they_are_divided(
    calendar, sent, one, other
):
    middle = sent + timedelta(minutes=one)
    starts = middle + timedelta(minutes=other)
    whole = lead_hours(calendar, sent, starts)
    parts = lead_hours(calendar, sent, middle) + lead_hours(calendar, middle, starts)
    assert parts <= whole <= parts + 1
    assert whole <= 10 * lead(calendar, sent, starts) + 10


@given(calendars, st.datetimes(timezones=st.just(UTC)), st.datetimes(timezones=st.just(UTC)))
def test_every_lead_has_its_hours(calendar, sent, starts):
    assert lead_hours(calendar, sent, starts) >= 0
