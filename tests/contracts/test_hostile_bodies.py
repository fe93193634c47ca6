"""Whatever bytes come in, over HTTP and at every operation that reads a body: 400, 413 or 422, and never 500."""

import pytest
from harness.contract import contract
from harness.requests import TYPES, Request, Sample
from harness.world import client

JSON_OPERATIONS = [
    (each["operationId"], method, path)
    for method, path, each in contract().operations()
    if "requestBody" in each and "text/csv" not in each["requestBody"]["content"]
]

HOSTILE = {
    "body_missing": b"",
    "malformed_json": b'{"title": ',
    "not_utf8": b'{"title": "\xff\xfe"}',
    "too_deep": b'{"a":' * 100 + b"1" + b"}" * 100,
    "too_many_values": b"[" + b"1," * 11_000 + b"1]",
    "duplicate_key": b'{"title": "a", "title": "b"}',
    "invalid_number": b'{"minutes": NaN}',
    "invalid_text": b'{"title": "\\u0000"}',
}
MORE = {
    "invalid_number": [
        b'{"minutes": Infinity}',
        b'{"minutes": -Infinity}',
        b'{"minutes": 1e400}',
        b'{"minutes": 1' + b"0" * 30 + b"}",
    ],
    "invalid_text": [b'{"title": "\\ud800"}', b'{"title": "\\udfff\\ud800"}', b'{"\\u0000": 1}'],
    "too_deep": [b"[" * 200_000, b"[" * 65 + b"]" * 65],
    "malformed_json": [b"nonsense", b"{'a': 1}", b"\xef\xbb\xbf{}", b"{} {}"],
}
CASES = list(HOSTILE.items()) + [(code, body) for code, all_ in MORE.items() for body in all_]


@pytest.mark.parametrize(("operation", "method", "path"), JSON_OPERATIONS)
async def test_no_bytes_break_an_operation(operation, method, path, filled):
    sample = Sample(filled)
    request = await sample.request(operation, method, path)
    for code, body in CASES:
        if not body and not contract().operation(operation)["requestBody"]["required"]:
            continue
        answer = await _raw(sample, request, body)
        assert (answer.status_code, answer.json()["code"]) == (400, code), (body[:50], answer.text)


async def test_a_verb_with_nothing_more_to_say_needs_no_body_and_takes_no_other(filled):
    sample = Sample(filled)
    for operation, verb in (("publishMeeting", "publish"), ("cancelMeeting", "cancel")):
        request = await sample.request(operation, "POST", f"/v1/meetings/{{meeting_id}}/{verb}")
        other = await _raw(sample, request, b'{"x": 1}')
        assert (other.status_code, other.json()["errors"][0]["code"]) == (422, "unknown_field"), other.text
        bare = await filled.chief.http.post(request.url, headers={"if-match": "*"})
        assert bare.json().get("code") in {None, "rule_violation"}, bare.text


@pytest.mark.parametrize(("operation", "method", "path"), JSON_OPERATIONS)
async def test_a_body_that_is_no_object_is_refused(operation, method, path, filled):
    sample = Sample(filled)
    request = await sample.request(operation, method, path)
    for body in (b"null", b"[]", b'"text"', b"1", b"true"):
        answer = await _raw(sample, request, body)
        assert (answer.status_code, answer.json()["code"]) == (422, "invalid"), (body, answer.text)


@pytest.mark.parametrize(("operation", "method", "path"), JSON_OPERATIONS)
async def test_every_field_refuses_what_it_is_not(operation, method, path, filled):
    """Each field of each body, with values of every other kind: 2xx or a refusal that names it, never 500."""
    sample = Sample(filled)
    request = await sample.request(operation, method, path)
    for name in _fields(operation):
        for value in ("\u0001", "", " ", "x" * 5000, -1, 2**62, 1e300, 0.5, True, None, [], {}, [None], {"a": {}}):
            body = {**request.body, name: value}
            answer = await sample.send(
                Request(**{**vars(request), "body": body, "headers": {"if-match": '"0-0123456789abcdef"'}})
            )
            assert answer.status_code < 500, (name, value, answer.text)
            if answer.status_code == 422:
                assert any(error["pointer"].startswith(f"/{name}") for error in answer.json()["errors"]), (name, value)


