"""The OpenAPI document: FastAPI's own from signatures and views, completed with what every operation shares."""

from collections.abc import Iterable, Mapping
from typing import Any

from fastapi import FastAPI
from fastapi.routing import APIRoute

from api.web import refusals
from api.web.documents import complete
from api.web.examples import add_examples
from api.web.operations import Operation, operation_of
from api.web.problem_docs import documented, problem_components
from api.web.strictness import KEY, TAGS, never_null, sharpen
from domain import errors

TITLE = "PLF"
DESCRIPTION = (
    "The API behind a municipality's platform for professional learning communities. "
    "Every answer that is not a success is a problem document (RFC 9457) whose `code` never changes; "
    "`/problems/{code}` explains it. Changes need `If-Match` with the ETag that they were made from; "
    "POST may carry an `Idempotency-Key`. Times are UTC (RFC 3339), lists are paged by opaque cursors."
)

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
_BODY = (
    refusals.BodyMissing,
    refusals.MalformedJson,
    refusals.NotUtf8,
    refusals.TooDeep,
    refusals.TooManyValues,
    refusals.DuplicateKey,
    refusals.InvalidNumber,
    refusals.InvalidText,
    refusals.BodyTooLarge,
    refusals.UnsupportedMediaType,
    errors.Invalid,
)
_CHANGE = (errors.Forbidden, errors.NotFound, errors.AlreadyExists, errors.PeriodOverlap, errors.StillInUse)
_MORE: Mapping[str, tuple[type[errors.DomainError], ...]] = {
    "publish_meeting": (
        errors.RulesBroken,
        errors.RuleNotOverridable,
        errors.OverrideReasonRequired,
        errors.WrongState,
    ),
    "cancel_meeting": (errors.WrongState,),
    "move_organisation": (errors.Cycle,),
}


def openapi_document(app: FastAPI, routes: Iterable[APIRoute], base_url: str | None = None) -> dict[str, Any]:
    """The whole document, as it is committed and served."""
    complete()
    document = app.openapi()
    for route in routes:
        operation = operation_of(route.endpoint)
        if operation is None:
            continue
        for method in route.methods or ():
            _complete(document["paths"][route.path_format][method.lower()], operation, method)
    components = document["components"]
    for kind, more in problem_components().items():
        components.setdefault(kind, {}).update(more)
    for gone in ("HTTPValidationError", "ValidationError"):
        components["schemas"].pop(gone, None)
    sharpen(document)
    add_examples(document)
    components["securitySchemes"] = {"bearer": {"type": "http", "scheme": "bearer", "bearerFormat": "JWT"}}
    if base_url is not None:
        document["servers"] = [{"url": base_url}]
        components["securitySchemes"]["oidc"] = _sign_in(base_url)
    return document


def _complete(declared: dict[str, Any], operation: Operation, method: str) -> None:
    declared["operationId"] = _camel(operation.name)
    declared["summary"] = operation.name.replace("_", " ").capitalize()
    declared["security"] = [{"bearer": []}]
    declared["x-permission"] = operation.permission
    declared["x-rate-class"] = operation.rate
    parameters = declared.setdefault("parameters", [])
    for parameter in parameters:
        never_null(parameter)
    if operation.includes:
        parameters.append(_include(operation))
    if operation.conditional:
        parameters.append(_header("If-Match", "The ETag of what is being changed.", required=True, pattern=TAGS))
    if operation.idempotent:
        parameters.append(
            _header("Idempotency-Key", "Repeat the request with the same key and it happens once.", pattern=KEY)
        )
    if method == "GET":
        held = _header("If-None-Match", "The ETag of what you hold: 304 when it is current.")
        parameters.append({**held, "example": '"7-8f14e45fceea167a"'})
    parameters.append(_header("Accept-Language", "nb, nn, da, sv or en: names and problems are in it."))
    if operation.patch:
        _as_merge_patch(declared)
    if operation.upload:
        declared["requestBody"] = _csv_file()
    responses = declared["responses"]
    responses.pop("422", None)
    responses.update({str(status): said for status, said in documented(*_refusals(operation, method)).items()})
    _describe_success(responses, operation, method)
    if operation.patch:
        responses["415"]["headers"]["Accept-Patch"] = responses["415"]["headers"].pop("Accept")


