"""Publishing follows the rules: the acceptance examples of the method, over HTTP."""

from datetime import UTC, datetime

import pytest
from harness import drafts
from harness.methods import choose


def codes(answer):
    return sorted({error["code"] for error in answer.json()["errors"]})


async def test_a_meeting_that_follows_every_rule_goes_out(school):
    published = await school.publish(await school.meeting())
    assert published.status_code == 200, published.text
    assert published.json()["state"] == "published"
    assert published.json()["profile"] == "lier.roald@1"


async def test_one_working_day_is_too_late_unless_somebody_says_why(school, clock):
    """Acceptance example 1."""
    meeting = await school.meeting()
    clock.now = datetime(2026, 3, 9, 9, tzinfo=UTC)  # Monday before Tuesday's meeting
    refused = await school.publish(meeting)
    assert refused.status_code == 409
    assert refused.json()["code"] == "rule_violation"
    assert codes(refused) == ["R1a"]
    assert refused.json()["errors"][0]["overridable"] is True
    published = await school.publish(meeting, {"rule_code": "R1a", "reason_code": "urgent"})
    assert published.status_code == 200, published.text
    seen = await school.member.get(f"/v1/meetings/{meeting['id']}")
    (override,) = seen.json()["rule_overrides"]
    assert (override["rule_code"], override["reason_code"]) == ("R1a", "urgent")
    assert override["person_id"] == school.facilitator.id


async def test_in_a_weekly_series_one_working_day_is_enough(school, clock):
    meeting = await school.meeting(recurrence="weekly")
    clock.now = datetime(2026, 3, 9, 9, tzinfo=UTC)
    assert (await school.publish(meeting)).status_code == 200


async def test_under_none_nothing_is_evaluated(school, clock):
    await choose(school.town, "none@1")
    meeting = await school.meeting(agenda=[drafts.item(question=None, mandate=None)], preparation_tasks=[])
    clock.now = datetime(2026, 3, 10, 9, tzinfo=UTC)
    assert (await school.publish(meeting)).status_code == 200
    recorded = await school.facilitator.get(f"/v1/meetings/{meeting['id']}/rule-evaluations")
    assert recorded.json()["items"] == []


async def test_a_finished_proposal_is_not_a_question(school):
    """Acceptance example 2."""
    meeting = await school.meeting(agenda=[drafts.item(question="Vi innfører leseplan X")])
    assert codes(await school.publish(meeting)) == ["R2a"]
    meeting = await school.meeting(agenda=[drafts.item(mandate=None)])
    assert codes(await school.publish(meeting)) == ["R2b"]


async def test_talk_about_a_child_is_outside_the_rules_and_has_no_text(school):
    child = {"kind": "child_talk", "track": "none", "lang": "nb", "minutes": 10}
    meeting = await school.meeting(agenda=[drafts.item(), child])
    assert (await school.publish(meeting)).status_code == 200
    seen = await school.member.http.get(f"/v1/meetings/{meeting['id']}", headers={"accept-language": "nb"})
    talked = seen.json()["agenda"][1]
    assert talked["title"] == "Samtale om et barn"
    assert [talked[name] for name in ("question", "background", "proposal_text", "decided_by")] == [None] * 4
    spoken = await school.facilitator.post(
        "/v1/meetings", drafts.meeting(school.team, agenda=[{**child, "title": "Ola i 5B"}])
    )
    assert spoken.status_code == 422
    assert spoken.json()["errors"][0]["pointer"] == "/agenda/0/title"


async def test_scattered_operations_items_are_kept_together(school):
    """Acceptance example 7."""
    scattered = [drafts.operations(), drafts.item(), drafts.operations()]
    meeting = await school.meeting(purpose="mixed", agenda=scattered)
    assert codes(await school.publish(meeting)) == ["R7b"]
    together = await school.meeting(purpose="mixed", agenda=[drafts.item(), drafts.operations(), drafts.operations()])
    assert (await school.publish(together)).status_code == 200
    statutory = await school.meeting(purpose="statutory", agenda=scattered, preparation_tasks=[])
    assert (await school.publish(statutory)).status_code == 200
    recorded = await school.member.get(f"/v1/meetings/{statutory['id']}/rule-evaluations")
    assert recorded.json()["items"] == []


async def test_operations_items_do_not_belong_in_a_development_meeting(school):
    meeting = await school.meeting(agenda=[drafts.item(), drafts.operations()])
    refused = await school.publish(meeting)
    assert codes(refused) == ["R7a"]
    assert refused.json()["errors"][0]["pointer"].startswith("/agenda/1")
    assert refused.json()["errors"][0]["item_id"] == meeting["agenda"][1]["id"]


