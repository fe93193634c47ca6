"""What one municipality can find out about another over GraphQL: every field, every argument that holds an id."""

import asyncio
from collections.abc import Mapping, Sequence

import httpx
from crossing import alike, leaks
from harness.coordinates import Position, is_reached, query, ways
from harness.filled import Filled
from harness.graphql import data, post

from api.postgres.ids import new_id

Ids = Mapping[str, Sequence[str]]
"""Ids by the type of their rows; Node has one of every type."""

_LISTS = """{
  Meeting: meetings(first: 100) { nodes { id
    AgendaItem: agenda { id } PreparationTask: preparationTasks { id } Participant: participants { id }
    RuleOverride: ruleOverrides { id } RuleEvaluation: ruleEvaluations(first: 10) { nodes { id } } } }
  Organisation: organisations(first: 100) { nodes { id } }
  Team: teams(first: 100) { nodes { id TeamMembership: memberships(first: 20) { nodes { id } } } }
  Person: people(first: 100) { nodes { id } }
  RoleAssignment: roleAssignments(first: 100) { nodes { id } }
  SchoolCalendar: schoolCalendars(first: 100) { nodes { id } }
  MethodChoice: methodChoices(first: 100) { nodes { id } }
  AuditEvent: auditEvents(first: 100) { nodes { id } } }"""


async def ids_of(filled: Filled) -> Ids:
    """A few ids of every type that a municipality has, as its own chief sees them."""
    found: dict[str, list[str]] = {}
    for kind, value in (await data(filled.chief, _LISTS)).items():
        _gathered(kind, value, found)
    found["Node"] = [ids[0] for ids in found.values()]
    return {**found, "Tenant": [filled.town.id]}


def _gathered(kind: str, value: object, found: dict[str, list[str]]) -> None:
    rows = value["nodes"] if isinstance(value, dict) else value
    for row in rows:
        found.setdefault(kind, []).append(row["id"])
        for inner, below in row.items():
            if inner != "id":
                _gathered(inner, below, found)


async def walked(filled: Filled, ids: Ids, other: Filled) -> tuple[set[str], list[str]]:
    """Go every way as the chief: the coordinates that had a row, and what of the neighbour was seen."""
    reached, seen = set(), []
    firsts = {kind: each[0] for kind, each in ids.items()}
    for way in ways():
        answer = await post(filled.chief, query(way, firsts))
        assert "errors" not in answer.json(), (query(way, firsts), answer.text)
        seen += [f"{query(way, firsts)}: {what}" for what in leaks(answer, other)]
        if is_reached(answer.json()["data"], way):
            reached |= {step.coordinate for step in way}
    return reached, seen


async def crossings(filled: Filled, ids: Ids, position: Position, other: Filled, theirs: Sequence[str]) -> list[str]:
    """Put ids into one argument: what differs from an id that never was, or gives the neighbour away."""
    said = []
    for text in (_literal, _variable):
        nowhere = str(new_id())
        unknown = await text(filled, ids, position, nowhere)
        for foreign in theirs:
            answer = await text(filled, ids, position, foreign)
            if alike(answer, foreign) != alike(unknown, nowhere):
                said.append(f"{position} tells {foreign} from an id that never was")
            said += [f"{position}: {what}" for what in leaks(answer, other, sent=foreign)]
    return said


def _below(position: Position) -> str:
    """What is asked of the field: something that only an answer of its own has."""
    return "{ nodes { id } pageInfo { endCursor } }" if "first" in position.way[-1].field.args else "{ id __typename }"


async def _literal(filled: Filled, ids: Ids, position: Position, id: str) -> httpx.Response:
    firsts = {kind: each[0] for kind, each in ids.items()}
    return await post(filled.chief, query(position.way, firsts, {position.argument: f'"{id}"'}, _below(position)))


async def _variable(filled: Filled, ids: Ids, position: Position, id: str) -> httpx.Response:
    firsts = {kind: each[0] for kind, each in ids.items()}
    asked = query(position.way, firsts, {position.argument: "$id"}, _below(position))
    return await post(filled.chief, f"query($id: ID!) {asked}", id=id)


async def together(*asked: tuple[Filled, str], times: int) -> list[tuple[Filled, httpx.Response]]:
    """Let several municipalities ask at once, again and again."""
    answers = await asyncio.gather(*(post(filled.chief, text) for _ in range(times) for filled, text in asked))
    return list(zip([filled for _ in range(times) for filled, _ in asked], answers, strict=True))
