"""R1: every meeting is prepared — the agenda goes out in time, with a small task due in working hours."""

from datetime import UTC, datetime, timedelta

import pytest

from domain.meetings import Purpose, Recurrence
from domain.rule_sets import Point

MONDAY = datetime(2026, 3, 9, 9, tzinfo=UTC)
TASKS = ("preparation_tasks",)


def test_sent_two_working_days_before_passes(agenda, said):
    assert said("R1a", agenda()) == [("pass", None, ("starts_at",), None)]


def test_sent_one_working_day_before_is_a_violation_with_its_facts(agenda, evaluated):
    (violation,) = evaluated(agenda(), now=MONDAY).violations
    assert (violation.code, violation.version) == ("R1a", 1)
    assert dict(violation.facts) == {
        "n": 2,
        "working_days": 1,
        "sent_on": "2026-03-09",
        "starts_on": "2026-03-10",
        "send_by": "2026-03-06",
    }


@pytest.mark.parametrize("recurrence", [Recurrence.DAILY, Recurrence.WEEKLY])
def test_one_working_day_is_enough_for_a_team_that_meets_weekly_or_oftener(agenda, said, recurrence):
    assert said("R1a", agenda(recurrence=recurrence), now=MONDAY)[0][0] == "pass"


@pytest.mark.parametrize("recurrence", [Recurrence.FORTNIGHTLY, Recurrence.MONTHLY, Recurrence.TERMLY])
def test_a_rarer_series_needs_two_days(agenda, said, recurrence):
    assert said("R1a", agenda(recurrence=recurrence), now=MONDAY)[0][0] == "violation"


def test_holidays_don_t_count_as_lead_time(agenda, said):
    after_easter_thursday_and_friday = datetime(2026, 4, 6, 13, tzinfo=UTC)
    late = agenda(starts_at=after_easter_thursday_and_friday, prep_tasks=())
    assert said("R1a", late, now=datetime(2026, 4, 1, 9, tzinfo=UTC))[0][0] == "violation"
    assert said("R1a", late, now=datetime(2026, 3, 31, 9, tzinfo=UTC))[0][0] == "pass"


def test_at_the_start_the_time_of_publishing_counts_and_not_the_present(agenda, said):
    in_time = agenda(published_at=datetime(2026, 3, 6, 9, tzinfo=UTC))
    assert said("R1a", in_time, now=in_time.starts_at, point=Point.START)[0][0] == "pass"


def test_a_development_agenda_without_a_task_is_a_violation(agenda, said):
    assert said("R1b", agenda(prep_tasks=())) == [("violation", "missing", TASKS, None)]


def test_a_task_without_words_is_none(agenda, said, task):
    assert said("R1b", agenda(prep_tasks=(task(text="  … "),))) == [("violation", "missing", TASKS, None)]


def test_an_operations_meeting_needs_no_task(agenda, said, operations):
    meeting = agenda(operations(), purpose=Purpose.OPERATIONS, prep_tasks=())
    assert said("R1b", meeting) == [("not_applicable", None, TASKS, None)]


def test_tasks_within_the_budget_pass_and_beyond_it_don_t(agenda, evaluated, said, task):
    assert said("R1b", agenda(prep_tasks=(task(est_minutes=5), task(est_minutes=10))))[0][0] == "pass"
    (violation,) = evaluated(agenda(prep_tasks=(task(est_minutes=6), task(est_minutes=10)))).violations
    assert dict(violation.facts) == {"breach": "over_budget", "minutes": 16, "budget": 15, "tasks": 2}


def test_a_task_is_due_before_the_meeting_in_working_hours(agenda, said, task):
    starts_at = agenda().starts_at
    late = task(est_minutes=1, due_at=starts_at + timedelta(minutes=1))
    sunday = task(est_minutes=1, due_at=datetime(2026, 3, 8, 10, tzinfo=UTC))
    evening = task(est_minutes=1, due_at=datetime(2026, 3, 9, 16, 1, tzinfo=UTC))
    at_closing = task(est_minutes=1, due_at=datetime(2026, 3, 9, 16, 0, tzinfo=UTC))
    at_start = task(est_minutes=1, due_at=starts_at)
    open_end = task(est_minutes=1, due_at=None)
    assert said("R1b", agenda(prep_tasks=(late, sunday, evening, at_closing, at_start, open_end))) == [
        ("violation", "due_after_start", (*TASKS, 0, "due_at"), None),
        ("violation", "due_outside_working_time", (*TASKS, 1, "due_at"), None),
        ("violation", "due_outside_working_time", (*TASKS, 2, "due_at"), None),
    ]


def test_every_breach_of_preparation_is_named_at_once(agenda, said, task):
    broken = agenda(prep_tasks=(task(text="", est_minutes=20, due_at=datetime(2026, 3, 8, 10, tzinfo=UTC)),))
    breaches = [breach for _, breach, _, _ in said("R1b", broken)]
    assert breaches == ["missing", "over_budget", "due_outside_working_time"]
