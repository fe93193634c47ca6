"""Who gets what, over HTTP: every operation × everybody who could ask, as a page that a reviewer reads.

who_gets_what.txt holds a paragraph an operation: a status, and the relations to what is asked about that get it. Rows
and fields within an answer are the matter of tests/tenancy and tests/graphql.
"""

import copy
from collections.abc import Awaitable, Callable
from functools import partial
from pathlib import Path

import pytest
from harness.contract import contract
from harness.filled import Filled, fill
from harness.requests import Request, Sample
from harness.world import Someone, client, found_municipality

from api.tables.meetings import MeetingDuty
from domain.actors import Role
from domain.teams import Duty

PAGE = Path(__file__).with_name("who_gets_what.txt")
OPERATIONS = [(each["operationId"], method, path) for method, path, each in contract().operations()]
WRITTEN = dict(part.partition("\n")[::2] for part in PAGE.read_text("utf-8").strip().split("\n\n"))
OUTSIDE = ("nobody", "another municipality's everything")


class Crowd:
    """Everybody who could ask, each with one tie to what a request is about and no other."""

    def __init__(self, filled: Filled, other: Filled, elsewhere: str, other_team: str) -> None:
        self.filled, self.elsewhere, self.other_team = filled, elsewhere, other_team
        self._known: dict[tuple[str, str], Someone] = {
            (OUTSIDE[0], ""): Someone("", "Nobody", client(filled.town.app)),
            (OUTSIDE[1], ""): other.chief,
        }

    def around(self, request: Request) -> dict[str, Callable[[], Awaitable[Someone]]]:
        """Ways to find whoever could send it, by their relation; those to a meeting only where there is one."""
        body = request.body if isinstance(request.body, dict) else {}
        named = {**{kind: self.filled.one(kind) for kind in ("team_id", "organisation_id")}, **body, **request.ids}
        units = {
            "its unit": named["organisation_id"],
            "the unit above": self.filled.town.root,
            "another unit": self.elsewhere,
        }
        found = {name: partial(self._known_as, name) for name in (*OUTSIDE, "colleague")}
        found |= {f"{role} of all": partial(self._known_as, role, role=role) for role in Role}
        for name, unit in units.items():
            led = {"role": Role.UNIT_LEADER, "scope": "unit", "organisation_id": unit}
            found[f"unit_leader of {name}"] = partial(self._known_as, "unit leader", unit, **led)
        found |= {f"{duty} of the team": partial(self._on_duty, named["team_id"], duty) for duty in Duty}
        found["leader of another team"] = partial(self._on_duty, self.other_team, Duty.LEADER)
        if "meeting_id" in named:
            for duty in MeetingDuty:
                found[f"{duty} of the meeting"] = partial(self._invited, named["meeting_id"], duty)
        return found

    async def _known_as(self, name: str, id: str = "", **role: str) -> Someone:
        if (name, id) not in self._known:
            self._known[name, id] = await self.filled.town.someone(name, **role)
        return self._known[name, id]

    async def _on_duty(self, team: str, duty: Duty) -> Someone:
        if (duty, team) not in self._known:
            someone = await self._known_as(duty, team)
            place = {"person_id": someone.id, "duty": duty}
            joined = await self.filled.chief.post(f"/v1/teams/{team}/memberships", place)
            assert joined.status_code == 201, joined.text
        return self._known[duty, team]

    async def _invited(self, meeting: str, duty: MeetingDuty) -> Someone:
        someone = await self.filled.town.someone(f"Invited as {duty}")
        invited = {"participants": [{"person_id": someone.id, "duty": duty}]}
        await self.filled.acted("PATCH", f"/v1/meetings/{meeting}", invited)
        return someone


@pytest.fixture(scope="module")
async def crowd(app, migrated, issuer, running_clock) -> Crowd:
    """A municipality of this module's own, since its meetings change hands."""
    filled, other = [
        await fill(await found_municipality(app, migrated.owner, issuer, running_clock), letter) for letter in "AB"
    ]
    elsewhere = await filled.town.organisation("En annen skole", valid_from="2021-01-01")
    return Crowd(filled, other, elsewhere, await filled.town.team(elsewhere))


async def statuses(crowd: Crowd, operation: str, method: str, path: str) -> dict[str, int]:
    """What each gets; where something is done, each has their own to do it to."""
    sample = Sample(crowd.filled)
    request = await sample.request(operation, method, path)
    found: dict[str, int] = {}
    for name in crowd.around(request):
        if method != "GET":
            request = await sample.request(operation, method, path)
        sender = copy.copy(crowd.filled)
        sender.chief = await crowd.around(request)[name]()
        found[name] = (await Sample(sender).send(request)).status_code
    return found


def paragraph(found: dict[str, int]) -> str:
    """The lines of one operation on the page."""
    here = found.keys() - set(OUTSIDE)
    shorter = {frozenset(here): "everybody here", frozenset({*here, OUTSIDE[1]}): "everybody who is signed in"}
    lines = []
    for status in sorted(set(found.values())):
        having = [name for name, got in found.items() if got == status]
        lines.append(f"  {status} {shorter.get(frozenset(having), ', '.join(having))}")
    return "\n".join(lines)


def test_every_operation_has_its_paragraph_and_no_other():
    assert list(WRITTEN) == [operation for operation, _, _ in OPERATIONS]


@pytest.mark.parametrize(("operation", "method", "path"), OPERATIONS, ids=[each for each, _, _ in OPERATIONS])
async def test_everybody_gets_what_the_page_says(operation, method, path, crowd):
    """Red for a new operation: read who gets what, and if it is meant, write it into who_gets_what.txt."""
    assert paragraph(await statuses(crowd, operation, method, path)) == WRITTEN.get(operation)
