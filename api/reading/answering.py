"""What a unit of work answers: the view of what it changed, read before the commit and kept for replays."""

from collections.abc import Mapping
from datetime import date
from functools import lru_cache
from typing import Any
from uuid import UUID

import orjson

from api.postgres.statements import Statement, numbered
from api.postgres.work import UnitOfWork
from api.reading.compiler import one_sql
from api.reading.reader import Found, one_statement
from api.reading.selections import standard
from api.reading.views import VIEWS, View

_KEEP = """
update idempotency_key
set status = :status::int, headers = :headers::text::jsonb, body = {body}, subject_id = {subject}
where person_id = :person::uuid and operation = :operation::text and key = :key::text"""


async def answer(
    work: UnitOfWork,
    view: type[View],
    id: UUID,
    status: int,
    headers: list[list[str]],
    *,
    as_of: date | None = None,
) -> Found | None:
    """Write what waits, read the view of `id` as the actor sees it, and keep the answer under the key if any.

    None when the change took the thing out of the actor's sight.
    """
    await work.flush()
    statement = kept_statement(view.published) if work.key else one_statement(view.published, frozenset())
    record = await work.ask(statement, {"id": id, "as_of": as_of or work.today, **_keeping(work, status, headers)})
    return None if record["body"] is None else Found(record["revision"], record["body"])


async def answer_with(work: UnitOfWork, status: int, body: bytes | None) -> None:
    """Write what waits for an answer that no view gives, and keep it under the key if any."""
    await work.flush()
    if work.key:
        given = None if body is None else body.decode()
        await work.ask(_KEPT_AS_GIVEN, {"body": given, **_keeping(work, status, [])})


def _keeping(work: UnitOfWork, status: int, headers: list[list[str]]) -> Mapping[str, Any]:
    if work.key is None:
        return {}
    return {
        "status": status,
        "headers": orjson.dumps(headers).decode(),
        "person": work.actor.person_id,
        "operation": work.operation,
        "key": work.key.text,
    }


@lru_cache(maxsize=256)
def kept_statement(view: str) -> Statement:
    """The statement for one document of a view that is kept under the key of the request as well."""
    keep = _KEEP.format(body="(select body::text from answer)", subject=":id::uuid")
    return numbered(
        f"with answer as materialized ({one_sql(VIEWS[view], standard(VIEWS[view]))}), "
        f"kept as ({keep}) select asker_status, revision, body from answer"
    )


_KEPT_AS_GIVEN = numbered(_KEEP.format(body=":body::text", subject="null"))
