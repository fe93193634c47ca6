"""The budget of every operation besides begin and commit: a read 1 statement, a creation 3, a change 4."""

import asyncio
import re

import pytest
from harness.contract import contract
from harness.requests import Sample, variants
from harness.statements import watched

CASES = [
    (operation["operationId"], method, path, variant)
    for method, path, operation in contract().operations()
    for variant in range(len(variants(operation["operationId"])))
]
TURN = r"select pg_advisory_xact_lock\(hashtextextended\('[0-9a-f-]{36} [a-z]+', 0\)\)"
FRAME = re.compile(rf"begin(; {TURN})?|commit|rollback")
"""What opens and closes a transaction: where changes queue, the turn is taken with the beginning."""


def budget(operation: str, method: str) -> int:
    found = contract().operation(operation)
    if method == "GET" or operation in {"checkAgenda", "previewLeave"}:
        return 1
    if operation in {"previewMerge", "previewSplit"}:
        return 2
    changes_what_is_there = any(each["name"] == "If-Match" for each in found["parameters"])
    return 3 if "201" in found["responses"] and not changes_what_is_there else 4


async def count(sample: Sample, request) -> tuple[list[str], list[str]]:
    """The statements of one request, and those that frame them."""
    with watched(sample.filled.town.app) as said:
        answer = await sample.send(request)
        await asyncio.sleep(0)  # loggers are called by the loop
        await asyncio.sleep(0)
    assert answer.is_success, answer.text
    return [each for each in said if not FRAME.fullmatch(each)], [each for each in said if FRAME.fullmatch(each)]


@pytest.mark.parametrize(("operation", "method", "path", "variant"), CASES)
async def test_no_operation_asks_more_than_its_budget(operation, method, path, variant, filled):
    sample = Sample(filled)
    warming = await sample.request(operation, method, path, variant)
    assert (await sample.send(warming)).is_success  # types are looked up once a connection
    statements, frame = await count(sample, await sample.request(operation, method, path, variant))
    assert 1 <= len(statements) <= budget(operation, method), "\n\n".join(statements)
    assert len(frame) == (0 if method == "GET" else 2), frame


async def test_a_page_costs_one_statement_however_long_it_is(filled):
    sample = Sample(filled)
    request = await sample.request("listPeople", "GET", "/v1/people")
    await sample.send(request)
    short, _ = await count(sample, request)
    for i in range(30):
        await filled.chief.post("/v1/people", {"name": f"Person {i}"})
    long, _ = await count(sample, request)
    assert len(short) == len(long) == 1


async def test_a_statement_too_many_would_be_seen(filled):
    with watched(filled.town.app) as said:
        connection = await filled.town.app.service.pool.take()
        await connection.fetchval("select 1")
        filled.town.app.service.pool.give(connection)
        await asyncio.sleep(0)
    assert said == ["select 1"]
