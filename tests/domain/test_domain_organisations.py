"""Organisations change from a day on: the past answers as before, and every day has a tree."""

from datetime import date
from unittest import mock
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain import organisations
from domain.errors import Conflict, Cycle, Invalid, PeriodOverlap, StillInUse
from domain.organisations import (
    DEEPEST,
    IdScheme,
    Period,
    ancestors,
    as_of,
    close,
    is_external_id,
    move,
    open_unit,
    rename,
)
from domain.periods import apply, holds
from domain.successions import Handover, Part, merge, split

TOWN, NORTH, SOUTH, SCHOOL, CLASS = (UUID(int=number) for number in range(1, 6))


def day(number):
    return date.fromordinal(date(2026, 1, 1).toordinal() + number)


def period(unit, parent, start=0, end=None, name="A"):
    return Period(unit, parent, {"nb": name}, day(start), None if end is None else day(end))


WORLD = (
    period(TOWN, None),
    period(NORTH, TOWN),
    period(SOUTH, TOWN),
    period(SCHOOL, NORTH),
    period(CLASS, SCHOOL),
)


def faults_of(call, *arguments, **named):
    with pytest.raises(Invalid) as refused:
        call(*arguments, **named)
    return [(fault.code, fault.pointer) for fault in refused.value.faults]


def names(periods, unit, on):
    return as_of(periods, day(on))[unit].names["nb"]


def test_ancestors_are_the_unit_and_all_above():
    assert ancestors(as_of(WORLD, day(1)), CLASS) == (CLASS, SCHOOL, NORTH, TOWN)
    assert ancestors(as_of(WORLD, day(1)), UUID(int=99)) == ()
    assert ancestors(as_of(WORLD, day(-1)), CLASS) == ()


def test_a_rename_splits_the_period_and_keeps_the_past():
    after = apply(WORLD, rename(WORLD, SCHOOL, {"nb": "B"}, day(10)))
    assert [names(after, SCHOOL, on) for on in (0, 9, 10, 99)] == ["A", "A", "B", "B"]


def test_a_rename_on_the_first_day_replaces_the_period():
    change = rename(WORLD, SCHOOL, {"nb": "B"}, day(0))
    assert (len(change.removed), len(change.ended), len(change.added)) == (1, 0, 1)


def test_equal_names_or_parents_change_nothing():
    assert apply(WORLD, rename(WORLD, SCHOOL, {"nb": "A"}, day(10))) == WORLD
    assert apply(WORLD, move(WORLD, SCHOOL, NORTH, day(10))) == WORLD


def test_a_rename_lasts_until_the_next_rename_that_is_planned_and_through_a_planned_move():
    world = apply(WORLD, rename(WORLD, SCHOOL, {"nb": "C"}, day(30)))
    world = apply(world, move(world, SCHOOL, SOUTH, day(20)))
    world = apply(world, rename(world, SCHOOL, {"nb": "B"}, day(10)))
    assert [names(world, SCHOOL, on) for on in (9, 10, 20, 29, 30)] == ["A", "B", "B", "B", "C"]
    assert [as_of(world, day(on))[SCHOOL].parent for on in (19, 20, 40)] == [NORTH, SOUTH, SOUTH]


def test_a_move_below_oneself_is_a_cycle():
    with pytest.raises(Cycle) as refused:
        move(WORLD, NORTH, CLASS, day(10))
    assert refused.value.facts == {"on": "2026-01-11"}
    with pytest.raises(Cycle):
        move(WORLD, NORTH, NORTH, day(10))


def test_a_cycle_that_would_only_come_later_is_refused_with_its_day():
    world = apply(WORLD, move(WORLD, SOUTH, CLASS, day(30)))
    with pytest.raises(Cycle) as refused:
        move(world, NORTH, SOUTH, day(10))
    assert refused.value.facts == {"on": "2026-01-31"}


