"""The tree of units as it was, is and will be: a unit, its periods, its numbers elsewhere and its sites."""

from datetime import date
from typing import Annotated
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ExcludeConstraint

from api.tables.base import Refers, Row, SortKey, TextMap, index, one_of, unique
from domain.organisations import IdScheme, OrganisationKind, Sector
from domain.successions import SuccessionKind


class Organisation(Row):
    """A unit that keeps its identity through every rename and move."""

    table = "organisation"
    constraints = (one_of("organisation", "kind", OrganisationKind), one_of("organisation", "sector", Sector))

    kind: OrganisationKind
    sector: Sector


class OrganisationPeriod(Row):
    """What a unit was called and where it belonged, from `valid_from` until the day `valid_to` (exclusive)."""

    table = "organisation_period"
    constraints = (
        sa.CheckConstraint("valid_to > valid_from", name="ck_organisation_period_period"),
        sa.CheckConstraint("parent_id <> organisation_id", name="ck_organisation_period_parent"),
        ExcludeConstraint(
            ("tenant_id", "="),
            ("organisation_id", "="),
            (sa.text("daterange(valid_from, valid_to)"), "&&"),
            name="ex_organisation_period_once",
            using="gist",
            deferrable=True,
            initially="IMMEDIATE",
        ),
        index("organisation_period", "organisation_id", "valid_from desc"),
        index("organisation_period", "parent_id", "valid_from desc"),
        index("organisation_period", "sort_name", "organisation_id"),
    )

    organisation_id: Annotated[UUID, Refers("organisation")]
    parent_id: Annotated[UUID | None, Refers("organisation")] = None
    names: TextMap
    sort_name: SortKey
    valid_from: date
    valid_to: date | None = None


class OrganisationExternalId(Row):
    """The unit's number in another register: orgnr, dk_instnr, se_skolenhetskod …"""

    table = "organisation_external_id"
    constraints = (
        one_of("organisation_external_id", "scheme", IdScheme),
        unique("organisation_external_id", "scheme", "value"),
        index("organisation_external_id", "organisation_id"),
    )

    organisation_id: Annotated[UUID, Refers("organisation")]
    scheme: IdScheme
    value: str


class OrganisationSite(Row):
    """A place where the unit works; one of them is the main site. Degrees in WGS 84."""

    table = "organisation_site"
    constraints = (index("organisation_site", "organisation_id", "main desc", "name"),)

    organisation_id: Annotated[UUID, Refers("organisation")]
    name: str
    address: str | None = None
    latitude: float | None = None
    longitude: float | None = None
    main: bool


class OrganisationSuccession(Row):
    """What one unit handed over to another when units merged or one was split; never changed afterwards."""

    table = "organisation_succession"
    append_only = True
    constraints = (
        one_of("organisation_succession", "kind", SuccessionKind),
        sa.CheckConstraint("origin_id <> into_id", name="ck_organisation_succession_units"),
        index("organisation_succession", "origin_id", "effective_on", "id"),
        index("organisation_succession", "into_id", "effective_on", "id"),
    )

    kind: SuccessionKind
    origin_id: Annotated[UUID, Refers("organisation")]
    into_id: Annotated[UUID, Refers("organisation")]
    effective_on: date
    units: int
    teams: int
    meetings: int
