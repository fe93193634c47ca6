"""School calendars: drafted, adopted, overridden by units, and what the rules at publishing make of them."""

import asyncio
from datetime import UTC, datetime

import pytest
from harness import drafts


def autumn(kind="break", first="2025-10-06", last="2025-10-10", **more):
    return {"first": first, "last": last, "kind": kind, **more}


def calendar(*days, year=2025, **more):
    return {"school_year": year, "lang": "nb", "days": list(days), **more}


async def drafted(someone, body):
    made = await someone.post("/v1/school-calendars", body)
    assert made.status_code == 201, made.text
    return made.json()


async def adopted(someone, body):
    made = await drafted(someone, body)
    answer = await someone.post(f"/v1/school-calendars/{made['id']}/adopt", None, if_match="*")
    assert answer.status_code == 200, answer.text
    return answer.json()


async def working(someone, unit, first, days=1, locale="nb"):
    path = f"/v1/organisations/{unit}/working-days?first={first}&days={days}"
    answer = await someone.http.get(path, headers={"accept-language": locale})
    assert answer.status_code == 200, answer.text
    return answer.json()


async def test_a_draft_holds_nowhere_and_an_adopted_version_until_the_next(school):
    town, reader = school.town, school.member
    draft = await drafted(town.admin, calendar(autumn(name="Høstferie")))
    assert (draft["state"], draft["version"], draft["adopted_at"]) == ("draft", None, None)
    assert (await working(reader, school.unit, "2025-10-06"))["days"][0]["worked"] is True
    first = await town.admin.post(f"/v1/school-calendars/{draft['id']}/adopt", None, if_match="*")
    assert (first.json()["state"], first.json()["version"]) == ("adopted", 1)
    found = await working(reader, school.unit, "2025-10-06", 7)
    assert [each["worked"] for each in found["days"]] == [False] * 7
    assert (found["days"][0]["kind"], found["days"][0]["name"]) == ("break", "Høstferie")
    assert found["calendar"] == "no.public@1+owner.2025@1"
    second = await adopted(town.admin, calendar(opens="08:00", closes="15:30"))
    assert second["version"] == 2
    found = await working(reader, school.unit, "2025-10-06", 5)
    assert [each["worked"] for each in found["days"]] == [True] * 5
    assert (found["opens"], found["closes"]) == ("08:00", "15:30")
    assert found["calendar"] == "no.public@1+owner.2025@2"


async def test_public_holidays_need_not_be_named_and_speak_the_language_asked_for(school):
    names = [
        (await working(school.member, school.unit, "2026-12-25", locale=locale))["days"][0]["name"]
        for locale in ("nb", "da", "sv", "en")
    ]
    assert names == ["Første juledag", "1. juledag", "Juldagen", "Christmas Day"]


async def test_a_unit_differs_day_by_day_with_the_units_below_it_and_nobody_else(school):
    town = school.town
    below = await town.organisation("Avdeling", parent_id=school.unit, kind="department")
    elsewhere = await town.organisation("En annen skole")
    await adopted(town.admin, calendar(autumn(), autumn("planning", "2025-11-14", "2025-11-14")))
    own = calendar(autumn("ordinary"), organisation_id=school.unit, opens="06:30", closes="17:30")
    assert (await adopted(school.leader, own))["version"] == 1
    for unit, worked, opens in ((school.unit, True, "06:30"), (below, True, "06:30"), (elsewhere, False, "07:00")):
        found = await working(school.member, unit, "2025-10-06")
        assert (found["days"][0]["worked"], found["opens"]) == (worked, opens)
        assert (await working(school.member, unit, "2025-11-14"))["days"][0]["kind"] == "planning"


