"""Files of others: units, people and teams from CSV files."""

from typing import Annotated, Literal
from uuid import UUID

from fastapi import Query
from pydantic import Field, StringConstraints

from api.actions.commands import Day, Lang
from api.actions.organisations import QUEUE
from api.actions.people import QUEUE as PEOPLE
from api.imports import organisations, people, teams
from api.imports.memberships import TeamOptions
from api.web.answers import Answer
from api.web.contexts import Upload, Write
from api.web.documents import Document
from api.web.operations import Router
from api.web.paging import Query as Parameters
from domain.organisations import OrganisationKind, Sector
from domain.permissions import Permission
from domain.teams import TeamKind

router = Router(prefix="/v1/imports", tags=["imports"], queue=QUEUE)


NamesLang = Annotated[Lang | None, Field(description="Language of the names; the tenant's own when left out.")]
Issuer = Annotated[
    Annotated[str, StringConstraints(min_length=1, max_length=500)] | None,
    Field(description="Who signs the tokens of people without a cell for it: `iss`."),
]


class ImportQuery(Parameters):
    """What the file leaves open, for units that it opens; and whether anything is written."""

    dry_run: Annotated[bool, Field(description="Only say what would happen.")] = False
    kind: Annotated[OrganisationKind | None, Field(description="Kind of new units without a cell for it.")] = None
    sector: Annotated[Sector | None, Field(description="Sector of new units without a cell for it.")] = None
    lang: NamesLang = None
    parent_id: Annotated[UUID | None, Field(description="Unit above new units without a cell for it.")] = None
    valid_from: Annotated[Day | None, Field(description="The day from which the file holds; today when left out.")] = (
        None
    )


class LineFault(Document):
    """One thing that is wrong with a line."""

    pointer: Annotated[str, Field(examples=["/lines/7/dk_institution_number"])]
    code: Annotated[str, Field(examples=["pattern"])]
    detail: str


Outcome = Annotated[Literal["created", "changed", "unchanged", "refused"], Field(description="What it led to.")]
LineNumber = Annotated[int, Field(description="Counted from 1 with the header, as an editor does.")]


class LineReport(Document):
    """What became of one line."""

    line: LineNumber
    outcome: Outcome
    organisation_id: Annotated[UUID | None, Field(description="The unit; null where there is none (yet).")]
    name: str | None
    faults: list[LineFault]


class Counts(Document):
    """How many were (in a dry run: would be) created, changed, or left as they are."""

    created: int
    changed: int
    unchanged: int


class PeopleImportQuery(Parameters):
    """What the file leaves open, and whether anything is written."""

    dry_run: Annotated[bool, Field(description="Only say what would happen.")] = False
    issuer: Issuer = None


class PersonLineReport(Document):
    """What became of one line of a file of people."""

    line: LineNumber
    outcome: Outcome
    person_id: Annotated[UUID | None, Field(description="The person; null where there is none (yet).")]
    name: str | None
    faults: list[LineFault]


class PeopleImportReport(Document):
    """What became of a file of people."""

    dry_run: bool
    accepted: Annotated[bool, Field(description="Whether nothing in the file stands in the way.")]
    people: Counts
    refused_lines: int
    lines: list[PersonLineReport]


class TeamsImportQuery(Parameters):
    """What the file leaves open, for teams that it founds; and whether anything is written."""

    dry_run: Annotated[bool, Field(description="Only say what would happen.")] = False
    kind: Annotated[TeamKind | None, Field(description="Kind of new teams without a cell for it.")] = None
    lang: NamesLang = None
    issuer: Issuer = None


class TeamLineReport(Document):
    """What became of one line of a file of teams."""

    line: LineNumber
    outcome: Outcome
    team_id: Annotated[UUID | None, Field(description="The team; null where there is none (yet).")]
    person_id: Annotated[UUID | None, Field(description="Who is in it by this line, if it says.")]
    name: str | None
    faults: list[LineFault]


class TeamsImportReport(Document):
    """What became of a file of teams and their members."""

    dry_run: bool
    accepted: Annotated[bool, Field(description="Whether nothing in the file stands in the way.")]
    teams: Counts
    memberships: Counts
    refused_lines: int
    lines: list[TeamLineReport]


class ImportReport(Document):
    """What became of a file; several lines may describe one unit with several sites."""

    dry_run: bool
    accepted: Annotated[bool, Field(description="Whether nothing in the file stands in the way.")]
    units: Counts
    refused_lines: int
    lines: list[LineReport]


@router.imports("/organisations", ImportReport, Permission.ORGANISATION_IMPORT)
async def import_organisations(query: Annotated[ImportQuery, Query()], file: Upload, write: Write) -> Answer:
    """Open and change units from a CSV file of at most 20,000 lines. For administrators.

    UTF-8; comma or semicolon. Columns: `name`, `address`, `main_site`, `latitude`, `longitude`, `kind`,
    `sector`, `lang`, `parent` (`scheme:number`), and numbers in registers: `dk_institution_number`, `orgnr`,
    `nsr`, `nbr`, `se_skolenhetskod`, `code`. A unit is known by any of its numbers; lines with the same number
    are sites of one unit, which is called what its main site is called. A column that isn't there leaves what
    is stored alone. The same file again changes nothing. One fault and nothing is written: 422 with all of them
    at `/lines/<line>/<column>`; with `dry_run` 200 with the list.
    """
    options = organisations.ImportOptions(**dict(query))
    return await write.report(await organisations.import_organisations(write.work, file, options))


@router.imports("/people", PeopleImportReport, Permission.PERSON_IMPORT, queue=PEOPLE)
async def import_people(query: Annotated[PeopleImportQuery, Query()], file: Upload, write: Write) -> Answer:
    """Add and change people from a CSV file of at most 20,000 lines. For administrators.

    UTF-8; comma or semicolon. Columns: `name`, `issuer` and `subject` (`iss` and the subject claim of their tokens,
    by which a person is known), `email`, `locale`, `status` (active, inactive). A column that isn't there leaves what
    is stored alone, and whoever isn't in the file stays as they are. The same file again changes nothing. One fault,
    such as a cell that looks like a national identity number, and nothing is written: 422 with all of them at
    `/lines/<line>/<column>`; with `dry_run` 200 with the list.
    """
    options = people.PeopleOptions(**dict(query))
    return await write.report(await people.import_people(write.work, file, options))


@router.imports("/teams", TeamsImportReport, Permission.TEAM_IMPORT)
async def import_teams(query: Annotated[TeamsImportQuery, Query()], file: Upload, write: Write) -> Answer:
    """Found teams, and put people into them, from a CSV file of at most 20,000 lines. For administrators.

    UTF-8; comma or semicolon; a line for each member. Columns: `name` and `unit` (`scheme:number`), by which a team
    is known; `kind`, `lang`; `issuer` and `subject` of somebody who is in it from today, and their `duty`. Whoever
    is in a team and not in the file stays in it. The same file again changes nothing. One fault and nothing is
    written: 422 with all of them at `/lines/<line>/<column>`; with `dry_run` 200 with the list.
    """
    options = TeamOptions(**dict(query))
    return await write.report(await teams.import_teams(write.work, file, options))
