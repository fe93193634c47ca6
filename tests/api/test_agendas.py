"""Agendas: nested at creation, replaced whole, changed one by one, and never half-written."""

from harness import drafts


async def test_a_put_replaces_the_whole_draft_and_keeps_what_is_named_again(school):
    meeting = await school.meeting(agenda=[drafts.item(title="A"), drafts.item(title="B")])
    first, second = meeting["agenda"]
    body = drafts.meeting(school.team, agenda=[{**drafts.item(title="B2"), "id": second["id"]}, drafts.item(title="C")])
    del body["team_id"]
    put = await school.facilitator.put(f"/v1/meetings/{meeting['id']}", body, if_match=meeting["etag"])
    assert put.status_code == 200, put.text
    agenda = put.json()["agenda"]
    assert [(i["title"], i["position"]) for i in agenda] == [("B2", 0), ("C", 1)]
    assert agenda[0]["id"] == second["id"]
    assert first["id"] not in {i["id"] for i in agenda}
    stale = await school.facilitator.put(f"/v1/meetings/{meeting['id']}", body, if_match=meeting["etag"])
    assert stale.status_code == 412


async def test_items_one_by_one(school):
    meeting = await school.meeting(agenda=[])
    assert meeting["state"] == "draft"
    path, tag = f"/v1/meetings/{meeting['id']}", meeting["etag"]
    for title in ("A", "B", "C"):
        answer = await school.facilitator.post(f"{path}/agenda-items", drafts.item(title=title), if_match=tag)
        assert answer.status_code == 201, answer.text
        assert answer.headers["location"] == f"{path}/agenda-items/{answer.json()['agenda'][-1]['id']}"
        tag = answer.headers["etag"]
    assert answer.json()["state"] == "agenda_draft"
    a, b, c = [i["id"] for i in answer.json()["agenda"]]
    ordered = await school.facilitator.post(f"{path}/agenda-items/reorder", {"item_ids": [c, a, b]}, if_match=tag)
    assert [i["title"] for i in ordered.json()["agenda"]] == ["C", "A", "B"]
    some = await school.facilitator.post(
        f"{path}/agenda-items/reorder", {"item_ids": [c, a]}, if_match=ordered.headers["etag"]
    )
    assert some.status_code == 422
    changed = await school.facilitator.patch(
        f"{path}/agenda-items/{a}", {"minutes": 45, "background": None}, if_match=ordered.headers["etag"]
    )
    assert changed.json()["agenda"][1]["minutes"] == 45
    gone = await school.facilitator.delete(f"{path}/agenda-items/{c}", if_match=changed.headers["etag"])
    assert gone.status_code == 200
    assert [(i["title"], i["position"]) for i in gone.json()["agenda"]] == [("A", 0), ("B", 1)]
    assert gone.headers["etag"] == (await school.facilitator.get(path)).headers["etag"]
    assert (await school.member.get(f"{path}/agenda-items/{a}")).json()["minutes"] == 45
    other = await school.meeting()
    assert (await school.member.get(f"/v1/meetings/{other['id']}/agenda-items/{a}")).status_code == 404


async def test_preparation_tasks_one_by_one(school):
    meeting = await school.meeting(preparation_tasks=[])
    path = f"/v1/meetings/{meeting['id']}"
    added = await school.facilitator.post(f"{path}/preparation-tasks", drafts.task(), if_match=meeting["etag"])
    (task,) = added.json()["preparation_tasks"]
    assert added.headers["location"] == f"{path}/preparation-tasks/{task['id']}"
    changed = await school.facilitator.patch(
        f"{path}/preparation-tasks/{task['id']}", {"est_minutes": 12}, if_match=added.headers["etag"]
    )
    assert changed.json()["preparation_tasks"][0]["est_minutes"] == 12
    gone = await school.facilitator.delete(f"{path}/preparation-tasks/{task['id']}", if_match=changed.headers["etag"])
    assert gone.status_code == 200
    assert gone.json()["preparation_tasks"] == []