@pytest.mark.parametrize(("operation", "method", "path"), JSON_OPERATIONS)
async def test_a_body_over_a_mebibyte_is_refused(operation, method, path, filled):
    sample = Sample(filled)
    request = await sample.request(operation, method, path)
    large = b'{"title": "' + b"x" * 1024 * 1024 + b'"}'
    told = await _raw(sample, request, large)
    assert (told.status_code, told.json()["code"]) == (413, "body_too_large")

    async def trickle():
        for _ in range(17):
            yield large[: 64 * 1024]

    streamed = await _raw(sample, request, trickle())
    assert (streamed.status_code, streamed.json()["code"]) == (413, "body_too_large")


async def test_a_packed_body_is_not_unpacked(filled):
    sample = Sample(filled)
    request = await sample.request("createPerson", "POST", "/v1/people")
    answer = await _raw(sample, request, b"\x1f\x8b", **{"content-encoding": "gzip"})
    assert (answer.status_code, answer.headers["accept-encoding"]) == (415, "identity")


@pytest.mark.parametrize(
    "query",
    ["limit=0", "limit=101", "limit=NaN", "limit=1e400", "limit=", "limit=%00", "limit=%ff", "limit=1&limit=2",
     "cursor=x", "cursor=%00", "cursor=" + "A" * 3000, "status=%ED%A0%80", "status=other", "%00=1", "=1",
     "kind=person&" + "&".join(f"a{i}=1" for i in range(60))],
)  # fmt: skip
async def test_no_query_breaks_a_list(query, filled):
    answer = await filled.chief.http.get("/v1/people?" + query)
    assert answer.status_code == 400, answer.text


@pytest.mark.parametrize("value", ["", "x", '"', 'W/"', "'1-0123456789abcdef'", '"a" "b"', "9" * 5000, "\xe6"])
async def test_no_tag_breaks_a_change(value, filled):
    sample = Sample(filled)
    request = await sample.request("changePerson", "PATCH", "/v1/people/{person_id}")
    answer = await filled.chief.http.patch(
        request.url,
        json=request.body,
        headers={"if-match": value.encode("latin-1"), "content-type": TYPES["PATCH"]},
    )
    assert answer.status_code in {400, 412}, answer.text


@pytest.mark.parametrize("value", ["", "x" * 256, "nøkkel", "\x7f\x01"])
async def test_no_idempotency_key_breaks_a_creation(value, filled):
    answer = await filled.chief.http.post(
        "/v1/people", json={"name": "Kari"}, headers={"idempotency-key": value.encode("latin-1")}
    )
    assert answer.status_code == 400, answer.text
    assert answer.json()["code"] == "header_invalid"


@pytest.mark.parametrize(
    "value", ["", "Basic x", "Bearer", "Bearer ", "Bearer a b", "bearer x.y.z", "Bearer \xff", "Bearer " + "x" * 20_000]
)
async def test_no_authorization_breaks_anything(value, app):
    http = client(app)
    answer = await http.get("/v1/me", headers={"authorization": value.encode("latin-1")})
    assert answer.status_code == 401, answer.text


@pytest.mark.parametrize("value", ["*", "xx", "nb;q=nonsense", "," * 500, "\xff", "nb" * 2000, "nb-NO-x-" + "a" * 500])
async def test_no_language_breaks_anything(value, filled):
    answer = await filled.chief.http.get("/v1/me", headers={"accept-language": value.encode("latin-1")})
    assert answer.status_code == 200, answer.text


async def test_moments_beyond_the_calendar_are_refused(filled):
    for moment in (
        "0001-01-01T00:00:00+14:00",
        "9999-12-31T23:59:59-14:00",
        "2026-03-10",
        "1773147600",
        "2026-02-30T00:00:00Z",
    ):
        answer = await filled.chief.post("/v1/meetings", filled.draft(starts_at=moment))
        assert answer.status_code == 422, (moment, answer.text)
        assert answer.json()["errors"][0]["pointer"] == "/starts_at"
    odd = await filled.chief.post(
        "/v1/meetings", filled.draft(starts_at="2026-03-10T00:00:00-23:59", ends_at="2026-03-11T00:00:00-23:59")
    )
    assert odd.status_code == 201, odd.text
    assert odd.json()["starts_at"].startswith("2026-03-10T23:59:00")


def _fields(operation: str) -> list[str]:
    (content,) = contract().operation(operation)["requestBody"]["content"].values()
    return list(
        contract().document["components"]["schemas"][content["schema"]["$ref"].rpartition("/")[2]]["properties"]
    )


async def _raw(sample: Sample, request: Request, body, **headers: str):
    given = {"content-type": TYPES.get(request.method, "application/json"), "if-match": "*", **headers}
    return await sample.filled.chief.http.request(request.method, request.url, content=body, headers=given)
