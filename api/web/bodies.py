"""Reading a request's body: bounded while it arrives, and strict JSON whatever the bytes."""

import re
from collections.abc import Collection
from json import loads as json_loads
from typing import Any

import orjson

from api.web.answers import Receive, Scope
from api.web.headers import header
from api.web.refusals import (
    BodyMissing,
    BodyTooLarge,
    DuplicateKey,
    EdgeError,
    HeaderInvalid,
    InvalidNumber,
    InvalidText,
    MalformedJson,
    NotUtf8,
    TooDeep,
    TooManyValues,
    UnsupportedMediaType,
)
from api.web.texts import check_controls, is_normal, normalised

MEBIBYTE = 1024 * 1024
DEEPEST = 64
MOST_VALUES = 10_000
SMALLEST_INTEGER = -(2**63)
LARGEST_INTEGER = 2**63 - 1

JSON_TYPE = b"application/json"
PATCH_TYPE = b"application/merge-patch+json"
CSV_TYPE = b"text/csv"

ESCAPED_MARK = re.compile(rb'\\["\\]')
DIGITS_ONLY = bytes(48 if 48 <= byte <= 57 else 32 for byte in range(256))
TOO_MANY_DIGITS = b"0" * 19
"""An integer beyond 64 bits has at least 19 digits."""

NO_NUMBER = re.compile(rb"-?(?:NaN|Infinity|inf|nan)\b")


class ClientGone(Exception):
    """The client hung up before its body had arrived."""


async def read_body(scope: Scope, receive: Receive, *, limit: int = MEBIBYTE) -> bytes:
    """The whole body, at most `limit` bytes, as they came.

    Raises BodyTooLarge (by content-length at once, else as soon as the limit is passed), UnsupportedMediaType
    for any Content-Encoding (nothing is unpacked: a small archive can be a huge body), ClientGone.
    """
    _check_fields(scope, limit)
    message = await receive()
    if message["type"] == "http.request" and not message.get("more_body"):
        whole: bytes = message.get("body", b"")
        if len(whole) > limit:
            raise BodyTooLarge(limit=limit)
        return whole
    return await _streamed(message, receive, limit)


async def _streamed(message: Any, receive: Receive, limit: int) -> bytes:
    body = bytearray()
    while message["type"] == "http.request":
        body += message.get("body", b"")
        if len(body) > limit:
            raise BodyTooLarge(limit=limit)
        if not message.get("more_body"):
            return bytes(body)
        message = await receive()
    raise ClientGone


def _check_fields(scope: Scope, limit: int) -> None:
    for name, value in scope["headers"]:
        if name == b"content-length":
            if not value.isdigit():
                raise HeaderInvalid(header="Content-Length")
            if len(value) > 15 or int(value) > limit:
                raise BodyTooLarge(limit=limit)
        elif name == b"content-encoding" and value.strip().lower() not in {b"", b"identity"}:
            raise UnsupportedMediaType("identity", header=b"accept-encoding")


def check_content_type(scope: Scope, accepted: bytes = JSON_TYPE) -> None:
    """Raise UnsupportedMediaType unless the body says that it is of this type (and no charset but UTF-8)."""
    given = header(scope, b"content-type")
    if given == accepted:
        return
    media_type, *parameters = (part.strip().lower() for part in (given or b"").split(b";"))
    if media_type != accepted or any(not _harmless(parameter) for parameter in parameters):
        field = b"accept-patch" if scope["method"] == "PATCH" else b"accept"
        raise UnsupportedMediaType(accepted.decode("ascii"), header=field)


def _harmless(parameter: bytes) -> bool:
    name, _, value = parameter.partition(b"=")
    return name.strip() != b"charset" or value.strip().strip(b'"') in {b"utf-8", b"utf8"}


def parse(body: bytes) -> Any:
    """The JSON value of a body, its texts in Unicode normal form NFC; raises a 400 EdgeError for all else.

    What orjson lets through and we don't: repeated keys, integers beyond 64 bits, control characters,
    nesting over 64, more than 10,000 values. An ordinary body is never walked: what is written back from
    the value shows whether anything was lost, and the number of brackets bounds the depth.
    """
    try:
        value = orjson.loads(body)
    except orjson.JSONDecodeError as error:
        raise _reason(body, error) from None
    if len(body) > MOST_VALUES or _openings(body) > DEEPEST:
        _check_size(value)
    written = _written(value, body)
    if written != body:
        _check_nothing_lost(body, written)
    if b"\\" in body:
        check_controls(value, body)
    return value if written.isascii() or is_normal(written) else normalised(value)


def _openings(body: bytes) -> int:
    """How many brackets open, in texts too: at least the depth. (Splitting hops where counting walks.)"""
    return len(body.split(b"{", DEEPEST + 1)) + len(body.split(b"[", DEEPEST + 1)) - 2


def _written(value: Any, body: bytes) -> bytes:
    """The value as compact JSON; integers over 53 bits, which hardly anyone sends, are checked one by one."""
    try:
        return orjson.dumps(value, option=orjson.OPT_STRICT_INTEGER)
    except orjson.JSONEncodeError:
        json_loads(body, parse_int=_check_integer)
        return orjson.dumps(value)


def _check_nothing_lost(body: bytes, written: bytes) -> None:
    """A repeated key is lost with its quotes; an integer beyond 64 bits has come back as a float."""
    if _quotes(body) != _quotes(written):
        raise DuplicateKey
    if TOO_MANY_DIGITS in body.translate(DIGITS_ONLY):
        json_loads(body, parse_int=_check_integer)


def _quotes(text: bytes) -> int:
    """How many quotes begin or end a string: those that no backslash escapes."""
    if ESCAPED_MARK.search(text):
        text = text.replace(b"\\\\", b"").replace(b'\\"', b"")
    return text.count(b'"')


def _check_integer(digits: str) -> None:
    if len(digits) > 20 or not SMALLEST_INTEGER <= int(digits) <= LARGEST_INTEGER:
        raise InvalidNumber


def _check_size(value: Any) -> None:
    """Level by level, so that no depth can exhaust the stack and no number of values the memory."""
    level, count = [value], 1
    for _ in range(DEEPEST):
        inner: list[Any] = []
        for holder in level:
            elements = _elements(holder)
            count += len(elements)
            if count > MOST_VALUES:
                raise TooManyValues(limit=MOST_VALUES)
            inner += [element for element in elements if isinstance(element, list | dict)]
        if not inner:
            return
        level = inner
    raise TooDeep(limit=DEEPEST)


def _elements(value: Any) -> Collection[Any]:
    if isinstance(value, dict):
        return value.values()
    return value if isinstance(value, list) else ()


def _reason(body: bytes, error: orjson.JSONDecodeError) -> EdgeError:
    """Which refusal fits; the parser's own words only choose between codes, never reach the client."""
    if not body.strip():
        return BodyMissing()
    try:
        body.decode("utf-8")
    except UnicodeDecodeError:
        return NotUtf8()
    said = str(error)
    if "surrogate" in said or "control character" in said:
        return InvalidText()
    if "depth" in said or "recursion" in said:
        return TooDeep(limit=DEEPEST)
    if "infinity" in said or NO_NUMBER.match(error.doc.encode()[_at(error) :]):
        return InvalidNumber()
    return MalformedJson(line=error.lineno, column=error.colno)


def _at(error: orjson.JSONDecodeError) -> int:
    return len(error.doc[: error.pos].encode())
