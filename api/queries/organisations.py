"""The tree of units as of a day."""

from datetime import date, datetime
from uuid import UUID

from api.postgres.validity import in_force
from api.queries.access import everyone
from api.queries.values import (
    OrganisationExternalId,
    OrganisationPeriod,
    OrganisationSite,
    OrganisationSuccession,
)
from api.reading.views import MATCHING, Order, View, many, matching, one, pages, shown
from domain.figures import Level
from domain.organisations import OrganisationKind, Sector

_NAME = (
    "coalesce(case when not :chosen::boolean then {names} ->> asker.locale end, "
    + ", ".join(f"{{names}} ->> (:locales::text[])[{i}]" for i in range(1, 6))
    + ", (select min(value) from jsonb_each_text({names})))"
)


def resolved(names: str) -> str:
    """SQL for the best name of a localised map: header, person, tenant, then whatever there is."""
    return _NAME.replace("{names}", names)


class OrganisationView(View):
    """A unit as it was, is or will be on the day asked for."""

    of = "organisation"
    source = (
        "organisation {row} join organisation_period {row}_p on {row}_p.organisation_id = {row}.id and "
        + in_force("{row}_p", "as_of")
    )
    order = Order((("{row}_p.sort_name", "text"), ("{row}.id", "uuid")))
    listed_as = "organisations"
    figures_at = Level.UNIT
    seen_by = (everyone,)
    filters = {
        MATCHING: matching("{row}_p.sort_name"),
        "kind": "{row}.kind = :kind::text",
        "sector": "{row}.sector = :sector::text",
        "parent_id": "{row}_p.parent_id = :parent_id::uuid",
        "external_id": (
            "exists (select from organisation_external_id x where x.organisation_id = {row}.id "
            "and x.scheme || ':' || x.value = :external_id::text)"
        ),
    }

    id: UUID = shown("The unit's id; it stays the same through renames and moves.")
    kind: OrganisationKind = shown("What sort of unit it is.")
    sector: Sector = shown("Which sector it belongs to.")
    name: str = shown("The name in the language asked for, or the nearest that there is.", resolved("{row}_p.names"))
    names: dict[str, str] = shown("The names by language tag.", "{row}_p.names", example={"nb": "Bjerkelia skole"})
    parent_id: UUID | None = shown("The unit above on that day; null at the top.", "{row}_p.parent_id")
    valid_from: date = shown("The first day of this name and place.", "{row}_p.valid_from")
    valid_to: date | None = shown(
        "The first day on which they no longer hold; null while open-ended.", "{row}_p.valid_to"
    )
    external_ids: list[OrganisationExternalId] = shown(
        "The unit's numbers in other registers, each with scheme and value.",
        "(select coalesce(json_agg(json_build_object('scheme', x.scheme, 'value', x.value) "
        "order by x.scheme, x.value), '[]'::json) from organisation_external_id x where x.organisation_id = {row}.id)",
        example=[{"scheme": "dk_instnr", "value": "751002"}],
    )
    sites: list[OrganisationSite] = shown(
        "Where the unit works; latitude and longitude in degrees (WGS 84), the main site first.",
        "(select coalesce(json_agg(row_to_json(s) order by s.main desc, s.name), '[]'::json) from "
        "(select id, name, address, latitude, longitude, main from organisation_site x "
        "where x.organisation_id = {row}.id) s)",
    )
    revision: int = shown("Rises with every change; the number in the ETag.")
    created_at: datetime = shown("When the record was made, UTC.")
    updated_at: datetime = shown("When it last changed, UTC.")
    parent = one("The unit above, on the same day.", "Organisation", "{row}_p.parent_id")
    periods: list[OrganisationPeriod] = shown(
        "Its whole history: every name and place with its days, earliest first.",
        "(select coalesce(json_agg(row_to_json(h) order by h.valid_from), '[]'::json) from "
        "(select parent_id, names, valid_from, valid_to from organisation_period x "
        "where x.organisation_id = {row}.id) h)",
    )
    successions: list[OrganisationSuccession] = shown(
        "What it took over and handed over when units merged or one was split, earliest first.",
        "(select coalesce(json_agg(json_build_object('kind', x.kind, 'origin_id', x.origin_id, 'into_id', x.into_id, "
        "'effective_on', x.effective_on, 'units', x.units, 'teams', x.teams, 'meetings', x.meetings) "
        "order by x.effective_on, x.id), '[]'::json) "
        "from organisation_succession x where x.origin_id = {row}.id or x.into_id = {row}.id)",
    )
    teams = pages("The unit's own teams.", "Team", "organisation_id")
    meetings = pages("Meetings of the unit's own teams, the latest first.", "Meeting", "organisation_id")
    children = many(
        "The units directly below.", "Organisation", "{row}_p.parent_id", order="{row}_p.sort_name, {row}.id"
    )
