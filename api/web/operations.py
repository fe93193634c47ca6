"""Operations: what a route is called, asks for, takes and gives; FastAPI documents it, our dispatcher runs it.

An endpoint's signature is its whole contract: path ids (UUID) and keys (str), at most one query model, at most one
command, and the context it works in. The same signature feeds FastAPI's OpenAPI and our thin way in.
"""

import inspect
import typing
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from enum import Enum
from typing import Any, Literal, TypeAlias
from uuid import UUID

from fastapi import APIRouter
from pydantic import BaseModel

from api.reading.selections import includable
from api.reading.views import View
from api.web.answers import Answer
from api.web.contexts import Reading, Writing
from api.web.documents import model, page_model
from api.web.paging import PageQuery, Query
from domain.permissions import Permission

Endpoint: TypeAlias = Callable[..., Awaitable[Answer]]
Rate = Literal["read", "write", "bulk"]


@dataclass(frozen=True, slots=True, eq=False)
class Operation:
    """One operation as the dispatcher, OpenAPI and the generated tests need it; each is itself and no other."""

    name: str
    endpoint: Endpoint
    permission: Permission | None
    view: type[View] | None
    ids: tuple[str, ...]
    keys: tuple[str, ...]
    query: tuple[str, type[Query]] | None
    command: tuple[str, type[BaseModel]] | None
    upload: str | None
    context: tuple[str, type[Reading | Writing]] | None
    conditional: bool = False
    idempotent: bool = False
    patch: bool = False
    queue: str | None = None
    rate: Rate = "read"
    includes: frozenset[str] = frozenset()

    @property
    def id(self) -> str:
        """What the contract calls it (operationId)."""
        first, *rest = self.name.split("_")
        return first + "".join(part.capitalize() for part in rest)

    @property
    def repeatable(self) -> frozenset[str]:
        """Query parameters that may come several times, or once with commas: clients write lists either way."""
        return frozenset({"include"}) if self.includes else frozenset()

    @property
    def shown(self) -> frozenset[str]:
        """Links that the document shows without being asked."""
        links = self.view.links.items() if self.view else ()
        return frozenset(name for name, link in links if link.standard)

    @property
    def body_optional(self) -> bool:
        """Whether no body means {}: a verb with nothing more to say."""
        if self.command is None:
            return True
        return not self.patch and not any(field.is_required() for field in self.command[1].model_fields.values())


