"""The rules at publishing, and the dry run on any draft."""

from collections.abc import Mapping, Sequence
from typing import Annotated, Any
from uuid import UUID

from pydantic import Field, StringConstraints

from api.actions import agendas, calendars, method_choices
from api.actions.commands import Command, Moment, Text, Zone
from api.actions.places import TENANT
from api.postgres.wanted import facts
from api.postgres.work import UnitOfWork
from api.tables import AgendaItem, ItemPhase, Meeting, MethodChoice, PreparationTask, RuleEvaluation, RuleOverride
from api.tables.rules import Decision
from domain import library, meetings
from domain.agendas import Agenda, Evaluation, Override, Phase, PrepTask, RuleResult, decide, evaluate
from domain.agendas import AgendaItem as Item
from domain.errors import Fault, Invalid, json_pointer
from domain.meetings import Purpose, Recurrence
from domain.permissions import Permission
from domain.rule_sets import MethodProfile, Point, Policy
from domain.working_days import WorkingCalendar


class OverrideRule(Command):
    """A decision to go on in spite of a rule, for one item or wherever it is broken."""

    rule_code: Annotated[str, StringConstraints(min_length=1, max_length=20)]
    item_id: UUID | None = None
    reason_code: Annotated[str | None, Field(max_length=50, description="One of the rule's own reasons.")] = None
    reason_text: Text | None = None


class Publish(Command):
    """Send the agenda out."""

    overrides: Annotated[list[OverrideRule], Field(max_length=50)] = []


class CheckAgenda(Command):
    """Any draft: evaluated as publishing it now would be, and nothing saved."""

    team_id: Annotated[
        UUID | None, Field(description="Whose meeting: its unit's calendar counts. Left out: the owner's.")
    ] = None
    purpose: Purpose
    recurrence: Recurrence = Recurrence.ONCE
    starts_at: Moment
    ends_at: Moment
    zone: Zone | None = None
    agenda: agendas.Items = []
    preparation_tasks: agendas.Tasks = []
    profile: Annotated[
        str | None, Field(max_length=100, description="Another profile than the one that the owner chose.")
    ] = None


async def check_agenda(work: UnitOfWork, command: CheckAgenda) -> Evaluation:
    """What the rules would say if this were published now; saves nothing."""
    choices, holding, team = await work.fetch(
        method_choices.latest_choice(),
        calendars.adopted(work.today, "select organisation_id from team where id = :team::uuid", team=command.team_id),
        facts("select to_json(exists (select from team where id = :team::uuid))", team=command.team_id),
    )
    work.require(Permission.AGENDA_CHECK_RUN, TENANT)
    zone = command.zone or work.asker.zone
    faults = [*meetings.check_times(command.starts_at, command.ends_at, zone)]
    faults += agendas.item_faults(command.agenda)
    if command.team_id is not None and not team:
        faults.append(Fault("unknown_reference", ("team_id",)))
    if faults:
        raise Invalid(faults)
    profile, consulted = method_choices.in_force(choices)
    if command.profile is not None:
        profile = method_choices.published(command.profile)
    agenda = Agenda(
        purpose=command.purpose,
        recurrence=command.recurrence,
        starts_at=command.starts_at,
        ends_at=command.ends_at,
        zone=zone,
        items=tuple(
            _item(i, vars(draft) | agendas.values_of(draft), draft.phases) for i, draft in enumerate(command.agenda)
        ),
        prep_tasks=tuple(PrepTask(t.text, t.est_minutes, t.due_at) for t in command.preparation_tasks),
    )
    calendar = calendars.working_calendar(work, holding, agenda.starts_at)
    return _evaluate(work, agenda, profile, calendar, consulted=consulted)


