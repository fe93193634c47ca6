"""Team memberships: joining, leaving and changing duty keep history, and nobody stands in a team twice."""

from datetime import date
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.errors import Conflict, Invalid, PeriodOverlap
from domain.periods import apply, overlaps
from domain.teams import Duty, change_duty, join, leave, members_on

ANE, BO = UUID(int=1), UUID(int=2)


def day(number):
    return date.fromordinal(date(2026, 8, 1).toordinal() + number)


def after(*steps):
    """The periods after joins, leaves and changes: (what, person, duty, day)."""
    periods = ()
    for step in steps:
        periods = apply(periods, perform(periods, *step))
    return periods


def perform(periods, what, person, duty, on):
    if what == "join":
        return join(periods, person, duty, day(on))
    if what == "leave":
        return leave(periods, person, day(on))
    return change_duty(periods, person, duty, day(on))


def duties(periods, on):
    return {each.person_id: each.duty for each in members_on(periods, day(on))}


def test_who_joins_stays_until_they_leave():
    periods = after(("join", ANE, Duty.MEMBER, 0), ("join", BO, Duty.LEADER, 5), ("leave", ANE, None, 10))
    assert duties(periods, 4) == {ANE: Duty.MEMBER}
    assert duties(periods, 9) == {ANE: Duty.MEMBER, BO: Duty.LEADER}
    assert duties(periods, 10) == {BO: Duty.LEADER}


def test_a_changed_duty_keeps_the_old_one_in_the_past():
    periods = after(("join", ANE, Duty.MEMBER, 0), ("change", ANE, Duty.FACILITATOR, 10))
    assert (duties(periods, 9), duties(periods, 10)) == ({ANE: Duty.MEMBER}, {ANE: Duty.FACILITATOR})


def test_an_equal_duty_changes_nothing():
    periods = after(("join", ANE, Duty.MEMBER, 0))
    assert apply(periods, change_duty(periods, ANE, Duty.MEMBER, day(4))) == periods


def test_a_changed_duty_ends_when_the_stay_would_have_ended():
    stay = join((), ANE, Duty.MEMBER, day(0), until=day(20)).added
    periods = apply(stay, change_duty(stay, ANE, Duty.OBSERVER, day(10)))
    assert (duties(periods, 19), duties(periods, 20)) == ({ANE: Duty.OBSERVER}, {})


def test_nobody_joins_twice_at_a_time_but_may_come_back():
    periods = after(("join", ANE, Duty.MEMBER, 0))
    with pytest.raises(PeriodOverlap):
        join(periods, ANE, Duty.OBSERVER, day(5))
    back = after(("join", ANE, Duty.MEMBER, 0), ("leave", ANE, None, 5), ("join", ANE, Duty.LEADER, 9))
    assert [duties(back, on) for on in (4, 5, 9)] == [{ANE: Duty.MEMBER}, {}, {ANE: Duty.LEADER}]


def test_a_new_stay_may_begin_on_the_day_the_old_one_is_over():
    steps = (("join", ANE, Duty.MEMBER, 5), ("leave", ANE, None, 9))
    assert duties(after(*steps, ("join", ANE, Duty.LEADER, 9)), 9) == {ANE: Duty.LEADER}
    assert len(apply(after(*steps), join(after(*steps), ANE, Duty.LEADER, day(1), until=day(5)))) == 2


def test_leaving_on_the_first_day_leaves_nothing():
    assert after(("join", ANE, Duty.MEMBER, 3), ("leave", ANE, None, 3)) == ()


@pytest.mark.parametrize("what", ["leave", "change"])
def test_who_is_not_there_can_neither_leave_nor_change(what):
    with pytest.raises(Invalid) as refused:
        perform((), what, ANE, Duty.LEADER, 0)
    assert [(fault.code, fault.pointer) for fault in refused.value.faults] == [("not_open_on", ("on",))]


def test_a_stay_ends_after_it_begins():
    with pytest.raises(Invalid) as refused:
        join((), ANE, Duty.MEMBER, day(5), until=day(5))
    assert refused.value.faults[0].code == "ends_before_start"


steps = st.lists(
    st.tuples(
        st.sampled_from(["join", "leave", "change"]),
        st.sampled_from([ANE, BO]),
        st.sampled_from(Duty),
        st.integers(0, 12),
    ),
    max_size=12,
)


@given(steps)
def test_whatever_happens_nobody_overlaps_and_history_stays(performed):
    periods = ()
    for step in performed:
        try:
            changed = apply(periods, perform(periods, *step))
        except (Invalid, Conflict):
            continue
        for place, one in enumerate(changed):
            others = [other for other in changed[place + 1 :] if other.person_id == one.person_id]
            assert not any(overlaps(one, other) for other in others)
        assert [duties(changed, on) for on in range(step[3])] == [duties(periods, on) for on in range(step[3])]
        periods = changed
