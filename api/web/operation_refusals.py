"""Which refusals each operation may answer with: most follow from what it is, its own stand in one table.

Every answer of the test suite is held against this (tests/harness/contract.py).
"""

from collections.abc import Iterator, Mapping
from types import MappingProxyType

from api.web import refusals
from api.web.operations import Operation
from api.web.problems import Refusal
from domain import errors

_ALWAYS = (
    refusals.Unauthenticated,
    refusals.TokenNotAccepted,
    refusals.UnknownParameter,
    refusals.InvalidParameter,
    refusals.HeaderInvalid,
    refusals.NotAcceptable,
    refusals.Internal,
    refusals.Unavailable,
    refusals.TimedOut,
    errors.NotProvisioned,
    errors.Inactive,
)
_JSON = (
    refusals.BodyMissing,
    refusals.MalformedJson,
    refusals.NotUtf8,
    refusals.TooDeep,
    refusals.TooManyValues,
    refusals.DuplicateKey,
    refusals.InvalidNumber,
    refusals.InvalidText,
)
_BODY = (refusals.BodyTooLarge, refusals.UnsupportedMediaType, errors.Invalid)
_DRAFT = (errors.AgendaFrozen, errors.WrongState)

OWN: Mapping[str, tuple[type[errors.DomainError], ...]] = MappingProxyType(
    {
        "create_meeting": (errors.WrongState,),
        "replace_meeting": _DRAFT,
        "change_meeting": _DRAFT,
        "publish_meeting": (
            errors.WrongState,
            errors.AlreadyStarted,
            errors.RulesBroken,
            errors.RuleNotOverridable,
            errors.OverrideReasonRequired,
        ),
        "cancel_meeting": (errors.WrongState, errors.AlreadyStarted),
        "add_agenda_item": _DRAFT,
        "reorder_agenda": _DRAFT,
        "change_agenda_item": _DRAFT,
        "remove_agenda_item": _DRAFT,
        "add_preparation_task": _DRAFT,
        "change_preparation_task": _DRAFT,
        "remove_preparation_task": _DRAFT,
        "change_school_calendar": (errors.WrongState,),
        "adopt_school_calendar": (errors.WrongState,),
        "remove_school_calendar": (errors.WrongState,),
        "create_organisation": (errors.AlreadyExists,),
        "change_organisation": (errors.AlreadyExists,),
        "move_organisation": (errors.Cycle,),
        "close_organisation": (errors.StillInUse,),
        "merge_organisations": (errors.Cycle,),
        "preview_merge": (errors.Cycle,),
        "split_organisation": (errors.Cycle, errors.StillInUse),
        "preview_split": (errors.Cycle, errors.StillInUse),
        "add_team_membership": (errors.PeriodOverlap, errors.WrongState),
        "change_team_membership": (errors.PeriodOverlap, errors.WrongState),
        "end_team_membership": (errors.WrongState,),
        "create_person": (errors.AlreadyExists,),
        "change_person": (errors.WrongState, errors.LastAdministrator),
        "leave_person": (errors.WrongState, errors.LastAdministrator),
        "preview_leave": (errors.WrongState, errors.LastAdministrator),
        "import_people": (errors.LastAdministrator,),
        "grant_role": (errors.PeriodOverlap,),
        "revoke_role": (errors.LastAdministrator,),
    }
)
"""What only this operation is refused for, by its name; the actions say why."""


def operation_refusals(operation: Operation, method: str) -> Iterator[type[Refusal]]:
    """Every kind of refusal that the operation may answer with."""
    yield from _ALWAYS
    if operation.query and "cursor" in operation.query[1].model_fields:
        yield refusals.CursorInvalid
    if operation.ids or operation.keys or (operation.idempotent and operation.view):  # a repeat is shown to who may see
        yield errors.NotFound
    if method != "GET":
        yield errors.Forbidden
    if method in {"POST", "PUT", "PATCH"}:
        yield from _BODY if operation.upload else (*_JSON, *_BODY)
    if operation.conditional:
        yield from (errors.PreconditionRequired, errors.PreconditionFailed)
    if operation.idempotent:
        yield from (errors.IdempotencyKeyInUse, errors.IdempotencyKeyReused)
    yield from OWN.get(operation.name, ())
