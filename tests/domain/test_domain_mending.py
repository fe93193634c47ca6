"""Whoever mends an agenda where the rules point gets one that goes out; where an item stands changes nothing for it."""

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from domain.agendas import AgendaItem, Phase
from domain.meetings import DialogueStructure, ItemKind, Mandate, PhaseKind, Purpose, Track

phase = st.builds(
    Phase,
    st.sampled_from(PhaseKind),
    st.none() | st.sampled_from(["", "Idé", "Bare idéer nå"]),
    st.none() | st.integers(1, 60),
)
planned_items = st.builds(
    AgendaItem,
    position=st.just(0),
    kind=st.sampled_from(ItemKind),
    track=st.sampled_from(Track),
    id=st.uuids(),
    question=st.none() | st.sampled_from(["Hvorfor?", "Vi gjør det."]),
    proposal_text=st.none() | st.just("Vi gjør det."),
    mandate=st.none() | st.sampled_from(Mandate),
    decided_by=st.none() | st.just("Teamet"),
    minutes=st.integers(1, 60),
    dialogue_structure=st.none() | st.sampled_from(DialogueStructure),
    phases=st.lists(phase, max_size=5).map(tuple),
)
agenda_items = st.lists(planned_items, min_size=1, max_size=5, unique_by=lambda each: each.id)


@given(items=agenda_items, data=st.data())
def test_an_item_is_judged_by_itself_wherever_it_stands(items, data, agenda, evaluated):
    """Only where operations stand (R7b) depends on the order of items."""
    found = [
        sorted(
            (each.code, str(each.item_id), each.result, each.pointer[2:], str(each.facts))
            for each in evaluated(agenda(*order)).results
            if each.code != "R7b"
        )
        for order in (items, data.draw(st.permutations(items)))
    ]
    assert found[0] == found[1]


@given(items=agenda_items, purpose=st.sampled_from([Purpose.DEVELOPMENT, Purpose.OPERATIONS, Purpose.MIXED]))
def test_whoever_mends_what_is_pointed_at_gets_an_agenda_without_a_violation(items, purpose, agenda, evaluated):
    meeting = agenda(*items, purpose=purpose)
    for _ in range(200):
        violations = evaluated(meeting).violations
        if not violations:
            break
        meeting = mended(meeting, violations[0], purpose)
    assert evaluated(meeting).violations == ()


def mended(meeting, violation, purpose):
    """The agenda after one violation was mended as its text says, at the place where it points."""
    breach, place = violation.facts["breach"], violation.pointer[1]
    items = list(meeting.items)
    if breach == "scattered":
        items.sort(key=lambda each: each.track is Track.OPERATIONS)
        return replace(meeting, items=tuple(replace(each, position=i) for i, each in enumerate(items)))
    items[place] = mended_item(items[place], breach, violation.pointer, purpose)
    return replace(meeting, items=tuple(items))


def mended_item(item, breach, pointer, purpose):
    match breach:
        case "missing" | "not_a_question":
            return replace(item, question="Hvordan kan vi få flere til å lese?")
        case "has_proposal":
            return replace(item, proposal_text=None)
        case "mandate_missing":
            return replace(item, mandate=Mandate.OPEN)
        case "decided_by_missing":
            return replace(item, decided_by="Teamet")
        case "operations_item" | "development_item" | "track_missing":
            return replace(item, track=Track.OPERATIONS if purpose is Purpose.OPERATIONS else Track.DEVELOPMENT)
        case "only_informs":
            return replace(item, kind=ItemKind.EXPLORE)
        case "no_structure":
            return replace(item, dialogue_structure=DialogueStructure.ROUND)
        case "minutes_apart":
            whole = replace(item, minutes=10 * len(item.phases))
            return replace(whole, phases=tuple(replace(each, minutes=10) for each in item.phases))
    return replace(item, phases=mended_phases(item.phases, breach, pointer[3]))


def mended_phases(written, breach, place):
    before, this, after = written[:place], written[place], written[place + 1 :]
    match breach:
        case "assess_missing":
            return (*before, this, Phase(PhaseKind.ASSESS, "Innvendinger nå", 10), *after)
        case "assess_untimed":
            return (*before, replace(this, minutes=10), *after)
        case "negative_first":
            return (*before, Phase(PhaseKind.EXPERIENCE_POSITIVE, "Det som virket", 10), this, *after)
        case _:
            assert breach in {"wanted_missing", "wanted_too_short"}
            return (*before, replace(this, wanted="Bare idéer nå"), *after)
