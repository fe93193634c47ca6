"""People, what is shown of them, and roles that take hold and end at once."""


async def test_me_says_who_i_am_here(town):
    school = await town.organisation()
    kari = await town.someone("Kari", role="unit_leader", scope="unit", organisation_id=school)
    team = await town.team(school, facilitator=kari)
    me = (await kari.get("/v1/me")).json()
    assert (me["name"], me["tenant"]["slug"]) == ("Kari", town.slug)
    assert [(r["role"], r["organisation_id"]) for r in me["roles"]] == [("unit_leader", school)]
    assert [(m["team_id"], m["duty"]) for m in me["memberships"]] == [(team, "facilitator")]


async def test_an_email_is_seen_by_its_owner_and_administrators_only(town):
    made = await town.admin.post("/v1/people", {"name": "Ola", "email": "Ola@example.org"})
    path = made.headers["location"]
    kari = await town.someone()
    assert (await town.admin.get(path)).json()["email"] == "ola@example.org"
    assert (await kari.get(path)).json()["email"] is None


async def test_a_revoked_role_no_longer_holds(town):
    kari = await town.someone("Kari", role="admin")
    assert (await kari.post("/v1/people", {"name": "Ola"})).status_code == 201
    (held,) = (await kari.get("/v1/role-assignments", person_id=kari.id)).json()["items"]
    path = f"/v1/role-assignments/{held['id']}"
    etag = (await town.admin.get(path)).headers["etag"]
    revoked = await town.admin.post(f"{path}/revoke", None, if_match=etag)
    assert revoked.status_code == 200, revoked.text
    assert (await kari.post("/v1/people", {"name": "Ola"})).status_code == 403


async def test_somebody_inactive_is_turned_away(town):
    kari = await town.someone()
    path = f"/v1/people/{kari.id}"
    etag = (await town.admin.get(path)).headers["etag"]
    assert (await town.admin.patch(path, {"status": "inactive"}, if_match=etag)).status_code == 200
    for answer in (await kari.get("/v1/me"), await kari.post("/v1/teams", {}), await kari.get("/v1/rule-sets")):
        assert answer.status_code in {403, 422}
    assert (await kari.get("/v1/me")).json()["code"] == "person_inactive"


async def test_a_valid_token_of_somebody_unknown_is_not_enough(town):
    stranger = town.signed_in("nobody-here", "", "Nobody")
    refused = await stranger.get("/v1/me")
    assert (refused.status_code, refused.json()["code"]) == (403, "not_provisioned")


async def test_only_auditors_read_the_trail_and_it_holds_refusals(town):
    kari = await town.someone()
    assert (await kari.post("/v1/people", {"name": "Ola"})).status_code == 403
    assert (await town.admin.get("/v1/audit-events")).json()["items"] == []
    auditor = await town.someone("Rev", role="auditor")
    events = (await auditor.get("/v1/audit-events", limit=100)).json()["items"]
    refused = [e for e in events if e["outcome"] == "refused"]
    assert [(e["person_id"], e["action"], e["code"]) for e in refused] == [(kari.id, "person:create", "forbidden")]
    assert any(e["action"] == "organisation:create" for e in events)
