"""Whatever the agenda: rules answer, name everything at once, and point into what is stored."""

import json
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.agendas import Agenda, AgendaItem, Override, Phase, PrepTask, decide
from domain.errors import DomainError, RuleNotOverridable, RulesBroken
from domain.evaluations import Result
from domain.meetings import DialogueStructure, ItemKind, Mandate, PhaseKind, Purpose, Recurrence, Track
from domain.rule_sets import Point

texts = st.none() | st.text(max_size=40) | st.sampled_from(["Hvorfor?", "Vi gjør det.", "Hva nå? Og så?", "f.eks. A?"])
this_year = st.integers(0, 365 * 24 * 60).map(
    lambda minute: datetime(2026, 1, 1, tzinfo=UTC) + timedelta(minutes=minute)
)
moments = st.datetimes(timezones=st.just(UTC)) | this_year
phases = st.builds(Phase, st.sampled_from(PhaseKind), texts | st.just("Bare idéer"), st.none() | st.integers(1, 60))
items = st.builds(
    AgendaItem,
    position=st.integers(0, 30),
    kind=st.sampled_from(ItemKind),
    track=st.sampled_from(Track),
    id=st.none() | st.uuids(),
    title=texts,
    question=texts,
    proposal_text=texts,
    mandate=st.none() | st.sampled_from(Mandate),
    decided_by=texts,
    minutes=st.none() | st.integers(0, 600),
    dialogue_structure=st.none() | st.sampled_from(DialogueStructure),
    phases=st.lists(phases, max_size=5).map(tuple),
)
tasks = st.builds(PrepTask, st.text(max_size=20), st.integers(0, 600), st.none() | moments)
agendas = st.builds(
    Agenda,
    purpose=st.sampled_from(Purpose),
    recurrence=st.sampled_from(Recurrence),
    starts_at=moments,
    ends_at=moments,
    zone=st.just("Europe/Oslo"),
    items=st.lists(items, max_size=6).map(tuple),
    prep_tasks=st.lists(tasks, max_size=3).map(tuple),
    published_at=st.none() | moments,
)
overrides = st.builds(
    Override,
    st.sampled_from(["R1a", "R1b", "R2a", "R9", ""]),
    st.sampled_from([None, "", "urgent", "because"]),
)


@given(agenda=agendas, now=moments, point=st.sampled_from(Point), consulted=st.booleans())
def test_rules_never_raise_and_their_facts_are_json(agenda, now, point, consulted, evaluated):
    for result in evaluated(agenda, now=now, point=point, consulted=consulted).results:
        json.dumps(dict(result.facts))
        assert (result.result is Result.VIOLATION) == ("breach" in result.facts or _is_late(result))


def _is_late(result):
    return result.code == "R1a" and result.facts["working_days"] < result.facts["n"]


@given(agenda=agendas, now=moments)
def test_every_rule_speaks_about_every_place_that_it_concerns(agenda, now, evaluated):
    results = evaluated(agenda, now=now).results
    if agenda.purpose is Purpose.STATUTORY:
        assert results == ()
        return
    assert {each.code for each in results} >= {"R1a", "R1b", "R7b"}
    for code in ("R1c", "R2a", "R2b", "R3a", "R3c", "R4a", "R7a", "R7d"):
        assert {each.pointer[1] for each in results if each.code == code} == set(range(len(agenda.items)))


@given(agenda=agendas, now=moments)
def test_pointers_lead_to_the_item_in_its_stored_place(agenda, now, evaluated):
    stored = sorted(agenda.items, key=lambda item: item.position)
    for each in evaluated(agenda, now=now).results:
        if each.pointer[0] == "agenda" and len(each.pointer) > 1:
            assert stored[each.pointer[1]].id == each.item_id


@given(agenda=agendas, now=moments)
def test_evaluating_twice_says_the_same(agenda, now, evaluated):
    assert evaluated(agenda, now=now) == evaluated(agenda, now=now)


@given(agenda=agendas, now=moments)
def test_a_refusal_carries_all_violations_and_advice_never_refuses(agenda, now, evaluated):
    required = evaluated(agenda, now=now)
    if any(each.blocking for each in required.violations):
        with pytest.raises(RulesBroken) as refused:
            decide(required, [])
        assert refused.value.violations == required.violations
    else:
        assert decide(required, []) == ()
    assert decide(evaluated(agenda, now=now, profile="aarhus.teamsamtale@1"), []) == ()


@given(agenda=agendas, now=moments)
def test_before_a_consultation_nothing_stands_in_the_way_but_ideas_without_assessment(agenda, now, evaluated):
    advised = evaluated(agenda, now=now, consulted=False)
    assert {each.code for each in advised.violations if each.blocking} <= {"R3a"}
    assert all(each.blocking for each in advised.violations if each.code == "R3a")


@given(agenda=agendas, now=moments)
def test_lier_and_aarhus_find_the_same(agenda, now, evaluated):
    found = [
        [
            (each.code, each.result, each.pointer, each.facts)
            for each in evaluated(agenda, now=now, profile=profile).results
        ]
        for profile in ("lier.roald@1", "aarhus.teamsamtale@1")
    ]
    assert found[0] == found[1]


@given(agenda=agendas, now=moments, given_overrides=st.lists(overrides, max_size=4))
def test_deciding_ends_in_a_record_or_in_a_refusal_of_the_domain(agenda, now, given_overrides, evaluated):
    evaluation = evaluated(agenda, now=now)
    try:
        covered = decide(evaluation, given_overrides)
    except DomainError:
        return
    assert {each.violation.code for each in covered} >= {each.code for each in evaluation.violations if each.blocking}


@given(agenda=agendas, now=moments)
def test_one_override_for_each_overridable_rule_lets_the_agenda_out_unless_one_blocks(agenda, now, evaluated):
    evaluation = evaluated(agenda, now=now)
    required = [each for each in evaluation.violations if each.overridable]
    overrides = [Override(code, reason) for code, reason in {e.code: e.override_reasons[0] for e in required}.items()]
    if any(each.code == "R3a" for each in evaluation.violations):
        with pytest.raises(RulesBroken):
            decide(evaluation, overrides)
        with pytest.raises(RuleNotOverridable):
            decide(evaluation, [*overrides, Override("R3a", "urgent")])
    else:
        assert [each.violation for each in decide(evaluation, overrides)] == required
