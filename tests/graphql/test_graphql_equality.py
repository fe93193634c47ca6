"""The compiled answer is the answer of the specification: generated operations, over a world of every role."""

import json

import pytest
from harness.execution import execute
from harness.material import gathered
from harness.operations import operations
from harness.peopled import people
from harness.plain import keep
from harness.world import found_municipality
from hypothesis import HealthCheck, Phase, assume, given, settings
from hypothesis import strategies as st

from api.schema.limits import ERRORS
from domain.permissions import Role, Scope

EXAMPLES = 250
TOO_MUCH = {"cost_too_high", "document_too_large"}
ASKERS = (
    *(f"{role} {scope}" for role in Role for scope in Scope),
    *(f"duty {duty}" for duty in ("member", "facilitator", "leader", "observer")),
    *("everything", "nobody", "client", "leader 0", "leader 1"),
)


@pytest.fixture(scope="session")
async def material(app, migrated, issuer, running_clock):
    """A world of every role, and all that is stored of it."""
    world = await people(await found_municipality(app, migrated.owner, issuer, running_clock), seed=3)
    return await gathered(world, await keep(migrated.owner, world.town.id, running_clock().date()))


async def asked(material, asker, operation):
    """What the service says."""
    body = {"query": material.filled(operation.text), "variables": material.variables(operation)}
    headers = {"accept-language": operation.header}
    if operation.name:
        body["operationName"] = operation.name
    return (await material.world.askers[asker].http.post("/graphql", json=body, headers=headers)).json()


def said(material, asker, operation):
    """What the plain execution says."""
    eye = material.eye(asker, operation.header)
    return execute(eye, material.filled(operation.text), material.variables(operation), operation.name)


def is_same(told, answer):
    """Raises AssertionError where an answer is not what the plain execution tells."""
    if told.refused:
        assert answer.get("data") is None, "the plain execution refuses it"
        assert answer["errors"]
        return
    assert "data" in answer, answer
    assert json.dumps(answer["data"], indent=1) == json.dumps(told.data, indent=1)
    found = [tuple(error["path"]) for error in answer.get("errors", ())]
    assert len(set(found)) == len(found)
    assert set(found) <= set(told.errors), "an error where the plain execution has none"
    if len(found) < ERRORS:  # more are not told
        # Errors below one and the same null may stand for each other; every null has one (specification §6.4.4).
        assert {told.errors[path] for path in found} == set(told.errors.values())


@settings(
    max_examples=EXAMPLES,
    derandomize=True,
    database=None,
    deadline=None,
    phases=[Phase.generate],  # add Phase.shrink for a smaller one: it takes minutes
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.filter_too_much],
)
@given(st.sampled_from(ASKERS), operations())
async def test_a_generated_operation_is_answered_as_the_specification_says(material, asker, operation):
    answer = await asked(material, asker, operation)
    codes = {error["extensions"]["code"] for error in answer.get("errors", ())}
    assume(not codes & TOO_MUCH)
    is_same(said(material, asker, operation), answer)
