"""Before anything is timed: every server gives the same answer to the same call, and writing leaves the same rows."""

import json
import re
import secrets
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from typing import Any, TypeVar

import httpx

from api.postgres.ids import new_id
from bench.databases import Databases, rows_since
from bench.operations import Call, Question
from bench.servers import Serving

ASKED = 12
WRITTEN = 3
"""How many of the calls are compared; both numbers meet the big tenant and small ones."""

MADE_ANEW = frozenset({"id", "created_at", "updated_at"})
MERGED = "merged"
"""What a dialect can only reach one object further down; it belongs to the object around."""

T = TypeVar("T")
_MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)")


class Different(Exception):
    """Two servers don't do the same work; nothing that was measured would mean anything."""


async def same_reads(servers: Sequence[Serving], calls: Sequence[Call]) -> int:
    """How many bytes the first server's answers have on average. Raises Different."""
    asked = _some(calls, ASKED)
    sizes = 0
    for call in asked:
        answers = [await _ask(server, call) for server in servers]
        sizes += len(answers[0].content)
        _compare(servers, [(a.status_code, _plain(a.json())) for a in answers], call)
    return sizes // len(asked)


async def same_writes(servers: Sequence[Serving], calls: Sequence[Call], databases: Databases, name: str) -> int:
    """The same for writes: answers but for ids and times, and the rows that they left, by what is filled in."""
    sizes = 0
    written = _some(calls, WRITTEN)
    for call in written:
        seen = []
        for server in servers:
            since = new_id()
            answer = await _ask(server, call)
            left = await rows_since(databases, name, call.by.tenant_id, since)
            seen.append((answer.status_code, _plain(answer.json(), MADE_ANEW), _filled(left)))
            sizes += len(answer.content)
        _compare(servers, seen, call)
    return sizes // (len(written) * len(servers))


async def same_data(servers: Sequence[Serving], questions: Sequence[Question]) -> int:
    """The same for GraphQL, where every server is asked in its dialect and only the data counts. Raises Different."""
    asked = _some(questions, ASKED)
    sizes = 0
    for question in asked:
        answers = [await _ask(server, question.to(server.name)) for server in servers]
        sizes += len(answers[0].content)
        seen = [(a.status_code, _data(server, a.json())) for server, a in zip(servers, answers, strict=True)]
        _compare(servers, seen, question.to(servers[0].name))
    return sizes // len(asked)


async def same_parts(servers: Sequence[Serving], calls: Sequence[Call], name: str) -> None:
    """What stands under this name, anywhere in an answer, is the same in all. Raises Different."""
    for call in _some(calls, ASKED):
        answers = [await _ask(server, call) for server in servers]
        _compare(servers, [(a.status_code, list(_under(name, a.json()))) for a in answers], call)


def _under(name: str, value: Any) -> Iterator[Any]:
    children = value.items() if isinstance(value, dict) else enumerate(value if isinstance(value, list) else ())
    for key, each in children:
        if key == name:
            yield each
        else:
            yield from _under(name, each)


async def same_shape(one: Serving, its: Sequence[Call], other: Serving, others: Sequence[Call]) -> None:
    """Answers about different rows have the same fields, and as many of everything. Raises Different."""
    for a, b in zip(_some(its, ASKED), _some(others, ASKED), strict=True):
        answers = await _ask(one, a), await _ask(other, b)
        _compare([one, other], [(each.status_code, _shape(each.json())) for each in answers], b)


def _some(calls: Sequence[T], number: int) -> Sequence[T]:
    return calls[:: max(1, len(calls) // number)]


async def _ask(server: Serving, call: Call) -> httpx.Response:
    headers = {"authorization": f"Bearer {call.by.token}"}
    if call.body:
        headers["content-type"] = "application/json"
    if call.keyed:
        headers["idempotency-key"] = secrets.token_hex(16)
    async with httpx.AsyncClient(trust_env=False, timeout=60) as client:
        url = f"http://127.0.0.1:{server.port}{call.path}"
        return await client.request(call.method, url, content=call.body or None, headers=headers)


def _compare(servers: Sequence[Serving], seen: Sequence[tuple[Any, ...]], call: Call) -> None:
    if seen[0][0] not in {200, 201}:
        raise Different(f"{servers[0].name} answers {call.method} {call.path} with {seen[0]}")
    for server, answer in zip(servers[1:], seen[1:], strict=True):
        if answer != seen[0]:
            told = json.dumps(answer, default=str)[:1500], json.dumps(seen[0], default=str)[:1500]
            raise Different(f"{call.method} {call.path}: {server.name} gives {told[0]}, {servers[0].name} {told[1]}")


def _data(server: Serving, answer: dict[str, Any]) -> Any:
    if answer.get("errors"):
        raise Different(f"{server.name} answers {json.dumps(answer['errors'])[:1500]}")
    return _plain(answer["data"])


def _plain(value: Any, leave_out: frozenset[str] = frozenset()) -> Any:
    """The value without what may differ: how moments and fractions are written, what a cursor looks like, new ids."""
    if isinstance(value, dict):
        whole = {**value, **value.get(MERGED, {})}
        kept = {k: _plain(v, leave_out) for k, v in whole.items() if k not in leave_out and k != MERGED}
        if kept.get("next_cursor"):
            kept["next_cursor"] = "follows"
        return kept
    if isinstance(value, list):
        return [_plain(each, leave_out) for each in value]
    if isinstance(value, str) and _MOMENT.fullmatch(value):
        return datetime.fromisoformat(value).astimezone(UTC).isoformat()
    return round(value, 9) if isinstance(value, float) else value


def _filled(left: dict[str, list[dict[str, Any]]]) -> dict[str, list[list[str]]]:
    """For every new row the columns that are not null."""
    return {table: [[k for k, v in row.items() if v is not None] for row in rows] for table, rows in left.items()}


def _shape(value: Any) -> Any:
    """Which fields it has, how many of everything, and what is null."""
    if isinstance(value, dict):
        return {k: _shape(v) for k, v in value.items()}
    return [_shape(each) for each in value] if isinstance(value, list) else value is None
