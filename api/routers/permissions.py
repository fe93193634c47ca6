"""The grants table as data: what each operation asks for, and who has it."""

from functools import cache
from typing import Annotated, Any

import orjson
from pydantic import Field

from api import routers
from api.messages import text
from api.web.answers import Answer
from api.web.contexts import Read
from api.web.documents import Document
from api.web.grants import Grant, grants, meaning_id
from api.web.operations import Router
from domain.actors import Role
from domain.permissions import Permission
from domain.teams import Duty

router = Router(prefix="/v1", tags=["reference"])


class AskingOperation(Document):
    """An operation that asks for the permission."""

    operation_id: Annotated[str, Field(description="As in this contract.", examples=["publishMeeting"])]
    method: Annotated[str, Field(examples=["POST"])]
    path: Annotated[str, Field(examples=["/v1/meetings/{meeting_id}/publish"])]


class PredicateDocument(Document):
    """Something that has to hold between who asks and what they ask about."""

    key: Annotated[str, Field(examples=["facilitates_meeting"])]
    meaning: Annotated[
        str,
        Field(
            description="In the language asked for.",
            examples=["Facilitates this one meeting: the duty rotates."],
        ),
    ]


class Alternative(Document):
    """One way of having the permission: all of it has to hold."""

    all_of: list[PredicateDocument]


class PermissionDocument(Document):
    """A permission, who has it, and which operations ask for it."""

    permission: Annotated[str, Field(examples=["meeting:publish"])]
    operations: Annotated[
        list[AskingOperation], Field(description="None where it is asked for within other operations.")
    ]
    any_of: Annotated[list[Alternative], Field(description="Any of these is enough.")]
    roles: Annotated[list[Role], Field(description="Roles that are enough by themselves, where they reach.")]
    duties: Annotated[
        list[Duty], Field(description="Duties that are enough by themselves, in the team that it is about.")
    ]


class PermissionsDocument(Document):
    """Who may do what: the one table that every operation asks."""

    items: list[PermissionDocument]


@router.computes("/permissions", PermissionsDocument, Permission.PERMISSION_READ)
async def list_permissions(read: Read) -> Answer:
    """Who may do what, as the service itself decides it: for pages that explain it and for reviewers."""
    return await read.shipped(_table)


@cache
def _table(locale: str) -> bytes:
    return orjson.dumps({"items": [_permission(each, locale) for each in grants(routers.operation_routes())]})


def _permission(grant: Grant, locale: str) -> dict[str, Any]:
    return {
        "permission": grant.permission,
        "operations": [
            {"operation_id": each.id, "method": each.method, "path": each.path} for each in grant.operations
        ],
        "any_of": [{"all_of": [_predicate(name, locale) for name in path]} for path in grant.alternatives],
        "roles": grant.roles,
        "duties": grant.duties,
    }


def _predicate(name: str, locale: str) -> dict[str, Any]:
    return {"key": name, "meaning": text(locale, meaning_id(name))}
