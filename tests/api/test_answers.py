"""What an answer holds: never more than its reader may see, and never less than was promised."""

import asyncio

from harness import drafts

from api.postgres.pool import connect


async def test_an_answer_is_not_repeated_to_who_may_no_longer_see_it(school):
    meeting = await school.meeting()
    path, key = f"/v1/meetings/{meeting['id']}", "once"
    sent = await school.facilitator.post(f"{path}/publish", {}, if_match=meeting["etag"], idempotency_key=key)
    assert sent.status_code == 200
    again = await school.facilitator.post(f"{path}/publish", {}, if_match=meeting["etag"], idempotency_key=key)
    assert again.headers["idempotency-replayed"] == "true"
    listed = (await school.leader.get(f"/v1/teams/{school.team}/memberships")).json()["items"]
    (own,) = [each["id"] for each in listed if each["person_id"] == school.facilitator.id]
    await school.leader.delete(f"/v1/teams/{school.team}/memberships/{own}", if_match="*")
    everybody = [{"person_id": school.member.id}]
    assert (await school.leader.patch(path, {"participants": everybody}, if_match="*")).status_code == 200
    gone = await school.facilitator.post(f"{path}/publish", {}, if_match=meeting["etag"], idempotency_key=key)
    assert gone.status_code == 404, gone.text


async def test_a_unit_that_begins_later_is_shown_as_it_will_be(town):
    body = {"kind": "school", "sector": "school", "names": {"nb": "Ny skole"}, "valid_from": "2027-08-01"}
    made = await town.admin.post("/v1/organisations", body)
    assert (made.status_code, made.json()["name"]) == (201, "Ny skole")
    assert made.headers["etag"].startswith('"1-')


async def test_a_locked_row_is_no_used_key(school, migrated):
    """Somebody else holds the meeting: that is «not now», and says nothing of the key."""
    meeting = await school.meeting()
    owner = await connect(migrated.owner)
    try:
        async with owner.transaction():
            await owner.fetchval("select set_config('app.tenant', $1, true)", school.town.id)
            await owner.fetchval("select id from meeting where id = $1 for update", meeting["id"])
            path = f"/v1/meetings/{meeting['id']}/publish"
            waited = await school.facilitator.post(path, {}, if_match="*", idempotency_key="k")
    finally:
        await owner.close()
    assert (waited.status_code, waited.json()["code"]) == (503, "unavailable"), waited.text


async def test_of_two_changes_from_the_same_state_one_is_made(school):
    meeting = await school.meeting()
    path = f"/v1/meetings/{meeting['id']}"
    bodies = [drafts.meeting(school.team, title=f"T{i}") for i in range(6)]
    for body in bodies:
        del body["team_id"]
    answers = await asyncio.gather(
        *(school.facilitator.put(path, body, if_match=meeting["etag"]) for body in bodies),
        *(school.publish(meeting) for _ in range(3)),
    )
    assert sorted(answer.status_code for answer in answers) == [200, *[412] * 8], [a.text for a in answers]
