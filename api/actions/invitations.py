"""Who is invited to a meeting, with what they do in it."""

from collections.abc import Sequence
from typing import Annotated
from uuid import UUID

from pydantic import Field

from api.actions.commands import Command
from api.actions.teams import people_faults
from api.postgres.work import UnitOfWork
from api.tables import Meeting, MeetingParticipant, TeamMembership
from api.tables.meetings import MeetingDuty
from domain.errors import Fault
from domain.teams import RUNNING


class Invitation(Command):
    """Somebody who is invited, with what they do in the meeting."""

    person_id: UUID
    duty: MeetingDuty = MeetingDuty.PARTICIPANT


Invitations = Annotated[list[Invitation], Field(max_length=500)]


def members(memberships: Sequence[TeamMembership]) -> list[Invitation]:
    """A team's members as participants; who facilitates or leads the team facilitates the meeting."""
    return [_invitation(member) for member in memberships]


def faults(invited: Sequence[Invitation] | None, known: list[str]) -> list[Fault]:
    """A fault for each person that is unknown or comes twice."""
    return people_faults([each.person_id for each in invited or ()], known, "participants")


def change(
    work: UnitOfWork,
    meeting: Meeting,
    stored: Sequence[MeetingParticipant],
    invited: Sequence[Invitation] | None,
) -> None:
    """Replace the invitations (None: keep them), and let all of them know the meeting's start."""
    if invited is None:
        for each in stored:
            work.change(each, starts_at=meeting.starts_at)
        return
    write(work, meeting, stored, invited)


def write(
    work: UnitOfWork, meeting: Meeting, stored: Sequence[MeetingParticipant], invited: Sequence[Invitation]
) -> None:
    """Make the invitations what is wanted; who is invited again keeps their invitation."""
    by_person = {row.person_id: row for row in stored}
    work.remove(*(row for id, row in by_person.items() if id not in {each.person_id for each in invited}))
    for each in invited:
        if each.person_id in by_person:
            work.change(by_person[each.person_id], duty=each.duty, starts_at=meeting.starts_at)
        else:
            work.add(
                MeetingParticipant(
                    **work.stamp(),
                    meeting_id=meeting.id,
                    person_id=each.person_id,
                    duty=each.duty,
                    starts_at=meeting.starts_at,
                )
            )


def _invitation(member: TeamMembership) -> Invitation:
    leads = member.duty in RUNNING
    return Invitation(person_id=member.person_id, duty=MeetingDuty.FACILITATOR if leads else MeetingDuty.PARTICIPANT)
