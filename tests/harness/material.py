"""What generated operations are filled with: ids of every type, cursors as the service gives them, external ids."""

import re
from collections.abc import Mapping
from datetime import date
from typing import Any
from uuid import UUID

from api.postgres.ids import new_id
from harness.arguments import DAYS, NODES
from harness.graphql import data
from harness.listed import key
from harness.operations import Generated
from harness.peopled import Peopled
from harness.plain import TABLES, Cursors, Eye, Kept
from harness.world import Someone

_NAMED = re.compile(r"<(cursor )?(\w+) (\d+)>")
_PAGE = "edges { cursor node { id } } pageInfo { hasNextPage endCursor }"
_LISTS = {
    "AuditEvent": "auditEvents",
    "Meeting": "meetings",
    "MethodChoice": "methodChoices",
    "Organisation": "organisations",
    "Person": "people",
    "RoleAssignment": "roleAssignments",
    "SchoolCalendar": "schoolCalendars",
    "Team": "teams",
}
_NESTED = {
    "RuleEvaluation": f"meetings(first: 100) {{ nodes {{ within: ruleEvaluations(first: 100) {{ {_PAGE} }} }} }}",
    "TeamMembership": f"teams(first: 100) {{ nodes {{ within: memberships(first: 100) {{ {_PAGE} }} }} }}",
}


class Material:
    """A world, what is stored of it, and what stands for the names in a document."""

    def __init__(self, world: Peopled, kept: Kept, cursors: Cursors, named: Mapping[str, list[str]]) -> None:
        self.world, self.kept, self.cursors, self.named = world, kept, cursors, named

    def filled(self, text: str) -> str:
        """A document with the ids and cursors that its names stand for."""
        return _NAMED.sub(self._meant, text)

    def variables(self, generated: Generated) -> dict[str, Any]:
        given = generated.variables.items()
        return {name: self.filled(value) if isinstance(value, str) else value for name, value in given}

    def eye(self, name: str, header: str) -> Eye:
        """One of those who ask, for the plain execution."""
        person = self.kept.by_id["person"][UUID(self.world.askers[name].id)]
        return Eye(self.kept, person, header, self.cursors)

    def _meant(self, match: re.Match[str]) -> str:
        known = self.named[(match[1] or "") + match[2]]
        return known[int(match[3]) % len(known)]


async def gathered(world: Peopled, kept: Kept) -> Material:
    """All ids, and a cursor for every row that stands in a list on one of the days that operations ask for."""
    of: dict[tuple[str, Any], str] = {}
    who = Eye(kept, kept.by_id["person"][UUID(world.everything.id)], "en", Cursors({}, {}))
    for kind, cursor, id, day in await _given(world.everything):
        seen = who.one(kind, UUID(id), day or kept.today)
        assert seen is not None, (kind, id, day)
        of[kind, key(seen)] = cursor
    cursors = Cursors(of, {(kind, cursor): place for (kind, place), cursor in of.items()})
    assert len(cursors.at) == len(of), "one cursor stands for one place"
    return Material(world, kept, cursors, _names(kept, cursors))


def _names(kept: Kept, cursors: Cursors) -> dict[str, list[str]]:
    ids = {kind: [str(row["id"]) for row in kept.tables[TABLES[kind]]] for kind in NODES}
    upper = {"Team": [*ids["Team"], ids["Team"][0].upper()]}
    numbers = [f"{row['scheme']}:{row['value']}" for row in kept.tables["organisation_external_id"]]
    named = {**ids, **upper, "nowhere": [str(new_id()), kept.tenant["slug"]], "number": [*numbers, "code:none"]}
    for kind, cursor in cursors.at:
        named.setdefault(f"cursor {kind}", []).append(cursor)
    return named


async def _given(asker: Someone) -> list[tuple[str, str, str, date | None]]:
    """(type, cursor, id, day) of every row of every list."""
    found = []
    for kind, name in _LISTS.items():
        for day in DAYS if kind == "Organisation" else (None,):
            as_of = f', asOf: "{day}"' if day else ""
            after = None
            while True:
                query = f"query($after: String) {{ page: {name}(first: 100, after: $after{as_of}) {{ {_PAGE} }} }}"
                page = (await data(asker, query, after=after))["page"]
                found += [(kind, e["cursor"], e["node"]["id"], day and date.fromisoformat(day)) for e in page["edges"]]
                after = page["pageInfo"]["endCursor"]
                if not page["pageInfo"]["hasNextPage"]:
                    break
    for kind, query in _NESTED.items():
        (outer,) = (await data(asker, f"{{ {query} }}")).values()
        for row in outer["nodes"]:
            found += [(kind, edge["cursor"], edge["node"]["id"], None) for edge in row["within"]["edges"]]
    return found
