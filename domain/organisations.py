"""Organisations: a tree of units that is valid in time, changed from a date on and never rewritten before it.

Every unit has periods that don't overlap; each says under which parent and by which names the unit stands. On
every day the units in force form a tree (with as many roots as there are): each parent is in force too, nobody
stands above itself, and no unit stands deeper than `DEEPEST` levels. A rename or a move lasts until the next change
of the same thing that is already planned; other planned changes stay as they are.
"""

import re
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from types import MappingProxyType
from typing import TypeAlias
from uuid import UUID

from domain.errors import Cycle, Fault, Invalid, PeriodOverlap, Pointer, StillInUse
from domain.periods import FOREVER, Change, apply, begin_at, both, days, end_at, gaps, holds, overlaps


class OrganisationKind(StrEnum):
    """What a unit is; what people call it is a label that differs by sector and country."""

    MUNICIPALITY = "municipality"
    DISTRICT = "district"
    SCHOOL = "school"
    KINDERGARTEN = "kindergarten"
    SFO = "sfo"
    LEISURE = "leisure"
    DEPARTMENT = "department"
    NETWORK = "network"


class Sector(StrEnum):
    """Which part of children's and young people's lives the unit serves."""

    KINDERGARTEN = "kindergarten"
    SCHOOL = "school"
    LEISURE = "leisure"
    UPPER_SECONDARY = "upper_secondary"
    TRAINING = "training"
    ADMINISTRATION = "administration"


class IdScheme(StrEnum):
    """Public registers that number organisations; `code` is the municipality's own numbering."""

    ORGNR = "orgnr"
    NSR = "nsr"
    NBR = "nbr"
    DK_INSTNR = "dk_instnr"
    FK_ORG_UUID = "fk_org_uuid"
    SE_SKOLENHETSKOD = "se_skolenhetskod"
    CODE = "code"


_ID_FORMS: Mapping[IdScheme, str] = MappingProxyType(
    {
        IdScheme.ORGNR: r"\d{9}|\d{6}-?\d{4}",  # Norwegian nine digits, Swedish ten
        IdScheme.NSR: r"\d{1,12}",
        IdScheme.NBR: r"\d{1,12}",
        IdScheme.DK_INSTNR: r"[0-9A-Z]{6}",
        IdScheme.FK_ORG_UUID: r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}",
        IdScheme.SE_SKOLENHETSKOD: r"\d{8}",
        IdScheme.CODE: r"[\w.:/-]{1,64}",
    }
)


@dataclass(frozen=True, slots=True)
class Period:
    """Where a unit stands and what it is called, from `valid_from` up to but not including `valid_to`."""

    unit: UUID
    parent: UUID | None
    names: Mapping[str, str]
    valid_from: date
    valid_to: date | None = None


DEEPEST = 32
"""Levels from the top to the deepest unit: more than any municipality has, and few enough to walk at any time."""

Tree: TypeAlias = Mapping[UUID, Period]
"""The units in force on one day."""

History: TypeAlias = Mapping[UUID, Sequence[Period]]
"""Units with all their periods, oldest first."""

_Stretch: TypeAlias = tuple[int, int, UUID | None]
"""Days (ordinals) from the first up to but not including the second, and the parent during them."""


def as_of(periods: Sequence[Period], day: date) -> Tree:
    """The units in force on that day."""
    return MappingProxyType({period.unit: period for period in periods if holds(period, day)})


def ancestors(tree: Tree, unit: UUID) -> tuple[UUID, ...]:
    """The unit and all above it, nearest first: what a role's scope is compared with."""
    found: dict[UUID, None] = {}
    current: UUID | None = unit
    while current is not None and current in tree and current not in found:
        found[current] = None
        current = tree[current].parent
    return tuple(found)


def open_unit(periods: Sequence[Period], new: Period) -> Change[Period]:
    """A unit begins, or begins again. Raises PeriodOverlap, or what `check_place` raises."""
    if new.valid_to is not None and new.valid_to <= new.valid_from:
        raise Invalid([Fault("ends_before_start", ("valid_to",))])
    if any(overlaps(new, other) for other in _of(periods, new.unit)):
        raise PeriodOverlap(pointer=("valid_from",), on=new.valid_from.isoformat())
    return _checked(periods, Change(added=(new,)), new.unit, new.valid_from)


def rename(periods: Sequence[Period], unit: UUID, names: Mapping[str, str], on: date) -> Change[Period]:
    """The unit has other names from `on`; equal names change nothing. Raises Invalid if it isn't in force."""
    old = _in_force(periods, unit, on).names
    if old == names:
        return Change()
    return _altered(periods, unit, on, lambda each: each.names == old, lambda each: replace(each, names=names))


def move(
    periods: Sequence[Period], unit: UUID, parent: UUID | None, on: date, *, levels_below: int = 0
) -> Change[Period]:
    """The unit stands under another parent from `on`; the same parent changes nothing.

    Raises Invalid where the unit isn't in force, or what `check_place` raises.
    """
    change = put_under(periods, unit, parent, on)
    return change if change == Change() else _checked(periods, change, unit, on, levels_below)


