"""The school owner that the asker acts in."""

from uuid import UUID

from api.queries.access import everyone
from api.reading.views import View, shown
from domain.figures import Level


class TenantView(View):
    """A school owner: a municipality, a county, a district or a private owner."""

    of = "tenant"
    # No row security here: tenants are looked up before anybody has one. So nobody finds any but their own.
    source = "(select * from tenant where id = :tenant::text::uuid) {row}"
    key = "true"
    asked_as = "municipality"
    figures_at = Level.TENANT
    revision_sql = "null::int"
    seen_by = (everyone,)

    id: UUID = shown("The tenant's id.")
    slug: str = shown("Its short name.", example="fjordby")
    names: dict[str, str] = shown("The names by language tag.", example={"nb": "Fjordby kommune"})
    country: str = shown("ISO 3166-1, two letters.", example="NO")
    locale: str = shown("Its own language.", example="nb")
    zone: str = shown("Its time zone, an IANA name.", example="Europe/Oslo")
