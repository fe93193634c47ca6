"""Rule sets and method profiles as frozen values: which rules hold, when, how firmly, and for whom."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any


class Severity(StrEnum):
    """advise is listed and accepted, require is refused unless overridden with a reason, block is refused."""

    ADVISE = "advise"
    REQUIRE = "require"
    BLOCK = "block"


class Point(StrEnum):
    """The moments of a meeting's life at which rules are evaluated."""

    PUBLISH = "publish"
    ADD = "add"
    START = "start"
    PHASE = "phase"
    CONTRIBUTE = "contribute"
    CLOSE = "close"


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule of a published set; `trait` is what it puts to work: one of Roald's seven, or a part of a frame."""

    code: str
    version: int
    trait: str
    points: frozenset[Point]
    severity: Severity
    override_reasons: tuple[str, ...]
    parameters: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class RuleSet:
    """Rules that were published together; immutable, a change is a new version."""

    key: str
    version: int
    names: Mapping[str, str]
    sources: tuple[str, ...]
    rules: tuple[Rule, ...]

    @property
    def reference(self) -> str:
        """The name by which records pin it, such as lier.roald@1."""
        return f"{self.key}@{self.version}"


@dataclass(frozen=True, slots=True)
class MethodProfile:
    """A municipality's way of working: which rule set, and where it is firmer or looser than the set."""

    key: str
    version: int
    names: Mapping[str, str]
    descriptions: Mapping[str, str]
    rule_set: str | None
    severities: Mapping[str, Severity]

    @property
    def reference(self) -> str:
        """The name by which records pin it, such as lier.roald@1."""
        return f"{self.key}@{self.version}"


@dataclass(frozen=True, slots=True)
class Policy:
    """The profile an owner chose, and whether staff representatives were consulted about it."""

    profile: MethodProfile
    consultation_held: bool


def severity_in_force(rule: Rule, policy: Policy) -> Severity:
    """Without a recorded consultation nothing is required, only advised; what blocks, blocks everywhere."""
    if rule.severity is Severity.BLOCK:
        return Severity.BLOCK
    severity = policy.profile.severities.get(rule.code, rule.severity)
    if severity is Severity.REQUIRE and not policy.consultation_held:
        return Severity.ADVISE
    return severity
