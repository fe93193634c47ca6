"""What waits for somebody: preparation for the meetings they are invited to, and agendas that they have to send out."""

from datetime import UTC, datetime

import pytest
from harness import drafts


async def tasks(who, **query):
    answer = await who.get("/v1/me/tasks", **query)
    assert answer.status_code == 200, answer.text
    return answer.json()["items"]


async def test_an_agenda_waits_for_those_who_run_the_meeting_and_then_its_preparation_for_everybody(school):
    meeting = await school.meeting()
    (publish,) = await tasks(school.facilitator)
    assert (publish["kind"], publish["id"], publish["meeting_id"]) == ("publish", meeting["id"], meeting["id"])
    assert (publish["due_at"], publish["text"]) == (meeting["starts_at"], None)
    assert await tasks(school.member) == []
    assert (await school.publish(meeting)).status_code == 200
    (task,) = meeting["preparation_tasks"]
    for who in (school.facilitator, school.member):
        (prepare,) = await tasks(who)
        assert {name: prepare[name] for name in ("kind", "id", "due_at", "text", "minutes", "team_id", "title")} == {
            "kind": "prepare",
            "id": task["id"],
            "due_at": task["due_at"],
            "text": "Les artikkelen.",
            "minutes": 10,
            "team_id": school.team,
            "title": "Læringsmøte",
        }


async def test_title_and_text_have_languages_of_their_own(school):
    meeting = await school.meeting(lang="nn", preparation_tasks=[drafts.task(lang="da")])
    assert [(each["lang"], each["text_lang"]) for each in await tasks(school.facilitator)] == [("nn", None)]
    assert (await school.publish(meeting)).is_success
    assert [(each["lang"], each["text_lang"]) for each in await tasks(school.member)] == [("nn", "da")]


async def test_a_neighbours_meetings_wait_for_nobody_here(school, other_town):
    assert (await school.publish(await school.meeting())).is_success
    assert await tasks(other_town.admin) == []


async def test_who_facilitates_one_meeting_has_its_agenda_to_send_out(school):
    guest = await school.town.someone("Gjest")
    await school.meeting(participants=[{"person_id": guest.id, "duty": "facilitator"}])
    assert [each["kind"] for each in await tasks(guest)] == ["publish"]
    assert await tasks(school.leader) == []  # may do it, but it doesn't wait for her


async def test_what_has_begun_or_is_called_off_waits_for_nobody(school, clock):
    called_off, begun = await school.meeting(), await school.meeting()
    for meeting in (called_off, begun):
        assert (await school.publish(meeting)).status_code == 200
    assert len(await tasks(school.member)) == 2
    path = f"/v1/meetings/{called_off['id']}/cancel"
    assert (await school.facilitator.post(path, if_match="*")).status_code == 200
    assert len(await tasks(school.member)) == 1
    clock.now = datetime(2026, 3, 10, 12, tzinfo=UTC)
    assert await tasks(school.member) == []


async def test_the_most_urgent_comes_first_and_not_farther_ahead_than_asked(school):
    later = {"starts_at": "2026-03-24T12:00:00Z", "ends_at": "2026-03-24T13:00:00Z"}
    for times in (later, {}):
        due = {"due_at": "2026-03-23T09:00:00Z"} if times else {}
        assert (await school.publish(await school.meeting(**times, preparation_tasks=[drafts.task(**due)]))).is_success
    assert [each["due_at"][:10] for each in await tasks(school.member)] == ["2026-03-09", "2026-03-23"]
    assert len(await tasks(school.member, days=10)) == 1
    assert await tasks(school.member, days=1) == []


@pytest.mark.parametrize("days", [0, 367, "x"])
async def test_so_many_days_are_refused(school, days):
    answer = await school.member.get("/v1/me/tasks", days=days)
    assert (answer.status_code, answer.json()["code"]) == (400, "invalid_parameter")


async def test_who_is_no_longer_in_the_team_has_nothing_to_send_out(school):
    await school.meeting(participants=[])
    listed = await school.facilitator.get(f"/v1/teams/{school.team}/memberships")
    (own,) = [each for each in listed.json()["items"] if each["person_id"] == school.facilitator.id]
    path = f"/v1/teams/{school.team}/memberships/{own['id']}"
    assert len(await tasks(school.facilitator)) == 1
    assert (await school.leader.delete(path, if_match="*")).status_code == 204
    assert await tasks(school.facilitator) == []


async def test_they_are_known_by_their_etag(school):
    first = await school.member.get("/v1/me/tasks")
    again = await school.member.http.get("/v1/me/tasks", headers={"if-none-match": first.headers["etag"]})
    assert again.status_code == 304
    assert (await school.publish(await school.meeting())).is_success
    changed = await school.member.http.get("/v1/me/tasks", headers={"if-none-match": first.headers["etag"]})
    assert changed.status_code == 200
