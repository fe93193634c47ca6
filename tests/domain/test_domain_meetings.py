"""Meetings: which step leads where, and which times there can be."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain import meetings
from domain.errors import AgendaFrozen, AlreadyStarted, Invalid, WrongState
from domain.meetings import MeetingState as State

START = datetime(2026, 3, 10, 13, tzinfo=UTC)


def codes(starts_at, ends_at, zone="Europe/Oslo"):
    return [(fault.code, fault.pointer) for fault in meetings.check_times(starts_at, ends_at, zone)]


def test_a_meeting_with_items_begins_as_an_agenda_draft():
    assert meetings.opening_state(has_items=False) is State.DRAFT
    assert meetings.opening_state(has_items=True) is State.AGENDA_DRAFT


def test_the_agenda_is_edited_until_it_goes_out():
    assert meetings.edit_agenda(State.DRAFT, has_items=True) is State.AGENDA_DRAFT
    assert meetings.edit_agenda(State.AGENDA_DRAFT, has_items=False) is State.DRAFT
    with pytest.raises(AgendaFrozen):
        meetings.edit_agenda(State.PUBLISHED, has_items=True)
    with pytest.raises(WrongState):
        meetings.edit_agenda(State.CANCELLED, has_items=True)


BEFORE, AFTER = START - timedelta(minutes=1), START


def test_only_an_agenda_draft_is_published():
    assert meetings.publish(State.AGENDA_DRAFT, START, BEFORE) is State.PUBLISHED
    for state in (State.PUBLISHED, State.CANCELLED):
        with pytest.raises(WrongState) as refused:
            meetings.publish(state, START, BEFORE)
        assert refused.value.facts == {"state": state.value, "verb": "publish", "allowed": ["agenda_draft"]}


def test_without_an_agenda_there_is_nothing_to_publish():
    with pytest.raises(Invalid) as refused:
        meetings.publish(State.DRAFT, START, BEFORE)
    assert [(fault.code, fault.pointer) for fault in refused.value.faults] == [("missing", ("agenda",))]


def test_every_meeting_can_be_called_off_once():
    for state in set(State) - {State.CANCELLED}:
        assert meetings.cancel(state, START, BEFORE) is State.CANCELLED
        assert meetings.change(state) is state
    with pytest.raises(WrongState):
        meetings.cancel(State.CANCELLED, START, BEFORE)
    with pytest.raises(WrongState):
        meetings.change(State.CANCELLED)


def test_what_has_begun_is_neither_published_nor_called_off():
    with pytest.raises(AlreadyStarted):
        meetings.publish(State.AGENDA_DRAFT, START, AFTER)
    with pytest.raises(AlreadyStarted):
        meetings.cancel(State.PUBLISHED, START, AFTER)


def test_times_that_can_be():
    assert codes(START, START + timedelta(hours=24)) == []
    assert codes(START, START + timedelta(minutes=1), "UTC") == []


def test_times_that_can_not_be_are_all_named_at_once():
    assert codes(START, START) == [("ends_before_start", ("ends_at",))]
    assert codes(START, START + timedelta(hours=24, seconds=1)) == [("meeting_too_long", ("ends_at",))]
    naive = START.replace(tzinfo=None)
    assert codes(naive, naive, "Oslo/Europe") == [
        ("not_aware", ("starts_at",)),
        ("not_aware", ("ends_at",)),
        ("not_a_zone", ("zone",)),
    ]
    assert [code for code, _ in codes(START, START, "x")] == ["not_a_zone", "ends_before_start"]


def test_a_meeting_across_the_night_to_winter_time_lasts_as_long_as_it_lasts():
    from_zone = datetime.fromisoformat("2026-10-25T00:30:00+02:00")
    to_zone = datetime.fromisoformat("2026-10-26T00:00:00+01:00")
    assert codes(from_zone, to_zone) == [("meeting_too_long", ("ends_at",))]


@pytest.mark.parametrize("zone", ["Europe/Oslo", "Europe/Copenhagen", "Europe/Stockholm", "Etc/GMT+1", "UTC"])
def test_zones_of_the_iana_database(zone):
    assert meetings.is_zone(zone)


@pytest.mark.parametrize(
    "zone",
    [
        "",
        "Europe",
        "europe/oslo",
        "/etc/localtime",
        "../UTC",
        "Europe/Oslo\n",
        "Europe/../UTC",
        "Xyz/Abc",
        "\x00",
    ],
)
def test_anything_else_is_no_zone(zone):
    assert not meetings.is_zone(zone)


@given(st.text(max_size=30))
def test_every_text_has_an_answer(zone):
    assert meetings.is_zone(zone) in {True, False}
