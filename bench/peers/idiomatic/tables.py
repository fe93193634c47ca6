"""The tables as mapped classes with relationships, as far as meetings need them."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKeyConstraint
from sqlalchemy.dialects.postgresql import JSONB, TIMESTAMP
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column, relationship


class Base(DeclarativeBase):
    """Moments carry their zone."""

    type_annotation_map = {datetime: TIMESTAMP(timezone=True), dict[str, Any]: JSONB, list[Any]: JSONB}  # noqa: RUF012


class Stamped:
    """What every tenant row carries."""

    tenant_id: Mapped[UUID] = mapped_column(primary_key=True)
    id: Mapped[UUID] = mapped_column(primary_key=True)
    created_at: Mapped[datetime]
    created_by: Mapped[UUID | None]
    updated_at: Mapped[datetime]
    revision: Mapped[int] = mapped_column(default=1)


def belongs_to(table: str, column: str) -> tuple[ForeignKeyConstraint]:
    """A reference within the tenant."""
    return (ForeignKeyConstraint(["tenant_id", column], [f"{table}.tenant_id", f"{table}.id"]),)


class Person(Stamped, Base):
    __tablename__ = "person"
    status: Mapped[str]


class PersonIdentity(Stamped, Base):
    __tablename__ = "person_identity"
    __table_args__ = belongs_to("person", "person_id")
    person_id: Mapped[UUID]
    issuer: Mapped[str]
    subject: Mapped[str]
    person: Mapped[Person] = relationship()


class RoleAssignment(Stamped, Base):
    __tablename__ = "role_assignment"
    person_id: Mapped[UUID]
    role: Mapped[str]
    scope: Mapped[str]
    organisation_id: Mapped[UUID | None]
    valid_from: Mapped[date]
    valid_to: Mapped[date | None]


class OrganisationPeriod(Stamped, Base):
    __tablename__ = "organisation_period"
    organisation_id: Mapped[UUID]
    parent_id: Mapped[UUID | None]
    names: Mapped[dict[str, Any]]
    sort_name: Mapped[str]
    valid_from: Mapped[date]
    valid_to: Mapped[date | None]


class TeamMembership(Stamped, Base):
    __tablename__ = "team_membership"
    __table_args__ = belongs_to("team", "team_id")
    team_id: Mapped[UUID]
    person_id: Mapped[UUID]
    duty: Mapped[str]
    valid_from: Mapped[date]
    valid_to: Mapped[date | None]


class Team(Stamped, Base):
    __tablename__ = "team"
    organisation_id: Mapped[UUID]
    name: Mapped[str]
    sort_name: Mapped[str]
    memberships: Mapped[list[TeamMembership]] = relationship(
        order_by="TeamMembership.created_at, TeamMembership.id", viewonly=True
    )


class Participant(Stamped, Base):
    __tablename__ = "meeting_participant"
    __table_args__ = belongs_to("meeting", "meeting_id")
    meeting_id: Mapped[UUID]
    person_id: Mapped[UUID]
    duty: Mapped[str]
    starts_at: Mapped[datetime]


class ItemPhase(Stamped, Base):
    __tablename__ = "item_phase"
    __table_args__ = belongs_to("agenda_item", "item_id")
    item_id: Mapped[UUID]
    position: Mapped[int]
    kind: Mapped[str]
    wanted: Mapped[str | None]
    minutes: Mapped[int | None]


class AgendaItem(Stamped, Base):
    __tablename__ = "agenda_item"
    __table_args__ = belongs_to("meeting", "meeting_id")
    meeting_id: Mapped[UUID]
    position: Mapped[int]
    kind: Mapped[str]
    track: Mapped[str]
    title: Mapped[str | None]
    lang: Mapped[str]
    question: Mapped[str | None]
    background: Mapped[str | None]
    proposal_text: Mapped[str | None]
    mandate: Mapped[str | None]
    decided_by: Mapped[str | None]
    minutes: Mapped[int]
    dialogue_structure: Mapped[str]
    phases: Mapped[list[ItemPhase]] = relationship(order_by=ItemPhase.position)


class PreparationTask(Stamped, Base):
    __tablename__ = "preparation_task"
    __table_args__ = belongs_to("meeting", "meeting_id")
    meeting_id: Mapped[UUID]
    position: Mapped[int]
    text: Mapped[str]
    lang: Mapped[str]
    est_minutes: Mapped[int]
    due_at: Mapped[datetime]


class RuleOverride(Stamped, Base):
    __tablename__ = "rule_override"
    __table_args__ = belongs_to("meeting", "meeting_id")
    meeting_id: Mapped[UUID]
    evaluation_id: Mapped[UUID]
    person_id: Mapped[UUID]
    rule_code: Mapped[str]
    rule_version: Mapped[int]
    item_id: Mapped[UUID | None]
    reason_code: Mapped[str]
    reason_text: Mapped[str | None]


class Meeting(Stamped, Base):
    __tablename__ = "meeting"
    __table_args__ = belongs_to("team", "team_id")
    team_id: Mapped[UUID]
    organisation_id: Mapped[UUID]
    title: Mapped[str]
    lang: Mapped[str]
    purpose: Mapped[str]
    recurrence: Mapped[str]
    state: Mapped[str]
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    zone: Mapped[str]
    place: Mapped[str | None]
    profile: Mapped[str | None]
    published_at: Mapped[datetime | None]
    published_by: Mapped[UUID | None]
    lead_hours: Mapped[int | None]
    planned_minutes: Mapped[int | None]
    development_minutes: Mapped[int | None]
    agenda: Mapped[list[AgendaItem]] = relationship(order_by="AgendaItem.position")
    preparation_tasks: Mapped[list[PreparationTask]] = relationship(order_by="PreparationTask.position")
    participants: Mapped[list[Participant]] = relationship(order_by="Participant.created_at, Participant.id")
    rule_overrides: Mapped[list[RuleOverride]] = relationship(order_by="RuleOverride.created_at, RuleOverride.id")


class AuditEvent(Stamped, Base):
    __tablename__ = "audit_event"
    person_id: Mapped[UUID | None]
    action: Mapped[str]
    outcome: Mapped[str]
    subject_type: Mapped[str | None]
    subject_id: Mapped[UUID | None]
    trace_id: Mapped[str]


class IdempotencyKey(Stamped, Base):
    __tablename__ = "idempotency_key"
    person_id: Mapped[UUID]
    operation: Mapped[str]
    key: Mapped[str]
    fingerprint: Mapped[str]
    status: Mapped[int | None]
    headers: Mapped[list[Any] | None]
    body: Mapped[str | None]
    subject_id: Mapped[UUID | None]
