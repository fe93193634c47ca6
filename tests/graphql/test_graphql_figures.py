"""Figures as fields of the schema: what is asked is told, thresholds hold, periods are judged, one statement each."""

import pytest
from harness.graphql import data, post

FIGURES = """
query($since: Date, $until: Date, $by: Bucket) {
  municipality { figures(since: $since, until: $until, by: $by) { ...Period meetings { ...Number series { since until value base withheld } } } }
  organisations(first: 100) {
    nodes {
      id
      figures(since: $since, until: $until, by: $by) {
        __typename since until asOf
        meetings { __typename value base withheld measure asOf }
        share: developmentShare { value tenantMean quartileBand series { value } }
        agendaLead { value withheld }
        overrides { value withheld }
        developmentMeetings { value }
      }
    }
  }
  teams(first: 100) { nodes { id figures(since: $since, until: $until, by: $by) { meetings { value } overrides { value withheld } } } }
}
fragment Period on TenantFigures { since until }
fragment Number on Figure { value base withheld measure }
"""


async def test_figures_of_all_levels_come_in_one_operation(filled):
    found = await data(filled.chief, FIGURES, since="2025-08-01", until="2026-08-01", by="school_half_year")
    whole = found["municipality"]["figures"]
    assert (whole["since"], whole["until"]) == ("2025-08-01", "2026-08-01")
    assert whole["meetings"]["value"] == 1
    assert [point["since"] for point in whole["meetings"]["series"]] == ["2025-08-01", "2026-01-01"]
    assert [point["value"] for point in whole["meetings"]["series"]] == [0, 1]
    unit = next(each for each in found["organisations"]["nodes"] if each["id"] == filled.one("organisation_id"))
    assert unit["figures"]["__typename"] == "UnitFigures"
    assert unit["figures"]["meetings"]["__typename"] == "UnitFigure"
    assert unit["figures"]["meetings"]["value"] == unit["figures"]["developmentMeetings"]["value"] == 1
    assert unit["figures"]["share"]["value"] == 1
    assert unit["figures"]["share"]["quartileBand"] is None
    assert unit["figures"]["agendaLead"] == {"value": None, "withheld": "too_few_people"}
    assert unit["figures"]["overrides"] == {"value": None, "withheld": "too_few_people"}
    team = next(each for each in found["teams"]["nodes"] if each["id"] == filled.one("team_id"))
    assert team["figures"] == {"meetings": {"value": 1}, "overrides": {"value": 1, "withheld": None}}


async def test_the_current_school_year_by_months_is_what_is_told_by_itself(filled):
    query = "{ municipality { figures { since until meetings { series { since } } } } }"
    found = (await data(filled.chief, query))["municipality"]["figures"]
    assert (found["since"], found["until"]) == ("2025-08-01", "2026-08-01")
    assert len(found["meetings"]["series"]) == 12


async def test_two_periods_in_one_operation_keep_apart(filled):
    query = """{ municipality {
      this: figures { meetings { value } }
      last: figures(since: "2024-08-01", until: "2025-08-01") { since meetings { value } } } }"""
    found = (await data(filled.chief, query))["municipality"]
    assert found["this"]["meetings"]["value"] == 1
    assert found["last"] == {"since": "2024-08-01", "meetings": {"value": 0}}


async def test_figures_of_a_team_are_for_its_people_and_leaders(filled):
    stranger = await filled.town.someone("Stranger")
    query = "query($id: ID!) { team(id: $id) { figures { meetings { value } } } municipality { figures { meetings { value } } } }"
    found = await data(stranger, query, id=filled.one("team_id"))
    assert found == {"team": {"figures": None}, "municipality": {"figures": {"meetings": {"value": 1}}}}


@pytest.mark.parametrize(
    ("arguments", "blamed", "fault"),
    [
        ('since: "2026-02-01", until: "2026-01-01"', "until", "period_ends_before_start"),
        ('until: "1812-02-01"', "until", "period_ends_before_start"),
        ('since: "1812-02-01"', "since", "period_out_of_range"),
        ('since: "2000-01-01", until: "2026-01-01", by: week', "until", "period_too_long"),
    ],
)
async def test_a_period_that_can_t_be_is_refused_where_it_stands(filled, arguments, blamed, fault):
    query = (
        f"query($id: ID!) {{ me {{ name }} team(id: $id) {{ name figures({arguments}) {{ meetings {{ value }} }} }} }}"
    )
    answer = (await post(filled.chief, query, id=filled.one("team_id"))).json()
    [error] = answer["errors"]
    assert error["path"] == ["team", "figures"]
    assert (error["extensions"]["argument"], error["extensions"]["fault"]) == (blamed, fault)
    assert answer["data"]["team"]["figures"] is None
    assert answer["data"]["team"]["name"]
