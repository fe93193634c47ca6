"""Phases of agenda items: written with the item, read everywhere, judged when the agenda goes out."""

import pytest
from harness import drafts
from harness.graphql import data
from harness.methods import choose

from domain.localisation import LOCALES

IDEA = {"kind": "idea", "wanted": "Bare idéer nå.", "minutes": 20}
ASSESS = {"kind": "assess", "wanted": "Hva taler for og imot?", "minutes": 10}
FRAME = {"kind": "frame", "wanted": None, "minutes": None}
NEGATIVE = {"kind": "experience_negative", "wanted": "Det vanskelige", "minutes": 30}

BROKEN = {
    "R1c": ({"dialogue_structure": "free"}, "/agenda/0/dialogue_structure"),
    "R1c minutes": ({"phases": [ASSESS]}, "/agenda/0/phases"),
    "R3a": ({"phases": [{**IDEA, "minutes": 30}]}, "/agenda/0/phases/0"),
    "R3a minutes": ({"phases": [{**IDEA, "minutes": 30}, {**ASSESS, "minutes": None}]}, "/agenda/0/phases/1/minutes"),
    "R3c": ({"phases": [{**FRAME, "minutes": 30}]}, "/agenda/0/phases/0/wanted"),
    "R3c short": ({"phases": [IDEA, {**ASSESS, "wanted": "Nei"}]}, "/agenda/0/phases/1/wanted"),
    "R4a": ({"phases": [NEGATIVE]}, "/agenda/0/phases/0"),
    "R7d": ({"kind": "inform"}, "/agenda/0/kind"),
}
"""An item that breaks one rule, in one way each, and where the rule points."""


async def broken(school, case):
    """A planned meeting, and the code and pointer of what is wrong with it."""
    changes, pointer = BROKEN[case]
    return await school.meeting(agenda=[drafts.item(**changes)]), case.split()[0], pointer


async def checked(school, case, locale="en", profile=None):
    """What a dry run says of a broken item: the one violation, and whether it would go out."""
    changes, _ = BROKEN[case]
    draft = drafts.meeting(school.team, agenda=[drafts.item(**changes)])
    asked = {k: draft[k] for k in ("purpose", "starts_at", "ends_at", "agenda", "preparation_tasks")}
    answer = await school.member.http.post(
        "/v1/agenda-checks", json={**asked, "profile": profile}, headers={"accept-language": locale}
    )
    assert answer.status_code == 200, answer.text
    (violation,) = [each for each in answer.json()["results"] if each["result"] == "violation"]
    return violation, answer.json()["publishable"]


async def test_phases_are_planned_with_the_meeting_and_read_where_the_agenda_is(school):
    meeting = await school.meeting(agenda=[drafts.item(phases=[IDEA, ASSESS]), drafts.item()])
    assert [item["phases"] for item in meeting["agenda"]] == [[IDEA, ASSESS], []]
    path = f"/v1/meetings/{meeting['id']}/agenda-items/{meeting['agenda'][0]['id']}"
    assert (await school.member.get(path)).json()["phases"] == [IDEA, ASSESS]
    asked = f'{{ meeting(id: "{meeting["id"]}") {{ agenda {{ phases {{ kind wanted minutes }} }} }} }}'
    found = (await data(school.member, asked))["meeting"]["agenda"]
    assert found == [{"phases": [IDEA, ASSESS]}, {"phases": []}]


async def test_a_put_keeps_changes_adds_and_drops_phases(school):
    first = await school.meeting(agenda=[drafts.item(phases=[IDEA, ASSESS]), drafts.item(phases=[FRAME])])
    one, two = first["agenda"]
    body = drafts.meeting(
        school.team,
        agenda=[
            {**drafts.item(phases=[ASSESS]), "id": two["id"]},
            {**drafts.item(phases=[FRAME, IDEA, ASSESS]), "id": one["id"]},
        ],
    )
    del body["team_id"]
    path = f"/v1/meetings/{first['id']}"
    put = await school.facilitator.put(path, body, if_match=first["etag"])
    assert put.status_code == 200, put.text
    assert [item["phases"] for item in put.json()["agenda"]] == [[ASSESS], [FRAME, IDEA, ASSESS]]
    body["agenda"] = [drafts.item(phases=[IDEA])]
    put = await school.facilitator.put(path, body, if_match=put.headers["etag"])
    assert [item["phases"] for item in put.json()["agenda"]] == [[IDEA]]