def test_a_parent_must_be_in_force_throughout():
    world = (*WORLD, period(UUID(int=9), TOWN, 0, 20))
    assert faults_of(move, world, SCHOOL, UUID(int=9), day(10)) == [("parent_not_open", ("parent_id",))]
    assert faults_of(move, world, SCHOOL, UUID(int=77), day(10)) == [("parent_not_open", ("parent_id",))]


def test_nothing_happens_before_a_unit_is_there():
    for call in (
        lambda: rename(WORLD, SCHOOL, {"nb": "B"}, day(-1)),
        lambda: move(WORLD, SCHOOL, SOUTH, day(-1)),
        lambda: close(WORLD, CLASS, day(-1), today=day(-1)),
        lambda: close(WORLD, UUID(int=99), day(1), today=day(1)),
    ):
        assert faults_of(call) == [("not_open_on", ("on",))]


def test_closing_waits_for_children_and_teams():
    with pytest.raises(StillInUse) as children:
        close(WORLD, TOWN, day(10), today=day(10))
    assert children.value.facts == {"by": "units", "count": 2}
    with pytest.raises(StillInUse) as teams:
        close(WORLD, CLASS, day(10), today=day(10), teams=3)
    assert teams.value.facts == {"by": "teams", "count": 3}


def test_a_child_that_is_planned_for_later_keeps_its_parent_open():
    world = (*WORLD, period(UUID(int=9), CLASS, 50))
    with pytest.raises(StillInUse):
        close(world, CLASS, day(10), today=day(10))


def test_closing_ends_the_unit_and_drops_what_was_planned():
    world = apply(WORLD, rename(WORLD, CLASS, {"nb": "B"}, day(30)))
    after = apply(world, close(world, CLASS, day(10), today=day(10)))
    assert [CLASS in as_of(after, day(on)) for on in (9, 10, 40)] == [True, False, False]


@pytest.mark.parametrize("today", [-5, 0, 5])
def test_a_unit_is_never_closed_on_its_first_day_because_then_it_would_have_no_history(today):
    assert faults_of(close, WORLD, CLASS, day(0), today=day(today)) == [("ends_before_start", ("on",))]


def test_closing_never_takes_away_what_has_begun():
    world = apply(WORLD, rename(WORLD, CLASS, {"nb": "B"}, day(30)))
    for on in (0, 10, 30):
        assert faults_of(close, world, CLASS, day(on), today=day(40)) == [("ends_before_start", ("on",))]
    after = apply(world, close(world, CLASS, day(31), today=day(40)))
    assert [names(after, CLASS, on) for on in (0, 29, 30)] == ["A", "A", "B"]
    assert CLASS not in as_of(after, day(31))


def chain(length):
    """Units 101, 102 … each under the one before."""
    return tuple(period(UUID(int=101 + i), UUID(int=100 + i) if i else None) for i in range(length))


def test_no_unit_stands_deeper_than_the_deepest_level():
    world = chain(DEEPEST)
    lowest, above = world[-1].unit, world[-2].unit
    assert faults_of(open_unit, world, period(TOWN, lowest, 5)) == [("tree_too_deep", ("parent_id",))]
    assert open_unit(world, period(TOWN, above, 5)).added


def test_a_branch_is_not_moved_where_its_lowest_level_would_be_too_deep():
    world = (*chain(DEEPEST - 2), *WORLD)
    lowest = world[DEEPEST - 3].unit
    assert faults_of(move, world, SCHOOL, lowest, day(10), levels_below=2) == [("tree_too_deep", ("parent_id",))]
    assert move(world, SCHOOL, lowest, day(10), levels_below=1).added
    assert move(world, SCHOOL, None, day(10), levels_below=99).added, "up is always a way out"


def test_a_cycle_in_a_deep_tree_is_called_a_cycle():
    world = chain(DEEPEST)
    with pytest.raises(Cycle):
        move(world, world[0].unit, world[-1].unit, day(10), levels_below=DEEPEST - 1)