def put_under(periods: Sequence[Period], unit: UUID, parent: UUID | None, on: date) -> Change[Period]:
    """A move without a look at the tree: for many moves at once, with `check_place` after the last of them."""
    old = _in_force(periods, unit, on).parent
    if old == parent:
        return Change()
    return _altered(periods, unit, on, lambda each: each.parent == old, lambda each: replace(each, parent=parent))


def check_place(history: History, unit: UUID, since: date, levels_below: int = 0, at: Pointer = ("parent_id",)) -> None:
    """Whether the unit stands in a tree on every day from `since`; `levels_below` is the most there are under it.

    Raises Cycle (facts: the first day on which the unit would stand above itself), or Invalid where a unit above
    it isn't in force or the tree gets deeper than `DEEPEST`. Walks no further than that, whatever the tree.
    """
    for first, code in sorted(_misplaced(history, unit, since, levels_below))[:1]:
        on = date.fromordinal(first).isoformat()
        if code == Cycle.code:
            raise Cycle(pointer=at, on=on)
        facts = {"max": DEEPEST} if code == "tree_too_deep" else {"on": on}
        raise Invalid([Fault(code, at, facts)])


def close(periods: Sequence[Period], unit: UUID, on: date, *, today: date, teams: int = 0) -> Change[Period]:
    """`on` is the first day without the unit; what was planned for later than `today` falls away.

    What has begun stays in the history, and so does the unit's first period: `on` comes after them. `teams` is
    how many teams still work in the unit. Raises StillInUse (facts: by, count), or Invalid.
    """
    _in_force(periods, unit, on)
    first, *others = (each.valid_from for each in _of(periods, unit))
    if on <= max([first, *(begins for begins in others if begins <= today)]):
        raise Invalid([Fault("ends_before_start", ("on",))])
    children = {each.unit for each in periods if each.parent == unit and _reaches_beyond(each, on)}
    for what, count in (("units", len(children)), ("teams", teams)):
        if count:
            raise StillInUse(by=what, count=count)
    return end_at(_of(periods, unit), on)


def is_external_id(scheme: IdScheme, value: str) -> bool:
    """Whether the value has the form that the register uses."""
    return re.fullmatch(_ID_FORMS[scheme], value, re.ASCII) is not None


def _of(periods: Sequence[Period], unit: UUID) -> tuple[Period, ...]:
    mine = (period for period in periods if period.unit == unit)
    return tuple(sorted(mine, key=lambda period: period.valid_from))


def _in_force(periods: Sequence[Period], unit: UUID, on: date) -> Period:
    for period in _of(periods, unit):
        if holds(period, on):
            return period
    raise Invalid([Fault("not_open_on", ("on",), {"on": on.isoformat()})])


def _reaches_beyond(period: Period, on: date) -> bool:
    return period.valid_to is None or period.valid_to > on


def _altered(
    periods: Sequence[Period],
    unit: UUID,
    on: date,
    same: Callable[[Period], bool],
    alter: Callable[[Period], Period],
) -> Change[Period]:
    """From `on`, through all periods that follow without a gap and still say the same, say something else."""
    current = _in_force(periods, unit, on)
    change = begin_at(current, replace(alter(current), valid_from=on))
    end = current.valid_to
    for period in _of(periods, unit):
        if period.valid_from == end and same(period):
            change = both(change, Change(removed=(period,), added=(alter(period),)))
            end = period.valid_to
    return change


def _checked(
    periods: Sequence[Period], change: Change[Period], unit: UUID, since: date, levels_below: int = 0
) -> Change[Period]:
    """The change, if the unit stands in a tree afterwards: nobody else's periods change."""
    history: dict[UUID, list[Period]] = defaultdict(list)
    for period in apply(periods, change):
        history[period.unit].append(period)
    check_place(history, unit, since, levels_below)
    return change


def _misplaced(history: History, unit: UUID, since: date, levels_below: int) -> Iterator[tuple[int, str]]:
    """(day, code) of what is wrong with where the unit stands: up level by level, through all days at once."""
    here = _stretches(history.get(unit, ()), since.toordinal(), FOREVER)
    for level in range(1, DEEPEST + 1):
        above: list[_Stretch] = []
        for begins, ends, parent in here:
            if parent == unit:
                yield begins, Cycle.code
            elif parent is not None:
                found = _stretches(history.get(parent, ()), begins, ends)
                yield from ((day, "parent_not_open") for day in gaps(((a, b) for a, b, _ in found), begins, ends))
                above += found
        if level + levels_below >= DEEPEST:
            yield from ((begins, "tree_too_deep") for begins, _, _ in above)
        here = above


def _stretches(periods: Sequence[Period], begins: int, ends: int) -> list[_Stretch]:
    """The periods as far as they lie within these days."""
    known = ((*days(each), each.parent) for each in periods)
    return [(max(begins, day), min(ends, end), parent) for day, end, parent in known if day < ends and begins < end]
