"""People, how their issuer calls them, and who leads what."""

from bench.data.rows import Rows
from bench.data.sizes import WIDE

ISSUER = "https://login.bench.example"
AUDIENCE = "https://api.bench.example"


def subject_of(person: int) -> str:
    """What the issuer calls the person with this number."""
    return f"person-{person}"


def people(rows: Rows) -> list[str]:
    """Everybody in a tenant, with their roles."""
    return [_persons(rows), _identities(rows), _leaders_of_all(rows), _leaders_of_units(rows)]


def _persons(rows: Rows) -> str:
    return rows.insert(
        "person",
        rows.size.people,
        kind="'person'",
        name="'Kari Nordmann-Løkkeberg ' || n",
        sort_name="'kari nordmann ' || lpad(n::text, 6, '0')",
        email="'person' || n || '@kommune.example'",
        locale="'nb'",
        status="'active'",
    )


def _identities(rows: Rows) -> str:
    return rows.insert(
        "person_identity",
        rows.size.people,
        person_id=rows.id("person", "n"),
        issuer=f"'{ISSUER}'",
        subject="'person-' || n",
    )


def _leaders_of_all(rows: Rows) -> str:
    first = rows.size.leading_everything().start
    return rows.insert(
        "role_assignment",
        WIDE,
        person_id=rows.id("person", f"({first} + n)"),
        role="'unit_leader'",
        scope="'tenant'",
        valid_from="date '2015-01-01'",
    )


def _leaders_of_units(rows: Rows) -> str:
    """One each, those before the leaders of everything."""
    units = rows.size.units
    first = rows.size.leading_everything().start - units
    return rows.insert(
        "role_assignment",
        WIDE + units,
        skip=WIDE,
        person_id=rows.id("person", f"({first} + n - {WIDE})"),
        role="'unit_leader'",
        scope="'unit'",
        organisation_id=rows.id("organisation", f"(n - {WIDE} + 1)"),
        valid_from="date '2015-01-01'",
    )
