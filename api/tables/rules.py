"""The owner's choice of method, and what the rules said: append-only records."""

from datetime import date
from enum import StrEnum
from typing import Annotated, Any
from uuid import UUID

from api.tables.base import Fate, Refers, Row, index, one_of


class MethodChoice(Row):
    """Which method profile holds from now on, with the note of the consultation behind it."""

    table = "method_choice"
    constraints = (index("method_choice", "created_at desc", "id desc"),)
    append_only = True

    profile: str
    consultation_held_on: date | None = None
    consultation_parties: list[str]
    consultation_note: str | None = None


class Decision(StrEnum):
    """What the evaluation led to."""

    ALLOWED = "allowed"
    REFUSED = "refused"


class RuleEvaluation(Row):
    """One evaluation as it was: facts, results and versions, so that later policy rewrites nothing."""

    table = "rule_evaluation"
    constraints = (
        one_of("rule_evaluation", "decision", Decision),
        index("rule_evaluation", "meeting_id", "created_at desc", "id desc"),
    )
    append_only = True

    meeting_id: Annotated[UUID, Refers("meeting")]
    point: str
    profile: str
    calendar: str
    consultation_held: bool
    decision: Decision
    results: list[dict[str, Any]]


class RuleOverride(Row):
    """Why somebody published in spite of a rule; every participant can read it."""

    table = "rule_override"
    constraints = (index("rule_override", "meeting_id", "created_at desc", "id desc"),)
    append_only = True

    meeting_id: Annotated[UUID, Refers("meeting")]
    evaluation_id: Annotated[UUID, Refers("rule_evaluation")]
    person_id: Annotated[UUID, Refers("person", Fate.PSEUDONYM, "5 years")]
    rule_code: str
    rule_version: int
    item_id: UUID | None = None
    pointer: str
    facts: dict[str, Any]
    reason_code: str
    reason_text: str | None = None
