"""Teams and who belongs to them, with history."""

from datetime import date
from typing import Annotated
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ExcludeConstraint

from api.tables.base import Fate, Refers, Row, SortKey, index, one_of
from domain.teams import Duty, TeamKind, TeamState


class Team(Row):
    """People who meet: a class team, a subject team, a network …"""

    table = "team"
    constraints = (
        one_of("team", "kind", TeamKind),
        one_of("team", "state", TeamState),
        index("team", "sort_name", "id"),
        index("team", "organisation_id", "sort_name", "id"),
    )

    organisation_id: Annotated[UUID, Refers("organisation")]
    kind: TeamKind
    name: str
    sort_name: SortKey
    lang: str
    state: TeamState


class TeamMembership(Row):
    """One person's time in a team with one duty, until the day `valid_to` (exclusive)."""

    table = "team_membership"
    constraints = (
        one_of("team_membership", "duty", Duty),
        sa.CheckConstraint("valid_to >= valid_from", name="ck_team_membership_period"),
        ExcludeConstraint(
            ("tenant_id", "="),
            ("team_id", "="),
            ("person_id", "="),
            (sa.text("daterange(valid_from, valid_to)"), "&&"),
            name="ex_team_membership_once",
            using="gist",
            deferrable=True,
            initially="IMMEDIATE",
        ),
        index("team_membership", "team_id", "valid_from", "id"),
        index("team_membership", "person_id", "team_id"),
    )

    team_id: Annotated[UUID, Refers("team")]
    person_id: Annotated[UUID, Refers("person", Fate.PSEUDONYM, "as long as the team's meetings")]
    duty: Duty
    valid_from: date
    valid_to: date | None = None
