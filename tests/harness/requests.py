"""A request that works, for every operation of the contract, and every place in it where an id stands."""

import copy
import secrets
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass, field, replace
from typing import Any

import httpx

from api.app import Application
from harness import drafts
from harness.contract import contract
from harness.filled import Filled
from harness.issuer import ISSUER
from harness.world import client

Position = tuple[str, ...]
"""Where an id stands: ("path", name), ("query", name), or ("body", step, …) with "*" for any element."""

KINDS = {"parent_id": "organisation_id", "ItemDraft.id": "item_id", "TaskDraft.id": "task_id", "item_ids": "item_id"}
"""What a field that is not named for its kind of id refers to."""

TYPES = {"PATCH": "application/merge-patch+json"}


@dataclass(frozen=True)
class Request:
    """One request, as values that can be bent."""

    operation: str
    method: str
    path: str
    ids: dict[str, str] = field(default_factory=dict)
    query: dict[str, str] = field(default_factory=dict)
    body: Any = None
    headers: dict[str, str] = field(default_factory=dict)

    @property
    def url(self) -> str:
        return self.path.format(**self.ids)

    def with_id(self, position: Position, id: str) -> "Request":
        """The same request with another id in one place."""
        where, *steps = position
        if where == "path":
            return replace(self, ids={**self.ids, steps[0]: id})
        if where == "query":
            return replace(self, query={**self.query, steps[0]: id})
        body = copy.deepcopy(self.body)
        holder, last = body, steps[-1]
        for step in steps[:-1]:
            holder = holder[0] if step == "*" else holder[step]
        holder[0 if last == "*" else last] = id
        return replace(self, body=body)


class Sample:
    """Makes the requests of one municipality; what they change is made anew for each."""

    def __init__(self, filled: Filled) -> None:
        self.filled = filled

    async def request(self, operation: str, method: str, path: str, variant: int = 0) -> Request:
        """A request that will succeed. Raises LookupError for an operation that nobody has described here."""
        parts: dict[str, Any] = {}
        if operation in SAMPLES:
            parts = await variants(operation)[variant](self.filled)
        elif method != "GET":
            raise LookupError(f"{operation} has no sample request: write one in tests/harness/requests.py")
        found = contract().document["paths"][path][method.lower()]
        names = {each["name"]: each for each in found.get("parameters", ())}
        ids = {name: self.filled.one(kind(name)) for name, each in names.items() if each["in"] == "path"}
        query = {name: self.filled.one(kind(name)) for name, each in names.items() if _is_id(each, "query")}
        query |= parts.get("query", {})
        if "include" in names:
            query["include"] = ",".join(names["include"]["schema"]["items"]["enum"])
        headers = {"if-match": "*"} if "If-Match" in names else {}
        ids |= {name: id for name, id in parts.get("ids", {}).items() if name in names}
        made = {"ids": ids, "query": query, "headers": headers, "body": parts.get("body")}
        return Request(operation, method, path, **made)

    async def send(self, request: Request, app: Application | None = None, **headers: str) -> httpx.Response:
        """Send it as the chief, if need be to another application over the same database."""
        http = self.filled.chief.http if app is None else client(app, self.filled.chief.http.auth)
        given = {"accept-language": "en", **request.headers, **{k.replace("_", "-"): v for k, v in headers.items()}}
        content: dict[str, Any] = {}
        if isinstance(request.body, str):
            content = {"content": request.body.encode()}
            given.setdefault("content-type", "text/csv")
        elif request.body is not None:
            content = {"json": request.body}
            given.setdefault("content-type", TYPES.get(request.method, "application/json"))
        return await http.request(request.method, request.url, params=request.query, headers=given, **content)


def kind(name: str) -> str:
    """The kind of id that a name stands for."""
    return KINDS.get(name, name)


def positions(operation: dict[str, Any]) -> Iterator[tuple[Position, str]]:
    """Every place where an id stands in a request of this operation, with the kind of id, from the contract."""
    for each in operation.get("parameters", ()):
        if each["in"] == "path" or _is_id(each, "query"):
            yield (each["in"], each["name"]), kind(each["name"])
    for content in operation.get("requestBody", {}).get("content", {}).values():
        for steps, name in _ids(content["schema"], "", ""):
            yield ("body", *steps), kind(name)


def _is_id(parameter: dict[str, Any], where: str) -> bool:
    return parameter["in"] == where and any(name == "" for _, name in _ids(parameter["schema"], "", ""))


def _ids(schema: dict[str, Any], name: str, owner: str) -> Iterator[tuple[tuple[str, ...], str]]:
    """Steps to every uuid in a schema, and what it is called."""
    if "$ref" in schema:
        owner = schema["$ref"].rpartition("/")[2]
        schema = contract().document["components"]["schemas"][owner]
    if schema.get("format") == "uuid":
        yield (), f"{owner}.id" if name == "id" else name
    for choice in schema.get("anyOf", ()):
        yield from _ids(choice, name, owner)
    if "items" in schema:
        yield from ((("*", *steps), found) for steps, found in _ids(schema["items"], name, owner))
    for key, inner in schema.get("properties", {}).items():
        yield from (((key, *steps), found) for steps, found in _ids(inner, key, owner))


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


async def _import_organisations(f: Filled) -> dict[str, Any]:
    body = f"name,code\n{f.text('Skole')},{secrets.token_hex(8)}\n"
    return {"body": body, "query": {"kind": "school", "sector": "school"}}


async def _published(f: Filled) -> dict[str, Any]:
    return {"ids": {"meeting_id": f.ids["meeting_id"][2]}}


async def _create_person(f: Filled) -> dict[str, Any]:
    subject = f"{f.canary}-{secrets.token_hex(4)}"
    identities = [{"issuer": ISSUER, "subject": subject}]
    return {"body": {"name": f.text("Ny"), "email": f"{f.canary}@example.test", "identities": identities}}


async def _change_person(f: Filled) -> dict[str, Any]:
    made = await f.made("person_id", "/v1/people", (await _create_person(f))["body"])
    return {"ids": {"person_id": made["id"]}, "body": {"name": f.text("Nytt navn")}}


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
    "importOrganisations": (_import_organisations,),
    "listRuleEvaluations": (_published,),
    "createPerson": (_create_person,),
    "changePerson": (_change_person,),
    "grantRole": (_grant_in_unit, _grant_in_team),
    "revokeRole": (_revoke_role,),
}
"""How to call what changes something. A new operation is red in the generated suites until it stands here."""
