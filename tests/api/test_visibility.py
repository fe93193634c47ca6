"""The SQL access paths say the same as `domain.permissions`, on random worlds, for single rows and for lists."""

import random
from datetime import date
from uuid import UUID

import pytest
from harness import drafts

from domain.actors import Actor, HeldRole, Membership, Place, Role, Scope
from domain.permissions import Permission, allows
from domain.teams import Duty

TODAY = date(2026, 3, 3)


async def world(town, dice):
    """Units in a small tree, teams, people with roles and duties that hold, held, or will hold."""
    units = [town.root]
    above = {town.root: None}
    for n in range(5):
        parent = dice.choice(units)
        unit = await town.organisation(f"U{n}", parent_id=parent, valid_from="2021-01-01")
        units.append(unit)
        above[unit] = parent
    people = [await town.someone(f"P{n}") for n in range(6)]
    facts = {person.id: ([], []) for person in people}
    teams = {}
    for _ in range(4):
        unit = dice.choice(units)
        team = await town.team(unit)
        teams[team] = unit
        for person in dice.sample(people, 3):
            await _join(town, dice, team, person, facts)
    for person in people[:4]:
        await _hold(town, dice, person, units, list(teams), facts)
    return above, people, teams, facts


async def _join(town, dice, team, person, facts):
    duty = dice.choice(list(Duty))
    start, end = dice.choice([("2026-01-01", None), ("2026-01-01", "2026-03-03"), ("2026-03-04", None)])
    body = {"person_id": person.id, "duty": duty, "valid_from": start, "valid_to": end}
    assert (await town.admin.post(f"/v1/teams/{team}/memberships", body)).status_code == 201
    if start < "2026-03-04" and end is None:
        facts[person.id][1].append(Membership(UUID(team), duty))


async def _hold(town, dice, person, units, teams, facts):
    role, scope = dice.choice(list(Role)), dice.choice(list(Scope))
    unit = dice.choice(units) if scope is Scope.UNIT else None
    team = dice.choice(teams) if scope is Scope.TEAM else None
    start = dice.choice(["2026-01-01", "2026-03-04"])
    body = {"person_id": person.id, "role": role, "scope": scope, "organisation_id": unit, "team_id": team}
    assert (await town.admin.post("/v1/role-assignments", {**body, "valid_from": start})).status_code == 201
    if start < "2026-03-04":
        held = HeldRole(role, scope, unit and UUID(unit), team and UUID(team))
        facts[person.id][0].append(held)


def lineage(above, unit):
    found = []
    while unit is not None:
        found.append(UUID(unit))
        unit = above[unit]
    return tuple(found)


@pytest.mark.parametrize("seed", range(4))
async def test_paths_and_permissions_agree_on_meetings(town, seed):
    dice = random.Random(seed)
    above, people, teams, facts = await world(town, dice)
    planner = await town.someone("Planner", role="unit_leader")
    places = {}
    for team, unit in teams.items():
        invited = [
            {"person_id": p.id, "duty": dice.choice(["participant", "facilitator"])} for p in dice.sample(people, 2)
        ]
        made = await planner.post("/v1/meetings", drafts.meeting(team, participants=invited))
        assert made.status_code == 201, made.text
        places[made.json()["id"]] = Place(
            team_id=UUID(team),
            units=lineage(above, unit),
            participants=frozenset(UUID(i["person_id"]) for i in invited),
            facilitators=frozenset(UUID(i["person_id"]) for i in invited if i["duty"] == "facilitator"),
        )
    for person in people:
        roles, memberships = facts[person.id]
        actor = Actor(UUID(person.id), tuple(roles), tuple(memberships))
        expected = {id for id, place in places.items() if allows(actor, Permission.MEETING_READ, place)}
        single = {id for id in places if (await person.get(f"/v1/meetings/{id}")).status_code == 200}
        listed = {m["id"] for m in (await person.get("/v1/meetings")).json()["items"]}
        assert single == listed == expected, (person.name, roles, memberships)


@pytest.mark.parametrize("seed", range(2))
async def test_paths_and_permissions_agree_on_role_assignments(town, seed):
    dice = random.Random(seed)
    _, people, _, facts = await world(town, dice)
    all_of_them = (await town.admin.get("/v1/role-assignments", limit=100)).json()["items"]
    for person in people:
        roles, memberships = facts[person.id]
        actor = Actor(UUID(person.id), tuple(roles), tuple(memberships))
        expected = {
            a["id"]
            for a in all_of_them
            if allows(actor, Permission.ROLE_ASSIGNMENT_READ, Place(person_id=UUID(a["person_id"])))
        }
        listed = {a["id"] for a in (await person.get("/v1/role-assignments", limit=100)).json()["items"]}
        assert listed == expected, (person.name, roles)


@pytest.mark.parametrize("role", list(Role))
async def test_each_role_for_the_whole_tenant_sees_what_its_grants_say(town, role):
    holder, other = await town.someone("Holder", role=role), await town.someone("Other", role="advisor")
    actor = Actor(UUID(holder.id), (HeldRole(role),))
    place = Place(person_id=UUID(other.id))
    listed = (await holder.get("/v1/role-assignments", person_id=other.id)).json()["items"]
    assert bool(listed) == allows(actor, Permission.ROLE_ASSIGNMENT_READ, place)
    events = (await holder.get("/v1/audit-events")).json()["items"]
    assert bool(events) == allows(actor, Permission.AUDIT_READ, Place())
    made = await town.admin.post("/v1/people", {"name": "Ola", "email": "ola@example.org"})
    email = (await holder.get(made.headers["location"])).json()["email"]
    seen = allows(actor, Permission.PERSON_READ_CONTACT, Place(person_id=UUID(made.json()["id"])))
    assert (email is not None) == seen


async def test_what_lies_within_a_meeting_is_listed_to_those_who_see_the_meeting(school):
    meeting = await school.meeting()
    assert (await school.publish(meeting)).status_code == 200
    path = f"/v1/meetings/{meeting['id']}/rule-evaluations"
    assert len((await school.member.get(path)).json()["items"]) == 1
    stranger = await school.town.someone("Colleague")
    assert (await stranger.get(path)).status_code == 404


async def test_a_leader_leads_only_while_the_role_holds(school, clock):
    """Single rows and lists, reading and writing: before the first day, while it holds, and from its last day on."""
    meeting = await school.meeting()
    path = f"/v1/meetings/{meeting['id']}"
    leads = {"role": "unit_leader", "scope": "unit", "organisation_id": school.unit}
    for valid, sees in (
        ({"valid_from": "2026-03-04"}, False),
        ({"valid_from": "2026-01-01", "valid_to": "2026-03-03"}, False),
        ({"valid_from": "2026-01-01", "valid_to": "2026-03-04"}, True),
    ):
        leader = await school.town.someone("Leder", **leads, **valid)
        assert ((await leader.get(path)).status_code == 200) is sees, valid
        assert bool((await leader.get("/v1/meetings")).json()["items"]) is sees, valid
        change = await leader.patch(path, {"place": f"Rom {valid}"}, if_match="*")
        assert change.is_success is sees, change.text
