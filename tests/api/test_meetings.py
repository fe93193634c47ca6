"""A meeting is planned, refused, mended and published."""


async def test_a_meeting_goes_from_draft_to_published(town):
    school = await town.organisation()
    kari = await town.someone("Kari")
    team = await town.team(school, facilitator=kari)
    made = await kari.post(
        "/v1/meetings",
        {
            "team_id": team,
            "title": "Lesing",
            "lang": "nb",
            "purpose": "development",
            "starts_at": "2026-03-10T13:00:00+01:00",
            "ends_at": "2026-03-10T15:00:00+01:00",
            "agenda": [{"track": "development", "title": "Lesing", "lang": "nb", "minutes": 30}],
        },
        idempotency_key="a",
    )
    assert made.status_code == 201, made.text
    meeting = made.json()
    read = await kari.get(made.headers["location"])
    assert read.status_code == 200
    assert read.json() == meeting
    published = await kari.post(f"/v1/meetings/{meeting['id']}/publish", {}, if_match=read.headers["etag"])
    assert published.status_code == 200, published.text
    listed = await kari.get("/v1/meetings")
    assert [m["id"] for m in listed.json()["items"]] == [meeting["id"]]
