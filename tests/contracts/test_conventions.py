"""The conventions of every operation, generated from the committed contract: refusals come alike and in order."""

import json
from uuid import uuid4

import httpx
import pytest
from harness.contract import contract
from harness.requests import Request, Sample, variants
from harness.world import client

OPERATIONS = [(each["operationId"], method, path) for method, path, each in contract().operations()]
BY_PATH: dict[str, set[str]] = {}
for _, _method, _path in OPERATIONS:
    BY_PATH.setdefault(_path, set()).add(_method)

every_operation = pytest.mark.parametrize(("operation", "method", "path"), OPERATIONS)
every_path = pytest.mark.parametrize("path", BY_PATH)


def with_body(operation: str) -> bool:
    return any(each["operationId"] == operation and "requestBody" in each for _, _, each in contract().operations())


def unfilled(path: str) -> str:
    """The path with ids that never were."""
    ids = {part.strip("{}"): str(uuid4()) for part in path.split("/") if part.startswith("{")}
    return path.format(**ids)


def is_problem(answer: httpx.Response, status: int, code: str) -> None:
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.headers["cache-control"] == "no-store"
    problem = answer.json()
    assert (problem["status"], problem["code"], problem["type"]) == (status, code, f"/problems/{code}")


@pytest.fixture
async def sample(filled) -> Sample:
    return Sample(filled)


@every_operation
async def test_without_a_token_nobody_gets_anywhere(operation, method, path, app):
    answer = await client(app).request(method, unfilled(path))
    is_problem(answer, 401, "unauthenticated")
    assert answer.headers["www-authenticate"].startswith("Bearer ")
    assert "resource_metadata=" in answer.headers["www-authenticate"]


@every_operation
async def test_a_token_that_is_none_is_told_apart(operation, method, path, app):
    answer = await client(app, authorization="Bearer nonsense").request(method, unfilled(path))
    is_problem(answer, 401, "token_invalid")
    assert 'error="invalid_token"' in answer.headers["www-authenticate"]


@every_operation
async def test_only_json_is_given(operation, method, path, sample):
    request = await sample.request(operation, method, path)
    answer = await sample.send(request, accept="text/html")
    is_problem(answer, 406, "not_acceptable")


@every_operation
async def test_an_unknown_parameter_is_refused(operation, method, path, sample):
    request = await sample.request(operation, method, path)
    answer = await sample.send(Request(**{**vars(request), "query": {**request.query, "colour": "red"}}))
    is_problem(answer, 400, "unknown_parameter")


@every_operation
async def test_the_same_parameter_twice_is_refused(operation, method, path, sample):
    if method == "GET":
        request = await sample.request(operation, method, path)
        answer = await sample.filled.chief.http.get(request.url + "?colour=red&colour=blue")
        assert answer.status_code == 400


@every_operation
async def test_an_id_that_is_none_is_not_found(operation, method, path, sample):
    request = await sample.request(operation, method, path)
    for name, id in request.ids.items():
        digits = id.replace("-", "")
        alike = (f"%0a{digits[1:]}----", f"%20{digits}---", f"urn:{digits}", f"{{{digits}--}}", digits)
        for wrong in {"nonsense", "0", "%00", "{" + "0" * 34 + "}", "0" * 32, *alike} - {id}:
            answer = await sample.send(Request(**{**vars(request), "ids": {**request.ids, name: wrong}}))
            is_problem(answer, 404, "not_found")


@every_operation
async def test_a_body_of_another_type_is_refused(operation, method, path, sample):
    if not with_body(operation):
        return
    request = await sample.request(operation, method, path)
    answer = await sample.send(request, content_type="application/xml")
    is_problem(answer, 415, "unsupported_media_type")
    assert answer.headers["accept-patch" if method == "PATCH" else "accept"] in {
        "application/json",
        "application/merge-patch+json",
        "text/csv",
    }


@every_operation
async def test_an_unknown_field_is_refused_where_it_stands(operation, method, path, sample):
    request = await sample.request(operation, method, path)
    if isinstance(request.body, dict):
        answer = await sample.send(Request(**{**vars(request), "body": {**request.body, "colour": "red"}}))
        is_problem(answer, 422, "invalid")
        assert {"/colour": "unknown_field"}.items() <= {
            error["pointer"]: error["code"] for error in answer.json()["errors"]
        }.items()


@every_operation
async def test_what_is_missing_is_named_all_at_once(operation, method, path, sample):
    request = await sample.request(operation, method, path)
    if isinstance(request.body, dict):
        needed = _required(operation)
        answer = await sample.send(Request(**{**vars(request), "body": {}}))
        if needed:
            is_problem(answer, 422, "invalid")
            assert {error["pointer"] for error in answer.json()["errors"]} == {f"/{name}" for name in needed}


def _required(operation: str) -> list[str]:
    found = next(each for _, _, each in contract().operations() if each["operationId"] == operation)
    (content,) = found["requestBody"]["content"].values()
    return (
        contract().document["components"]["schemas"][content["schema"]["$ref"].rpartition("/")[2]].get("required", [])
    )


@every_operation
async def test_a_change_says_what_it_was_made_from(operation, method, path, sample):
    for variant in range(len(variants(operation))):
        request = await sample.request(operation, method, path, variant)
        if "if-match" not in request.headers:
            return
        missing = await sample.send(Request(**{**vars(request), "headers": {}}))
        is_problem(missing, 428, "precondition_required")
        stale = await sample.send(request, if_match='"999-0123456789abcdef"')
        is_problem(stale, 412, "precondition_failed")
        is_problem(await sample.send(request, if_match='W/"1-0123456789abcdef"'), 412, "precondition_failed")
        is_problem(await sample.send(request, if_match="1"), 400, "header_invalid")


