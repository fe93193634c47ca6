"""Files of others: units from a CSV file."""

from typing import Annotated, Literal
from uuid import UUID

from fastapi import Query
from pydantic import Field, StringConstraints

from api.actions.commands import Day
from api.actions.organisations import QUEUE
from api.imports import organisations
from api.web.answers import Answer
from api.web.contexts import Upload, Write
from api.web.documents import Document
from api.web.operations import Router
from api.web.paging import Query as Parameters
from domain.organisations import OrganisationKind, Sector
from domain.permissions import Permission

router = Router(prefix="/v1/imports", tags=["imports"], queue=QUEUE)


class ImportQuery(Parameters):
    """What the file leaves open, for units that it opens; and whether anything is written."""

    dry_run: Annotated[bool, Field(description="Only say what would happen.")] = False
    kind: Annotated[OrganisationKind | None, Field(description="Kind of new units without a cell for it.")] = None
    sector: Annotated[Sector | None, Field(description="Sector of new units without a cell for it.")] = None
    lang: Annotated[
        Annotated[str, StringConstraints(pattern=r"^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$", max_length=35)] | None,
        Field(description="Language of the names; the tenant's own when left out."),
    ] = None
    parent_id: Annotated[UUID | None, Field(description="Unit above new units without a cell for it.")] = None
    valid_from: Annotated[Day | None, Field(description="The day from which the file holds; today when left out.")] = (
        None
    )


class LineFault(Document):
    """One thing that is wrong with a line."""

    pointer: Annotated[str, Field(examples=["/lines/7/dk_institution_number"])]
    code: Annotated[str, Field(examples=["pattern"])]
    detail: str


class LineReport(Document):
    """What became of one line."""

    line: Annotated[int, Field(description="Counted from 1 with the header, as an editor does.")]
    outcome: Annotated[Literal["created", "changed", "unchanged", "refused"], Field(description="What it led to.")]
    organisation_id: Annotated[UUID | None, Field(description="The unit; null where there is none (yet).")]
    name: str | None
    faults: list[LineFault]


class UnitCounts(Document):
    """How many units were (in a dry run: would be) created, changed, or left as they are."""

    created: int
    changed: int
    unchanged: int


class ImportReport(Document):
    """What became of a file; several lines may describe one unit with several sites."""

    dry_run: bool
    accepted: Annotated[bool, Field(description="Whether nothing in the file stands in the way.")]
    units: UnitCounts
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
