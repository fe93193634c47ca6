"""Periods of figures: whole buckets, wherever the clocks stand."""

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.errors import Invalid
from domain.figures import MOST_BUCKETS, Bucket, Grain, midnight, period, school_year, start_of

ZONES = ["Europe/Oslo", "Europe/Copenhagen", "UTC", "America/Sao_Paulo", "Asia/Beirut", "Pacific/Apia"]

buckets = st.sampled_from(list(Bucket))
days = st.dates(date(1990, 1, 1), date(2060, 1, 1))
lengths = st.integers(1, 350)


@pytest.mark.parametrize(
    ("bucket", "since", "until", "said"),
    [
        (Bucket.WEEK, "2025-12-31", "2026-01-01", ["2025-12-29", "2026-01-05"]),  # week 1 of 2026 begins in December
        (Bucket.WEEK, "2026-03-30", "2026-04-06", ["2026-03-30", "2026-04-06"]),
        (Bucket.MONTH, "2025-12-31", "2026-01-02", ["2025-12-01", "2026-01-01", "2026-02-01"]),
        (Bucket.MONTH, "2024-02-29", "2024-03-01", ["2024-02-01", "2024-03-01"]),
        (Bucket.SCHOOL_HALF_YEAR, "2025-07-31", "2025-08-02", ["2025-01-01", "2025-08-01", "2026-01-01"]),
        (Bucket.SCHOOL_HALF_YEAR, "2025-12-31", "2026-01-02", ["2025-08-01", "2026-01-01", "2026-08-01"]),
        (Bucket.SCHOOL_YEAR, "2025-07-31", "2025-08-02", ["2024-08-01", "2025-08-01", "2026-08-01"]),
    ],
)
def test_a_period_is_widened_to_whole_buckets(bucket, since, until, said):
    made = period(bucket, date.fromisoformat(since), date.fromisoformat(until))
    assert [day.isoformat() for day in made.days] == said


@given(buckets, days, lengths)
def test_buckets_cover_the_period_without_gap_or_overlap_and_no_more_than_needed(bucket, since, length):
    until = since + timedelta(length)
    made = period(bucket, since, until)
    assert made.days[0] <= since < made.days[1]
    assert made.days[-2] < until <= made.days[-1]
    for first, after in pairwise(made.days):
        assert {start_of(bucket, first), start_of(bucket, after - timedelta(1))} == {first}
        assert start_of(bucket, after) == after


@given(buckets, days, lengths)
def test_a_widened_period_stays_as_it_is(bucket, since, length):
    made = period(bucket, since, since + timedelta(length))
    assert period(bucket, made.days[0], made.days[-1]) == made


@given(buckets, days, lengths, st.sampled_from(ZONES))
def test_moments_are_where_the_days_begin_on_the_wall(bucket, since, length, zone):
    made = period(bucket, since, since + timedelta(length))
    moments = made.moments(zone)
    assert all(earlier < later for earlier, later in pairwise(moments))
    for day, moment in zip(made.days, moments, strict=True):
        assert moment.utcoffset() == timedelta(0)
        if day != date(2011, 12, 30) or zone != "Pacific/Apia":  # a day that never was
            assert moment.astimezone(ZoneInfo(zone)).date() == day
            assert (moment - timedelta(microseconds=1)).astimezone(ZoneInfo(zone)).date() < day


@given(buckets, days, lengths)
def test_every_bucket_consists_of_whole_stretches_of_its_grain(bucket, since, length):
    made = period(bucket, since, since + timedelta(length))
    grain = Bucket.WEEK if made.grain is Grain.WEEK else Bucket.MONTH
    assert all(start_of(grain, day) == day for day in made.days)


def test_the_nights_on_which_clocks_are_moved_belong_to_their_days():
    assert midnight(date(2026, 3, 29), "Europe/Oslo") == datetime(2026, 3, 28, 23, tzinfo=UTC)
    assert midnight(date(2026, 3, 30), "Europe/Oslo") == datetime(2026, 3, 29, 22, tzinfo=UTC)
    week = period(Bucket.WEEK, date(2026, 3, 23), date(2026, 3, 30)).moments("Europe/Oslo")
    assert week[1] - week[0] == timedelta(days=7, hours=-1)
    assert midnight(date(2018, 11, 4), "America/Sao_Paulo") == datetime(2018, 11, 4, 3, tzinfo=UTC)  # no midnight


def test_there_is_room_for_so_many_buckets():
    first = date(2020, 6, 1)  # a Monday
    whole = period(Bucket.WEEK, first, first + timedelta(weeks=MOST_BUCKETS))
    assert len(whole.days) == MOST_BUCKETS + 1
    with pytest.raises(Invalid) as refused:
        period(Bucket.WEEK, first, first + timedelta(weeks=MOST_BUCKETS, days=1))
    (fault,) = refused.value.faults
    assert (fault.code, fault.pointer, fault.facts) == ("too_long", ("until",), {"max": MOST_BUCKETS})


@pytest.mark.parametrize(
    ("since", "until", "code"),
    [
        (date(2026, 1, 1), date(2026, 1, 1), "ends_before_start"),
        (date(2026, 1, 2), date(2026, 1, 1), "ends_before_start"),
        (date.min, date(2026, 1, 1), "too_small"),
        (date(2026, 1, 1), date.max, "too_large"),
        (date(1900, 1, 1), date(2200, 12, 31), "too_long"),
    ],
)
@pytest.mark.parametrize("bucket", list(Bucket))
def test_an_impossible_period_is_refused(bucket, since, until, code):
    with pytest.raises(Invalid) as refused:
        period(bucket, since, until)
    assert [fault.code for fault in refused.value.faults] == [code]


@pytest.mark.parametrize("day", [date(2025, 8, 1), date(2025, 12, 31), date(2026, 1, 1), date(2026, 7, 31)])
def test_a_school_year_goes_from_august_to_july(day):
    assert school_year(day) == (date(2025, 8, 1), date(2026, 8, 1))
