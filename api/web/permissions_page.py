"""The permissions as a page, written from the one GRANTS table and the route table."""

from collections.abc import Iterable

from fastapi.routing import APIRoute

from api.messages import text
from api.web.grants import Grant, grants, meaning_id
from domain.actors import Role
from domain.teams import Duty

HEAD = """# Who may do what

Written from `domain/permissions.py` by `make openapi`; a test keeps the two together. `GET /v1/permissions` gives the
same as data, in the language asked for. A permission is had by anyone for whom one of the alternatives holds. Where
somebody may not even see a thing, they get 404 instead of 403.

| permission | who | operations |
| --- | --- | --- |
"""

MATRIX = """
## Roles and duties

What a role gives where it reaches, and a duty in the team that it is about, without anything else.

"""


def permissions_markdown(routes: Iterable[APIRoute]) -> str:
    """One row a permission, then roles × permissions, then what each predicate means."""
    table = grants(routes)
    rows = [f"| `{each.permission}` | {_alternatives(each)} | {_operations(each)} |" for each in table]
    predicates = sorted({name for each in table for path in each.alternatives for name in path})
    meanings = [f"- **{_spoken(name)}**: {text('en', meaning_id(name))}" for name in predicates]
    return "\n".join((HEAD + "\n".join(rows), MATRIX + _matrix(table), "", "## What the words mean", "", *meanings, ""))


def _operations(grant: Grant) -> str:
    return "<br>".join(f"`{each.method} {each.path}`" for each in grant.operations) or "within others"


def _alternatives(grant: Grant) -> str:
    return ", or ".join(" and ".join(_spoken(name) for name in path) for path in grant.alternatives)


def _matrix(table: Iterable[Grant]) -> str:
    held = (*Role, *Duty)
    heads = ["permission", *(_spoken(each) for each in Role), *(f"{each} of the team" for each in Duty)]
    rows = [[f"`{g.permission}`", *("●" if each in {*g.roles, *g.duties} else "" for each in held)] for g in table]
    return "\n".join(f"| {' | '.join(cells)} |" for cells in (heads, ["---"] * len(heads), *rows))


def _spoken(name: str) -> str:
    return name.replace("_", " ")
