"""What works for every operation that changes something: the parts of a request, made anew for each."""

import secrets
from collections.abc import Awaitable, Callable
from typing import Any

from harness import drafts
from harness.filled import Filled
from harness.issuer import ISSUER


def variants(operation: str) -> tuple[Callable[[Filled], Awaitable[dict[str, Any]]], ...]:
    """The ways in which this operation is tried; a GET needs none of its own."""
    return SAMPLES.get(operation, (_nothing,))


async def _nothing(_: Filled) -> dict[str, Any]:
    return {}


async def _create_meeting(f: Filled) -> dict[str, Any]:
    return {"body": f.draft()}


async def _a_meeting(f: Filled, body: Any = None, **changes: Any) -> dict[str, Any]:
    made = await f.meeting(**changes)
    item, task = made["agenda"][0]["id"], made["preparation_tasks"][0]["id"]
    return {"ids": {"meeting_id": made["id"], "item_id": item, "task_id": task}, "body": body, "made": made}


def _on_a_meeting(body: Callable[[Filled], Any]) -> Callable[[Filled], Awaitable[dict[str, Any]]]:
    async def sample(f: Filled) -> dict[str, Any]:
        return await _a_meeting(f, body(f))

    return sample


async def _replace_meeting(f: Filled) -> dict[str, Any]:
    parts = await _a_meeting(f)
    body = {name: value for name, value in f.draft().items() if name != "team_id"}
    for name in ("agenda", "preparation_tasks"):
        body[name] = [{**new, "id": old["id"]} for new, old in zip(body[name], parts["made"][name], strict=True)]
    return {**parts, "body": body}


async def _publish_meeting(f: Filled) -> dict[str, Any]:
    parts = await _a_meeting(f, agenda=[f.item(question=f.text("Forslag"))])
    override = {"rule_code": "R2a", "item_id": parts["ids"]["item_id"], "reason_code": "statutory_decision"}
    return {**parts, "body": {"overrides": [override]}}


async def _reorder_agenda(f: Filled) -> dict[str, Any]:
    parts = await _a_meeting(f)
    return {**parts, "body": {"item_ids": [item["id"] for item in reversed(parts["made"]["agenda"])]}}


async def _check_agenda(f: Filled) -> dict[str, Any]:
    gone = {"team_id", "title", "lang", "place", "participants"}
    return {"body": {name: value for name, value in f.draft().items() if name not in gone}}


async def _choose_method(f: Filled) -> dict[str, Any]:
    held = {"held_on": "2026-02-02", "parties": [f.text("UDF")], "note": f.text("Enige")}
    return {"body": {"profile": "lier.roald@1", "consultation": held}}


async def _create_team(f: Filled) -> dict[str, Any]:
    members = [{"person_id": f.chief.id}]
    unit = f.one("organisation_id")
    return {
        "body": {"organisation_id": unit, "kind": "grade", "name": f.text("Team"), "lang": "nb", "members": members}
    }


async def _a_team(f: Filled) -> dict[str, Any]:
    body = (await _create_team(f))["body"]
    made = await f.made("team_id", "/v1/teams", body)
    return {"ids": {"team_id": made["id"]}, "body": {"name": f.text("Nytt navn")}}


async def _add_membership(f: Filled) -> dict[str, Any]:
    team = await _a_team(f)
    return {**team, "body": {"person_id": f.one("person_id"), "duty": "observer"}}


async def _a_membership(f: Filled) -> dict[str, Any]:
    team = await _a_team(f)
    path = f"/v1/teams/{team['ids']['team_id']}/memberships"
    made = await f.made("membership_id", path, {"person_id": f.one("person_id"), "valid_from": "2025-08-01"})
    return {"ids": {**team["ids"], "membership_id": made["id"]}}


async def _change_membership(f: Filled) -> dict[str, Any]:
    return {**await _a_membership(f), "body": {"duty": "facilitator"}}


async def _create_organisation(f: Filled) -> dict[str, Any]:
    body = {"kind": "school", "sector": "school", "names": {"nb": f.text("Skole")}, "parent_id": f.town.root}
    return {"body": {**body, "external_ids": [{"scheme": "code", "value": secrets.token_hex(8)}]}}