async def test_what_rules_count_by_is_the_calendar_of_the_unit_and_its_version_stays_on_record(school, clock):
    clock.now = datetime(2026, 3, 6, 9, tzinfo=UTC)  # Friday, two working days before Tuesday
    task = drafts.task(due_at="2026-03-10T08:00:00Z")
    meeting = await school.meeting(preparation_tasks=[task])
    await adopted(school.leader, calendar(autumn("day_off", "2026-03-09", "2026-03-09"), organisation_id=school.unit))
    path = f"/v1/meetings/{meeting['id']}"
    asked = {name: meeting[name] for name in ("purpose", "starts_at", "ends_at")}
    check = {**asked, "agenda": [drafts.item()], "preparation_tasks": [task]}
    for team, expected in ((None, []), (school.team, ["R1a"])):
        body = check if team is None else {**check, "team_id": team}
        checked = (await school.member.post("/v1/agenda-checks", body)).json()
        late = [each["code"] for each in checked["results"] if each["result"] == "violation"]
        assert late == expected
    refused = await school.publish(meeting)
    assert [each["code"] for each in refused.json()["errors"]] == ["R1a"]
    assert refused.json()["errors"][0]["facts"]["working_days"] == 1
    assert refused.json()["errors"][0]["facts"]["send_by"] == "2026-03-05"
    await adopted(school.leader, calendar(organisation_id=school.unit))
    assert (await school.publish(meeting)).status_code == 200
    kept = (await school.member.get(f"{path}/rule-evaluations")).json()["items"]
    assert [(each["decision"], each["calendar"]) for each in kept] == [
        ("allowed", "no.public@1+unit.2025@2"),
        ("refused", "no.public@1+unit.2025@1"),
    ]


async def test_preparation_is_due_in_the_working_time_of_the_unit(school, clock):
    clock.now = datetime(2026, 3, 5, 9, tzinfo=UTC)
    early = drafts.task(due_at="2026-03-09T05:45:00Z")  # 06:45 in Oslo
    meeting = await school.meeting(preparation_tasks=[early])
    assert [each["code"] for each in (await school.publish(meeting)).json()["errors"]] == ["R1b"]
    await adopted(school.leader, calendar(organisation_id=school.unit, opens="06:30", closes="17:00"))
    assert (await school.publish(meeting)).status_code == 200


@pytest.mark.parametrize("first_is_a_holiday", [True, False])
async def test_public_holidays_are_no_working_days_for_the_rules(school, clock, first_is_a_holiday):
    """Easter 2026: Thursday 2 April to Monday 6 April are off in Norway; the meeting is on Wednesday."""
    clock.now = datetime(2026, 4, 1 if not first_is_a_holiday else 2, 9, tzinfo=UTC)
    times = {"starts_at": "2026-04-08T12:00:00Z", "ends_at": "2026-04-08T14:00:00Z"}
    meeting = await school.meeting(**times, preparation_tasks=[drafts.task(due_at="2026-04-07T10:00:00Z")])
    answer = await school.publish(meeting)
    assert answer.status_code == (409 if first_is_a_holiday else 200), answer.text
    if first_is_a_holiday:
        assert answer.json()["errors"][0]["facts"]["working_days"] == 1
        assert answer.json()["errors"][0]["facts"]["send_by"] == "2026-04-01"


async def test_who_keeps_calendars(school):
    town = school.town
    owner = await town.someone("Eier", role="owner")
    other = await town.organisation("En annen skole")
    whole, own, foreign = calendar(), calendar(organisation_id=school.unit), calendar(organisation_id=other)
    allowed = [(owner, whole), (owner, own), (town.admin, whole), (school.leader, own)]
    refused = [(school.leader, whole), (school.leader, foreign), (school.facilitator, own), (school.member, whole)]
    for someone, body in allowed:
        made = await drafted(someone, body)
        path = f"/v1/school-calendars/{made['id']}"
        assert (await someone.patch(path, {"lang": "nn"}, if_match="*")).status_code == 200
        assert (await school.member.get(path)).json()["lang"] == "nn"
        for said in (
            await school.member.patch(path, {"lang": "da"}, if_match="*"),
            await school.member.post(path + "/adopt", None, if_match="*"),
            await school.member.http.delete(path, headers={"if-match": "*"}),
        ):
            assert (said.status_code, said.json()["code"]) == (403, "forbidden")
        assert (await someone.http.delete(path, headers={"if-match": "*"})).status_code == 204
        assert (await someone.get(path)).status_code == 404
    for someone, body in refused:
        assert (await someone.post("/v1/school-calendars", body)).status_code == 403


