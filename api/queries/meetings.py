"""Meetings with their agenda, as those who take part or lead see them."""

from datetime import datetime
from uuid import UUID

from api.queries.access import holds, leads_unit, participates, works_in_team
from api.queries.values import ItemPhase
from api.reading.paths import Within
from api.reading.views import MATCHING, Order, View, folded, many, matching, one, pages, shown
from api.tables.meetings import MeetingDuty
from domain.meetings import DialogueStructure, ItemKind, Mandate, MeetingState, Purpose, Recurrence, Track

_IN_MEETING = (Within("within_meeting", "{row}.meeting_id", "Meeting"),)

_CHILD_TALK = (
    "coalesce(:child_talk::json ->> case when not :chosen::boolean then asker.locale end, "
    ":child_talk::json ->> (:locales::text[])[1])"
)
"""The fixed title in the language to answer in."""

# A part's ETag is the meeting's, so that it can be changed with what was read.
_REVISION_OF_MEETING = "(select m.revision from meeting m where m.id = {row}.meeting_id)"


class MeetingView(View):
    """A meeting as its participants, its team and its leaders see it."""

    of = "meeting"
    order = Order((("{row}.starts_at", "timestamptz"), ("{row}.id", "uuid")), descending=True)
    listed_as = "meetings"
    seen_by = (participates, works_in_team("team_id"), leads_unit("organisation_id"), holds("unit_leader"))
    filters = {
        MATCHING: matching(folded("{row}.title")),
        "team_id": "{row}.team_id = :team_id::uuid",
        "organisation_id": "{row}.organisation_id = :organisation_id::uuid",
        "state": "{row}.state = :state::text",
        "starts_from": "{row}.starts_at >= :starts_from::timestamptz",
        "starts_before": "{row}.starts_at < :starts_before::timestamptz",
    }

    id: UUID = shown("The meeting's id.")
    team_id: UUID = shown("The team that meets.")
    organisation_id: UUID = shown("The unit that the meeting belongs to.")
    title: str = shown("What the meeting is called.", example="Læringsmøte om lesing")
    lang: str = shown("The language of the title.", example="nb")
    purpose: Purpose = shown("What the meeting is for; it decides which rules are evaluated.")
    recurrence: Recurrence = shown("How often the series meets that it belongs to.")
    state: MeetingState = shown("Where the meeting is on its way.")
    starts_at: datetime = shown("When it starts, UTC.")
    ends_at: datetime = shown("When it ends, UTC.")
    zone: str = shown("The time zone of the place, an IANA name.", example="Europe/Oslo")
    place: str | None = shown("A room or a link.", example="Personalrommet")
    profile: str | None = shown("The method profile that held when the agenda was published.")
    published_at: datetime | None = shown("When the agenda was sent out, UTC.")
    revision: int = shown("Rises with every change of the meeting or its parts; the number in the ETag.")
    created_at: datetime = shown("When the record was made, UTC.")
    updated_at: datetime = shown("When it last changed, UTC.")
    agenda = many("What it is about, in order.", "AgendaItem", "meeting_id", order="{row}.position", standard=True)
    preparation_tasks = many(
        "What everybody does before.", "PreparationTask", "meeting_id", order="{row}.position", standard=True
    )
    participants = many(
        "Who is invited.", "Participant", "meeting_id", order="{row}.created_at, {row}.id", standard=True
    )
    rule_overrides = many(
        "Why it was published in spite of a rule; every participant can read it.",
        "RuleOverride",
        "meeting_id",
        order="{row}.created_at, {row}.id",
        standard=True,
    )
    rule_evaluations = pages("What the rules said, the latest first.", "RuleEvaluation", "meeting_id")
    team = one("The team.", "Team", "team_id", required=True)
    organisation = one("The unit.", "Organisation", "organisation_id")


class AgendaItemView(View):
    """One item of an agenda."""

    of = "agenda_item"
    revision_sql = _REVISION_OF_MEETING
    order = Order((("{row}.position", "int"), ("{row}.id", "uuid")))
    seen_by = _IN_MEETING

    id: UUID = shown("The item's id.")
    position: int = shown("Its place in the agenda, counted from 0.")
    kind: ItemKind = shown("What is done with it.")
    track: Track = shown("Development or operations; the two are kept apart.")
    title: str = shown(
        "What it is called; talk about a child has one fixed title and no other text.",
        f"case when {{row}}.kind = 'child_talk' then {_CHILD_TALK} else {{row}}.title end",
        example="Lesing på mellomtrinnet",
    )
    lang: str = shown("The language of its texts.", example="nb")
    question: str | None = shown("The open question.", example="Hvordan kan vi få flere til å lese?")
    background: str | None = shown("What to know beforehand.")
    proposal_text: str | None = shown("A proposal; empty until the assessment phase.")
    mandate: Mandate | None = shown("How much can still be shaped.")
    decided_by: str | None = shown("Who decides.", example="Rektor")
    minutes: int = shown("Planned time, minutes.", example=30)
    dialogue_structure: DialogueStructure = shown("How the dialogue is structured.")
    phases: list[ItemPhase] = shown(
        "What it is talked through in, in order; sent back as they are, they stay.",
        "(select coalesce(json_agg(json_build_object('kind', x.kind, 'wanted', x.wanted, 'minutes', x.minutes) "
        "order by x.position), '[]'::json) from item_phase x where x.item_id = {row}.id)",
        example=[{"kind": "idea", "wanted": "Bare idéer nå", "minutes": 15}],
    )


class PreparationTaskView(View):
    """What everybody does before the meeting."""

    of = "preparation_task"
    revision_sql = _REVISION_OF_MEETING
    order = Order((("{row}.position", "int"), ("{row}.id", "uuid")))
    seen_by = _IN_MEETING

    id: UUID = shown("The task's id.")
    position: int = shown("Its place, counted from 0.")
    text: str = shown("What to do.", example="Les artikkelen og noter to spørsmål.")
    lang: str = shown("The language of the text.", example="nb")
    est_minutes: int = shown("How long it should take, minutes.", example=10)
    due_at: datetime = shown("When it should be done, UTC.")


class ParticipantView(View):
    """Somebody who is invited to a meeting."""

    of = "meeting_participant"
    order = Order((("{row}.created_at", "timestamptz"), ("{row}.id", "uuid")))
    seen_by = _IN_MEETING

    id: UUID = shown("The invitation's id.")
    person_id: UUID = shown("Who is invited.")
    duty: MeetingDuty = shown("What they do in the meeting.")
    person = one("Who is invited.", "Person", "person_id")
