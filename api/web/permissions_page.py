"""The permissions as a page, written from the one GRANTS table and the route table."""

from collections.abc import Iterable

from fastapi.routing import APIRoute

from api.web.operations import operation_of
from domain.permissions import GRANTS, Permission, Predicate

HEAD = """# Who may do what

Written from `domain/permissions.py` by `make openapi`; a test keeps the two together. A permission is had by anyone
for whom one of the alternatives holds. Where somebody may not even see a thing, they get 404 instead of 403.

| permission | who | operations |
| --- | --- | --- |
"""


def permissions_markdown(routes: Iterable[APIRoute]) -> str:
    """One row a permission, then what each predicate means."""
    operations: dict[Permission, list[str]] = {}
    for route in routes:
        operation = operation_of(route.endpoint)
        if operation is not None and operation.permission is not None:
            names = [f"`{method} {route.path}`" for method in sorted(route.methods or ())]
            operations.setdefault(operation.permission, []).extend(names)
    rows = [
        f"| `{permission}` | {_alternatives(paths)} | {'<br>'.join(operations.get(permission, ['within others']))} |"
        for permission, paths in GRANTS.items()
    ]
    predicates = {predicate for paths in GRANTS.values() for path in paths for predicate in path}
    meanings = [f"- **{_spoken(p)}**: {_meaning(p)}" for p in sorted(predicates, key=_spoken)]
    return HEAD + "\n".join(rows) + "\n\n## What the words mean\n\n" + "\n".join(meanings) + "\n"


def _alternatives(paths: tuple[tuple[Predicate, ...], ...]) -> str:
    return ", or ".join(" and ".join(_spoken(predicate) for predicate in path) for path in paths)


def _spoken(predicate: Predicate) -> str:
    return predicate.__name__.replace("_", " ")


def _meaning(predicate: Predicate) -> str:
    return " ".join((predicate.__doc__ or "").split())
