"""GraphQL over HTTP: media types, status codes, malformed requests, trusted documents; graphql-http's essentials."""

import json

import httpx
import pytest
from graphql import get_introspection_query
from harness.world import client

from api.schema.http import graphql_routes
from api.schema.requests import Trusted, document_id
from api.web.dispatch import RouteTable
from api.web.edge import Edge

JSON = "application/json"
RESPONSE = "application/graphql-response+json"
QUERY = "{ __typename }"


async def ask(filled, body, *, accept=RESPONSE, kind=JSON):
    content = body if isinstance(body, bytes | str) else json.dumps(body)
    headers = {"accept": accept, "content-type": kind}
    return await filled.chief.http.post("/graphql", content=content, headers=headers)


async def get(filled, *, accept=RESPONSE, **params):
    return await filled.chief.http.get("/graphql", params=params, headers={"accept": accept})


def code_of(answer):
    [error] = answer.json()["errors"]
    assert error["message"]
    assert len(error["extensions"]["trace_id"]) == 32
    assert "data" not in answer.json()
    return error["extensions"]["code"]


@pytest.mark.parametrize(
    ("accept", "given"),
    [
        (JSON, JSON),
        (RESPONSE, RESPONSE),
        (f"{RESPONSE}; charset=utf-8", RESPONSE),
        (f"{RESPONSE}, {JSON};q=0.9", RESPONSE),
        (f"{JSON}, {RESPONSE};q=0.9", JSON),
        ("*/*", JSON),
        ("application/*", JSON),
    ],
)
async def test_the_answer_has_the_media_type_that_the_client_likes_best(filled, accept, given):
    for answer in (await ask(filled, {"query": QUERY}, accept=accept), await get(filled, query=QUERY, accept=accept)):
        assert answer.status_code == 200
        assert answer.headers["content-type"] == f"{given}; charset=utf-8"
        assert "Accept" in answer.headers["vary"]
        assert answer.json()["data"] == {"__typename": "Query"}


async def test_a_client_that_takes_neither_is_told_so(filled):
    for answer in (
        await ask(filled, {"query": QUERY}, accept="text/csv"),
        await get(filled, query=QUERY, accept="text/html"),
    ):
        assert answer.status_code == 406
        assert code_of(answer) == "not_acceptable"


async def test_every_tool_s_introspection_is_answered(filled):
    answer = await ask(filled, {"query": get_introspection_query(), "operationName": "IntrospectionQuery"})
    assert answer.status_code == 200
    assert answer.json()["data"]["__schema"]["queryType"]["name"] == "Query"


WRONG = {
    "does not parse": ({"query": "{"}, "document_invalid"),
    "is not valid": ({"query": "{ nothing }"}, "document_invalid"),
    "variables that don't fit": (
        {"query": "query($id: ID!) { node(id: $id) { id } }", "variables": {"id": None}},
        "variables_invalid",
    ),
}


@pytest.mark.parametrize(("body", "code"), WRONG.values(), ids=WRONG)
@pytest.mark.parametrize(("accept", "status"), [(RESPONSE, 400), (JSON, 200)])
async def test_what_graphql_itself_refuses_has_no_data_and_its_status_by_the_media_type(
    filled, body, code, accept, status
):
    answer = await ask(filled, body, accept=accept)
    assert answer.status_code == status
    assert "data" not in answer.json()
    assert {error["extensions"]["code"] for error in answer.json()["errors"]} == {code}


async def test_queries_come_by_get_with_variables_and_a_name(filled):
    document = "query A { __typename } query B($first: Int) { people(first: $first) { nodes { id } } }"
    answer = await get(filled, query=document, operationName="B", variables='{"first": 1}', extensions="{}")
    assert answer.status_code == 200
    assert len(answer.json()["data"]["people"]["nodes"]) == 1
    assert (await get(filled, query=QUERY, operationName="", variables="")).status_code == 200
    assert code_of(await get(filled, query=document)) == "operation_unknown"
    assert code_of(await get(filled, query=document, operationName="C")) == "operation_unknown"


@pytest.mark.parametrize("query", ["", "query={__typename}&query={__typename}", "query=%FF", "variables={}"])
async def test_a_query_string_that_asks_nothing_or_twice_is_refused(filled, query):
    answer = await filled.chief.http.get(f"/graphql?{query}", headers={"accept": RESPONSE})
    assert answer.status_code == 400
    assert code_of(answer) in {"query_missing", "request_malformed"}


@pytest.mark.parametrize("accept", [JSON, RESPONSE])
async def test_a_mutation_never_comes_by_get(filled, accept):
    answer = await get(filled, query="mutation { a }", accept=accept)
    assert answer.status_code == 405
    assert answer.headers["allow"] == "POST"
    assert code_of(answer) == "mutation_by_get"
    assert (await ask(filled, {"query": "mutation { a }"})).status_code == 400


