"""Roll-ups say what meetings say, whatever happened and however its events arrived."""

import importlib
import json
import random
from collections import Counter
from datetime import date, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from itertools import pairwise
from uuid import UUID

import pytest
from harness import drafts
from harness.figures import AHEAD, LIVE, ask, everything, wanted
from harness.history import History, as_owner

from api.postgres.statements import numbered
from api.worker import rollups
from api.worker.loop import one_tenant
from domain.figures import Bucket, Level, period
from domain.working_days import WorkingCalendar, lead_hours

PERIODS = [
    period(Bucket.WEEK, date(2026, 3, 1), date(2026, 5, 1)),
    period(Bucket.MONTH, date(2026, 3, 1), date(2027, 2, 1)),
    period(Bucket.SCHOOL_HALF_YEAR, date(2026, 3, 1), date(2027, 2, 1)),
    period(Bucket.SCHOOL_YEAR, date(2026, 3, 1), date(2027, 2, 1)),
]
OSLO = WorkingCalendar("no.public@1", "Europe/Oslo", "NO")


async def differences(app, tenant):
    async with app.service.pool.connection() as connection, connection.transaction():
        await connection.fetchval("select set_config('app.tenant', $1, true)", tenant)
        return await rollups.compare(connection, UUID(tenant))


def expected(level, counted):
    """What figures have to say of these meetings, computed by hand."""
    people = {each.published[0] for each in counted}
    leads = sorted(lead_hours(OSLO, each.published[1], each.starts) for each in counted)
    minutes, overrides = sum(each.minutes for each in counted), sum(each.published[2] for each in counted)
    few = None if level is Level.TEAM or len(people) >= 5 else "too_few_people" if counted else "nothing_yet"
    if level is not Level.TEAM:
        overrides = None if few else round(overrides / 5) * 5
    developed = Decimal(10_000 * sum(each.development for each in counted))
    share = float((developed / minutes).quantize(Decimal(1), ROUND_HALF_UP) / 10_000) if minutes else None
    return {
        "meetings": (len(counted), len(counted), None),
        "overrides": (overrides, len(counted), few),
        "development_share": (share, minutes, None if minutes else "nothing_yet"),
        "agenda_lead": (None if few else leads[(len(leads) - 1) // 2] if leads else None, len(counted), few),
    }


async def agrees(history, level, scope, ids, of):
    """Live figures are those of the history; those from roll-ups are the live ones."""
    town, who = history.town, history.people[0]
    asked = everything(level)
    live = await ask(who, town.app, town.id, level, scope, *asked, of=of, staleness=LIVE)
    ahead = await ask(who, town.app, town.id, level, scope, *asked, of=of, staleness=AHEAD)
    assert ahead == live
    edges = of.moments("Europe/Oslo")
    stretches = [(edges[0], edges[-1]), *pairwise(edges)]
    for name in expected(level, []).keys() & live.keys():
        told = [live[name], *live[name]["series"]]
        for point, (first, after) in zip(told, stretches, strict=True):
            wants = expected(level, history.counted(level, ids, first, after))[name]
            assert (point["value"], point["base"], point["withheld"]) == pytest.approx(wants), (name, level, first)


@pytest.mark.parametrize("seed", range(3))
async def test_figures_from_roll_ups_are_the_live_ones_after_any_history(seed, town, app, clock, migrated):
    history = History(town, random.Random(seed), clock, migrated)
    await history.begin()
    happenings = [history.plan] * 5 + [history.publish] * 6 + [history.wait, history.change, history.deliver]
    happenings += [history.deliver, history.cancel, history.move, history.close]
    for happening in history.dice.choices(happenings, k=160):
        await happening()
    await history.deliver()
    assert await differences(app, town.id) == []
    clock.now += timedelta(hours=2)
    await history.arrive()
    assert await differences(app, town.id) == []
    assert sum(1 for each in history.met if each.published and not each.cancelled) > 10
    for team in {each.team for each in history.met}:
        await town.admin.post(f"/v1/teams/{team}/memberships", {"person_id": history.people[0].id})
    for of in PERIODS:
        await agrees(history, Level.TENANT, None, set(), of)
        for unit in [*history.units, town.root]:
            await agrees(history, Level.UNIT, unit, history.below(unit), of)
    for team in history.teams:
        await agrees(history, Level.TEAM, team, {team}, PERIODS[0])


async def test_the_answer_says_how_fresh_it_is_and_never_is_older_than_allowed(school, app, clock):
    async def meetings(staleness):
        asked = (wanted("meetings", "value", "as_of"),)
        of = PERIODS[1]
        said = await ask(
            school.member, app, school.town.id, Level.UNIT, school.unit, *asked, of=of, staleness=staleness
        )
        return said["meetings"]["value"], datetime.fromisoformat(said["meetings"]["as_of"])

    meeting = await school.meeting()
    assert (await school.publish(meeting)).is_success
    published, clock.now = clock.now, clock.now + timedelta(seconds=30)
    assert await meetings(AHEAD) == (0, published)  # what waits isn't in it
    assert await meetings(LIVE) == (1, clock.now)
    assert await meetings(29) == (1, clock.now)  # older than allowed: live
    await one_tenant(app.service.pool, UUID(school.town.id), clock.now)
    assert await meetings(AHEAD) == (1, clock.now)
    cancelled = await school.facilitator.post(f"/v1/meetings/{meeting['id']}/cancel", None, if_match="*")
    assert cancelled.is_success
    assert (await meetings(AHEAD))[0] == 1
    await one_tenant(app.service.pool, UUID(school.town.id), clock.now)
    assert (await meetings(AHEAD))[0] == 0


async def test_what_a_worker_can_not_add_up_comes_again(school, app, clock, monkeypatch):
    meeting = await school.meeting()
    assert (await school.publish(meeting)).is_success
    told = []

    async def tell(tenant, topic, payload):
        told.append(topic)

    pool, tenant = app.service.pool, UUID(school.town.id)
    with monkeypatch.context() as broken:
        broken.setattr("api.worker.rollups.COMPUTE_SOME", numbered("select 1 / 0 from meeting"))
        assert await one_tenant(pool, tenant, clock(), (tell,)) == 0
    assert told == []
    assert await one_tenant(pool, tenant, clock() + timedelta(seconds=3), (tell,)) >= 1
    assert "meeting.published" in told
    assert await differences(app, school.town.id) == []


async def test_a_roll_up_keeps_no_more_people_than_are_needed_to_see_that_there_were_five(school, app, clock, migrated):
    people = [await school.town.someone(f"P{n}", role="unit_leader") for n in range(7)]
    for who in people:
        meeting = await school.meeting()
        done = await who.post(f"/v1/meetings/{meeting['id']}/publish", {}, if_match="*")
        assert done.is_success, done.text
    await one_tenant(app.service.pool, UUID(school.town.id), clock())
    async with as_owner(migrated, school.town.id) as owner:
        kept = await owner.fetch("select cardinality(publishers) as people, meetings from meeting_rollup")
    assert {tuple(each) for each in kept} == {(5, 7)}
    assert len(kept) == 4  # team and unit, week and month


async def test_the_migration_finds_out_what_can_be_known(school, app, clock, migrated):
    """As of 0009 nobody had written down who published, and how early; the audit knows it, and Monday to Friday."""
    for starts in ("2026-03-10T12:00", "2026-03-30T05:30", "2026-03-31T20:00", "2026-03-28T10:15"):
        times = {"starts_at": starts + ":00Z", "ends_at": starts + ":30Z"}
        meeting = await school.meeting(**times, preparation_tasks=[drafts.task(due_at="2026-03-09T11:00:00Z")])
        assert (await school.publish(meeting)).is_success
        clock.now += timedelta(hours=7, minutes=13)
    await one_tenant(app.service.pool, UUID(school.town.id), clock())
    facts = "select id, lead_hours, published_by, planned_minutes, development_minutes from meeting order by id"
    migration = importlib.import_module("migrations.versions.0010_figures")
    later = importlib.import_module("migrations.versions.0011_sums_at_publishing")
    async with as_owner(migrated, school.town.id) as owner:
        before = await owner.fetch(facts)
        kept = await owner.fetch("select meetings, minutes, lead_hours, lead_meetings, publishers from meeting_rollup")
        await owner.execute(
            "update meeting set lead_hours = null, published_by = null, planned_minutes = null, development_minutes = null"
        )
        await owner.execute("delete from meeting_rollup")
        for statement in (migration.LEAD, migration.PUBLISHER, migration.ROLLUPS, later.MINUTES):
            await owner.execute(statement)
        assert await owner.fetch(facts) == before
        again = await owner.fetch("select meetings, minutes, lead_hours, lead_meetings, publishers from meeting_rollup")
    assert len({each["lead_hours"] for each in before}) == 4
    assert all(each["planned_minutes"] >= each["development_minutes"] > 0 for each in before)
    assert Counter(json.dumps([*each], default=str) for each in again) == Counter(
        json.dumps([*each], default=str) for each in kept
    )
    assert await differences(app, school.town.id) == []
