"""What can be asked: one file a feature, views and nothing else; importing this package declares them all."""

from api.queries import figures
from api.queries.calendars import SchoolCalendarView
from api.queries.meetings import AgendaItemView, MeetingView, ParticipantView, PreparationTaskView
from api.queries.organisations import OrganisationView
from api.queries.people import MeView, PersonView, RoleAssignmentView
from api.queries.records import AuditEventView
from api.queries.rules import MethodChoiceView, RuleEvaluationView, RuleOverrideView
from api.queries.teams import TeamMembershipView, TeamView
from api.queries.tenants import TenantView

__all__ = [
    "AgendaItemView",
    "AuditEventView",
    "MeView",
    "MeetingView",
    "MethodChoiceView",
    "OrganisationView",
    "ParticipantView",
    "PersonView",
    "PreparationTaskView",
    "RoleAssignmentView",
    "RuleEvaluationView",
    "RuleOverrideView",
    "SchoolCalendarView",
    "TeamMembershipView",
    "TeamView",
    "TenantView",
    "figures",
]