async def test_what_is_adopted_never_changes(school):
    made = await adopted(school.town.admin, calendar(autumn()))
    path = f"/v1/school-calendars/{made['id']}"
    for answer in (
        await school.town.admin.patch(path, {"days": []}, if_match="*"),
        await school.town.admin.post(path + "/adopt", None, if_match="*"),
        await school.town.admin.http.delete(path, headers={"if-match": "*"}),
    ):
        assert (answer.status_code, answer.json()["code"]) == (409, "wrong_state"), answer.text
    assert (await school.member.get(path)).json() == made


async def test_everything_that_is_wrong_is_said_at_once(school):
    days = [
        autumn(first="2025-07-31", last="2025-08-02"),
        autumn(),
        autumn("planning", "2025-10-10", "2025-10-13"),
        autumn(first="2026-02-20", last="2026-02-16"),
        autumn(first="2026-06-22", last="2026-08-14"),
    ]
    answer = await school.town.admin.post("/v1/school-calendars", calendar(*days, opens="16:00", closes="08:00"))
    assert answer.status_code == 422
    assert [(each["code"], each["pointer"]) for each in answer.json()["errors"]] == [
        ("outside_school_year", "/days/0/first"),
        ("day_twice", "/days/2/first"),
        ("ends_before_start", "/days/3/last"),
        ("outside_school_year", "/days/4/last"),
        ("ends_before_start", "/closes"),
    ]
    assert "1 August 2025" in answer.json()["errors"][0]["detail"]
    nowhere = calendar(organisation_id="0198f3c2-6f00-7000-8000-000000000001")
    unknown = await school.town.admin.post("/v1/school-calendars", nowhere)
    assert (unknown.status_code, unknown.json()["errors"][0]["pointer"]) == (422, "/organisation_id")
    half = await school.town.admin.post("/v1/school-calendars", calendar(opens="08:00"))
    assert (half.status_code, half.json()["errors"][0]["pointer"]) == (422, "/closes")
    listed = await school.town.admin.get("/v1/school-calendars")
    assert listed.json()["items"] == []


async def test_versions_have_no_gaps_however_many_adopt_at_once(school):
    admin = school.town.admin
    made = [await drafted(admin, calendar(year=2027)) for _ in range(6)]
    paths = [f"/v1/school-calendars/{each['id']}/adopt" for each in made]
    answers = await asyncio.gather(*(admin.post(path, None, if_match="*") for path in paths))
    assert sorted(answer.json()["version"] for answer in answers) == [1, 2, 3, 4, 5, 6]


async def test_lists_are_filtered(school):
    admin = school.town.admin
    await adopted(admin, calendar(year=2025))
    await adopted(admin, calendar(year=2026))
    own = await drafted(admin, calendar(year=2026, organisation_id=school.unit))
    for query, count in (
        ("", 3),
        ("?school_year=2026", 2),
        ("?state=draft", 1),
        (f"?organisation_id={school.unit}", 1),
        ("?school_year=2025&state=draft", 0),
    ):
        found = (await school.member.get(f"/v1/school-calendars{query}")).json()["items"]
        assert len(found) == count, query
    found = (await school.member.get("/v1/school-calendars")).json()["items"]
    assert [each["school_year"] for each in found] == [2026, 2026, 2025]
    assert found[0]["id"] == own["id"]


async def test_the_last_days_of_the_calendar_have_no_neighbours(school):
    found = await working(school.member, school.unit, "9999-12-30", 400)
    assert len(found["days"]) >= 1
    unknown = "0198f3c2-6f00-7000-8000-000000000001"
    assert (await school.member.get(f"/v1/organisations/{unknown}/working-days")).status_code == 404