def test_the_last_day_of_the_calendar_is_a_day_too():
    last = (date.max - date(2026, 1, 1)).days
    world = apply(WORLD, move(WORLD, SOUTH, CLASS, day(last)))
    with pytest.raises(Cycle):
        move(world, NORTH, SOUTH, day(last))


def test_a_closed_unit_can_open_again_but_never_twice_at_a_time():
    world = apply(WORLD, close(WORLD, CLASS, day(10), today=day(10)))
    assert CLASS in as_of(apply(world, open_unit(world, period(CLASS, SCHOOL, 20))), day(20))
    with pytest.raises(PeriodOverlap):
        open_unit(world, period(CLASS, SCHOOL, 5))
    assert faults_of(open_unit, world, period(CLASS, SCHOOL, 20, 20)) == [("ends_before_start", ("valid_to",))]


def test_a_new_unit_stands_under_a_parent_that_is_there_and_not_under_itself():
    new = UUID(int=9)
    assert faults_of(open_unit, WORLD, period(new, UUID(int=77), 5)) == [("parent_not_open", ("parent_id",))]
    with pytest.raises(Cycle):
        open_unit(WORLD, period(new, new, 5))


@pytest.mark.parametrize(
    ("scheme", "value", "fits"),
    [
        (IdScheme.ORGNR, "974589095", True),
        (IdScheme.ORGNR, "12345678", False),
        (IdScheme.DK_INSTNR, "751002", True),
        (IdScheme.DK_INSTNR, "75100", False),
        (IdScheme.SE_SKOLENHETSKOD, "12345678", True),
        (IdScheme.SE_SKOLENHETSKOD, "٣٣٣٣٣٣٣٣", False),
        (IdScheme.CODE, "skole-12", True),
        (IdScheme.CODE, "a b", False),
    ],
)
def test_external_ids_have_the_form_of_their_register(scheme, value, fits):
    assert is_external_id(scheme, value) is fits


TEAM, CHOIR = (UUID(int=number) for number in (50, 51))


def test_who_merges_hands_over_what_stands_below_and_every_team():
    done = merge(WORLD, {TEAM: SCHOOL, CHOIR: SOUTH}, [SCHOOL], SOUTH, day(10))
    assert done.handovers == (Handover(SCHOOL, SOUTH, (CLASS,), (TEAM,)),)
    assert done.closed == (SCHOOL,)
    tree = as_of(apply(WORLD, done.change), day(10))
    assert (tree[CLASS].parent, SCHOOL in tree) == (SOUTH, False)


def test_units_that_merge_together_hand_over_each_other_to_nobody():
    done = merge(WORLD, {}, [SCHOOL, CLASS], SOUTH, day(10))
    assert done.handovers == (Handover(SCHOOL, SOUTH), Handover(CLASS, SOUTH))
    assert set(as_of(apply(WORLD, done.change), day(10))) == {TOWN, NORTH, SOUTH}


def test_nobody_merges_into_what_is_below_or_what_is_gone():
    with pytest.raises(Cycle):
        merge(WORLD, {}, [NORTH], SCHOOL, day(10))
    assert faults_of(merge, WORLD, {}, [SCHOOL], UUID(int=77), day(10)) == [("not_open_on", ())]


def test_a_merge_makes_no_tree_too_deep():
    world = (*chain(DEEPEST - 2), *WORLD)
    lowest = world[DEEPEST - 3].unit
    assert merge(world, {}, [NORTH], lowest, day(10)).change.added
    deeper = (*world, period(UUID(int=60), CLASS))
    assert faults_of(merge, deeper, {}, [NORTH], lowest, day(10)) == [("tree_too_deep", ("organisation_ids",))]