async def test_every_violation_comes_at_once_and_leaves_a_record(school, clock):
    meeting = await school.meeting(
        agenda=[drafts.item(question="Vi innfører leseplan X", mandate=None), drafts.operations()],
        preparation_tasks=[],
    )
    clock.now = datetime(2026, 3, 9, 9, tzinfo=UTC)
    refused = await school.publish(meeting)
    assert codes(refused) == ["R1a", "R1b", "R2a", "R2b", "R7a"]
    (recorded,) = (await school.member.get(f"/v1/meetings/{meeting['id']}/rule-evaluations")).json()["items"]
    assert recorded["decision"] == "refused"
    assert {r["code"] for r in recorded["results"] if r["result"] == "violation"} == set(codes(refused))
    unchanged = await school.facilitator.get(f"/v1/meetings/{meeting['id']}")
    assert unchanged.json()["revision"] == meeting["revision"]


@pytest.mark.parametrize("locale", ["nb", "nn", "da", "sv", "en"])
async def test_a_refusal_speaks_every_language(school, locale):
    """Acceptance example 18."""
    meeting = await school.meeting(agenda=[drafts.item(question="Vi innfører leseplan X")])
    refused = await school.publish(meeting, accept_language=locale)
    assert refused.headers["content-language"] == locale
    (error,) = refused.json()["errors"]
    english = await school.publish(meeting, accept_language="en")
    assert locale == "en" or error["detail"] != english.json()["errors"][0]["detail"]


async def test_an_unknown_language_falls_back_to_the_owner(school):
    meeting = await school.meeting(agenda=[drafts.item(question="Vi innfører leseplan X")])
    refused = await school.publish(meeting, accept_language="fi")
    assert refused.headers["content-language"] == "nb"


async def test_without_a_consultation_the_rules_only_advise(school):
    await choose(school.town, "lier.roald@1", consulted=False)
    meeting = await school.meeting(agenda=[drafts.item(question=None)], preparation_tasks=[])
    assert (await school.publish(meeting)).status_code == 200


async def test_an_override_needs_a_reason_that_the_rule_knows(school):
    meeting = await school.meeting(agenda=[drafts.item(question="Vi innfører leseplan X")])
    bare = await school.publish(meeting, {"rule_code": "R2a"})
    assert (bare.status_code, bare.json()["code"]) == (422, "override_reason_required")
    unknown = await school.publish(meeting, {"rule_code": "R2a", "reason_code": "because"})
    assert (unknown.status_code, unknown.json()["errors"][0]["pointer"]) == (422, "/overrides/0/reason_code")
    idle = await school.publish(meeting, {"rule_code": "R1a", "reason_code": "urgent"})
    assert idle.status_code == 422


async def test_who_may_publish(school):
    meeting = await school.meeting()
    path = f"/v1/meetings/{meeting['id']}/publish"
    stranger = await school.town.someone("Sol")
    assert (await school.member.post(path, {}, if_match=meeting["etag"])).status_code == 403
    assert (await stranger.post(path, {}, if_match=meeting["etag"])).status_code == 404
    assert (await school.town.admin.post(path, {}, if_match=meeting["etag"])).status_code == 404
    assert (await school.leader.post(path, {}, if_match=meeting["etag"])).status_code == 200


async def test_what_is_published_stays_as_it_was_judged(school):
    published = await school.publish(await school.meeting())
    path, tag = f"/v1/meetings/{published.json()['id']}", published.headers["etag"]
    item = published.json()["agenda"][0]["id"]
    for answer in (
        await school.facilitator.post(f"{path}/agenda-items", drafts.item(), if_match=tag),
        await school.facilitator.patch(f"{path}/agenda-items/{item}", {"minutes": 5}, if_match=tag),
        await school.facilitator.delete(f"{path}/agenda-items/{item}", if_match=tag),
        await school.facilitator.patch(path, {"starts_at": "2026-03-10T12:30:00Z"}, if_match=tag),
    ):
        assert (answer.status_code, answer.json()["code"]) == (409, "agenda_frozen")
    moved = await school.facilitator.patch(path, {"place": "Auditoriet"}, if_match=tag)
    assert moved.json()["place"] == "Auditoriet"


