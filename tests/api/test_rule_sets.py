"""Rule sets and method profiles as people and forms read them: whole sentences, in the language asked for."""

import pytest

from domain import library
from domain.localisation import LOCALES


async def read(town, path, locale):
    answer = await town.admin.http.get(path, headers={"accept-language": locale})
    assert answer.status_code == 200, answer.text
    return answer.json()["items"]


@pytest.mark.parametrize("locale", LOCALES)
async def test_rules_have_no_holes_in_their_texts(town, locale):
    (found,) = await read(town, "/v1/rule-sets", locale)
    for rule in found["rules"]:
        assert "fix" not in rule  # what mends a violation depends on what was found
        assert not {"…", "{"} & set(rule["title"])
        assert all(" " in reason["label"] for reason in rule["override_reasons"])


async def test_reasons_keep_their_codes_and_speak_the_language_asked_for(town):
    (rule_set,) = library.rule_sets().values()
    labels = set()
    for locale in ("nb", "sv"):
        (found,) = await read(town, "/v1/rule-sets", locale)
        codes = {rule["code"]: [reason["code"] for reason in rule["override_reasons"]] for rule in found["rules"]}
        assert codes == {rule.code: list(rule.override_reasons) for rule in rule_set.rules}
        labels.add(found["rules"][0]["override_reasons"][0]["label"])
    assert len(labels) == 2


@pytest.mark.parametrize("path", ["/v1/rule-sets", "/v1/method-profiles"])
@pytest.mark.parametrize("locale", LOCALES)
async def test_the_name_is_resolved_beside_all_names(town, path, locale):
    for each in await read(town, path, locale):
        assert each["name"] == each["names"][locale]
