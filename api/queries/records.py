"""The audit trail as those who are trusted with it see it."""

from datetime import datetime
from uuid import UUID

from api.queries.access import holds
from api.reading.views import Order, View, either, shown, way
from api.tables.records import AuditOutcome


class AuditEventView(View):
    """Who did what to which thing; never its content."""

    of = "audit_event"
    order = Order((("{row}.created_at", "timestamptz"), ("{row}.id", "uuid")), descending=True)
    listed_as = "audit_events"
    seen_by = (holds("auditor"),)

    id: UUID = shown("The event's id.")
    person_id: UUID | None = shown("Who did it.")
    action: str = shown("What was done.", example="meeting:publish")
    outcome: AuditOutcome = shown("Whether it was done or refused.")
    code: str | None = shown("Why it was refused.")
    subject_type: str | None = shown("To what sort of thing.", example="meeting")
    subject_id: UUID | None = shown("To which.")
    trace_id: str = shown("The request's trace id.")
    created_at: datetime = shown("When, UTC.")
    subject = either(
        "The thing itself, where the asker may see it.",
        "Node",
        *(
            way(view, "subject_id", f"{{row}}.subject_type = '{table}'")
            for view, table in (
                ("Meeting", "meeting"),
                ("Organisation", "organisation"),
                ("Person", "person"),
                ("RoleAssignment", "role_assignment"),
                ("Team", "team"),
            )
        ),
    )
