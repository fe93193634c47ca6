"""Method content as versioned data: published rule sets and method profiles, read once and validated whole.

A published file never changes; whoever needs other content publishes the next version beside it.
"""

import tomllib
from collections.abc import Callable, Mapping
from functools import cache
from importlib.resources import files
from types import MappingProxyType
from typing import Any, Protocol, TypeVar

from domain.library.code_lists import code_lists, label
from domain.library.reading import LibraryError, method_profile_from, rule_set_from
from domain.rule_sets import MethodProfile, Rule, RuleSet, Severity

__all__ = ["LibraryError", "code_lists", "label", "method_profiles", "published", "rule_set_of", "rule_sets"]


class _Versioned(Protocol):
    @property
    def reference(self) -> str: ...


V = TypeVar("V", bound=_Versioned)


@cache
def rule_sets() -> Mapping[str, RuleSet]:
    """Every published rule set by its reference, such as lier.roald@1."""
    return _read("rule_sets", rule_set_from)


@cache
def method_profiles() -> Mapping[str, MethodProfile]:
    """Every published profile by its reference; raises LibraryError where one contradicts its rule set."""
    profiles = _read("method_profiles", method_profile_from)
    for profile in profiles.values():
        _check_against_rules(profile)
    return profiles


def rule_set_of(profile: MethodProfile) -> RuleSet | None:
    """The rule set that a profile names, or None where it has no rules."""
    return None if profile.rule_set is None else rule_sets()[profile.rule_set]


def published() -> Mapping[str, bytes]:
    """The published files as they are, by folder and name: what a test pins so that none changes silently."""
    return {
        f"{folder}/{each.name}": each.read_bytes()
        for folder in ("rule_sets", "method_profiles")
        for each in (files(__package__) / folder).iterdir()
        if each.name.endswith(".toml")
    }


def _read(folder: str, build: Callable[[Mapping[str, Any]], V]) -> Mapping[str, V]:
    found: dict[str, V] = {}
    for path, content in sorted(published().items()):
        if path.startswith(f"{folder}/"):
            value = build(tomllib.loads(content.decode()))
            if path != f"{folder}/{value.reference}.toml":
                raise LibraryError(f"{path} holds {value.reference}")
            found[value.reference] = value
    return MappingProxyType(found)


def _check_against_rules(profile: MethodProfile) -> None:
    if profile.rule_set is not None and profile.rule_set not in rule_sets():
        raise LibraryError(f"{profile.reference} names {profile.rule_set}, which is not published")
    rule_set = rule_set_of(profile)
    rules = {rule.code: rule for rule in rule_set.rules} if rule_set else {}
    for code, severity in profile.severities.items():
        if code not in rules or not _may_set(rules[code], severity):
            raise LibraryError(f"{profile.reference} may not set {code} to {severity}")


def _may_set(rule: Rule, severity: Severity) -> bool:
    """What blocks, blocks everywhere; what is required needs reasons for which it may be set aside."""
    if Severity.BLOCK in {rule.severity, severity}:
        return False
    return severity is Severity.ADVISE or bool(rule.override_reasons)
