"""Teams and their members, with history."""

from datetime import UTC, datetime


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
