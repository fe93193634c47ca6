"""The parameters of an operation as the document has them: its own, and those that go with what it is."""

from typing import Any

from api.web.handling import MOST_INCLUDED
from api.web.operations import Operation
from api.web.strictness import KEY, TAGS, never_null


def complete_parameters(declared: dict[str, Any], operation: Operation, method: str) -> None:
    """Describe what FastAPI found in the signature, and add what our own way in reads."""
    parameters = declared.setdefault("parameters", [])
    for parameter in parameters:
        never_null(parameter)
        if parameter["in"] == "path" and parameter["name"] in operation.ids:
            parameter["description"] = f"The id of the {parameter['name'].removesuffix('_id')}."
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


def _include(operation: Operation) -> dict[str, Any]:
    return {
        "name": "include",
        "in": "query",
        "required": False,
        "description": "Links to show as well, separated by commas.",
        "style": "form",
        "explode": False,
        "schema": {
            "type": "array",
            "items": {"type": "string", "enum": sorted(operation.includes | operation.shown)},
            "minItems": 1,
            "maxItems": MOST_INCLUDED,
        },
    }


def _header(name: str, description: str, *, required: bool = False, pattern: str | None = None) -> dict[str, Any]:
    schema = {"type": "string"} if pattern is None else {"type": "string", "pattern": pattern}
    return {"name": name, "in": "header", "required": required, "description": description, "schema": schema}
