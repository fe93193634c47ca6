"""Roald's rules R1, R2 and R7 as checks of an agenda's form; they never judge its substance.

Source: the seven traits of productive meetings in quality work (Knut Roald), as the municipality of Lier lists
them and Udir recommends them.
"""

from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import Any

from domain.agenda_facts import AgendaItem, PrepTask, is_development
from domain.agenda_findings import Check, Finding, Situation, broken, has_words, item_findings
from domain.errors import Pointer
from domain.evaluations import Result
from domain.meetings import ItemKind, Purpose, Track
from domain.phase_rules import PHASE_CHECKS
from domain.questions import question_breach
from domain.rule_sets import Rule
from domain.working_days import WorkingCalendar, in_working_time, lead, local_day, working_days_before


def sent_in_time(here: Situation, rule: Rule) -> Iterator[Finding]:
    """R1a: sent out so many working days before the start; fewer where the series meets weekly or oftener."""
    agenda, calendar = here.agenda, here.calendar
    often = agenda.recurrence.value in rule.parameters["frequent"]
    needed: int = rule.parameters["working_days_frequent" if often else "working_days"]
    sent_at = agenda.published_at or here.now
    starts_on = local_day(calendar, agenda.starts_at)
    days = lead(calendar, sent_at, agenda.starts_at)
    facts = {
        "n": needed,
        "working_days": days,
        "sent_on": local_day(calendar, sent_at).isoformat(),
        "starts_on": starts_on.isoformat(),
        "send_by": working_days_before(calendar, starts_on, needed).isoformat(),
    }
    yield Finding(Result.PASS if days >= needed else Result.VIOLATION, ("starts_at",), facts=facts)


def prepared(here: Situation, rule: Rule) -> Iterator[Finding]:
    """R1b: a development agenda has a preparation task; all fit the budget, each is due in working time."""
    tasks = here.agenda.prep_tasks
    develops = any(is_development(item) for item in here.items)
    budget: int = rule.parameters["budget_minutes"]
    minutes = sum(task.est_minutes for task in tasks)
    facts = {"minutes": minutes, "budget": budget, "tasks": len(tasks)}
    breaches = list(_preparation_breaches(here, develops=develops, fits=minutes <= budget, facts=facts))
    if breaches:
        yield from breaches
    else:
        applies = develops or bool(tasks)
        result = Result.PASS if applies else Result.NOT_APPLICABLE
        yield Finding(result, ("preparation_tasks",), facts=facts)


def _preparation_breaches(
    here: Situation, *, develops: bool, fits: bool, facts: Mapping[str, Any]
) -> Iterator[Finding]:
    tasks = here.agenda.prep_tasks
    if develops and not any(has_words(task.text) for task in tasks):
        yield broken("missing", ("preparation_tasks",), facts=facts)
    if not fits:
        yield broken("over_budget", ("preparation_tasks",), facts=facts)
    for index, task in enumerate(tasks):
        if breach := _due_breach(here, task):
            yield broken(breach, ("preparation_tasks", index, "due_at"), facts=_hours(here.calendar))


def _due_breach(here: Situation, task: PrepTask) -> str | None:
    if task.due_at is None:
        return None
    if task.due_at > here.agenda.starts_at:
        return "due_after_start"
    return None if in_working_time(here.calendar, task.due_at) else "due_outside_working_time"


def _hours(calendar: WorkingCalendar) -> dict[str, str]:
    return {"opens": f"{calendar.opens:%H:%M}", "closes": f"{calendar.closes:%H:%M}"}


def asks(here: Situation, rule: Rule) -> Iterator[Finding]:  # noqa: ARG001 -- every check has one shape
    """R2a: ask, rather than invite comments on a finished proposal: one question, and no proposal yet."""
    for index, item in enumerate(here.items):
        asked: Pointer = ("agenda", index, "question")
        proposed: Pointer = ("agenda", index, "proposal_text")
        breaches = [(asked, question_breach(item.question))]
        breaches.append((proposed, "has_proposal" if has_words(item.proposal_text) else None))
        yield from item_findings(item, is_development(item), asked, breaches)


