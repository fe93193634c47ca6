"""Who may do what, over HTTP: every change × every role, duty and relation, with the one GRANTS table as oracle."""

import copy
from uuid import UUID

import pytest
from harness.contract import contract
from harness.filled import Filled
from harness.issuer import ISSUER
from harness.requests import Request, Sample
from harness.world import Someone

from domain.actors import Actor, HeldRole, Membership, Place, Role
from domain.permissions import GRANTS, MEETING_RUN, Permission, allows
from domain.teams import Duty

CHANGES = [
    (each["operationId"], method, path, Permission(each["x-permission"]))
    for method, path, each in contract().operations()
    if method != "GET"
]
every_change = pytest.mark.parametrize(("operation", "method", "path", "permission"), CHANGES)

SEEN = {
    **{each: Permission.MEETING_READ for each, paths in GRANTS.items() if paths == MEETING_RUN},
    Permission.ROLE_ASSIGNMENT_REVOKE: Permission.ROLE_ASSIGNMENT_READ,
}
"""What is not to be found by who may not even read it."""


class As:
    """The filled municipality's requests, sent by somebody else."""

    def __init__(self, filled: Filled, someone: Someone) -> None:
        other = copy.copy(filled)
        other.chief = someone
        self.send = Sample(other).send


async def judged(
    filled: Filled, someone: Someone, request: Request, permission: Permission, actor: Actor, place: Place
):
    """Done exactly where the table allows it; a refusal says so, and is on record under what was asked."""
    answer = await As(filled, someone).send(request)
    told = (request.operation, actor.roles, actor.memberships, answer.text)
    if allows(actor, permission, place):
        assert answer.is_success, told
        return
    hidden = permission in SEEN and not allows(actor, SEEN[permission], place)
    assert (answer.status_code, answer.json()["code"]) == ((404, "not_found") if hidden else (403, "forbidden")), told
    if not hidden:
        (event,) = (await filled.chief.get("/v1/audit-events", limit=1)).json()["items"]
        assert (event["action"], event["outcome"], event["person_id"]) == (permission, "refused", someone.id)


@every_change
async def test_a_role_for_the_whole_tenant_gives_what_its_grants_say(operation, method, path, permission, filled):
    for role in (None, *Role):
        someone = await filled.town.someone(f"Holder of {role}", **({"role": role} if role else {}))
        request = await Sample(filled).request(operation, method, path)
        held = (HeldRole(role),) if role else ()
        await judged(filled, someone, request, permission, Actor(UUID(someone.id), held), Place())


def team_of(filled: Filled, request: Request) -> str | None:
    """The team that a request is about."""
    body = request.body if isinstance(request.body, dict) else {}
    found = request.ids.get("team_id") or body.get("team_id")
    return filled.one("team_id") if found is None and "meeting_id" in request.ids else found


@every_change
async def test_a_duty_in_the_team_gives_what_its_grants_say(operation, method, path, permission, filled):
    for duty in Duty:
        request = await Sample(filled).request(operation, method, path)
        team = team_of(filled, request)
        if team is None or permission is Permission.ROLE_ASSIGNMENT_GRANT:
            return
        someone = await filled.town.someone(f"On duty as {duty}")
        joined = await filled.chief.post(f"/v1/teams/{team}/memberships", {"person_id": someone.id, "duty": duty})
        assert joined.status_code == 201, joined.text
        actor = Actor(UUID(someone.id), (), (Membership(UUID(team), duty),))
        await judged(filled, someone, request, permission, actor, Place(team_id=UUID(team)))


@every_change
async def test_a_part_in_the_meeting_gives_what_its_grants_say(operation, method, path, permission, filled):
    for duty in ("participant", "facilitator"):
        request = await Sample(filled).request(operation, method, path)
        if "meeting_id" not in request.ids:
            return
        someone = await filled.town.someone(f"Invited as {duty}")
        invited = {"participants": [{"person_id": someone.id, "duty": duty}]}
        await filled.acted("PATCH", f"/v1/meetings/{request.ids['meeting_id']}", invited)
        me = UUID(someone.id)
        facilitators = frozenset({me}) if duty == "facilitator" else frozenset()
        place = Place(participants=frozenset({me}), facilitators=facilitators)
        await judged(filled, someone, request, permission, Actor(me), place)


async def test_only_the_owner_chooses_the_method_and_a_token_gives_no_role(filled):
    """Roles come from assignments alone, whatever a token says of itself."""
    someone = await filled.town.someone("Claims much")
    claims = {"roles": ["admin", "owner"], "scope": "plf admin", "role": "owner"}
    body = {"name": "Says so", "identities": [{"issuer": ISSUER, "subject": "says-so"}]}
    identity = await filled.made("person_id", "/v1/people", body)
    claimant = filled.town.signed_in("says-so", identity["id"], "Says so", **claims)
    for each in (someone, claimant):
        for path, body in (("/v1/method-choices", {"profile": "none@1"}), ("/v1/people", {"name": "X"})):
            assert (await each.post(path, body)).status_code == 403
