"""The contract's links lead where they say: what a 201 answers is all that they need."""

import pytest
from harness.contract import contract
from harness.requests import Sample

OPERATIONS = {operation["operationId"]: (method, path) for method, path, operation in contract().operations()}
LINKED = [each for each in contract().operations() if each[2]["responses"].get("201", {}).get("links")]


@pytest.mark.parametrize(("method", "path", "operation"), LINKED, ids=[each[2]["operationId"] for each in LINKED])
async def test_every_link_of_a_creation_can_be_followed(filled, method, path, operation):
    sample = Sample(filled)
    request = await sample.request(operation["operationId"], method, path)
    answer = await sample.send(request)
    assert answer.status_code == 201, answer.text
    values = {"$response.body#/id": answer.json()["id"], "$response.header.ETag": answer.headers["etag"]}
    values |= {f"$request.path.{name}": id for name, id in request.ids.items()}
    read = 0
    for name, link in operation["responses"]["201"]["links"].items():
        given = {parameter.rpartition(".")[2]: values[value] for parameter, value in link["parameters"].items()}
        target_method, target = OPERATIONS[name]
        url = target.format(**given)
        if target_method == "GET":
            read += 1
            found = await filled.chief.http.get(url)
            assert found.status_code == 200, found.text
    assert read
