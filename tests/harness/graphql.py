"""GraphQL as a client asks it."""

from typing import Any

import httpx

from harness.world import Someone


async def post(person: Someone, query: str, **variables: Any) -> httpx.Response:
    """One operation by POST."""
    return await person.http.post("/graphql", json={"query": query, "variables": variables})


async def data(person: Someone, query: str, **variables: Any) -> Any:
    """The data of an operation that goes well."""
    answer = await post(person, query, **variables)
    assert answer.status_code == 200, answer.text
    body = answer.json()
    assert "errors" not in body, body["errors"]
    return body["data"]


async def errors(person: Someone, query: str, **variables: Any) -> list[dict[str, Any]]:
    """The errors of an operation that doesn't."""
    answer = await post(person, query, **variables)
    return answer.json()["errors"]
