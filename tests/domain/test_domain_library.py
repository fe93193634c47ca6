"""The library of method content: valid, complete in five languages, and never changed once published."""

from dataclasses import replace
from hashlib import sha256

import pytest

from domain import library
from domain.agenda_rules import CHECKS
from domain.library.reading import LibraryError, method_profile_from, rule_set_from
from domain.localisation import LOCALES
from domain.rule_sets import Point, Severity

PUBLISHED = {  # never edit a line: publish the next version instead, and add its line
    "method_profiles/aarhus.teamsamtale@1.toml": "f00390bf9fb9d04de39e65421912b2a698555a2afd5516fa4c1272e94f4859f2",
    "method_profiles/lier.roald@1.toml": "47557a3e1a853c36654f156bc3f294308c2c308fbfccb7a56911530ac83c5794",
    "method_profiles/none@1.toml": "afd45f3762faf8d0ce8b6a42d7aa2f597fda08c49cf5feab65e7ba70eec03645",
    "rule_sets/aarhus.teamsamtale@1.toml": "b5ba23598314e8f11153fcfd2feaf475536b64a02666c8c95a88428bdd3d977c",
    "rule_sets/lier.roald@1.toml": "f219e69f32fb172bb39aadc480add657a4252f4c954fe46f0cddb219fe7353a5",
}

NAMES = dict.fromkeys(LOCALES, "Navn")
RULE = {"code": "R7b", "version": 1, "trait": "x", "points": ["publish"], "severity": "require"}
RULE |= {"override_reasons": ["urgent"]}
LEAD = RULE | {
    "code": "R1a",
    "parameters": {"working_days": 2, "working_days_frequent": 1, "frequent": ["weekly"]},
}


def table(*rules, **changes):
    return {"key": "k", "version": 1, "sources": [], "names": NAMES, "rules": list(rules)} | changes


def test_a_published_file_never_changes():
    found = {path: sha256(content).hexdigest() for path, content in library.published().items()}
    assert found == PUBLISHED


def test_the_rules_of_lier_are_the_checks_there_are_with_their_parameters():
    rules = {rule.code: rule for rule in library.rule_sets()["lier.roald@1"].rules}
    assert rules.keys() == CHECKS.keys()
    assert all(Point.PUBLISH in rule.points for rule in rules.values())
    firm = {code: rule.severity for code, rule in rules.items() if rule.severity is not Severity.REQUIRE}
    assert firm == {"R1c": Severity.ADVISE, "R3a": Severity.BLOCK, "R7d": Severity.ADVISE}
    assert dict(rules["R1a"].parameters) == {
        "working_days": 2,
        "working_days_frequent": 1,
        "frequent": ("daily", "weekly"),
    }
    assert dict(rules["R1b"].parameters) == {"budget_minutes": 15}
    assert dict(rules["R1c"].parameters) == {"tolerance_percent": 10}
    assert dict(rules["R3c"].parameters) == {"shortest": 5}


def test_the_rules_of_aarhus_are_the_same_checks_and_all_of_them_advise():
    lier, aarhus = (library.rule_sets()[each].rules for each in ("lier.roald@1", "aarhus.teamsamtale@1"))
    checked = [[(rule.code, rule.version, rule.points, rule.parameters) for rule in rules] for rules in (lier, aarhus)]
    assert checked[0] == checked[1]
    assert {rule.severity for rule in aarhus} == {Severity.ADVISE}


def test_profiles_name_their_rule_set():
    profiles = library.method_profiles()
    assert sorted(profiles) == ["aarhus.teamsamtale@1", "lier.roald@1", "none@1"]
    for reference in ("aarhus.teamsamtale@1", "lier.roald@1"):
        assert library.rule_set_of(profiles[reference]) is library.rule_sets()[reference]
    assert library.rule_set_of(profiles["none@1"]) is None


def test_values_can_not_be_changed():
    with pytest.raises(TypeError):
        library.rule_sets()["lier.roald@1"].rules[0].parameters["working_days"] = 0


def test_a_sound_table_is_read():
    hint = RULE | {"code": "R7d", "severity": "advise", "override_reasons": []}
    assert [rule.code for rule in rule_set_from(table(RULE, LEAD, hint)).rules] == ["R7b", "R1a", "R7d"]


@pytest.mark.parametrize(
    "broken",
    [
        table(),
        table(RULE, RULE),
        table(RULE, version=0),
        table(RULE, version=True),
        table(RULE, extra=1),
        table(RULE, names=NAMES | {"sv": " "}),
        table(RULE, names={"nb": "Navn"}),
        table(RULE | {"code": "R99"}),
        table(RULE | {"severity": "nag"}),
        table(RULE | {"points": ["whenever"]}),
        table(RULE | {"override_reasons": []}),
        table(RULE | {"severity": "block"}),
        table(RULE | {"parameters": {"working_days": 2}}),
        table(LEAD | {"parameters": {"working_days": 2}}),
        table(LEAD | {"parameters": LEAD["parameters"] | {"working_days": -1}}),
        table(LEAD | {"parameters": LEAD["parameters"] | {"working_days": "2"}}),
        table(LEAD | {"parameters": LEAD["parameters"] | {"frequent": ["often"]}}),
        {"key": "k"},
    ],
)
def test_a_broken_rule_set_is_refused(broken):
    with pytest.raises(LibraryError):
        rule_set_from(broken)


def test_a_profile_with_an_unknown_severity_is_refused():
    profile = {"key": "k", "version": 1, "names": NAMES, "descriptions": NAMES}
    assert method_profile_from(profile).rule_set is None
    with pytest.raises(LibraryError):
        method_profile_from(profile | {"severities": {"R1a": "off"}})


@pytest.mark.parametrize(
    "changes",
    [
        {"rule_set": "lier.roald@99"},
        {"severities": {"R99": Severity.ADVISE}},
        {"severities": {"R1a": Severity.BLOCK}},
        {"severities": {"R3a": Severity.ADVISE}},
        {"severities": {"R7d": Severity.REQUIRE}},
        {"rule_set": None, "severities": {"R1a": Severity.ADVISE}},
    ],
)
def test_a_profile_that_contradicts_its_rule_set_is_refused(changes):
    with pytest.raises(LibraryError):
        library._check_against_rules(replace(library.method_profiles()["lier.roald@1"], **changes))


@pytest.mark.parametrize("severities", [{"R1c": Severity.ADVISE}, {"R1a": Severity.ADVISE, "R2a": Severity.REQUIRE}])
def test_a_profile_may_loosen_and_firm_up_what_has_reasons(severities):
    library._check_against_rules(replace(library.method_profiles()["lier.roald@1"], severities=severities))
