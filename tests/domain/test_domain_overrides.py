"""What a violation does: advised, required, overridden with a reason, or in the way."""

from dataclasses import replace
from datetime import UTC, datetime
from uuid import UUID

import pytest

from domain import library
from domain.agendas import Override, decide
from domain.errors import Invalid, OverrideReasonRequired, RuleNotOverridable, RulesBroken
from domain.evaluations import Evaluation, Exemption
from domain.meetings import Purpose
from domain.rule_sets import Policy, Severity, severity_in_force

MONDAY = datetime(2026, 3, 9, 9, tzinfo=UTC)
LATE = Override("R1a", "urgent")


@pytest.fixture
def broken(agenda, item, evaluated):
    """Late, and two items without a question."""
    items = (item(question=None), item(question="Vi gjør slik.", id=UUID(int=2)))
    return evaluated(agenda(*items), now=MONDAY)


def blocks(evaluation: Evaluation) -> Evaluation:
    """The same evaluation under a rule set in which nothing can be overridden."""
    return replace(evaluation, results=tuple(replace(each, severity=Severity.BLOCK) for each in evaluation.results))


def faults_of(evaluation, *overrides):
    with pytest.raises(Invalid) as refused:
        decide(evaluation, overrides)
    return [(fault.code, fault.pointer) for fault in refused.value.faults]


def test_a_sound_agenda_needs_no_override(agenda, evaluated):
    assert decide(evaluated(agenda()), []) == ()


def test_all_violations_come_at_once(broken):
    with pytest.raises(RulesBroken) as refused:
        decide(broken, [])
    assert [(each.code, each.item_id) for each in refused.value.violations] == [
        ("R1a", None),
        ("R2a", UUID(int=1)),
        ("R2a", UUID(int=2)),
    ]
    assert refused.value.facts == {"count": 3}


def test_an_overridden_violation_is_still_listed_while_another_blocks(broken):
    with pytest.raises(RulesBroken) as refused:
        decide(broken, [LATE])
    assert [each.code for each in refused.value.violations] == ["R1a", "R2a", "R2a"]


def test_an_override_of_a_rule_covers_all_its_violations(broken):
    covered = decide(broken, [LATE, Override("R2a", "external_deadline", "Høring")])
    assert [(each.violation.item_id, each.override.reason_code) for each in covered] == [
        (None, "urgent"),
        (UUID(int=1), "external_deadline"),
        (UUID(int=2), "external_deadline"),
    ]


def test_an_override_for_one_item_covers_that_item_and_wins_over_the_general_one(broken):
    general = Override("R2a", "external_deadline")
    special = Override("R2a", "statutory_decision", item_id=UUID(int=2))
    covered = decide(broken, [LATE, special, general])
    assert [each.override for each in covered] == [LATE, general, special]
    with pytest.raises(RulesBroken):
        decide(broken, [LATE, special])


def test_without_a_reason_code_an_override_is_refused_with_the_reasons_there_are(broken):
    for nothing in (None, "", "  "):
        with pytest.raises(OverrideReasonRequired) as refused:
            decide(broken, [Override("R1a", nothing, "Fordi")])
        assert refused.value.facts["allowed"] == ["urgent", "child_safety", "illness_cover"]
        assert refused.value.pointer == ("overrides", 0, "reason_code")


def test_an_unknown_reason_is_a_fault(broken):
    assert faults_of(broken, Override("R1a", "because")) == [("not_one_of", ("overrides", 0, "reason_code"))]


def test_overrides_that_cover_nothing_or_come_twice_are_faults_all_at_once(broken):
    assert faults_of(broken, Override("R7b", "urgent"), LATE, LATE, Override("R9", "urgent")) == [
        ("override_matches_nothing", ("overrides", 0)),
        ("duplicate", ("overrides", 2)),
        ("override_matches_nothing", ("overrides", 3)),
    ]


def test_a_blocking_rule_can_not_be_overridden(broken):
    with pytest.raises(RuleNotOverridable) as refused:
        decide(blocks(broken), [LATE])
    assert refused.value.facts == {"rule_code": "R1a"}
    assert not any(each.overridable for each in blocks(broken).results)


def test_without_a_consultation_required_rules_only_advise(agenda, evaluated):
    evaluation = evaluated(agenda(prep_tasks=()), now=MONDAY, consulted=False)
    assert {each.severity for each in evaluation.results if each.code != "R3a"} == {Severity.ADVISE}
    assert [each.code for each in evaluation.violations] == ["R1a", "R1b"]
    assert not any(each.overridable or each.blocking for each in evaluation.violations)
    assert decide(evaluation, []) == ()


def test_an_override_sent_for_advice_is_kept_and_refuses_nothing(agenda, evaluated):
    evaluation = evaluated(agenda(), now=MONDAY, consulted=False)
    assert [each.override for each in decide(evaluation, [LATE])] == [LATE]


def test_severity_follows_profile_then_consultation_and_block_is_fixed_everywhere():
    profile = library.method_profiles()["lier.roald@1"]
    rule = library.rule_sets()["lier.roald@1"].rules[0]
    looser = replace(profile, severities={rule.code: Severity.ADVISE})
    assert severity_in_force(rule, Policy(profile, True)) is Severity.REQUIRE
    assert severity_in_force(rule, Policy(profile, False)) is Severity.ADVISE
    assert severity_in_force(rule, Policy(looser, True)) is Severity.ADVISE
    firm = replace(rule, severity=Severity.BLOCK)
    assert severity_in_force(firm, Policy(looser, False)) is Severity.BLOCK


def test_an_evaluation_pins_what_it_was_made_with(agenda, evaluated):
    evaluation = evaluated(agenda())
    assert (evaluation.rule_set, evaluation.profile) == ("lier.roald@1", "lier.roald@1")
    assert (evaluation.calendar, evaluation.at, evaluation.exemption) == (
        "test@1",
        datetime(2026, 3, 6, 9, tzinfo=UTC),
        None,
    )


def test_statutory_meetings_and_the_profile_none_are_not_evaluated(agenda, item, evaluated):
    broken = agenda(item(question=None), prep_tasks=())
    statutory = evaluated(replace(broken, purpose=Purpose.STATUTORY), now=MONDAY)
    free = evaluated(broken, profile="none@1", now=MONDAY)
    assert (statutory.results, statutory.exemption) == ((), Exemption.STATUTORY)
    assert (free.results, free.exemption) == ((), Exemption.NO_RULE_SET)
    assert decide(statutory, []) == decide(free, []) == ()