@every_operation
async def test_what_is_read_has_a_tag_and_is_not_sent_twice(operation, method, path, sample):
    if method != "GET":
        return
    request = await sample.request(operation, method, path)
    first = await sample.send(request)
    assert first.status_code == 200, first.text
    tag = first.headers["etag"]
    digest = tag.strip('"').rpartition("-")[2]
    assert len(digest) == 16
    if "revision" in first.json():
        assert tag == f'"{first.json()["revision"]}-{digest}"'
    for held in (tag, f"W/{tag}", f'"other", {tag}', "*"):
        again = await sample.send(request, if_none_match=held)
        assert (again.status_code, again.content, again.headers["etag"]) == (304, b"", tag)
        assert again.headers["vary"] == first.headers["vary"]
    assert (await sample.send(request, if_none_match='"other"')).status_code == 200


@every_operation
async def test_head_answers_like_get_without_the_body(operation, method, path, sample):
    if method != "GET":
        return
    request = await sample.request(operation, method, path)
    asked = await sample.send(request)
    head = await sample.send(Request(**{**vars(request), "method": "HEAD"}))
    assert (head.status_code, head.content) == (200, b"")
    assert dict(head.headers) == dict(asked.headers)


@every_path
async def test_another_method_is_told_every_method_that_there_is(path, filled):
    allowed = {*BY_PATH[path], "OPTIONS", *(["HEAD"] if "GET" in BY_PATH[path] else [])}
    options = await filled.chief.http.request("OPTIONS", unfilled(path))
    assert (options.status_code, options.content) == (204, b"")
    assert set(options.headers["allow"].split(", ")) == allowed
    for method in {"GET", "POST", "PUT", "PATCH", "DELETE", "TRACE", "QUERY"} - allowed:
        answer = await filled.chief.http.request(method, unfilled(path))
        is_problem(answer, 405, "method_not_allowed")
        assert set(answer.headers["allow"].split(", ")) == allowed


@every_operation
async def test_every_answer_is_dressed_for_browsers(operation, method, path, sample):
    request = await sample.request(operation, method, path)
    for answer in (await sample.send(request, accept="text/html"), await sample.send(request)):
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert answer.headers["referrer-policy"] == "no-referrer"
        assert answer.headers["content-security-policy"] == "default-src 'none'; frame-ancestors 'none'"
        assert answer.headers["strict-transport-security"].startswith("max-age=")
        assert "server" not in answer.headers


@every_operation
async def test_a_problem_is_told_in_the_language_asked_for(operation, method, path, sample):
    request = await sample.request(operation, method, path)
    wrong = Request(**{**vars(request), "query": {"colour": "red"}})
    told = {
        locale: (await sample.send(wrong, accept_language=locale)).json()["detail"]
        for locale in ("nb", "nn", "da", "sv", "en")
    }
    assert len(set(told.values())) == 5
    norwegian = await sample.send(wrong, accept_language="no-NO")
    assert norwegian.json()["detail"] == told["nb"]
    assert norwegian.headers["content-language"] == "nb"


async def test_what_is_nowhere_is_not_found(filled):
    for path in ("/v1/nowhere", "/v1", "/v1/meetings/", "/v2/meetings"):
        is_problem(await filled.chief.http.get(path), 404, "not_found")


async def test_a_trace_is_carried_through(filled):
    trace = "0af7651916cd43dd8448eb211c80319c"
    answer = await filled.chief.http.get(
        f"/v1/meetings/{uuid4()}", headers={"traceparent": f"00-{trace}-b7ad6b7169203331-01"}
    )
    assert answer.json()["trace_id"] == trace
    assert json.loads(answer.content)["instance"].startswith("/v1/meetings/")


async def test_a_refusal_is_logged_under_the_name_of_what_was_asked_for(filled, caplog):
    with caplog.at_level("INFO", "plf.access"):
        await filled.chief.post("/v1/people", {"nme": "Kari"})
        await filled.chief.http.get("/v1/nowhere")
    logged = [(record.facts["route"], record.facts["status"]) for record in caplog.records]
    assert logged == [("create_person", 422), ("-", 404)]


async def test_links_are_asked_for_with_commas_or_one_by_one(filled):
    path = f"/v1/teams/{filled.one('team_id')}"
    both = (await filled.chief.http.get(f"{path}?include=organisation,memberships")).json()
    assert {"organisation", "memberships"} <= both.keys()
    assert (await filled.chief.http.get(f"{path}?include=organisation&include=memberships")).json() == both
    unknown = await filled.chief.http.get(f"{path}?include=organisation&include=colour")
    is_problem(unknown, 400, "invalid_parameter")
    assert unknown.json()["errors"][0]["pointer"] == "/include"
    always_there = f"/v1/meetings/{filled.one('meeting_id')}?include=agenda"
    assert (await filled.chief.http.get(always_there)).status_code == 200


async def test_a_parameter_that_does_not_fit_is_named_with_what_would(filled):
    refused = await filled.chief.http.get("/v1/meetings?limit=500&state=x&team_id=1")
    is_problem(refused, 400, "invalid_parameter")
    assert {error["pointer"] for error in refused.json()["errors"]} == {"/limit", "/state", "/team_id"}


async def test_whoever_opens_the_address_finds_the_documentation(app):
    answer = await client(app).get("/")
    assert (answer.status_code, answer.headers["location"]) == (303, "/docs")
