"""What an evaluation of rules found, and how overrides decide whether it stands in the way."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from domain.errors import (
    Fault,
    Invalid,
    OverrideReasonRequired,
    Pointer,
    RuleNotOverridable,
    RulesBroken,
)
from domain.rule_sets import Point, Severity


class Result(StrEnum):
    """What a rule says about one subject."""

    PASS = "pass"  # noqa: S105 -- a result, not a password
    VIOLATION = "violation"
    NOT_APPLICABLE = "not_applicable"


class Exemption(StrEnum):
    """Why no rule was evaluated at all."""

    STATUTORY = "statutory"
    NO_RULE_SET = "no_rule_set"


@dataclass(frozen=True, slots=True)
class RuleResult:
    """One rule's word on one subject, with what a text or a later reader needs to understand it.

    `severity` is the one in force; `pointer` leads to the place that mends a violation, in the stored agenda;
    `facts` holds JSON values only, for a violation with `breach`: in which way the rule is broken.
    `overridable` is true where a reason code (one of `override_reasons`) lets the violation pass.
    """

    code: str
    version: int
    result: Result
    severity: Severity
    facts: Mapping[str, Any]
    pointer: Pointer
    item_id: UUID | None
    override_reasons: tuple[str, ...]

    @property
    def blocking(self) -> bool:
        """Stands in the way unless overridden."""
        return self.result is Result.VIOLATION and self.severity is not Severity.ADVISE

    @property
    def overridable(self) -> bool:
        return self.severity is Severity.REQUIRE and bool(self.override_reasons)


@dataclass(frozen=True, slots=True)
class Evaluation:
    """A snapshot of one evaluation: later changes of rules, profile or calendar don't rewrite it."""

    rule_set: str | None
    profile: str
    calendar: str
    consultation_held: bool
    point: Point
    at: datetime
    exemption: Exemption | None
    results: tuple[RuleResult, ...]

    @property
    def violations(self) -> tuple[RuleResult, ...]:
        """All violations, advisory ones too."""
        return tuple(result for result in self.results if result.result is Result.VIOLATION)


@dataclass(frozen=True, slots=True)
class Override:
    """A recorded decision to go on all the same: for every violation of a rule, or only for one item's."""

    code: str
    reason_code: str | None
    reason_text: str | None = None
    item_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class Overridden:
    """A violation and the override that covers it: what the append-only record keeps."""

    violation: RuleResult
    override: Override


def decide(evaluation: Evaluation, overrides: Sequence[Override]) -> tuple[Overridden, ...]:
    """Which violations the overrides cover; every override is checked before the rules have their say.

    Raises Invalid (an override that covers nothing, comes twice, or gives an unknown reason),
    OverrideReasonRequired, RuleNotOverridable, and RulesBroken with all violations where one still blocks.
    """
    _check_overrides(evaluation.violations, overrides)
    covered = tuple(
        Overridden(violation, override)
        for violation in evaluation.violations
        if (override := _covering(violation, overrides)) is not None
    )
    settled = [each.violation for each in covered]
    if any(violation.blocking and violation not in settled for violation in evaluation.violations):
        raise RulesBroken(evaluation.violations)
    return covered


def _covering(violation: RuleResult, overrides: Sequence[Override]) -> Override | None:
    """The override given for this very item wins over one for the whole rule."""
    mine = [override for override in overrides if _covers(override, violation)]
    return max(mine, key=lambda override: override.item_id is not None, default=None)


def _covers(override: Override, violation: RuleResult) -> bool:
    return override.code == violation.code and override.item_id in {None, violation.item_id}


def _check_overrides(violations: Sequence[RuleResult], overrides: Sequence[Override]) -> None:
    faults: list[Fault] = []
    for index, override in enumerate(overrides):
        pointer: Pointer = ("overrides", index)
        covered = [violation for violation in violations if _covers(override, violation)]
        if any(_same_subject(override, earlier) for earlier in overrides[:index]):
            faults.append(Fault("duplicate", pointer))
        elif not covered:
            faults.append(Fault("override_matches_nothing", pointer, {"rule_code": override.code}))
        else:
            faults.extend(_check_reason(override, covered[0], pointer))
    if faults:
        raise Invalid(faults)


def _check_reason(override: Override, violation: RuleResult, pointer: Pointer) -> Sequence[Fault]:
    allowed = list(violation.override_reasons)
    if violation.severity is Severity.BLOCK or not allowed:
        raise RuleNotOverridable(pointer=pointer, rule_code=override.code)
    where = (*pointer, "reason_code")
    if not (override.reason_code or "").strip():
        raise OverrideReasonRequired(pointer=where, rule_code=override.code, allowed=allowed)
    if override.reason_code not in allowed:
        return [Fault("not_one_of", where, {"expected": ", ".join(allowed)})]
    return []


def _same_subject(one: Override, other: Override) -> bool:
    return (one.code, one.item_id) == (other.code, other.item_id)
