"""What is added up ahead for figures: the published agendas of a team, or of a unit, in a week or a month."""

from datetime import date
from typing import Annotated
from uuid import UUID

import sqlalchemy as sa

from api.tables.base import Fate, Personal, Refers, Row, one_of
from domain.figures import Grain


class MeetingRollup(Row):
    """One team's sums, or (`team_id` null) those of all teams of one unit; kept by the worker, never by triggers.

    `starts_on` is the first day of the week or month where the tenant is. `lead_hours` and `lead_meetings` are a
    histogram: that many meetings had that many whole hours of lead. `publishers` are up to five of those who
    published: enough to see whether there were five, also of several rows together.
    """

    table = "meeting_rollup"
    constraints = (
        one_of("meeting_rollup", "grain", Grain),
        sa.Index(
            "ix_meeting_rollup_team", "tenant_id", "team_id", "grain", "starts_on", "organisation_id", unique=True
        ),
        sa.Index(
            "ix_meeting_rollup_unit",
            "tenant_id",
            "organisation_id",
            "grain",
            "starts_on",
            unique=True,
            postgresql_where=sa.text("team_id is null"),
        ),
    )

    organisation_id: Annotated[UUID, Refers("organisation")]
    team_id: Annotated[UUID | None, Refers("team")] = None
    grain: Grain
    starts_on: date
    meetings: int
    development_meetings: int
    operations_meetings: int
    mixed_meetings: int
    statutory_meetings: int
    conversation_meetings: int
    minutes: int
    development_minutes: int
    overrides: int
    lead_hours: list[int]
    lead_meetings: list[int]
    publishers: Annotated[list[UUID], Personal(Fate.PSEUDONYM, "as long as the meetings")]
