"""From units in a file and units that are there to what is to be done: pure, and nothing where nothing differs."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from uuid import UUID

from api.imports.placing import misplaced
from api.imports.units import File, Number, SiteLine, UnitLines
from domain import organisations, periods
from domain.errors import Fault
from domain.organisations import OrganisationKind, Period, Sector
from domain.periods import Change


@dataclass(frozen=True)
class Site:
    """A place where a unit works; degrees in WGS 84."""

    name: str
    address: str | None
    latitude: float | None
    longitude: float | None
    main: bool


@dataclass(frozen=True)
class Known:
    """A unit as it is stored, its periods oldest first."""

    id: UUID
    kind: OrganisationKind
    sector: Sector
    periods: tuple[Period, ...]
    numbers: frozenset[Number]
    sites: tuple[Site, ...]


@dataclass(frozen=True)
class Defaults:
    """What holds for new units where the file says nothing; `on` is the day from which the file holds."""

    lang: str
    on: date
    kind: OrganisationKind | None = None
    sector: Sector | None = None
    parent: UUID | None = None


@dataclass(frozen=True)
class Planned:
    """One unit as it is to be; `change` is what happens to its periods, `sites` None: they stay as they are."""

    unit: UnitLines
    id: UUID
    new: bool
    kind: OrganisationKind
    sector: Sector
    numbers: frozenset[Number]
    sites: tuple[Site, ...] | None
    change: Change[Period]
    changed: bool


@dataclass
class _Plan:
    """What is known while planning: every unit's periods as they will be, and where each number leads.

    `placed` is which units get another place, and what in the file answers for it.
    """

    file: File
    defaults: Defaults
    known: Mapping[UUID, Known]
    tree: dict[UUID, tuple[Period, ...]]
    ids: dict[Number, UUID]
    placed: dict[UUID, UnitLines] = field(default_factory=dict)
    faults: list[Fault] = field(default_factory=list)


def plan(
    file: File, known: Iterable[Known], defaults: Defaults, new_id: Callable[[], UUID]
) -> tuple[list[Planned], list[Fault]]:
    """What to do for each unit of the file, in its order, and every reason why it can't be done.

    First every unit is put where it is to be, then the tree that this makes is looked at: in whatever order the
    lines stand, each place is checked once.
    """
    stored = {each.id: each for each in known}
    here = _Plan(
        file,
        defaults,
        stored,
        {id: each.periods for id, each in stored.items()},
        {number: id for id, each in stored.items() for number in each.numbers},
    )
    if defaults.parent is not None and defaults.parent not in stored:
        return [], [Fault("unknown_reference", ("parent_id",))]
    matched = [(unit, _matched(here, unit, new_id)) for unit in file.units]
    for unit, id in _each_once(here, matched):
        if here.tree.get(id):
            _alter(here, unit, stored[id])
        else:
            _open(here, unit, id)
    here.faults += misplaced(here.tree, here.placed, defaults.on)
    return [_planned(here, unit, id) for unit, id in matched], here.faults


def _matched(here: _Plan, unit: UnitLines, new_id: Callable[[], UUID]) -> UUID:
    """The stored unit that one of the numbers names, or a new id that they all name from now on."""
    named = {here.ids[number] for number in unit.numbers if number in here.ids}
    if len(named) > 1:
        here.faults.append(Fault("names_two_units", ("lines", unit.line)))
    id = min(named) if named else new_id()
    here.ids.update(dict.fromkeys(unit.numbers, id))
    return id


def _each_once(here: _Plan, matched: Sequence[tuple[UnitLines, UUID]]) -> Iterator[tuple[UnitLines, UUID]]:
    """What the file says about each unit; a second thing that it says, by another number, is a fault."""
    seen = set[UUID]()
    for unit, id in matched:
        if id in seen:
            here.faults.append(Fault("duplicate", ("lines", unit.line)))
        else:
            seen.add(id)
            yield unit, id


def _open(here: _Plan, unit: UnitLines, id: UUID) -> None:
    """A new unit; or one that never was in force on any day."""
    if id not in here.known:
        for column, given in (
            ("kind", unit.kind or here.defaults.kind),
            ("sector", unit.sector or here.defaults.sector),
        ):
            if given is None:
                here.faults.append(Fault("missing", ("lines", unit.line, column)))
    parent = _parent(here, unit) if unit.parent else here.defaults.parent
    here.tree[id] = (Period(id, parent, {unit.lang or here.defaults.lang: unit.name}, here.defaults.on),)
    here.placed[id] = unit


def _alter(here: _Plan, unit: UnitLines, stored: Known) -> None:
    """Another name or parent for a unit that is there, from the day on, or from its first day if that is later."""
    on = max(here.defaults.on, stored.periods[0].valid_from)
    current = next((each for each in stored.periods if periods.holds(each, on)), None)
    if current is None:
        here.faults.append(Fault("not_open_on", ("lines", unit.line, "name"), {"on": on.isoformat()}))
        return
    names = {**current.names, unit.lang or here.defaults.lang: unit.name}
    mine = periods.apply(stored.periods, organisations.rename(stored.periods, stored.id, names, on))
    if unit.parent is not None:
        move = organisations.put_under(mine, stored.id, _parent(here, unit), on)
        mine = periods.apply(mine, move)
        if move != Change():
            here.placed[stored.id] = unit
    here.tree[stored.id] = mine


def _parent(here: _Plan, unit: UnitLines) -> UUID | None:
    found = here.ids.get(unit.parent) if unit.parent else None
    if found is None:
        here.faults.append(Fault("unknown_reference", ("lines", unit.line, "parent")))
    return found


def _planned(here: _Plan, unit: UnitLines, id: UUID) -> Planned:
    stored = here.known.get(id)
    before = stored.periods if stored else ()
    change = _difference(before, here.tree.get(id, ()))
    kind = unit.kind or (stored.kind if stored else here.defaults.kind) or OrganisationKind.SCHOOL
    sector = unit.sector or (stored.sector if stored else here.defaults.sector) or Sector.SCHOOL
    schemes = {scheme for scheme, _ in unit.numbers}
    kept = {number for number in (stored.numbers if stored else ()) if number[0] not in schemes}
    numbers = frozenset({*kept, *unit.numbers})
    sites = _sites(here, unit, stored)
    changed = stored is None or (
        change != Change()
        or (kind, sector, numbers) != (stored.kind, stored.sector, stored.numbers)
        or (sites is not None and set(sites) != set(stored.sites))
    )
    return Planned(unit, id, stored is None, kind, sector, numbers, sites, change, changed)


def _sites(here: _Plan, unit: UnitLines, stored: Known | None) -> tuple[Site, ...] | None:
    """The sites as the file describes them; what it has no column for stays as it is."""
    columns = set(here.file.columns)
    if not columns & {"address", "latitude", "longitude"} and len(unit.sites) == 1:
        return None
    before = {site.name: site for site in stored.sites} if stored else {}
    return tuple(_site(line, before.get(line.name), columns) for line in unit.sites)


def _site(line: SiteLine, before: Site | None, columns: set[str]) -> Site:
    def given(column: str) -> bool:
        return column in columns or before is None

    return Site(
        line.name,
        line.address if given("address") or before is None else before.address,
        line.latitude if given("latitude") or before is None else before.latitude,
        line.longitude if given("longitude") or before is None else before.longitude,
        line.main,
    )


def _difference(before: Sequence[Period], after: Sequence[Period]) -> Change[Period]:
    """What turns the stored periods into the planned ones."""
    old = {period.valid_from: period for period in before}
    new = {period.valid_from: period for period in after}
    ended = []
    removed = [period for day, period in old.items() if day not in new]
    added = [period for day, period in new.items() if day not in old]
    for day in old.keys() & new.keys():
        was, becomes = old[day], new[day]
        if (was.names, was.parent) == (becomes.names, becomes.parent) and becomes.valid_to is not None:
            ended += [(was, becomes.valid_to)] if was.valid_to != becomes.valid_to else []
        elif was != becomes:
            removed.append(was)
            added.append(becomes)
    return Change(tuple(removed), tuple(ended), tuple(added))