def says_what_is_open(here: Situation, rule: Rule) -> Iterator[Finding]:  # noqa: ARG001 -- one shape
    """R2b: every development item says how much is open, and who decides in the end."""
    for index, item in enumerate(here.items):
        mandate: Pointer = ("agenda", index, "mandate")
        decided_by: Pointer = ("agenda", index, "decided_by")
        breaches = [(mandate, "mandate_missing" if item.mandate is None else None)]
        breaches.append((decided_by, None if has_words(item.decided_by) else "decided_by_missing"))
        yield from item_findings(item, is_development(item), mandate, breaches)


def keeps_tracks_apart(here: Situation, rule: Rule) -> Iterator[Finding]:  # noqa: ARG001 -- one shape
    """R7a: items of the other track belong in the other meeting; every item but child talk has a track."""
    for index, item in enumerate(here.items):
        pointer: Pointer = ("agenda", index, "track")
        applies = item.kind is not ItemKind.CHILD_TALK and here.agenda.purpose in _TRACKED
        breach = _track_breach(here.agenda.purpose, item.track)
        yield from item_findings(item, applies, pointer, [(pointer, breach)])


_TRACKED = frozenset({Purpose.DEVELOPMENT, Purpose.OPERATIONS, Purpose.MIXED})


def _track_breach(purpose: Purpose, track: Track) -> str | None:
    if track is Track.NONE:
        return "track_missing"
    if purpose is Purpose.DEVELOPMENT and track is Track.OPERATIONS:
        return "operations_item"
    if purpose is Purpose.OPERATIONS and track is Track.DEVELOPMENT:
        return "development_item"
    return None


def keeps_operations_together(here: Situation, rule: Rule) -> Iterator[Finding]:  # noqa: ARG001 -- one shape
    """R7b: in a mixed meeting operations items stand in one block; what has no track does not split it."""
    blocks = _operations_blocks(here.items)
    facts = {"blocks": len(blocks)}
    if here.agenda.purpose is not Purpose.MIXED:
        yield Finding(Result.NOT_APPLICABLE, ("agenda",))
    elif len(blocks) < 2:
        yield Finding(Result.PASS, ("agenda",), facts=facts)
    else:
        for index in blocks[1:]:
            yield broken("scattered", ("agenda", index), here.items[index].id, facts)


def _operations_blocks(items: tuple[AgendaItem, ...]) -> list[int]:
    """Where each unbroken run of operations items begins."""
    tracked = [(index, item.track) for index, item in enumerate(items) if _is_tracked(item)]
    before = [Track.NONE, *(track for _, track in tracked)]
    return [
        index
        for (index, track), previous in zip(tracked, before, strict=False)
        if track is Track.OPERATIONS and previous is not Track.OPERATIONS
    ]


def _is_tracked(item: AgendaItem) -> bool:
    return item.track is not Track.NONE and item.kind is not ItemKind.CHILD_TALK


def informs_in_writing(here: Situation, rule: Rule) -> Iterator[Finding]:  # noqa: ARG001 -- one shape
    """R7d: what only informs leaves a development meeting its time when it goes out in writing."""
    for index, item in enumerate(here.items):
        kind: Pointer = ("agenda", index, "kind")
        applies = here.agenda.purpose is Purpose.DEVELOPMENT and item.kind is not ItemKind.CHILD_TALK
        breach = "only_informs" if item.kind is ItemKind.INFORM else None
        yield from item_findings(item, applies, kind, [(kind, breach)])


CHECKS: Mapping[str, Check] = MappingProxyType(
    {
        "R1a": sent_in_time,
        "R1b": prepared,
        "R2a": asks,
        "R2b": says_what_is_open,
        **PHASE_CHECKS,
        "R7a": keeps_tracks_apart,
        "R7b": keeps_operations_together,
        "R7d": informs_in_writing,
    }
)
