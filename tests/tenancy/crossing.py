"""What one municipality can find out about another over HTTP: every id position, every header, every byte."""

import base64
import binascii
import re
from collections.abc import Iterator

import httpx
from harness.contract import contract
from harness.filled import Filled
from harness.requests import Position, Request, Sample, positions, variants

from api.postgres.ids import new_id
from api.postgres.pool import Connection

CURSORS = re.compile(r"[A-Za-z0-9_-]{24,}")
ANSWERED_ALIKE = frozenset({"checkAgenda"})
"""Operations that write nothing and look up no id: what they are sent comes back."""

CASES = [
    (operation["operationId"], method, path, variant)
    for method, path, operation in contract().operations()
    for variant in range(len(variants(operation["operationId"])))
]


def operation_of(method: str, path: str) -> dict:
    return contract().document["paths"][path][method.lower()]


async def crossings(sample: Sample, request: Request, other: Filled) -> list[str]:
    """Put each of the neighbour's ids in each position: what differs from an id that never was, or gives it away."""
    said = []
    for position, kind in positions(operation_of(request.method, request.path)):
        nowhere = str(new_id())
        unknown = await sample.send(request.with_id(position, nowhere))
        if request.method != "GET" and request.operation not in ANSWERED_ALIKE and unknown.is_success:
            said.append(f"{_at(request, position)} accepts an id that never was: {unknown.status_code}")
        for foreign in other.ids[kind]:
            answer = await sample.send(request.with_id(position, foreign))
            if alike(answer, foreign) != alike(unknown, nowhere):
                said.append(f"{_at(request, position)} tells a foreign id from one that never was")
            said += [f"{_at(request, position)}: {what}" for what in leaks(answer, other, sent=foreign)]
    return said


def _at(request: Request, position: Position) -> str:
    return f"{request.operation} {'/'.join(position)}"


def alike(response: httpx.Response, sent: str) -> tuple[int, list[tuple[str, str]], str]:
    """Status, header fields and body without what differs between any two requests: the id sent, and the trace."""
    headers = sorted((name, value.replace(sent, "…")) for name, value in response.headers.items())
    body = response.text.replace(sent, "…")
    return response.status_code, headers, re.sub(r'"trace_id":"[0-9a-f]{32}"', "", body)


def leaks(response: httpx.Response, other: Filled, sent: str = "") -> Iterator[str]:
    """The neighbour's canary or ids anywhere in the raw answer, in what its opaque tokens hold too."""
    head = "\n".join(f"{name}: {value}" for name, value in response.headers.items())
    raw = f"{head}\n{response.text}"
    whole = "\n".join([raw, *opened(raw)])
    if other.canary in whole:
        yield "the neighbour's canary"
    if other.town.id in whole or other.town.slug in whole:
        yield "the neighbour's tenant"
    known = {id for ids in other.ids.values() for id in ids} - {sent}
    yield from (f"the neighbour's id {id}" for id in known if id in whole)


def opened(text: str) -> Iterator[str]:
    """What looks like base64, decoded: cursors, and whatever else a client could open."""
    for found in CURSORS.findall(text):
        try:
            yield base64.urlsafe_b64decode(found + "=" * (-len(found) % 4)).decode("latin-1")
        except (ValueError, binascii.Error):
            continue


async def digests(admin: Connection, tables: list[str], tenant: str) -> dict[str, str]:
    """One hash a table over all that a tenant has, byte for byte."""
    return {
        table: await admin.fetchval(
            f"select coalesce(md5(string_agg(t::text, '|' order by id)), '') from {table} t where tenant_id = $1",
            tenant,
        )
        for table in tables
    }
