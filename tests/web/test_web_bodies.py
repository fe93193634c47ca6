"""Bodies are bounded while they arrive, and no bytes at all get past the parser or break it."""

import contextlib
import json
import math
import unicodedata

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.web.bodies import CSV_TYPE, PATCH_TYPE, ClientGone, check_content_type, parse, read_body
from api.web.refusals import (
    BadRequest,
    BodyMissing,
    BodyTooLarge,
    DuplicateKey,
    HeaderInvalid,
    InvalidNumber,
    InvalidText,
    MalformedJson,
    NotUtf8,
    TooDeep,
    TooManyValues,
    UnsupportedMediaType,
)

REFUSED = [
    (b"", BodyMissing),
    (b" \n\t", BodyMissing),
    (b"NaN", InvalidNumber),
    (b'{"a": NaN}', InvalidNumber),
    (b'{"a": -Infinity}', InvalidNumber),
    (b"[1, 1e400]", InvalidNumber),
    (b"[-1e400]", InvalidNumber),
    (b"1" * 5000, InvalidNumber),
    (b"[9223372036854775808]", InvalidNumber),
    (b"[-9223372036854775809]", InvalidNumber),
    (b'{"a":18446744073709551616,"b":1.0e25}', InvalidNumber),
    (b'"\\ud800"', InvalidText),
    (b'"\\udc00\\ud800"', InvalidText),
    (b'{"\\ud800": 1}', InvalidText),
    (b'"a\\u0000b"', InvalidText),
    (b'{"a\\u0000": 1}', InvalidText),
    (b'["\\u001f"]', InvalidText),
    (b'{"a": {"b": ["\\b"]}}', InvalidText),
    (b'"\\f"', InvalidText),
    (b'"a\x01b"', InvalidText),
    (b'"a\nb"', InvalidText),
    (b'{"a": 1, "a": 2}', DuplicateKey),
    (b'{"a":1,"a":1}', DuplicateKey),
    (b'{"x": [{"a\\"b": 1, "a\\u0022b": 2}]}', DuplicateKey),
    (b'{"\\u0061": 1, "a": 2}', DuplicateKey),
    (b"[" * 65 + b"]" * 65, TooDeep),
    (b"[" * 900 + b"]" * 900, TooDeep),
    (b"[" * 100_000, TooDeep),
    (b'{"a":' * 70 + b"1" + b"}" * 70, TooDeep),
    (b"[" + b"0," * 10_000 + b"0]", TooManyValues),
    (b'"\xff"', NotUtf8),
    (b'"\xed\xa0\x80"', NotUtf8),
    ('{"å": 1}'.encode("utf-16"), NotUtf8),
    ('{"å": 1}'.encode("latin-1"), NotUtf8),
    ('{"a": 1}'.encode("utf-16-le"), MalformedJson),
    (b"\xef\xbb\xbf{}", MalformedJson),
    (b"{} {}", MalformedJson),
    (b"{'a': 1}", MalformedJson),
    (b"[1,]", MalformedJson),
    (b"[01]", MalformedJson),
    (b"nul", MalformedJson),
    (b"\x00", MalformedJson),
]


@pytest.mark.parametrize(("body", "refusal"), REFUSED, ids=lambda each: str(each)[:40])
def test_what_is_refused_and_how(body, refusal):
    with pytest.raises(refusal):
        parse(body)


@pytest.mark.parametrize(
    ("body", "value"),
    [
        (b"[9223372036854775807, -9223372036854775808]", [2**63 - 1, -(2**63)]),
        (b"[0.12345678901234567890123]", [0.12345678901234568]),
        (b'"\\n\\t\\r"', "\n\t\r"),
        (b'"\\\\u0000 \\\\b"', "\\u0000 \\b"),
        (b'{"a\\\\": 1, "a\\"": 2}', {"a\\": 1, 'a"': 2}),
        (b'"\\ud83d\\ude00"', "😀"),
        ("1234567890123456789012 er et tall".join('""').encode(), "1234567890123456789012 er et tall"),
        (b"[" * 64 + b"]" * 64, json.loads("[" * 64 + "]" * 64)),
        (b"[" + b"0," * 9_998 + b"0]", [0] * 9_999),
        (("[" * 100).join('""').encode(), "[" * 100),
    ],
    ids=lambda each: str(each)[:30],
)
def test_what_stands_at_the_limit_is_read(body, value):
    assert parse(body) == value


def test_texts_come_in_one_normal_form_and_keys_as_they_are():
    apart = unicodedata.normalize("NFD", "håp")
    assert parse(json.dumps({"title": [apart]}).encode()) == {"title": ["håp"]}
    assert parse(orjson.dumps({apart: apart})) == {apart: "håp"}


VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**63), 2**63 - 1)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(st.characters(codec="utf-8", min_codepoint=32)),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(st.characters(codec="utf-8", min_codepoint=32)), inner),
)


def normal(value):
    if isinstance(value, str):
        return unicodedata.normalize("NFC", value)
    if isinstance(value, list):
        return [normal(each) for each in value]
    return {key: normal(each) for key, each in value.items()} if isinstance(value, dict) else value


@given(VALUES, st.sampled_from([None, 1]), st.booleans())
def test_every_value_comes_through_however_it_is_written(value, indent, ascii_only):
    written = json.dumps(value, indent=indent, ensure_ascii=ascii_only).encode()
    assert parse(written) == normal(value)


