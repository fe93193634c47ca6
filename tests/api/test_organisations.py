"""The tree of units, as of any day."""

import pytest


@pytest.fixture
async def district(town):
    made = await town.admin.post(
        "/v1/organisations",
        {
            "kind": "district",
            "sector": "administration",
            "names": {"nb": "Øst"},
            "parent_id": town.root,
            "valid_from": "2021-01-01",
        },
    )
    return made.json()["id"]


async def get(town, unit, **params):
    return await town.admin.get(f"/v1/organisations/{unit}", **params)


async def act(town, unit, verb, body):
    etag = (await get(town, unit)).headers["etag"]
    return await town.admin.post(f"/v1/organisations/{unit}/{verb}", body, if_match=etag)


async def test_a_renamed_unit_keeps_its_old_name_for_the_past(town):
    school = await town.organisation("Gamle skole", valid_from="2021-08-01")
    renamed = await act(town, school, "rename", {"names": {"nb": "Nye skole"}, "on": "2026-03-03"})
    assert renamed.status_code == 200, renamed.text
    assert renamed.json()["name"] == "Nye skole"
    assert (await get(town, school, as_of="2026-03-02")).json()["name"] == "Gamle skole"
    assert (await get(town, school, as_of="2021-07-31")).status_code == 404
    assert [p["valid_from"] for p in renamed.json()["periods"]] == ["2021-08-01", "2026-03-03"]


async def test_a_move_takes_hold_on_its_day_and_links_follow_the_day(town, district):
    school = await town.organisation(valid_from="2021-08-01")
    moved = await act(town, school, "move", {"parent_id": district, "on": "2026-08-01"})
    assert moved.status_code == 200, moved.text
    today = await get(town, school, include="parent")
    assert today.json()["parent"]["id"] == town.root
    later = await get(town, school, include="parent", as_of="2026-08-01")
    assert later.json()["parent"]["id"] == district
    children = await get(town, district, include="children", as_of="2026-08-01")
    assert [child["id"] for child in children.json()["children"]] == [school]
    listed = await town.admin.get("/v1/organisations", parent_id=district)
    assert listed.json()["items"] == []


async def test_no_unit_ever_stands_above_itself(town, district):
    below = await town.organisation("Under", parent_id=district, valid_from="2021-08-01")
    refused = await act(town, district, "move", {"parent_id": below})
    assert (refused.status_code, refused.json()["code"]) == (409, "organisation_cycle")


async def test_a_unit_that_something_stands_on_is_not_closed(town):
    school = await town.organisation(valid_from="2021-08-01")
    team = await town.team(school)
    refused = await act(town, school, "close", {})
    assert (refused.status_code, refused.json()["code"]) == (409, "still_in_use")
    etag = (await town.admin.get(f"/v1/teams/{team}")).headers["etag"]
    archived = await town.admin.patch(f"/v1/teams/{team}", {"state": "archived"}, if_match=etag)
    assert archived.status_code == 200, archived.text
    assert (await act(town, school, "close", {})).status_code == 204
    assert (await get(town, school)).status_code == 404
    assert (await get(town, school, as_of="2026-03-02")).status_code == 200


async def test_sites_and_numbers_are_replaced_as_lists(town):
    school = await town.organisation(
        external_ids=[{"scheme": "dk_instnr", "value": "751002"}],
        sites=[{"name": "Hoved", "main": True, "latitude": 56.2, "longitude": 10.1}, {"name": "Side"}],
    )
    got = await get(town, school)
    assert [site["name"] for site in got.json()["sites"]] == ["Hoved", "Side"]
    changed = await town.admin.patch(
        f"/v1/organisations/{school}", {"sites": [{"name": "Side", "main": True}]}, if_match=got.headers["etag"]
    )
    assert [(s["name"], s["main"]) for s in changed.json()["sites"]] == [("Side", True)]
    assert changed.json()["external_ids"] == got.json()["external_ids"]
    found = await town.admin.get("/v1/organisations", external_id="dk_instnr:751002")
    assert [o["id"] for o in found.json()["items"]] == [school]
    taken = await town.admin.post(
        "/v1/organisations",
        {
            "kind": "school",
            "sector": "school",
            "names": {"nb": "To"},
            "external_ids": [{"scheme": "dk_instnr", "value": "751002"}],
        },
    )
    assert (taken.status_code, taken.json()["code"]) == (409, "already_exists")