def _on_a_unit(body: Callable[[Filled], Any]) -> Callable[[Filled], Awaitable[dict[str, Any]]]:
    async def sample(f: Filled) -> dict[str, Any]:
        made = await f.made("organisation_id", "/v1/organisations", (await _create_organisation(f))["body"])
        return {"ids": {"organisation_id": made["id"]}, "body": body(f)}

    return sample


async def _merge(f: Filled) -> dict[str, Any]:
    into, old = [await _unit_since(f, day) for day in ("2026-01-01", "2025-01-01")]
    return {"ids": {"organisation_id": into}, "body": {"organisation_ids": [old]}}


async def _split(f: Filled) -> dict[str, Any]:
    unit, part = [await _unit_since(f, "2025-01-01") for _ in range(2)]
    below = await _unit_since(f, "2025-01-01", parent_id=unit)
    team = await f.made("team_id", "/v1/teams", {**(await _create_team(f))["body"], "organisation_id": unit})
    parts = [{"organisation_id": part, "team_ids": [team["id"]], "organisation_ids": [below]}]
    return {"ids": {"organisation_id": unit}, "body": {"parts": parts}}


async def _unit_since(f: Filled, day: str, **more: Any) -> str:
    body = {**(await _create_organisation(f))["body"], "valid_from": day, **more}
    return (await f.made("organisation_id", "/v1/organisations", body))["id"]


async def _import_organisations(f: Filled) -> dict[str, Any]:
    body = f"name,code\n{f.text('Skole')},{secrets.token_hex(8)}\n"
    return {"body": body, "query": {"kind": "school", "sector": "school"}}


async def _import_people(f: Filled) -> dict[str, Any]:
    body = f"name,subject,email\n{f.text('Ny')},{f.canary}-{secrets.token_hex(4)},{f.canary}@example.test\n"
    return {"body": body, "query": {"issuer": ISSUER}}


async def _import_teams(f: Filled) -> dict[str, Any]:
    subject = f"{f.canary}-{secrets.token_hex(4)}"
    await f.made(
        "person_id", "/v1/people", {"name": f.text("Ny"), "identities": [{"issuer": ISSUER, "subject": subject}]}
    )
    body = f"name,unit,kind,subject\n{f.text('Team')} {secrets.token_hex(4)},code:{f.canary}-0,grade,{subject}\n"
    return {"body": body, "query": {"issuer": ISSUER}}


async def _published(f: Filled) -> dict[str, Any]:
    return {"ids": {"meeting_id": f.ids["meeting_id"][2]}}


async def _create_person(f: Filled) -> dict[str, Any]:
    subject = f"{f.canary}-{secrets.token_hex(4)}"
    identities = [{"issuer": ISSUER, "subject": subject}]
    return {"body": {"name": f.text("Ny"), "email": f"{f.canary}@example.test", "identities": identities}}


async def _change_person(f: Filled) -> dict[str, Any]:
    made = await f.made("person_id", "/v1/people", (await _create_person(f))["body"])
    return {"ids": {"person_id": made["id"]}, "body": {"name": f.text("Nytt navn")}}


async def _leave(f: Filled) -> dict[str, Any]:
    made = await f.chief.post("/v1/people", (await _create_person(f))["body"])  # nobody's to be invited afterwards
    return {"ids": {"person_id": made.json()["id"]}}


async def _grant_in_unit(f: Filled) -> dict[str, Any]:
    body = {"person_id": await _new_person(f), "role": "unit_leader", "scope": "unit"}
    return {"body": {**body, "organisation_id": f.one("organisation_id")}}


async def _grant_in_team(f: Filled) -> dict[str, Any]:
    body = {"person_id": await _new_person(f), "role": "representative", "scope": "team"}
    return {"body": {**body, "team_id": f.one("team_id")}}


async def _new_person(f: Filled) -> str:
    """Somebody without roles: a role is held once at a time."""
    return (await f.made("person_id", "/v1/people", (await _create_person(f))["body"]))["id"]


