"""Roald's rules of how an item is talked through: R1c, R3a, R3c and R4a judge its phases as they are planned."""

from collections.abc import Iterator, Mapping
from types import MappingProxyType

from domain.agenda_facts import AgendaItem, Phase, is_development
from domain.agenda_findings import Check, Finding, Situation, broken, has_words, item_findings, verdict
from domain.errors import Pointer
from domain.meetings import DialogueStructure, PhaseKind
from domain.rule_sets import Rule


def structures_dialogue(here: Situation, rule: Rule) -> Iterator[Finding]:
    """R1c: a development item has a form of dialogue, and its phases, where it has any, fill its time."""
    tolerance: int = rule.parameters["tolerance_percent"]
    for index, item in enumerate(here.items):
        structure: Pointer = ("agenda", index, "dialogue_structure")
        found = [broken("no_structure", structure, item.id)] if _is_free(item) else []
        if not _fills(item, tolerance):
            facts = {"minutes": _planned(item), "item_minutes": item.minutes}
            found.append(broken("minutes_apart", ("agenda", index, "phases"), item.id, facts))
        yield from verdict(item, is_development(item), structure, found)


def _is_free(item: AgendaItem) -> bool:
    return item.dialogue_structure in {None, DialogueStructure.FREE}


def _planned(item: AgendaItem) -> int:
    """Minutes of all phases; one without minutes has been given none."""
    return sum(phase.minutes or 0 for phase in item.phases)


def _fills(item: AgendaItem, tolerance: int) -> bool:
    if not item.phases or item.minutes is None:
        return True
    return abs(_planned(item) - item.minutes) * 100 <= item.minutes * tolerance


def assesses_ideas(here: Situation, rule: Rule) -> Iterator[Finding]:  # noqa: ARG001 -- every check has one shape
    """R3a: objections are left out while there are ideas, so a later phase with time of its own assesses them."""
    for index, item in enumerate(here.items):
        last = max((place for place, phase in enumerate(item.phases) if phase.kind is PhaseKind.IDEA), default=None)
        phases: Pointer = ("agenda", index, "phases")
        breaches = [] if last is None else [_assessment_breach(item, phases, last)]
        yield from item_findings(item, last is not None, phases, breaches)


def _assessment_breach(item: AgendaItem, phases: Pointer, last: int) -> tuple[Pointer, str | None]:
    """Points at the last idea phase when nothing assesses it, else at the minutes that the assessment lacks."""
    later = [
        (place, phase) for place, phase in enumerate(item.phases) if place > last and phase.kind is PhaseKind.ASSESS
    ]
    if not later:
        return (*phases, last), "assess_missing"
    timed = any(phase.minutes for _, phase in later)
    return (*phases, later[0][0], "minutes"), None if timed else "assess_untimed"


def says_what_is_wanted(here: Situation, rule: Rule) -> Iterator[Finding]:
    """R3c: each phase says in a few words what is wanted in it."""
    shortest: int = rule.parameters["shortest"]
    for index, item in enumerate(here.items):
        phases: Pointer = ("agenda", index, "phases")
        found = [
            broken(what, (*phases, place, "wanted"), item.id, {"phase": place + 1, "shortest": shortest})
            for place, phase in enumerate(item.phases)
            if (what := _wanted_breach(phase, shortest)) is not None
        ]
        yield from verdict(item, bool(item.phases), phases, found)


def _wanted_breach(phase: Phase, shortest: int) -> str | None:
    if not has_words(phase.wanted):
        return "wanted_missing"
    return "wanted_too_short" if len((phase.wanted or "").strip()) < shortest else None


def begins_with_what_works(here: Situation, rule: Rule) -> Iterator[Finding]:  # noqa: ARG001 -- one shape
    """R4a: before a phase for negative experiences there is one for positive ones."""
    for index, item in enumerate(here.items):
        kinds = [phase.kind for phase in item.phases]
        phases: Pointer = ("agenda", index, "phases")
        applies = PhaseKind.EXPERIENCE_NEGATIVE in kinds
        first = kinds.index(PhaseKind.EXPERIENCE_NEGATIVE) if applies else 0
        found = []
        if PhaseKind.EXPERIENCE_POSITIVE not in kinds[:first]:
            found.append(broken("negative_first", (*phases, first), item.id, {"phase": first + 1}))
        yield from verdict(item, applies, phases, found)


PHASE_CHECKS: Mapping[str, Check] = MappingProxyType(
    {
        "R1c": structures_dialogue,
        "R3a": assesses_ideas,
        "R3c": says_what_is_wanted,
        "R4a": begins_with_what_works,
    }
)
