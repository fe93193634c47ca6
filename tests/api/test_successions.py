"""Units merge and split: the past answers as before, and what is planned goes to those that take over."""

import asyncio
import uuid
from datetime import timedelta
from uuid import UUID

import pytest
from harness import drafts

from api.worker import rollups
from api.worker.loop import one_tenant

YESTERDAY = "2026-03-02"


async def get(town, unit, **params):
    return (await town.admin.get(f"/v1/organisations/{unit}", **params)).json()


async def act(who, unit, verb, body):
    return await who.post(f"/v1/organisations/{unit}/{verb}", body, if_match="*")


async def tree(town, day):
    listed = await town.admin.get("/v1/organisations", as_of=day, limit=100)
    return {each["id"]: (each["name"], each["parent_id"]) for each in listed.json()["items"]}


@pytest.fixture
async def two(town):
    """Two old schools with a team each, one with an SFO below it, and the school that they become."""
    old = [await town.organisation(name, valid_from="2021-08-01") for name in ("Nord", "Sør")]
    sfo = await town.organisation("SFO", kind="sfo", parent_id=old[0], valid_from="2021-08-01")
    new = await town.organisation("Fjord", valid_from="2026-01-01")
    kari = await town.someone()
    teams = [await town.team(unit, facilitator=kari) for unit in old]
    return {"old": old, "sfo": sfo, "new": new, "kari": kari, "teams": teams}


async def meeting(who, team, starts="2026-03-10T12:00:00Z", ends="2026-03-10T13:00:00Z"):
    body = drafts.meeting(team, starts_at=starts, ends_at=ends)
    made = await who.post("/v1/meetings", body)
    assert made.status_code == 201, made.text
    return made.json()["id"]


async def test_units_that_merge_hand_over_what_stands_below_them_and_keep_their_past(town, two, clock):
    old, sfo, new, kari = two["old"], two["sfo"], two["new"], two["kari"]
    ahead = [await meeting(kari, team) for team in two["teams"]]
    past = await meeting(kari, two["teams"][0], "2026-03-04T12:00:00Z", "2026-03-04T13:00:00Z")
    clock.now += timedelta(days=3)
    leader = await town.someone("Leder", role="unit_leader", scope="unit", organisation_id=old[0])
    before = {day: await tree(town, day) for day in ("2021-08-01", "2026-01-01", "2026-03-05")}

    preview = await town.admin.post(f"/v1/organisations/{new}/merge/preview", {"organisation_ids": old})
    assert preview.status_code == 200, preview.text
    assert await tree(town, "2026-03-06") == before["2026-03-05"]
    merged = await act(town.admin, new, "merge", {"organisation_ids": old})
    assert merged.status_code == 200, merged.text

    said = preview.json()
    expected = [{"origin_id": old[0], "units": 1, "meetings": 1}, {"origin_id": old[1], "units": 0, "meetings": 1}]
    expected = [{**each, "into_id": new, "teams": 1} for each in expected]
    assert said["handovers"] == expected
    assert (said["closed_ids"], said["roles_ended"], said["effective_on"]) == (old, 1, "2026-03-06")
    assert merged.json()["successions"] == [
        {**each, "kind": "merge", "effective_on": "2026-03-06"} for each in expected
    ]
    for day, units in before.items():
        assert await tree(town, day) == units
    now = await tree(town, "2026-03-06")
    assert now[sfo] == ("SFO", new)
    assert not now.keys() & set(old)
    for team, each in zip(two["teams"], ahead, strict=True):
        assert (await kari.get(f"/v1/teams/{team}")).json()["organisation_id"] == new
        assert (await kari.get(f"/v1/meetings/{each}")).json()["organisation_id"] == new
    assert (await kari.get(f"/v1/meetings/{past}")).json()["organisation_id"] == old[0]
    roles = await town.admin.get("/v1/role-assignments", person_id=leader.id)
    assert [each["valid_to"] for each in roles.json()["items"]] == ["2026-03-06"]


async def test_a_unit_can_be_merged_into_one_that_goes_on(town, two):
    nord, sor = two["old"]
    assert (await act(town.admin, nord, "merge", {"organisation_ids": [sor]})).status_code == 200
    now = await tree(town, "2026-03-03")
    assert nord in now
    assert sor not in now
    seen = await get(town, sor, as_of=YESTERDAY)
    assert [(each["origin_id"], each["into_id"]) for each in seen["successions"]] == [(sor, nord)]


async def test_what_is_planned_below_a_unit_that_merges_happens_below_the_new_one(town, two):
    old, sfo, new = two["old"], two["sfo"], two["new"]
    for parent, on in ((two["old"][1], "2026-08-01"), (town.root, "2027-01-01")):
        assert (await act(town.admin, sfo, "move", {"parent_id": parent, "on": on})).status_code == 200
    assert (await act(town.admin, new, "merge", {"organisation_ids": old})).status_code == 200
    days = ("2026-03-02", "2026-03-03", "2026-08-01", "2027-01-01")
    parents = [(await get(town, sfo, as_of=day))["parent_id"] for day in days]
    assert parents == [old[0], new, new, town.root]


