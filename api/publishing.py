"""Writes what is published of the code: the contract, the problems and the permissions table (`make openapi`)."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import orjson

from api.app import declared, operation_routes
from api.schema.building import sdl
from api.schema.error_docs import errors_markdown
from api.web.openapi import openapi_document
from api.web.pages import problems_markdown
from api.web.permissions_page import permissions_markdown

ROOT = Path(__file__).parents[1]


def contract() -> dict[str, Any]:
    """The OpenAPI document as it is committed: without servers and demo, which differ from place to place."""
    return openapi_document(declared(), operation_routes())


def published() -> Mapping[str, bytes]:
    """Every written file by its path in the project; the same bytes for the same code."""
    document = orjson.dumps(contract(), option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE)
    return {
        "openapi/openapi.json": document,
        "openapi/schema.graphql": sdl().encode(),
        "openapi/problems.md": (problems_markdown() + errors_markdown()).encode(),
        "docs/permissions.md": permissions_markdown(operation_routes()).encode(),
    }


def publish(root: Path = ROOT) -> None:
    """Write every file."""
    for name, content in published().items():
        (root / name).write_bytes(content)


if __name__ == "__main__":
    publish()
