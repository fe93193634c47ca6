"""Lines as units: what each cell means, which lines are sites of one unit, and every fault where it stands."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import TypeAlias

from api.actions.commands import LANG
from api.actions.organisation_parts import MOST_SITES
from api.imports.reading import Line, Sheet, read
from api.imports.reporting import at
from domain.errors import Fault
from domain.organisations import IdScheme, OrganisationKind, Sector, is_external_id

REGISTERS: Mapping[str, IdScheme] = MappingProxyType(
    {
        "dk_institution_number": IdScheme.DK_INSTNR,
        "orgnr": IdScheme.ORGNR,
        "nsr": IdScheme.NSR,
        "nbr": IdScheme.NBR,
        "se_skolenhetskod": IdScheme.SE_SKOLENHETSKOD,
        "code": IdScheme.CODE,
    }
)
SITE_COLUMNS = frozenset({"address", "main_site", "latitude", "longitude"})
COLUMNS = frozenset({"name", "kind", "sector", "lang", "parent", *SITE_COLUMNS, *REGISTERS})
_DEGREES = re.compile(r"-?\d{1,3}(?:[.,]\d{1,15})?", re.ASCII)
_TRUE, _FALSE = frozenset({"1", "true", "yes"}), frozenset({"0", "false", "no", ""})

Number: TypeAlias = tuple[IdScheme, str]
"""A unit's number in a register."""


@dataclass(frozen=True)
class SiteLine:
    """A site as the file describes it; degrees in WGS 84."""

    line: int
    name: str
    address: str | None
    latitude: float | None
    longitude: float | None
    main: bool


@dataclass(frozen=True)
class UnitLines:
    """A unit as the file describes it, by one line or one for each site; None: the file doesn't say."""

    line: int
    name: str
    lang: str | None
    kind: OrganisationKind | None
    sector: Sector | None
    parent: Number | None
    numbers: tuple[Number, ...]
    sites: tuple[SiteLine, ...]


@dataclass(frozen=True)
class File:
    """A file of units: which columns it has, the units in order, and all that is wrong."""

    columns: tuple[str, ...]
    lines: tuple[int, ...]
    units: tuple[UnitLines, ...]
    faults: tuple[Fault, ...]


def read_units(body: bytes) -> File:
    """The units of a CSV file; where there are faults, the units are those that could be understood."""
    sheet = read(body, COLUMNS, frozenset({"name"}))
    faults = list(sheet.faults)
    if sheet.columns and not set(REGISTERS) & set(sheet.columns) and not faults:
        faults.append(Fault("missing", ("lines", 1, "code")))
    found = [(line, *_understood(line, sheet)) for line in sheet.lines]
    faults += [fault for _, _, wrong in found for fault in wrong]
    groups, clashes = _grouped([(line, numbers) for line, numbers, wrong in found if not wrong and numbers])
    faults += clashes
    units = []
    for group in groups:
        unit, wrong = _unit(group)
        units.append(unit)
        faults += wrong
    return File(sheet.columns, tuple(line.number for line in sheet.lines), tuple(units), tuple(faults))


def _understood(line: Line, sheet: Sheet) -> tuple[list[Number], list[Fault]]:
    """The line's numbers, and what is wrong with any of its cells."""
    faults: list[Fault] = []
    numbers = [(REGISTERS[column], line[column]) for column in sheet.columns if column in REGISTERS and line[column]]
    faults += [
        Fault("pattern", at(line, column))
        for column in sheet.columns
        if column in REGISTERS and line[column] and not is_external_id(REGISTERS[column], line[column])
    ]
    if not line["name"]:
        faults.append(Fault("missing", at(line, "name")))
    if not numbers:
        column = next((each for each in sheet.columns if each in REGISTERS), "code")
        faults.append(Fault("missing", at(line, column)))
    faults += _word_faults(line)
    return numbers, faults


