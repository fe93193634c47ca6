"""A municipality with one thing of every kind in every state, and a canary in every free text."""

import secrets
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from api.worker.loop import one_tenant
from harness import drafts
from harness.issuer import ISSUER
from harness.world import Municipality, Someone

ROLES = ("unit_leader", "owner", "auditor", "representative", "advisor")


@dataclass
class Filled:
    """The municipality, somebody who holds every role in it, and every id under the name that paths give it."""

    town: Municipality
    letter: str
    canary: str = field(init=False)
    ids: dict[str, list[str]] = field(default_factory=dict)
    chief: Someone = field(init=False)

    def __post_init__(self) -> None:
        self.canary = f"cnr-{self.letter}-{secrets.token_hex(16)}"

    def text(self, what: str = "") -> str:
        """A free text that gives itself away."""
        return f"{what} {self.canary}".strip()

    def one(self, name: str) -> str:
        """An id of that kind that is in use."""
        return self.ids[name][0]

    def bearer(self) -> str:
        """The chief's Authorization field, for clients that are not ours."""
        request = self.chief.http.build_request("GET", "/v1/me")
        next(self.chief.http.auth.auth_flow(request))
        return request.headers["authorization"]

    async def made(self, name: str, path: str, body: Any, **headers: str) -> dict[str, Any]:
        """POST as the chief, and keep the id under `name`."""
        answer = await self.chief.post(path, body, idempotency_key=secrets.token_hex(8), **headers)
        assert answer.status_code == 201, answer.text
        self.ids.setdefault(name, []).append(answer.json()["id"])
        return answer.json()

    async def acted(self, method: str, path: str, body: Any = None) -> dict[str, Any]:
        """Change something as the chief, whatever its revision."""
        answer = await self.chief.http.request(
            method, path, json=body, headers={"if-match": "*", "content-type": _TYPES.get(method, "application/json")}
        )
        assert answer.status_code in {200, 204}, answer.text
        return answer.json() if answer.content else {}

    async def meeting(self, **changes: Any) -> dict[str, Any]:
        """A draft in the team, with the ids of its parts kept."""
        made = await self.made("meeting_id", "/v1/meetings", self.draft(**changes))
        self.ids.setdefault("item_id", []).extend(item["id"] for item in made["agenda"])
        self.ids.setdefault("task_id", []).extend(task["id"] for task in made["preparation_tasks"])
        return made

    def draft(self, **changes: Any) -> dict[str, Any]:
        """The body of a meeting whose every text holds the canary."""
        people = [{"person_id": self.chief.id, "duty": "facilitator"}, {"person_id": self.one("person_id")}]
        return drafts.meeting(
            self.one("team_id"),
            **{
                "title": self.text("Møte"),
                "place": self.text("Rom"),
                "participants": people,
                "agenda": [self.item(), self.item()],
                "preparation_tasks": [drafts.task(text=self.text("Les"), est_minutes=5)] * 2,
                **changes,
            },
        )

    def item(self, **changes: Any) -> dict[str, Any]:
        """An agenda item whose every text holds the canary."""
        texts = {name: self.text(name) for name in ("title", "background", "decided_by")}
        phases = [
            drafts.phase("idea", wanted=self.text("Idéer")),
            drafts.phase("assess", wanted=self.text("Innvendinger")),
        ]
        return drafts.item(**{**texts, "question": self.text("Hvordan") + "?", "phases": phases, **changes})


_TYPES = {"PATCH": "application/merge-patch+json"}


async def fill(town: Municipality, letter: str) -> Filled:
    """Fill it, through the API alone."""
    filled = Filled(town, letter)
    await _people(filled)
    await _organisations(filled)
    await _teams(filled)
    await _roles(filled)
    await _meetings(filled)
    await one_tenant(town.app.service.pool, UUID(town.id), town.clock())  # roll-ups are the worker's
    return filled


async def _people(filled: Filled) -> None:
    town = filled.town
    filled.chief = await town.someone(filled.text("Chief"), role="admin")
    for role in ROLES:
        granted = await town.admin.post(
            "/v1/role-assignments", {"person_id": filled.chief.id, "role": role, "scope": "tenant"}
        )
        assert granted.status_code == 201, granted.text
    filled.ids["person_id"] = []
    for kind, locale in (("person", "nb"), ("person", "da"), ("client", "en")):
        subject = f"{filled.canary}-{secrets.token_hex(4)}"
        await filled.made(
            "person_id",
            "/v1/people",
            {
                "name": filled.text("Person"),
                "email": f"{filled.canary}@example.test",
                "locale": locale,
                "kind": kind,
                "identities": [{"issuer": ISSUER, "subject": subject}],
            },
        )
    await filled.acted("PATCH", f"/v1/people/{filled.ids['person_id'][1]}", {"status": "inactive"})