async def test_a_dry_run_says_the_same_and_saves_nothing(school):
    draft = drafts.meeting(school.team, agenda=[drafts.item(question=None)])
    asked = {k: draft[k] for k in ("purpose", "starts_at", "ends_at", "agenda", "preparation_tasks")}
    checked = await school.member.post("/v1/agenda-checks", asked)
    assert checked.status_code == 200, checked.text
    assert checked.json()["publishable"] is False
    broken = [r for r in checked.json()["results"] if r["result"] == "violation"]
    assert [(r["code"], r["pointer"]) for r in broken] == [("R2a", "/agenda/0/question")]
    assert broken[0]["detail"]
    assert (await school.facilitator.get("/v1/meetings")).json()["items"] == []


async def test_working_days_are_the_owners_wherever_the_meeting_says_it_is(school, clock):
    clock.now = datetime(2026, 3, 9, 20, tzinfo=UTC)
    late = {"due_at": "2026-03-08T19:00:00Z"}  # a Sunday evening
    for zone in ("Europe/Oslo", "Pacific/Kiritimati", "Pacific/Niue"):
        meeting = await school.meeting(zone=zone, preparation_tasks=[drafts.task(**late)])
        assert codes(await school.publish(meeting)) == ["R1a", "R1b"], zone


async def test_what_has_begun_is_neither_published_nor_called_off(school, clock):
    meeting = await school.meeting()
    clock.now = datetime.fromisoformat(meeting["starts_at"])
    path = f"/v1/meetings/{meeting['id']}"
    for verb in ("publish", "cancel"):
        refused = await school.facilitator.post(f"{path}/{verb}", None, if_match="*")
        assert (refused.status_code, refused.json()["code"]) == (409, "already_started"), refused.text


async def test_without_an_agenda_there_is_nothing_to_publish(school):
    meeting = await school.meeting(agenda=[])
    refused = await school.publish(meeting)
    assert (refused.status_code, refused.json()["errors"][0]["pointer"]) == (422, "/agenda")
    draft = {name: meeting[name] for name in ("purpose", "starts_at", "ends_at")}
    checked = await school.facilitator.post("/v1/agenda-checks", draft)
    assert checked.json()["publishable"] is False


async def test_an_override_says_what_it_was_about(school, clock):
    meeting = await school.meeting(preparation_tasks=[drafts.task(est_minutes=60, due_at="2026-03-08T10:00:00Z")])
    published = await school.publish(meeting, {"rule_code": "R1b", "reason_code": "urgent"})
    assert published.status_code == 200, published.text
    about = {(each["pointer"], each["facts"]["breach"]) for each in published.json()["rule_overrides"]}
    assert about == {
        ("/preparation_tasks", "over_budget"),
        ("/preparation_tasks/0/due_at", "due_outside_working_time"),
    }


async def test_what_was_judged_may_be_sent_again_unchanged_but_not_otherwise(school):
    meeting = await school.meeting()
    published = await school.publish(meeting)
    path = f"/v1/meetings/{meeting['id']}"
    same = {name: meeting[name] for name in ("purpose", "starts_at", "ends_at")}
    kept = await school.facilitator.patch(path, {**same, "place": "Aula"}, if_match=published.headers["etag"])
    assert (kept.status_code, kept.json()["place"]) == (200, "Aula")
    frozen = await school.facilitator.patch(path, {**same, "purpose": "mixed"}, if_match="*")
    assert (frozen.status_code, frozen.json()["code"]) == (409, "agenda_frozen")


@pytest.mark.parametrize(
    "change",
    [
        {"purpose": "mixed"},
        {"recurrence": "weekly"},
        {"starts_at": "2026-03-10T12:30:00Z"},
        {"ends_at": "2026-03-10T15:00:00Z"},
        {"zone": "UTC"},
    ],
)
async def test_nothing_that_the_rules_judged_changes_behind_their_back(school, change):
    meeting = await school.meeting()
    assert (await school.publish(meeting)).status_code == 200
    path = f"/v1/meetings/{meeting['id']}"
    frozen = await school.facilitator.patch(path, change, if_match="*")
    assert (frozen.status_code, frozen.json()["code"]) == (409, "agenda_frozen"), frozen.text


async def test_an_override_is_on_record_beside_the_publishing(school, clock):
    meeting = await school.meeting()
    clock.now = datetime(2026, 3, 9, 9, tzinfo=UTC)
    auditor = await school.town.someone("Rev", role="auditor")
    assert (await school.publish(meeting, {"rule_code": "R1a", "reason_code": "urgent"})).status_code == 200
    events = (await auditor.get("/v1/audit-events", limit=2)).json()["items"]
    assert {event["action"] for event in events} == {"meeting:publish", "meeting:override_rule"}
    assert {event["subject_id"] for event in events} == {meeting["id"]}
