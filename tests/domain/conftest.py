"""Facts for the tests of pure rules: an agenda that keeps every rule, from which each test bends one thing."""

from dataclasses import replace
from datetime import UTC, date, datetime
from uuid import UUID

import pytest
from hypothesis import settings

from domain import library
from domain.agendas import Agenda, AgendaItem, PrepTask, evaluate
from domain.meetings import DialogueStructure, ItemKind, Mandate, Purpose, Recurrence, Track
from domain.rule_sets import Point, Policy
from domain.working_days import WorkingCalendar

settings.register_profile("untimed", deadline=None)  # a busy machine is no failure
settings.load_profile("untimed")

TUESDAY = datetime(2026, 3, 10, 13, tzinfo=UTC)
"""When the meeting begins: 14:00 in Oslo."""

FRIDAY_BEFORE = datetime(2026, 3, 6, 9, tzinfo=UTC)
"""Two working days before."""

CALENDAR = WorkingCalendar("test@1", "Europe/Oslo", off=frozenset({date(2026, 4, 2), date(2026, 4, 3)}))


def make_item(**changes):
    sound = AgendaItem(
        position=0,
        kind=ItemKind.EXPLORE,
        track=Track.DEVELOPMENT,
        id=UUID(int=1),
        title="Lesing",
        question="Hvordan kan vi få flere til å lese?",
        mandate=Mandate.OPEN,
        decided_by="Teamet",
        minutes=30,
        dialogue_structure=DialogueStructure.IGP,
    )
    return replace(sound, **changes)


def make_operations(**changes):
    return make_item(track=Track.OPERATIONS, question=None, mandate=None, decided_by=None, **changes)


def make_task(**changes):
    return replace(PrepTask("Les side 4", 10, datetime(2026, 3, 10, 8, tzinfo=UTC)), **changes)


def make_agenda(*items, **changes):
    """A development meeting; items get the positions in which they are given."""
    placed = [replace(each, position=place) for place, each in enumerate(items or (make_item(),))]
    sound = Agenda(
        purpose=Purpose.DEVELOPMENT,
        recurrence=Recurrence.ONCE,
        starts_at=TUESDAY,
        ends_at=datetime(2026, 3, 10, 14, 30, tzinfo=UTC),
        zone="Europe/Oslo",
        items=tuple(placed),
        prep_tasks=(make_task(),),
    )
    return replace(sound, **changes)


def run(agenda, *, profile="lier.roald@1", consulted=True, now=FRIDAY_BEFORE, point=Point.PUBLISH):
    """The evaluation under a published profile."""
    chosen = library.method_profiles()[profile]
    rules = library.rule_set_of(chosen)
    return evaluate(agenda, rules, Policy(chosen, consulted), CALENDAR, point=point, now=now)


@pytest.fixture(scope="session")
def item():
    return make_item


@pytest.fixture(scope="session")
def operations():
    return make_operations


@pytest.fixture(scope="session")
def task():
    return make_task


@pytest.fixture(scope="session")
def agenda():
    return make_agenda


@pytest.fixture(scope="session")
def evaluated():
    return run


@pytest.fixture(scope="session")
def said():
    """What one rule said of an agenda: (result, breach, pointer, item id), in order."""

    def ask(code, agenda, **how):
        return [
            (each.result.value, each.facts.get("breach"), each.pointer, each.item_id)
            for each in run(agenda, **how).results
            if each.code == code
        ]

    return ask