async def _organisations(filled: Filled) -> None:
    unit = {"kind": "school", "sector": "school", "parent_id": filled.town.root, "valid_from": "2021-01-01"}
    for i in range(3):
        await filled.made(
            "organisation_id",
            "/v1/organisations",
            {
                **unit,
                "names": {"nb": filled.text("Skole"), "da": filled.text("Skole på dansk")},
                "external_ids": [{"scheme": "code", "value": f"{filled.canary}-{i}"}],
                "sites": [{"name": filled.text("Hus"), "address": filled.text("Vei"), "main": True}],
            },
        )
    path = f"/v1/organisations/{filled.ids['organisation_id'][1]}"
    await filled.acted("POST", path + "/rename", {"names": {"nb": filled.text("Ny skole")}, "on": "2024-01-01"})
    await filled.acted("POST", path + "/move", {"parent_id": filled.one("organisation_id"), "on": "2025-01-01"})
    await filled.acted("POST", f"/v1/organisations/{filled.ids['organisation_id'][2]}/close", {"on": "2026-06-01"})
    old = await filled.made("organisation_id", "/v1/organisations", {**unit, "names": {"nb": filled.text("Nedlagt")}})
    await filled.acted("POST", path + "/merge", {"organisation_ids": [old["id"]]})
    filled.ids["organisation_id"].append(filled.town.root)


async def _teams(filled: Filled) -> None:
    for state in ("active", "paused", "archived"):
        team = await filled.made(
            "team_id",
            "/v1/teams",
            {
                "organisation_id": filled.one("organisation_id"),
                "kind": "grade",
                "name": filled.text("Team"),
                "lang": "nb",
                "members": [{"person_id": filled.chief.id, "duty": "leader"}],
            },
        )
        if state != "active":
            await filled.acted("PATCH", f"/v1/teams/{team['id']}", {"state": state})
    path = f"/v1/teams/{filled.one('team_id')}/memberships"
    await filled.made("membership_id", path, {"person_id": filled.one("person_id"), "valid_from": "2025-08-01"})
    await filled.made(
        "membership_id",
        path,
        {"person_id": filled.ids["person_id"][2], "valid_from": "2024-08-01", "valid_to": "2025-06-20"},
    )


async def _roles(filled: Filled) -> None:
    person = filled.one("person_id")
    for scope in (
        {"scope": "unit", "organisation_id": filled.one("organisation_id")},
        {"scope": "team", "team_id": filled.one("team_id")},
        {"scope": "tenant"},
    ):
        await filled.made(
            "assignment_id", "/v1/role-assignments", {"person_id": person, "role": "representative", **scope}
        )
    await filled.acted("POST", f"/v1/role-assignments/{filled.ids['assignment_id'][2]}/revoke")
    for consultation in (
        None,
        {"held_on": "2026-02-02", "parties": [filled.text("UDF")], "note": filled.text("Enige")},
    ):
        choice = {"profile": "lier.roald@1", "consultation": consultation}
        await filled.made("choice_id", "/v1/method-choices", choice)
    days = [{"first": "2025-10-06", "last": "2025-10-10", "kind": "break", "name": filled.text("Høstferie")}]
    for unit in (None, filled.one("organisation_id")):
        body = {"organisation_id": unit, "school_year": 2025, "lang": "nb", "days": days, "opens": "07:30"}
        made = await filled.made("calendar_id", "/v1/school-calendars", {**body, "closes": "16:30"})
        await filled.acted("POST", f"/v1/school-calendars/{made['id']}/adopt")


async def _meetings(filled: Filled) -> None:
    await filled.meeting()
    await filled.meeting(agenda=[], preparation_tasks=[])
    published = await filled.meeting(agenda=[filled.item(question=filled.text("Forslag"))])
    refused = await filled.chief.post(f"/v1/meetings/{published['id']}/publish", {}, if_match="*")
    assert refused.status_code == 409, refused.text
    reason = {"rule_code": "R2a", "reason_code": "statutory_decision", "reason_text": filled.text("Fordi")}
    await filled.acted("POST", f"/v1/meetings/{published['id']}/publish", {"overrides": [reason]})
    cancelled = await filled.meeting()
    await filled.acted("POST", f"/v1/meetings/{cancelled['id']}/cancel")
    forbidden = await (await filled.town.someone(filled.text("Nobody"))).post("/v1/people", {"name": "x"})
    assert forbidden.status_code == 403, forbidden.text
