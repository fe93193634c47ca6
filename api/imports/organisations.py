"""The import of units: one transaction, a constant number of statements, a report by line."""

import asyncio
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, TypeVar
from uuid import UUID

from api.actions import organisation_parts as parts
from api.actions.places import TENANT
from api.imports.planning import Defaults, Known, Planned, Site, plan
from api.imports.reporting import MOST_FAULTS, counted, in_order, outcome_of, reported
from api.imports.units import File, read_units
from api.postgres.ids import new_id
from api.postgres.wanted import patiently, rows
from api.postgres.work import UnitOfWork
from api.tables import Organisation, OrganisationExternalId, OrganisationPeriod, OrganisationSite
from domain.errors import Fault, Invalid
from domain.organisations import OrganisationKind, Period, Sector
from domain.permissions import Permission

R = TypeVar("R", OrganisationPeriod, OrganisationExternalId, OrganisationSite)


@dataclass(frozen=True)
class ImportOptions:
    """What the file leaves open, and whether anything is to be written."""

    dry_run: bool = False
    kind: OrganisationKind | None = None
    sector: Sector | None = None
    lang: str | None = None
    parent_id: UUID | None = None
    valid_from: date | None = None


@dataclass(frozen=True)
class _Stored:
    units: Mapping[UUID, Organisation]
    periods: Mapping[UUID, list[OrganisationPeriod]]
    numbers: Mapping[UUID, list[OrganisationExternalId]]
    sites: Mapping[UUID, list[OrganisationSite]]


async def import_organisations(work: UnitOfWork, body: bytes, options: ImportOptions) -> Mapping[str, Any]:
    """Make the units what the file says; the report. Raises Invalid with every fault unless it is a dry run."""
    await work.fetch(patiently())
    work.require(Permission.ORGANISATION_IMPORT, TENANT)
    units, periods, numbers, sites = await work.fetch(
        rows(Organisation), rows(OrganisationPeriod), rows(OrganisationExternalId), rows(OrganisationSite)
    )
    stored = _Stored({unit.id: unit for unit in units}, _by_unit(periods), _by_unit(numbers), _by_unit(sites))
    # A thread, so that other requests are answered while thousands of lines are looked at.
    file, planned, faults = await asyncio.to_thread(_plan, work, body, options, stored)
    if faults and not options.dry_run:
        raise Invalid(faults[:MOST_FAULTS])
    if not faults and not options.dry_run:
        await asyncio.to_thread(_write, work, stored, planned)
        if any(each.changed for each in planned):
            work.announce("organisations.imported", new_id())
    return _report(file, planned, faults[:MOST_FAULTS], work.locale, dry_run=options.dry_run)


def _plan(
    work: UnitOfWork, body: bytes, options: ImportOptions, stored: _Stored
) -> tuple[File, list[Planned], list[Fault]]:
    file = read_units(body)
    defaults = Defaults(
        options.lang or work.asker.home,
        options.valid_from or work.today,
        options.kind,
        options.sector,
        options.parent_id,
    )
    planned, faults = plan(file, _known(stored), defaults, new_id)
    return file, planned, in_order([*file.faults, *faults])


def _by_unit(found: Sequence[R]) -> dict[UUID, list[R]]:
    grouped: dict[UUID, list[R]] = defaultdict(list)
    for row in found:
        grouped[row.organisation_id].append(row)
    return grouped


def _known(stored: _Stored) -> Iterable[Known]:
    for id, unit in stored.units.items():
        yield Known(
            id,
            unit.kind,
            unit.sector,
            tuple(
                Period(id, row.parent_id, row.names, row.valid_from, row.valid_to)
                for row in sorted(stored.periods.get(id, ()), key=lambda row: row.valid_from)
            ),
            frozenset((row.scheme, row.value) for row in stored.numbers.get(id, ())),
            tuple(
                Site(row.name, row.address, row.latitude, row.longitude, row.main) for row in stored.sites.get(id, ())
            ),
        )


def _write(work: UnitOfWork, stored: _Stored, planned: Sequence[Planned]) -> None:
    for each in planned:
        if each.changed:
            _write_one(work, stored, each)


def _write_one(work: UnitOfWork, stored: _Stored, each: Planned) -> None:
    if each.new:
        unit = Organisation(**work.stamp(each.id), kind=each.kind, sector=each.sector)
        work.add(unit)
    else:
        unit = stored.units[each.id]
        work.change(unit, kind=each.kind, sector=each.sector)
        work.touch(unit)
    parts.apply_change(work, stored.periods.get(each.id, []), each.change)
    numbers = [parts.ExternalId(scheme=scheme, value=value) for scheme, value in sorted(each.numbers)]
    parts.write_external_ids(work, unit, stored.numbers.get(each.id, []), numbers)
    if each.sites is not None:
        sites = [parts.Site(**vars(site)) for site in each.sites]
        parts.write_sites(work, unit, stored.sites.get(each.id, []), sites)


def _report(
    file: File, planned: Sequence[Planned], faults: Sequence[Fault], locale: str, *, dry_run: bool
) -> Mapping[str, Any]:
    """What happened (in a dry run: would happen) to each line, in the file's order."""
    wrong = {fault.pointer[1] for fault in faults if len(fault.pointer) > 1}
    plans = {site.line: each for each in planned for site in each.unit.sites}

    def say(number: int) -> Mapping[str, Any]:
        each = plans.get(number)
        if each is None:
            return {"outcome": "refused", "organisation_id": None, "name": None}
        known = number not in wrong and not (dry_run and each.new)
        return {
            "outcome": _outcome(each),
            "organisation_id": str(each.id) if known else None,
            "name": each.unit.name,
        }

    lines, refused = reported(file.lines, faults, locale, say)
    units = counted(_outcome(each) for each in planned)
    return {"dry_run": dry_run, "accepted": not faults, "units": units, "refused_lines": refused, "lines": lines}


def _outcome(each: Planned) -> str:
    return outcome_of(new=each.new, changed=each.changed)
