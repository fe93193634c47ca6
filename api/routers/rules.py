"""Rule sets and method profiles, the owner's choice among them, evaluations, and the dry run on a draft."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import Query
from pydantic import Field

from api.actions import method_choices, rules
from api.messages import rule_text, text
from api.queries import MethodChoiceView, RuleEvaluationView
from api.queries.values import RuleResult
from api.web.answers import Answer
from api.web.contexts import Read, Write
from api.web.documents import Document
from api.web.operations import Router
from api.web.paging import PageQuery
from domain import library
from domain.evaluations import Exemption
from domain.localisation import fallback_chain, resolve_name
from domain.permissions import Permission
from domain.rule_sets import MethodProfile, Point, Rule, RuleSet, Severity

router = Router(prefix="/v1", tags=["rules"])


Name = Annotated[str, Field(description="In the language asked for.")]


class OverrideReason(Document):
    """A reason that lets a violation of a rule pass."""

    code: Annotated[str, Field(examples=["urgent"])]
    label: Annotated[str, Field(description="In the language asked for.", examples=["Det haster"])]


class RuleDocument(Document):
    """One rule of a set."""

    code: Annotated[str, Field(examples=["R2a"])]
    version: int
    title: Annotated[str, Field(description="In the language asked for.")]
    trait: Annotated[
        str, Field(description="What it puts to work: a trait of productive meetings, or a part of a frame.")
    ]
    points: Annotated[list[Point], Field(description="When it is evaluated.")]
    severity: Annotated[Severity, Field(description="As the set has it; a profile may be firmer or looser.")]
    override_reasons: list[OverrideReason]
    parameters: dict[str, Any]


class RuleSetDocument(Document):
    """Rules that were published together; immutable."""

    reference: Annotated[str, Field(examples=["lier.roald@1"])]
    name: Name
    names: dict[str, str]
    sources: list[str]
    rules: list[RuleDocument]


class RuleSetsDocument(Document):
    """Every published rule set."""

    items: list[RuleSetDocument]


class MethodProfileDocument(Document):
    """A way of working that an owner can choose."""

    reference: Annotated[str, Field(examples=["lier.roald@1"])]
    name: Name
    names: dict[str, str]
    descriptions: dict[str, str]
    rule_set: str | None
    severities: Annotated[dict[str, Severity], Field(description="Where it is firmer or looser than the set.")]


class MethodProfilesDocument(Document):
    """Every published method profile."""

    items: list[MethodProfileDocument]


class ResultDocument(RuleResult):
    """One rule's word on one place of the draft, in words too."""

    detail: Annotated[str | None, Field(description="For a violation: what is found, in words.")]
    fix: Annotated[str | None, Field(description="For a violation: how to mend it, in words.")]


class AgendaCheck(Document):
    """What the rules would say if the draft were published now."""

    rule_set: str | None
    profile: str
    calendar: str
    consultation_held: bool
    point: Point
    exemption: Annotated[Exemption | None, Field(description="Why no rule was evaluated, if none was.")]
    publishable: Annotated[bool, Field(description="Whether it would go out without any override.")]
    results: list[ResultDocument]


@router.computes("/agenda-checks", AgendaCheck, Permission.AGENDA_CHECK_RUN, method="POST")
async def check_agenda(command: rules.CheckAgenda, write: Write) -> Answer:
    """Try any draft against the rules; nothing is saved. 200 with every result, violated or not."""
    evaluation = await rules.check_agenda(write.work, command)
    locale = write.work.locale
    report, words = dict(rules.shown(evaluation)), (evaluation.rule_set or "").partition("@")[0]
    for result, written in zip(evaluation.results, report["results"], strict=True):
        broken = written["result"] == "violation"
        for what in ("detail", "fix"):
            written[what] = rule_text(locale, words, result.code, what, **result.facts) if broken else None
    publishable = bool(command.agenda) and not any(each.blocking for each in evaluation.results)
    return write.unsaved({**report, "publishable": publishable})


@router.computes("/rule-sets", RuleSetsDocument, Permission.RULE_SET_READ)
async def list_rule_sets(read: Read) -> Answer:
    """The rule sets that there are, as data."""
    return await read.value(
        lambda locale: {"items": [_rule_set(each, locale) for each in library.rule_sets().values()]}
    )


@router.computes("/method-profiles", MethodProfilesDocument, Permission.METHOD_PROFILE_READ)
async def list_method_profiles(read: Read) -> Answer:
    """The ways of working that an owner can choose."""
    return await read.value(
        lambda locale: {"items": [_profile(each, locale) for each in library.method_profiles().values()]}
    )


@router.lists("/method-choices", MethodChoiceView, Permission.METHOD_PROFILE_READ)
async def list_method_choices(query: Annotated[PageQuery, Query()], read: Read) -> Answer:
    """What the owner chose, latest first: the first one holds. Without any, `none@1` does."""
    return await read.page(MethodChoiceView, query)


@router.creates("/method-choices", MethodChoiceView, Permission.METHOD_PROFILE_CHOOSE)
async def choose_method(command: method_choices.ChooseMethod, write: Write) -> Answer:
    """Choose the method that holds from now on. For the owner level.

    A profile may only require something when staff representatives were consulted; until a consultation is
    noted, whatever it requires is advised.
    """
    choice_id = await method_choices.choose_method(write.work, command)
    return await write.created(MethodChoiceView, choice_id, f"/v1/method-choices/{choice_id}")


@router.reads("/method-choices/{choice_id}", MethodChoiceView, Permission.METHOD_PROFILE_READ)
async def get_method_choice(choice_id: UUID, read: Read) -> Answer:
    """One choice with its consultation."""
    return await read.one(MethodChoiceView, choice_id)


@router.lists("/meetings/{meeting_id}/rule-evaluations", RuleEvaluationView, Permission.RULE_EVALUATION_READ)
async def list_rule_evaluations(meeting_id: UUID, query: Annotated[PageQuery, Query()], read: Read) -> Answer:
    """Every evaluation of a meeting as it was, refused ones too, latest first."""
    return await read.page(RuleEvaluationView, query, parent=meeting_id)


def _rule_set(each: RuleSet, locale: str) -> dict[str, Any]:
    return {
        "reference": each.reference,
        "name": resolve_name(each.names, fallback_chain(locale)),
        "names": dict(each.names),
        "sources": list(each.sources),
        "rules": [_rule(each, rule, locale) for rule in each.rules],
    }


def _rule(of: RuleSet, rule: Rule, locale: str) -> dict[str, Any]:
    return {
        "code": rule.code,
        "version": rule.version,
        "title": rule_text(locale, of.key, rule.code, "title"),
        "trait": rule.trait,
        "points": sorted(rule.points),
        "severity": rule.severity,
        "override_reasons": [
            {"code": code, "label": text(locale, f"override_reason.{code}")} for code in rule.override_reasons
        ],
        "parameters": dict(rule.parameters),
    }


def _profile(each: MethodProfile, locale: str) -> dict[str, Any]:
    return {
        "reference": each.reference,
        "name": resolve_name(each.names, fallback_chain(locale)),
        "names": dict(each.names),
        "descriptions": dict(each.descriptions),
        "rule_set": each.rule_set,
        "severities": dict(each.severities),
    }
