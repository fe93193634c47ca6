"""Runs one operation for one request: who asks, what they send, then the endpoint, then the commit."""

import asyncio
import hashlib
import random
import re
from collections.abc import Mapping
from functools import lru_cache
from typing import Any
from urllib.parse import parse_qsl
from uuid import UUID

from pydantic import BaseModel, ValidationError

from api.actions.commands import Command
from api.identity.refusals import Refusal, TokenRefused
from api.identity.resource import METADATA_PATH, challenge
from api.postgres.asker import Asker
from api.postgres.refusals import RETRIED
from api.postgres.replaying import Key, Replayed
from api.postgres.units import unit_of_work
from api.web.answers import JSON, Answer, Receive, Scope
from api.web.bodies import CSV_TYPE, JSON_TYPE, PATCH_TYPE, check_content_type, parse, read_body
from api.web.contexts import Reading, Writing
from api.web.etags import etag_of_replay, expected_revision
from api.web.faults import faults_of
from api.web.headers import header, headers
from api.web.negotiation import check_accept
from api.web.operations import Operation
from api.web.refusals import (
    BodyMissing,
    HeaderInvalid,
    InvalidParameter,
    TokenNotAccepted,
    Unauthenticated,
    Unavailable,
    UnknownParameter,
)
from api.web.service import Service
from domain.errors import Fault, Invalid, NotFound, NotProvisioned

TRIES = 3
MOST_INCLUDED = 20
UPLOAD_LIMIT = 8 * 1024 * 1024
LONGEST_REMEMBERED = 256


async def run(
    service: Service, operation: Operation, scope: Scope, receive: Receive, path_values: Mapping[str, str]
) -> Answer:
    """The answer to a request that has found its operation; refusals are raised."""
    asker = await who_asks(service, scope)
    scope["state"]["asker"] = asker
    check_accept(headers(scope, b"accept"))
    arguments: dict[str, Any] = {name: _id(path_values[name]) for name in operation.ids}
    arguments |= {name: path_values[name] for name in operation.keys}
    query, include = _query(operation, scope["query_string"])
    if operation.query:
        arguments[operation.query[0]] = query
    body = await _body(operation, scope, receive, arguments)
    if operation.context is None:
        return await operation.endpoint(**arguments)
    name, kind = operation.context
    if kind is Reading:
        arguments[name] = Reading(service, asker, scope, include)
        return await operation.endpoint(**arguments)
    return await _write(service, operation, scope, asker, arguments, body)


async def who_asks(service: Service, scope: Scope) -> Asker:
    """The asker behind the bearer token. Raises Unauthenticated, TokenNotAccepted, NotProvisioned."""
    value = header(scope, b"authorization")
    metadata = service.base_url + METADATA_PATH
    if value is None or value[:7].lower() != b"bearer ":
        raise Unauthenticated(challenge(metadata))
    token = value[7:].strip()
    identity = service.tokens.cached(token)
    if identity is None:
        try:
            identity = await service.tokens.validate(token.decode("latin-1"))
        except TokenRefused as refused:
            if refused.code is Refusal.ISSUER_UNAVAILABLE:
                raise Unavailable(5) from None
            raise TokenNotAccepted(refused.code, refused.status, challenge(metadata, refused)) from None
    try:
        return service.asker(identity, header(scope, b"accept-language"))
    except KeyError:
        raise NotProvisioned from None


