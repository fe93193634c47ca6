"""The least that could do the work: an ASGI app and asyncpg with the very statements of our service.

It verifies no token (a dict knows them), checks no permission, validates nothing and refuses nothing: what it
answers is right only for the calls of the benchmark. What our service costs beyond this is its own doing.
"""

from asyncio import LifoQueue
from base64 import urlsafe_b64encode
from datetime import UTC, datetime
from typing import Any, TypeAlias

import uvicorn

from api.postgres.asker import Asker
from api.postgres.pool import Connection, connect
from api.queries import MeetingView
from api.reading.reader import one_statement, page_statement
from bench.peers.bare_writes import create_meeting
from bench.peers.compiled import compiled
from bench.peers.settings import POOL, told

Scope: TypeAlias = dict[str, Any]
ONE = one_statement(MeetingView.published, frozenset())
PAGE = page_statement(MeetingView.published, frozenset(), (), after=False)
GRAPHQL = "/graphql"
BEARER = len(b"Bearer ")


class Bare:
    """REST's three operations, chosen by method and length of the path, and GraphQL's, known by their text."""

    def __init__(self) -> None:
        here = told()
        self._dsn = here.dsn
        self._idle: LifoQueue[Connection] = LifoQueue()
        self._people = {token.encode(): asker(*vars(who).values()) for token, who in here.tokens.items()}

    async def __call__(self, scope: Scope, receive: Any, send: Any) -> None:
        """ASGI 3."""
        if scope["type"] == "lifespan":
            await self._live(receive, send)
            return
        if scope["path"] == "/ready":
            await _send(send, 200, b"{}")
            return
        given = dict(scope["headers"])
        who = self._people[given[b"authorization"][BEARER:]]
        connection = await self._idle.get()
        try:
            if scope["path"] == GRAPHQL:
                status, answer = 200, await _operation(connection, who, await _body(receive))
            elif scope["method"] == "POST":
                body = await _body(receive)
                status, answer = 201, await create_meeting(connection, who, given[b"idempotency-key"], body)
            else:
                status, answer = 200, await _read(connection, who, scope["path"])
        finally:
            self._idle.put_nowait(connection)
        await _send(send, status, answer)

    async def _live(self, receive: Any, send: Any) -> None:
        await receive()
        for _ in range(POOL):
            self._idle.put_nowait(await connect(self._dsn))
        await send({"type": "lifespan.startup.complete"})
        await receive()
        await send({"type": "lifespan.shutdown.complete"})


def asker(tenant: str, issuer: str, subject: str) -> dict[str, Any]:
    """The parameters that every statement shares, made once."""
    now = datetime.now(UTC)
    return Asker(
        tenant, issuer, subject, now, now.date(), "NO", "Europe/Oslo", "nb", ("nb", "nn", "da", "sv", "en")
    ).values()


async def _send(send: Any, status: int, answer: bytes) -> None:
    headers = [(b"content-type", b"application/json"), (b"content-length", b"%d" % len(answer))]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": answer})


async def _read(connection: Connection, who: dict[str, Any], path: str) -> bytes:
    if len(path) > len("/v1/meetings/"):
        row = await connection.fetchrow(ONE.sql, *ONE.arguments({**who, "id": path[-36:]}))
        found: bytes = row["body"]
        return found
    row = await connection.fetchrow(PAGE.sql, *PAGE.arguments({**who, "limit": 50}))
    after = b'"%b"' % urlsafe_b64encode(row["next"].encode()) if row["next"] else b"null"
    whole: bytes = b'{"items":%b,"next_cursor":%b}' % (row["body"], after)
    return whole


async def _operation(connection: Connection, who: dict[str, Any], body: bytes) -> bytes:
    statement, values = compiled(body)
    row = await connection.fetchrow(statement.sql, *statement.arguments({**who, **values}))
    whole: bytes = b'{"data":%b}' % row["body"]
    return whole


async def _body(receive: Any) -> bytes:
    body = b""
    while True:
        message = await receive()
        body += bytes(message.get("body", b""))
        if not message.get("more_body"):
            return body


if __name__ == "__main__":
    uvicorn.run(Bare(), port=told().port, loop="uvloop", http="httptools", log_level="warning", access_log=False)
