"""Organisations: a tree of units that is valid in time, changed from a date on and never rewritten before it.

Every unit has periods that don't overlap; each says under which parent and by which names the unit stands. On
every day the units in force form a tree (with as many roots as there are): each parent is in force too, and
nobody stands above itself. A rename or a move lasts until the next change of the same thing that is already
planned; other planned changes stay as they are.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from types import MappingProxyType
from typing import TypeAlias
from uuid import UUID

from domain.errors import Cycle, Fault, Invalid, PeriodOverlap, StillInUse
from domain.periods import Change, apply, begin_at, both, end_at, holds, overlaps


class Kind(StrEnum):
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


Tree: TypeAlias = Mapping[UUID, Period]


def as_of(periods: Sequence[Period], day: date) -> Tree:
    """The units in force on that day."""
    return MappingProxyType({period.unit: period for period in periods if holds(period, day)})


def ancestors(tree: Tree, unit: UUID) -> tuple[UUID, ...]:
    """The unit and all above it, nearest first: what a role's scope is compared with."""
    found: list[UUID] = []
    current: UUID | None = unit
    while current is not None and current in tree and current not in found:
        found.append(current)
        current = tree[current].parent
    return tuple(found)


def open_unit(periods: Sequence[Period], new: Period) -> Change[Period]:
    """A unit begins, or begins again. Raises PeriodOverlap, Cycle, or Invalid (parent not in force)."""
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


def move(periods: Sequence[Period], unit: UUID, parent: UUID | None, on: date) -> Change[Period]:
    """The unit stands under another parent from `on`; the same parent changes nothing.

    Raises Cycle (facts: the first day on which a unit would stand above itself), or Invalid where the unit or
    the parent isn't in force.
    """
    old = _in_force(periods, unit, on).parent
    if old == parent:
        return Change()
    change = _altered(periods, unit, on, lambda each: each.parent == old, lambda each: replace(each, parent=parent))
    return _checked(periods, change, unit, on)


def close(periods: Sequence[Period], unit: UUID, on: date, *, teams: int = 0) -> Change[Period]:
    """`on` is the first day without the unit; what was planned for it later falls away.

    `teams` is how many teams still work in it. Raises StillInUse (facts: by, count), or Invalid.
    """
    _in_force(periods, unit, on)
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


def _checked(periods: Sequence[Period], change: Change[Period], unit: UUID, since: date) -> Change[Period]:
    """The change, if the unit stands in a tree on every day from `since`: only its own periods change."""
    after = apply(periods, change)
    for day in _days_of_change(after, since):
        tree = as_of(after, day)
        if unit in tree:
            _check_place(tree, unit, day)
    return change


def _days_of_change(periods: Sequence[Period], since: date) -> list[date]:
    days = {day for period in periods for day in (period.valid_from, period.valid_to) if day is not None}
    return sorted({since, *(day for day in days if day > since)})


def _check_place(tree: Tree, unit: UUID, day: date) -> None:
    above = ancestors(tree, unit)
    parent = tree[above[-1]].parent
    if parent in above:
        raise Cycle(pointer=("parent_id",), on=day.isoformat())
    if parent is not None:
        raise Invalid([Fault("parent_not_open", ("parent_id",), {"on": day.isoformat()})])
