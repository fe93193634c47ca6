"""Rule sets and method profiles as people and forms read them: whole sentences, in the language asked for."""

import pytest

from domain import library
from domain.agenda_rules import CHECKS
from domain.localisation import LOCALES


async def read(town, path, locale):
    answer = await town.admin.http.get(path, headers={"accept-language": locale})
    assert answer.status_code == 200, answer.text
    return answer.json()["items"]


@pytest.mark.parametrize("locale", LOCALES)
async def test_rules_have_no_holes_in_their_texts(town, locale):
    for rule in [rule for each in await read(town, "/v1/rule-sets", locale) for rule in each["rules"]]:
        assert "fix" not in rule  # what mends a violation depends on what was found
        assert not {"…", "{"} & set(rule["title"])
        assert all(" " in reason["label"] for reason in rule["override_reasons"])


async def test_reasons_keep_their_codes_and_speak_the_language_asked_for(town):
    labels = set()
    for locale in ("nb", "sv"):
        for found in await read(town, "/v1/rule-sets", locale):
            codes = {rule["code"]: [reason["code"] for reason in rule["override_reasons"]] for rule in found["rules"]}
            rule_set = library.rule_sets()[found["reference"]]
            assert codes == {rule.code: list(rule.override_reasons) for rule in rule_set.rules}
            labels.add(found["rules"][0]["override_reasons"][0]["label"])
    assert len(labels) == 2


@pytest.mark.parametrize("locale", LOCALES)
async def test_the_same_check_is_told_in_the_words_of_its_rule_set(town, locale):
    found = await read(town, "/v1/rule-sets", locale)
    titles = {each["reference"]: {rule["code"]: rule["title"] for rule in each["rules"]} for each in found}
    lier, aarhus = titles["lier.roald@1"], titles["aarhus.teamsamtale@1"]
    assert lier.keys() == aarhus.keys() == CHECKS.keys()
    assert not [code for code in lier if lier[code] == aarhus[code]]


@pytest.mark.parametrize("path", ["/v1/rule-sets", "/v1/method-profiles"])
@pytest.mark.parametrize("locale", LOCALES)
async def test_the_name_is_resolved_beside_all_names(town, path, locale):
    for each in await read(town, path, locale):
        assert each["name"] == each["names"][locale]
