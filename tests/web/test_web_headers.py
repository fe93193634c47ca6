"""Every answer is dressed, other origins get exactly what the setting says, and negotiation follows the RFC."""

import contextlib
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.web.answers import JSON, Answer, json_answer, send_answer
from api.web.cors import cors_headers, cors_policy, preflight
from api.web.headers import dressed, dressing, header, headers
from api.web.negotiation import check_accept, locale_of
from api.web.refusals import NotAcceptable

OURS = "https://plan.fjordby.example"


def asking(method="GET", scheme="https", **fields):
    pairs = [(name.replace("_", "-").encode(), value) for name, value in fields.items()]
    return {"type": "http", "method": method, "scheme": scheme, "headers": pairs}


class Wire:
    """Collects what an application sends."""

    def __init__(self):
        self.messages = []

    async def __call__(self, message):
        self.messages.append(message)

    @property
    def headers(self):
        return dict(self.messages[0]["headers"])

    @property
    def body(self):
        return b"".join(message["body"] for message in self.messages[1:])


async def sent(answer, **how):
    wire = Wire()
    await send_answer(wire, answer, **how)
    return wire


async def test_an_answer_says_how_long_it_is():
    wire = await sent(json_answer(201, {"å": [1]}, ((b"location", b"/x"),)))
    assert wire.messages[0]["status"] == 201
    assert json.loads(wire.body) == {"å": [1]}
    assert wire.headers == {
        b"content-type": b"application/json",
        b"location": b"/x",
        b"content-length": b"%d" % len(wire.body),
    }


async def test_head_keeps_the_body_back_but_not_its_length():
    wire = await sent(json_answer(200, [1, 2]), head=True)
    assert wire.body == b""
    assert wire.headers[b"content-length"] == b"5"


@pytest.mark.parametrize("status", [204, 304])
async def test_answers_without_a_body_have_no_length(status):
    wire = await sent(Answer(status, b"ignored", ((b"etag", b'"x"'),)))
    assert wire.body == b""
    assert wire.headers == {b"etag": b'"x"'}


def test_every_answer_is_dressed():
    fields = dict(dressed((JSON,), https=False))
    assert fields[b"x-content-type-options"] == b"nosniff"
    assert fields[b"referrer-policy"] == b"no-referrer"
    assert fields[b"content-security-policy"] == b"default-src 'none'; frame-ancestors 'none'"
    assert fields[b"cache-control"] == b"private, no-cache"
    assert b"strict-transport-security" not in fields
    assert b"server" not in fields
    assert b"strict-transport-security" in dict(dressed((JSON,), https=True))


@pytest.mark.parametrize("own", [(b"cache-control", b"no-store"), (b"content-security-policy", b"default-src 'self'")])
def test_what_an_answer_says_itself_stays_and_stands_once(own):
    fields = dressed((JSON, own), https=True)
    assert [field for field in fields if field[0] == own[0]] == [own]
    names = [name for name, _ in fields]
    assert len(names) == len(set(names)) == 6


async def test_any_application_can_be_dressed():
    async def bare(scope, receive, send):
        await send({"type": "http.response.start", "status": 200, "headers": [(b"Cache-Control", b"no-store")]})
        await send({"type": "http.response.body", "body": b"x"})

    wire = Wire()
    await bare(asking(), None, dressing(asking(), wire))
    assert wire.headers[b"cache-control"] == b"no-store"
    assert wire.headers[b"x-content-type-options"] == b"nosniff"
    assert wire.body == b"x"


def test_fields_are_found_first_or_all():
    scope = {"headers": [(b"accept", b"a"), (b"x", b"y"), (b"accept", b"b")]}
    assert header(scope, b"accept") == b"a"
    assert headers(scope, b"accept") == b"a, b"
    assert header(scope, b"z") is None
    assert headers(scope, b"z") is None


def test_a_listed_origin_is_let_in_by_name():
    policy = cors_policy([OURS], credentials=True)
    fields = dict(cors_headers(policy, asking(origin=OURS.encode())))
    assert fields[b"access-control-allow-origin"] == OURS.encode()
    assert fields[b"access-control-allow-credentials"] == b"true"
    assert fields[b"vary"] == b"Origin"
    exposed = fields[b"access-control-expose-headers"].decode().split(", ")
    assert {"ETag", "Location", "Link", "Idempotency-Replayed", "Content-Language"} <= set(exposed)


