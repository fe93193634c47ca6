"""Teams and their members, with history."""

from datetime import UTC, datetime

from harness import drafts


async def test_memberships_keep_their_history(town, clock):
    school = await town.organisation(valid_from="2021-08-01")
    kari, ola = await town.someone("Kari"), await town.someone("Ola")
    team = await town.team(school, facilitator=kari)
    added = await kari.post(f"/v1/teams/{team}/memberships", {"person_id": ola.id, "valid_from": "2026-01-01"})
    assert added.status_code == 201, added.text
    twice = await kari.post(f"/v1/teams/{team}/memberships", {"person_id": ola.id})
    assert (twice.status_code, twice.json()["code"]) == (409, "period_overlap")
    path = added.headers["location"]
    changed = await kari.patch(path, {"duty": "facilitator"}, if_match=added.headers["etag"])
    assert changed.status_code == 200, changed.text
    assert (changed.json()["duty"], changed.json()["valid_from"]) == ("facilitator", "2026-03-03")
    before = await kari.get(path)
    assert (before.json()["duty"], before.json()["valid_to"]) == ("member", "2026-03-03")
    clock.now = datetime(2026, 6, 1, 9, tzinfo=UTC)
    now = f"/v1/teams/{team}/memberships/{changed.json()['id']}"
    left = await kari.delete(now, if_match=changed.headers["etag"])
    assert left.status_code == 204, left.text
    listed = await kari.get(f"/v1/teams/{team}/memberships", as_of="2026-02-01")
    assert {m["person_id"] for m in listed.json()["items"]} == {ola.id}
    everyone = (await kari.get(f"/v1/teams/{team}/memberships")).json()["items"]
    assert [m["valid_to"] for m in everyone if m["person_id"] == ola.id] == ["2026-03-03", "2026-06-01"]
    me = (await ola.get("/v1/me")).json()
    assert me["memberships"] == []


async def test_who_leaves_a_team_loses_its_meetings_at_once(school):
    meeting = await school.meeting(participants=[])
    path = f"/v1/meetings/{meeting['id']}"
    assert (await school.member.get(path)).status_code == 200
    listed = await school.facilitator.get(f"/v1/teams/{school.team}/memberships")
    (own,) = [m for m in listed.json()["items"] if m["person_id"] == school.member.id]
    address = f"/v1/teams/{school.team}/memberships/{own['id']}"
    etag = (await school.facilitator.get(address)).headers["etag"]
    assert (await school.facilitator.delete(address, if_match=etag)).status_code == 204
    assert (await school.member.get(path)).status_code == 404
    assert (await school.member.get("/v1/meetings")).json()["items"] == []


async def test_a_team_names_only_people_of_its_own_tenant(town, other_town):
    school, stranger = await town.organisation(), await other_town.someone()
    body = {"organisation_id": school, "kind": "grade", "name": "X", "lang": "nb"}
    refused = await town.admin.post("/v1/teams", {**body, "members": [{"person_id": stranger.id}]})
    assert refused.status_code == 422
    assert refused.json()["errors"][0]["pointer"] == "/members/0/person_id"
    assert (await town.someone()).id
    foreign = await other_town.admin.post("/v1/teams", body)
    assert (foreign.status_code, foreign.json()["errors"][0]["code"]) == (422, "unknown_reference")


async def test_who_may_found_a_team(town):
    school, other = await town.organisation(), await town.organisation("Annen")
    leader = await town.someone("Leder", role="unit_leader", scope="unit", organisation_id=school)
    body = {"kind": "grade", "name": "X", "lang": "nb"}
    assert (await leader.post("/v1/teams", {**body, "organisation_id": school})).status_code == 201
    assert (await leader.post("/v1/teams", {**body, "organisation_id": other})).status_code == 403


async def test_an_archived_team_is_over_and_only_who_may_end_it_revives_it(school):
    path = f"/v1/teams/{school.team}"
    await school.leader.patch(path, {"state": "paused"}, if_match="*")
    waiting = await school.facilitator.post("/v1/meetings", drafts.meeting(school.team))
    assert (waiting.status_code, waiting.json()["code"]) == (409, "wrong_state")
    someone = await school.town.someone()
    joined = await school.facilitator.post(f"{path}/memberships", {"person_id": someone.id})
    assert joined.status_code == 201
    assert (await school.leader.patch(path, {"state": "archived"}, if_match="*")).status_code == 200
    for answer in (
        await school.facilitator.post("/v1/meetings", drafts.meeting(school.team)),
        await school.facilitator.post(f"{path}/memberships", {"person_id": (await school.town.someone()).id}),
        await school.facilitator.patch(joined.headers["location"], {"duty": "leader"}, if_match="*"),
        await school.facilitator.delete(joined.headers["location"], if_match="*"),
    ):
        assert (answer.status_code, answer.json()["code"]) == (409, "wrong_state"), answer.text
    assert (await school.facilitator.patch(path, {"state": "active"}, if_match="*")).status_code == 403
    assert (await school.leader.patch(path, {"state": "active"}, if_match="*")).status_code == 200
    assert (await school.facilitator.post("/v1/meetings", drafts.meeting(school.team))).status_code == 201


async def test_no_team_begins_in_a_unit_that_is_closed(town):
    school = await town.organisation(valid_from="2021-08-01")
    closed = await town.admin.post(f"/v1/organisations/{school}/close", {"on": "2026-01-01"}, if_match="*")
    assert closed.status_code == 204, closed.text
    body = {"kind": "grade", "name": "X", "lang": "nb", "organisation_id": school}
    refused = await town.admin.post("/v1/teams", body)
    assert [(e["code"], e["pointer"]) for e in refused.json()["errors"]] == [("not_open_on", "/organisation_id")]


async def test_a_planned_end_can_be_taken_back_but_what_is_over_stays_over(town):
    kari, ola = await town.someone("Kari"), await town.someone("Ola")
    team = await town.team(await town.organisation(), facilitator=kari)
    added = await kari.post(f"/v1/teams/{team}/memberships", {"person_id": ola.id, "valid_to": "2026-06-01"})
    path = added.headers["location"]
    reopened = await kari.patch(path, {"valid_to": None}, if_match=added.headers["etag"])
    assert (reopened.status_code, reopened.json()["valid_to"]) == (200, None)
    assert (await kari.delete(path, if_match="*")).status_code == 204
    for answer in (
        await kari.patch(path, {"valid_to": None}, if_match="*"),
        await kari.patch(path, {"valid_to": "9999-12-31"}, if_match="*"),
        await kari.delete(path, if_match="*"),
    ):
        assert (answer.status_code, answer.json()["code"]) == (409, "wrong_state"), answer.text


async def test_who_no_longer_facilitates_no_longer_publishes(school):
    meeting = await school.meeting(participants=[])
    listed = (await school.leader.get(f"/v1/teams/{school.team}/memberships")).json()["items"]
    (own,) = [each["id"] for each in listed if each["person_id"] == school.facilitator.id]
    path = f"/v1/teams/{school.team}/memberships/{own}"
    assert (await school.leader.delete(path, if_match="*")).status_code == 204
    assert (await school.publish(meeting)).status_code == 404
