"""R1c, R3a, R3c, R4a and R7d: an item's phases give everything its time, and what only informs can be read."""

from dataclasses import replace
from uuid import UUID

import pytest

from domain.agendas import Override, Phase, decide
from domain.errors import OverrideReasonRequired, RuleNotOverridable, RulesBroken
from domain.meetings import DialogueStructure, ItemKind, PhaseKind, Purpose, Track

ID = UUID(int=1)
PHASES = ("agenda", 0, "phases")
STRUCTURE = ("agenda", 0, "dialogue_structure")
KINDS = {kind.value: kind for kind in PhaseKind}


def phases(*written, minutes=None):
    """Phases of these kinds, each with a wish that is clear; `minutes` for all of them."""
    return tuple(Phase(KINDS[kind], "Bare idéer nå", minutes) for kind in written)


@pytest.mark.parametrize("structure", [each for each in DialogueStructure if each is not DialogueStructure.FREE])
def test_a_form_of_dialogue_is_enough_without_phases(agenda, item, said, structure):
    assert said("R1c", agenda(item(dialogue_structure=structure))) == [("pass", None, STRUCTURE, ID)]


@pytest.mark.parametrize("structure", [None, DialogueStructure.FREE])
def test_a_free_dialogue_is_no_form(agenda, item, said, structure):
    assert said("R1c", agenda(item(dialogue_structure=structure))) == [("violation", "no_structure", STRUCTURE, ID)]


@pytest.mark.parametrize(
    ("minutes", "each", "fits"),
    [(30, 9, True), (30, 11, True), (30, 8, False), (30, 12, False), (31, 9, False), (10, 3, True), (None, 9, True)],
)
def test_phases_fill_the_item_within_a_tenth(agenda, item, said, minutes, each, fits):
    planned = item(minutes=minutes, phases=phases("frame", "idea", "agree", minutes=each))
    expected = ("pass", None, STRUCTURE, ID) if fits else ("violation", "minutes_apart", PHASES, ID)
    assert said("R1c", agenda(planned)) == [expected]


def test_a_phase_without_minutes_has_been_given_none(agenda, item, evaluated):
    planned = item(minutes=30, phases=(*phases("frame", minutes=10), *phases("agree")))
    (found,) = evaluated(agenda(planned)).violations
    assert dict(found.facts) == {"breach": "minutes_apart", "minutes": 10, "item_minutes": 30}


def test_form_and_time_are_both_named(agenda, item, said):
    planned = item(dialogue_structure=DialogueStructure.FREE, phases=phases("frame", minutes=5))
    assert [each[1:3] for each in said("R1c", agenda(planned))] == [
        ("no_structure", STRUCTURE),
        ("minutes_apart", PHASES),
    ]


def test_operations_items_need_no_form(agenda, operations, said):
    meeting = agenda(operations(dialogue_structure=DialogueStructure.FREE), purpose=Purpose.OPERATIONS)
    assert said("R1c", meeting) == [("not_applicable", None, STRUCTURE, ID)]


def test_what_advises_goes_out_and_has_no_reason_to_be_set_aside(agenda, item, evaluated):
    found = evaluated(agenda(item(dialogue_structure=DialogueStructure.FREE)))
    assert decide(found, []) == ()
    with pytest.raises(RuleNotOverridable):
        decide(found, [Override("R1c", "urgent")])


@pytest.mark.parametrize(
    ("kinds", "breach", "where"),
    [
        (["idea"], "assess_missing", (0,)),
        (["assess", "idea"], "assess_missing", (1,)),
        (["idea", "assess", "idea", "agree"], "assess_missing", (2,)),
        (["idea", "assess"], "assess_untimed", (1, "minutes")),
        (["idea", "frame", "assess", "assess"], "assess_untimed", (2, "minutes")),
    ],
)
def test_ideas_that_nothing_assesses_are_pointed_at(agenda, item, said, kinds, breach, where):
    found = said("R3a", agenda(item(phases=phases(*kinds))))
    assert found == [("violation", breach, (*PHASES, *where), ID)]


@pytest.mark.parametrize("kinds", [["idea", "assess"], ["idea", "prioritise", "assess"], ["assess", "idea", "assess"]])
def test_ideas_with_a_timed_assessment_after_them_pass(agenda, item, said, kinds):
    assert said("R3a", agenda(item(phases=phases(*kinds, minutes=10)))) == [("pass", None, PHASES, ID)]


def test_one_timed_assessment_after_the_last_ideas_is_enough(agenda, item, said):
    planned = (*phases("idea", "assess"), *phases("assess", minutes=5))
    assert said("R3a", agenda(item(phases=planned)))[0][0] == "pass"


@pytest.mark.parametrize("kinds", [[], ["frame", "agree"], ["assess"]])
def test_without_ideas_nothing_waits_to_be_assessed(agenda, item, said, kinds):
    assert said("R3a", agenda(item(phases=phases(*kinds)))) == [("not_applicable", None, PHASES, ID)]


@pytest.mark.parametrize("consulted", [True, False])
def test_no_reason_sets_aside_that_objections_get_their_time(agenda, item, evaluated, consulted):
    found = evaluated(agenda(item(minutes=10, phases=phases("idea", minutes=10))), consulted=consulted)
    with pytest.raises(RulesBroken):
        decide(found, [])
    with pytest.raises(RuleNotOverridable) as refused:
        decide(found, [Override("R3a", "urgent")])
    assert refused.value.facts["rule_code"] == "R3a"
    assert not found.violations[0].overridable


