"""The ASGI entry: finds the operation, runs it, turns every refusal into a problem, dresses and logs the answer."""

import logging
import random
import time
from collections.abc import Mapping
from typing import Any

import asyncpg

from api.postgres.asker import Asker
from api.postgres.pool import LOST
from api.postgres.pool import Unavailable as NoConnection
from api.web.answers import Answer, App, Handler, Receive, Scope, Send, send_answer
from api.web.bodies import ClientGone
from api.web.cors import cors_headers, preflight
from api.web.dispatch import RouteTable
from api.web.handling import run
from api.web.headers import dressed, dressing, header
from api.web.log import access_line
from api.web.operations import Operation
from api.web.problems import problem
from api.web.refusals import EdgeError, Internal, MethodNotAllowed, TimedOut, Unavailable
from api.web.service import Service
from domain.errors import DomainError, NotFound
from domain.localisation import negotiate

LOG = logging.getLogger("plf.edge")
_IDS = random.Random()  # noqa: S311 - trace ids have to differ, not to be hard to guess


class Edge:
    """One request after the other; everything that goes wrong ends here as a problem document."""

    def __init__(self, service: Service, routes: RouteTable[Operation | Handler], rest: Mapping[str, App]) -> None:
        self._service = service
        self._routes = routes
        self._rest = rest

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one HTTP request."""
        started = time.perf_counter()
        trace_id = _trace_id(header(scope, b"traceparent"))
        scope.setdefault("state", {})["trace_id"] = trace_id
        for prefix, app in self._rest.items():
            if scope["path"] == prefix or scope["path"].startswith(prefix + "/"):
                await app(scope, receive, dressing(scope, send))
                return
        match = self._routes.find(scope["path"])
        target = _target(match, scope["method"])
        try:
            answer = await self._answer(match, target, scope, receive)
        except ClientGone:
            return
        except Exception as error:  # noqa: BLE001 - the last place where it can become an answer
            answer = await self._refused(error, scope, trace_id)
        told = () if scope["state"].get("preflight") else cors_headers(self._service.cors, scope)
        given = (*answer.headers, *told)
        https = scope["scheme"] == "https"
        answer = Answer(answer.status, answer.body, dressed(given, https=https))
        await send_answer(send, answer, head=scope["method"] == "HEAD")
        name = target.name if isinstance(target, Operation) else getattr(target, "__name__", "-")
        access_line(scope["method"], name, answer.status, time.perf_counter() - started, trace_id)

    async def _answer(self, match: Any, target: Operation | Handler | None, scope: Scope, receive: Receive) -> Answer:
        if match is None:
            raise NotFound
        if target is None:
            return self._other(match.methods, scope)
        if isinstance(target, Operation):
            return await run(self._service, target, scope, receive, match.values)
        scope["path_values"] = match.values
        return await target(scope, receive)

    def _other(self, methods: Mapping[str, Any], scope: Scope) -> Answer:
        """OPTIONS, or a method that there isn't: the whole truth in Allow."""
        allowed = {*methods, "OPTIONS", *(["HEAD"] if "GET" in methods else [])}
        asked_before = preflight(self._service.cors, scope, allowed)
        if asked_before is not None:
            scope["state"]["preflight"] = True  # a grant that stands there twice is none to a browser
            return asked_before
        if scope["method"] == "OPTIONS":
            return Answer(204, b"", ((b"allow", ", ".join(sorted(allowed)).encode()),))
        raise MethodNotAllowed(allowed)

    async def _refused(self, error: Exception, scope: Scope, trace_id: str) -> Answer:
        refusal = known(error)
        if isinstance(refusal, Internal):
            LOG.error("unexpected", exc_info=error, extra={"trace_id": trace_id})
        locale = await locale_of_refusal(self._service, scope, refusal)
        return problem(refusal, locale=locale, instance=scope["path"], trace_id=trace_id)


async def locale_of_refusal(service: Service, scope: Scope, refusal: DomainError | EdgeError | None = None) -> str:
    """The language of a refusal: the request's wish, else the person's own (one look), else the tenant's.

    Nobody looks where the database itself may be what is wrong.
    """
    asker: Asker | None = scope["state"].get("asker")
    if asker is None:
        return negotiate(header(scope, b"accept-language"))
    if asker.chosen or isinstance(refusal, Internal | Unavailable | TimedOut):
        return asker.locales[0]
    try:
        return await service.reader.admit(asker)
    except Exception:  # noqa: BLE001 - in whatever language, the refusal itself has to arrive
        return asker.locales[0]


def _target(match: Any, method: str) -> Operation | Handler | None:
    if match is None:
        return None
    found: Operation | Handler | None = match.methods.get("GET" if method == "HEAD" else method)
    return found


def known(error: Exception) -> DomainError | EdgeError:
    """What to say about an error: ours as they are, the database's as «not now», all else as our fault."""
    if isinstance(error, DomainError | EdgeError):
        return error
    if isinstance(error, asyncpg.QueryCanceledError | TimeoutError):
        return TimedOut()
    if isinstance(error, ValueError):  # asyncpg could not write what we gave it: ours to mend
        return Internal()
    away = (NoConnection, asyncpg.LockNotAvailableError, *LOST)
    if isinstance(error, away) or getattr(error, "sqlstate", "XX")[:2] in {"08", "53", "57"}:
        return Unavailable()
    return Internal()


def _trace_id(traceparent: bytes | None) -> str:
    """The trace that the request belongs to (W3C traceparent), or a new one: 32 hex digits."""
    if traceparent is not None and len(traceparent) == 55:
        given = traceparent[3:35].decode("latin-1")
        if set(given) <= set("0123456789abcdef") and given != "0" * 32:
            return given
    return f"{_IDS.getrandbits(128):032x}"
