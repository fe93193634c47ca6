"""Every refusal becomes one problem document, in every language, and the contract knows them all."""

import inspect
import json

import jsonschema
import pytest
from fastapi import FastAPI
from hypothesis import given
from hypothesis import strategies as st

from api.web import refusals
from api.web.pages import problem_page, problems_markdown
from api.web.problem_docs import EXAMPLES, PROBLEM_SCHEMA, TRACE_ID, documented, example, problem_components
from api.web.problems import json_pointer, problem, status_of
from domain import errors
from domain.localisation import LOCALES

SCHEMA = {**PROBLEM_SCHEMA, "components": {"schemas": problem_components()["schemas"]}}
BASES = {errors.DomainError, refusals.EdgeError, refusals.BadRequest}
ALL = [
    kind
    for module, base in ((errors, errors.DomainError), (refusals, refusals.EdgeError))
    for _, kind in inspect.getmembers(module, inspect.isclass)
    if issubclass(kind, base) and kind not in BASES
]


def answered(error, locale="en", instance="/v1/meetings/1"):
    return problem(error, locale=locale, instance=instance, trace_id=TRACE_ID)


@pytest.mark.parametrize("kind", ALL, ids=lambda kind: kind.__name__)
def test_every_refusal_has_an_example_and_a_status(kind):
    mine = [refusal for refusal in EXAMPLES.values() if type(refusal) is kind]
    assert mine, f"add an example of {kind.__name__} to EXAMPLES in api/web/problem_docs.py"
    assert all(400 <= status_of(refusal) < 600 for refusal in mine)


def test_statuses_are_the_ones_decided():
    decided = {
        "not_found": 404,
        "forbidden": 403,
        "not_provisioned": 403,
        "person_inactive": 403,
        "wrong_state": 409,
        "rule_violation": 409,
        "idempotency_key_in_use": 409,
        "idempotency_key_reused": 422,
        "invalid": 422,
        "precondition_required": 428,
        "precondition_failed": 412,
        "malformed_json": 400,
        "unauthenticated": 401,
        "client_not_enrolled": 403,
        "method_not_allowed": 405,
        "not_acceptable": 406,
        "body_too_large": 413,
        "unsupported_media_type": 415,
        "internal": 500,
        "unavailable": 503,
        "timeout": 504,
    }
    assert {code: status_of(EXAMPLES[code]) for code in decided} == decided


def test_a_refusal_of_the_domain_without_a_status_is_noticed():
    class Novel(errors.DomainError):
        code = "novel"

    with pytest.raises(LookupError, match="Novel has no status"):
        status_of(Novel())


@pytest.mark.parametrize("locale", LOCALES)
@pytest.mark.parametrize("code", EXAMPLES)
def test_every_problem_fits_its_schema_and_says_something(code, locale):
    answer = answered(EXAMPLES[code], locale)
    document = json.loads(answer.body)
    jsonschema.validate(document, SCHEMA)
    assert document["status"] == answer.status
    assert document["type"] == f"/problems/{code}"
    words = [document["title"], document["detail"], *(each["detail"] for each in document["errors"])]
    for said in words:
        assert " " in said, f"no text in {locale} for {code}: {said}"
        assert "{" not in said.replace("{}", ""), said
    headers = dict(answer.headers)
    assert headers[b"content-type"] == b"application/problem+json"
    assert headers[b"content-language"] == locale.encode()
    assert headers[b"cache-control"] == b"no-store"


def test_a_problem_speaks_the_language_asked_for_and_keeps_its_code():
    documents = [json.loads(answered(errors.NotFound(), locale).body) for locale in LOCALES]
    assert len({document["detail"] for document in documents}) == len(LOCALES)
    assert {document["code"] for document in documents} == {"not_found"}


