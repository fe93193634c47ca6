"""What every change leaves behind: audit, outbox and idempotency rows, in the change's own transaction."""

from datetime import datetime
from enum import StrEnum
from typing import Annotated, Any
from uuid import UUID

import sqlalchemy as sa

from api.tables.base import Fate, Personal, Refers, Row, index, one_of, unique


class AuditOutcome(StrEnum):
    """Whether it was done or refused."""

    DONE = "done"
    REFUSED = "refused"


class AuditEvent(Row):
    """Who did what to which thing; never its content."""

    table = "audit_event"
    constraints = (
        one_of("audit_event", "outcome", AuditOutcome),
        index("audit_event", "created_at desc", "id desc"),
    )
    append_only = True

    person_id: Annotated[UUID | None, Refers("person", Fate.PSEUDONYM, "2 years")] = None
    action: str
    outcome: AuditOutcome
    code: str | None = None
    subject_type: str | None = None
    subject_id: Annotated[UUID | None, Personal(Fate.PSEUDONYM, "2 years")] = None
    trace_id: str


class OutboxEvent(Row):
    """A content-free event that waits for the worker; `done_at` null means not delivered yet."""

    table = "outbox_event"
    constraints = (
        sa.Index(
            "ix_outbox_event_waiting",
            "tenant_id",
            "available_at",
            "id",
            postgresql_where=sa.text("done_at is null"),
        ),
        index("outbox_event", "done_at"),
    )

    topic: str
    subject_id: Annotated[UUID, Personal(Fate.PSEUDONYM, "30 days after delivery")]
    payload: dict[str, Any]
    available_at: datetime
    attempts: int = 0
    done_at: datetime | None = None


class IdempotencyKey(Row):
    """A client's name for one request, and the answer that it got; pruned after 24 hours."""

    table = "idempotency_key"
    constraints = (
        unique("idempotency_key", "person_id", "operation", "key"),
        index("idempotency_key", "created_at", where="status is not null"),
    )

    person_id: Annotated[UUID, Refers("person", Fate.ROW_ERASED, "24 hours")]
    operation: str
    key: str
    fingerprint: str
    status: int | None = None
    headers: list[list[str]] | None = None
    body: str | None = None
    subject_id: Annotated[UUID | None, Personal(Fate.PSEUDONYM, "24 hours")] = None
