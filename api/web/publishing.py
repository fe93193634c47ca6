"""Writes the published contract, openapi/openapi.json and openapi/problems.md, from the code: `make openapi`."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import orjson

from api.web.openapi import openapi_document
from api.web.pages import problems_markdown

FOLDER = Path(__file__).parents[2] / "openapi"


def contract() -> dict[str, Any]:
    """The OpenAPI document as it is committed: without servers and demo, which differ from place to place."""
    from api.app import declared, operation_routes  # the one place below it that needs every route

    return openapi_document(declared(), operation_routes())


def published() -> Mapping[str, bytes]:
    """What the folder holds, by file name; the same bytes for the same code."""
    document = orjson.dumps(contract(), option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE)
    return {"openapi.json": document, "problems.md": problems_markdown().encode()}


def publish(folder: Path = FOLDER) -> None:
    """Write every file of the contract."""
    folder.mkdir(exist_ok=True)
    for name, content in published().items():
        (folder / name).write_bytes(content)


if __name__ == "__main__":
    publish()
