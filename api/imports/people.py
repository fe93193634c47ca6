"""The import of people: known by what they sign in with, one transaction, a constant number of statements."""

import asyncio
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, get_args
from uuid import UUID

from pydantic import TypeAdapter, ValidationError

from api.actions.commands import Locale
from api.actions.people import Email, administrators_besides, require_another_administrator
from api.actions.places import TENANT
from api.imports.reading import Line, Sheet, read
from api.imports.reporting import MOST_FAULTS, at, counted, in_order, outcome_of, reported
from api.postgres.ids import new_id
from api.postgres.wanted import patiently, rows
from api.postgres.work import UnitOfWork
from api.tables import Person, PersonIdentity
from domain.errors import Fault, Invalid
from domain.localisation import sort_key
from domain.people import PersonKind, PersonStatus
from domain.permissions import Permission

COLUMNS = frozenset({"name", "issuer", "subject", "email", "locale", "status"})
"""What a file of people may say; a column that isn't there leaves what is stored alone."""

_EMAIL = TypeAdapter[str](Email)
_THESE = "subject in (select unnest(:known::text[]))"  # hashed: `= any(…)` compares everybody with every line
_THEIRS = "id in (select person_id from person_identity where subject in (select unnest(:known::text[])))"
_LOCALES: tuple[str, ...] = get_args(Locale)
_STATUSES = (PersonStatus.ACTIVE, PersonStatus.INACTIVE)


@dataclass(frozen=True)
class PeopleOptions:
    """Who signs the tokens of people whose line doesn't say, and whether anything is to be written."""

    dry_run: bool = False
    issuer: str | None = None


@dataclass(frozen=True)
class _Plan:
    """One person as the file has them, and the rows that they are stored in, new or not."""

    line: int
    person: Person
    identity: PersonIdentity | None
    changes: Mapping[str, Any]

    @property
    def outcome(self) -> str:
        return outcome_of(new=self.identity is not None, changed=bool(self.changes))


async def import_people(work: UnitOfWork, body: bytes, options: PeopleOptions) -> Mapping[str, Any]:
    """Make people what the file says; the report.

    Raises Invalid with every fault unless it is a dry run, LastAdministrator where it would bar all of them.
    """
    await work.fetch(patiently())
    work.require(Permission.PERSON_IMPORT, TENANT)
    # Threads, so that other requests are answered while thousands of lines are looked at.
    sheet = await asyncio.to_thread(read, body, COLUMNS, frozenset({"name", "subject"}))
    known = sorted({line["subject"] for line in sheet.lines})
    identities, people = await work.fetch(
        rows(PersonIdentity, where=_THESE, known=known),
        rows(Person, where=_THEIRS, known=known),
    )
    plans, faults = await asyncio.to_thread(_plan, work, sheet, options, identities, people)
    barred = [each.person.id for each in plans if each.changes.get("status") is PersonStatus.INACTIVE]
    if barred:
        require_another_administrator(*await work.fetch(administrators_besides(barred)))
    if faults and not options.dry_run:
        raise Invalid(faults[:MOST_FAULTS])
    if not options.dry_run:
        await asyncio.to_thread(_write, work, plans)
    return _report(sheet, plans, faults[:MOST_FAULTS], work.locale, dry_run=options.dry_run)


def _plan(
    work: UnitOfWork,
    sheet: Sheet,
    options: PeopleOptions,
    identities: Sequence[PersonIdentity],
    people: Sequence[Person],
) -> tuple[list[_Plan], list[Fault]]:
    by_id = {person.id: person for person in people}
    stored = {(each.issuer, each.subject): by_id[each.person_id] for each in identities}
    faults, plans, seen = list(sheet.faults), [], set[tuple[str, str]]()
    for line in sheet.lines:
        identity = (line["issuer"] or options.issuer or "", line["subject"])
        wrong = [*_faults(line, identity[0])]
        if identity in seen:
            wrong.append(Fault("duplicate", at(line, "subject")))
        seen.add(identity)
        faults += wrong
        if not wrong:
            plans.append(_planned(work, line, identity, stored.get(identity)))
    return plans, in_order(faults)


def _faults(line: Line, issuer: str) -> Iterator[Fault]:
    for column in ("name", "subject"):
        if not line[column]:
            yield Fault("missing", at(line, column))
    if not issuer:
        yield Fault("missing", at(line, "issuer"))
    for column, allowed in (("locale", _LOCALES), ("status", _STATUSES)):
        if line[column] and line[column] not in allowed:
            yield Fault("not_one_of", at(line, column), {"expected": ", ".join(allowed)})
    if line["email"] and not _is_email(line["email"]):
        yield Fault("pattern", at(line, "email"))


def _is_email(written: str) -> bool:
    try:
        _EMAIL.validate_python(written)
    except ValidationError:
        return False
    return True


def _planned(work: UnitOfWork, line: Line, identity: tuple[str, str], person: Person | None) -> _Plan:
    said: dict[str, Any] = {"name": line["name"], "sort_name": sort_key(line["name"], work.asker.home)}
    said |= {column: line[column].lower() or None for column in ("email", "locale") if column in line.cells}
    if line["status"]:
        said["status"] = PersonStatus(line["status"])
    if person is not None:
        return _Plan(line.number, person, None, {k: v for k, v in said.items() if getattr(person, k) != v})
    new = Person(**work.stamp(), **{"kind": PersonKind.PERSON, "status": PersonStatus.ACTIVE, **said})
    issuer, subject = identity
    return _Plan(line.number, new, PersonIdentity(**work.stamp(), person_id=new.id, issuer=issuer, subject=subject), {})


def _write(work: UnitOfWork, plans: Sequence[_Plan]) -> None:
    for each in plans:
        if each.identity is not None:
            work.add(each.person, each.identity)
        elif each.changes:
            work.change(each.person, **each.changes)
    if any(each.outcome != "unchanged" for each in plans):
        work.announce("people.imported", new_id())


def _report(
    sheet: Sheet, plans: Sequence[_Plan], faults: Sequence[Fault], locale: str, *, dry_run: bool
) -> Mapping[str, Any]:
    """What happened (in a dry run: would happen) to each line, in the file's order."""
    by_line = {each.line: each for each in plans}
    names = {line.number: line["name"] for line in sheet.lines}

    def say(number: int) -> Mapping[str, Any]:
        each, name = by_line.get(number), names.get(number) or None
        if each is None:
            return {"outcome": "refused", "person_id": None, "name": name}
        id: UUID | None = None if dry_run and each.identity is not None else each.person.id
        return {"outcome": each.outcome, "person_id": id, "name": name}

    lines, refused = reported((line.number for line in sheet.lines), faults, locale, say)
    people = counted(each.outcome for each in plans)
    return {"dry_run": dry_run, "accepted": not faults, "people": people, "refused_lines": refused, "lines": lines}