MALFORMED = {
    "null": ("null", "request_malformed"),
    "a list": ("[]", "request_malformed"),
    "a batch": ([{"query": QUERY}], "request_malformed"),
    "a number": ("7", "request_malformed"),
    "a text": ('"{ __typename }"', "request_malformed"),
    "nothing": ("", "body_missing"),
    "half an object": ("{", "malformed_json"),
    "no query": ({}, "query_missing"),
    "no query, null": ({"query": None}, "query_missing"),
    "a query that is an object": ({"query": {}}, "request_malformed"),
    "a query that is a number": ({"query": 0}, "request_malformed"),
    "a query that is true": ({"query": True}, "request_malformed"),
    "a query that is a list": ({"query": [QUERY]}, "request_malformed"),
    "a name that is a number": ({"query": QUERY, "operationName": 1}, "request_malformed"),
    "a name that is an object": ({"query": QUERY, "operationName": {}}, "request_malformed"),
    "variables that are a text": ({"query": QUERY, "variables": "{}"}, "request_malformed"),
    "variables that are a list": ({"query": QUERY, "variables": []}, "request_malformed"),
    "variables that are false": ({"query": QUERY, "variables": False}, "request_malformed"),
    "extensions that are a number": ({"query": QUERY, "extensions": 7}, "request_malformed"),
    "extensions that are a list": ({"query": QUERY, "extensions": []}, "request_malformed"),
    "an id that is a number": ({"documentId": 7}, "request_malformed"),
}


@pytest.mark.parametrize(("body", "code"), MALFORMED.values(), ids=MALFORMED)
@pytest.mark.parametrize("accept", [JSON, RESPONSE])
async def test_a_body_that_is_no_request_is_a_bad_one(filled, body, code, accept):
    answer = await ask(filled, body, accept=accept)
    assert answer.status_code == 400
    assert code_of(answer) == code


async def test_what_may_be_null_or_left_out_may(filled):
    nothing = {"variables": None, "operationName": None, "extensions": None, "documentId": None}
    assert (await ask(filled, {"query": QUERY, **nothing})).status_code == 200
    assert (await ask(filled, {"query": QUERY, "extensions": {"traced": True}, "more": 1})).status_code == 200


@pytest.mark.parametrize(
    ("kind", "body"),
    [
        ("text/plain", '{"query": "{ __typename }"}'),
        ("application/x-www-form-urlencoded", "query=%7B%20__typename%20%7D"),
        ("multipart/form-data; boundary=x", '--x\r\nContent-Disposition: form-data; name="query"\r\n\r\n{a}\r\n--x--'),
        ("application/json; charset=latin-1", '{"query": "{ __typename }"}'),
        ("application/graphql", QUERY),
        ("", '{"query": "{ __typename }"}'),
    ],
)
async def test_what_another_site_s_form_could_send_is_not_read(filled, kind, body):
    answer = await ask(filled, body, kind=kind)
    assert answer.status_code == 415
    assert code_of(answer) == "unsupported_media_type"
    assert answer.headers["accept"] == JSON


@pytest.mark.parametrize("method", ["PUT", "PATCH", "DELETE"])
async def test_other_methods_are_not_allowed(filled, method):
    answer = await filled.chief.http.request(method, "/graphql", json={"query": QUERY})
    assert answer.status_code == 405
    assert {"GET", "POST"} <= set(answer.headers["allow"].split(", "))


async def test_who_asks_is_settled_before_anything_is_read(filled):
    async with client(filled.town.app) as nobody:
        for body, kind in (("null", JSON), ("{", JSON), ("query=x", "text/plain"), ('{"query": "{ mee }"}', JSON)):
            answer = await nobody.post("/graphql", content=body, headers={"content-type": kind})
            assert answer.status_code == 401
            assert code_of(answer) == "unauthenticated"
            assert answer.headers["www-authenticate"].startswith("Bearer ")
            assert "Did you mean" not in answer.text
        refused = await nobody.get("/graphql", params={"query": QUERY}, headers={"authorization": "Bearer x.y.z"})
        assert (refused.status_code, refused.headers["www-authenticate"][:6]) == (401, "Bearer")


async def knowing(filled, documents, body, *, only=False):
    """The answer of a service that knows these documents."""
    app = filled.town.app
    edge = Edge(app.service, RouteTable(graphql_routes(app.service, app.engine, Trusted(documents, only=only))), {})
    headers = {"authorization": filled.bearer(), "accept": RESPONSE}
    async with httpx.AsyncClient(transport=httpx.ASGITransport(edge), base_url="https://api.test.example") as http:
        return await http.post("/graphql", json=body, headers=headers)


ID = document_id(QUERY)


async def test_a_trusted_document_is_run_by_its_id(filled):
    answer = await knowing(filled, {ID: QUERY}, {"documentId": ID}, only=True)
    assert (answer.status_code, answer.json()["data"]) == (200, {"__typename": "Query"})


@pytest.mark.parametrize("id", [document_id("{ a }"), ID.upper(), ID.removeprefix("sha256:"), "", "x" * 10_000])
async def test_an_id_that_nobody_knows_is_not_found(filled, id):
    answer = await knowing(filled, {ID: QUERY}, {"documentId": id, "query": QUERY})
    assert answer.status_code == 404
    assert code_of(answer) == "document_unknown"


async def test_where_only_trusted_documents_are_run_others_are_forbidden(filled):
    assert (await knowing(filled, {ID: QUERY}, {"query": QUERY})).status_code == 200
    answer = await knowing(filled, {ID: QUERY}, {"query": QUERY}, only=True)
    assert answer.status_code == 403
    assert code_of(answer) == "document_not_trusted"