@given(st.binary() | st.text().map(lambda text: text.encode("utf-8", "surrogatepass")))
def test_no_bytes_end_in_anything_but_a_value_or_a_400(body):
    with contextlib.suppress(BadRequest):
        assert parse(body) == normal(json.loads(body))


@given(VALUES, st.data())
def test_a_broken_document_ends_in_a_value_or_a_400(value, data):
    body = bytearray(json.dumps(value).encode())
    for _ in range(data.draw(st.integers(1, 3))):
        at = data.draw(st.integers(0, len(body)))
        body[at : at + data.draw(st.integers(0, 2))] = data.draw(
            st.sampled_from([b"", b'"', b"\\", b"\\u0000", b"\\ud800", b"1e400", b"NaN", b"[", b"}", b"\x00", b"\xff"])
        )
    with contextlib.suppress(BadRequest):
        parse(bytes(body))


@given(st.integers() | st.floats())
def test_a_number_is_read_exactly_or_refused(number):
    try:
        value = parse(json.dumps([number]).encode())[0]
    except InvalidNumber:
        assert not -(2**63) <= number < 2**63 or not math.isfinite(number)
    else:
        assert value == number


def arriving(*chunks, hang_up=False):
    messages = [{"type": "http.request", "body": chunk, "more_body": True} for chunk in chunks]
    if hang_up:
        messages.append({"type": "http.disconnect"})
    else:
        messages[-1]["more_body"] = False
    waiting = iter(messages)

    async def receive():
        return next(waiting)

    return receive


def asking(method="POST", **fields):
    pairs = [(name.replace("_", "-").encode(), value) for name, value in fields.items()]
    return {"type": "http", "method": method, "headers": pairs}


async def test_a_body_is_read_whole_from_all_its_pieces():
    assert await read_body(asking(), arriving(b"abc")) == b"abc"
    assert await read_body(asking(), arriving(b"ab", b"", b"c")) == b"abc"
    assert await read_body(asking(content_length=b"5"), arriving(b"ab", b"cde"), limit=5) == b"abcde"


async def test_a_body_over_the_limit_is_refused_before_it_is_read():
    async def receive():
        raise AssertionError("nothing of the body is wanted")

    for length in (b"6", b"9" * 400):
        with pytest.raises(BodyTooLarge):
            await read_body(asking(content_length=length), receive, limit=5)


async def test_a_body_that_grows_over_the_limit_is_refused_at_once():
    never_ending = {"type": "http.request", "body": b"aa", "more_body": True}
    given = iter([never_ending] * 3)

    async def receive():
        return next(given)

    with pytest.raises(BodyTooLarge):
        await read_body(asking(), receive, limit=5)
    with pytest.raises(BodyTooLarge):
        await read_body(asking(), arriving(b"aaaaaa"), limit=5)


async def test_a_body_in_an_encoding_is_not_unpacked():
    for encoding in (b"gzip", b"identity, br", b"GZIP"):
        with pytest.raises(UnsupportedMediaType) as refused:
            await read_body(asking(content_encoding=encoding), arriving(b"x"))
        assert refused.value.headers == ((b"accept-encoding", b"identity"),)
    assert await read_body(asking(content_encoding=b"identity"), arriving(b"x")) == b"x"


async def test_a_content_length_that_is_no_number_is_a_bad_header():
    with pytest.raises(HeaderInvalid):
        await read_body(asking(content_length=b"-1"), arriving(b"x"))


async def test_nobody_is_answered_who_has_hung_up():
    with pytest.raises(ClientGone):
        await read_body(asking(), arriving(b"a", hang_up=True))


@pytest.mark.parametrize(
    "given",
    [
        b"application/json",
        b"application/json; charset=utf-8",
        b'Application/JSON;Charset="UTF-8"',
        b"application/json; version=1",
    ],
)
def test_json_in_utf8_is_read(given):
    check_content_type(asking(content_type=given))


@pytest.mark.parametrize(
    "given",
    [
        None,
        b"",
        b"text/plain",
        b"application/json; charset=latin-1",
        b"application/jsonx",
        b"application/x-json",
        b"\xff",
    ],
)
def test_another_type_is_refused_and_told_what_is_read(given):
    scope = asking() if given is None else asking(content_type=given)
    with pytest.raises(UnsupportedMediaType) as refused:
        check_content_type(scope)
    assert refused.value.headers == ((b"accept", b"application/json"),)


def test_a_patch_must_be_a_merge_patch():
    check_content_type(asking("PATCH", content_type=b"application/merge-patch+json"), PATCH_TYPE)
    check_content_type(asking(content_type=b"text/csv; charset=utf-8"), CSV_TYPE)
    with pytest.raises(UnsupportedMediaType) as refused:
        check_content_type(asking("PATCH", content_type=b"application/json"), PATCH_TYPE)
    assert refused.value.headers == ((b"accept-patch", b"application/merge-patch+json"),)


def test_marks_beyond_number_are_refused_at_once():
    """Bringing 120,000 marks into normal form took 25 seconds."""
    for many in ("\u0301\u0323" * 60_000, "a" + "\u0301" * 31):
        with pytest.raises(InvalidText):
            parse(orjson.dumps({"name": many}))
    assert parse(orjson.dumps({"name": "a" + "\u0323\u0301" * 15}))["name"].startswith("ạ")
    greek = "\u03b1\u03b2" * 100
    assert parse(orjson.dumps({"name": greek})) == {"name": greek}
