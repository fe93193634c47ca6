"""Who leaves can't come in any more and belongs to nothing from today; what was before stays."""

import asyncio
from datetime import timedelta

import pytest
from harness import drafts


@pytest.fixture
async def kari(town):
    return await town.someone("Kari")


async def leave(who, person, *, verb="leave", **headers):
    return await who.post(f"/v1/people/{person}/{verb}", None, **{"if_match": "*", **headers})


async def test_who_leaves_ends_today_and_keeps_their_past(town, kari, clock):
    school = await town.organisation()
    ola = await town.someone("Ola")
    alone, shared = await town.team(school, facilitator=kari), await town.team(school, ola, facilitator=kari)
    await town.admin.post(f"/v1/teams/{shared}/memberships", {"person_id": town.admin.id, "duty": "leader"})
    await town.admin.post(
        "/v1/role-assignments", {"person_id": kari.id, "role": "representative", "scope": "team", "team_id": alone}
    )
    times = [("2026-03-04T12:00:00Z", "2026-03-04T13:00:00Z"), ("2026-03-20T12:00:00Z", "2026-03-20T13:00:00Z")]
    past, ahead = [
        (await kari.post("/v1/meetings", drafts.meeting(shared, starts_at=start, ends_at=end))).json()["id"]
        for start, end in times
    ]
    clock.now += timedelta(days=3)
    preview = await leave(town.admin, kari.id, verb="leave/preview")
    assert (await kari.get("/v1/me")).status_code == 200
    left = await leave(town.admin, kari.id)
    assert left.status_code == 200, left.text
    assert (
        left.json()
        == preview.json()
        == {
            "person_id": kari.id,
            "memberships": 2,
            "roles": 1,
            "meetings": 1,
            "team_ids_without_facilitator": [alone],
        }
    )
    assert (await kari.get("/v1/me")).json()["code"] == "person_inactive"
    listed = (await town.admin.get(f"/v1/teams/{alone}/memberships")).json()["items"]
    assert [(each["valid_from"], each["valid_to"]) for each in listed] == [("2026-03-03", "2026-03-06")]
    roles = (await town.admin.get("/v1/role-assignments", person_id=kari.id)).json()["items"]
    assert [each["valid_to"] for each in roles] == ["2026-03-06"]
    for meeting, invited in ((past, True), (ahead, False)):
        seen = (await ola.get(f"/v1/meetings/{meeting}", include="participants")).json()
        assert (kari.id in [each["person_id"] for each in seen["participants"]]) is invited


async def test_who_comes_back_has_none_of_the_rights_of_before(town, kari):
    team = await town.team(await town.organisation(), facilitator=kari)
    await leave(town.admin, kari.id)
    back = await town.admin.patch(f"/v1/people/{kari.id}", {"status": "active"}, if_match="*")
    assert back.status_code == 200, back.text
    me = (await kari.get("/v1/me")).json()
    assert (me["roles"], me["memberships"]) == ([], [])
    assert (await kari.post("/v1/meetings", drafts.meeting(team))).status_code == 403


async def test_nobody_leaves_twice(town, kari):
    assert (await leave(town.admin, kari.id)).status_code == 200
    for verb in ("leave", "leave/preview"):
        again = await leave(town.admin, kari.id, verb=verb)
        assert (again.status_code, again.json()["code"]) == (409, "wrong_state")


async def test_only_administrators_let_people_of_their_own_leave(town, other_town, kari):
    leader = await town.someone("Leder", role="unit_leader")
    for who, status in ((leader, 403), (kari, 403), (other_town.admin, 404)):
        for verb in ("leave", "leave/preview"):
            assert (await leave(who, kari.id, verb=verb)).status_code == status


async def test_the_last_administrator_stays_one(town):
    (held,) = (await town.admin.get("/v1/role-assignments", person_id=town.admin.id)).json()["items"]
    answers = [
        await leave(town.admin, town.admin.id),
        await town.admin.post(f"/v1/role-assignments/{held['id']}/revoke", None, if_match="*"),
        await town.admin.patch(f"/v1/people/{town.admin.id}", {"status": "inactive"}, if_match="*"),
    ]
    assert [(each.status_code, each.json()["code"]) for each in answers] == [(409, "last_administrator")] * 3
    await town.someone("To", role="admin")
    assert (await leave(town.admin, town.admin.id)).status_code == 200


async def test_two_administrators_who_revoke_each_other_at_once_leave_one(town):
    other = await town.someone("To", role="admin")
    roles = (await town.admin.get("/v1/role-assignments", role="admin")).json()["items"]
    of = {each["person_id"]: each["id"] for each in roles}
    answers = await asyncio.gather(
        *(
            who.post(f"/v1/role-assignments/{of[whom.id]}/revoke", None, if_match="*")
            for who, whom in ((town.admin, other), (other, town.admin))
        )
    )
    assert sorted(each.status_code for each in answers) in ([200, 403], [200, 404], [200, 409])
