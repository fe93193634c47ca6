"""Teams, and who works in them since when."""

from datetime import date, datetime
from uuid import UUID

from api.postgres.validity import in_force
from api.queries.access import everyone
from api.reading.paths import Within
from api.reading.views import MATCHING, Order, View, many, matching, one, pages, shown
from domain.figures import Level
from domain.teams import Duty, TeamKind, TeamState


class TeamView(View):
    """People who meet: a class team, a subject team, a leadership team, a network …"""

    of = "team"
    order = Order((("{row}.sort_name", "text"), ("{row}.id", "uuid")))
    listed_as = "teams"
    figures_at = Level.TEAM
    seen_by = (everyone,)
    filters = {
        MATCHING: matching("{row}.sort_name"),
        "organisation_id": "{row}.organisation_id = :organisation_id::uuid",
        "kind": "{row}.kind = :kind::text",
        "state": "{row}.state = :state::text",
    }

    id: UUID = shown("The team's id.")
    organisation_id: UUID = shown("The unit that the team belongs to.")
    kind: TeamKind = shown("What sort of team it is.")
    name: str = shown("The team's name.", example="Team 5.–7. trinn")
    lang: str = shown("The language of the name.", example="nb")
    state: TeamState = shown("Whether the team still meets.")
    revision: int = shown("Rises with every change; the number in the ETag.")
    created_at: datetime = shown("When the record was made, UTC.")
    updated_at: datetime = shown("When it last changed, UTC.")
    organisation = one("The unit.", "Organisation", "organisation_id")
    meetings = pages("The team's meetings, the latest first.", "Meeting", "team_id")
    memberships = many(
        "Who works in the team today.",
        "TeamMembership",
        "team_id",
        order="{row}.valid_from, {row}.id",
        where=in_force("{row}"),
    )


class TeamMembershipView(View):
    """One person's time in a team with one duty."""

    of = "team_membership"
    order = Order((("{row}.valid_from", "date"), ("{row}.id", "uuid")))
    seen_by = (Within("within_team", "{row}.team_id", "Team"),)
    filters = {"as_of": in_force("{row}", "as_of")}

    id: UUID = shown("The membership's id.")
    team_id: UUID = shown("The team.")
    person_id: UUID = shown("The person.")
    duty: Duty = shown("What the person does in the team.")
    valid_from: date = shown("The first day.")
    valid_to: date | None = shown("The first day on which it no longer holds; null while open-ended.")
    revision: int = shown("Rises with every change; the number in the ETag.")
    person = one("The person.", "Person", "person_id", standard=False)
    team = one("The team.", "Team", "team_id")