@pytest.mark.parametrize(
    ("ids", "code", "pointer"),
    [
        (lambda two: [two["old"][0], two["old"][0]], "duplicate", "/organisation_ids/1"),
        (lambda two: [two["new"]], "duplicate", "/organisation_ids/0"),
        (lambda _: [str(uuid.uuid4())], "not_open_on", "/organisation_ids/0"),
    ],
)
async def test_what_can_not_merge_is_said_and_nothing_is_written(town, two, ids, code, pointer):
    before = await tree(town, "2026-03-03")
    refused = await act(town.admin, two["new"], "merge", {"organisation_ids": ids(two)})
    assert refused.status_code == 422
    assert [(each["code"], each["pointer"]) for each in refused.json()["errors"]] == [(code, pointer)]
    assert await tree(town, "2026-03-03") == before


async def test_a_unit_never_merges_into_one_below_it(town, two):
    refused = await act(town.admin, two["sfo"], "merge", {"organisation_ids": [two["old"][0]]})
    assert (refused.status_code, refused.json()["code"]) == (409, "organisation_cycle")


async def test_a_unit_that_begins_today_does_not_end_today(town, two):
    young = await town.organisation("Ny")
    refused = await act(town.admin, two["new"], "merge", {"organisation_ids": [young]})
    assert [(each["code"], each["pointer"]) for each in refused.json()["errors"]] == [
        ("ends_before_start", "/organisation_ids/0")
    ]


async def test_a_split_gives_away_what_is_named_and_keeps_the_rest(town, two):
    nord, new, kari = two["old"][0], two["new"], two["kari"]
    stays = await town.team(nord, facilitator=kari)
    body = {"parts": [{"organisation_id": new, "team_ids": [two["teams"][0]], "organisation_ids": [two["sfo"]]}]}
    preview = (await town.admin.post(f"/v1/organisations/{nord}/split/preview", body)).json()
    split = await act(town.admin, nord, "split", body)
    assert split.status_code == 200, split.text
    assert [(each["units"], each["teams"]) for each in preview["handovers"]] == [(1, 1)]
    assert (preview["closed_ids"], preview["roles_ended"]) == ([], 0)
    assert (await get(town, two["sfo"]))["parent_id"] == new
    units = [(await kari.get(f"/v1/teams/{team}")).json()["organisation_id"] for team in (two["teams"][0], stays)]
    assert units == [new, nord]


async def test_a_unit_that_is_split_up_closes_once_nothing_is_left_in_it(town, two):
    nord, new = two["old"][0], two["new"]
    part = {"organisation_id": new, "team_ids": [two["teams"][0]]}
    refused = await act(town.admin, nord, "split", {"parts": [part], "close": True})
    assert (refused.status_code, refused.json()["code"]) == (409, "still_in_use")
    assert (await get(town, nord))["successions"] == []
    whole = {**part, "organisation_ids": [two["sfo"]]}
    assert (await act(town.admin, nord, "split", {"parts": [whole], "close": True})).status_code == 204
    assert nord not in await tree(town, "2026-03-03")
    assert nord in await tree(town, YESTERDAY)


async def test_a_split_takes_only_what_stands_in_the_unit(town, two):
    strangers = {"team_ids": [two["teams"][1]], "organisation_ids": [two["old"][1]]}
    body = {"parts": [{"organisation_id": two["new"], **strangers}]}
    refused = await act(town.admin, two["old"][0], "split", body)
    assert {(each["code"], each["pointer"]) for each in refused.json()["errors"]} == {
        ("unknown_reference", "/parts/0/team_ids/0"),
        ("unknown_reference", "/parts/0/organisation_ids/0"),
    }


async def test_only_administrators_merge_and_split(town, other_town, two):
    leader = await town.someone("Leder", role="unit_leader")
    foreign = other_town.admin
    for who, status in ((leader, 403), (two["kari"], 403), (foreign, 404)):
        for verb in ("merge", "merge/preview"):
            assert (await act(who, two["new"], verb, {"organisation_ids": two["old"]})).status_code == status
        for verb in ("split", "split/preview"):
            body = {"parts": [{"organisation_id": two["new"]}]}
            assert (await act(who, two["old"][0], verb, body)).status_code == status


async def test_two_merges_at_once_never_both_take_the_same_unit(town, two):
    nord, sor = two["old"]
    into = [two["new"], sor]
    answers = await asyncio.gather(*(act(town.admin, unit, "merge", {"organisation_ids": [nord]}) for unit in into))
    assert sorted(each.status_code for each in answers) == [200, 422]
    assert len((await get(town, nord, as_of=YESTERDAY))["successions"]) == 1


async def test_sums_kept_ahead_follow_meetings_to_their_new_unit(school, app, clock):
    town, pool, tenant = school.town, app.service.pool, UUID(school.town.id)
    new = await town.organisation("Fjord", valid_from="2026-01-01")
    for starts in ("2026-03-10T12:00", "2026-03-12T12:00"):
        planned = await school.meeting(starts_at=starts + ":00Z", ends_at=starts + ":30Z")
        assert (await school.publish(planned)).is_success
    clock.now += timedelta(days=8)  # one of the two lies behind us, in the same week
    await one_tenant(pool, tenant, clock.now)
    assert (await act(town.admin, new, "merge", {"organisation_ids": [school.unit]})).status_code == 200
    await one_tenant(pool, tenant, clock.now)
    async with pool.connection() as connection, connection.transaction():
        await connection.fetchval("select set_config('app.tenant', $1, true)", town.id)
        assert await rollups.compare(connection, tenant) == []
        weeks = await connection.fetch(
            "select organisation_id::text, team_id is null, meetings from meeting_rollup where grain = 'week'"
        )
    assert {tuple(each) for each in weeks} == {
        (unit, whole, 1) for unit in (school.unit, new) for whole in (True, False)
    }
