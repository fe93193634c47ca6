"""Team memberships: joining, leaving and changing duty keep history, and nobody stands in a team twice."""

from datetime import date
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.errors import Conflict, Invalid, PeriodOverlap, WrongState
from domain.periods import holds, overlaps
from domain.teams import (
    Duty,
    MembershipPeriod,
    TeamState,
    change_stay,
    end_stay,
    join,
    require_meets,
    require_takes_members,
)

ANE, BO = UUID(int=1), UUID(int=2)


def day(number):
    return date.fromordinal(date(2026, 8, 1).toordinal() + number)


def stay(duty=Duty.MEMBER, on=0, until=None, person=ANE):
    return MembershipPeriod(person, duty, day(on), None if until is None else day(until))


def duties(periods, on):
    return {each.person_id: each.duty for each in periods if holds(each, day(on))}


def faults(refused):
    return [(fault.code, fault.pointer) for fault in refused.value.faults]


def test_who_joins_stays_until_they_leave():
    ane, bo = join((), ANE, Duty.MEMBER, day(0)), join((), BO, Duty.LEADER, day(5))
    gone = end_stay(ane, day(10))
    assert duties([gone, bo], 4) == {ANE: Duty.MEMBER}
    assert duties([gone, bo], 9) == {ANE: Duty.MEMBER, BO: Duty.LEADER}
    assert duties([gone, bo], 10) == {BO: Duty.LEADER}


def test_nobody_joins_twice_at_a_time_but_may_come_back():
    with pytest.raises(PeriodOverlap):
        join([stay()], ANE, Duty.OBSERVER, day(5))
    assert join([stay()], BO, Duty.OBSERVER, day(5)) == stay(Duty.OBSERVER, 5, person=BO)
    assert join([stay(until=5)], ANE, Duty.LEADER, day(5)) == stay(Duty.LEADER, 5)
    assert join([stay(on=5)], ANE, Duty.LEADER, day(1), until=day(5)) == stay(Duty.LEADER, 1, 5)


def test_a_stay_ends_after_it_begins():
    for until in (4, 5):
        with pytest.raises(Invalid) as refused:
            join((), ANE, Duty.MEMBER, day(5), until=day(until))
        assert faults(refused) == [("ends_before_start", ("valid_to",))]
    with pytest.raises(Invalid) as refused:
        change_stay(stay(on=5), Duty.MEMBER, day(4), day(9))
    assert faults(refused) == [("ends_before_start", ("valid_to",))]


def test_a_changed_duty_keeps_the_old_one_in_the_past():
    assert change_stay(stay(), Duty.FACILITATOR, None, day(10)) == (stay(until=10), stay(Duty.FACILITATOR, 10))
    assert change_stay(stay(until=20), Duty.OBSERVER, day(20), day(10)) == (
        stay(until=10),
        stay(Duty.OBSERVER, 10, 20),
    )


def test_a_stay_that_only_begins_has_no_past_to_keep():
    for on in (5, 3):
        assert change_stay(stay(on=5), Duty.LEADER, None, day(on)) == (stay(Duty.LEADER, 5),)


def test_an_equal_duty_changes_nothing_and_an_end_can_be_planned_moved_and_dropped():
    assert change_stay(stay(), Duty.MEMBER, None, day(4)) == (stay(),)
    assert change_stay(stay(), Duty.MEMBER, day(30), day(4)) == (stay(until=30),)
    assert change_stay(stay(until=30), Duty.MEMBER, None, day(4)) == (stay(),)


def test_nobody_has_another_duty_from_the_day_on_which_they_leave():
    for until in (9, 10):
        with pytest.raises(Invalid) as refused:
            change_stay(stay(until=20), Duty.LEADER, day(until), day(10))
        assert faults(refused) == [("not_open_on", ("duty",))]


def test_what_is_over_stays_as_it_was():
    for until in (9, 10):
        with pytest.raises(WrongState):
            change_stay(stay(until=until), Duty.MEMBER, None, day(10))
        with pytest.raises(WrongState):
            end_stay(stay(until=until), day(10))


def test_nothing_ends_before_it_began():
    assert end_stay(stay(until=20), day(9)) == stay(until=9)
    assert end_stay(stay(on=12), day(9)) == stay(on=12, until=12)


@pytest.mark.parametrize(("state", "meets", "takes"), [("active", 1, 1), ("paused", 0, 1), ("archived", 0, 0)])
def test_a_paused_team_waits_and_an_archived_one_is_over(state, meets, takes):
    for asked, allowed in ((require_meets, meets), (require_takes_members, takes)):
        if allowed:
            asked(TeamState(state))
        else:
            with pytest.raises(WrongState) as refused:
                asked(TeamState(state))
            assert refused.value.facts["state"] == state


@given(
    stays=st.lists(st.tuples(st.integers(0, 20), st.integers(1, 20)), max_size=6),
    at=st.integers(0, 40),
    until=st.none() | st.integers(0, 40),
    duty=st.sampled_from(Duty),
)
def test_whatever_happens_nobody_overlaps_and_history_stays(stays, at, until, duty):
    periods = []
    for on, length in stays:
        try:
            periods.append(join(periods, ANE, Duty.MEMBER, day(on), until=day(on + length)))
        except Conflict:
            continue
    assert not any(overlaps(one, two) for i, one in enumerate(periods) for two in periods[i + 1 :])
    for period in periods:
        try:
            changed = change_stay(period, duty, period.valid_to if until is None else day(until), day(at))
        except (Invalid, WrongState):
            continue
        assert not any(overlaps(one, two) for i, one in enumerate(changed) for two in changed[i + 1 :])
        if duty is not period.duty and period.valid_from < day(at):
            assert [duties(changed, on) for on in range(at)] == [duties([period], on) for on in range(at)]
