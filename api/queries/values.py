"""The objects inside documents that are no documents of their own, under the names that the contract gives them."""

from datetime import date
from typing import Annotated, Any
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from domain.evaluations import Result
from domain.meetings import PhaseKind
from domain.organisations import IdScheme
from domain.rule_sets import Severity
from domain.school_calendars import DayKind
from domain.successions import SuccessionKind


class Value(BaseModel):
    """Nothing that isn't declared."""

    model_config = ConfigDict(extra="forbid")


class OrganisationExternalId(Value):
    """A unit's number in another register."""

    scheme: Annotated[IdScheme, Field(description="The register.")]
    value: Annotated[str, Field(description="The number there.")]


class OrganisationSite(Value):
    """A place where a unit works; degrees in WGS 84."""

    id: Annotated[UUID, Field(description="The site's id.")]
    name: Annotated[str, Field(description="What it is called; sites of one unit are told apart by it.")]
    address: str | None
    latitude: float | None
    longitude: float | None
    main: Annotated[bool, Field(description="Whether it is the unit's main site.")]


class OrganisationPeriod(Value):
    """A name and a place in the tree, with the days on which they hold."""

    parent_id: Annotated[UUID | None, Field(description="The unit above; null at the top.")]
    names: Annotated[dict[str, str], Field(description="The names by language tag.")]
    valid_from: Annotated[date, Field(description="The first day.")]
    valid_to: Annotated[
        date | None, Field(description="The first day on which they no longer hold; null while open-ended.")
    ]


class CalendarDays(Value):
    """Days of a school calendar that follow one another and are alike."""

    first: Annotated[date, Field(description="The first of them.")]
    last: Annotated[date, Field(description="The last of them, included.")]
    kind: Annotated[DayKind, Field(description="What was decided about them.")]
    name: Annotated[str | None, Field(description="What they are called.", examples=["Høstferie"])]


class ItemPhase(Value):
    """A part of an agenda item."""

    kind: Annotated[PhaseKind, Field(description="What it is for.")]
    wanted: Annotated[
        str | None,
        Field(description="What is hoped for from everybody, in the item's language.", examples=["Bare idéer nå"]),
    ]
    minutes: Annotated[int | None, Field(description="Its own time, minutes; null while it has none.", examples=[10])]


class OrganisationSuccession(Value):
    """What one unit handed over to another when units merged or one was split."""

    kind: Annotated[SuccessionKind, Field(description="Whether units merged or one was split.")]
    origin_id: Annotated[UUID, Field(description="The unit that handed over.")]
    into_id: Annotated[UUID, Field(description="The unit that took over.")]
    effective_on: Annotated[date, Field(description="The first day on which it holds.")]
    units: Annotated[int, Field(description="Units directly below that went with it.")]
    teams: Annotated[int, Field(description="Teams that went with it; archived ones stay.")]
    meetings: Annotated[int, Field(description="Their meetings that had not begun; those that had stay.")]


class RuleResult(Value):
    """One rule's word on one place of an agenda."""

    code: Annotated[str, Field(description="The rule.", examples=["R2a"])]
    version: Annotated[int, Field(description="The rule's version.")]
    result: Annotated[Result, Field(description="What the rule says.")]
    severity: Annotated[Severity, Field(description="How firmly the rule holds for this owner.")]
    pointer: Annotated[str, Field(description="JSON pointer into the agenda.", examples=["/agenda/0/question"])]
    item_id: Annotated[UUID | None, Field(description="The agenda item, when the rule is about one that is stored.")]
    facts: Annotated[dict[str, Any], Field(description="What was found; the words are written from it.")]
    overridable: Annotated[bool, Field(description="Whether a reason lets it pass.")]
    override_reasons: Annotated[list[str], Field(description="The codes of the reasons that do.")]
