"""The grants table beside the operations that ask it: one source for GET /v1/permissions and docs/permissions.md."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from fastapi.routing import APIRoute

from api.web.operations import operation_of
from domain.actors import Role
from domain.permissions import GRANTS, Permission, duties_with, roles_with
from domain.teams import Duty


@dataclass(frozen=True, slots=True)
class Asking:
    """An operation that asks for a permission."""

    id: str
    method: str
    path: str


@dataclass(frozen=True, slots=True)
class Grant:
    """A line of the table: any of the alternatives is enough, and an alternative wants all that it names."""

    permission: Permission
    operations: tuple[Asking, ...]
    alternatives: tuple[tuple[str, ...], ...]
    roles: tuple[Role, ...]
    duties: tuple[Duty, ...]


def grants(routes: Iterable[APIRoute]) -> tuple[Grant, ...]:
    """The whole table, in its order."""
    operations: dict[Permission, list[Asking]] = {}
    for permission, asking in _asking(routes):
        operations.setdefault(permission, []).append(asking)
    return tuple(
        Grant(
            permission,
            tuple(operations.get(permission, ())),
            tuple(tuple(predicate.__name__ for predicate in path) for path in paths),
            roles_with(permission),
            duties_with(permission),
        )
        for permission, paths in GRANTS.items()
    )


def meaning_id(predicate: str) -> str:
    """Under which id the message catalogues say what a predicate means."""
    return f"predicate.{predicate}"


def _asking(routes: Iterable[APIRoute]) -> Iterator[tuple[Permission, Asking]]:
    for route in routes:
        operation = operation_of(route.endpoint)
        if operation is not None and operation.permission is not None:
            for method in sorted(route.methods or ()):
                yield operation.permission, Asking(operation.id, method, route.path)
