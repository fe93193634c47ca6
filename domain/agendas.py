"""Whether an agenda follows the rules that its municipality has chosen: everything found, at once."""

from datetime import datetime

from domain.agenda_facts import Agenda, AgendaItem, Phase, PrepTask
from domain.agenda_findings import Finding, situation
from domain.agenda_rules import CHECKS
from domain.evaluations import Evaluation, Exemption, Overridden, Override, RuleResult, decide
from domain.meetings import Purpose
from domain.rule_sets import Point, Policy, Rule, RuleSet, Severity, severity_in_force
from domain.working_days import WorkingCalendar

__all__ = [
    "Agenda",
    "AgendaItem",
    "Evaluation",
    "Overridden",
    "Override",
    "Phase",
    "PrepTask",
    "RuleResult",
    "decide",
    "evaluate",
]


def evaluate(
    agenda: Agenda,
    rule_set: RuleSet | None,
    policy: Policy,
    calendar: WorkingCalendar,
    *,
    point: Point,
    now: datetime,
) -> Evaluation:
    """One result for each rule of this point and each place it concerns; never raises on any agenda.

    `rule_set` is the one the profile names (None where it names none). A statutory meeting is outside the
    rules of method: nothing is evaluated, because a way of working must never stand in the way of statutory
    co-determination.
    """
    exemption = _exemption(agenda, rule_set)
    rules = rule_set.rules if rule_set is not None and exemption is None else ()
    at_point = [rule for rule in rules if point in rule.points]
    here = situation(agenda, calendar, now)
    results = (
        _result(rule, severity_in_force(rule, policy), finding)
        for rule in at_point
        for finding in CHECKS[rule.code](here, rule)
    )
    return Evaluation(
        rule_set=rule_set.reference if rule_set is not None else None,
        profile=policy.profile.reference,
        calendar=calendar.key,
        consultation_held=policy.consultation_held,
        point=point,
        at=now,
        exemption=exemption,
        results=tuple(results),
    )


def _exemption(agenda: Agenda, rule_set: RuleSet | None) -> Exemption | None:
    if agenda.purpose is Purpose.STATUTORY:
        return Exemption.STATUTORY
    return Exemption.NO_RULE_SET if rule_set is None else None


def _result(rule: Rule, severity: Severity, finding: Finding) -> RuleResult:
    return RuleResult(
        code=rule.code,
        version=rule.version,
        result=finding.result,
        severity=severity,
        facts=finding.facts,
        pointer=finding.pointer,
        item_id=finding.item_id,
        override_reasons=rule.override_reasons,
    )