def test_under_aarhus_it_is_advice(agenda, item, evaluated):
    found = evaluated(agenda(item(minutes=10, phases=phases("idea", minutes=10))), profile="aarhus.teamsamtale@1")
    assert [each.code for each in found.violations] == ["R3a"]
    assert decide(found, []) == ()


@pytest.mark.parametrize(
    ("wanted", "breach"),
    [
        ("Idéer", None),
        ("  Bare idéer  ", None),
        (None, "wanted_missing"),
        ("   ", "wanted_missing"),
        ("?!?!?!", "wanted_missing"),
        ("Idé", "wanted_too_short"),
        (" idé! ", "wanted_too_short"),
    ],
)
def test_each_phase_says_what_is_wanted(agenda, item, said, wanted, breach):
    planned = (*phases("frame"), Phase(PhaseKind.AGREE, wanted))
    where = (*PHASES, 1, "wanted")
    expected = ("pass", None, PHASES, ID) if breach is None else ("violation", breach, where, ID)
    assert said("R3c", agenda(item(phases=planned))) == [expected]


def test_every_unclear_phase_is_named_with_its_number(agenda, item, evaluated):
    planned = (Phase(PhaseKind.FRAME), *phases("agree"), Phase(PhaseKind.AGREE, "Ja"))
    found = [each for each in evaluated(agenda(item(phases=planned))).violations if each.code == "R3c"]
    assert [dict(each.facts) for each in found] == [
        {"breach": "wanted_missing", "phase": 1, "shortest": 5},
        {"breach": "wanted_too_short", "phase": 3, "shortest": 5},
    ]


def test_without_phases_there_is_nothing_to_be_clear_about(agenda, said):
    assert said("R3c", agenda()) == [("not_applicable", None, PHASES, ID)]


@pytest.mark.parametrize(
    ("kinds", "breach_at"),
    [
        (["experience_positive", "experience_negative"], None),
        (["experience_positive", "frame", "experience_negative", "experience_negative"], None),
        (["experience_negative"], 0),
        (["frame", "experience_negative", "experience_positive"], 1),
        (["experience_negative", "experience_positive", "experience_negative"], 0),
    ],
)
def test_positive_experiences_come_before_negative_ones(agenda, item, said, kinds, breach_at):
    found = said("R4a", agenda(item(phases=phases(*kinds))))
    assert found == (
        [("pass", None, PHASES, ID)]
        if breach_at is None
        else [("violation", "negative_first", (*PHASES, breach_at), ID)]
    )


@pytest.mark.parametrize("kinds", [[], ["experience_positive"], ["idea", "assess"]])
def test_without_negative_experiences_the_order_does_not_matter(agenda, item, said, kinds):
    assert said("R4a", agenda(item(phases=phases(*kinds)))) == [("not_applicable", None, PHASES, ID)]


@pytest.mark.parametrize(
    ("code", "planned", "reason"),
    [
        ("R3c", (Phase(PhaseKind.FRAME, None, 30),), "illness_cover"),
        ("R4a", (Phase(PhaseKind.EXPERIENCE_NEGATIVE, "Det vanskelige", 30),), "incident"),
    ],
)
def test_a_reason_sets_aside_what_is_only_required(agenda, item, evaluated, code, planned, reason):
    found = evaluated(agenda(item(phases=planned)))
    with pytest.raises(RulesBroken):
        decide(found, [])
    with pytest.raises(OverrideReasonRequired):
        decide(found, [Override(code, None)])
    (covered,) = decide(found, [Override(code, reason)])
    assert covered.violation.code == code
    assert decide(evaluated(agenda(item(phases=planned)), consulted=False), []) == ()


def test_what_only_informs_could_be_read(agenda, item, said):
    kind = ("agenda", 0, "kind")
    assert said("R7d", agenda()) == [("pass", None, kind, ID)]
    informing = agenda(item(kind=ItemKind.INFORM))
    assert said("R7d", informing) == [("violation", "only_informs", kind, ID)]
    for purpose in (Purpose.OPERATIONS, Purpose.MIXED, Purpose.CONVERSATION):
        assert said("R7d", replace(informing, purpose=purpose)) == [("not_applicable", None, kind, ID)]


def test_the_hint_to_write_instead_stands_in_nobodys_way(agenda, item, evaluated):
    found = evaluated(agenda(item(kind=ItemKind.INFORM)))
    assert [each.code for each in found.violations] == ["R7d"]
    assert decide(found, []) == ()
    with pytest.raises(RuleNotOverridable):
        decide(found, [Override("R7d", "urgent")])


@pytest.mark.parametrize("code", ["R1c", "R3a", "R3c", "R4a", "R7d"])
def test_talk_about_a_child_is_outside(agenda, item, said, code):
    child = item(kind=ItemKind.CHILD_TALK, track=Track.NONE, dialogue_structure=DialogueStructure.FREE)
    assert said(code, agenda(child))[0][0] == "not_applicable"


@pytest.mark.parametrize("code", ["R1c", "R3a", "R3c", "R4a", "R7d"])
def test_a_statutory_meeting_is_outside(agenda, item, said, code):
    broken = item(kind=ItemKind.INFORM, dialogue_structure=None, phases=phases("idea", "experience_negative"))
    assert said(code, agenda(broken, purpose=Purpose.STATUTORY)) == []