def judge_publishing(
    work: UnitOfWork,
    choices: Sequence[MethodChoice],
    calendar: WorkingCalendar,
    meeting: Meeting,
    agenda: Agenda,
    overrides: Sequence[OverrideRule],
) -> str:
    """Evaluate, record, and go on or raise; the reference of the profile that held.

    Where nothing is evaluated (a statutory meeting, a profile without rules) there is nothing to record.
    """
    profile, consulted = method_choices.in_force(choices)
    evaluation = _evaluate(work, agenda, profile, calendar, consulted=consulted)
    if evaluation.exemption is None:
        work.keep_if_refused(_record(work, meeting, evaluation, Decision.REFUSED))
    overridden = decide(evaluation, [Override(o.rule_code, o.reason_code, o.reason_text, o.item_id) for o in overrides])
    if evaluation.exemption is None:
        recorded = _record(work, meeting, evaluation, Decision.ALLOWED)
        work.add(recorded)
        for each in overridden:
            _record_override(work, meeting, recorded, each.violation, each.override)
    return profile.reference


def agenda_of(
    meeting: Meeting,
    items: Sequence[AgendaItem],
    phases: agendas.PhasesByItem,
    tasks: Sequence[PreparationTask],
) -> Agenda:
    """A stored agenda as the rules see it."""
    return Agenda(
        purpose=meeting.purpose,
        recurrence=meeting.recurrence,
        starts_at=meeting.starts_at,
        ends_at=meeting.ends_at,
        zone=meeting.zone,
        items=tuple(_item(item.position, vars(item), phases.get(item.id, ())) for item in items),
        prep_tasks=tuple(PrepTask(task.text, task.est_minutes, task.due_at) for task in tasks),
    )


def shown(evaluation: Evaluation) -> Mapping[str, Any]:
    """An evaluation as JSON: versions, and every result with its facts."""
    return {
        "rule_set": evaluation.rule_set,
        "profile": evaluation.profile,
        "calendar": evaluation.calendar,
        "consultation_held": evaluation.consultation_held,
        "point": evaluation.point.value,
        "exemption": evaluation.exemption.value if evaluation.exemption else None,
        "results": [result_shown(result) for result in evaluation.results],
    }


def result_shown(result: RuleResult) -> dict[str, Any]:
    """One rule's word on one subject, as JSON; the pointer as RFC 6901 writes it."""
    return {
        "code": result.code,
        "version": result.version,
        "result": result.result.value,
        "severity": result.severity.value,
        "pointer": json_pointer(result.pointer),
        "item_id": str(result.item_id) if result.item_id else None,
        "facts": dict(result.facts),
        "overridable": result.overridable,
        "override_reasons": list(result.override_reasons),
    }


def _evaluate(
    work: UnitOfWork, agenda: Agenda, profile: MethodProfile, calendar: WorkingCalendar, *, consulted: bool
) -> Evaluation:
    return evaluate(
        agenda,
        library.rule_set_of(profile),
        Policy(profile, consultation_held=consulted),
        calendar,
        point=Point.PUBLISH,
        now=work.now,
    )


def _item(position: int, values: Mapping[str, Any], phases: Sequence[ItemPhase] | Sequence[agendas.PhaseDraft]) -> Item:
    names = ("id", "kind", "track", "title", "question", "proposal_text", "mandate", "decided_by", "minutes")
    return Item(
        position=position,
        dialogue_structure=values["dialogue_structure"],
        phases=tuple(Phase(phase.kind, phase.wanted, phase.minutes) for phase in phases),
        **{name: values[name] for name in names},
    )


def _record(work: UnitOfWork, meeting: Meeting, evaluation: Evaluation, decision: Decision) -> RuleEvaluation:
    return RuleEvaluation(
        **work.stamp(),
        meeting_id=meeting.id,
        point=evaluation.point.value,
        profile=evaluation.profile,
        calendar=evaluation.calendar,
        consultation_held=evaluation.consultation_held,
        decision=decision,
        results=[result_shown(result) for result in evaluation.results],
    )


def _record_override(
    work: UnitOfWork, meeting: Meeting, evaluation: RuleEvaluation, violation: RuleResult, override: Override
) -> None:
    work.add(
        RuleOverride(
            **work.stamp(),
            meeting_id=meeting.id,
            evaluation_id=evaluation.id,
            person_id=work.actor.person_id,
            rule_code=violation.code,
            rule_version=violation.version,
            item_id=violation.item_id,
            pointer=json_pointer(violation.pointer),
            facts=dict(violation.facts),
            reason_code=override.reason_code or "",
            reason_text=override.reason_text,
        )
    )
    work.announce("rule.overridden", meeting.id, rule_code=violation.code)
