"""The audit trail, for those who are trusted with it."""

from typing import Annotated

from fastapi import Query

from api.queries import AuditEventView
from api.web.answers import Answer
from api.web.contexts import Read
from api.web.operations import Router
from api.web.paging import PageQuery
from domain.permissions import Permission

router = Router(prefix="/v1", tags=["audit"])


@router.lists("/audit-events", AuditEventView, Permission.AUDIT_READ)
async def list_audit_events(query: Annotated[PageQuery, Query()], read: Read) -> Answer:
    """Who did what to which thing, latest first; never its content. Auditors see it, others an empty list."""
    return await read.page(AuditEventView, query)
