"""Says in the contract what our reader refuses everywhere, so that clients can know it before they send."""

from collections.abc import Iterator
from typing import Any

NO_CONTROLS = r"^[^\u0000-\u0008\u000b\u000c\u000e-\u001f]*$"
"""What api.web.bodies refuses in any text: control characters other than tab and line ends."""

TAG = r'(W/)?"[!#-~]*"'
TAGS = rf"^(\*|{TAG}( *, *{TAG})*)$"
"""If-Match and If-None-Match (RFC 9110 §13.1), as far as our own tags go."""

KEY = r"^[!-~]([ -~]{0,253}[!-~])?$"
"""Idempotency-Key: printable ASCII."""


def sharpen(document: dict[str, Any]) -> None:
    """Complete every schema that a request body reaches: texts without control characters, closed maps."""
    schemas = document["components"]["schemas"]
    bodies = [
        content["schema"]
        for methods in document["paths"].values()
        for operation in methods.values()
        for media_type, content in operation.get("requestBody", {}).get("content", {}).items()
        if media_type.endswith("json")  # what is wrong in another file is said line by line
    ]
    seen: set[str] = set()
    waiting = [*bodies]
    while waiting:
        for schema in _inside(waiting.pop()):
            _complete(schema)
            name = str(schema.get("$ref", "")).rpartition("/")[2]
            if name and name not in seen:
                seen.add(name)
                waiting.append(schemas[name])


def never_null(parameter: dict[str, Any]) -> None:
    """A parameter is left out, never null: what Python writes as `X | None` is just X in a query."""
    schema = parameter["schema"]
    kinds = [kind for kind in schema.get("anyOf", ()) if kind != {"type": "null"}]
    if len(kinds) == 1:
        del schema["anyOf"]
        schema.update(kinds[0])


def _inside(value: Any) -> Iterator[dict[str, Any]]:
    """The schema and all schemas that stand in it."""
    if isinstance(value, list):
        for element in value:
            yield from _inside(element)
    elif isinstance(value, dict):
        yield value
        for name, element in value.items():
            if name not in {"examples", "default", "enum", "const"}:
                yield from _inside(element)


def _complete(schema: dict[str, Any]) -> None:
    if schema.get("type") == "string" and not schema.keys() & {"pattern", "format", "enum", "const"}:
        schema["pattern"] = NO_CONTROLS
    if "patternProperties" in schema:
        schema["additionalProperties"] = False