def test_a_part_takes_only_what_is_there_and_once():
    parts = [Part(SOUTH, (TEAM, CHOIR), (CLASS,)), Part(NORTH, (TEAM,), (CLASS,))]
    assert faults_of(split, WORLD, {TEAM: SCHOOL, CHOIR: SOUTH}, SCHOOL, parts, day(10), closes=False) == [
        ("unknown_reference", ("parts", 0, "team_ids", 1)),
        ("unknown_reference", ("parts", 1, "team_ids", 0)),
        ("unknown_reference", ("parts", 1, "organisation_ids", 0)),
    ]
    assert faults_of(split, WORLD, {}, SCHOOL, [Part(SCHOOL)], day(10), closes=False) == [
        ("duplicate", ("parts", 0, "organisation_id"))
    ]


def test_what_is_split_up_closes_only_when_it_is_empty():
    with pytest.raises(StillInUse):
        split(WORLD, {TEAM: SCHOOL}, SCHOOL, [Part(SOUTH, (), (CLASS,))], day(10), closes=True)
    done = split(WORLD, {TEAM: SCHOOL}, SCHOOL, [Part(SOUTH, (TEAM,), (CLASS,))], day(10), closes=True)
    assert (done.closed, SCHOOL in as_of(apply(WORLD, done.change), day(10))) == ((SCHOOL,), False)


units = st.integers(1, 6).map(lambda number: UUID(int=number))
moments = st.integers(0, 12)
operations = st.lists(
    st.one_of(
        st.tuples(st.just("open"), units, st.none() | units, moments, st.none() | moments),
        st.tuples(st.just("move"), units, st.none() | units, moments, st.none()),
        st.tuples(st.just("rename"), units, st.sampled_from("ABC"), moments, st.none()),
        st.tuples(st.just("close"), units, st.none(), moments, st.none()),
        st.tuples(st.just("merge"), units, units, st.just(6), st.none()),
        st.tuples(st.just("split"), units, units, st.just(6), st.booleans()),
    ),
    max_size=14,
)


def perform(periods, operation):
    kind, unit, what, on, until = operation
    if kind == "open":
        return open_unit(periods, period(unit, what, on, until))
    if kind == "move":
        return move(periods, unit, what, day(on), levels_below=levels_below(periods, unit, on))
    if kind == "rename":
        return rename(periods, unit, {"nb": what}, day(on))
    if kind == "merge":
        return merge(periods, {}, [unit], what, TODAY).change
    if kind == "split":
        below = [each.unit for each in as_of(periods, TODAY).values() if each.parent == unit]
        return split(periods, {}, unit, [Part(what, (), below)], TODAY, closes=until).change
    return close(periods, unit, day(on), today=TODAY)


TODAY = day(6)


def levels_below(periods, unit, since):
    trees = [as_of(periods, day(number)) for number in range(since, 15)]
    return max(
        [0, *(ancestors(tree, each).index(unit) for tree in trees for each in tree if unit in ancestors(tree, each))]
    )


def is_tree(tree):
    return all(tree[ancestors(tree, unit)[-1]].parent is None for unit in tree)


@given(operations)
def test_whatever_happens_every_day_has_a_tree_and_the_past_is_as_it_was(performed):
    with mock.patch.object(organisations, "DEEPEST", 3):
        periods = ()
        for operation in performed:
            try:
                change = perform(periods, operation)
            except (Invalid, Conflict):
                continue
            after = apply(periods, change)
            check(periods, after, operation)
            if operation[0] == "close":
                assert all(each.valid_from > TODAY for each in change.removed)
            periods = after


def check(before, after, operation):
    for number in range(-1, 15):
        tree = as_of(after, day(number))
        assert is_tree(tree)
        assert all(len(ancestors(tree, unit)) <= 3 for unit in tree)
        assert sum(holds(each, day(number)) for each in after) == len(tree)
        if number < operation[3]:
            assert answers(tree) == answers(as_of(before, day(number)))
    assert all(each.valid_to is None or each.valid_from < each.valid_to for each in after)
    assert {each.unit for each in before} <= {each.unit for each in after}, "no unit ever vanishes"


def answers(tree):
    return {unit: (each.parent, each.names["nb"]) for unit, each in tree.items()}
