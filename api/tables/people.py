"""People, the identities that they sign in with, and the roles that they hold."""

from datetime import date
from typing import Annotated
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ExcludeConstraint

from api.tables.base import Fate, Personal, Refers, Row, SortKey, index, one_of, unique
from domain.actors import Role, Scope
from domain.people import PersonKind, PersonStatus


class Person(Row):
    """Somebody who works in the municipality. No national id, no birth date, no gender."""

    table = "person"
    constraints = (
        one_of("person", "kind", PersonKind),
        one_of("person", "status", PersonStatus),
        index("person", "sort_name", "id"),
    )

    kind: PersonKind
    name: Annotated[str, Personal(Fate.PSEUDONYM, "employment + 90 days")]
    sort_name: Annotated[SortKey, Personal(Fate.PSEUDONYM, "employment + 90 days")]
    email: Annotated[str | None, Personal(Fate.CLEARED, "employment + 90 days")] = None
    locale: str | None = None
    status: PersonStatus


class PersonIdentity(Row):
    """One issuer's name for a person; a person is found by (issuer, subject) and never by e-mail."""

    table = "person_identity"
    constraints = (
        unique("person_identity", "issuer", "subject"),
        index("person_identity", "person_id"),
    )

    person_id: Annotated[UUID, Refers("person", Fate.ROW_ERASED, "employment + 90 days")]
    issuer: str
    subject: Annotated[str, Personal(Fate.ROW_ERASED, "employment + 90 days")]


class RoleAssignment(Row):
    """A role, where it holds and for how long: from `valid_from`, until the day `valid_to` (exclusive)."""

    table = "role_assignment"
    constraints = (
        one_of("role_assignment", "role", Role),
        one_of("role_assignment", "scope", Scope),
        sa.CheckConstraint("valid_to >= valid_from", name="ck_role_assignment_period"),
        sa.CheckConstraint(
            "(scope = 'unit') = (organisation_id is not null) and (scope = 'team') = (team_id is not null)",
            name="ck_role_assignment_place",
        ),
        ExcludeConstraint(
            ("tenant_id", "="),
            # One expression, so that nobody reads through this index: a plain one finds a person's roles quicker.
            (sa.text("(person_id::text || role || scope || coalesce(organisation_id, team_id, tenant_id)::text)"), "="),
            (sa.text("daterange(valid_from, valid_to)"), "&&"),
            name="ex_role_assignment_once",
            using="gist",
        ),
        index("role_assignment", "person_id", "role"),
        index("role_assignment", "valid_from", "id"),
    )

    person_id: Annotated[UUID, Refers("person", Fate.ROW_ERASED, "2 years after it ended")]
    role: Role
    scope: Scope
    organisation_id: Annotated[UUID | None, Refers("organisation")] = None
    team_id: Annotated[UUID | None, Refers("team")] = None
    valid_from: date
    valid_to: date | None = None
