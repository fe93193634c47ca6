"""Changes of the tree at the same moment: whatever comes first, every day has a tree afterwards."""

import asyncio

import pytest

ROUNDS = range(8)


async def etag(town, unit):
    return (await town.admin.get(f"/v1/organisations/{unit}")).headers["etag"]


async def tree(town):
    """Parents by unit, today."""
    listed = await town.admin.get("/v1/organisations", limit=100)
    assert listed.json()["next_cursor"] is None
    return {each["id"]: each["parent_id"] for each in listed.json()["items"]}


def is_tree(parents):
    def top(unit):
        for _ in parents:
            unit = parents[unit]
            if unit is None:
                return True
        return False

    return all(parent is None or parent in parents for parent in parents.values()) and all(map(top, parents))


async def test_two_moves_that_would_make_a_circle_together_never_both_happen(town):
    for _ in ROUNDS:
        units = [await town.organisation(name, valid_from="2021-01-01") for name in "AB"]
        etags = [await etag(town, unit) for unit in units]
        moves = [
            town.admin.post(f"/v1/organisations/{unit}/move", {"parent_id": other}, if_match=mark)
            for unit, other, mark in zip(units, reversed(units), etags, strict=True)
        ]
        answers = await asyncio.gather(*moves)
        assert sorted(answer.status_code for answer in answers) == [200, 409], [answer.text for answer in answers]
        (refused,) = (answer for answer in answers if answer.status_code == 409)
        assert refused.json()["code"] == "organisation_cycle"
        assert is_tree(await tree(town))


async def test_three_moves_that_would_make_a_circle_together_never_all_happen(town):
    for _ in ROUNDS:
        units = [await town.organisation(name, valid_from="2021-01-01") for name in "ABC"]
        etags = [await etag(town, unit) for unit in units]
        moves = [
            town.admin.post(f"/v1/organisations/{units[i]}/move", {"parent_id": units[i - 1]}, if_match=etags[i])
            for i in range(3)
        ]
        answers = await asyncio.gather(*moves)
        assert sorted(answer.status_code for answer in answers) == [200, 200, 409]
        assert is_tree(await tree(town))


@pytest.mark.parametrize("first", ["create", "close"])
async def test_a_unit_never_opens_under_one_that_is_closed_at_the_same_time(town, first):
    for _ in ROUNDS:
        above = await town.organisation("Over", valid_from="2021-01-01")
        body = {"kind": "sfo", "sector": "school", "names": {"nb": "Under"}, "parent_id": above}
        close = town.admin.post(f"/v1/organisations/{above}/close", {}, if_match=await etag(town, above))
        create = town.admin.post("/v1/organisations", body)
        pair = {"close": close, "create": create}
        order = [first, *(pair.keys() - {first})]
        answers = dict(zip(order, await asyncio.gather(*(pair[name] for name in order)), strict=True))
        outcome = (answers["close"].status_code, answers["create"].status_code)
        assert outcome in {(204, 422), (409, 201)}, [answer.text for answer in answers.values()]
        assert is_tree(await tree(town))


async def test_an_import_and_a_move_never_make_a_circle_together(town):
    for i in ROUNDS:
        numbers = [[{"scheme": "code", "value": f"{name}{i}"}] for name in "AB"]
        a, b = [await town.organisation("X", valid_from="2021-01-01", external_ids=each) for each in numbers]
        file = f"name,code,parent\nX,A{i},code:B{i}\n"
        answers = await asyncio.gather(
            town.admin.post(f"/v1/organisations/{b}/move", {"parent_id": a}, if_match=await etag(town, b)),
            town.admin.http.post("/v1/imports/organisations", content=file, headers={"content-type": "text/csv"}),
        )
        assert [answer.status_code for answer in answers] in ([200, 422], [409, 200]), [a.text for a in answers]
        assert is_tree(await tree(town))
