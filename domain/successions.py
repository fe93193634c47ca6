"""Units that merge or split: from a day on others stand in their place, and every day before answers as it did."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from uuid import UUID

from domain.errors import Fault, Invalid, Pointer
from domain.organisations import Period, as_of, check_place, close, put_under
from domain.periods import Change, apply, begin_at, both, difference, holds


class SuccessionKind(StrEnum):
    """How what belonged to one unit came to another."""

    MERGE = "merge"
    SPLIT = "split"


@dataclass(frozen=True, slots=True)
class Handover:
    """What goes from one unit to another."""

    origin: UUID
    into: UUID
    units: tuple[UUID, ...] = ()
    teams: tuple[UUID, ...] = ()


@dataclass(frozen=True, slots=True)
class Succession:
    """What a merge or a split does to the tree, and what is handed over; `closed` units are over."""

    kind: SuccessionKind
    change: Change[Period]
    handovers: tuple[Handover, ...]
    closed: tuple[UUID, ...] = ()


@dataclass(frozen=True, slots=True)
class Part:
    """What goes to one unit when another is split: teams of that unit, and units directly below it."""

    into: UUID
    teams: Sequence[UUID] = ()
    units: Sequence[UUID] = ()


def merge(
    periods: Sequence[Period], teams: Mapping[UUID, UUID], units: Sequence[UUID], into: UUID, on: date
) -> Succession:
    """`units` are over from `on` (today); their teams and all that stands below them go to `into`.

    `periods` are all of the tenant; `teams` those that aren't archived, with their units. Raises Invalid for a unit
    that is named twice, is `into` itself, isn't in force or begins today; Cycle where `into` stands below one of
    them; or what `check_place` raises.
    """
    faults = [Fault("duplicate", ("organisation_ids", i)) for i, unit in enumerate(units) if unit in {*units[:i], into}]
    faults += _not_open(periods, enumerate(units), on, "organisation_ids")
    faults += [] if into in as_of(periods, on) else [Fault("not_open_on", (), {"on": on.isoformat()})]
    if faults:
        raise Invalid(faults)
    after = tuple(periods)
    for unit in units:
        after = apply(after, _under(after, unit, into, on, leave=units))
    for i, unit in enumerate(units):
        own = [each for each in after if each.unit == unit]  # units that merge together may stand below each other
        after = apply(after, _over(own, unit, on, ("organisation_ids", i)))
    _check(after, on, [into], "organisation_ids")
    handovers = tuple(_handover(periods, teams, unit, into, on, leave=units) for unit in units)
    return Succession(SuccessionKind.MERGE, difference(periods, after), handovers, tuple(units))


def split(
    periods: Sequence[Period], teams: Mapping[UUID, UUID], unit: UUID, parts: Sequence[Part], on: date, *, closes: bool
) -> Succession:
    """From `on` (today) what the parts name belongs to their units; the rest stays, unless the unit closes.

    Raises Invalid for a part whose unit isn't in force or is the unit itself, and for teams and units that don't
    stand in it or are named twice; StillInUse where it is to close and something stays; or what `check_place` raises.
    """
    below = {each.unit for each in as_of(periods, on).values() if each.parent == unit}
    own = {team for team, where in teams.items() if where == unit}
    faults = _not_open(periods, ((i, part.into) for i, part in enumerate(parts)), on, "parts", "organisation_id")
    faults += [Fault("duplicate", ("parts", i, "organisation_id")) for i, p in enumerate(parts) if p.into == unit]
    faults += _strangers([part.teams for part in parts], own, "team_ids")
    faults += _strangers([part.units for part in parts], below, "organisation_ids")
    if faults:
        raise Invalid(faults)
    after = tuple(periods)
    for part in parts:
        for child in part.units:
            after = apply(after, put_under(after, child, part.into, on))
    if closes:
        left = len(own) - sum(len(part.teams) for part in parts)
        after = apply(after, _over(after, unit, on, ("close",), teams=left))
    _check(after, on, [part.into for part in parts], "parts")
    handovers = tuple(Handover(unit, part.into, tuple(part.units), tuple(part.teams)) for part in parts)
    return Succession(SuccessionKind.SPLIT, difference(periods, after), handovers, (unit,) if closes else ())


def _not_open(
    periods: Sequence[Period], units: Iterable[tuple[int, UUID]], on: date, name: str, *rest: str
) -> list[Fault]:
    tree = as_of(periods, on)
    return [Fault("not_open_on", (name, i, *rest), {"on": on.isoformat()}) for i, unit in units if unit not in tree]


def _strangers(named: Sequence[Sequence[UUID]], known: Iterable[UUID], name: str) -> list[Fault]:
    """What isn't there to be handed over, or has been already."""
    left, faults = set(known), []
    for i, ids in enumerate(named):
        for n, id in enumerate(ids):
            if id not in left:
                faults.append(Fault("unknown_reference", ("parts", i, name, n)))
            left.discard(id)
    return faults


def _under(periods: Sequence[Period], unit: UUID, into: UUID, on: date, *, leave: Sequence[UUID]) -> Change[Period]:
    """All that stands below the unit on `on` or is planned to do so later stands below `into` instead."""
    change: Change[Period] = Change()
    for each in periods:
        if each.parent != unit or each.unit in leave:
            continue
        if holds(each, on):
            change = both(change, begin_at(each, replace(each, parent=into, valid_from=on)))
        elif each.valid_from > on:
            change = both(change, Change(removed=(each,), added=(replace(each, parent=into),)))
    return change


def _over(periods: Sequence[Period], unit: UUID, on: date, at: Pointer, teams: int = 0) -> Change[Period]:
    """The unit closes; what is wrong with the day is wrong with what was sent at that place."""
    try:
        return close(periods, unit, on, today=on, teams=teams)
    except Invalid as error:
        raise Invalid([replace(fault, pointer=at) for fault in error.faults]) from error


def _check(periods: Sequence[Period], on: date, into: Sequence[UUID], at: str) -> None:
    """Every unit that stands on `on` or later stands in a tree, those that take over first."""
    history: Mapping[UUID, list[Period]] = defaultdict(list)
    for each in periods:
        history[each.unit].append(each)
    for unit in (*into, *history):
        check_place(history, unit, on, at=(at,))


def _handover(
    periods: Sequence[Period], teams: Mapping[UUID, UUID], unit: UUID, into: UUID, on: date, *, leave: Sequence[UUID]
) -> Handover:
    below = tuple(each.unit for each in as_of(periods, on).values() if each.parent == unit and each.unit not in leave)
    return Handover(unit, into, below, tuple(team for team, where in teams.items() if where == unit))
