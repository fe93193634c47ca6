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
    "method_profiles/lier.roald@1.toml": "71a287515121460e538ceee32d97b6304fced721494f8f1a4a307879adf696b7",
    "method_profiles/none@1.toml": "afd45f3762faf8d0ce8b6a42d7aa2f597fda08c49cf5feab65e7ba70eec03645",
    "rule_sets/lier.roald@1.toml": "07e4ffe00747cd292e4f43b56845647ef8f642f3a7129643c29165eb07c0796f",
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
    assert all(rule.severity is Severity.REQUIRE and Point.PUBLISH in rule.points for rule in rules.values())
    assert dict(rules["R1a"].parameters) == {
        "working_days": 2,
        "working_days_frequent": 1,
        "frequent": ("daily", "weekly"),
    }
    assert dict(rules["R1b"].parameters) == {"budget_minutes": 15}


def test_profiles_name_their_rule_set():
    profiles = library.method_profiles()
    assert sorted(profiles) == ["lier.roald@1", "none@1"]
    assert library.rule_set_of(profiles["lier.roald@1"]) is library.rule_sets()["lier.roald@1"]
    assert library.rule_set_of(profiles["none@1"]) is None


def test_values_can_not_be_changed():
    with pytest.raises(TypeError):
        library.rule_sets()["lier.roald@1"].rules[0].parameters["working_days"] = 0


def test_a_sound_table_is_read():
    assert [rule.code for rule in rule_set_from(table(RULE, LEAD)).rules] == ["R7b", "R1a"]


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
        {"rule_set": None, "severities": {"R1a": Severity.ADVISE}},
    ],
)
def test_a_profile_that_contradicts_its_rule_set_is_refused(changes):
    with pytest.raises(LibraryError):
        library._check_against_rules(replace(library.method_profiles()["lier.roald@1"], **changes))
