"""The committed contract is what the code says, valid, complete, and true in each of its examples."""

import re
from collections.abc import Iterator

import httpx
import jsonschema_rs
import pytest
from harness.contract import Broken, contract
from openapi_spec_validator import validate

from api.app import declared, operation_routes
from api.publishing import ROOT, published
from api.web.openapi import openapi_document
from api.web.operation_refusals import OWN
from api.web.operations import operation_of
from api.web.problem_docs import example

DOCUMENT = contract().document
OPERATIONS = contract().operations()
NAMES = [operation["operationId"] for _, _, operation in OPERATIONS]
ALWAYS = {"400", "401", "403", "406", "500", "503", "504"}
PARTS_OF_PARTS = {
    *("getAgendaItem", "changeAgendaItem", "removeAgendaItem"),
    *("getPreparationTask", "changePreparationTask", "removePreparationTask"),
}
"""Their POST answers with the whole meeting, in which no expression finds the new part."""

WITH_BODY = {"413", "415", "422"}


@pytest.mark.parametrize("name", sorted(published()))
def test_what_is_committed_is_up_to_date(name):
    assert (ROOT / name).read_bytes() == published()[name], f"{name} has drifted: run make openapi"


def test_it_is_a_valid_openapi_3_1_document():
    assert DOCUMENT["openapi"].startswith("3.1")
    validate(DOCUMENT)


def test_every_route_is_documented():
    documented = {(method, path) for method, path, _ in OPERATIONS}
    assert documented == {(method, route.path) for route in operation_routes() for method in route.methods}


@pytest.mark.parametrize("base_url", [None, "http://127.0.0.1:8000"], ids=["committed", "demo"])
def test_every_way_to_sign_in_is_named_on_every_operation_and_nothing_else(base_url):
    """Swagger UI sends a token only where the operation names the way in which it was got."""
    document = openapi_document(declared(), operation_routes(), base_url)
    validate(document)
    schemes = document["components"]["securitySchemes"]
    assert set(schemes) == ({"bearer"} if base_url is None else {"bearer", "oidc"})
    for operation in (each for methods in document["paths"].values() for each in methods.values()):
        assert [name for alternative in operation["security"] for name in alternative] == [*schemes]
    if base_url is not None:
        assert [*schemes["oidc"]["flows"]] == ["authorizationCode"]
        assert schemes["oidc"]["flows"]["authorizationCode"]["tokenUrl"].startswith(base_url)


def test_operation_ids_are_camel_case_verbs_and_unique():
    assert len(NAMES) == len(set(NAMES))
    assert [name for name in NAMES if not re.fullmatch(r"[a-z]+([A-Z][a-z]+)+", name)] == []


def test_every_tag_in_use_is_described_and_no_other():
    described = {tag["name"]: tag["description"] for tag in DOCUMENT["tags"]}
    assert set(described) == {tag for _, _, operation in OPERATIONS for tag in operation["tags"]}
    assert all(about.endswith(".") for about in described.values())


def test_what_is_created_is_linked_to_all_that_can_be_done_with_it():
    links = DOCUMENT["paths"]["/v1/meetings"]["post"]["responses"]["201"]["links"]
    assert {"getMeeting", "replaceMeeting", "publishMeeting", "addAgendaItem", "listRuleEvaluations"} <= set(links)
    assert links["changeMeeting"]["parameters"] == {
        "meeting_id": "$response.body#/id",
        "header.If-Match": "$response.header.ETag",
    }
    linked = {name for _, _, each in OPERATIONS for name in each["responses"].get("201", {}).get("links", ())}
    assert linked <= set(NAMES)
    alone = {operation["operationId"] for _, path, operation in OPERATIONS if "_id}" in path}
    assert alone - linked == PARTS_OF_PARTS


def test_a_membership_is_linked_by_its_team_and_its_own_id():
    links = DOCUMENT["paths"]["/v1/teams/{team_id}/memberships"]["post"]["responses"]["201"]["links"]
    ids = {"team_id": "$request.path.team_id", "membership_id": "$response.body#/id"}
    assert links["getTeamMembership"]["parameters"] == ids


def test_refusals_of_an_operation_s_own_belong_to_operations_that_there_are():
    declared_names = {operation_of(route.endpoint).name for route in operation_routes()}
    assert set(OWN) - declared_names == set()


def test_a_problem_that_an_operation_is_not_said_to_answer_with_would_be_found():
    def answer(code: str) -> httpx.Response:
        return httpx.Response(409, json=dict(example(code)), headers={"content-type": "application/problem+json"})

    path = "/v1/organisations/1/move"
    contract().check("POST", path, answer("organisation_cycle"))
    with pytest.raises(Broken, match="agenda_frozen"):
        contract().check("POST", path, answer("agenda_frozen"))


