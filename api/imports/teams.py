"""The import of teams and who is in them: one transaction, a constant number of statements, a report by line."""

import asyncio
from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from pydantic import TypeAdapter

from api.actions.places import TENANT
from api.imports.memberships import Planned, Stay, TeamOptions, known_of, plan
from api.imports.reading import Sheet, read
from api.imports.reporting import MOST_FAULTS, counted, reported
from api.postgres.ids import new_id
from api.postgres.validity import in_force
from api.postgres.wanted import Wanted, patiently, rows
from api.postgres.work import UnitOfWork
from api.tables import Team, TeamMembership
from domain.errors import Fault, Invalid
from domain.permissions import Permission

COLUMNS = frozenset({"name", "unit", "kind", "lang", "issuer", "subject", "duty"})
"""What a file of teams may say: a team in a unit and, with a subject, somebody who is in it."""


async def import_teams(work: UnitOfWork, body: bytes, options: TeamOptions) -> Mapping[str, Any]:
    """Make teams what the file says; the report. Raises Invalid with every fault unless it is a dry run."""
    await work.fetch(patiently())
    work.require(Permission.TEAM_IMPORT, TENANT)
    # Threads, so that other requests are answered while thousands of lines are looked at.
    sheet = await asyncio.to_thread(read, body, COLUMNS, frozenset({"name", "unit"}))
    numbers = sorted({line["unit"] for line in sheet.lines})
    subjects = sorted({line["subject"] for line in sheet.lines})
    units, people, stored, stays = await work.fetch(
        _units(numbers),
        _people(subjects),
        rows(Team, where=_OF_UNITS, numbers=numbers),
        rows(TeamMembership, where=_LASTING, numbers=numbers),
    )
    known = await asyncio.to_thread(known_of, units, people, stored, stays)
    planned, faults = await asyncio.to_thread(plan, work, sheet, options, known)
    if faults and not options.dry_run:
        raise Invalid(faults[:MOST_FAULTS])
    if not options.dry_run:
        await asyncio.to_thread(_write, work, planned)
    return _report(sheet, planned, faults[:MOST_FAULTS], work.locale, dry_run=options.dry_run)


_NUMBERED = "x.scheme || ':' || x.value in (select unnest(:numbers::text[]))"
_OF_UNITS = (
    "state <> 'archived' and organisation_id in (select x.organisation_id from organisation_external_id x "
    "where " + _NUMBERED + ")"
)
_LASTING = "(valid_to is null or valid_to > :today::date) and team_id in (select id from team where " + _OF_UNITS + ")"


def _units(numbers: Sequence[str]) -> Wanted[Mapping[str, UUID]]:
    """The units that are open today, by their numbers."""
    return Wanted(
        "select coalesce(json_object_agg(x.scheme || ':' || x.value, x.organisation_id), '{}'::json) "
        "from organisation_external_id x join organisation_period p on p.organisation_id = x.organisation_id "
        "and " + in_force("p") + " where " + _NUMBERED,
        {"numbers": numbers},
        _BY_NUMBER.validate_json,
    )


def _people(subjects: Sequence[str]) -> Wanted[list[tuple[str, str, UUID]]]:
    """Active people, by what they sign in with."""
    return Wanted(
        "select coalesce(json_agg(json_build_array(i.issuer, i.subject, i.person_id)), '[]'::json) "
        "from person_identity i join person p on p.id = i.person_id and p.status = 'active' "
        "where i.subject in (select unnest(:subjects::text[]))",
        {"subjects": subjects},
        _BY_IDENTITY.validate_json,
    )


_BY_NUMBER = TypeAdapter(dict[str, UUID])
_BY_IDENTITY = TypeAdapter(list[tuple[str, str, UUID]])


def _write(work: UnitOfWork, planned: Sequence[Planned]) -> None:
    changed = False
    for each in planned:
        moved = [stay for stay in each.stays.values() if stay.outcome != "unchanged"]
        if each.new:
            work.add(each.team)
        elif each.changes:
            work.change(each.team, **each.changes)
        if moved and not each.new:
            work.touch(each.team)
        for stay in moved:
            _write_stay(work, each.team, stay)
        changed = changed or bool(moved) or each.outcome != "unchanged"
    if changed:
        work.announce("teams.imported", new_id())


def _write_stay(work: UnitOfWork, team: Team, stay: Stay) -> None:
    if stay.stored is not None and stay.becomes is not None:
        work.change(stay.stored, duty=stay.becomes.duty, valid_to=stay.becomes.valid_to)
    if stay.begins is not None:
        period = stay.begins
        work.add(
            TeamMembership(
                **work.stamp(),
                team_id=team.id,
                person_id=period.person_id,
                duty=period.duty,
                valid_from=period.valid_from,
                valid_to=period.valid_to,
            )
        )


def _report(
    sheet: Sheet, planned: Sequence[Planned], faults: Sequence[Fault], locale: str, *, dry_run: bool
) -> Mapping[str, Any]:
    """What happened (in a dry run: would happen) to each line, in the file's order."""
    by_line = {line: each for each in planned for line in each.lines}
    names = {line.number: line["name"] for line in sheet.lines}

    def say(number: int) -> Mapping[str, Any]:
        each, name = by_line.get(number), names.get(number) or None
        if each is None:
            return {"outcome": "refused", "team_id": None, "person_id": None, "name": name}
        stay = each.stays.get(number)
        return {
            "outcome": stay.outcome if stay and not each.new else each.outcome,
            "team_id": None if dry_run and each.new else each.team.id,
            "person_id": stay.person_id if stay else None,
            "name": name,
        }

    lines, refused = reported(names, faults, locale, say)
    return {
        "dry_run": dry_run,
        "accepted": not faults,
        "teams": counted(each.outcome for each in planned),
        "memberships": counted(stay.outcome for each in planned for stay in each.stays.values()),
        "refused_lines": refused,
        "lines": lines,
    }