async def _revoke_role(f: Filled) -> dict[str, Any]:
    made = await f.made("assignment_id", "/v1/role-assignments", (await _grant_in_unit(f))["body"])
    return {"ids": {"assignment_id": made["id"]}}


async def _roles(_: Filled) -> dict[str, Any]:
    return {"ids": {"key": "role"}}


async def _create_school_calendar(f: Filled) -> dict[str, Any]:
    days = [{"first": "2026-10-05", "kind": "day_off", "name": f.text("Fri")}]
    return {"body": {"organisation_id": f.one("organisation_id"), "school_year": 2026, "lang": "nb", "days": days}}


def _on_a_calendar(body: Callable[[Filled], Any]) -> Callable[[Filled], Awaitable[dict[str, Any]]]:
    async def sample(f: Filled) -> dict[str, Any]:
        made = await f.made("calendar_id", "/v1/school-calendars", (await _create_school_calendar(f))["body"])
        return {"ids": {"calendar_id": made["id"]}, "body": body(f)}

    return sample


SAMPLES: dict[str, tuple[Callable[[Filled], Awaitable[dict[str, Any]]], ...]] = {
    "createMeeting": (_create_meeting,),
    "replaceMeeting": (_replace_meeting,),
    "changeMeeting": (_on_a_meeting(lambda f: {"title": f.text("Ny"), "participants": [{"person_id": f.chief.id}]}),),
    "publishMeeting": (_publish_meeting,),
    "cancelMeeting": (_on_a_meeting(lambda _: None),),
    "addAgendaItem": (_on_a_meeting(lambda f: f.item()),),
    "reorderAgenda": (_reorder_agenda,),
    "changeAgendaItem": (_on_a_meeting(lambda f: {"title": f.text("Ny")}),),
    "removeAgendaItem": (_on_a_meeting(lambda _: None),),
    "addPreparationTask": (_on_a_meeting(lambda f: drafts.task(text=f.text("Les"))),),
    "changePreparationTask": (_on_a_meeting(lambda f: {"text": f.text("Ny")}),),
    "removePreparationTask": (_on_a_meeting(lambda _: None),),
    "checkAgenda": (_check_agenda,),
    "chooseMethod": (_choose_method,),
    "createSchoolCalendar": (_create_school_calendar,),
    "changeSchoolCalendar": (
        _on_a_calendar(lambda f: {"days": [{"first": "2026-10-06", "kind": "planning", "name": f.text("Plan")}]}),
    ),
    "adoptSchoolCalendar": (_on_a_calendar(lambda _: None),),
    "removeSchoolCalendar": (_on_a_calendar(lambda _: None),),
    "createTeam": (_create_team,),
    "changeTeam": (_a_team,),
    "addTeamMembership": (_add_membership,),
    "changeTeamMembership": (_change_membership,),
    "endTeamMembership": (_a_membership,),
    "createOrganisation": (_create_organisation,),
    "changeOrganisation": (_on_a_unit(lambda f: {"sites": [{"name": f.text("Hus"), "main": True}]}),),
    "renameOrganisation": (_on_a_unit(lambda f: {"names": {"nb": f.text("Ny")}}),),
    "moveOrganisation": (_on_a_unit(lambda f: {"parent_id": f.one("organisation_id")}),),
    "closeOrganisation": (_on_a_unit(lambda _: {"on": "2027-01-01"}),),
    "mergeOrganisations": (_merge,),
    "previewMerge": (_merge,),
    "splitOrganisation": (_split,),
    "previewSplit": (_split,),
    "importOrganisations": (_import_organisations,),
    "importPeople": (_import_people,),
    "importTeams": (_import_teams,),
    "listRuleEvaluations": (_published,),
    "getCodeList": (_roles,),
    "createPerson": (_create_person,),
    "changePerson": (_change_person,),
    "leavePerson": (_leave,),
    "previewLeave": (_leave,),
    "grantRole": (_grant_in_unit, _grant_in_team),
    "revokeRole": (_revoke_role,),
}
"""How to call what changes something. A new operation is red in the generated suites until it stands here."""
