"""Who asks, and where what they ask about stands: all that predicates go by."""

from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

from domain.teams import Duty


class Role(StrEnum):
    """What somebody is trusted with beyond their teams; labels differ by sector, these keys never do."""

    UNIT_LEADER = "unit_leader"
    OWNER = "owner"
    ADMIN = "admin"
    REPRESENTATIVE = "representative"
    AUDITOR = "auditor"
    ADVISOR = "advisor"


class Scope(StrEnum):
    """How far a role reaches."""

    TENANT = "tenant"
    UNIT = "unit"
    TEAM = "team"


@dataclass(frozen=True, slots=True)
class HeldRole:
    """A role as it holds right now; who builds it has left out what has expired or not begun."""

    role: Role
    scope: Scope = Scope.TENANT
    unit_id: UUID | None = None
    team_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class Membership:
    """A place in a team that is held today."""

    team_id: UUID
    duty: Duty = Duty.MEMBER


@dataclass(frozen=True, slots=True)
class Actor:
    """Somebody provisioned and active in this tenant, with all that decides what they may do."""

    person_id: UUID
    roles: tuple[HeldRole, ...] = ()
    memberships: tuple[Membership, ...] = ()


@dataclass(frozen=True, slots=True)
class Place:
    """Where the object of a question stands: only the facts that predicates need.

    `units` is the object's unit and all its ancestors as of today. Facilitators count as participants.
    """

    person_id: UUID | None = None
    team_id: UUID | None = None
    units: tuple[UUID, ...] = ()
    facilitators: frozenset[UUID] = frozenset()
    participants: frozenset[UUID] = frozenset()