async def test_what_is_wrong_with_a_draft_is_said_at_once_and_nothing_is_written(school):
    body = drafts.meeting(
        school.team,
        starts_at="2026-03-10T14:00:00",
        ends_at=5,
        zone="Oslo",
        unknown=1,
        agenda=[drafts.item(minutes=True), drafts.item(title=None, track="none")],
    )
    refused = await school.facilitator.post("/v1/meetings", body)
    assert refused.status_code == 422
    pointers = {e["pointer"] for e in refused.json()["errors"]}
    assert {"/starts_at", "/ends_at", "/unknown", "/agenda/0/minutes"} <= pointers
    assert (await school.facilitator.get("/v1/meetings")).json()["items"] == []


async def test_participants_know_the_start_after_it_moved(school):
    meeting = await school.meeting()
    path = f"/v1/meetings/{meeting['id']}"
    early = await school.meeting(starts_at="2026-03-09T12:00:00Z", ends_at="2026-03-09T13:00:00Z")
    moved = await school.facilitator.patch(
        path, {"starts_at": "2026-03-08T12:00:00Z", "ends_at": "2026-03-08T13:00:00Z"}, if_match=meeting["etag"]
    )
    assert moved.status_code == 200, moved.text
    listed = [m["id"] for m in (await school.member.get("/v1/meetings")).json()["items"]]
    assert listed == [early["id"], meeting["id"]]


async def test_pages_go_on_where_they_ended(school):
    made = [
        await school.meeting(starts_at=f"2026-04-{day:02}T12:00:00Z", ends_at=f"2026-04-{day:02}T13:00:00Z")
        for day in range(1, 8)
    ]
    seen, path = [], "/v1/meetings?limit=3"
    while path:
        page = await school.member.get(path)
        seen += [m["id"] for m in page.json()["items"]]
        path = page.links.get("next", {}).get("url")
        assert (page.json()["next_cursor"] is None) == (path is None)
    assert seen == [m["id"] for m in reversed(made)]


async def test_a_list_shows_meetings_without_their_parts_unless_asked(school):
    meeting = await school.meeting()
    (item,) = (await school.member.get("/v1/meetings")).json()["items"]
    assert "agenda" not in item
    assert item["title"] == meeting["title"]
    (item,) = (await school.member.get("/v1/meetings", include="agenda,team")).json()["items"]
    assert [each["title"] for each in item["agenda"]] == [each["title"] for each in meeting["agenda"]]
    assert item["team"]["id"] == school.team
    assert "participants" not in item


async def test_a_part_is_changed_with_the_etag_that_it_was_read_with(school):
    meeting = await school.meeting()
    for part, change in (("agenda-items", {"minutes": 21}), ("preparation-tasks", {"est_minutes": 9})):
        id = meeting["agenda" if part == "agenda-items" else "preparation_tasks"][0]["id"]
        path = f"/v1/meetings/{meeting['id']}/{part}/{id}"
        first = await school.facilitator.get(path)
        changed = await school.facilitator.patch(path, change, if_match=first.headers["etag"])
        assert changed.status_code == 200, changed.text
        stale = await school.facilitator.patch(path, change, if_match=first.headers["etag"])
        assert stale.status_code == 412
        again = await school.facilitator.get(path)
        assert (await school.facilitator.delete(path, if_match=again.headers["etag"])).status_code == 200


async def test_everything_wrong_with_a_draft_is_named_in_one_go(school):
    nobody = "01890000-0000-7000-8000-000000000000"
    body = drafts.meeting(
        school.team,
        zone="Europe/Nowhere",
        ends_at="2026-03-10T11:00:00Z",
        participants=[{"person_id": nobody}],
        agenda=[drafts.item(title=None), drafts.item(track="none"), {**drafts.item(), "id": nobody}],
        preparation_tasks=[{**drafts.task(), "id": nobody}],
    )
    refused = await school.facilitator.post("/v1/meetings", body)
    assert {error["pointer"] for error in refused.json()["errors"]} == {
        *("/zone", "/ends_at", "/participants/0/person_id", "/agenda/0/title", "/agenda/1/track"),
        *("/agenda/2/id", "/preparation_tasks/0/id"),
    }


