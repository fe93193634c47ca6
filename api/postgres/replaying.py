"""Requests that were answered before: the key that a client gave them, and the answer that it stands for."""

from dataclasses import dataclass
from typing import NoReturn
from uuid import UUID

import orjson

from api.postgres.pool import Connection
from domain.errors import IdempotencyKeyInUse, IdempotencyKeyReused


@dataclass(frozen=True, slots=True)
class Key:
    """A client's idempotency key: its text, the operation that it is for, and the hash of what was sent."""

    text: str
    fingerprint: str


class Replayed(Exception):
    """The same request has been answered before: this is what it got."""

    def __init__(self, status: int, headers: list[list[str]], body: str | None, subject: UUID | None) -> None:
        super().__init__(status)
        self.status = status
        self.headers = headers
        self.body = body
        self.subject = subject


async def replay(connection: Connection, person: UUID, operation: str, key: Key) -> NoReturn:
    """Raises Replayed with the answer of the first time, IdempotencyKeyInUse, or IdempotencyKeyReused."""
    row = await connection.fetchrow(
        "select fingerprint, status, headers::text, body, subject_id from idempotency_key "
        "where person_id = $1 and operation = $2 and key = $3",
        person,
        operation,
        key.text,
    )
    if row is None:
        raise IdempotencyKeyInUse
    if row["fingerprint"] != key.fingerprint:
        raise IdempotencyKeyReused
    raise Replayed(row["status"], orjson.loads(row["headers"]), row["body"], row["subject_id"])