def test_broken_rules_are_told_one_by_one():
    document = json.loads(answered(EXAMPLES["rule_violation"], "nb").body)
    (broken,) = document["errors"]
    assert broken["pointer"] == "/agenda/1/question"
    assert broken["code"] == "R2a"
    assert broken["item_id"] == "0198f3c2-6f00-7000-8000-000000000002"
    assert (broken["rule_version"], broken["severity"], broken["overridable"]) == (1, "require", True)
    assert broken["detail"].startswith("Formuler saken som et spørsmål")
    assert "Hvordan kan vi" in broken["fix"]


def test_the_place_of_a_refusal_is_told():
    document = json.loads(answered(errors.WrongState(pointer=("agenda", 0, "a/b~c"), state="x")).body)
    assert [each["pointer"] for each in document["errors"]] == ["/agenda/0/a~1b~0c"]
    assert json_pointer(()) == ""


def test_the_edge_says_what_would_work():
    fields = {code: dict(answered(EXAMPLES[code]).headers) for code in EXAMPLES}
    assert fields["unauthenticated"][b"www-authenticate"].startswith(b"Bearer ")
    assert fields["token_expired"][b"www-authenticate"].startswith(b"Bearer ")
    assert b"www-authenticate" not in fields["client_not_enrolled"]
    assert fields["method_not_allowed"][b"allow"] == b"GET, HEAD, OPTIONS"
    assert fields["unsupported_media_type"][b"accept"] == b"application/json"
    assert fields["unavailable"][b"retry-after"] == b"1"


@given(st.text(st.characters(), max_size=40))
def test_any_path_can_be_the_instance(path):
    document = json.loads(answered(errors.NotFound(), instance="/" + path).body)
    assert document["instance"].isascii()
    assert not set(document["instance"]) & set(' "<>\\^`{|}\n')


def test_documented_names_each_code_under_its_status_in_problem_json_only():
    responses = documented(errors.Forbidden, errors.NotProvisioned, refusals.Unauthenticated, refusals.TokenNotAccepted)
    assert list(responses) == [401, 403]
    assert set(responses[403]["content"]) == {"application/problem+json"}
    assert set(responses[403]["content"]["application/problem+json"]["examples"]) == {
        "forbidden",
        "not_provisioned",
        "client_not_enrolled",
    }
    assert set(responses[401]["headers"]) == {"WWW-Authenticate"}


def test_fastapi_publishes_exactly_that():
    app = FastAPI()

    @app.get("/thing", responses=documented(errors.NotFound, refusals.Unavailable))
    def thing() -> dict[str, str]:
        return {}

    published = app.openapi()["paths"]["/thing"]["get"]["responses"]
    assert set(published["404"]["content"]) == {"application/problem+json"}
    assert "Retry-After" in published["503"]["headers"]
    components = problem_components()
    for content in (published["404"]["content"], published["503"]["content"]):
        for reference in content["application/problem+json"]["examples"].values():
            assert reference["$ref"].removeprefix("#/components/examples/") in components["examples"]
    assert components["schemas"]["Problem"] == dict(PROBLEM_SCHEMA)


def test_the_schema_is_one():
    jsonschema.Draft202012Validator.check_schema(SCHEMA)


@pytest.mark.parametrize("locale", LOCALES)
def test_every_type_is_a_page_for_people(locale):
    for code in EXAMPLES:
        answer = problem_page(code, locale)
        page = answer.body.decode()
        assert answer.status == 200
        assert f'<html lang="{locale}">' in page
        assert "<script" not in page
        assert "http://" not in page.replace("https://", "")
        assert dict(answer.headers)[b"content-security-policy"].startswith(b"default-src 'none'")
    assert problem_page("imagined", locale) is None


def test_the_markdown_lists_every_code_once():
    rows = [line.split(" | ") for line in problems_markdown().splitlines() if line.startswith(("| 4", "| 5"))]
    assert sorted(row[1].strip("`") for row in rows) == sorted(EXAMPLES)
    assert all(len(row) == 4 for row in rows)
    assert example("not_found")["title"] in problems_markdown()