async def test_an_item_that_is_added_changed_and_removed_has_its_phases_with_it(school):
    meeting = await school.meeting()
    path = f"/v1/meetings/{meeting['id']}/agenda-items"
    added = await school.facilitator.post(path, drafts.item(phases=[IDEA]), if_match=meeting["etag"])
    item = f"{path}/{added.json()['agenda'][1]['id']}"
    assert added.json()["agenda"][1]["phases"] == [IDEA]
    retitled = await school.facilitator.patch(item, {"title": "Nytt"}, if_match=added.headers["etag"])
    assert retitled.json()["agenda"][1]["phases"] == [IDEA]
    phased = await school.facilitator.patch(item, {"phases": [FRAME, ASSESS]}, if_match=retitled.headers["etag"])
    assert phased.json()["agenda"][1]["phases"] == [FRAME, ASSESS]
    assert phased.json()["revision"] == retitled.json()["revision"] + 1
    emptied = await school.facilitator.patch(item, {"phases": []}, if_match=phased.headers["etag"])
    assert emptied.json()["agenda"][1]["phases"] == []
    again = await school.facilitator.patch(item, {"phases": [IDEA]}, if_match=emptied.headers["etag"])
    gone = await school.facilitator.delete(item, if_match=again.headers["etag"])
    assert (gone.status_code, len(gone.json()["agenda"])) == (200, 1), gone.text


@pytest.mark.parametrize(
    ("phases", "pointer"),
    [
        ([{**IDEA, "kind": "vote"}], "/agenda/0/phases/0/kind"),
        ([{"wanted": "Alt mulig"}], "/agenda/0/phases/0/kind"),
        ([IDEA, {**ASSESS, "minutes": 0}], "/agenda/0/phases/1/minutes"),
        ([{**IDEA, "wanted": "x" * 201}], "/agenda/0/phases/0/wanted"),
        ([{**IDEA, "colour": "red"}], "/agenda/0/phases/0/colour"),
        ([IDEA] * 21, "/agenda/0/phases"),
        (None, "/agenda/0/phases"),
    ],
)
async def test_what_is_no_phase_is_refused_where_it_stands(school, phases, pointer):
    refused = await school.facilitator.post(
        "/v1/meetings", drafts.meeting(school.team, agenda=[drafts.item(phases=phases)])
    )
    assert refused.status_code == 422, refused.text
    assert [each["pointer"] for each in refused.json()["errors"]] == [pointer]


async def test_talk_about_a_child_has_no_phases_because_they_have_words(school):
    child = {"kind": "child_talk", "track": "none", "lang": "nb", "minutes": 10}
    spoken = await school.facilitator.post(
        "/v1/meetings", drafts.meeting(school.team, agenda=[{**child, "phases": [IDEA]}])
    )
    meeting = await school.meeting(agenda=[drafts.item(phases=[IDEA, ASSESS])])
    path = f"/v1/meetings/{meeting['id']}/agenda-items"
    gone = dict.fromkeys(("title", "question", "mandate", "decided_by"))
    turned = await school.facilitator.patch(
        f"{path}/{meeting['agenda'][0]['id']}",
        {"kind": "child_talk", "track": "none", **gone},
        if_match=meeting["etag"],
    )
    added = await school.facilitator.post(path, {**child, "phases": [IDEA]}, if_match=meeting["etag"])
    for answer, pointer in ((spoken, "/agenda/0/phases"), (turned, "/phases"), (added, "/phases")):
        assert answer.status_code == 422, answer.text
        found = [(each["code"], each["pointer"]) for each in answer.json()["errors"]]
        assert found == [("child_talk_has_no_text", pointer)]
    cleared = await school.facilitator.patch(
        f"{path}/{meeting['agenda'][0]['id']}",
        {"kind": "child_talk", "track": "none", "phases": [], **gone},
        if_match=meeting["etag"],
    )
    assert cleared.status_code == 200, cleared.text


async def test_phases_stay_as_they_were_judged(school):
    meeting = await school.meeting(agenda=[drafts.item(phases=[IDEA, ASSESS])])
    published = await school.publish(meeting)
    assert published.status_code == 200, published.text
    item = f"/v1/meetings/{meeting['id']}/agenda-items/{meeting['agenda'][0]['id']}"
    frozen = await school.facilitator.patch(item, {"phases": [IDEA]}, if_match=published.headers["etag"])
    assert (frozen.status_code, frozen.json()["code"]) == (409, "agenda_frozen")


