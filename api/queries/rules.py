"""What the rules said, why somebody went on in spite of them, and which method the owner chose."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from api.queries.access import everyone
from api.queries.values import RuleResult
from api.reading.paths import Within
from api.reading.views import Order, View, shown
from api.tables.rules import Decision
from domain.rule_sets import Point

_IN_MEETING = (Within("within_meeting", "{row}.meeting_id", "Meeting"),)
_LATEST_FIRST = Order((("{row}.created_at", "timestamptz"), ("{row}.id", "uuid")), descending=True)


class RuleEvaluationView(View):
    """One evaluation as it was, refused ones too; later policy rewrites nothing."""

    of = "rule_evaluation"
    order = _LATEST_FIRST
    seen_by = _IN_MEETING

    id: UUID = shown("The evaluation's id.")
    meeting_id: UUID = shown("The meeting.")
    point: Point = shown("What was about to happen.")
    profile: str = shown("The method profile that held.", example="lier.roald@1")
    calendar: str = shown("The calendar that working days were counted by.", example="no.public@1+owner.2026@1")
    consultation_held: bool = shown("Whether staff representatives had been consulted; if not, rules only advise.")
    decision: Decision = shown("Whether it went on.")
    results: list[RuleResult] = shown("Every rule with version, result, severity, facts and pointer.")
    created_at: datetime = shown("When it was evaluated, UTC.")


class RuleOverrideView(View):
    """Why somebody published in spite of a rule."""

    of = "rule_override"
    order = _LATEST_FIRST
    seen_by = _IN_MEETING

    id: UUID = shown("The override's id.")
    evaluation_id: UUID = shown("The evaluation that it answers.")
    person_id: UUID = shown("Who decided it.")
    rule_code: str = shown("The rule.", example="R1a")
    rule_version: int = shown("The rule's version.")
    item_id: UUID | None = shown("The agenda item, when the rule was about one.")
    pointer: str = shown("JSON pointer to the place in the agenda that it was about.", example="/starts_at")
    facts: dict[str, Any] = shown("What the rule had found there.", example={"n": 2, "working_days": 1})
    reason_code: str = shown("The reason.", example="urgent")
    reason_text: str | None = shown("The reason in words, when given.")
    created_at: datetime = shown("When it was decided, UTC.")


class MethodChoiceView(View):
    """Which method profile holds from when, and the consultation behind it."""

    of = "method_choice"
    order = _LATEST_FIRST
    listed_as = "method_choices"
    seen_by = (everyone,)

    id: UUID = shown("The choice's id.")
    profile: str = shown("The profile that was chosen.", example="lier.roald@1")
    consultation_held_on: date | None = shown("When staff representatives were consulted; null: not yet.")
    consultation_parties: list[str] = shown("Who was consulted.", example=["Utdanningsforbundet"])
    consultation_note: str | None = shown("What came of it.")
    revision: int = shown("Always 1, because a choice is never changed; the number in the ETag.")
    created_at: datetime = shown("From when the choice holds, UTC.")
