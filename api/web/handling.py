"""Runs one operation for one request: who asks, what they send, then the endpoint, then the commit."""

import asyncio
import hashlib
import random
from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qsl
from uuid import UUID

from pydantic import BaseModel, ValidationError

from api.identity.refusals import Refusal, TokenRefused
from api.identity.resource import METADATA_PATH, challenge
from api.postgres.asker import Asker
from api.postgres.refusals import RETRIED
from api.postgres.units import unit_of_work
from api.postgres.work import Key, Replayed
from api.web.answers import JSON, Answer, Receive, Scope
from api.web.bodies import CSV_TYPE, JSON_TYPE, PATCH_TYPE, check_content_type, parse, read_body
from api.web.contexts import Reading, Writing
from api.web.etags import etag_of_replay, expected_revision
from api.web.faults import faults_of
from api.web.headers import header, headers
from api.web.negotiation import check_accept
from api.web.operations import Operation
from api.web.refusals import (
    HeaderInvalid,
    InvalidParameter,
    TokenNotAccepted,
    Unauthenticated,
    Unavailable,
    UnknownParameter,
)
from api.web.service import Service
from domain.errors import Invalid, NotFound, NotProvisioned

TRIES = 3
UPLOAD_LIMIT = 8 * 1024 * 1024


async def run(
    service: Service, operation: Operation, scope: Scope, receive: Receive, path_values: Mapping[str, str]
) -> Answer:
    """The answer to a request that has found its operation; refusals are raised."""
    asker = await who_asks(service, scope)
    scope["state"]["locale"] = asker.home
    check_accept(headers(scope, b"accept"))
    arguments: dict[str, Any] = {name: _id(path_values[name]) for name in operation.ids}
    include = _query(operation, scope, arguments)
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


def _id(text: str) -> UUID:
    try:
        if len(text) == 36:
            return UUID(text)
    except ValueError:
        pass
    raise NotFound


def _query(operation: Operation, scope: Scope, arguments: dict[str, Any]) -> frozenset[str]:
    """Fill the operation's query model; give back what `include` names."""
    raw = scope["query_string"]
    if not raw:
        if operation.query:
            name, model = operation.query
            arguments[name] = _parameters(model, {})
        return frozenset()
    given = _pairs(raw)
    wanted = given.pop("include", None) if operation.includes else None
    names = wanted.split(",") if wanted is not None else []
    include = frozenset(names)
    if not include <= operation.includes or len(names) > len(include):
        raise InvalidParameter(parameter="include")
    if operation.query:
        name, model = operation.query
        arguments[name] = _parameters(model, given)
    elif given:
        raise UnknownParameter(parameter=min(given)[:64])
    return include


def _pairs(raw: bytes) -> dict[str, str]:
    try:
        pairs = parse_qsl(raw.decode("ascii"), keep_blank_values=True, errors="strict", max_num_fields=50)
    except ValueError:
        raise InvalidParameter(parameter="") from None
    given = dict(pairs)
    for name, value in pairs:
        if given[name] != value or "\x00" in value or not name.isprintable():
            raise InvalidParameter(parameter=name[:64] if name.isprintable() else "")
    return given


def _parameters(model: type[BaseModel], given: Mapping[str, str]) -> BaseModel:
    try:
        return model.model_validate(given)
    except ValidationError as error:
        first = error.errors()[0]
        name = str(first["loc"][0]) if first["loc"] else ""
        kind = UnknownParameter if first["type"] == "extra_forbidden" else InvalidParameter
        raise kind(parameter=name[:64]) from None


async def _body(operation: Operation, scope: Scope, receive: Receive, arguments: dict[str, Any]) -> bytes:
    if operation.upload:
        check_content_type(scope, CSV_TYPE)
        body = await read_body(scope, receive, limit=UPLOAD_LIMIT)
        arguments[operation.upload] = body
        return body
    if operation.command is None:
        return b""
    check_content_type(scope, PATCH_TYPE if operation.patch else JSON_TYPE)
    body = await read_body(scope, receive)
    name, model = operation.command
    sent = parse(body)
    try:
        arguments[name] = model.model_validate(sent)
    except ValidationError as error:
        raise Invalid(faults_of(error, sent)) from None
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
            return _replayed(operation, replayed)
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


def _replayed(operation: Operation, replayed: Replayed) -> Answer:
    told = [(b"idempotency-replayed", b"true")]
    told += [(name.encode(), value.encode()) for name, value in replayed.headers]
    if replayed.body is None:
        return Answer(replayed.status, b"", tuple(told))
    body = replayed.body.encode()
    tag = [(b"etag", etag_of_replay(body))] if operation.view is not None else []
    return Answer(replayed.status, body, (JSON, *tag, *told))
