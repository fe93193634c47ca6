"""A request that is sent twice happens once; a key belongs to one person and one request, for 24 hours."""

import asyncio
import secrets
from datetime import timedelta

import pytest
from harness.contract import contract
from harness.requests import Request, Sample, variants

from api.postgres.pool import connect
from api.worker.loop import one_round

REPEATABLE = [
    (operation["operationId"], method, path, variant)
    for method, path, operation in contract().operations()
    if any(each["name"] == "Idempotency-Key" for each in operation.get("parameters", ()))
    for variant in range(len(variants(operation["operationId"])))
]


@pytest.fixture
async def rows(filled, migrated):
    """How many rows the municipality has in a table."""
    owner = await connect(migrated.owner)

    async def count(table: str) -> int:
        async with owner.transaction():
            await owner.fetchval("select set_config('app.tenant', $1, true)", filled.town.id)
            return await owner.fetchval(f"select count(*) from {table}")

    yield count
    await owner.close()


def people(filled) -> dict:
    return {"name": filled.text("Ny")}


@pytest.mark.parametrize(("operation", "method", "path", "variant"), REPEATABLE)
async def test_the_same_request_again_gets_the_same_answer(operation, method, path, variant, filled):
    sample, key = Sample(filled), secrets.token_hex(8)
    request = await sample.request(operation, method, path, variant)
    first = await sample.send(request, idempotency_key=key)
    again = await sample.send(request, idempotency_key=key)
    assert first.is_success, first.text
    assert "idempotency-replayed" not in first.headers
    assert again.headers.pop("idempotency-replayed") == "true"
    assert (again.status_code, again.content) == (first.status_code, first.content)
    assert dict(again.headers) == dict(first.headers)


@pytest.mark.parametrize(("operation", "method", "path", "variant"), REPEATABLE)
async def test_another_request_under_the_same_key_is_refused(operation, method, path, variant, filled):
    sample, key = Sample(filled), secrets.token_hex(8)
    request = await sample.request(operation, method, path, variant)
    assert (await sample.send(request, idempotency_key=key)).is_success
    if request.body is None:  # nothing but the address can differ, and with it the thing
        other = await sample.request(operation, method, path, variant)
    else:
        other = Request(**{**vars(request), "body": _otherwise(request.body)})
    refused = await sample.send(other, idempotency_key=key)
    assert (refused.status_code, refused.json()["code"]) == (422, "idempotency_key_reused"), refused.text


def _otherwise(body: dict | str) -> dict | str:
    """The same body in other bytes: a key stands for what was sent, letter by letter."""
    if isinstance(body, str):
        return body + "\n"
    return {name: body[name] for name in reversed(body)} if len(body) > 1 else _longer(body)


def _longer(body: dict) -> dict:
    ((name, value),) = body.items()
    if isinstance(value, str):
        return {name: None}
    return {name: [*value, *value]} if isinstance(value, list) else {name: {**value, "da": "Andet"}}


async def test_it_happens_once_however_many_ask_at_a_time(filled, rows):
    before, key = await rows("person"), secrets.token_hex(8)
    answers = await asyncio.gather(
        *(filled.chief.post("/v1/people", people(filled), idempotency_key=key) for _ in range(8))
    )
    assert {answer.status_code for answer in answers} <= {201, 409}
    assert len({answer.json()["id"] for answer in answers if answer.status_code == 201}) == 1
    assert all(answer.json()["code"] == "idempotency_key_in_use" for answer in answers if answer.status_code == 409)
    assert await rows("person") == before + 1


async def test_a_key_belongs_to_whoever_sent_it(filled, rows):
    before, key = await rows("person"), secrets.token_hex(8)
    another = await filled.town.someone("Another", role="admin")
    mine = await filled.chief.post("/v1/people", people(filled), idempotency_key=key)
    theirs = await another.post("/v1/people", people(filled), idempotency_key=key)
    assert mine.status_code == theirs.status_code == 201
    assert "idempotency-replayed" not in theirs.headers
    assert mine.json()["id"] != theirs.json()["id"]
    assert await rows("person") == before + 3


async def test_a_key_belongs_to_one_operation(filled):
    key = secrets.token_hex(8)
    sample = Sample(filled)
    assert (await filled.chief.post("/v1/people", people(filled), idempotency_key=key)).status_code == 201
    team = await sample.send(await sample.request("createTeam", "POST", "/v1/teams"), idempotency_key=key)
    assert team.status_code == 201
    assert "idempotency-replayed" not in team.headers


async def test_a_refused_request_keeps_no_key(filled, rows):
    before, key = await rows("idempotency_key"), secrets.token_hex(8)
    for body in ({"name": ""}, {"name": "Kari", "identities": [{"issuer": "i", "subject": "s"}] * 2}):
        refused = await filled.chief.post("/v1/people", body, idempotency_key=key)
        assert refused.status_code in {409, 422}, refused.text
    forbidden = await (await filled.town.someone("Nobody")).post("/v1/people", people(filled), idempotency_key=key)
    assert forbidden.status_code == 403
    assert await rows("idempotency_key") == before
    made = await filled.chief.post("/v1/people", people(filled), idempotency_key=key)
    assert made.status_code == 201
    assert "idempotency-replayed" not in made.headers


async def test_a_key_is_forgotten_after_a_day(filled, clock):
    key, pool = secrets.token_hex(8), filled.town.app.service.pool
    first = await filled.chief.post("/v1/people", people(filled), idempotency_key=key)
    start = clock.now
    for hours, replayed in ((23, True), (25, False)):
        clock.now = start + timedelta(hours=hours)
        await one_round(pool, clock())
        again = await filled.chief.post("/v1/people", _body_of(first), idempotency_key=key)
        assert again.status_code == 201
        assert ("idempotency-replayed" in again.headers) is replayed


def _body_of(answer) -> dict:
    return {"name": answer.json()["name"]}
