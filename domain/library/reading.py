"""From the tables of a library file to frozen values; anything missing, unknown or empty is refused."""

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType
from typing import Any, TypeVar

from domain.agenda_rules import CHECKS
from domain.localisation import LOCALES
from domain.meetings import Recurrence
from domain.rule_sets import MethodProfile, Point, Rule, RuleSet, Severity

E = TypeVar("E", bound=StrEnum)

_RULE_SET = frozenset({"key", "version", "sources", "names", "rules"})
_RULE = frozenset({"code", "version", "trait", "points", "severity", "override_reasons"})
_PROFILE = frozenset({"key", "version", "names", "descriptions"})
_PARAMETERS = {
    "R1a": frozenset({"working_days", "working_days_frequent", "frequent"}),
    "R1b": frozenset({"budget_minutes"}),
    "R1c": frozenset({"tolerance_percent"}),
    "R3c": frozenset({"shortest"}),
}


class LibraryError(ValueError):
    """A file of the library contradicts itself: a fault of whoever published it, never of a user."""


def rule_set_from(table: Mapping[str, Any]) -> RuleSet:
    """A rule set from its file; raises LibraryError."""
    _require_keys(table, _RULE_SET)
    rules = tuple(_rule_from(each) for each in table["rules"])
    codes = [rule.code for rule in rules]
    if not rules or len(codes) != len(set(codes)):
        raise LibraryError(f"{table['key']}: every rule comes once, and there is at least one")
    return RuleSet(
        key=table["key"],
        version=_version(table),
        names=in_all_locales(table["names"]),
        sources=tuple(table["sources"]),
        rules=rules,
    )


def method_profile_from(table: Mapping[str, Any]) -> MethodProfile:
    """A method profile from its file; raises LibraryError."""
    _require_keys(table, _PROFILE, optional=frozenset({"rule_set", "severities"}))
    severities = {code: one_of(Severity, value) for code, value in table.get("severities", {}).items()}
    return MethodProfile(
        key=table["key"],
        version=_version(table),
        names=in_all_locales(table["names"]),
        descriptions=in_all_locales(table["descriptions"]),
        rule_set=table.get("rule_set"),
        severities=MappingProxyType(severities),
    )


def _rule_from(table: Mapping[str, Any]) -> Rule:
    _require_keys(table, _RULE, optional=frozenset({"parameters"}))
    if table["code"] not in CHECKS:
        raise LibraryError(f"{table['code']}: no check knows how to evaluate it")
    severity = one_of(Severity, table["severity"])
    if severity is (Severity.BLOCK if table["override_reasons"] else Severity.REQUIRE):
        raise LibraryError(f"{table['code']}: what is required needs reasons to set it aside; what blocks has none")
    return Rule(
        code=table["code"],
        version=_version(table),
        trait=table["trait"],
        points=frozenset(one_of(Point, point) for point in table["points"]),
        severity=severity,
        override_reasons=tuple(table["override_reasons"]),
        parameters=_parameters(table),
    )


def _parameters(table: Mapping[str, Any]) -> Mapping[str, Any]:
    parameters = table.get("parameters", {})
    _require_keys(parameters, _PARAMETERS.get(table["code"], frozenset()))
    for name, value in parameters.items():
        if name == "frequent":
            for each in value:
                one_of(Recurrence, each)
        elif type(value) is not int or value < 0:
            raise LibraryError(f"{table['code']}: {name} is a whole number, 0 or more")
    return MappingProxyType({k: tuple(v) if isinstance(v, list) else v for k, v in parameters.items()})


def _require_keys(table: Mapping[str, Any], keys: frozenset[str], *, optional: frozenset[str] = frozenset()) -> None:
    if missing := keys - table.keys():
        raise LibraryError(f"missing: {sorted(missing)}")
    if unknown := table.keys() - keys - optional:
        raise LibraryError(f"unknown: {sorted(unknown)}")


def _version(table: Mapping[str, Any]) -> int:
    version = table["version"]
    if type(version) is not int or version < 1:
        raise LibraryError(f"a version is a whole number from 1 on, not {version!r}")
    return version


def in_all_locales(texts: Mapping[str, str]) -> Mapping[str, str]:
    """The texts when there is one in each language. Raises LibraryError."""
    if set(texts) != set(LOCALES) or not all(text.strip() for text in texts.values()):
        raise LibraryError(f"a text is needed in each of {', '.join(LOCALES)}")
    return MappingProxyType(dict(texts))


def one_of(kind: type[E], value: str) -> E:
    """The member with this value. Raises LibraryError."""
    try:
        return kind(value)
    except ValueError as error:
        raise LibraryError(f"{value!r} is not one of {[each.value for each in kind]}") from error
