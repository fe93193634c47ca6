"""Acceptance examples 1, 2 and 7 of the domain, as far as pure rules decide them."""

from datetime import UTC, datetime

import pytest

from domain.agendas import Override, decide
from domain.errors import RulesBroken
from domain.meetings import ItemKind, Purpose, Recurrence, Track

ONE_WORKING_DAY_BEFORE = datetime(2026, 3, 9, 9, tzinfo=UTC)


def refused(evaluation, overrides=()):
    with pytest.raises(RulesBroken) as broken:
        decide(evaluation, overrides)
    return [violation.code for violation in broken.value.violations]


def test_example_1_published_one_working_day_before(agenda, evaluated):
    late = evaluated(agenda(), now=ONE_WORKING_DAY_BEFORE)
    assert refused(late) == ["R1a"]
    (overridden,) = decide(late, [Override("R1a", "illness_cover", "Rektor er syk")])
    assert (overridden.violation.code, overridden.override.reason_text) == ("R1a", "Rektor er syk")

    free = evaluated(agenda(), now=ONE_WORKING_DAY_BEFORE, profile="none@1")
    assert (free.results, decide(free, [])) == ((), ())

    weekly = evaluated(agenda(recurrence=Recurrence.WEEKLY), now=ONE_WORKING_DAY_BEFORE)
    assert decide(weekly, []) == ()


def test_example_2_question_and_mandate(agenda, item, evaluated):
    assert refused(evaluated(agenda(item(question="Vi innfører leseplan X")))) == ["R2a"]
    assert decide(evaluated(agenda(item(question="Hvordan kan vi få flere til å lese?"))), []) == ()
    assert refused(evaluated(agenda(item(mandate=None)))) == ["R2b"]
    child = item(kind=ItemKind.CHILD_TALK, track=Track.NONE, question=None, mandate=None, decided_by=None)
    found = evaluated(agenda(item(), child))
    assert decide(found, []) == ()
    about_it = {each.result.value for each in found.results if each.pointer[:2] == ("agenda", 1)}
    assert about_it == {"not_applicable"}


def test_example_7_mixed_and_statutory_meetings(agenda, item, operations, evaluated):
    scattered = agenda(operations(), item(), operations(), item(), purpose=Purpose.MIXED)
    assert refused(evaluated(scattered)) == ["R7b"]
    for block in ([operations()], [operations(), operations(), operations()]):
        assert decide(evaluated(agenda(item(), *block, item(), purpose=Purpose.MIXED)), []) == ()
    statutory = agenda(operations(), item(question=None), operations(), purpose=Purpose.STATUTORY)
    assert evaluated(statutory, now=ONE_WORKING_DAY_BEFORE).results == ()
