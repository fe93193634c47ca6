"""A municipality with somebody in every position: each role by each scope, each duty, guests of meetings, nobody special."""

import random
import uuid
from dataclasses import dataclass, field
from typing import Any

from domain.actors import Role, Scope
from domain.teams import Duty
from harness import drafts
from harness.issuer import ISSUER
from harness.world import Municipality, Someone

LOCALES = ("nb", "nn", "da", "sv", "en", None)
PERIODS = (("2026-01-01", None), ("2026-01-01", "2026-03-03"), ("2026-03-04", None))
"""A stay that holds on the tests' today (3 March 2026), one that is over, and one that has not begun."""


@dataclass
class Peopled:
    """The municipality and those who may ask; `everything` sees all that there is to see."""

    town: Municipality
    dice: random.Random
    everything: Someone = field(init=False)
    askers: dict[str, Someone] = field(default_factory=dict)
    units: list[str] = field(default_factory=list)
    teams: list[str] = field(default_factory=list)
    meetings: list[str] = field(default_factory=list)

    async def asker(self, name: str, **more: Any) -> Someone:
        """Somebody new who speaks one of our languages, or hasn't said which."""
        subject = uuid.uuid4().hex
        email = f"{name.replace(' ', '.')}@example.test" if self.dice.random() < 0.8 else None
        body = {"name": name, "email": email, "locale": self.dice.choice(LOCALES), **more}
        made = await self.made("/v1/people", {**body, "identities": [{"issuer": ISSUER, "subject": subject}]})
        self.askers[name] = self.town.signed_in(subject, made["id"], name)
        return self.askers[name]

    async def made(self, path: str, body: Any, by: Someone | None = None) -> dict[str, Any]:
        answer = await (by or self.town.admin).post(path, body)
        assert answer.status_code == 201, answer.text
        return answer.json()

    async def acted(self, path: str, body: Any) -> None:
        answer = await self.town.admin.post(path, body, if_match="*")
        assert answer.is_success, answer.text

    async def holds(self, person: Someone, role: str, scope: str, valid: tuple[str, str | None]) -> None:
        """Give a role, where it can be held by its scope."""
        place = {
            "organisation_id": self.dice.choice(self.units) if scope == "unit" else None,
            "team_id": self.dice.choice(self.teams) if scope == "team" else None,
        }
        body = {"person_id": person.id, "role": role, "scope": scope, **place}
        await self.made("/v1/role-assignments", {**body, "valid_from": valid[0], "valid_to": valid[1]})


async def people(town: Municipality, seed: int) -> Peopled:
    """Fill it, through the API alone; the same seed gives the same shape."""
    made = Peopled(town, random.Random(seed))
    made.everything = await made.asker("everything")
    await _units(made)
    await _teams(made)
    for role in ("admin", "unit_leader", "auditor", "owner", "representative"):
        await made.holds(made.everything, role, "tenant", PERIODS[0])
    await _roles(made)
    await _methods(made)
    await _meetings(made)
    return made


async def _units(made: Peopled) -> None:
    dice = made.dice
    made.units = [made.town.root]
    for n in range(7):
        names = {
            locale: f"{locale} {dice.choice('æøåab')}{n}" for locale in dice.sample(LOCALES[:5], dice.randint(1, 3))
        }
        sites = [{"name": f"hus {i}", "main": i == 0, "latitude": 59.5 + n, "longitude": 10.25} for i in range(n % 3)]
        body = {
            "kind": dice.choice(["school", "kindergarten", "department"]),
            "sector": dice.choice(["school", "kindergarten"]),
            "names": names,
            "parent_id": dice.choice(made.units[:4]),
            "valid_from": "2021-01-01",
            "external_ids": [{"scheme": "code", "value": f"n{n}"}][: n % 2],
            "sites": sites,
        }
        made.units.append((await made.made("/v1/organisations", body))["id"])
    path = "/v1/organisations/{}/{}".format
    await made.acted(path(made.units[5], "rename"), {"names": {"nb": "nb nytt", "da": "da nyt"}, "on": "2023-06-01"})
    await made.acted(path(made.units[6], "move"), {"parent_id": made.units[1], "on": "2025-01-01"})
    await made.acted(path(made.units[7], "close"), {"on": "2026-02-01"})
    for into in made.units[5:7]:
        body = {"kind": "school", "sector": "school", "names": {"nb": "nb før"}, "valid_from": "2021-01-01"}
        old = await made.made("/v1/organisations", {**body, "parent_id": made.town.root})
        await made.acted(path(into, "merge"), {"organisation_ids": [old["id"]]})


