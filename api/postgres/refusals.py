"""What PostgreSQL refuses, in our own words: its messages name keys and values and never leave the house."""

from collections.abc import Mapping
from types import MappingProxyType

import asyncpg

from api.tables import TENANT_ROWS
from domain.errors import AlreadyExists, DomainError, Fault, Invalid, NotFound, PeriodOverlap, Pointer

RETRIED = (asyncpg.DeadlockDetectedError, asyncpg.SerializationError)
"""Nobody's fault: the whole unit of work is done again."""


_STANDS_AT: Mapping[str, Pointer] = MappingProxyType(
    {
        "uq_person_identity_issuer_subject": ("identities",),
        "uq_organisation_external_id_scheme_value": ("external_ids",),
        "uq_meeting_participant_meeting_id_person_id": ("participants",),
    }
)
"""Where in what was sent the thing stands that has to be unique."""


def refusal_of(error: asyncpg.PostgresError) -> DomainError | None:
    """The domain error behind a violated constraint; None when the error is ours and not the sender's."""
    constraint = error.constraint_name or ""
    if isinstance(error, asyncpg.UniqueViolationError):
        return AlreadyExists(pointer=_STANDS_AT.get(constraint, ()))
    if isinstance(error, asyncpg.ExclusionViolationError):
        return PeriodOverlap()
    if isinstance(error, asyncpg.ForeignKeyViolationError):
        return Invalid([Fault("unknown_reference", (_column(constraint),))])
    if isinstance(error, asyncpg.InsufficientPrivilegeError):
        return NotFound()
    return None


def _column(constraint: str) -> str:
    for table in sorted(TENANT_ROWS, key=len, reverse=True):
        if constraint.startswith(f"fk_{table}_"):
            return constraint.removeprefix(f"fk_{table}_")
    return constraint
