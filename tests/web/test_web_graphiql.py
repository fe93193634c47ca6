"""GraphiQL comes whole from this machine, runs under a strict policy, and keeps no token."""

import hashlib
import json
import re
from html import unescape

import pytest

from api.schema.graphiql import ASSETS, FILES, FOLDER, asset, examples, page, signed_in, wants_page
from api.web.docs import SignIn

SIGN_IN = SignIn("plf-docs", ("openid", "profile"), ("https://login.example",), provider="/demo/op")


def policy_of(answer):
    parts = dict(answer.headers)[b"content-security-policy"].decode().split("; ")
    return dict(part.split(" ", 1) for part in parts)


def told(answer, name):
    return json.loads(unescape(re.search(rf'data-{name}="([^"]*)"', answer.body.decode())[1]))


@pytest.mark.parametrize("answer", [page(None), page(SIGN_IN), signed_in()])
def test_the_pages_load_only_our_own_files(answer):
    loaded = re.findall(r'(?:src|href)="([^"]+)"', answer.body.decode())
    assert set(loaded) <= {*(f"{ASSETS}/{name}" for name in FILES), "data:,", "/docs"}
    assert not re.search(r"<script>|<style|style=|\bon\w+=", answer.body.decode())
    policy = policy_of(answer)
    assert policy["default-src"] == policy["frame-ancestors"] == policy["base-uri"] == policy["form-action"] == "'none'"
    assert policy["script-src"] == policy["style-src"] == "'self'"


def test_signing_in_is_offered_only_where_there_is_a_provider_of_ours():
    assert told(page(None), "oauth") is None
    assert told(page(SignIn("plf-docs")), "oauth") is None
    assert policy_of(page(None))["connect-src"] == "'self'"
    sign_in = {"client_id": "plf-docs", "scope": "openid profile", "provider": "/demo/op"}
    assert told(page(SIGN_IN), "oauth") == sign_in
    assert policy_of(page(SIGN_IN))["connect-src"] == "'self' https://login.example"


def test_a_setting_cannot_break_out_of_the_page():
    assert b"<script>" not in page(SignIn('"><script>alert(1)</script>', provider="/demo/op")).body


@pytest.mark.parametrize("name", FILES)
def test_every_file_is_there_with_its_type(name):
    answer = asset(name)
    kinds = {"js": b"text/javascript", "css": b"text/css", "txt": b"text/plain"}
    assert answer.status == 200
    assert answer.body
    assert dict(answer.headers)[b"content-type"].split(b";")[0] == kinds[name.rpartition(".")[2]]


def test_no_other_file_is_served():
    for name in ("page.html", "vendor", "SHA256SUMS", "../graphiql.py", ""):
        assert asset(name) is None


def test_what_comes_from_npm_is_what_was_fetched():
    for line in (FOLDER / "vendor" / "SHA256SUMS").read_text().splitlines():
        wanted, _, name = line.partition("  ")
        assert hashlib.sha256((FOLDER / "vendor" / name).read_bytes()).hexdigest() == wanted


def test_nothing_is_fetched_from_elsewhere_and_no_token_is_stored():
    ours = "".join((FOLDER / name).read_text() for name in ("start.js", "sign-in.js", "signed-in.js", "page.css"))
    assert not re.search(r"https?://|localStorage|sessionStorage|document\.cookie", ours)
    assert not re.search(r"url\((?!\"?data:)|@import|@font-face", (FOLDER / "vendor" / "graphiql.css").read_text())


def test_our_scripts_leave_the_window_its_own_functions():
    """They share one global scope: a function called open once took the place of the window's, and nobody signed in."""
    ours = "".join((FOLDER / name).read_text() for name in ("start.js", "sign-in.js", "signed-in.js"))
    declared = set(re.findall(r"^(?:async )?(?:function|const|let) (\w+)", ours, re.MULTILINE))
    assert {"show", "signIn"} <= declared
    assert declared.isdisjoint(
        {"open", "close", "stop", "find", "print", "focus", "blur", "fetch", "alert", "name", "top"}
    )


@pytest.mark.parametrize(
    ("accept", "query", "shown"),
    [
        (b"text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8", b"", True),
        (b"text/html", b"query={__typename}", False),
        (b"application/json", b"", False),
        (b"*/*", b"", False),
        (b"text/html;q=0, application/json", b"", False),
        (None, b"", False),
    ],
)
def test_only_a_browser_that_asks_nothing_sees_the_page(accept, query, shown):
    fields = [] if accept is None else [(b"accept", accept)]
    assert wants_page({"query_string": query, "headers": fields}) is shown


def test_every_example_says_what_it_is_and_has_a_name_for_its_tab():
    found = list(examples())
    assert len(found) >= 4
    for example in found:
        assert example["query"].startswith("# ")
        assert example["title"]
        assert re.search(r"^query \w+", example["query"], re.MULTILINE)
    assert told(page(None), "examples") == found
