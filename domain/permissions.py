"""Who may do what: small predicates over actors and places, and the one GRANTS table that can be read aloud."""

from collections.abc import Callable, Mapping
from enum import StrEnum
from types import MappingProxyType
from typing import TypeAlias
from uuid import UUID

from domain.actors import Actor, HeldRole, Membership, Place, Role, Scope
from domain.teams import RUNNING, Duty


class Permission(StrEnum):
    """Every use case asks for exactly one of these; the verb is the use case's own."""

    ME_READ = "me:read"
    PERSON_READ = "person:read"
    PERSON_READ_CONTACT = "person:read_contact"
    PERSON_CREATE = "person:create"
    PERSON_CHANGE = "person:change"
    PERSON_LEAVE = "person:leave"
    PERSON_IMPORT = "person:import"
    ROLE_ASSIGNMENT_READ = "role_assignment:read"
    ROLE_ASSIGNMENT_GRANT = "role_assignment:grant"
    ROLE_ASSIGNMENT_REVOKE = "role_assignment:revoke"
    ORGANISATION_READ = "organisation:read"
    ORGANISATION_CREATE = "organisation:create"
    ORGANISATION_CHANGE = "organisation:change"
    ORGANISATION_RENAME = "organisation:rename"
    ORGANISATION_MOVE = "organisation:move"
    ORGANISATION_CLOSE = "organisation:close"
    ORGANISATION_MERGE = "organisation:merge"
    ORGANISATION_SPLIT = "organisation:split"
    ORGANISATION_IMPORT = "organisation:import"
    TEAM_READ = "team:read"
    TEAM_CREATE = "team:create"
    TEAM_CHANGE = "team:change"
    TEAM_ARCHIVE = "team:archive"
    TEAM_IMPORT = "team:import"
    TEAM_MEMBERSHIP_ADD = "team_membership:add"
    TEAM_MEMBERSHIP_CHANGE = "team_membership:change"
    TEAM_MEMBERSHIP_END = "team_membership:end"
    MEETING_READ = "meeting:read"
    MEETING_CREATE = "meeting:create"
    MEETING_CHANGE = "meeting:change"
    MEETING_PUBLISH = "meeting:publish"
    MEETING_OVERRIDE_RULE = "meeting:override_rule"
    MEETING_CANCEL = "meeting:cancel"
    AGENDA_CHECK_RUN = "agenda_check:run"
    RULE_EVALUATION_READ = "rule_evaluation:read"
    RULE_SET_READ = "rule_set:read"
    METHOD_PROFILE_READ = "method_profile:read"
    METHOD_PROFILE_CHOOSE = "method_profile:choose"
    SCHOOL_CALENDAR_READ = "school_calendar:read"
    SCHOOL_CALENDAR_CREATE = "school_calendar:create"
    SCHOOL_CALENDAR_CHANGE = "school_calendar:change"
    SCHOOL_CALENDAR_ADOPT = "school_calendar:adopt"
    SCHOOL_CALENDAR_REMOVE = "school_calendar:remove"
    AUDIT_READ = "audit:read"
    CODE_LIST_READ = "code_list:read"
    PERMISSION_READ = "permission:read"


Predicate: TypeAlias = Callable[[Actor, Place], bool]


def in_tenant(actor: Actor, place: Place) -> bool:  # noqa: ARG001 -- every predicate has one shape
    """Anybody provisioned here."""
    return True


def is_self(actor: Actor, place: Place) -> bool:
    """It is about the asker."""
    return actor.person_id == place.person_id


def works_in_team(actor: Actor, place: Place) -> bool:
    """Stands in the team today, with whatever duty."""
    return any(membership.team_id == place.team_id for membership in actor.memberships)


def participates(actor: Actor, place: Place) -> bool:
    """Is invited to this meeting, or facilitates it."""
    return actor.person_id in place.participants or actor.person_id in place.facilitators


def facilitates_meeting(actor: Actor, place: Place) -> bool:
    """Facilitates this one meeting: the duty rotates."""
    return actor.person_id in place.facilitators


def facilitates_team(actor: Actor, place: Place) -> bool:
    """Is a facilitator or the leader of the team today."""
    return any(membership.team_id == place.team_id and membership.duty in RUNNING for membership in actor.memberships)


def leads_unit(actor: Actor, place: Place) -> bool:
    """Leads the object's unit or one above it; a role in a single team leads no unit."""
    return any(_reaches_unit(held, place) for held in actor.roles if held.role is Role.UNIT_LEADER)


def owns(actor: Actor, place: Place) -> bool:
    """Speaks for the owner (skoleeier, forvaltning, huvudman) where the object stands.

    What belongs to the whole tenant stands in no unit, so only an owner with tenant scope reaches it.
    """
    return any(_reaches_unit(held, place) for held in actor.roles if held.role is Role.OWNER)


def administers(actor: Actor, place: Place) -> bool:  # noqa: ARG001 -- every predicate has one shape
    """Municipal IT; the role means nothing below the tenant, and it opens no meeting."""
    return any(held.role is Role.ADMIN and held.scope is Scope.TENANT for held in actor.roles)


def represents(actor: Actor, place: Place) -> bool:
    """Staff representative where the object stands."""
    return any(_reaches(held, place) for held in actor.roles if held.role is Role.REPRESENTATIVE)


def audits(actor: Actor, place: Place) -> bool:
    """Data protection officer or auditor where the object stands."""
    return any(_reaches(held, place) for held in actor.roles if held.role is Role.AUDITOR)


