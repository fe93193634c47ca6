"""Looks at the tree that a file leads to, once for each unit that the file puts somewhere else."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date
from uuid import UUID

from api.imports.units import UnitLines
from domain.errors import Cycle, Fault, Invalid
from domain.organisations import History, Period, check_place


def misplaced(tree: History, placed: Mapping[UUID, UnitLines], since: date) -> Sequence[Fault]:
    """What the domain has against the tree, one fault of a kind for each unit of the file.

    `placed` is which units get another place, and what in the file answers for it.
    """
    found = dict[tuple[str, int], Fault]()
    ahead = {id: _ahead(mine, since) for id, mine in tree.items()}
    for id, unit in _with_all_below(ahead, placed):
        for code, facts in _refused(ahead, id, since):
            found.setdefault((code, unit.line), Fault(code, ("lines", unit.line, "parent"), facts))
    circles = [fault for fault in found.values() if fault.code == Cycle.code]
    return circles or list(found.values())  # below a circle everything is too deep


def _ahead(periods: Sequence[Period], since: date) -> Sequence[Period]:
    """From that day on, and what follows under the same parent as one: a thousand renames are one place."""
    found: list[Period] = []
    for each in periods:
        if found and (found[-1].valid_to, found[-1].parent) == (each.valid_from, each.parent):
            found[-1] = replace(found[-1], valid_to=each.valid_to)
        elif each.valid_to is None or each.valid_to > since:
            found.append(each)
    return found


def _refused(tree: History, unit: UUID, since: date) -> Sequence[tuple[str, Mapping[str, object]]]:
    try:
        check_place(tree, unit, since)
    except Invalid as refused:
        return [(fault.code, fault.facts) for fault in refused.faults]
    except Cycle as refused:
        return [(refused.code, refused.facts)]
    return []


def _with_all_below(tree: History, placed: Mapping[UUID, UnitLines]) -> Iterator[tuple[UUID, UnitLines]]:
    """Every unit that gets another place, itself or with what it stands under, and what answers for it."""
    below = _by_parent(tree)
    waiting = list(placed.items())
    seen = set[UUID]()
    while waiting:
        id, unit = waiting.pop()
        if id not in seen:
            seen.add(id)
            yield id, unit
            waiting += [(period.unit, placed.get(period.unit, unit)) for period in below[id]]


def _by_parent(tree: History) -> Mapping[UUID, list[Period]]:
    found: dict[UUID, list[Period]] = defaultdict(list)
    for mine in tree.values():
        for period in mine:
            if period.parent is not None:
                found[period.parent].append(period)
    return found
