"""Lists page by opaque cursors, and browsers of other origins get what the setting grants them."""

import re

import pytest
from harness.contract import contract
from harness.requests import Request, Sample
from harness.servers import serving
from harness.world import client

LISTS = [
    (each["operationId"], path)
    for method, path, each in contract().operations()
    if any(parameter["name"] == "cursor" for parameter in each.get("parameters", ()))
]
ORIGIN = "https://plan.fjordby.example"


async def unfiltered(sample: Sample, operation: str, path: str) -> Request:
    request = await sample.request(operation, "GET", path)
    return Request(**{**vars(request), "query": {}})


@pytest.mark.parametrize(("operation", "path"), LISTS)
async def test_pages_of_one_make_the_whole_list(operation, path, filled):
    sample = Sample(filled)
    request = await unfiltered(sample, operation, path)
    whole = (await sample.send(Request(**{**vars(request), "query": {"limit": "100"}}))).json()
    small = Request(**{**vars(request), "query": {"limit": "7"}})
    items, cursor, seen = [], None, set()
    while True:
        query = small.query | ({"cursor": cursor} if cursor else {})
        answer = await sample.send(Request(**{**vars(small), "query": query}))
        assert answer.status_code == 200, answer.text
        items += answer.json()["items"]
        cursor = answer.json()["next_cursor"]
        assert cursor not in seen
        seen.add(cursor)
        if cursor is None or len(items) >= 100:
            break
        (following,) = re.findall(r'<([^>]+)>; rel="next"', answer.headers["link"])
        assert following == f"{request.url}?limit=7&cursor={cursor}"
    assert items[: len(whole["items"])] == whole["items"][: len(items)]
    assert len(items) >= len(whole["items"])
    assert len({str(item.get("id")) for item in items}) == len(items)


async def test_a_cursor_is_good_for_its_own_list_and_filters_only(filled):
    cursor = (await filled.chief.get("/v1/people", limit="1")).json()["next_cursor"]
    for path, query in (
        ("/v1/teams", {}),
        ("/v1/people", {"kind": "person"}),
        ("/v1/people", {"status": "active"}),
    ):
        answer = await filled.chief.get(path, cursor=cursor, **query)
        assert (answer.status_code, answer.json()["code"]) == (400, "cursor_invalid")
    for bent in (cursor[:-4], cursor[1:], cursor + "AAAA", cursor.swapcase(), cursor + "="):
        assert (await filled.chief.get("/v1/people", cursor=bent)).status_code == 400
    assert filled.canary not in cursor


async def test_other_origins_are_told_nothing_unless_a_setting_names_them(filled):
    asked = {"origin": ORIGIN, "access-control-request-method": "PATCH"}
    for answer in (
        await filled.chief.http.get("/v1/me", headers=asked),
        await filled.chief.http.request("OPTIONS", "/v1/me", headers=asked),
    ):
        assert not [name for name in answer.headers if name.startswith("access-control-")]


async def test_an_origin_of_the_setting_may_call(filled, migrated, issuer, running_clock):
    async with serving(migrated, issuer, running_clock, cors_origins=(ORIGIN,)) as application:
        http = client(application, filled.chief.http.auth)
        asked = {"origin": ORIGIN, "access-control-request-method": "PATCH"}
        before = await http.request("OPTIONS", "/v1/people/0", headers=asked)
        assert before.status_code == 204
        assert before.headers["access-control-allow-origin"] == ORIGIN
        assert "PATCH" in before.headers["access-control-allow-methods"]
        assert "If-Match" in before.headers["access-control-allow-headers"]
        for path, status in (("/v1/me", 200), ("/v1/people/0", 404)):
            answer = await http.get(path, headers={"origin": ORIGIN})
            assert answer.status_code == status
            assert answer.headers["access-control-allow-origin"] == ORIGIN
            assert "ETag" in answer.headers["access-control-expose-headers"]
            assert "Origin" in answer.headers["vary"]
        for stranger in ("https://plan.fjordby.example.evil.example", "null", "http://plan.fjordby.example"):
            answer = await http.get("/v1/me", headers={"origin": stranger})
            assert "access-control-allow-origin" not in answer.headers