@pytest.mark.parametrize("case", ["R3a", "R3a minutes", "R3c", "R3c short", "R4a"])
async def test_phases_that_break_a_rule_keep_the_agenda_back(school, case):
    meeting, code, pointer = await broken(school, case)
    refused = await school.publish(meeting)
    assert refused.status_code == 409, refused.text
    (error,) = refused.json()["errors"]
    assert (error["code"], error["pointer"], error["item_id"]) == (code, pointer, meeting["agenda"][0]["id"])


@pytest.mark.parametrize(("case", "reason"), [("R3c", "illness_cover"), ("R3c short", "urgent"), ("R4a", "incident")])
async def test_a_reason_lets_them_go_out_all_the_same(school, case, reason):
    meeting, code, pointer = await broken(school, case)
    published = await school.publish(meeting, {"rule_code": code, "reason_code": reason})
    assert published.status_code == 200, published.text
    (override,) = published.json()["rule_overrides"]
    assert (override["rule_code"], override["pointer"], override["reason_code"]) == (code, pointer, reason)


@pytest.mark.parametrize("case", ["R3a", "R3a minutes", "R1c", "R1c minutes", "R7d"])
async def test_what_blocks_and_what_only_advises_has_no_override(school, case):
    meeting, code, _ = await broken(school, case)
    refused = await school.publish(meeting, {"rule_code": code, "reason_code": "urgent"})
    assert (refused.status_code, refused.json()["code"]) == (409, "rule_not_overridable"), refused.text


@pytest.mark.parametrize("case", ["R1c", "R1c minutes", "R7d"])
async def test_advice_is_recorded_and_the_agenda_goes_out(school, case):
    meeting, code, pointer = await broken(school, case)
    assert (await school.publish(meeting)).status_code == 200
    (recorded,) = (await school.member.get(f"/v1/meetings/{meeting['id']}/rule-evaluations")).json()["items"]
    said = [(each["code"], each["pointer"]) for each in recorded["results"] if each["result"] == "violation"]
    assert (said, recorded["decision"]) == ([(code, pointer)], "allowed")


@pytest.mark.parametrize("case", BROKEN)
async def test_under_aarhus_everything_goes_out_and_is_said(school, case):
    await choose(school.town, "aarhus.teamsamtale@1")
    meeting, code, _ = await broken(school, case)
    published = await school.publish(meeting)
    assert published.status_code == 200, published.text
    assert published.json()["profile"] == "aarhus.teamsamtale@1"
    (recorded,) = (await school.member.get(f"/v1/meetings/{meeting['id']}/rule-evaluations")).json()["items"]
    assert [each["code"] for each in recorded["results"] if each["result"] == "violation"] == [code]
    assert {each["severity"] for each in recorded["results"]} == {"advise"}


@pytest.mark.parametrize("case", BROKEN)
async def test_before_a_consultation_only_objections_without_a_time_keep_it_back(school, case):
    await choose(school.town, "lier.roald@1", consulted=False)
    meeting, code, _ = await broken(school, case)
    assert (await school.publish(meeting)).status_code == (409 if code == "R3a" else 200)


@pytest.mark.parametrize("locale", LOCALES)
@pytest.mark.parametrize("case", BROKEN)
async def test_every_language_says_what_is_found_and_how_to_mend_it(school, case, locale):
    violation, publishable = await checked(school, case, locale)
    english, _ = await checked(school, case)
    code, (_, pointer) = case.split()[0], BROKEN[case]
    assert (violation["code"], violation["pointer"]) == (code, pointer)
    assert publishable == (code in {"R1c", "R7d"})
    for words in ("detail", "fix"):
        assert not {"{", "…"} & set(violation[words])
        assert locale == "en" or violation[words] != english[words]
    told = str(violation["facts"].get("item_minutes", violation["facts"].get("phase", "")))
    assert told in violation["detail"] + violation["fix"]


@pytest.mark.parametrize("locale", LOCALES)
async def test_aarhus_says_it_in_words_of_its_own(school, locale):
    for case in ("R1c", "R3a", "R3c", "R4a", "R7d"):
        ours, publishable = await checked(school, case, locale, "aarhus.teamsamtale@1")
        theirs, _ = await checked(school, case, locale)
        assert publishable
        assert ours["pointer"] == theirs["pointer"]
        assert ours["detail"] != theirs["detail"]