async def test_names_come_in_the_language_asked_for_and_in_nordic_order(town):
    for name in ("Ånes", "Ærlig", "Øya", "Zoo", "Aas"):
        await town.organisation(name)
    listed = await town.admin.get("/v1/organisations", kind="school")
    assert [o["name"] for o in listed.json()["items"]] == ["Zoo", "Ærlig", "Øya", "Ånes", "Aas"]
    school = await town.organisation("Skolen", names={"nb": "Skolen", "da": "Skolen (da)", "en": "The school"})
    in_danish = await town.admin.http.get(f"/v1/organisations/{school}", headers={"accept-language": "da"})
    assert in_danish.json()["name"] == "Skolen (da)"


async def test_only_administrators_change_the_tree(town, other_town):
    school = await town.organisation()
    kari = await town.someone()
    etag = (await kari.get(f"/v1/organisations/{school}")).headers["etag"]
    body = {"names": {"nb": "X"}}
    refused = await kari.post(f"/v1/organisations/{school}/rename", body, if_match=etag)
    assert refused.status_code == 403
    foreign = await other_town.admin.post(f"/v1/organisations/{school}/rename", body, if_match=etag)
    assert foreign.status_code == 404


async def test_a_unit_never_vanishes_from_its_history_by_closing(town):
    school = await town.organisation("Gamle skole", valid_from="2020-01-01")
    await act(town, school, "rename", {"names": {"nb": "Nye skole"}, "on": "2023-01-01"})
    for on in ("2020-01-01", "2021-01-01", "2023-01-01"):
        refused = await act(town, school, "close", {"on": on})
        assert refused.status_code == 422, refused.text
        assert [(e["pointer"], e["code"]) for e in refused.json()["errors"]] == [("/on", "ends_before_start")]
    assert (await act(town, school, "close", {"on": "2023-01-02"})).status_code == 204
    names = [(await get(town, school, as_of=day)).json()["name"] for day in ("2020-01-01", "2023-01-01")]
    assert names == ["Gamle skole", "Nye skole"]


async def test_what_was_planned_falls_away_when_a_unit_closes(town):
    school = await town.organisation("Gamle skole", valid_from="2020-01-01")
    await act(town, school, "rename", {"names": {"nb": "Nye skole"}, "on": "2027-01-01"})
    assert (await act(town, school, "close", {"on": "2026-08-01"})).status_code == 200
    assert (await get(town, school, as_of="2026-07-31")).json()["name"] == "Gamle skole"
    assert (await get(town, school, as_of="2027-01-01")).status_code == 404


async def test_a_unit_that_begins_today_is_not_closed_today(town):
    school = await town.organisation(external_ids=[{"scheme": "code", "value": "A"}])
    refused = await act(town, school, "close", {})
    assert (refused.status_code, refused.json()["errors"][0]["code"]) == (422, "ends_before_start")
    found = await town.admin.get("/v1/organisations", external_id="code:A")
    assert [each["id"] for each in found.json()["items"]] == [school], "its number is never lost"


async def test_the_tree_has_thirty_two_levels_and_no_more(town):
    units = [town.root]
    for level in range(2, 33):
        units.append(await town.organisation(f"{level}", parent_id=units[-1], valid_from="2021-01-01"))
    assert len(units) == 32
    body = {"kind": "school", "sector": "school", "names": {"nb": "33"}, "parent_id": units[-1]}
    refused = await town.admin.post("/v1/organisations", body)
    assert refused.status_code == 422, refused.text
    (error,) = refused.json()["errors"]
    assert (error["pointer"], error["code"]) == ("/parent_id", "tree_too_deep")
    assert "32" in error["detail"]
    other = await town.organisation("Gren", valid_from="2021-01-01")
    await town.organisation("Kvist", parent_id=other, valid_from="2026-08-01")
    refused = await act(town, other, "move", {"parent_id": units[30]})
    assert (refused.status_code, refused.json()["errors"][0]["code"]) == (422, "tree_too_deep")
    assert (await act(town, other, "move", {"parent_id": units[29]})).status_code == 200
    assert (await act(town, units[1], "move", {"parent_id": None})).status_code == 200
