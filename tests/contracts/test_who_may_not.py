"""Somebody without any role or duty is turned away from everything that not everybody may do, over HTTP."""

import copy

import pytest
from harness.contract import contract
from harness.requests import Sample

from domain.permissions import EVERYBODY, GRANTS, Permission

CHANGES = [
    (each["operationId"], method, path)
    for method, path, each in contract().operations()
    if method != "GET" and GRANTS[Permission(each["x-permission"])] != EVERYBODY
]


@pytest.mark.parametrize(("operation", "method", "path"), CHANGES)
async def test_who_has_no_role_may_not(operation, method, path, filled):
    request = await Sample(filled).request(operation, method, path)
    nobody = copy.copy(filled)
    nobody.chief = await filled.town.someone("Nobody")
    refused = await Sample(nobody).send(request)
    assert (refused.status_code, refused.json()["code"]) in {(403, "forbidden"), (404, "not_found")}, refused.text
    assert (await Sample(filled).send(request)).is_success
