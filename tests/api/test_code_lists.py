"""Code lists as a frontend reads them: once, in the person's language, with the words of each sector."""

import pytest

from domain import library
from domain.localisation import LOCALES


async def read(someone, path, **headers):
    answer = await someone.http.get(path, headers={name.replace("_", "-"): value for name, value in headers.items()})
    assert answer.status_code == 200, answer.text
    return answer


@pytest.mark.parametrize("locale", LOCALES)
async def test_every_list_stands_there_with_labels_in_the_language_asked_for(town, locale):
    items = (await read(town.admin, "/v1/code-lists", accept_language=locale)).json()["items"]
    assert {each["key"]: [code["code"] for code in each["codes"]] for each in items} == {
        key: [code.code for code in found.codes] for key, found in library.code_lists().items()
    }
    for each in items:
        for code in each["codes"]:
            assert code["label"] == code["labels"][locale]
            assert code["labels"].keys() == set(LOCALES)
            assert all(sector["label"] == sector["labels"][locale] for sector in code["sectors"])


async def test_one_list_is_the_same_as_among_all(town):
    someone = await town.someone("Frontend")
    items = (await read(someone, "/v1/code-lists")).json()["items"]
    for each in items:
        assert (await read(someone, f"/v1/code-lists/{each['key']}")).json() == each


async def test_a_school_and_a_kindergarten_call_their_leader_differently(town):
    codes = (await read(town.admin, "/v1/code-lists/role", accept_language="nb")).json()["codes"]
    (leader,) = (each for each in codes if each["code"] == "unit_leader")
    called = {each["sector"]: each["label"] for each in leader["sectors"]}
    assert (leader["label"], called["school"], called["kindergarten"]) == ("Leder", "Rektor", "Styrer")


@pytest.mark.parametrize("path", ["/v1/code-lists", "/v1/code-lists/role", "/v1/permissions"])
async def test_what_ships_with_the_code_is_kept_by_browsers_and_asked_for_once(town, path):
    first = await read(town.admin, path, accept_language="da")
    assert first.headers["cache-control"] == "private, max-age=300"
    assert first.headers["vary"] == "Authorization, Accept-Language"
    tag = first.headers["etag"]
    held = {"accept-language": "da", "if-none-match": tag}
    again = await town.admin.http.get(path, headers=held)
    assert (again.status_code, again.content, again.headers["etag"]) == (304, b"", tag)
    assert again.headers["cache-control"] == "private, max-age=300"
    other = await town.admin.http.get(path, headers={**held, "accept-language": "sv"})
    assert other.status_code == 200
    assert other.headers["etag"] != tag


@pytest.mark.parametrize("key", ["nothing", "Role", "role%2f", "..", "æ", "x" * 500])
async def test_a_list_that_there_is_not_is_not_found(town, key):
    answer = await town.admin.http.get(f"/v1/code-lists/{key}")
    assert answer.status_code == 404


@pytest.mark.parametrize("path", ["/v1/code-lists", "/v1/code-lists/role", "/v1/permissions"])
async def test_they_are_for_those_who_are_signed_in(town, path):
    answer = await town.admin.http.get(path, auth=lambda request: request)
    assert answer.status_code == 401
