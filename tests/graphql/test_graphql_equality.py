"""The compiled answer is the answer of the specification: generated operations, over a world of every role."""

import json

import pytest
from graphql import get_named_type
from harness.coordinates import coordinates, lists, query, ways
from harness.execution import LEFT_OUT, answered, execute, left_out, plain_schema
from harness.operations import Generated, operations
from harness.plain import TABLES
from hypothesis import HealthCheck, Phase, assume, given, settings
from hypothesis import strategies as st

from api.postgres.recent import Recent
from api.reading.paths import Everyone
from api.reading.views import VIEWS
from api.schema.limits import ERRORS, SAME_FIELD
from api.schema.types import camel
from domain.actors import Role, Scope

EXAMPLES = 160
TOO_MUCH = {"cost_too_high", "document_too_large"}
ASKERS = (
    *(f"{role} {scope}" for role in Role for scope in Scope),
    *(f"duty {duty}" for duty in ("member", "facilitator", "leader", "observer")),
    *("everything", "nobody", "client", "leader 0", "leader 1"),
)


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


FOUND = (
    # A variable that may be null, since it has a default, where an id is needed: once a broken statement.
    Generated('query($id: ID = "<Team 0>") { me { name } team(id: $id) { name } }', {"id": None}),
    Generated('query($id: ID = "<Team 0>") { me { name } team(id: $id) { name } }', {}),
    # What is refused in one of several types: once looked for in the others too, and not there.
    Generated(
        "{ auditEvents(first: 100) { nodes { subject { ... on Meeting { x: ruleEvaluations(first: 101) { __typename } } } } } }",
        {},
    ),
    # Nor is it refused where another type has something else under the same name.
    Generated(
        "{ auditEvents(first: 100) { nodes { subject { id ... on Meeting { x: ruleEvaluations(first: -1) { __typename } } "
        "... on Team { x: meetings { __typename } } ... on Organisation { x: children(last: -1) { __typename } } } } } }",
        {},
    ),
    Generated("{ me { name @skip(if: true) } nothing: municipality { slug @include(if: false) } }", {}),
    # A page of which nothing is wanted: once a select without columns where there have to be some.
    Generated(
        "{ organisations { nodes @skip(if: true) { id } } teams(first: 9) { nodes { meetings { nodes @skip(if: true) { id } } } } }",
        {},
    ),
    Generated("query Asked { me { name } } query Other { me { email } }", {}, name="Other"),
    Generated("query Asked { me { name } } query Other { me { email } }", {}, name="Neither"),
    Generated("query($n: Int!) { teams(first: $n) { nodes { id } } }", {}),
    Generated("query($n: Int) { teams(first: $n) { nodes { id } } }", {"n": 3_000_000_000}),
    Generated("{ teams(first: 1) { nodes { nothing } } }", {}),
    Generated('{ team(id: "<Person 0>") { name } node(id: "<Person 0>") { id ... on Team { name } } }', {}),
)


@pytest.mark.parametrize("operation", FOUND, ids=lambda each: each.text[:60])
async def test_what_was_found_wrong_or_never_should_be_is_answered_as_the_specification_says(material, operation):
    for asker in ("everything", "nobody"):
        is_same(said(material, asker, operation), await asked(material, asker, operation))


async def test_a_directive_that_is_asked_null_neither_skips_nor_includes(material):
    """CollectFields asks whether the variable is true (specification §6.3.2); graphql-core takes null for an error."""
    text = "query($no: Boolean = true) { me { name @skip(if: $no) locale @include(if: $no) } }"
    answer = await asked(material, "nobody", Generated(text, {"no": None}))
    assert answer["data"] == {"me": {"name": "nobody"}}