ID_TEXT = re.compile(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")
"""An id as RFC 9562 writes it, in either case; Python's own parser takes spaces and braces too."""


def _id(text: str) -> UUID:
    if ID_TEXT.fullmatch(text) is None:
        raise NotFound
    return UUID(text)


def _query(operation: Operation, raw: bytes) -> tuple[BaseModel | None, frozenset[str]]:
    """The operation's query model filled, and what `include` names; the same text is read once."""
    return _read(operation, raw) if len(raw) > LONGEST_REMEMBERED else _remembered(operation, raw)


def _read(operation: Operation, raw: bytes) -> tuple[BaseModel | None, frozenset[str]]:
    given, wanted = _pairs(raw, operation.repeatable) if raw else ({}, [])
    names = [name for listed in wanted for name in listed.split(",")]
    include = frozenset(names)
    if len(names) > MOST_INCLUDED or not include <= operation.includes | operation.shown:
        allowed = ", ".join(sorted(operation.includes | operation.shown))
        raise InvalidParameter(parameter="include", faults=[Fault("not_one_of", ("include",), {"expected": allowed})])
    if operation.query is None and given:
        raise UnknownParameter(parameter=min(given)[:64])
    query = None if operation.query is None else _parameters(operation.query[1], given)
    return query, include & operation.includes


_remembered = lru_cache(maxsize=1024)(_read)
"""Queries are frozen, and what is refused is never remembered."""


def _pairs(raw: bytes, repeatable: frozenset[str]) -> tuple[dict[str, str], list[str]]:
    """Every parameter once, and the values of those that may come several times (include)."""
    try:
        pairs = parse_qsl(raw.decode("ascii"), keep_blank_values=True, errors="strict", max_num_fields=50)
    except ValueError:
        raise InvalidParameter(parameter="") from None
    given = {name: value for name, value in pairs if name not in repeatable}
    for name, value in pairs:
        if given.get(name, value) != value or "\x00" in value or not name.isprintable():
            raise InvalidParameter(parameter=name[:64] if name.isprintable() else "")
    return given, [value for name, value in pairs if name in repeatable]


def _parameters(model: type[BaseModel], given: Mapping[str, str]) -> BaseModel:
    try:
        return model.model_validate(given)
    except ValidationError as error:
        first = error.errors()[0]
        name = str(first["loc"][0])[:64] if first["loc"] else ""
        if first["type"] == "extra_forbidden":
            raise UnknownParameter(parameter=name) from None
        raise InvalidParameter(parameter=name, faults=faults_of(error, given)) from None


async def _body(operation: Operation, scope: Scope, receive: Receive, arguments: dict[str, Any]) -> bytes:
    if operation.upload:
        check_content_type(scope, CSV_TYPE)
        body = await read_body(scope, receive, limit=UPLOAD_LIMIT)
        arguments[operation.upload] = body
        return body
    if scope["method"] in {"GET", "HEAD", "DELETE"}:
        return b""
    body = await read_body(scope, receive)
    if body:
        check_content_type(scope, PATCH_TYPE if operation.patch else JSON_TYPE)
    elif not operation.body_optional:
        raise BodyMissing
    name, model = operation.command or ("", Command)
    sent = parse(body) if body else {}
    try:
        command = model.model_validate(sent)
    except ValidationError as error:
        raise Invalid(faults_of(error, sent)) from None
    if operation.command:
        arguments[name] = command
    return body


async def _write(
    service: Service, operation: Operation, scope: Scope, asker: Asker, arguments: dict[str, Any], body: bytes
) -> Answer:
    key = _key(operation, scope, body)
    revisions = None
    if operation.conditional:
        expected = expected_revision(headers(scope, b"if-match"))
        revisions = None if expected.any else expected.revisions
    assert operation.context is not None  # noqa: S101 - only called with one
    name, _ = operation.context
    for attempt in range(TRIES):
        try:
            async with unit_of_work(
                service.pool,
                asker,
                operation.name,
                scope["state"]["trace_id"],
                key=key,
                revisions=revisions,
                queue=operation.queue,
            ) as work:
                arguments[name] = Writing(work)
                return await operation.endpoint(**arguments)
        except Replayed as replayed:
            return await _replayed(service, operation, asker, replayed)
        except RETRIED:
            if attempt == TRIES - 1:
                raise Unavailable from None
            await asyncio.sleep(random.uniform(0.01, 0.1) * (attempt + 1))  # noqa: S311 - jitter, no secret
    raise Unavailable


def _key(operation: Operation, scope: Scope, body: bytes) -> Key | None:
    text = header(scope, b"idempotency-key") if operation.idempotent else None
    if text is None:
        return None
    if not 0 < len(text) <= 255 or not text.isascii() or not text.decode("ascii").isprintable():
        raise HeaderInvalid(header="Idempotency-Key")
    sent = b"%b %b?%b\n%b" % (scope["method"].encode(), scope["path"].encode(), scope["query_string"], body)
    return Key(text.decode("ascii"), hashlib.blake2b(sent, digest_size=16).hexdigest())


async def _replayed(service: Service, operation: Operation, asker: Asker, replayed: Replayed) -> Answer:
    """The answer of the first time, to whoever may still see what it shows. Raises NotFound to others."""
    told = [(b"idempotency-replayed", b"true")]
    told += [(name.encode(), value.encode()) for name, value in replayed.headers]
    if replayed.body is None:
        return Answer(replayed.status, b"", tuple(told))
    body = replayed.body.encode()
    if operation.view is None or replayed.subject is None:
        return Answer(replayed.status, body, (JSON, *told))
    await service.reader.one(asker, operation.view, replayed.subject)
    return Answer(replayed.status, body, (JSON, (b"etag", etag_of_replay(body)), *told))
