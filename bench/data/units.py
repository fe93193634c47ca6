"""Units below one municipality, their teams, and who works in them."""

from bench.data.rows import Rows
from bench.data.sizes import MEMBERS


def units(rows: Rows) -> list[str]:
    """The tree of a tenant with its teams, and the rules that it chose."""
    return [_units(rows), _periods(rows), _teams(rows), _memberships(rows), _choice(rows)]


def _units(rows: Rows) -> str:
    return rows.insert(
        "organisation",
        rows.size.units + 1,
        kind="case n when 0 then 'municipality' else 'school' end",
        sector="case n when 0 then 'administration' else 'school' end",
    )


def _periods(rows: Rows) -> str:
    return rows.insert(
        "organisation_period",
        rows.size.units + 1,
        organisation_id=rows.id("organisation", "n"),
        parent_id=f"case when n > 0 then {rows.id('organisation', '0')} end",
        names="jsonb_build_object('nb', 'Bjørkåsen skole ' || n)",
        sort_name="'bjørkåsen ' || lpad(n::text, 4, '0')",
        valid_from="date '2015-01-01'",
    )


def _teams(rows: Rows) -> str:
    return rows.insert(
        "team",
        rows.size.teams,
        organisation_id=rows.id("organisation", f"(1 + n % {rows.size.units})"),
        kind="'grade'",
        name="'Team ' || n",
        sort_name="'team ' || lpad(n::text, 4, '0')",
        lang="'nb'",
        state="'active'",
    )


def _memberships(rows: Rows) -> str:
    person = f"((n / {MEMBERS}) * {MEMBERS} + n % {MEMBERS}) % {rows.size.people_in_teams}"
    return rows.insert(
        "team_membership",
        rows.size.teams * MEMBERS,
        team_id=rows.id("team", f"(n / {MEMBERS})"),
        person_id=rows.id("person", f"({person})"),
        duty=f"case n % {MEMBERS} when 0 then 'facilitator' else 'member' end",
        valid_from="date '2015-01-01'",
    )


def _choice(rows: Rows) -> str:
    return rows.insert("method_choice", 1, profile="'lier.roald@1'", consultation_parties="'{}'::text[]")