async def _teams(made: Peopled) -> None:
    for n in range(5):
        body = {
            "organisation_id": made.dice.choice(made.units[1:7]),
            "kind": made.dice.choice(["grade", "subject", "class"]),
            "name": made.dice.choice(["Å", "Ø", "A", "B"]) + f" {n}",
            "lang": "nb",
        }
        made.teams.append((await made.made("/v1/teams", body))["id"])
    await made.holds(made.everything, "unit_leader", "team", PERIODS[0])
    for duty in Duty:
        person = await made.asker(f"duty {duty}")
        for team in made.dice.sample(made.teams, 2):
            valid = PERIODS[0] if team == made.teams[0] else made.dice.choice(PERIODS)
            body = {"person_id": person.id, "duty": duty, "valid_from": valid[0], "valid_to": valid[1]}
            await made.made(f"/v1/teams/{team}/memberships", body)


async def _roles(made: Peopled) -> None:
    for role in Role:
        for scope in Scope:
            person = await made.asker(f"{role} {scope}")
            await made.holds(person, role, scope, PERIODS[0])
    for n, valid in enumerate(PERIODS[1:]):
        await made.holds(await made.asker(f"leader {n}"), "unit_leader", "tenant", valid)
    await made.asker("nobody")
    await made.asker("client", kind="client")
    gone = await made.asker("gone")
    assert (await made.town.admin.patch(f"/v1/people/{gone.id}", {"status": "inactive"}, if_match="*")).is_success
    del made.askers["gone"]


async def _methods(made: Peopled) -> None:
    for consultation in (None, {"held_on": "2026-02-02", "parties": ["UDF", "FF"], "note": "Enige"}):
        body = {"profile": "lier.roald@1", "consultation": consultation}
        await made.made("/v1/method-choices", body, by=made.everything)
    for n, unit in enumerate((None, made.units[1], made.units[1])):
        days = [{"first": "2025-12-22", "last": "2026-01-02", "kind": "break", "name": "Jul" if n else None}]
        body = {"organisation_id": unit, "school_year": 2025 + n // 2, "lang": "nb", "days": days[: 2 - n]}
        calendar = await made.made("/v1/school-calendars", body)
        if n < 2:
            await made.acted(f"/v1/school-calendars/{calendar['id']}/adopt", None)


async def _meetings(made: Peopled) -> None:
    dice, guests = made.dice, [made.askers["nobody"], made.askers["client"], made.askers["advisor team"]]
    child = {"kind": "child_talk", "track": "none", "minutes": 10, "lang": "nb"}
    for n in range(12):
        day = f"2026-03-{10 + dice.randint(0, 3)}"
        question = "Et forslag" if n % 3 == 1 else "Hvordan?"
        phases = [drafts.phase(kind, wanted=f"fase {n}") for kind in ("idea", "assess")][: 2 * (n % 2)]
        item = drafts.item(title=f"sak {n}", question=question, phases=phases)
        agenda = [item, drafts.operations(), child][: 1 + n % 3]
        invited = [
            {"person_id": guest.id, "duty": dice.choice(["participant", "facilitator"])}
            for guest in dice.sample(guests, n % 3)
        ]
        times = {"starts_at": f"{day}T12:00:00Z", "ends_at": f"{day}T14:00:00Z"}
        draft = drafts.meeting(dice.choice(made.teams), title=f"møte {n}", agenda=agenda, participants=invited, **times)
        meeting = (await made.made("/v1/meetings", draft, by=made.everything))["id"]
        made.meetings.append(meeting)
        await _gone_on(made, f"/v1/meetings/{meeting}", n)


async def _gone_on(made: Peopled, path: str, n: int) -> None:
    """Published by the rules, refused and then published in spite of one, called off, or still a draft."""
    leader = made.everything
    if n in {0, 3}:
        assert (await leader.post(f"{path}/publish", {}, if_match="*")).is_success
    if n % 3 == 1:
        refused = await leader.post(f"{path}/publish", {}, if_match="*")
        assert refused.status_code == 409, refused.text
        if n < 7:
            answer = await leader.post(f"{path}/publish", {"overrides": _reasons(refused.json())}, if_match="*")
            assert answer.is_success, answer.text
    if n == 5:
        assert (await leader.post(f"{path}/cancel", if_match="*")).is_success


def _reasons(refusal: dict[str, Any]) -> list[dict[str, Any]]:
    """An override for everything that was found, the first with words."""
    found = [
        {"rule_code": each["code"], "item_id": each["item_id"], "reason_code": each["override_reasons"][0]}
        for each in refusal["errors"]
    ]
    return [{**found[0], "reason_text": "Fordi"}, *found[1:]]