STRANGERS = [
    "null",
    "*",
    "",
    "https://evil-plan.fjordby.example",
    "https://plan.fjordby.example.evil.example",
    "https://plan.fjordby.example:8443",
    "http://plan.fjordby.example",
    "https://PLAN.fjordby.example",
    "https://plan.fjordby.example/",
    "https://fjordby.example",
]


@pytest.mark.parametrize("origin", STRANGERS)
@pytest.mark.parametrize("method", ["GET", "OPTIONS"])
def test_any_other_origin_gets_nothing(origin, method):
    policy = cors_policy([OURS], credentials=True)
    scope = asking(method, origin=origin.encode(), access_control_request_method=b"PUT")
    assert cors_headers(policy, scope) == ((b"vary", b"Origin"),)
    if method == "OPTIONS":
        assert preflight(policy, scope, ["PUT"]).headers == ((b"vary", b"Origin"),)


@pytest.mark.parametrize("origin", ["*", "null", "https://*.example", "plan.example", "https://a.example/x", "file://"])
def test_a_setting_that_opens_too_much_stops_the_start(origin):
    with pytest.raises(ValueError, match="not an origin"):
        cors_policy([OURS, origin])


def test_a_preflight_is_answered_with_the_methods_of_the_path():
    policy = cors_policy([OURS])
    scope = asking("OPTIONS", origin=OURS.encode(), access_control_request_method=b"PATCH")
    answer = preflight(policy, scope, ["PATCH", "GET"])
    fields = dict(answer.headers)
    assert answer.status == 204
    assert fields[b"access-control-allow-methods"] == b"GET, PATCH"
    assert b"If-Match" in fields[b"access-control-allow-headers"]
    assert fields[b"access-control-max-age"] == b"600"
    assert b"access-control-allow-credentials" not in fields


def test_what_is_no_preflight_goes_on():
    policy = cors_policy([OURS])
    assert preflight(policy, asking("OPTIONS"), ["GET"]) is None
    assert preflight(policy, asking("GET", origin=OURS.encode(), access_control_request_method=b"GET"), ["GET"]) is None
    assert preflight(policy, asking("OPTIONS", origin=OURS.encode()), ["GET"]) is None


def test_without_a_setting_cors_is_silent():
    policy = cors_policy([])
    scope = asking("OPTIONS", origin=OURS.encode(), access_control_request_method=b"GET")
    assert cors_headers(policy, scope) == ()
    assert preflight(policy, scope, ["GET"]) is None


@pytest.mark.parametrize(
    "accept",
    [
        None,
        b"*/*",
        b"application/json",
        b"APPLICATION/JSON; charset=utf-8",
        b"application/*;q=0.1, text/html",
        b"text/html, */*;q=0.01",
        b"application/problem+json",
        b"application/json;q=0, application/problem+json",
    ],
)
def test_json_is_given_to_those_who_take_it(accept):
    check_accept(accept)


@pytest.mark.parametrize(
    "accept",
    [
        b"",
        b"text/html",
        b"application/xml, text/*",
        b"*/*;q=0",
        b"application/*;q=0, text/html, */*",
        b"application/json;q=0, application/problem+json;q=0, */*",
        b"application/json;q=0.0",
        b"application/json;q=nonsense",
        b"garbage",
    ],
)
def test_those_who_do_not_are_told_what_there_is(accept):
    with pytest.raises(NotAcceptable) as refused:
        check_accept(accept)
    assert refused.value.facts["available"].startswith("application/json")


@given(st.binary(max_size=80))
def test_no_header_breaks_the_negotiation(value):
    assert locale_of(value) in {"nb", "nn", "da", "sv", "en"}
    with contextlib.suppress(NotAcceptable):
        check_accept(value)


def test_the_language_comes_from_the_header_then_the_person_then_the_tenant():
    assert locale_of(b"no-NO, en;q=0.5") == "nb"
    assert locale_of(b"fi, sv;q=0.2", "da") == "sv"
    assert locale_of(b"fi", "da", "nb") == "da"
    assert locale_of(None, None, "nn") == "nn"
    assert locale_of(None) == "en"
