"""Somebody leaves the municipality's service: all that holds today is over, all that was before stays."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from api.actions.people import administrators_besides, require_another_administrator
from api.postgres.wanted import Wanted, facts, row, rows
from api.postgres.work import UnitOfWork
from api.tables import MeetingParticipant, Person, RoleAssignment, TeamMembership
from domain.actors import Place
from domain.errors import NotFound, WrongState
from domain.people import PersonStatus
from domain.periods import earliest_end
from domain.permissions import Permission

_LASTING = "(valid_to is null or valid_to > :today::date)"


async def leave_person(work: UnitOfWork, person_id: UUID, *, preview: bool = False) -> Mapping[str, Any]:
    """End memberships, roles and invitations, and bar the way in; the report.

    Raises WrongState for somebody who isn't active, LastAdministrator where nobody else administers.
    """
    person, others, memberships, roles, invitations, orphans = await work.fetch(
        row(Person, person_id, "for update"),
        administrators_besides([person_id]),
        rows(TeamMembership, where=_LASTING, person_id=person_id),
        rows(RoleAssignment, where=_LASTING, person_id=person_id),
        rows(MeetingParticipant, where="starts_at > :now::timestamptz", person_id=person_id),
        _teams_run_by_nobody_else(person_id),
    )
    if person is None:
        raise NotFound
    work.require(Permission.PERSON_LEAVE, Place(person_id=person.id), person)
    work.expect(person)
    if person.status is not PersonStatus.ACTIVE:
        raise WrongState(state=person.status.value, verb="leave", allowed=["active"])
    require_another_administrator(others)
    if not preview:
        for each in (*memberships, *roles):
            work.change(each, valid_to=earliest_end(each, work.today))
        work.remove(*invitations)
        work.change(person, status=PersonStatus.INACTIVE)
        work.announce("person.left", person.id)
    return {
        "person_id": person.id,
        "memberships": len(memberships),
        "roles": len(roles),
        "meetings": len(invitations),
        "team_ids_without_facilitator": orphans,
    }


def _teams_run_by_nobody_else(person_id: UUID) -> Wanted[list[str]]:
    """Teams that are not archived, run by this person and by nobody else from today on."""
    running = "duty in ('facilitator', 'leader') and (m.valid_to is null or m.valid_to > :today::date)"
    return facts(
        "select coalesce(json_agg(t.id order by t.id), '[]'::json) from team t where t.state <> 'archived' "
        "and exists (select from team_membership m "
        f"where m.team_id = t.id and m.person_id = :person::uuid and {running}) "
        "and not exists (select from team_membership m join person p on p.id = m.person_id and p.status = 'active' "
        f"where m.team_id = t.id and m.person_id <> :person::uuid and {running})",
        person=person_id,
    )
