"""What is stored: one file a feature, rows and nothing else."""

from api.tables.agendas import AgendaItem, ItemPhase, PreparationTask
from api.tables.base import GLOBAL_TABLES, METADATA, TENANT_ROWS, Row
from api.tables.calendars import SchoolCalendar
from api.tables.figures import MeetingRollup
from api.tables.meetings import Meeting, MeetingParticipant
from api.tables.organisations import (
    Organisation,
    OrganisationExternalId,
    OrganisationPeriod,
    OrganisationSite,
    OrganisationSuccession,
)
from api.tables.people import Person, PersonIdentity, RoleAssignment
from api.tables.records import AuditEvent, IdempotencyKey, OutboxEvent
from api.tables.rules import MethodChoice, RuleEvaluation, RuleOverride
from api.tables.teams import Team, TeamMembership
from api.tables.tenants import ISSUER_BINDING, TENANT

__all__ = [
    "GLOBAL_TABLES",
    "ISSUER_BINDING",
    "METADATA",
    "TENANT",
    "TENANT_ROWS",
    "AgendaItem",
    "AuditEvent",
    "IdempotencyKey",
    "ItemPhase",
    "Meeting",
    "MeetingParticipant",
    "MeetingRollup",
    "MethodChoice",
    "Organisation",
    "OrganisationExternalId",
    "OrganisationPeriod",
    "OrganisationSite",
    "OrganisationSuccession",
    "OutboxEvent",
    "Person",
    "PersonIdentity",
    "PreparationTask",
    "RoleAssignment",
    "Row",
    "RuleEvaluation",
    "RuleOverride",
    "SchoolCalendar",
    "Team",
    "TeamMembership",
]
