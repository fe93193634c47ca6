"""OpenAPI links: from what a 201 answers to everything that can be done with what is now there."""

import re
from typing import Any

from api.web.operations import Operation

_NAMES = re.compile(r"{([a-z_]+)}")


def add_links(document: dict[str, Any], path: str, operation: Operation) -> None:
    """Link what a POST creates (or, where it adds a part, the whole that it answers with) to its operations."""
    created = document["paths"][path]["post"]["responses"].get("201")
    whole = path.rpartition("/")[0] if operation.conditional else _child(document, path)
    if created is None or whole is None:
        return
    values = {name: f"$request.path.{name}" for name in _NAMES.findall(path)}
    values[_NAMES.findall(whole)[-1]] = "$response.body#/id"
    created["links"] = {
        target["operationId"]: _link(target, found, values)
        for found, methods in document["paths"].items()
        if (found == whole or found.startswith(whole + "/")) and values.keys() >= {*_NAMES.findall(found)}
        for target in methods.values()
    }


def _child(document: dict[str, Any], path: str) -> str | None:
    """The path at which what a collection holds stands one by one."""
    return next(
        (found for found in document["paths"] if re.fullmatch(re.escape(path) + "/" + _NAMES.pattern, found)), None
    )


def _link(target: dict[str, Any], path: str, values: dict[str, str]) -> dict[str, Any]:
    parameters = {name: values[name] for name in _NAMES.findall(path)}
    if any(each["name"] == "If-Match" for each in target["parameters"]):
        parameters["header.If-Match"] = "$response.header.ETag"
    return {"operationId": target["operationId"], "parameters": parameters, "description": target["summary"] + "."}
