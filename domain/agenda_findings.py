"""What a check of an agenda may look at, and what it says about which place."""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, TypeAlias
from uuid import UUID

from domain.agenda_facts import Agenda, AgendaItem, ordered
from domain.errors import Pointer
from domain.evaluations import Result
from domain.rule_sets import Rule
from domain.working_days import WorkingCalendar

_HAS_WORDS = re.compile(r"\w")


@dataclass(frozen=True, slots=True)
class Finding:
    """What a check found at one place, before severity is known."""

    result: Result
    pointer: Pointer
    item_id: UUID | None = None
    facts: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Situation:
    """All that a check may look at."""

    agenda: Agenda
    items: tuple[AgendaItem, ...]
    calendar: WorkingCalendar
    now: datetime


Check: TypeAlias = Callable[[Situation, Rule], Iterator[Finding]]


def situation(agenda: Agenda, calendar: WorkingCalendar, now: datetime) -> Situation:
    """The agenda at a moment, its items in order."""
    return Situation(agenda, ordered(agenda), calendar, now)


def broken(
    breach: str, pointer: Pointer, item_id: UUID | None = None, facts: Mapping[str, Any] | None = None
) -> Finding:
    """A violation: in which way, and what a text needs to say so."""
    return Finding(Result.VIOLATION, pointer, item_id, {"breach": breach, **(facts or {})})


def item_findings(
    item: AgendaItem, applies: bool, pointer: Pointer, breaches: Iterable[tuple[Pointer, str | None]]
) -> Iterator[Finding]:
    """All breaches of one item, or one word that it is well or not concerned."""
    return verdict(item, applies, pointer, [broken(what, where, item.id) for where, what in breaches if what])


def verdict(item: AgendaItem, applies: bool, pointer: Pointer, violations: Iterable[Finding]) -> Iterator[Finding]:
    """The violations of one item, or one word that it is well or not concerned."""
    found = list(violations)
    if not applies:
        yield Finding(Result.NOT_APPLICABLE, pointer, item.id)
    elif not found:
        yield Finding(Result.PASS, pointer, item.id)
    else:
        yield from found


def has_words(text: str | None) -> bool:
    """Whether there is anything to read in it."""
    return text is not None and _HAS_WORDS.search(text) is not None
