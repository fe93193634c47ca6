"""What a run says about itself: ratios round by round, bars, validity, and when it is complete."""

from dataclasses import replace

import pytest

from bench.conditions import conditions, disturbances
from bench.groups import NAMES
from bench.load import Load
from bench.report import markdown
from bench.rounds import Case, Compared, Group, Length, Measured, Turn
from bench.run import FULL, QUICK, complete

PAIR = Compared("a", "b", 1.0)


@pytest.fixture
def quiet():
    return replace(conditions("18", 1.0, FULL), cores=2, load_before=0.1)


def test_ratios_are_taken_round_by_round():
    measured = _measured([10, 30], [5, 10])
    assert measured.ratios(PAIR) == [2.0, 3.0]
    assert measured.ratios(replace(PAIR, by_cpu=True)) == [1.0, 1.5]


def test_the_median_is_held_against_the_bar(quiet):
    assert "| R1 | a / b | 0.50 | 2.00 | 3.00 | ≥ 1 | met |" in markdown(quiet, [_measured([1, 4, 6], [2, 2, 2])], 60)
    assert "| ≥ 1 | **missed** |" in markdown(quiet, [_measured([1, 1, 6], [2, 2, 2])], 60)


def test_ratios_with_failed_requests_say_nothing(quiet):
    text = markdown(quiet, [_measured([4], [2], refused=3)], 60)
    assert "says nothing: 3 requests failed" in text
    assert "| met |" not in text.split("memory of ours")[0]


def test_a_run_on_a_busy_machine_is_invalid(quiet):
    assert disturbances(quiet, [_measured([1], [1])]) == []
    assert disturbances(replace(quiet, load_before=1.5), [])
    disturbed = _measured([1], [1])
    disturbed.others = [0.1, 0.6]
    assert disturbances(quiet, [disturbed]) == ["others took 0.35 processors during R1"]
    text = markdown(quiet, [disturbed], 60)
    assert "**Invalid: " in text
    assert "says nothing: others were at work" in text


def test_only_a_complete_run_replaces_the_results(quiet):
    all_of_it = [_measured([1], [1], name=name) for name in NAMES]
    assert complete(quiet, all_of_it)
    assert not complete(quiet, all_of_it[1:])
    assert not complete(replace(quiet, scale=0.1), all_of_it)
    assert not complete(replace(quiet, length=QUICK), all_of_it)
    assert not complete(replace(quiet, length=Length(9, 1)), all_of_it)


def _measured(above, below, *, refused=0, name="R1"):
    cases = (Case("a", "ours", "", []), Case("b", "bare", "", []))
    measured = Measured(Group(name, cases, (PAIR,), check=None), memory={"a": [100.0]})
    measured.turns = {
        "a": [Turn(Load(each, 1.0, refused=refused), cpu=2.0) for each in above],
        "b": [Turn(Load(each, 1.0), cpu=1.0) for each in below],
    }
    return measured


@pytest.mark.parametrize(("most", "said"), [(1999.0, "**missed**"), (2001.0, "met")])
def test_what_a_request_costs_has_a_bar_of_its_own(quiet, most, said):
    measured = _measured([1], [1])
    measured.group = replace(measured.group, cases=(Case("a", "ours", "", [], most_ms=most),))
    assert f"| R1 | a, ms of server CPU | 2000.00 | 2000.00 | 2000.00 | < {most:g} | {said} |" in markdown(
        quiet, [measured], 60
    )


@pytest.mark.parametrize(("last", "growth", "said"), [(104.0, "1.04", "met"), (106.0, "1.06", "**missed**")])
def test_memory_that_grows_is_told(quiet, last, growth, said):
    measured = _measured([3, 4, 5], [1, 1, 1])
    measured.memory["a"] = [50.0, 100.0, last]
    measured.group = replace(measured.group, cases=(Case("a", "ours", "", [], most_growth=1.05),))
    line = f"| R1 | a, memory after 12 / after 7 | | {growth} | | ≤ 1.05 | {said} |"
    assert line in markdown(quiet, [measured], 60)


def test_short_answers_are_no_answers(quiet):
    measured = _measured([4], [2])
    measured.bytes = 1000
    measured.turns["a"] = [Turn(Load(4, 1.0, bytes=4 * 1100), cpu=2.0)]
    assert "shorter" not in markdown(quiet, [measured], 60)
    measured.turns["a"] = [Turn(Load(4, 1.0, bytes=4 * 200), cpu=2.0)]
    assert "says nothing: answers were shorter" in markdown(quiet, [measured], 60)
