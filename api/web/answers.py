"""One answer to a request as a plain value, and how it is put on the wire."""

from collections.abc import Awaitable, Callable, MutableMapping
from dataclasses import dataclass
from typing import Any, TypeAlias

import orjson

Header: TypeAlias = tuple[bytes, bytes]
"""A header field: its name in lower case, and its value."""

Headers: TypeAlias = tuple[Header, ...]

Scope: TypeAlias = MutableMapping[str, Any]
Message: TypeAlias = MutableMapping[str, Any]
Receive: TypeAlias = Callable[[], Awaitable[Message]]
Send: TypeAlias = Callable[[Message], Awaitable[None]]
App: TypeAlias = Callable[[Scope, Receive, Send], Awaitable[None]]

JSON: Header = (b"content-type", b"application/json")
BODILESS = frozenset({204, 304})
"""Statuses whose answer has no body and, on this service, no content-length either (RFC 9110 §8.6)."""


@dataclass(frozen=True, slots=True)
class Answer:
    """Status, body and header fields, ready to send; names of fields are in lower case."""

    status: int
    body: bytes = b""
    headers: Headers = ()


Handler: TypeAlias = Callable[[Scope, Receive], Awaitable[Answer]]
"""What answers a request that is no operation: a page, a file, a probe, the GraphQL door."""


def json_answer(status: int, value: Any, headers: Headers = ()) -> Answer:
    """The value as JSON (what orjson knows to write: also UUID, date, datetime, dataclass)."""
    return Answer(status, orjson.dumps(value), (JSON, *headers))


async def send_answer(send: Send, answer: Answer, *, head: bool = False) -> None:
    """Send the answer over ASGI; `head` keeps the body back but says how long it would have been."""
    headers = [*answer.headers]
    bodiless = answer.status in BODILESS
    if not bodiless:
        headers.append((b"content-length", b"%d" % len(answer.body)))
    await send({"type": "http.response.start", "status": answer.status, "headers": headers})
    await send({"type": "http.response.body", "body": b"" if head or bodiless else answer.body})
