"""Searching: lists keep what holds the words, and nothing that the asker may not see."""

import pytest
from harness.graphql import data, post

SEARCH = """query($words: String!) {
  people(matching: $words) { nodes { name } } teams(matching: $words) { nodes { name } }
  organisations(matching: $words) { nodes { name } } meetings(matching: $words) { nodes { title } } }"""


async def names(who, path, words, name="name", **more):
    answer = await who.get(path, matching=words, **more)
    assert answer.status_code == 200, answer.text
    return [each[name] for each in answer.json()["items"]]


@pytest.mark.parametrize("words", ["ås", "ÅS", "Åse  b", "a\u030ase"])
async def test_people_are_found_by_any_part_of_their_name_in_capitals_or_not(town, words):
    for name in ("Åse Berg", "Ola Aasen", "Kåre Ås", "Kari Vik"):
        await town.someone(name)
    found = await names(town.admin, "/v1/people", words)
    assert "Åse Berg" in found
    assert "Kari Vik" not in found
    assert ("Kåre Ås" in found) == (len(words) == 2)


async def test_words_come_with_other_filters_and_go_from_page_to_page(town):
    for n in range(3):
        await town.someone(f"Felles navn {n}")
    await town.admin.post("/v1/people", {"name": "Felles klient", "kind": "client"})
    assert await names(town.admin, "/v1/people", "felles", kind="client") == ["Felles klient"]
    first = await town.admin.get("/v1/people", matching="felles", limit=3)
    rest = await town.admin.get(first.links["next"]["url"])
    assert [each["name"] for each in rest.json()["items"]] == ["Felles navn 2"]
    other = await town.admin.get("/v1/people", matching="klient", cursor=first.json()["next_cursor"])
    assert (other.status_code, other.json()["code"]) == (400, "cursor_invalid")


async def test_units_and_teams_are_found_by_name(town):
    school = await town.organisation("Ørneredet skole")
    await town.team(school, facilitator=await town.someone("Kari"))
    assert await names(town.admin, "/v1/organisations", "ørne") == ["Ørneredet skole"]
    assert await names(town.admin, "/v1/teams", "TRINN") == ["5. trinn"]
    assert await names(town.admin, "/v1/teams", "6. trinn") == []


async def test_a_meeting_is_found_by_those_alone_who_may_see_it(school):
    await school.meeting(title="Hemmelig Øvelse")
    for who, found in ((school.facilitator, ["Hemmelig Øvelse"]), (await school.town.someone("Nysgjerrig"), [])):
        assert await names(who, "/v1/meetings", "hemmelig øv", "title") == found
        assert (await data(who, SEARCH, words="HEMMELIG ØV"))["meetings"]["nodes"] == [
            {"title": each} for each in found
        ]


@pytest.mark.parametrize("title", ["Læring i Ås", "LÆRING I ÅS", "Øvelse, ÆRE, ÄRA, ÖPPEN, IDÉ", "ČÁHCI ĐIĐŊŠŦŽ"])
async def test_a_meeting_is_found_in_capitals_or_not_on_every_server(school, title):
    """The letters of Nordic and Sami texts; none of it is left to the locale of the database."""
    made = await school.meeting(title=title)
    for words in (title.lower(), title.upper(), title):
        assert await names(school.facilitator, "/v1/meetings", words, "id") == [made["id"]]


async def test_graphql_takes_words_as_long_as_rest_does(town):
    answer = await post(town.admin, SEARCH, words="x" * 101)
    assert {error["extensions"]["fault"] for error in answer.json()["errors"]} == {"text_too_long"}


async def test_talk_about_a_child_is_not_searched(school):
    """It has no text of its own, and its fixed title stands in no meeting's title."""
    await school.meeting(
        title="Onsdagsmøte", agenda=[{"kind": "child_talk", "track": "none", "lang": "nb", "minutes": 5}]
    )
    assert await names(school.facilitator, "/v1/meetings", "barn", "title") == []


async def test_one_search_box_is_one_request(town):
    school = await town.organisation("Fjellet skole")
    await town.team(school, facilitator=await town.someone("Fjell Fjellsen"))
    found = await data(town.admin, SEARCH, words="fjell")
    assert {kind: len(page["nodes"]) for kind, page in found.items()} == {
        "people": 1,
        "teams": 0,
        "organisations": 1,
        "meetings": 0,
    }


async def test_another_municipality_is_not_searched(town, other_town):
    await other_town.someone("Fremmed Person")
    assert await names(town.admin, "/v1/people", "fremmed") == []


@pytest.mark.parametrize("words", ["", "x" * 101, "\x00"])
async def test_words_that_cannot_be_searched_for_are_refused(town, words):
    answer = await town.admin.get("/v1/people", matching=words)
    assert (answer.status_code, answer.json()["code"]) == (400, "invalid_parameter")


async def test_a_wildcard_is_just_a_character(town):
    await town.someone("Hundre Prosent")
    assert await names(town.admin, "/v1/people", "%") == []
    assert await names(town.admin, "/v1/people", "h_ndre") == []
