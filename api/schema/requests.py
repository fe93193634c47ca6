"""GraphQL over HTTP: what a request asks, by POST with JSON or by GET with a query string."""

import hashlib
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl

import orjson

from api.schema.engine import Question
from api.schema.refusals import (
    DocumentNotTrusted,
    DocumentUnknown,
    QueryMissing,
    RequestMalformed,
)
from api.web.answers import Receive, Scope
from api.web.bodies import check_content_type, parse, read_body

BODY_LIMIT = 256 * 1024
DOCUMENT_ID = re.compile(r"sha256:[0-9a-f]{64}")


def read_trusted(path: Path | None) -> dict[str, str]:
    """The trusted documents of a file: one JSON object, from `sha256:…` to the document. Raises ValueError."""
    if path is None:
        return {}
    try:
        found = orjson.loads(path.read_bytes())
    except (OSError, ValueError) as error:
        raise ValueError(f"{path} can't be read as JSON ({error})") from error
    if not isinstance(found, dict):
        raise ValueError(f"{path}: not one object from ids to documents")  # noqa: TRY004 - a setting's value
    for id, text in found.items():
        if not isinstance(text, str) or document_id(text) != id:
            raise ValueError(f"{path}: {id[:80]} is not the id of its document, sha256: and the hash of its bytes")
    return found


class Trusted:
    """Documents that this service knows by their hash; with `only`, it runs no others."""

    def __init__(self, documents: Mapping[str, str], *, only: bool) -> None:
        self._documents = documents
        self._only = only

    def text(self, query: str | None, document_id: str | None) -> str:
        """The document that is meant. Raises QueryMissing, DocumentUnknown, DocumentNotTrusted."""
        if document_id is not None:
            if DOCUMENT_ID.fullmatch(document_id) is None or document_id not in self._documents:
                raise DocumentUnknown
            return self._documents[document_id]
        if query is None:
            raise QueryMissing
        if self._only:
            raise DocumentNotTrusted
        return query


def document_id(text: str) -> str:
    """The id of a trusted document: sha256 and the hash of its bytes."""
    return "sha256:" + hashlib.sha256(text.encode()).hexdigest()


async def question(scope: Scope, receive: Receive, trusted: Trusted) -> Question:
    """What the request asks. Raises EdgeErrors for what can't be read as a GraphQL request."""
    if scope["method"] == "GET":
        given = _from_query(scope["query_string"])
    else:
        check_content_type(scope)
        given = parse(await read_body(scope, receive, limit=BODY_LIMIT))
    if not isinstance(given, dict):
        raise RequestMalformed(field="body")
    text = trusted.text(_text(given, "query"), _text(given, "documentId"))
    _mapping(given, "extensions")
    return Question(text, _text(given, "operationName"), _mapping(given, "variables"), get=scope["method"] == "GET")


def _from_query(raw: bytes) -> dict[str, Any]:
    """The same from a query string, where variables and extensions are JSON."""
    try:
        pairs = parse_qsl(raw.decode("ascii"), keep_blank_values=True, errors="strict", max_num_fields=20)
    except ValueError:
        raise RequestMalformed(field="query string") from None
    given: dict[str, Any] = dict(pairs)
    if len(given) != len(pairs):
        raise RequestMalformed(field="query string")
    for name in ("variables", "extensions"):
        if given.get(name):
            given[name] = parse(given[name].encode())
    if not given.get("operationName"):
        given.pop("operationName", None)
    return given


def _text(given: Mapping[str, Any], name: str) -> str | None:
    value = given.get(name)
    if value is not None and not isinstance(value, str):
        raise RequestMalformed(field=name)
    return value


def _mapping(given: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    value = given.get(name)
    if value is None or value == "":
        return {}
    if not isinstance(value, dict):
        raise RequestMalformed(field=name)
    return value
