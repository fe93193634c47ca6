"""What is asked: the calls of each operation, by whom, and in which of the databases."""

import random
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import orjson

from bench import documents
from bench.data.people import subject_of
from bench.data.rows import id_of
from bench.data.sizes import MEMBERS, Size
from bench.databases import Sizes
from bench.issuer import Issuer

SEED = 20260303
READS = 200
PAGE = 50
AGENDA = 6
GRAPHQL = "/graphql"


@dataclass(frozen=True)
class Person:
    """Somebody who asks: tenant and person by number, and their token."""

    tenant: int
    number: int
    token: str

    @property
    def tenant_id(self) -> str:
        return str(id_of("tenant", self.tenant, self.tenant))

    @property
    def subject(self) -> str:
        return subject_of(self.number)


@dataclass(frozen=True)
class Call:
    """One request; writes over REST get an Idempotency-Key of their own each time they are sent."""

    method: str
    path: str
    by: Person
    body: bytes = b""

    @property
    def keyed(self) -> bool:
        return bool(self.body) and self.path != GRAPHQL


@dataclass(frozen=True)
class Question:
    """A GraphQL operation that somebody asks."""

    by: Person
    operation: str
    variables: dict[str, Any]

    def to(self, server: str) -> Call:
        """The call, in the server's dialect."""
        return Call("POST", GRAPHQL, self.by, documents.body(server, self.operation, self.variables))


class Callers:
    """Makes calls for a data set; the same seed, the same calls."""

    def __init__(self, issuer: Issuer, sizes: Sizes) -> None:
        self.issuer = issuer
        self._sizes = sizes
        self._chance = random.Random(SEED)
        self._known: dict[tuple[int, int], Person] = {}

    def people(self) -> Iterable[Person]:
        """Everybody who asks anything."""
        return self._known.values()

    def one_meeting(self) -> list[Call]:
        """R1: a meeting with its agenda, by a member of its team."""
        return [self._read(self._tenant(i)) for i in range(READS)]

    def one_meeting_of_one(self) -> list[Call]:
        """R1 in the big tenant alone, by as many people as there are tenants in `one_meeting_of_each`."""
        big = self._sizes.big
        return [self._read_by(0, big, i % big.people_in_teams) for i in range(self._sizes.many)]

    def one_meeting_of_each(self) -> list[Call]:
        """R1 by one person of each of very many tenants."""
        of = [self._sizes.big, *[self._sizes.tiny] * (self._sizes.many - 1)]
        return [self._read_by(i, size, self._chance.randrange(size.people_in_teams)) for i, size in enumerate(of)]

    def pages_of_few(self) -> list[Call]:
        """R2 by people of two teams among very many."""
        few = list(self._sizes.big.in_two_teams())[:: max(1, len(self._sizes.big.in_two_teams()) // 40)]
        return [self._page(number) for number in few[:40]]

    def pages_of_many(self) -> list[Call]:
        """R2 by people who lead all units."""
        return [self._page(number) for number in self._sizes.big.leading_everything()]

    def new_meetings(self) -> list[Call]:
        """W1: a meeting with six items, by the facilitator of its team."""
        return [self._write(self._tenant(i)) for i in range(READS // 2)]

    def teams_of_units(self) -> list[Question]:
        """G2: teams with meetings and agendas, by people who lead all units and see all of it."""
        asked = []
        for i in range(READS):
            tenant = self._tenant(i)
            size = self._size(tenant)
            leaders = size.leading_everything()
            who = self._person(tenant, self._chance.choice(leaders))
            asked.append(_of_unit(who, self._chance.randrange(size.units)))
        return asked

    def teams_of_own_unit(self) -> list[Question]:
        """G2 by members of one of the teams, who see the meetings of their own teams and no others."""
        asked = []
        for i in range(READS):
            tenant = self._tenant(i)
            size = self._size(tenant)
            team, seat = self._chance.randrange(size.teams), self._chance.randrange(MEMBERS)
            asked.append(_of_unit(self._person(tenant, size.members(team)[seat]), team % size.units))
        return asked

    def schools(self) -> list[Question]:
        """G1: all schools with their latest meetings and figures, by people who lead all units."""
        big = self._sizes.big.leading_everything()
        return [Question(self._person(0, number), "G1", documents.SCHOOL_YEAR) for number in big]

    def _tenant(self, i: int) -> int:
        """Three in five calls go to the big tenant, the others to the small ones in turn."""
        fives, rest = divmod(i, 5)
        return 0 if rest < 3 else 1 + (2 * fives + rest - 3) % self._sizes.small_ones

    def _size(self, tenant: int) -> Size:
        return self._sizes.small if tenant else self._sizes.big

    def _person(self, tenant: int, number: int) -> Person:
        known = self._known.get((tenant, number))
        if known is None:
            known = self._known[tenant, number] = Person(tenant, number, self.issuer.token(tenant, number))
        return known

    def _read(self, tenant: int) -> Call:
        size = self._size(tenant)
        meeting, seat = self._chance.randrange(size.meetings), self._chance.randrange(MEMBERS)
        person = self._person(tenant, size.members(meeting % size.teams)[seat])
        return Call("GET", f"/v1/meetings/{id_of('meeting', tenant, meeting)}", person)

    def _read_by(self, tenant: int, size: Size, number: int) -> Call:
        """Some meeting of the first team that the person is in."""
        week = self._chance.randrange(size.meetings // size.teams)
        meeting = number // MEMBERS + week * size.teams
        return Call("GET", f"/v1/meetings/{id_of('meeting', tenant, meeting)}", self._person(tenant, number))

    def _page(self, number: int) -> Call:
        return Call("GET", f"/v1/meetings?limit={PAGE}", self._person(0, number))

    def _write(self, tenant: int) -> Call:
        size = self._size(tenant)
        team = self._chance.randrange(size.teams)
        body = new_meeting(str(id_of("team", tenant, team)))
        return Call("POST", "/v1/meetings", self._person(tenant, size.members(team)[0]), body)


def _of_unit(who: Person, number: int) -> Question:
    """Units with teams begin at 1: 0 is the municipality."""
    return Question(who, "G2", {"unit": str(id_of("organisation", who.tenant, number + 1))})


def calls_to(server: str, questions: Sequence[Question]) -> list[Call]:
    """Every question in the server's dialect."""
    return [each.to(server) for each in questions]


def new_meeting(team: str) -> bytes:
    """What a facilitator sends."""
    item = {
        "kind": "explore",
        "track": "development",
        "lang": "nb",
        "question": "Hvordan kan vi få flere elever til å lese mer, og hva ser vi når de gjør det?",
        "background": "Kartleggingen viser at interessen faller fra femte trinn; tallene ligger ved.",
        "mandate": "open",
        "decided_by": "Rektor",
        "minutes": 15,
        "dialogue_structure": "igp",
    }
    meeting = {
        "team_id": team,
        "title": "Læringsmøte om lesing",
        "lang": "nb",
        "purpose": "development",
        "recurrence": "weekly",
        "starts_at": "2027-03-10T12:00:00Z",
        "ends_at": "2027-03-10T13:30:00Z",
        "place": "Personalrommet",
        "agenda": [{**item, "title": f"Lesing på mellomtrinnet {i}"} for i in range(AGENDA)],
    }
    return orjson.dumps(meeting)
