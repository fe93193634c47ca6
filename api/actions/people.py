"""People and their roles, as far as the rest needs them."""

from collections.abc import Sequence
from typing import Annotated, Literal
from uuid import UUID

from pydantic import Field, StringConstraints

from api.actions.commands import Command, Day, Line, Locale, omitted
from api.actions.places import TENANT
from api.postgres.validity import in_force
from api.postgres.wanted import Wanted, facts, row
from api.postgres.work import UnitOfWork
from api.tables import Person, PersonIdentity, RoleAssignment
from domain.actors import Place, Role, Scope
from domain.errors import Fault, Invalid, LastAdministrator, NotFound, WrongState
from domain.localisation import sort_key
from domain.people import PersonKind, PersonStatus
from domain.periods import earliest_end
from domain.permissions import Permission

Email = Annotated[
    str,
    StringConstraints(
        pattern=r"^[^@\s\u0085\x00-\x1f]{1,64}@[^@\s\u0085\x00-\x1f]{1,255}$", max_length=320, to_lower=True
    ),
]


class Identity(Command):
    """An issuer's name for a person: `iss` and the subject claim of their tokens."""

    issuer: Annotated[str, StringConstraints(min_length=1, max_length=500)]
    subject: Annotated[str, StringConstraints(min_length=1, max_length=255)]


class CreatePerson(Command):
    """Somebody who works here; with identities they can sign in."""

    name: Line
    email: Email | None = None
    locale: Locale | None = None
    kind: PersonKind = PersonKind.PERSON
    identities: Annotated[list[Identity], Field(max_length=10)] = []


class ChangePerson(Command):
    """A merge patch of a person."""

    name: Line = omitted()
    email: Email | None = omitted()
    locale: Locale | None = omitted()
    status: Literal[PersonStatus.ACTIVE, PersonStatus.INACTIVE] = omitted()


class GrantRole(Command):
    """A role, where it holds and for how long."""

    person_id: UUID
    role: Role
    scope: Scope
    organisation_id: UUID | None = None
    team_id: UUID | None = None
    valid_from: Day | None = None
    valid_to: Day | None = None


async def create_person(work: UnitOfWork, command: CreatePerson) -> UUID:
    """Add somebody, with the identities that they sign in with. Raises AlreadyExists for a taken identity."""
    await work.fetch()
    work.require(Permission.PERSON_CREATE, TENANT)
    person = Person(
        **work.stamp(),
        kind=command.kind,
        name=command.name,
        sort_name=sort_key(command.name, work.asker.home),
        email=command.email,
        locale=command.locale,
        status=PersonStatus.ACTIVE,
    )
    work.create(person)
    work.add(*(PersonIdentity(**work.stamp(), person_id=person.id, **vars(each)) for each in command.identities))
    return person.id


async def change_person(work: UnitOfWork, person_id: UUID, command: ChangePerson) -> None:
    """Change what is known of somebody, or whether they may sign in. Raises LastAdministrator."""
    person, others = await work.fetch(row(Person, person_id, "for update"), administrators_besides([person_id]))
    if person is None:
        raise NotFound
    work.require(Permission.PERSON_CHANGE, Place(person_id=person.id), person)
    work.expect(person)
    if person.status is PersonStatus.PSEUDONYMISED:
        raise WrongState(state=person.status.value, verb="change", allowed=["active", "inactive"])
    changes = command.given()
    if changes.get("status") is PersonStatus.INACTIVE:
        require_another_administrator(others)
    if "name" in changes:
        changes["sort_name"] = sort_key(command.name, work.asker.home)
    work.change(person, **changes)


async def grant_role(work: UnitOfWork, command: GrantRole) -> UUID:
    """Give somebody a role within a scope, from today or another day on."""
    await work.fetch()
    work.require(Permission.ROLE_ASSIGNMENT_GRANT, Place(person_id=command.person_id))
    starts = command.valid_from or work.today
    faults = [*_scope_faults(command)]
    if command.valid_to is not None and command.valid_to < starts:
        faults.append(Fault("ends_before_start", ("valid_to",)))
    if faults:
        raise Invalid(faults)
    assignment = RoleAssignment(**work.stamp(), **{**vars(command), "valid_from": starts})
    work.create(assignment)
    work.announce("role_assignment.granted", assignment.id)
    return assignment.id


async def revoke_role(work: UnitOfWork, assignment_id: UUID) -> None:
    """End a role today: from the next request on it no longer holds. Raises LastAdministrator."""
    assignment, others = await work.fetch(
        row(RoleAssignment, assignment_id, "for update"), administrators_besides([], assignment_id)
    )
    if assignment is None:
        raise NotFound
    place = Place(person_id=assignment.person_id)
    work.require(Permission.ROLE_ASSIGNMENT_REVOKE, place, assignment, see=Permission.ROLE_ASSIGNMENT_READ)
    work.expect(assignment)
    if assignment.role is Role.ADMIN:
        require_another_administrator(others)
    work.change(assignment, valid_to=earliest_end(assignment, work.today))
    work.announce("role_assignment.revoked", assignment.id)


QUEUE = "people"
"""Whoever takes somebody's rights away does so after the one before: an administrator always remains."""


def administrators_besides(people: Sequence[UUID], assignment_id: UUID | None = None) -> Wanted[int]:
    """How many administer the municipality today without these people, and without this assignment."""
    return facts(
        "select to_json(count(*)) from role_assignment r join person p on p.id = r.person_id and p.status = 'active' "
        f"where r.role = 'admin' and r.scope = 'tenant' and {in_force('r')} "
        "and r.person_id <> all(:people::uuid[]) and r.id is distinct from :assignment::uuid",
        people=[*people],
        assignment=assignment_id,
    )


def require_another_administrator(others: int) -> None:
    """Raises LastAdministrator where there is none."""
    if others == 0:
        raise LastAdministrator


def _scope_faults(command: GrantRole) -> list[Fault]:
    """A unit for the scope unit, a team for the scope team, neither for the whole tenant."""
    wanted = {"organisation_id": command.scope is Scope.UNIT, "team_id": command.scope is Scope.TEAM}
    faults = []
    for name, needed in wanted.items():
        given = getattr(command, name) is not None
        if given != needed:
            faults.append(Fault("missing" if needed else "unknown_field", (name,)))
    return faults
