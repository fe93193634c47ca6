"""A school with a team, its facilitator, a member and the unit's leader, under Roald's rules."""

from dataclasses import dataclass
from typing import Any

import pytest
from harness import drafts
from harness.methods import choose
from harness.world import Municipality, Someone


@dataclass
class School:
    """A school whose owner has chosen Roald's rules after a consultation."""

    town: Municipality
    unit: str
    team: str
    facilitator: Someone
    member: Someone
    leader: Someone

    async def meeting(self, **changes: Any) -> dict[str, Any]:
        """A meeting that has been planned; with its ETag."""
        made = await self.facilitator.post("/v1/meetings", drafts.meeting(self.team, **changes))
        assert made.status_code == 201, made.text
        return {**made.json(), "etag": made.headers["etag"]}

    async def publish(self, meeting: dict[str, Any], *overrides: dict[str, Any], **headers: str) -> Any:
        """Try to publish it."""
        return await self.facilitator.http.post(
            f"/v1/meetings/{meeting['id']}/publish",
            json={"overrides": list(overrides)},
            headers={"if-match": meeting["etag"], **{k.replace("_", "-"): v for k, v in headers.items()}},
        )


@pytest.fixture
async def school(town: Municipality) -> School:
    """A school under lier.roald@1."""
    unit = await town.organisation()
    facilitator, member = await town.someone("Frida"), await town.someone("Mads")
    leader = await town.someone("Rektor Rita", role="unit_leader", scope="unit", organisation_id=unit)
    team = await town.team(unit, member, facilitator=facilitator)
    await choose(town, "lier.roald@1")
    return School(town, unit, team, facilitator, member, leader)
