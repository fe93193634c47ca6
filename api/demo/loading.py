"""Plays the demo's past through the application itself: units, people, teams, and meetings in every state."""

from datetime import datetime, timedelta
from importlib.resources import files
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from faker import Faker

from api.demo import calendars
from api.demo.meetings import hold_meetings
from api.demo.provider import INTEGRATION
from api.demo.stage import Player, Stage, demo_person
from api.demo.world import MUNICIPALITIES, Municipality, Unit
from api.postgres.founding import FirstPerson, NewBinding, NewTenant, found_tenant
from api.postgres.ids import new_id
from api.postgres.pool import connect
from domain.localisation import sort_key

SEED = 20260302
LONG_AGO = timedelta(days=500)
"""Units, people and teams are older than any day that somebody may move the demo's clock back to."""

TEACHERS = 5


async def load(stage: Stage, now: datetime) -> None:
    """All municipalities, as of `now`. Raises DemoFailed."""
    for municipality in MUNICIPALITIES:
        await _play(stage, municipality, now)


async def _play(stage: Stage, town: Municipality, now: datetime) -> None:
    fake = Faker(town.faker)
    fake.seed_instance(SEED)
    began = (now - LONG_AGO).astimezone(ZoneInfo(town.zone))
    stage.clock.moment = began
    admin = await found(stage, town, began)
    names = dict(town.names)
    root = await admin.post(
        "/v1/organisations",
        {"kind": "municipality", "sector": "administration", "names": names, "valid_from": began.date().isoformat()},
    )
    if town.schools is not None:
        content = (files("api.demo") / town.schools).read_bytes()
        query = {"kind": "school", "sector": "school", "lang": town.locale, "parent_id": root["id"]}
        await admin.upload("/v1/imports/organisations", content, **query)
    if town.integration is not None:
        await _provision(stage, admin, town.integration)
    if town.units:
        await calendars.adopt(town, admin, now)
        await _choose_method(stage, town, admin, fake, began)
    for unit in town.units:
        stage.clock.moment = began + timedelta(days=2)
        team, facilitator = await _staff(stage, town, admin, unit, root["id"], fake)
        await hold_meetings(stage, town, team, facilitator, now)


async def found(stage: Stage, town: Municipality, since: datetime) -> Player:
    """The municipality and its administrator, who belongs to the demo and to no real office."""
    tenant = new_id()
    person = demo_person(town.administrator, town.slug, tenant, "Administrator")
    owner = await connect(stage.owner_dsn)
    try:
        await found_tenant(
            owner,
            NewTenant(town.slug, town.names, town.country, town.locale, town.zone),
            [binding(stage, tenant)],
            FirstPerson(
                person.name,
                sort_key(person.name, town.locale),
                stage.provider.issuer,
                person.subject,
                since=since.date(),
            ),
            tenant,
        )
    finally:
        await owner.close()
    await stage.refresh()
    admin = stage.signed_in(person)
    admin.id = (await admin.get("/v1/me"))["id"]
    return admin


def binding(stage: Stage, tenant: UUID) -> NewBinding:
    """The demo's provider speaks for this tenant too: the claim `tenant` says for which."""
    return NewBinding(stage.provider.issuer, [stage.provider.audience], tenant_claim="tenant", tenant_value=str(tenant))


async def _join(stage: Stage, town: Municipality, admin: Player, name: str, *roles: dict[str, Any]) -> Player:
    person = demo_person(name, town.slug, admin.person.tenant_id)
    identity = {"issuer": stage.provider.issuer, "subject": person.subject}
    made = await admin.post("/v1/people", {"name": name, "locale": town.locale, "identities": [identity]})
    for role in roles:
        await admin.post("/v1/role-assignments", {"person_id": made["id"], "scope": "tenant", **role})
    return stage.signed_in(person, made["id"])


async def _provision(stage: Stage, admin: Player, name: str) -> None:
    """The program that may do what an administrator may: it signs in with a secret of its own."""
    identity = {"issuer": stage.provider.issuer, "subject": INTEGRATION}
    made = await admin.post("/v1/people", {"name": name, "kind": "client", "identities": [identity]})
    await admin.post("/v1/role-assignments", {"person_id": made["id"], "role": "admin", "scope": "tenant"})


async def _choose_method(stage: Stage, town: Municipality, admin: Player, fake: Faker, began: datetime) -> None:
    """The owner chooses Roald's method; only where representatives were consulted does it require anything."""
    owner = await _join(stage, town, admin, _name(fake), {"role": "owner"})
    await _join(stage, town, admin, _name(fake), {"role": "representative"}, {"role": "auditor"})
    choice: dict[str, Any] = {"profile": "lier.roald@1"}
    if town.consulted:
        choice["consultation"] = {"held_on": began.date().isoformat(), "parties": list(town.consulted)}
    await owner.post("/v1/method-choices", choice)


async def _staff(
    stage: Stage, town: Municipality, admin: Player, unit: Unit, root: str, fake: Faker
) -> tuple[str, Player]:
    """A unit with its leader, its people and their team; the team's id and who facilitates it."""
    made = await admin.post(
        "/v1/organisations",
        {
            "kind": unit.kind,
            "sector": unit.sector,
            "names": {town.locale: unit.name},
            "parent_id": root,
            "external_ids": [{"scheme": "code", "value": unit.number}],
        },
    )
    leads = {"role": "unit_leader", "scope": "unit", "organisation_id": made["id"]}
    await _join(stage, town, admin, _name(fake), leads)
    crew = [await _join(stage, town, admin, _name(fake)) for _ in range(TEACHERS)]
    members = [{"person_id": each.id, "duty": "facilitator" if each is crew[0] else "member"} for each in crew]
    team = await admin.post(
        "/v1/teams",
        {
            "organisation_id": made["id"],
            "kind": unit.team_kind,
            "name": unit.team,
            "lang": town.locale,
            "members": members,
        },
    )
    return team["id"], crew[0]


def _name(fake: Faker) -> str:
    """A first and a last name that nobody else in this municipality has, without titles."""
    return f"{fake.unique.first_name()} {fake.unique.last_name()}"
