"""People, what is shown of them, and roles that take hold and end at once."""

import asyncio
from uuid import UUID

from harness.issuer import AUDIENCE, ISSUER

from api.postgres.founding import NewBinding, bind
from api.postgres.pool import connect


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


async def test_the_trail_names_what_was_created_and_what_was_changed(town):
    auditor = await town.someone("Rev", role="auditor")
    school = await town.organisation()
    kari = await town.someone("Kari")
    team = await town.team(school, facilitator=kari)
    granted = await town.admin.post(
        "/v1/role-assignments", {"person_id": kari.id, "role": "advisor", "scope": "tenant"}
    )
    joined = await kari.post(f"/v1/teams/{team}/memberships", {"person_id": auditor.id})
    left = await kari.delete(joined.headers["location"], if_match=joined.headers["etag"])
    assert left.status_code == 204, left.text
    events = (await auditor.get("/v1/audit-events", limit=100)).json()["items"]
    seen = {(e["action"], e["subject_type"], e["subject_id"]) for e in events}
    assert {
        ("organisation:create", "organisation", school),
        ("person:create", "person", kari.id),
        ("team:create", "team", team),
        ("role_assignment:grant", "role_assignment", granted.json()["id"]),
        ("team_membership:add", "team_membership", joined.json()["id"]),
        ("team_membership:end", "team_membership", joined.json()["id"]),
    } <= seen


async def test_a_role_is_held_once_at_a_time(town):
    kari, school = await town.someone("Kari"), await town.organisation()
    held = {"person_id": kari.id, "role": "unit_leader", "scope": "unit", "organisation_id": school}
    first = await town.admin.post("/v1/role-assignments", held)
    assert first.status_code == 201, first.text
    twice = await town.admin.post("/v1/role-assignments", {**held, "valid_from": "2026-06-01"})
    assert (twice.status_code, twice.json()["code"]) == (409, "period_overlap")
    elsewhere = await town.admin.post("/v1/role-assignments", {**held, "organisation_id": await town.organisation()})
    assert elsewhere.status_code == 201
    path = f"/v1/role-assignments/{first.json()['id']}/revoke"
    assert (await town.admin.post(path, None, if_match="*")).status_code == 200
    assert (await town.admin.post("/v1/role-assignments", held)).status_code == 201


async def test_names_stand_in_the_order_of_the_municipality_whoever_wrote_them(town):
    for language, name in (("en", "Øyvind"), ("sv", "Åse"), ("nb", "Ærlig")):
        made = await town.admin.post("/v1/people", {"name": name}, accept_language=language)
        assert made.status_code == 201
    listed = [each["name"] for each in (await town.admin.get("/v1/people")).json()["items"]]
    assert listed[-3:] == ["Ærlig", "Øyvind", "Åse"]


async def test_a_person_is_answered_in_their_own_language_unless_the_request_names_one(town):
    danish = await town.someone("Dorte")
    path = f"/v1/people/{danish.id}"
    etag = (await town.admin.get(path)).headers["etag"]
    assert (await town.admin.patch(path, {"locale": "da"}, if_match=etag)).status_code == 200
    del danish.http.headers["accept-language"]

    async def languages(**headers):
        refused = await danish.http.post("/v1/people", json={"name": "X"}, headers=headers)
        checked = await danish.http.get("/v1/rule-sets", headers=headers)
        titles = {rule["code"]: rule["title"] for rule in checked.json()["items"][0]["rules"]}
        return refused.headers["content-language"], titles["R2a"]

    assert (await languages())[0] == "da"
    assert await languages() == await languages(**{"accept-language": "da"})
    assert await languages(**{"accept-language": "fi"}) == await languages()
    assert await languages(**{"accept-language": "sv"}) != await languages()
    malformed = await danish.http.post("/v1/people", content=b"{", headers={"content-type": "application/json"})
    assert malformed.headers["content-language"] == "da"


async def test_a_person_is_known_by_issuer_and_subject_together(town, migrated, app):
    """Two people whom their issuers call the same: each reads and writes as themselves."""
    owner = await connect(migrated.owner)
    try:
        another = NewBinding("https://other.test.example", [AUDIENCE], tenant_claim="tenant", tenant_value=town.id)
        await bind(owner, UUID(town.id), another)
    finally:
        await owner.close()
    app.service.keys.preload("https://other.test.example", town.issuer.jwks())
    await app.refresh()
    people = {}
    for issuer in (ISSUER, "https://other.test.example"):
        body = {"name": issuer, "identities": [{"issuer": issuer, "subject": "the-same"}]}
        made = await town.admin.post("/v1/people", body)
        people[issuer] = town.signed_in("the-same", made.json()["id"], issuer, iss=issuer)
    grant = {"person_id": people[ISSUER].id, "role": "admin", "scope": "tenant"}
    assert (await town.admin.post("/v1/role-assignments", grant)).status_code == 201
    for issuer, person in people.items():
        assert (await person.get("/v1/me")).json()["id"] == person.id
        status = (await person.post("/v1/people", {"name": "Ny"})).status_code
        assert status == (201 if issuer == ISSUER else 403)


async def test_somebody_inactive_changes_nothing(town):
    kari = await town.someone("Kari", role="admin")
    assert (await town.admin.patch(f"/v1/people/{kari.id}", {"status": "inactive"}, if_match="*")).status_code == 200
    before = (await town.admin.get("/v1/people", limit=100)).json()["items"]
    refused = await kari.post("/v1/people", {"name": "Ola"}, idempotency_key="k")
    assert (refused.status_code, refused.json()["code"]) == (403, "person_inactive")
    assert (await town.admin.get("/v1/people", limit=100)).json()["items"] == before


async def test_of_many_changes_from_the_same_state_one_is_made(town):
    kari = await town.someone("Kari")
    team = await town.team(await town.organisation(), facilitator=kari)
    for path in (f"/v1/people/{kari.id}", f"/v1/teams/{team}"):
        etag = (await town.admin.get(path)).headers["etag"]
        answers = await asyncio.gather(
            *(town.admin.patch(path, {"name": f"Navn {i}"}, if_match=etag) for i in range(8))
        )
        assert sorted(answer.status_code for answer in answers) == [200, *[412] * 7]
