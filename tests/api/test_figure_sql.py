"""What a selection of figures becomes: only what is asked, and the tenant is set before anything is looked at."""

from uuid import UUID

import pytest
from harness.figures import AHEAD, LIVE, ask, everything, statement, values, wanted

from api.postgres.pool import connect
from api.reading.figures import FIGURES, FigurePart
from api.worker.loop import one_tenant
from domain.figures import Level

PLANS = {
    "generic": "set plan_cache_mode = force_generic_plan",
    "custom": "set plan_cache_mode = force_custom_plan",
    "sequential": "set enable_indexscan = off; set enable_bitmapscan = off; set enable_indexonlyscan = off",
    "hashed": "set enable_nestloop = off; set enable_mergejoin = off",
    "merged": "set enable_nestloop = off; set enable_hashjoin = off",
    "parallel": (
        "set parallel_setup_cost = 0; set parallel_tuple_cost = 0; set min_parallel_table_scan_size = 0; "
        "set max_parallel_workers_per_gather = 4"
    ),
}
"""Ways to make PostgreSQL choose another order of doing things."""


def test_only_what_is_asked_is_computed():
    counted = statement(Level.UNIT, (wanted("meetings"),)).sql
    assert "agenda_item" not in counted
    assert "rule_override" not in counted
    assert "percentile" not in counted
    assert "compared" not in counted
    assert "unnest" not in counted
    shared = statement(Level.UNIT, (wanted("development_share"),)).sql
    assert "sum(m.development_minutes)" in shared
    assert "sum(m.development_minutes)" not in counted
    assert "agenda_item" not in shared  # what an agenda adds up to is noted when it goes out
    assert "count(distinct" not in shared
    nothing = statement(Level.UNIT, (FigurePart("since", "since"),)).sql
    assert "meeting" not in nothing.replace("meeting.published", "").replace("meeting.cancelled", "")


@pytest.mark.parametrize("key", ["a b", 'a"', "1a", "", "é", "x" * 64])
def test_a_key_that_names_no_column_is_refused(key):
    with pytest.raises(ValueError, match="can't name a column"):
        statement(Level.UNIT, (FigurePart(key, "since"),))


@pytest.mark.parametrize(
    ("level", "asked"),
    [
        (Level.TEAM, FigurePart("x", "agenda_lead", (FigurePart("value", "value"),))),
        (Level.UNIT, FigurePart("x", "evenness", (FigurePart("value", "value"),))),
        (Level.UNIT, FigurePart("x", "meetings", (FigurePart("rank", "rank"),))),
        (Level.UNIT, FigurePart("x", "meetings", (FigurePart("series", "series", (FigurePart("rank", "rank"),)),))),
    ],
)
def test_what_there_isnt_is_refused(level, asked):
    with pytest.raises(ValueError, match="there is no"):
        statement(level, (asked,))


async def test_the_same_thing_may_be_asked_twice_under_different_names(school, app):
    asked = (
        FigurePart("kind", "typename", text="Unit's figures"),
        FigurePart(
            "a",
            "meetings",
            (FigurePart("n", "value"), FigurePart("m", "value"), FigurePart("t", "typename", text="Figure")),
        ),
        FigurePart("b", "meetings", (FigurePart("tenant_mean", "tenant_mean"),)),
        FigurePart("c", "meetings", (FigurePart("quartile_band", "quartile_band"), FigurePart("unit", "measure"))),
        FigurePart("s", "since"),
        FigurePart("u", "until"),
    )
    said = await ask(school.member, app, school.town.id, Level.UNIT, school.unit, *asked)
    assert said == {
        "kind": "Unit's figures",
        "a": {"n": 0, "m": 0, "t": "Figure"},
        "b": {"tenant_mean": None},
        "c": {"quartile_band": None, "unit": "count"},
        "s": "2025-08-01",
        "u": "2026-08-01",
    }


def test_every_figure_says_where_it_comes_from():
    for figure in FIGURES.values():
        assert figure.levels
        assert "shared/" not in figure.doc
        assert "Base:" in figure.doc or figure.value == figure.base


@pytest.mark.parametrize("level", list(Level))
async def test_all_that_can_be_asked_is_answered_in_the_order_asked(school, app, level):
    scope = {Level.UNIT: school.unit, Level.TEAM: school.team, Level.TENANT: None}[level]
    said = await ask(school.member, app, school.town.id, level, scope, *everything(level))
    assert list(said) == [name for name, figure in FIGURES.items() if level in figure.levels]
    for figure in said.values():
        assert list(figure) == ["value", "base", "withheld", "measure", "tenant_mean", "quartile_band", "series"]
        assert len(figure["series"]) == 12


@pytest.mark.parametrize("level", list(Level))
async def test_however_it_is_planned_the_tenant_is_set_first(school, app, migrated, clock, level):
    assert (await school.publish(await school.meeting())).is_success
    await one_tenant(app.service.pool, UUID(school.town.id), clock())
    scope = {Level.UNIT: school.unit, Level.TEAM: school.team, Level.TENANT: None}[level]
    made, answers = statement(level, everything(level)), set()
    for plan in PLANS.values():
        connection = await connect(migrated.app)
        try:
            await connection.execute(f"set jit = off; {plan}")
            for staleness in (LIVE, AHEAD):
                given = values(school.member, app, school.town.id, scope, staleness=staleness)
                answers.add((await connection.fetchrow(made.sql, *made.arguments(given)))["body"])
                unset = made.sql.replace("set_config('app.tenant', $1::text, true)", "$1::text")
                assert unset != made.sql
                assert tuple(await connection.fetchrow(unset, *made.arguments(given))) == (None, None)
        finally:
            await connection.close()
    (said,) = answers
    assert b'"meetings":{"value":1,' in said
