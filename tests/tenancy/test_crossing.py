"""T1, T2 and T6, generated from the committed contract: nothing crosses from one municipality to another."""

import secrets

import catalogue
import pytest
from crossing import ANSWERED_ALIKE, CASES, alike, crossings, digests, leaks, operation_of
from harness.contract import contract
from harness.requests import Sample, positions
from harness.servers import rolled_back

from api.reading import answering, reader
from api.reading.paths import Everyone
from api.reading.views import VIEWS
from domain import permissions


@pytest.fixture
async def untouched(server, bergen):
    """The neighbour's rows are the same afterwards, byte for byte."""
    async with rolled_back(server.admin) as admin:
        before = await digests(admin, await catalogue.tenant_tables(admin), bergen.town.id)
    yield
    async with rolled_back(server.admin) as admin:
        assert await digests(admin, list(before), bergen.town.id) == before


@pytest.mark.parametrize(("operation", "method", "path", "variant"), CASES)
async def test_an_id_of_the_neighbour_is_like_one_that_never_was(
    operation, method, path, variant, oslo, bergen, untouched
):
    sample = Sample(oslo)
    request = await sample.request(operation, method, path, variant)
    assert await crossings(sample, request, bergen) == []
    answer = await sample.send(request)
    assert answer.is_success, answer.text
    assert list(leaks(answer, bergen)) == []


@pytest.mark.parametrize(("operation", "method", "path", "variant"), CASES)
async def test_without_a_role_a_foreign_id_is_no_other_than_an_unknown_one_either(
    operation, method, path, variant, oslo, bergen, untouched
):
    """The same for somebody who may do nothing: refused alike, wherever the id is from."""
    nobody = await oslo.town.someone("Nobody")
    sample = Sample(oslo)
    request = await sample.request(operation, method, path, variant)
    chief, oslo.chief = oslo.chief, nobody
    try:
        assert [each for each in await crossings(sample, request, bergen) if "accepts" not in each] == []
    finally:
        oslo.chief = chief


DONE_FOR_GOOD = {"leavePerson"}
"""Tried with our own ids it would leave nobody for what follows; its preview is tried."""


@pytest.mark.parametrize(("operation", "method", "path", "variant"), CASES)
async def test_the_matrix_would_notice_ids_that_are_seen(operation, method, path, variant, oslo):
    """So that «no difference» means the fence: our own ids in the neighbour's place do make a difference."""
    sample = Sample(oslo)
    request = await sample.request(operation, method, path, variant)
    if operation not in ANSWERED_ALIKE | DONE_FOR_GOOD and any(positions(operation_of(method, path))):
        assert await crossings(sample, request, oslo) != []


def test_every_id_in_the_contract_is_of_a_kind_that_the_world_has(oslo):
    """A new kind of id needs its objects in tests/harness/filled.py."""
    for method, path, operation in contract().operations():
        for position, kind in positions(operation):
            assert len(oslo.ids.get(kind, ())) > 1, f"{method} {path}: no {kind} for {position}"


async def test_lists_that_belong_to_no_parent_show_only_our_own(oslo, bergen):
    for method, path, _ in contract().operations():
        if method == "GET" and "{" not in path:
            for query in ({}, {"limit": "1"}):
                answer = await oslo.chief.http.get(path, params=query if _paged(method, path) else {})
                assert answer.status_code == 200
                assert list(leaks(answer, bergen)) == []


def _paged(method: str, path: str) -> bool:
    return "limit" in {each["name"] for each in operation_of(method, path).get("parameters", ())}


async def test_without_our_own_rules_row_security_alone_still_hides_the_neighbour(oslo, bergen, monkeypatch, untouched):
    """A mutant of the service: everybody may do and see everything. What is left is the floor, and it holds."""
    everybody = dict.fromkeys(permissions.Permission, permissions.EVERYBODY)
    monkeypatch.setattr(permissions, "GRANTS", everybody)
    for view in VIEWS.values():
        monkeypatch.setattr(view, "seen_by", (Everyone(),))
    _forget_statements()
    try:
        sample = Sample(oslo)
        for operation, method, path, variant in CASES:
            request = await sample.request(operation, method, path, variant)
            assert [each for each in await crossings(sample, request, bergen) if "neighbour" in each] == []
        nobody = await oslo.town.someone("Nobody")
        seen = await nobody.get(f"/v1/meetings/{oslo.one('meeting_id')}")
        assert seen.status_code == 200  # the mutant is one: our own rules are really gone
    finally:
        monkeypatch.undo()
        _forget_statements()


def _forget_statements() -> None:
    for compiled in (reader.one_statement, reader.page_statement, answering.kept_statement):
        compiled.cache_clear()


async def test_a_key_of_the_neighbour_is_new_to_us(oslo, bergen):
    key = secrets.token_hex(8)
    theirs = await bergen.chief.post("/v1/people", {"name": bergen.text()}, idempotency_key=key)
    ours = await oslo.chief.post("/v1/people", {"name": oslo.text()}, idempotency_key=key)
    again = await oslo.chief.post("/v1/people", {"name": oslo.text()}, idempotency_key=key)
    assert theirs.status_code == ours.status_code == again.status_code == 201
    assert "idempotency-replayed" not in ours.headers
    assert again.headers["idempotency-replayed"] == "true"
    assert ours.json()["id"] != theirs.json()["id"]
    assert list(leaks(ours, bergen)) == []


SHARED = {"getCodeList", "listCodeLists", "listMethodProfiles", "listPermissions", "listRuleSets", "listWorkingDays"}
"""The same words, and so the same tag, in every municipality: what the product says of itself, and ordinary days."""


async def test_a_tag_of_the_neighbour_is_never_current(oslo, bergen):
    for method, path, operation in contract().operations():
        if method == "GET" and operation["operationId"] not in SHARED:
            their = await Sample(bergen).send(await Sample(bergen).request(operation["operationId"], method, path))
            request = await Sample(oslo).request(operation["operationId"], method, path)
            answer = await Sample(oslo).send(request, if_none_match=their.headers["etag"])
            assert answer.status_code == 200, f"{path}: {answer.status_code}"


async def test_a_cursor_of_the_neighbour_is_none(oslo, bergen):
    tried = 0
    for path in ("/v1/people", "/v1/meetings", "/v1/teams", "/v1/organisations", "/v1/role-assignments"):
        cursor = (await bergen.chief.get(path, limit="1")).json()["next_cursor"]
        refused = await oslo.chief.get(path, limit="1", cursor=cursor)
        forged = await oslo.chief.get(path, limit="1", cursor=cursor[:-1] + ("A" if cursor[-1] != "A" else "B"))
        assert refused.json()["code"] == "cursor_invalid"
        assert alike(refused, cursor) == alike(forged, cursor)
        tried += 1
    assert tried == 5


async def test_a_revision_of_the_neighbour_changes_nothing_here(oslo, bergen, untouched):
    """If-Match with a foreign tag goes by our own revision: the meeting stays what it was."""
    ours = await oslo.meeting()
    theirs = await bergen.chief.get(f"/v1/meetings/{bergen.ids['meeting_id'][2]}")
    assert theirs.json()["revision"] != ours["revision"]
    refused = await oslo.chief.patch(f"/v1/meetings/{ours['id']}", {"title": "Other"}, if_match=theirs.headers["etag"])
    assert refused.status_code == 412
    assert list(leaks(refused, bergen)) == []
