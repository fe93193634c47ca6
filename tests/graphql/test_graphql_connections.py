"""Connections: pages forward and backward, cursors, edges, filters, and what is wrong with them."""

import pytest
from harness.graphql import data, errors, post

PEOPLE = "query($first: Int, $after: String, $last: Int, $before: String) { people(first: $first, after: $after, last: $last, before: $before) { nodes { id } edges { cursor node { id } } pageInfo { hasNextPage hasPreviousPage startCursor endCursor } } }"


async def people(filled, **paging):
    found = (await data(filled.chief, PEOPLE, **paging))["people"]
    ids = [node["id"] for node in found["nodes"]]
    assert ids == [edge["node"]["id"] for edge in found["edges"]]
    cursors = [edge["cursor"] for edge in found["edges"]] or [None]
    assert (found["pageInfo"]["startCursor"], found["pageInfo"]["endCursor"]) == (cursors[0], cursors[-1])
    return ids, found["pageInfo"]


async def all_people(filled):
    return [person["id"] for person in (await filled.chief.get("/v1/people", limit=100)).json()["items"]]


async def test_pages_forward_give_the_whole_list_in_the_order_of_rest(filled):
    found, after, pages = [], None, 0
    while True:
        ids, info = await people(filled, first=2, after=after)
        assert len(ids) <= 2
        assert info["hasPreviousPage"] is (pages > 0)
        found += ids
        pages += 1
        if not info["hasNextPage"]:
            break
        after = info["endCursor"]
    assert found == await all_people(filled)
    assert pages > 2


async def test_pages_backward_give_the_same(filled):
    found, before = [], None
    while True:
        ids, info = await people(filled, last=2, before=before)
        assert info["hasNextPage"] is (before is not None)
        found = ids + found
        if not info["hasPreviousPage"]:
            break
        before = info["startCursor"]
    assert found == await all_people(filled)


async def test_between_two_cursors_lies_what_lies_between(filled):
    everybody = await all_people(filled)
    _, first = await people(filled, first=1)
    _, last = await people(filled, last=1)
    between, _ = await people(filled, after=first["endCursor"], before=last["startCursor"])
    assert between == everybody[1:-1]


async def test_a_page_of_nothing_is_empty(filled):
    ids, info = await people(filled, first=0)
    assert ids == []
    assert info == {"hasNextPage": True, "hasPreviousPage": False, "startCursor": None, "endCursor": None}


@pytest.mark.parametrize(
    ("arguments", "fault"),
    [
        ("first: 101", "page_too_large"),
        ("first: -1", "page_too_small"),
        ("first: 1, last: 1", "first_and_last"),
        ('after: "x"', "cursor_invalid"),
        ('before: "WyJ4Il0"', "cursor_invalid"),
        ('after: "WyJhIiwgInh4Il0"', "cursor_invalid"),
        (f'after: "{"A" * 5000}"', "cursor_invalid"),
    ],
)
async def test_a_page_that_can_t_be_is_refused_where_it_stands(filled, arguments, fault):
    query = f"{{ teams {{ nodes {{ name bad: meetings({arguments}) {{ nodes {{ id }} }} }} }} }}"
    answer = (await post(filled.chief, query)).json()
    assert answer["data"] is None
    assert [error["path"] for error in answer["errors"]] == [["teams", "nodes", i, "bad"] for i in range(3)]
    for error in answer["errors"]:
        assert error["extensions"]["code"] == "argument_refused"
        assert error["extensions"]["fault"] == fault
        assert error["locations"] == [{"line": 1, "column": query.index("bad") + 1}]


async def test_a_cursor_of_another_list_is_refused(filled):
    query = "{ organisations(first: 1) { pageInfo { endCursor } } teams(first: 1) { pageInfo { endCursor } } }"
    found = await data(filled.chief, query)
    of_teams = found["teams"]["pageInfo"]["endCursor"]
    assert await data(filled.chief, "query($at: String) { teams(after: $at) { nodes { id } } }", at=of_teams)
    asked = "query($at: String) { organisations(after: $at) { nodes { id } } }"
    [error] = await errors(filled.chief, asked, at=of_teams)
    assert error["extensions"]["fault"] == "cursor_invalid"


async def test_an_argument_is_called_as_the_schema_calls_it(filled):
    [error] = await errors(filled.chief, '{ meetings(startsFrom: "0001-01-01T00:00:00+14:00") { nodes { id } } }')
    assert error["extensions"]["argument"] == "startsFrom"
    assert "startsFrom" in error["message"]


async def test_what_is_refused_below_something_that_may_be_null_leaves_the_rest(filled):
    query = "query($team: ID!) { me { name } team(id: $team) { name meetings(first: 1000) { nodes { id } } } }"
    answer = (await post(filled.chief, query, team=filled.one("team_id"))).json()
    assert answer["data"] == {"me": {"name": filled.chief.name}, "team": None}
    assert [error["path"] for error in answer["errors"]] == [["team", "meetings"]]
    assert "100" in answer["errors"][0]["message"]


async def test_an_id_that_is_none_is_refused(filled):
    assert [e["extensions"]["fault"] for e in await errors(filled.chief, '{ team(id: "x") { name } }')] == [
        "not_a_uuid"
    ]


async def test_filters_are_those_of_rest(filled):
    team = filled.one("team_id")
    query = (
        "query($team: ID, $state: MeetingState) { meetings(first: 100, teamId: $team, state: $state) { nodes { id } } }"
    )
    for given in ({}, {"team": team}, {"team": team, "state": "published"}, {"state": "cancelled"}):
        rest = {"team": "team_id"}
        listed = await filled.chief.get("/v1/meetings", limit=100, **{rest.get(k, k): v for k, v in given.items()})
        found = (await data(filled.chief, query, **given))["meetings"]["nodes"]
        assert [each["id"] for each in found] == [each["id"] for each in listed.json()["items"]]
        assert found
