"""People as colleagues see them, their roles, and what a person sees of themselves."""

from datetime import date, datetime
from uuid import UUID

from api.postgres.validity import in_force
from api.queries.access import everyone, holds, is_self
from api.reading.views import MATCHING, Order, View, either, many, matching, one, pages, shown, way
from domain.actors import Role, Scope
from domain.people import PersonKind, PersonStatus

_PERSON_CONTACT = (is_self("id"), holds("admin"), holds("unit_leader"))


class PersonView(View):
    """Somebody who works in the municipality, as colleagues see them."""

    of = "person"
    order = Order((("{row}.sort_name", "text"), ("{row}.id", "uuid")))
    listed_as = "people"
    seen_by = (everyone,)
    filters = {
        MATCHING: matching("{row}.sort_name"),
        "status": "{row}.status = :status::text",
        "kind": "{row}.kind = :kind::text",
    }

    id: UUID = shown("The person's id.")
    kind: PersonKind = shown("A human being, or a machine client with roles of its own.")
    name: str = shown("The name that colleagues see.", example="Ingrid Solberg")
    email: str | None = shown(
        "Work e-mail; only the person, leaders of all units and administrators see it.",
        seen_by=_PERSON_CONTACT,
    )
    locale: str | None = shown("The language that the person wants to be answered in.", example="nb")
    status: PersonStatus = shown("Only active people may sign in.")
    revision: int = shown("Rises with every change; the number in the ETag.")
    created_at: datetime = shown("When the record was made, UTC.")
    updated_at: datetime = shown("When it last changed, UTC.")
    memberships = pages(
        "The teams that the person works in today.",
        "TeamMembership",
        "person_id",
        where=in_force("{row}"),
    )
    role_assignments = pages("The person's roles, as far as the asker may see them.", "RoleAssignment", "person_id")


class RoleAssignmentView(View):
    """A role that somebody holds: what, where and for how long."""

    of = "role_assignment"
    order = Order((("{row}.valid_from", "date"), ("{row}.id", "uuid")), descending=True)
    listed_as = "role_assignments"
    seen_by = (
        is_self("person_id"),
        holds("unit_leader"),
        holds("admin"),
        holds("representative"),
        holds("auditor"),
    )
    filters = {
        "person_id": "{row}.person_id = :person_id::uuid",
        "role": "{row}.role = :role::text",
    }

    id: UUID = shown("The assignment's id.")
    person_id: UUID = shown("Who holds the role.")
    role: Role = shown("The role's key; labels are localised.")
    scope: Scope = shown("Where it holds: the whole tenant, a unit with all below it, or a team.")
    organisation_id: UUID | None = shown("The unit, when the scope is a unit.")
    team_id: UUID | None = shown("The team, when the scope is a team.")
    valid_from: date = shown("The first day.")
    valid_to: date | None = shown("The first day on which it no longer holds; null while open-ended.")
    revision: int = shown("Rises with every change; the number in the ETag.")
    created_at: datetime = shown("When the record was made, UTC.")
    updated_at: datetime = shown("When it last changed, UTC.")
    person = one("Who holds it.", "Person", "person_id")
    place = either(
        "Where it holds.",
        "RolePlace",
        way("Tenant", ":tenant::text::uuid", "{row}.scope = 'tenant'"),
        way("Organisation", "organisation_id"),
        way("Team", "team_id"),
    )


class MeView(View):
    """The person who asks: who they are here, which roles they hold and which teams they work in."""

    of = "person"
    key = "{row}.id = asker.id"
    order = Order((("{row}.id", "uuid"),))
    asked_as = "me"
    seen_by = (is_self("id"),)

    id: UUID = shown("Your id in this tenant.")
    name: str = shown("The name that colleagues see.", example="Ingrid Solberg")
    email: str | None = shown("Work e-mail.")
    locale: str | None = shown("The language that you want to be answered in.", example="nb")
    tenant = one("The school owner that you act in.", "Tenant", ":tenant::text::uuid", standard=True, required=True)
    person = one("You as colleagues see you.", "Person", "id", required=True)
    revision: int = shown("Rises with every change; the number in the ETag.")
    roles = many(
        "The roles that you hold today.",
        "RoleAssignment",
        "person_id",
        order="{row}.valid_from, {row}.id",
        where=in_force("{row}"),
        standard=True,
    )
    memberships = many(
        "The teams that you work in today.",
        "TeamMembership",
        "person_id",
        order="{row}.valid_from, {row}.id",
        where=in_force("{row}"),
        standard=True,
    )