async def test_an_agenda_grows_no_longer_one_by_one_than_at_once(school):
    for part, field, limit, body in (
        ("agenda-items", "agenda", 100, drafts.item()),
        ("preparation-tasks", "preparation_tasks", 50, drafts.task()),
    ):
        meeting = await school.meeting(**{field: [body] * limit})
        path = f"/v1/meetings/{meeting['id']}/{part}"
        refused = await school.facilitator.post(path, body, if_match=meeting["etag"])
        assert refused.status_code == 422
        assert [(e["code"], e["pointer"]) for e in refused.json()["errors"]] == [("too_long", f"/{field}")]


async def test_talk_about_a_child_comes_back_as_it_was_served(school):
    child = {"kind": "child_talk", "track": "none", "lang": "nb", "minutes": 10}
    meeting = await school.meeting(agenda=[child])
    served = {name: meeting["agenda"][0][name] for name in ("id", "title", *child)}
    body = drafts.meeting(school.team, agenda=[served])
    del body["team_id"]
    put = await school.facilitator.put(f"/v1/meetings/{meeting['id']}", body, if_match=meeting["etag"])
    assert put.status_code == 200, put.text
    assert put.json()["agenda"][0]["title"] == meeting["agenda"][0]["title"] == "Talk about a child"


async def test_what_cannot_be_read_as_it_is_written_is_refused(school):
    for title in ("\u200b", "a\u202eb", "a\x9b31m", "a\x7fb", "a\nb", "\u200d"):
        refused = await school.facilitator.post("/v1/meetings", drafts.meeting(school.team, title=title))
        assert refused.status_code == 422, title
        assert [(e["pointer"], e["code"]) for e in refused.json()["errors"]] == [("/title", "invalid_text")], title
    for title in ("Lærere 👩‍🏫", "  Møte \n", "Ååby"):
        assert (await school.meeting(title=title))["title"] == title.strip()


async def test_every_change_of_a_part_is_a_change_of_the_meeting(school):
    meeting = await school.meeting(agenda=[drafts.item(title="A"), drafts.item(title="B")])
    path, facilitator = f"/v1/meetings/{meeting['id']}", school.facilitator
    first, second = (item["id"] for item in meeting["agenda"])
    task = meeting["preparation_tasks"][0]["id"]
    tags = [meeting["etag"]]
    for send in (
        lambda tag: facilitator.post(f"{path}/agenda-items", drafts.item(), if_match=tag),
        lambda tag: facilitator.patch(f"{path}/agenda-items/{first}", {"minutes": 7}, if_match=tag),
        lambda tag: facilitator.delete(f"{path}/agenda-items/{second}", if_match=tag),
        lambda tag: facilitator.post(f"{path}/preparation-tasks", drafts.task(), if_match=tag),
        lambda tag: facilitator.patch(f"{path}/preparation-tasks/{task}", {"est_minutes": 7}, if_match=tag),
        lambda tag: facilitator.delete(f"{path}/preparation-tasks/{task}", if_match=tag),
    ):
        changed = await send(tags[-1])
        assert changed.is_success, changed.text
        assert (await send(tags[-1])).status_code in {404, 412}
        tags.append(changed.headers["etag"])
    ids = [item["id"] for item in (await facilitator.get(path)).json()["agenda"]]
    order = {"item_ids": ids[::-1]}
    turned = await facilitator.post(f"{path}/agenda-items/reorder", order, if_match=tags[-1])
    assert turned.status_code == 200
    assert (await facilitator.post(f"{path}/agenda-items/reorder", order, if_match=tags[-1])).status_code == 412
    revisions = [int(tag.strip('"').split("-")[0]) for tag in [*tags, turned.headers["etag"]]]
    assert revisions == sorted(set(revisions))
