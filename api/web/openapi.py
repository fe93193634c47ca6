"""The OpenAPI document: FastAPI's own from signatures and views, completed with what every operation shares."""

from collections.abc import Iterable, Mapping
from typing import Any

from fastapi import FastAPI
from fastapi.routing import APIRoute

from api.web.credentials import declare_credentials
from api.web.documents import complete
from api.web.examples import add_examples
from api.web.links import add_links
from api.web.operation_refusals import operation_refusals
from api.web.operations import Operation, operation_of
from api.web.parameters import complete_parameters
from api.web.problem_docs import documented, problem_components
from api.web.request_examples import REQUESTS
from api.web.strictness import sharpen

TITLE = "PLF"
DESCRIPTION = (
    "The API behind a municipality's platform for professional learning communities. "
    "Every answer that is not a success is a problem document (RFC 9457) whose `code` never changes; "
    "`/problems/{code}` explains it. Changes need `If-Match` with the ETag that they were made from; "
    "POST may carry an `Idempotency-Key`. Times are UTC (RFC 3339), lists are paged by opaque cursors."
)

TAGS_IN_USE: Mapping[str, str] = {
    "meetings": "Meetings of teams, from a draft to an agenda that is sent out.",
    "agendas": "The items and preparation tasks of a meeting, one at a time.",
    "tasks": "What waits for the asker.",
    "calendars": "School calendars in versions, and the working days that rules count by.",
    "organisations": "The tree of units, as of any day.",
    "teams": "Teams, and who works in them since when.",
    "people": "People, the roles that they hold, and who asks.",
    "rules": "Rule sets and method profiles, the owner's choice among them, and what the rules said.",
    "reference": "What frontends need to know: every code with its labels, and who may do what.",
    "imports": "Files of others.",
    "audit": "Who did what, for those who are trusted with it.",
}
"""Every tag with what stands under it."""


def openapi_document(app: FastAPI, routes: Iterable[APIRoute], base_url: str | None = None) -> dict[str, Any]:
    """The whole document, as it is committed and served."""
    complete()
    document = app.openapi()
    declared = [
        (route.path_format, method, operation)
        for route in routes
        if (operation := operation_of(route.endpoint))
        for method in route.methods or ()
    ]
    for path, method, operation in declared:
        _complete(document["paths"][path][method.lower()], operation, method)
    for path, method, operation in declared:
        if method == "POST":
            add_links(document, path, operation)
    components = document["components"]
    for kind, more in problem_components().items():
        components.setdefault(kind, {}).update(more)
    for gone in ("HTTPValidationError", "ValidationError"):
        components["schemas"].pop(gone, None)
    sharpen(document)
    add_examples(document)
    declare_credentials(document, base_url)
    document["tags"] = [{"name": name, "description": about} for name, about in TAGS_IN_USE.items()]
    document["servers"] = [{"url": base_url or "/"}]
    return document


def _complete(declared: dict[str, Any], operation: Operation, method: str) -> None:
    declared["operationId"] = operation.id
    declared["summary"] = operation.name.replace("_", " ").capitalize()
    declared["x-permission"] = operation.permission
    declared["x-rate-class"] = operation.rate
    complete_parameters(declared, operation, method)
    _complete_body(declared, operation)
    responses = declared["responses"]
    responses.pop("422", None)
    responses.update({str(status): said for status, said in documented(*operation_refusals(operation, method)).items()})
    _describe_success(responses, operation, method)
    if operation.patch:
        responses["415"]["headers"]["Accept-Patch"] = responses["415"]["headers"].pop("Accept")


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


def _field(description: str, *, required: bool = False) -> dict[str, Any]:
    return {"description": description, "required": required, "schema": {"type": "string"}}


def _complete_body(declared: dict[str, Any], operation: Operation) -> None:
    if operation.upload:
        content = {"text/csv": {"schema": {"type": "string"}}}
        declared["requestBody"] = {"required": True, "description": "A CSV file, at most 8 MiB.", "content": content}
    elif operation.command:
        declared["requestBody"]["required"] = not operation.body_optional
    else:
        return
    content = declared["requestBody"]["content"]
    for media in content.values():
        media["example"] = REQUESTS[operation.name]
    if operation.patch:
        content["application/merge-patch+json"] = content.pop("application/json")
