"""Who may do what, as data: the same table that decides, in the language asked for."""

import pytest
from harness.contract import contract

from api.messages import text
from domain.actors import Role
from domain.localisation import LOCALES
from domain.permissions import GRANTS, Permission
from domain.teams import Duty


async def table(someone, locale="en"):
    answer = await someone.http.get("/v1/permissions", headers={"accept-language": locale})
    assert answer.status_code == 200, answer.text
    return {each["permission"]: each for each in answer.json()["items"]}


async def test_every_line_of_the_table_is_there_as_it_decides(town):
    someone = await town.someone("Reviewer")
    shown = {
        permission: [[each["key"] for each in path["all_of"]] for path in line["any_of"]]
        for permission, line in (await table(someone)).items()
    }
    assert shown == {
        permission.value: [[predicate.__name__ for predicate in path] for path in paths]
        for permission, paths in GRANTS.items()
    }


async def test_every_operation_stands_under_what_it_asks_for(town):
    shown = {
        (each["operation_id"], each["method"], each["path"], permission)
        for permission, line in (await table(town.admin)).items()
        for each in line["operations"]
    }
    assert shown == {
        (each["operationId"], method, path, each["x-permission"]) for method, path, each in contract().operations()
    }


async def test_roles_and_duties_that_are_enough_are_named(town):
    found = await table(town.admin)
    assert found[Permission.AUDIT_READ]["roles"] == [Role.AUDITOR]
    assert found[Permission.AUDIT_READ]["duties"] == []
    assert found[Permission.MEETING_PUBLISH]["roles"] == [Role.UNIT_LEADER]
    assert found[Permission.MEETING_PUBLISH]["duties"] == [Duty.FACILITATOR, Duty.LEADER]
    assert found[Permission.MEETING_READ]["duties"] == list(Duty)
    assert found[Permission.CODE_LIST_READ]["roles"] == list(Role)


@pytest.mark.parametrize("locale", LOCALES)
async def test_what_has_to_hold_is_said_in_the_language_asked_for(town, locale):
    for line in (await table(town.admin, locale)).values():
        for path in line["any_of"]:
            for each in path["all_of"]:
                assert each["meaning"] == text(locale, f"predicate.{each['key']}")
                assert " " in each["meaning"]
