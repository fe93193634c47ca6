"""Before anything is timed: every server gives the same answer to the same call, and writing leaves the same rows."""

import json
import re
import secrets
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

import httpx

from api.tables import TENANT_ROWS
from bench.databases import Databases, counted
from bench.operations import Call
from bench.servers import Serving

ASKED = 12
MADE_ANEW = frozenset({"id", "created_at", "updated_at"})
_MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)")


class Different(Exception):
    """Two servers don't do the same work; nothing that was measured would mean anything."""


async def same_reads(servers: Sequence[Serving], calls: Sequence[Call]) -> int:
    """How many bytes the first server's answers have on average. Raises Different."""
    asked = calls[:: max(1, len(calls) // ASKED)]
    sizes = 0
    for call in asked:
        answers = [await _ask(server, call) for server in servers]
        sizes += len(answers[0].content)
        _compare(servers, [(a.status_code, _plain(a.json())) for a in answers], call)
    return sizes // len(asked)


async def same_writes(servers: Sequence[Serving], calls: Sequence[Call], databases: Databases, name: str) -> int:
    """The same for writes: answers but for ids and times, and how many rows they left in which tables."""
    sizes = 0
    for call in calls[:2]:
        seen = []
        for server in servers:
            before = await counted(databases, name, call.by.tenant_id, list(TENANT_ROWS))
            answer = await _ask(server, call)
            after = await counted(databases, name, call.by.tenant_id, list(TENANT_ROWS))
            rows = {table: after[table] - before[table] for table in after if after[table] != before[table]}
            seen.append((answer.status_code, _plain(answer.json(), MADE_ANEW), rows))
            sizes += len(answer.content)
        _compare(servers, seen, call)
    return sizes // (2 * len(servers))


async def _ask(server: Serving, call: Call) -> httpx.Response:
    headers = {"authorization": f"Bearer {call.by.token}"}
    if call.body:
        headers |= {"content-type": "application/json", "idempotency-key": secrets.token_hex(16)}
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


def _plain(value: Any, leave_out: frozenset[str] = frozenset()) -> Any:
    """The value without what may differ: how moments are written, what a cursor looks like, new ids."""
    if isinstance(value, dict):
        kept = {k: _plain(v, leave_out) for k, v in value.items() if k not in leave_out}
        if kept.get("next_cursor"):
            kept["next_cursor"] = "follows"
        return kept
    if isinstance(value, list):
        return [_plain(each, leave_out) for each in value]
    if isinstance(value, str) and _MOMENT.fullmatch(value):
        return datetime.fromisoformat(value).astimezone(UTC).isoformat()
    return value
