"""Lines as teams and their members: what is to be done for each, and every fault where it stands."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from api.actions.commands import LANG
from api.imports.reading import Line, Sheet
from api.imports.reporting import at, in_order, outcome_of
from api.postgres.work import UnitOfWork
from api.tables import Team, TeamMembership
from domain import teams
from domain.errors import Fault
from domain.localisation import sort_key
from domain.periods import holds
from domain.teams import Duty, MembershipPeriod, TeamKind, TeamState


@dataclass(frozen=True)
class TeamOptions:
    """What the file leaves open, and whether anything is to be written."""

    dry_run: bool = False
    kind: TeamKind | None = None
    lang: str | None = None
    issuer: str | None = None


@dataclass(frozen=True)
class Known:
    """What is stored, by what a file calls it; stays are those that have not ended."""

    units: Mapping[str, UUID]
    people: Mapping[tuple[str, str], UUID]
    teams: Mapping[tuple[UUID, str], list[Team]]
    stays: Mapping[tuple[UUID, UUID], list[TeamMembership]]


@dataclass
class Planned:
    """One team as the file has it; `stays` are its members by line, with what becomes of their time in it."""

    team: Team
    new: bool
    changes: Mapping[str, Any]
    lines: list[int] = field(default_factory=list)
    stays: dict[int, "Stay"] = field(default_factory=dict)

    @property
    def outcome(self) -> str:
        return outcome_of(new=self.new, changed=bool(self.changes))


@dataclass(frozen=True)
class Stay:
    """Somebody's time in a team: the stored row with what it becomes, and the stay that begins today, if any."""

    person_id: UUID
    stored: TeamMembership | None = None
    becomes: MembershipPeriod | None = None
    begins: MembershipPeriod | None = None

    @property
    def outcome(self) -> str:
        return outcome_of(new=self.stored is None, changed=self.becomes is not None)


def known_of(
    units: Mapping[str, UUID],
    people: Sequence[tuple[str, str, UUID]],
    stored: Sequence[Team],
    stays: Sequence[TeamMembership],
) -> Known:
    by_name, by_person = defaultdict(list), defaultdict(list)
    for team in stored:
        by_name[team.organisation_id, team.name].append(team)
    for stay in stays:
        by_person[stay.team_id, stay.person_id].append(stay)
    return Known(units, {(issuer, subject): id for issuer, subject, id in people}, by_name, by_person)


def plan(work: UnitOfWork, sheet: Sheet, options: TeamOptions, known: Known) -> tuple[list[Planned], list[Fault]]:
    faults = list(sheet.faults)
    planned: dict[tuple[str, str], Planned] = {}
    for line in sheet.lines:
        wrong = [*_word_faults(line)]
        named = (line["unit"], line["name"])
        if not wrong and named not in planned:
            wrong += _team_faults(line, options, known)
            if not wrong:
                planned[named] = _team(work, line, options, known)
        elif not wrong:
            wrong += _clashes(line, planned[named])
        if not wrong and line["subject"]:
            wrong += _join(work, line, options, known, planned[named])
        if not wrong:
            planned[named].lines.append(line.number)
        faults += wrong
    return list(planned.values()), in_order(faults)


def _word_faults(line: Line) -> Iterator[Fault]:
    for column in ("name", "unit"):
        if not line[column]:
            yield Fault("missing", at(line, column))
    for column, allowed in (("kind", list(TeamKind)), ("duty", list(Duty))):
        if line[column] and line[column] not in allowed:
            yield Fault("not_one_of", at(line, column), {"expected": ", ".join(allowed)})
    if line["lang"] and not LANG.fullmatch(line["lang"]):
        yield Fault("pattern", at(line, "lang"))


def _team_faults(line: Line, options: TeamOptions, known: Known) -> Iterator[Fault]:
    """What keeps the line from naming one team."""
    unit = known.units.get(line["unit"])
    if unit is None:
        yield Fault("unknown_reference", at(line, "unit"))
        return
    found = known.teams.get((unit, line["name"]), [])
    if len(found) > 1:
        yield Fault("names_two_teams", at(line, "name"))
    if not found and not line["kind"] and options.kind is None:
        yield Fault("missing", at(line, "kind"))


def _team(work: UnitOfWork, line: Line, options: TeamOptions, known: Known) -> Planned:
    unit = known.units[line["unit"]]
    said: dict[str, Any] = {name: value for name, value in _said(line).items() if value is not None}
    for team in known.teams.get((unit, line["name"]), ()):
        said["sort_name"] = sort_key(team.name, said.get("lang", team.lang))
        return Planned(team, False, {name: value for name, value in said.items() if getattr(team, name) != value})
    lang = said.get("lang") or options.lang or work.asker.home
    new = Team(
        **work.stamp(),
        organisation_id=unit,
        kind=TeamKind(line["kind"] or options.kind or ""),
        name=line["name"],
        sort_name=sort_key(line["name"], lang),
        lang=lang,
        state=TeamState.ACTIVE,
    )
    return Planned(new, True, {})


def _said(line: Line) -> Mapping[str, Any]:
    return {"kind": TeamKind(line["kind"]) if line["kind"] else None, "lang": line["lang"] or None}


def _clashes(line: Line, planned: Planned) -> Iterator[Fault]:
    """A later line of a team may leave a cell empty, but not say something else than the first."""
    for column, value in _said(line).items():
        if value is not None and value != planned.changes.get(column, getattr(planned.team, column)):
            yield Fault("differs_within_team", at(line, column))


def _join(work: UnitOfWork, line: Line, options: TeamOptions, known: Known, planned: Planned) -> Iterator[Fault]:
    """Who is in the team from today, with which duty; whoever is in it already stays, or changes duty."""
    issuer = line["issuer"] or options.issuer
    if not issuer:
        yield Fault("missing", at(line, "issuer"))
        return
    person = known.people.get((issuer, line["subject"]))
    if person is None:
        yield Fault("unknown_reference", at(line, "subject"))
        return
    if any(stay.person_id == person for stay in planned.stays.values()):
        yield Fault("duplicate", at(line, "subject"))
        return
    stays = known.stays.get((planned.team.id, person), [])
    planned.stays[line.number] = _stay(work, line, person, stays)


def _stay(work: UnitOfWork, line: Line, person: UUID, stays: Sequence[TeamMembership]) -> Stay:
    if not stays:
        duty = Duty(line["duty"]) if line["duty"] else Duty.MEMBER
        return Stay(person, begins=MembershipPeriod(person, duty, work.today))
    stored = next((stay for stay in stays if holds(stay, work.today)), stays[0])
    duty = Duty(line["duty"]) if line["duty"] else stored.duty
    if duty is stored.duty:
        return Stay(person, stored)
    period = MembershipPeriod(person, stored.duty, stored.valid_from, stored.valid_to)
    becomes, *following = teams.change_stay(period, duty, stored.valid_to, work.today)
    return Stay(person, stored, becomes, following[0] if following else None)