def _reaches_unit(held: HeldRole, place: Place) -> bool:
    return held.scope is Scope.TENANT or (held.scope is Scope.UNIT and held.unit_id in place.units)


def _reaches(held: HeldRole, place: Place) -> bool:
    if held.scope is Scope.TEAM:
        return place.team_id is not None and held.team_id == place.team_id
    return _reaches_unit(held, place)


AnyOf: TypeAlias = tuple[tuple[Predicate, ...], ...]

EVERYBODY: AnyOf = ((in_tenant,),)
ADMINS: AnyOf = ((administers,),)
MEETING_SEEN: AnyOf = ((participates,), (works_in_team,), (leads_unit,))
MEETING_RUN: AnyOf = ((facilitates_meeting,), (facilitates_team,), (leads_unit,))
CALENDARS_KEPT: AnyOf = ((owns,), (leads_unit,), (administers,))
TEAM_RUN: AnyOf = ((facilitates_team,), (leads_unit,), (administers,))

GRANTS: Mapping[Permission, AnyOf] = MappingProxyType(
    {  # any of (all of …)
        Permission.ME_READ: EVERYBODY,
        Permission.PERSON_READ: EVERYBODY,
        Permission.PERSON_READ_CONTACT: ((is_self,), (administers,), (leads_unit,)),
        Permission.PERSON_CREATE: ADMINS,
        Permission.PERSON_CHANGE: ADMINS,
        Permission.PERSON_LEAVE: ADMINS,
        Permission.PERSON_IMPORT: ADMINS,
        Permission.ROLE_ASSIGNMENT_READ: (
            (is_self,),
            (leads_unit,),
            (administers,),
            (represents,),
            (audits,),
        ),
        Permission.ROLE_ASSIGNMENT_GRANT: ADMINS,
        Permission.ROLE_ASSIGNMENT_REVOKE: ADMINS,
        Permission.ORGANISATION_READ: EVERYBODY,
        Permission.ORGANISATION_CREATE: ADMINS,
        Permission.ORGANISATION_CHANGE: ADMINS,
        Permission.ORGANISATION_RENAME: ADMINS,
        Permission.ORGANISATION_MOVE: ADMINS,
        Permission.ORGANISATION_CLOSE: ADMINS,
        Permission.ORGANISATION_MERGE: ADMINS,
        Permission.ORGANISATION_SPLIT: ADMINS,
        Permission.ORGANISATION_IMPORT: ADMINS,
        Permission.TEAM_READ: EVERYBODY,
        Permission.TEAM_CREATE: ((leads_unit,), (administers,)),
        Permission.TEAM_CHANGE: TEAM_RUN,
        Permission.TEAM_ARCHIVE: ((leads_unit,), (administers,)),
        Permission.TEAM_IMPORT: ADMINS,
        Permission.TEAM_MEMBERSHIP_ADD: TEAM_RUN,
        Permission.TEAM_MEMBERSHIP_CHANGE: TEAM_RUN,
        Permission.TEAM_MEMBERSHIP_END: TEAM_RUN,
        Permission.MEETING_READ: MEETING_SEEN,
        Permission.MEETING_CREATE: ((facilitates_team,), (leads_unit,)),
        Permission.MEETING_CHANGE: MEETING_RUN,
        Permission.MEETING_PUBLISH: MEETING_RUN,
        Permission.MEETING_OVERRIDE_RULE: MEETING_RUN,
        Permission.MEETING_CANCEL: MEETING_RUN,
        Permission.AGENDA_CHECK_RUN: EVERYBODY,
        Permission.RULE_EVALUATION_READ: MEETING_SEEN,
        Permission.RULE_SET_READ: EVERYBODY,
        Permission.METHOD_PROFILE_READ: EVERYBODY,
        Permission.METHOD_PROFILE_CHOOSE: ((owns,),),
        Permission.SCHOOL_CALENDAR_READ: EVERYBODY,
        Permission.SCHOOL_CALENDAR_CREATE: CALENDARS_KEPT,
        Permission.SCHOOL_CALENDAR_CHANGE: CALENDARS_KEPT,
        Permission.SCHOOL_CALENDAR_ADOPT: CALENDARS_KEPT,
        Permission.SCHOOL_CALENDAR_REMOVE: CALENDARS_KEPT,
        Permission.AUDIT_READ: ((audits,),),
        Permission.CODE_LIST_READ: EVERYBODY,
        Permission.PERMISSION_READ: EVERYBODY,
    }
)


def allows(actor: Actor, permission: Permission, place: Place) -> bool:
    """Whether the actor may do this here; pure, total, and the only way to ask."""
    return any(all(predicate(actor, place) for predicate in path) for path in GRANTS[permission])


def roles_with(permission: Permission) -> tuple[Role, ...]:
    """The roles that give this by themselves, held for the whole tenant."""
    return tuple(role for role in Role if allows(Actor(_SOMEBODY, (HeldRole(role),)), permission, Place()))


def duties_with(permission: Permission) -> tuple[Duty, ...]:
    """The duties in a team that give this by themselves, for what belongs to the team."""
    held = {duty: Actor(_SOMEBODY, memberships=(Membership(_TEAM, duty),)) for duty in Duty}
    return tuple(duty for duty, actor in held.items() if allows(actor, permission, Place(team_id=_TEAM)))


_SOMEBODY, _TEAM = UUID(int=1), UUID(int=2)
