"""Every request example of the contract works as it stands, once its ids are those of things that there are."""

import re
from dataclasses import replace
from typing import Any

import pytest
from harness.contract import contract
from harness.filled import Filled, fill
from harness.requests import Sample, kind
from harness.world import found_municipality

SENT = [each for each in contract().operations() if "requestBody" in each[2]]
UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")


@pytest.fixture(scope="module")
async def untouched(app, migrated, issuer, running_clock) -> Filled:
    """A municipality in which nothing that is unique in the examples is taken, with what their files name."""
    filled = await fill(await found_municipality(app, migrated.owner, issuer, running_clock), "E")
    await filled.town.organisation(external_ids=[{"scheme": "nsr", "value": "1004322"}])
    known = {"issuer": "https://id.example.no", "subject": "8b3c2f60-91f5-4a7e-9a3c-1d2e3f4a5b6c"}
    await filled.made("person_id", "/v1/people", {"name": "Ingrid", "identities": [known]})
    return filled


@pytest.mark.parametrize(("method", "path", "operation"), SENT, ids=[each[2]["operationId"] for each in SENT])
async def test_the_example_is_accepted(untouched, method, path, operation):
    (media,) = operation["requestBody"]["content"].values()
    sample = Sample(untouched)
    request = await sample.request(operation["operationId"], method, path)
    body = _with_ids_of(request.body, media["example"], untouched)
    answer = await sample.send(replace(request, body=body, query={}))
    assert answer.status_code in {200, 201}, answer.text
    assert answer.json().get("publishable", True), "an example of an agenda that breaks the rules"


def _with_ids_of(sample: Any, example: Any, filled: Filled, name: str = "") -> Any:
    """The example with the ids that the sample has in the same places, or any of the kind."""
    if isinstance(example, dict):
        inner = sample if isinstance(sample, dict) else {}
        return {key: _with_ids_of(inner.get(key), value, filled, key) for key, value in example.items()}
    if isinstance(example, list):
        inner = sample if isinstance(sample, list) else []
        return [
            _with_ids_of(inner[i] if i < len(inner) else None, value, filled, name) for i, value in enumerate(example)
        ]
    if isinstance(example, str) and UUID.fullmatch(example):
        return sample if isinstance(sample, str) else filled.one(kind(name))
    return example
