"""R2 and R7: items ask, say what is open, and development stands apart from operations."""

from uuid import UUID

import pytest

from domain.agendas import Agenda
from domain.meetings import ItemKind, Purpose, Track
from domain.questions import question_breach

QUESTION = ("agenda", 0, "question")
A_CHILD = {"kind": ItemKind.CHILD_TALK, "track": Track.NONE, "question": None, "mandate": None}


def test_a_question_with_a_mandate_passes(agenda, said):
    assert said("R2a", agenda()) == [("pass", None, QUESTION, UUID(int=1))]
    assert said("R2b", agenda()) == [("pass", None, ("agenda", 0, "mandate"), UUID(int=1))]


@pytest.mark.parametrize(
    ("question", "breach"),
    [
        (None, "missing"),
        ("", "missing"),
        (" ? ", "missing"),
        ("Vi innfører leseplan X", "not_a_question"),
        ("Kan vi lese mer? Ja.", "not_a_question"),
        ("Vi leser lite. Hva gjør vi?", "several_sentences"),
        ("Hvorfor? Og hvordan?", "several_sentences"),
        ("Hvorfor leser de lite?\nHva gjør vi?", "several_sentences"),
    ],
)
def test_other_forms_are_violations(agenda, item, said, question, breach):
    assert said("R2a", agenda(item(question=question))) == [("violation", breach, QUESTION, UUID(int=1))]


@pytest.mark.parametrize(
    "question",
    [
        "Hvordan kan vi få flere til å lese?",
        "Hva gjør vi på 3. trinn, f.eks. Aurora og bl.a. Nils?",
        "Hvad betyder dataene for 7. B i år?",
        "Hvordan bruker vi K. Roalds sju trekk?",
        "Vad gör vi kl. 10?",
        "Hva mente hun med «nå er det nok!»?",
        "What would “good enough?” look like?",
        "Hvordan leser vi bedre – sammen?!?",
        "  Kan vi prøve?  ",
        "Hvorfor spør vi «hvorfor?»",
    ],
)
def test_abbreviations_ordinals_initials_and_quotes_don_t_make_two_sentences(question):
    assert question_breach(question) is None


def test_a_finished_proposal_is_a_violation_beside_the_missing_question(agenda, item, said):
    decided = agenda(item(question=None, proposal_text="Vi innfører leseplan X."))
    assert [each[1:3] for each in said("R2a", decided)] == [
        ("missing", QUESTION),
        ("has_proposal", ("agenda", 0, "proposal_text")),
    ]


def test_without_mandate_or_decider_each_is_named(agenda, item, said):
    assert [each[1:3] for each in said("R2b", agenda(item(mandate=None, decided_by=" ")))] == [
        ("mandate_missing", ("agenda", 0, "mandate")),
        ("decided_by_missing", ("agenda", 0, "decided_by")),
    ]


@pytest.mark.parametrize("code", ["R2a", "R2b"])
def test_operations_items_need_no_question(agenda, operations, said, code):
    assert said(code, agenda(operations(), purpose=Purpose.OPERATIONS))[0][0] == "not_applicable"


@pytest.mark.parametrize("code", ["R2a", "R2b", "R7a"])
def test_talk_about_a_child_is_outside(agenda, item, said, code):
    assert said(code, agenda(item(**A_CHILD)))[0][0] == "not_applicable"


@pytest.mark.parametrize(
    ("purpose", "track", "breach"),
    [
        (Purpose.DEVELOPMENT, Track.DEVELOPMENT, None),
        (Purpose.DEVELOPMENT, Track.OPERATIONS, "operations_item"),
        (Purpose.OPERATIONS, Track.OPERATIONS, None),
        (Purpose.OPERATIONS, Track.DEVELOPMENT, "development_item"),
        (Purpose.MIXED, Track.DEVELOPMENT, None),
        (Purpose.MIXED, Track.OPERATIONS, None),
        (Purpose.MIXED, Track.NONE, "track_missing"),
        (Purpose.DEVELOPMENT, Track.NONE, "track_missing"),
    ],
)
def test_each_track_has_its_meeting(agenda, item, said, purpose, track, breach):
    result = "violation" if breach else "pass"
    found = said("R7a", agenda(item(track=track), purpose=purpose))
    assert found == [(result, breach, ("agenda", 0, "track"), UUID(int=1))]


def test_a_conversation_has_no_tracks_to_keep_apart(agenda, operations, said):
    meeting = agenda(operations(), purpose=Purpose.CONVERSATION)
    assert said("R7a", meeting)[0][0] == "not_applicable"
    assert said("R7b", meeting)[0][0] == "not_applicable"


def test_scattered_operations_items_are_each_pointed_at(agenda, item, operations, said):
    d, o = item(), operations()
    mixed = agenda(o, d, operations(id=UUID(int=7)), d, d, o, o, purpose=Purpose.MIXED)
    assert said("R7b", mixed) == [
        ("violation", "scattered", ("agenda", 2), UUID(int=7)),
        ("violation", "scattered", ("agenda", 5), UUID(int=1)),
    ]


def test_one_block_of_any_size_passes_and_talk_about_a_child_does_not_split_it(agenda, item, operations, said):
    d, o, child = item(), operations(), item(**A_CHILD)
    for items in ((d, d), (d, o), (o, o, o), (d, o, child, o, d), (child,)):
        assert said("R7b", agenda(*items, purpose=Purpose.MIXED))[0][0] == "pass"


def test_pointers_follow_the_stored_order_and_not_the_order_of_facts(agenda, item, evaluated):
    last = item(position=5, question=None, id=UUID(int=9))
    sound = agenda()
    shuffled = Agenda(**{**{name: getattr(sound, name) for name in Agenda.__slots__}, "items": (last, *sound.items)})
    (violation,) = evaluated(shuffled).violations
    assert (violation.pointer, violation.item_id) == (("agenda", 1, "question"), UUID(int=9))
