"""A request that works, for every operation of the contract, and every place in it where an id stands."""

import copy
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Any

import httpx

from api.app import Application
from harness.contract import contract
from harness.filled import Filled
from harness.samples import SAMPLES, variants
from harness.world import client

Position = tuple[str, ...]
"""Where an id stands: ("path", name), ("query", name), or ("body", step, …) with "*" for any element."""

KINDS = {
    "parent_id": "organisation_id",
    "ItemDraft.id": "item_id",
    "TaskDraft.id": "task_id",
    "item_ids": "item_id",
    "team_ids": "team_id",
    "organisation_ids": "organisation_id",
}
"""What a field that is not named for its kind of id refers to."""

TYPES = {"PATCH": "application/merge-patch+json"}


@dataclass(frozen=True)
class Request:
    """One request, as values that can be bent."""

    operation: str
    method: str
    path: str
    ids: dict[str, str] = field(default_factory=dict)
    query: dict[str, str] = field(default_factory=dict)
    body: Any = None
    headers: dict[str, str] = field(default_factory=dict)

    @property
    def url(self) -> str:
        return self.path.format(**self.ids)

    def with_id(self, position: Position, id: str) -> "Request":
        """The same request with another id in one place."""
        where, *steps = position
        if where == "path":
            return replace(self, ids={**self.ids, steps[0]: id})
        if where == "query":
            return replace(self, query={**self.query, steps[0]: id})
        body = copy.deepcopy(self.body)
        holder, last = body, steps[-1]
        for step in steps[:-1]:
            holder = holder[0] if step == "*" else holder[step]
        holder[0 if last == "*" else last] = id
        return replace(self, body=body)


class Sample:
    """Makes the requests of one municipality; what they change is made anew for each."""

    def __init__(self, filled: Filled) -> None:
        self.filled = filled

    async def request(self, operation: str, method: str, path: str, variant: int = 0) -> Request:
        """A request that will succeed. Raises LookupError for an operation that nobody has described here."""
        parts: dict[str, Any] = {}
        if operation in SAMPLES:
            parts = await variants(operation)[variant](self.filled)
        elif method != "GET":
            raise LookupError(f"{operation} has no sample request: write one in tests/harness/samples.py")
        found = contract().document["paths"][path][method.lower()]
        names = {each["name"]: each for each in found.get("parameters", ())}
        ids = {name: self.filled.one(kind(name)) for name, each in names.items() if _is_id(each, "path")}
        query = {name: self.filled.one(kind(name)) for name, each in names.items() if _is_id(each, "query")}
        query |= parts.get("query", {})
        if "include" in names:
            query["include"] = ",".join(names["include"]["schema"]["items"]["enum"])
        headers = {"if-match": "*"} if "If-Match" in names else {}
        ids |= {name: id for name, id in parts.get("ids", {}).items() if name in names}
        made = {"ids": ids, "query": query, "headers": headers, "body": parts.get("body")}
        return Request(operation, method, path, **made)

    async def send(self, request: Request, app: Application | None = None, **headers: str) -> httpx.Response:
        """Send it as the chief, if need be to another application over the same database."""
        http = self.filled.chief.http if app is None else client(app, self.filled.chief.http.auth)
        given = {"accept-language": "en", **request.headers, **{k.replace("_", "-"): v for k, v in headers.items()}}
        content: dict[str, Any] = {}
        if isinstance(request.body, str):
            content = {"content": request.body.encode()}
            given.setdefault("content-type", "text/csv")
        elif request.body is not None:
            content = {"json": request.body}
            given.setdefault("content-type", TYPES.get(request.method, "application/json"))
        return await http.request(request.method, request.url, params=request.query, headers=given, **content)


def kind(name: str) -> str:
    """The kind of id that a name stands for."""
    return KINDS.get(name, name)


def positions(operation: dict[str, Any]) -> Iterator[tuple[Position, str]]:
    """Every place where an id stands in a request of this operation, with the kind of id, from the contract."""
    for each in operation.get("parameters", ()):
        if _is_id(each, "path") or _is_id(each, "query"):
            yield (each["in"], each["name"]), kind(each["name"])
    for content in operation.get("requestBody", {}).get("content", {}).values():
        for steps, name in _ids(content["schema"], "", ""):
            yield ("body", *steps), kind(name)


def _is_id(parameter: dict[str, Any], where: str) -> bool:
    return parameter["in"] == where and any(name == "" for _, name in _ids(parameter["schema"], "", ""))


def _ids(schema: dict[str, Any], name: str, owner: str) -> Iterator[tuple[tuple[str, ...], str]]:
    """Steps to every uuid in a schema, and what it is called."""
    if "$ref" in schema:
        owner = schema["$ref"].rpartition("/")[2]
        schema = contract().document["components"]["schemas"][owner]
    if schema.get("format") == "uuid":
        yield (), f"{owner}.id" if name == "id" else name
    for choice in schema.get("anyOf", ()):
        yield from _ids(choice, name, owner)
    if "items" in schema:
        yield from ((("*", *steps), found) for steps, found in _ids(schema["items"], name, owner))
    for key, inner in schema.get("properties", {}).items():
        yield from (((key, *steps), found) for steps, found in _ids(inner, key, owner))
