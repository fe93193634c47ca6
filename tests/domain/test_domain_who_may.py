"""The whole grants table as a page that a reviewer reads: who_may.txt says which relations give which permission.

Taking any alternative out of the table, or any predicate out of an alternative, changes the page.
"""

from collections.abc import Iterator, Mapping
from pathlib import Path
from types import MappingProxyType
from uuid import UUID

import pytest

from domain import permissions
from domain.actors import Actor, HeldRole, Membership, Place, Role, Scope
from domain.permissions import GRANTS, AnyOf, Permission, Predicate, allows, in_tenant
from domain.teams import Duty

PAGE = Path(__file__).with_name("who_may.txt")
ME, OTHER, TEAM, OTHER_TEAM, UNIT, ABOVE, ELSEWHERE = (UUID(int=number) for number in range(1, 8))
PLACE = Place(person_id=OTHER, team_id=TEAM, units=(UNIT, ABOVE))


def holding(role: Role, scope: Scope = Scope.TENANT, unit: UUID | None = None, team: UUID | None = None) -> Actor:
    return Actor(ME, roles=(HeldRole(role, scope, unit, team),))


def relations() -> Iterator[tuple[str, Actor, Place]]:
    """Every way of standing to a thing in a team in a unit."""
    yield "colleague", Actor(ME), PLACE
    yield "oneself", Actor(ME), Place(person_id=ME, team_id=TEAM, units=(UNIT, ABOVE))
    meeting = {"person_id": OTHER, "team_id": TEAM, "units": (UNIT, ABOVE)}
    yield "participant of the meeting", Actor(ME), Place(**meeting, participants=frozenset({ME}))
    yield "facilitator of the meeting", Actor(ME), Place(**meeting, facilitators=frozenset({ME}))
    for duty in Duty:
        yield f"{duty} of the team", Actor(ME, memberships=(Membership(TEAM, duty),)), PLACE
        yield f"{duty} of another team", Actor(ME, memberships=(Membership(OTHER_TEAM, duty),)), PLACE
    for role in Role:
        yield f"{role} of all", holding(role), PLACE
        for name, unit in (("its unit", UNIT), ("the unit above", ABOVE), ("another unit", ELSEWHERE)):
            yield f"{role} of {name}", holding(role, Scope.UNIT, unit), PLACE
        yield f"{role} of the team alone", holding(role, Scope.TEAM, team=TEAM), PLACE
        yield f"{role} of another team alone", holding(role, Scope.TEAM, team=OTHER_TEAM), PLACE


def page() -> str:
    """A paragraph a permission: the relations that give it."""
    told = list(relations())
    paragraphs = []
    for permission in Permission:
        having = [name for name, actor, place in told if allows(actor, permission, place)]
        lines = ["everybody"] if len(having) == len(told) else having
        paragraphs.append("\n".join((permission.value, *(f"  {line}" for line in lines), "")))
    return "\n".join(paragraphs)


def mutants() -> Iterator[tuple[str, Permission, AnyOf]]:
    """Every line of the table with one alternative gone, or one predicate that always or never holds."""
    for permission, paths in GRANTS.items():
        for i, path in enumerate(paths):
            spoken = "+".join(each.__name__ for each in path)
            yield f"{permission} without {spoken}", permission, (*paths[:i], *paths[i + 1 :])
            for j, predicate in enumerate(path):
                for constant in (always, never):
                    if (predicate, constant) != (in_tenant, always):  # which is what it says
                        changed = (*path[:j], constant, *path[j + 1 :])
                        name = f"{permission} where {predicate.__name__} of {spoken} is {constant.__name__} so"
                        yield name, permission, (*paths[:i], changed, *paths[i + 1 :])


def always(actor: Actor, place: Place) -> bool:
    return True


def never(actor: Actor, place: Place) -> bool:
    return False


def in_place_of(predicate: Predicate, other: Predicate) -> Mapping[Permission, AnyOf]:
    """The table with one predicate replaced wherever it stands."""
    return {
        permission: tuple(tuple(other if each is predicate else each for each in path) for path in paths)
        for permission, paths in GRANTS.items()
    }


def test_who_may_do_what_is_as_the_page_says():
    """Red after a change of the table: read what differs, and if it is meant, write it into who_may.txt."""
    assert page() == PAGE.read_text("utf-8")


@pytest.mark.parametrize(("permission", "paths"), [pytest.param(*more, id=name) for name, *more in mutants()])
def test_no_grant_can_be_lost_or_widened_unseen(permission, paths, monkeypatch):
    monkeypatch.setattr(permissions, "GRANTS", MappingProxyType({**GRANTS, permission: paths}))
    assert page() != PAGE.read_text("utf-8")


@pytest.mark.parametrize("other", [always, never])
@pytest.mark.parametrize("predicate", sorted({p for paths in GRANTS.values() for path in paths for p in path}, key=str))
def test_no_predicate_can_fail_unseen(predicate, other, monkeypatch):
    if (predicate, other) != (in_tenant, always):
        monkeypatch.setattr(permissions, "GRANTS", MappingProxyType(in_place_of(predicate, other)))
        assert page() != PAGE.read_text("utf-8")
