"""The documentation page comes whole from this machine and runs under a strict policy."""

import base64
import hashlib
import json
import re
from html import unescape

import pytest

from api.web.docs import FILES, SignIn, docs_answer

SIGN_IN = SignIn("plf-docs", ("openid", "profile"), ("https://login.example",))


def policy_of(answer):
    parts = dict(answer.headers)[b"content-security-policy"].decode().split("; ")
    return dict(part.split(" ", 1) for part in parts)


@pytest.mark.parametrize("path", ["/docs", "/docs/"])
def test_the_page_loads_only_our_own_files(path):
    answer = docs_answer(path, "/openapi.json")
    page = answer.body.decode()
    loaded = re.findall(r'(?:src|href)="([^"]+)"', page)
    assert set(loaded) <= {*FILES, "data:,", "/openapi.json"}
    assert not re.search(r"<script>|<style|style=|\bon\w+=", page)
    policy = policy_of(answer)
    assert policy["default-src"] == "'none'"
    assert policy["script-src"] == policy["style-src"] == policy["connect-src"] == "'self'"
    assert policy["frame-ancestors"] == policy["base-uri"] == "'none'"


@pytest.mark.parametrize("path", FILES)
def test_every_file_is_there_with_its_type(path):
    answer = docs_answer(path, "/openapi.json")
    assert answer.status == 200
    assert answer.body
    kind = dict(answer.headers)[b"content-type"]
    assert kind == {".js": b"text/javascript; charset=utf-8", "css": b"text/css; charset=utf-8"}.get(
        path[-3:], b"text/html; charset=utf-8"
    )


def test_it_is_a_swagger_ui_that_knows_openapi_3_1():
    bundle = docs_answer("/docs/swagger-ui-bundle.js", "/openapi.json").body
    version = re.search(rb'PACKAGE_VERSION:"(\d+)\.', bundle)
    assert int(version[1]) >= 5


def test_what_is_not_there_is_left_to_others():
    for path in ("/docs/x", "/docs/../settings.py", "/documents", "/"):
        assert docs_answer(path, "/openapi.json") is None


def test_signing_in_is_prepared_only_where_there_is_a_provider():
    def sign_in_of(answer):
        return json.loads(unescape(re.search(r'data-oauth="([^"]*)"', answer.body.decode())[1]))

    assert sign_in_of(docs_answer("/docs", "/openapi.json")) is None
    answer = docs_answer("/docs", "/openapi.json", SIGN_IN)
    assert sign_in_of(answer) == {"client_id": "plf-docs", "scopes": "openid profile"}
    assert policy_of(answer)["connect-src"] == "'self' https://login.example"


def test_a_setting_cannot_break_out_of_the_page():
    answer = docs_answer("/docs", '/"><script>', SignIn('"><script>alert(1)</script>'))
    assert b"<script>" not in answer.body


def test_the_page_that_a_sign_in_returns_to_may_run_its_own_script_only():
    answer = docs_answer("/docs/oauth2-redirect", "/openapi.json")
    (script,) = re.findall(rb"<script>(.*?)</script>", answer.body, re.DOTALL)
    digest = base64.b64encode(hashlib.sha256(script).digest()).decode()
    assert policy_of(answer)["script-src"] == f"'sha256-{digest}'"
    assert b"swaggerUIRedirectOauth2" in script