def _word_faults(line: Line) -> list[Fault]:
    faults = []
    for column, allowed in (("kind", list(OrganisationKind)), ("sector", list(Sector))):
        if line[column] and line[column] not in allowed:
            faults.append(Fault("not_one_of", at(line, column), {"expected": ", ".join(allowed)}))
    for column, most in (("latitude", 90), ("longitude", 180)):
        faults += _degree_faults(line, column, most)
    if line["main_site"].lower() not in _TRUE | _FALSE:
        faults.append(Fault("not_one_of", at(line, "main_site"), {"expected": "0, 1"}))
    if line["lang"] and not LANG.fullmatch(line["lang"]):
        faults.append(Fault("pattern", at(line, "lang")))
    if line["parent"] and _number(line["parent"]) is None:
        faults.append(Fault("pattern", at(line, "parent")))
    return faults


def _degree_faults(line: Line, column: str, most: int) -> list[Fault]:
    cell = line[column]
    if not cell:
        return []
    if not _DEGREES.fullmatch(cell):
        return [Fault("wrong_type", at(line, column))]
    value = _degrees(cell) or 0.0
    if value > most:
        return [Fault("too_large", at(line, column), {"max": most})]
    return [Fault("too_small", at(line, column), {"min": -most})] if value < -most else []


def _grouped(found: Sequence[tuple[Line, list[Number]]]) -> tuple[list[list[tuple[Line, list[Number]]]], list[Fault]]:
    """Lines that share a number are one unit; a line whose numbers belong to two units is a fault."""
    groups: list[list[tuple[Line, list[Number]]]] = []
    of: dict[Number, int] = {}
    faults = []
    for line, numbers in found:
        named = {of[number] for number in numbers if number in of}
        if len(named) > 1:
            faults.append(Fault("duplicate", at(line, _column(numbers[-1][0]))))
            continue
        if not named:
            groups.append([])
        group = named.pop() if named else len(groups) - 1
        groups[group].append((line, numbers))
        of.update(dict.fromkeys(numbers, group))
    return groups, faults


def _unit(group: Sequence[tuple[Line, list[Number]]]) -> tuple[UnitLines, list[Fault]]:
    """One unit from its lines: the main site's line speaks for it, the others must not say otherwise."""
    lines = [line for line, _ in group]
    faults = []
    mains = [line for line in lines if line["main_site"].lower() in _TRUE]
    faults += [Fault("duplicate", at(line, "main_site")) for line in mains[1:]]
    main = mains[0] if mains else lines[0]
    faults += [Fault("too_long", at(line, "name"), {"max": MOST_SITES}) for line in lines[MOST_SITES:][:1]]
    first = {line["name"]: line for line in reversed(lines)}
    faults += [Fault("duplicate", at(line, "name")) for line in lines if first[line["name"]] is not line]
    for column in ("kind", "sector", "lang", "parent"):
        faults += [
            Fault("differs_within_unit", at(line, column)) for line in lines if line[column] not in {"", main[column]}
        ]
    numbers: dict[IdScheme, str] = {}
    for line, listed in group:
        for scheme, value in listed:
            if numbers.setdefault(scheme, value) != value:
                faults.append(Fault("differs_within_unit", at(line, _column(scheme))))
    unit = UnitLines(
        line=main.number,
        name=main["name"],
        lang=main["lang"] or None,
        kind=OrganisationKind(main["kind"]) if main["kind"] else None,
        sector=Sector(main["sector"]) if main["sector"] else None,
        parent=_number(main["parent"]) if main["parent"] else None,
        numbers=tuple(sorted(numbers.items())),
        sites=tuple(_site(line, main) for line in lines),
    )
    return unit, faults


def _site(line: Line, main: Line) -> SiteLine:
    return SiteLine(
        line.number,
        line["name"],
        line["address"] or None,
        _degrees(line["latitude"]),
        _degrees(line["longitude"]),
        line is main,
    )


def _degrees(cell: str) -> float | None:
    """A number with a point or, as spreadsheets here write it, a comma."""
    return float(cell.replace(",", ".")) if cell else None


def _number(cell: str) -> Number | None:
    scheme, _, value = cell.partition(":")
    if scheme not in list(IdScheme) or not is_external_id(IdScheme(scheme), value):
        return None
    return IdScheme(scheme), value


def _column(scheme: IdScheme) -> str:
    return next(column for column, each in REGISTERS.items() if each is scheme)