@pytest.mark.parametrize(("method", "path", "operation"), OPERATIONS, ids=NAMES)
class TestEveryOperation:
    def test_says_what_it_does_and_what_it_needs(self, method, path, operation):
        assert operation["description"].endswith(".")
        assert operation["summary"]
        assert operation["tags"]
        assert operation["security"] == [{"bearer": []}]
        assert operation["x-permission"]
        assert operation["x-rate-class"] in {"read", "write", "bulk"}
        assert [each["name"] for each in operation.get("parameters", ()) if not each.get("description")] == []

    def test_documents_its_problems(self, method, path, operation):
        wanted = ALWAYS | (WITH_BODY if "requestBody" in operation else set()) | ({"404"} if "{" in path else set())
        assert wanted - set(operation["responses"]) == set()
        for status, said in operation["responses"].items():
            assert said["description"]
            if status >= "400":
                problem = said["content"]["application/problem+json"]
                assert problem["schema"] == {"$ref": "#/components/schemas/Problem"}
                assert problem["examples"]

    def test_is_conditional_and_repeatable_as_its_method_needs(self, method, path, operation):
        headers = {each["name"] for each in operation.get("parameters", ()) if each["in"] == "header"}
        success = next(said for status, said in operation["responses"].items() if status.startswith("2"))
        if method == "GET":
            assert "If-None-Match" in headers
            assert "304" in operation["responses"]
            assert "ETag" in success["headers"]
        elif method != "POST":
            assert "If-Match" in headers
            assert {"412", "428"} <= set(operation["responses"])
        elif "201" in operation["responses"]:
            assert "Idempotency-Key" in headers
            assert {"Location", "ETag"} <= set(success["headers"])

    def test_has_true_examples(self, method, path, operation):
        contents = [operation.get("requestBody", {}).get("content", {})]
        contents += [said.get("content", {}) for said in operation["responses"].values()]
        shown = 0
        for content in contents:
            for media_type, media in content.items():
                examples = list(_examples(media))
                assert examples, f"no example of {media_type}"
                shown += len(examples)
                if media_type.endswith("json"):
                    errors = [error for each in examples for error in _validator(media["schema"]).iter_errors(each)]
                    assert [f"{error.instance_path}: {error.message}" for error in errors] == []
        assert shown


def test_every_example_in_a_schema_is_true():
    wrong = []
    for schema in _schemas(DOCUMENT["components"]["schemas"]):
        wrong += [example for example in schema.get("examples", ()) if not _validator(schema).is_valid(example)]
    assert wrong == []


def test_a_wrong_example_would_be_found():
    assert not _validator({"$ref": "#/components/schemas/Meeting"}).is_valid({"id": "not a uuid"})


def test_answers_are_typed_to_the_last_field():
    """A strict client knows every object by its fields; what rules measure and found differs from rule to rule."""
    schemas = {f"#/components/schemas/{name}": each for name, each in DOCUMENT["components"]["schemas"].items()}
    untyped = {
        f"{reference.rpartition('/')[2]}.{name}"
        for reference, schema in schemas.items()
        for name, each in schema.get("properties", {}).items()
        if any(
            "properties" not in inner and inner.get("additionalProperties", True) is True for inner in _objects(each)
        )
    }
    measured = {"RuleDocument.parameters", "RuleOverride.facts", "RuleResult.facts", "ResultDocument.facts"}
    assert untyped == measured | {"ProblemError.facts"}
    assert DOCUMENT["components"]["schemas"]["ProblemError"]["properties"]["facts"]["additionalProperties"] is True


def _objects(schema: dict) -> Iterator[dict]:
    for each in (schema, *schema.get("anyOf", ()), *filter(None, [schema.get("items")])):
        if each.get("type") == "object":
            yield each


def test_inputs_are_closed_and_bounded():
    """Every object that is sent refuses unknown fields; every text and list of it has a bound."""
    loose = []
    for operation in (each for _, _, each in OPERATIONS):
        for media_type, content in operation.get("requestBody", {}).get("content", {}).items():
            if media_type == "text/csv":  # bounded by its size alone
                continue
            name = content["schema"].get("$ref", "").rpartition("/")[2]
            loose += [f"{name}: {said}" for said in _loose(content["schema"], set())]
    assert loose == []


def _loose(schema: dict, seen: set[str]) -> Iterator[str]:
    if "$ref" in schema:
        name = schema["$ref"].rpartition("/")[2]
        if name not in seen:
            seen.add(name)
            yield from _loose(DOCUMENT["components"]["schemas"][name], seen)
        return
    if schema.get("type") == "object" and schema.get("additionalProperties") is not False:
        yield "an open object"
    if schema.get("type") == "array" and "maxItems" not in schema:
        yield "an endless list"
    if schema.get("type") == "string" and not schema.keys() & {"maxLength", "format", "enum", "const"}:
        yield "an endless text"
    for inner in (
        *schema.get("anyOf", ()),
        *schema.get("properties", {}).values(),
        *filter(None, [schema.get("items")]),
    ):
        yield from _loose(inner, seen)


def _examples(media: dict) -> Iterator:
    if "example" in media:
        yield media["example"]
    for each in media.get("examples", {}).values():
        name = each["$ref"].rpartition("/")[2]
        yield DOCUMENT["components"]["examples"][name]["value"]


def _schemas(value) -> Iterator[dict]:
    if isinstance(value, list):
        for each in value:
            yield from _schemas(each)
    elif isinstance(value, dict):
        if isinstance(value.get("examples"), list):
            yield value
        for name, each in value.items():
            if name not in {"examples", "example", "default"}:
                yield from _schemas(each)


def _validator(schema: dict) -> jsonschema_rs.Draft202012Validator:
    return jsonschema_rs.Draft202012Validator({**schema, "components": DOCUMENT["components"]}, validate_formats=True)