@pytest.mark.parametrize("asker", ["everything", "nobody", "admin tenant", "unit_leader unit", "duty member"])
async def test_every_field_of_the_schema_is_answered_as_the_specification_says(material, asker):
    ids = {kind: named[0] for kind, named in material.named.items()} | {"Node": material.named["Team"][0]}
    wanted = [way for way in ways() if not any(left_out(step.owner, step.name) for step in way)]
    together = [way for way in wanted if way[0].name != "node"]
    texts = [query(way, ids) for way in wanted if way[0].name == "node"]
    few = SAME_FIELD // 3  # together they stay under the limit of rows too
    parts = [together[n : n + few] for n in range(0, len(together), few)]
    texts += [" ".join(query(way, ids)[1:-1] for way in part).join("{}") for part in parts]
    for text in texts:
        operation = Generated(text, {}, header="da")
        told = said(material, asker, operation)
        assert not told.refused
        is_same(told, await asked(material, asker, operation))


@pytest.mark.parametrize("way", lists(), ids=lambda way: way[-1].coordinate)
@pytest.mark.parametrize("asker", ["everything", "nobody"])
async def test_every_list_is_paged_as_the_specification_says(material, asker, way):
    ids = {kind: named[0] for kind, named in material.named.items()}
    kind = get_named_type(way[-1].field.type).name.removesuffix("Connection")
    below = "{ edges { cursor node { id } } pageInfo { hasNextPage hasPreviousPage startCursor endCursor } }"
    for n in range(0, 12, 3):
        low, high = f'"<cursor {kind} {n}>"', f'"<cursor {kind} {n + 5}>"'
        for paging in (
            {"first": "2"},
            {"first": "2", "after": low},
            {"first": "100", "before": low},
            {"last": "2"},
            {"last": "2", "before": high},
            {"last": "100", "after": low, "before": high},
        ):
            text = query(way, ids, paging, below)
            is_same(said(material, asker, Generated(text, {})), await asked(material, asker, Generated(text, {})))


@pytest.mark.parametrize("view", ["Meeting", "RoleAssignment", "AuditEvent"])
async def test_the_comparison_would_notice_a_view_that_everybody_sees(material, app, monkeypatch, view):
    operation = Generated("{ " + camel(VIEWS[view].listed_as) + " { nodes { id } } }", {})
    is_same(said(material, "nobody", operation), await asked(material, "nobody", operation))
    monkeypatch.setattr(VIEWS[view], "seen_by", (Everyone(),))
    monkeypatch.setattr(app.engine, "_plans", Recent(10, lambda *_: 1))
    with pytest.raises(AssertionError):
        is_same(said(material, "nobody", operation), await asked(material, "nobody", operation))


def test_the_plain_execution_answers_every_field_or_says_why_not(material):
    """A new field needs its plain answer in tests/harness/execution.py, or a reason in LEFT_OUT."""
    columns = {kind: frozenset(row) for kind, table in TABLES.items() for row in material.kept.tables[table][:1]}
    columns["Organisation"] |= {"names", "parent_id", "valid_from", "valid_to"}
    for kind, table in INSIDE.items():
        columns[kind] = frozenset(table(material.kept))
    for each in coordinates():
        owner, name = each.split(".")
        assert left_out(owner, name) != answered(owner, name, columns), each
    assert {each.partition(".")[0] for each in LEFT_OUT} <= set(plain_schema().type_map)


INSIDE = {
    "CalendarDays": lambda kept: next(row["days"][0] for row in kept.tables["school_calendar"] if row["days"]),
    "ItemPhase": lambda kept: kept.tables["item_phase"][0],
    "Node": lambda _: ("id",),
    "OrganisationExternalId": lambda kept: kept.tables["organisation_external_id"][0],
    "OrganisationPeriod": lambda kept: kept.tables["organisation_period"][0],
    "OrganisationSite": lambda kept: kept.tables["organisation_site"][0],
    "OrganisationSuccession": lambda kept: kept.tables["organisation_succession"][0],
    "RuleResult": lambda kept: kept.tables["rule_evaluation"][0]["results"][0],
}
"""What objects that are no rows are made of."""


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