class Router(APIRouter):
    """Declares operations: one method a kind of use case, so that their contracts can't differ by accident.

    Changes of routers with the same `queue` follow one another within a tenant (api.postgres.units).
    """

    def __init__(self, *, prefix: str, tags: list[str | Enum], queue: str | None = None) -> None:
        super().__init__(prefix=prefix, tags=tags)
        self.queue = queue

    def reads(self, path: str, view: type[View], permission: Permission) -> Callable[[Endpoint], Endpoint]:
        """GET one document."""
        names = frozenset(includable(view))
        return self._declare("GET", path, view, permission, 200, model(view), includes=names)

    def lists(self, path: str, view: type[View], permission: Permission) -> Callable[[Endpoint], Endpoint]:
        """GET one page of a list."""
        names = frozenset(includable(view, bare=True))
        return self._declare("GET", path, view, permission, 200, page_model(view), includes=names)

    def creates(
        self, path: str, view: type[View], permission: Permission, *, queue: str | None = None
    ) -> Callable[[Endpoint], Endpoint]:
        """POST something new: 201 with Location; safe to repeat with an Idempotency-Key."""
        return self._declare(
            "POST", path, view, permission, 201, model(view), idempotent=True, rate="write", queue=queue
        )

    def adds(self, path: str, view: type[View], permission: Permission) -> Callable[[Endpoint], Endpoint]:
        """POST a part of something that is there: 201 with the part's Location; the answer is the whole."""
        return self._declare(
            "POST", path, view, permission, 201, model(view), conditional=True, idempotent=True, rate="write"
        )

    def acts(
        self, path: str, view: type[View], permission: Permission, *, conditional: bool = True
    ) -> Callable[[Endpoint], Endpoint]:
        """POST a verb on something that is there: 200 with what became of it."""
        return self._declare(
            "POST",
            path,
            view,
            permission,
            200,
            model(view),
            idempotent=True,
            conditional=conditional,
            rate="write",
        )

    def settles(self, path: str, answers: type[BaseModel], permission: Permission) -> Callable[[Endpoint], Endpoint]:
        """POST a verb on something that is there: 200 with a report on all that it led to."""
        return self._declare(
            "POST", path, None, permission, 200, answers, idempotent=True, conditional=True, rate="write"
        )

    def patches(self, path: str, view: type[View], permission: Permission) -> Callable[[Endpoint], Endpoint]:
        """PATCH by JSON Merge Patch, from a revision that If-Match names."""
        return self._declare(
            "PATCH", path, view, permission, 200, model(view), conditional=True, patch=True, rate="write"
        )

    def puts(self, path: str, view: type[View], permission: Permission) -> Callable[[Endpoint], Endpoint]:
        """PUT the whole, from a revision that If-Match names."""
        return self._declare("PUT", path, view, permission, 200, model(view), conditional=True, rate="write")

    def removes(self, path: str, permission: Permission) -> Callable[[Endpoint], Endpoint]:
        """DELETE, from a revision that If-Match names: 204."""
        return self._declare("DELETE", path, None, permission, 204, None, conditional=True, rate="write")

    def takes_out(self, path: str, view: type[View], permission: Permission) -> Callable[[Endpoint], Endpoint]:
        """DELETE a part of something: 200 with what is left of the whole."""
        return self._declare("DELETE", path, view, permission, 200, model(view), conditional=True, rate="write")

    def computes(
        self,
        path: str,
        answers: type[BaseModel],
        permission: Permission,
        method: str = "GET",
        rate: Rate = "read",
    ) -> Callable[[Endpoint], Endpoint]:
        """An answer that is no stored document: a dry run, a report, data that ships with the code."""
        return self._declare(method, path, None, permission, 200, answers, rate=rate)

    def imports(
        self, path: str, answers: type[BaseModel], permission: Permission, *, queue: str | None = None
    ) -> Callable[[Endpoint], Endpoint]:
        """POST a CSV file: 200 with a report."""
        return self._declare("POST", path, None, permission, 200, answers, idempotent=True, rate="bulk", queue=queue)

    def _declare(
        self,
        method: str,
        path: str,
        view: type[View] | None,
        permission: Permission | None,
        status: int,
        answers: type[BaseModel] | None,
        **traits: Any,
    ) -> Callable[[Endpoint], Endpoint]:
        def declare(endpoint: Endpoint) -> Endpoint:
            if traits.get("rate", "read") != "read":
                traits["queue"] = traits.get("queue") or self.queue
            operation = _plan(endpoint, view, permission, **traits)
            endpoint.__plf_operation__ = operation  # type: ignore[attr-defined]
            self.add_api_route(
                path,
                endpoint,
                methods=[method],
                status_code=status,
                response_model=None,
                responses={status: {"model": answers}} if answers else None,
            )
            return endpoint

        return declare


def operation_of(endpoint: Any) -> Operation | None:
    """The operation that an endpoint was declared as; None for pages of FastAPI's own."""
    return getattr(endpoint, "__plf_operation__", None)


def _plan(endpoint: Endpoint, view: type[View] | None, permission: Permission | None, **traits: Any) -> Operation:
    ids: list[str] = []
    keys: list[str] = []
    found: dict[str, Any] = {"query": None, "command": None, "context": None, "upload": None}
    hints = typing.get_type_hints(endpoint)
    for name in inspect.signature(endpoint).parameters:
        hint = hints[name]
        if hint is UUID:
            ids.append(name)
        elif hint is str:
            keys.append(name)
        elif hint is bytes:
            found["upload"] = name
        elif hint in {Reading, Writing}:
            found["context"] = (name, hint)
        elif issubclass(hint, Query):
            found["query"] = (name, hint)
        elif issubclass(hint, BaseModel):
            found["command"] = (name, hint)
        else:
            raise TypeError(f"{endpoint.__name__}: what is {name}: {hint}?")
    return Operation(endpoint.__name__, endpoint, permission, view, tuple(ids), tuple(keys), **found, **traits)


__all__ = ["Operation", "PageQuery", "Router", "operation_of"]
