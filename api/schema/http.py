"""The GraphQL door: who asks, what they ask, and the answer as GraphQL over HTTP has it."""

import logging
from typing import Any

import orjson

from api.messages import text
from api.schema.completing import Path
from api.schema.documents import Wrong
from api.schema.engine import Answered, Engine
from api.schema.graphiql import page, page_routes, wants_page
from api.schema.refusals import ArgumentRefused
from api.schema.requests import Trusted, question
from api.schema.selecting import Blame
from api.schema.types import camel
from api.web.answers import Answer, Handler, Headers, Receive, Scope
from api.web.bodies import ClientGone
from api.web.docs import SignIn
from api.web.edge import known, locale_of_refusal
from api.web.handling import who_asks
from api.web.headers import NO_STORE, headers
from api.web.negotiation import check_accept, liked
from api.web.problems import Refusal, status_of
from api.web.refusals import Internal
from api.web.service import Service

LOG = logging.getLogger("plf.graphql")
PATH = "/graphql"
RESPONSE = "application/graphql-response+json"
JSON = "application/json"
OFFERED = (JSON, RESPONSE)
VARY = (b"vary", b"Accept, Authorization, Accept-Language")


def graphql_routes(
    service: Service, engine: Engine, trusted: Trusted, sign_in: SignIn | None = None
) -> list[tuple[str, str, Handler]]:
    """(method, path, page): GET and POST for queries; a browser that GETs without asking anything sees GraphiQL."""

    async def graphql(scope: Scope, receive: Receive) -> Answer:
        if scope["method"] != "POST" and wants_page(scope):
            return page(sign_in)
        return await _answer(service, engine, trusted, scope, receive)

    return [("GET", PATH, graphql), ("POST", PATH, graphql), *page_routes()]


async def _answer(service: Service, engine: Engine, trusted: Trusted, scope: Scope, receive: Receive) -> Answer:
    media_type = JSON
    try:
        media_type = _media_type(scope)
        asker = await who_asks(service, scope)
        scope["state"]["asker"] = asker
        found = await engine.answer(asker, await question(scope, receive, trusted))
    except ClientGone:
        raise
    except Wrong as wrong:
        status = 200 if media_type == JSON else 400
        return _said(status, {"errors": _located(wrong, scope)}, media_type)
    except Exception as error:  # noqa: BLE001 - whatever it is, a client of GraphQL gets a GraphQL answer
        return await _refused(service, error, scope, media_type)
    if not found.errors:
        body = b'{"data":%b,"extensions":{"cost":{"requested":%d,"limit":%d}}}' % (found.data, found.cost, found.limit)
        return Answer(200, body, (_content_type(media_type), VARY, NO_STORE))
    return await _partly(service, found, scope, media_type)


async def _partly(service: Service, found: Answered, scope: Scope, media_type: str) -> Answer:
    """What could be answered, and an error for each place that couldn't."""
    locale = await locale_of_refusal(service, scope)
    errors = [_blamed(path, blame, locale, scope) for path, blame in found.errors]
    cost = {"cost": {"requested": found.cost, "limit": found.limit}}
    return _said(200, {"errors": errors, "data": orjson.Fragment(found.data), "extensions": cost}, media_type)


def _blamed(path: Path, blame: Blame, locale: str, scope: Scope) -> dict[str, Any]:
    why = text(locale, f"{blame.code}.detail")
    refused = ArgumentRefused(argument=camel(blame.argument), why=why)
    line, column = blame.place
    at = [{"line": line, "column": column}]
    extensions = {
        "code": refused.code,
        "argument": refused.facts["argument"],
        "fault": blame.code,
        "trace_id": scope["state"]["trace_id"],
    }
    message = text(locale, f"{refused.code}.detail", **refused.facts)
    return {
        "message": message,
        "locations": at,
        "path": list(path),
        "extensions": extensions,
    }


def _located(wrong: Wrong, scope: Scope) -> list[dict[str, Any]]:
    """What graphql-core found, in its words, under our code."""
    extensions = {"code": wrong.code, "trace_id": scope["state"]["trace_id"]}
    return [{**error.formatted, "extensions": extensions} for error in wrong.errors]


async def _refused(service: Service, error: Exception, scope: Scope, media_type: str) -> Answer:
    """A refusal or our own fault: no data, one error with the code that REST would give, and nothing else told."""
    refusal = known(error)
    if isinstance(refusal, Internal):
        LOG.error("unexpected", exc_info=error, extra={"trace_id": scope["state"]["trace_id"]})
    locale = await locale_of_refusal(service, scope, refusal)
    return _said(status_of(refusal), {"errors": [_error(refusal, locale, scope)]}, media_type, _fields(refusal))


def _error(refusal: Refusal, locale: str, scope: Scope) -> dict[str, Any]:
    extensions = {"code": refusal.code, "trace_id": scope["state"]["trace_id"], **_plain(refusal)}
    return {"message": text(locale, f"{refusal.code}.detail", **refusal.facts), "extensions": extensions}


def _plain(refusal: Refusal) -> dict[str, Any]:
    """The facts that a program can use: numbers and words."""
    return {name: value for name, value in refusal.facts.items() if isinstance(value, int | str)}


def _fields(refusal: Refusal) -> Headers:
    return tuple(getattr(refusal, "headers", ()))


def _said(status: int, value: Any, media_type: str, more: Headers = ()) -> Answer:
    return Answer(status, orjson.dumps(value), (_content_type(media_type), VARY, NO_STORE, *more))


def _content_type(media_type: str) -> tuple[bytes, bytes]:
    return (b"content-type", f"{media_type}; charset=utf-8".encode())


def _media_type(scope: Scope) -> str:
    """Which of the two the client likes better; raises NotAcceptable for neither."""
    accept = headers(scope, b"accept")
    check_accept(accept, OFFERED)
    return liked(accept, OFFERED)