def _refusals(operation: Operation, method: str) -> Iterable[type[Any]]:
    kinds: list[type[Any]] = [*_ALWAYS]
    if operation.query and "cursor" in operation.query[1].model_fields:
        kinds.append(refusals.CursorInvalid)
    if operation.ids:
        kinds.append(errors.NotFound)
    if method != "GET":
        kinds += [errors.Forbidden]
    if operation.rate in {"write", "bulk"}:
        kinds += _CHANGE
    if operation.command or operation.upload:
        kinds += _BODY
    if operation.conditional:
        kinds += [errors.PreconditionRequired, errors.PreconditionFailed]
    if operation.view is not None and operation.view.published == "Meeting" and operation.conditional:
        kinds += [errors.AgendaFrozen]
    if operation.idempotent:
        kinds += [errors.IdempotencyKeyInUse, errors.IdempotencyKeyReused]
    return [*kinds, *_MORE.get(operation.name, ())]


def _describe_success(responses: dict[str, Any], operation: Operation, method: str) -> None:
    status, success = next((status, said) for status, said in responses.items() if status.startswith("2"))
    success["description"] = "As asked." if method == "GET" else "Done."
    fields: dict[str, Any] = success.setdefault("headers", {})
    tag = _field("Names this state: `If-Match` on a change, `If-None-Match` on a later read.", required=True)
    if method == "GET":
        responses["304"] = {"description": "What you hold is current.", "headers": {"ETag": tag}}
    if method == "GET" or operation.view is not None:
        fields["ETag"] = tag
    if status == "201":
        fields["Location"] = _field("Where it stands.", required=True)
    if operation.query and "cursor" in operation.query[1].model_fields:
        following = _field('`rel="next"`: the next page, if there is one.')
        fields["Link"] = responses["304"]["headers"]["Link"] = following
    if operation.conditional and status == "200":
        responses["204"] = {"description": "Done; what was changed is no longer in your sight.", "headers": {}}
    if operation.idempotent:
        told = _field("`true` when this answer was given before.")
        for said in (success, responses.get("204")):
            if said is not None:
                said["headers"]["Idempotency-Replayed"] = told


def _include(operation: Operation) -> dict[str, Any]:
    assert operation.view is not None  # noqa: S101 - only views have links
    return {
        "name": "include",
        "in": "query",
        "required": False,
        "description": "Links to show as well, separated by commas.",
        "style": "form",
        "explode": False,
        "schema": {
            "type": "array",
            "items": {"type": "string", "enum": sorted(operation.includes)},
            "uniqueItems": True,
            "minItems": 1,
            "maxItems": 20,
        },
    }


def _header(name: str, description: str, *, required: bool = False, pattern: str | None = None) -> dict[str, Any]:
    schema = {"type": "string"} if pattern is None else {"type": "string", "pattern": pattern}
    return {"name": name, "in": "header", "required": required, "description": description, "schema": schema}


def _field(description: str, *, required: bool = False) -> dict[str, Any]:
    return {"description": description, "required": required, "schema": {"type": "string"}}


def _as_merge_patch(declared: dict[str, Any]) -> None:
    content = declared["requestBody"]["content"]
    content["application/merge-patch+json"] = content.pop("application/json")


def _csv_file() -> dict[str, Any]:
    example = 'name,dk_institution_number,address\nBeder Skole,751004,"Skoleparken 6, 8330 Beder"\n'
    media = {"schema": {"type": "string"}, "example": example}
    return {"required": True, "description": "A CSV file, at most 8 MiB.", "content": {"text/csv": media}}


def _camel(name: str) -> str:
    first, *rest = name.split("_")
    return first + "".join(part.capitalize() for part in rest)


def _sign_in(base_url: str) -> dict[str, Any]:
    return {
        "type": "openIdConnect",
        "openIdConnectUrl": f"{base_url}/demo/op/.well-known/openid-configuration",
    }
