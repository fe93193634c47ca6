"""The data set: one big municipality and small ones, the same rows for the same sizes, written by the server itself."""

from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from api.postgres.founding import FirstPerson, NewBinding, NewTenant, found_tenant

ISSUER = "https://login.bench.example"
AUDIENCE = "https://api.bench.example"
MEMBERS = 6
"""People in a team, and participants of a meeting."""

ITEMS = 5
"""Agenda items of a meeting."""

WIDE = 8
"""People who lead all units of a tenant: the last ones of it."""

_EPOCH = 1_704_067_200_000
_MADE = "timestamptz '2024-01-01 00:00Z'"
_KINDS = (
    "tenant",
    "person",
    "person_identity",
    "role_assignment",
    "organisation",
    "organisation_period",
    "team",
    "team_membership",
    "meeting",
    "meeting_participant",
    "agenda_item",
    "preparation_task",
    "method_choice",
)


@dataclass(frozen=True)
class Size:
    """How many of each a tenant has; every meeting has ITEMS items, one task and MEMBERS participants."""

    units: int
    teams: int
    people: int
    meetings: int

    def times(self, factor: float) -> "Size":
        """The same tenant, larger or smaller; small ones still have what every operation needs."""
        return Size(
            max(1, round(self.units * factor)),
            max(3, round(self.teams * factor)),
            max(40, round(self.people * factor)),
            max(12, round(self.meetings * factor)),
        )

    @property
    def people_in_teams(self) -> int:
        """The first people: half of them are in two teams, half in one."""
        return self.teams * 4

    def members(self, team: int) -> list[int]:
        """The people of a team by number, its facilitator first."""
        return [(team * MEMBERS + seat) % self.people_in_teams for seat in range(MEMBERS)]

    def in_two_teams(self) -> range:
        return range(self.teams * MEMBERS - self.people_in_teams)

    def leading_everything(self) -> range:
        return range(self.people - WIDE, self.people)


BIG = Size(units=60, teams=900, people=15_000, meetings=40_000)
SMALL = 0.05
TINY = 0.0025


def id_of(kind: str, tenant: int, number: int) -> UUID:
    """The id of the row with this number: shaped like a UUIDv7, so that later rows have later ids."""
    return UUID(f"{_EPOCH + number:012x}7{_KINDS.index(kind):03x}8{tenant:03x}{number:012x}")


def subject_of(person: int) -> str:
    """What the issuer calls the person with this number."""
    return f"person-{person}"


async def found(connection: Any, tenant: int) -> UUID:
    """The tenant itself, with an issuer that speaks for it and an administrator."""
    id = id_of("tenant", tenant, tenant)
    await found_tenant(
        connection,
        NewTenant(f"bench-{tenant}", {"nb": f"Kommune {tenant}"}, "NO", "nb", "Europe/Oslo"),
        [NewBinding(ISSUER, [AUDIENCE], tenant_claim="tenant", tenant_value=str(id))],
        FirstPerson("Ada Admin", "ada admin", ISSUER, "admin", since=date(2015, 1, 1)),
        id,
    )
    return id


async def fill(connection: Any, tenant: int, size: Size) -> None:
    """A tenant with everything in it."""
    await found(connection, tenant)
    rows = Rows(tenant, size)
    await _write(connection, tenant, [*rows.people(), *rows.places(), *rows.meetings(0, size.meetings)])


async def lengthen(connection: Any, tenant: int, size: Size, times: int) -> None:
    """So many times the history: more meetings of the same teams, after those that are there."""
    rows = Rows(tenant, size)
    await _write(connection, tenant, rows.meetings(size.meetings, size.meetings * times))


async def _write(connection: Any, tenant: int, statements: list[str]) -> None:
    async with connection.transaction():
        id = str(id_of("tenant", tenant, tenant))
        await connection.execute("select set_config('app.tenant', $1, true)", id)
        for statement in statements:
            await connection.execute(statement, timeout=1800)


@dataclass(frozen=True)
class Rows:
    """SQL that writes the rows of one tenant; `n` counts them."""

    tenant: int
    size: Size

    def people(self) -> list[str]:
        size = self.size
        lead_all, first_leader = size.leading_everything().start, size.leading_everything().start - size.units
        return [
            self._rows(
                "person",
                size.people,
                kind="'person'",
                name="'Kari Nordmann-Løkkeberg ' || n",
                sort_name="'kari nordmann ' || lpad(n::text, 6, '0')",
                email="'person' || n || '@kommune.example'",
                locale="'nb'",
                status="'active'",
            ),
            self._rows(
                "person_identity",
                size.people,
                person_id=self._id("person", "n"),
                issuer=f"'{ISSUER}'",
                subject="'person-' || n",
            ),
            self._rows(
                "role_assignment",
                WIDE,
                person_id=self._id("person", f"({lead_all} + n)"),
                role="'unit_leader'",
                scope="'tenant'",
                valid_from="date '2015-01-01'",
            ),
            self._rows(
                "role_assignment",
                WIDE + size.units,
                skip=WIDE,
                person_id=self._id("person", f"({first_leader} + n - {WIDE})"),
                role="'unit_leader'",
                scope="'unit'",
                organisation_id=self._id("organisation", f"(n - {WIDE} + 1)"),
                valid_from="date '2015-01-01'",
            ),
        ]

    def places(self) -> list[str]:
        size = self.size
        top = self._id("organisation", "0")
        team_member = f"((n / {MEMBERS}) * {MEMBERS} + n % {MEMBERS}) % {size.people_in_teams}"
        return [
            self._rows(
                "organisation",
                size.units + 1,
                kind="case n when 0 then 'municipality' else 'school' end",
                sector="case n when 0 then 'administration' else 'school' end",
            ),
            self._rows(
                "organisation_period",
                size.units + 1,
                organisation_id=self._id("organisation", "n"),
                parent_id=f"case when n > 0 then {top} end",
                names="jsonb_build_object('nb', 'Bjørkåsen skole ' || n)",
                sort_name="'bjørkåsen ' || lpad(n::text, 4, '0')",
                valid_from="date '2015-01-01'",
            ),
            self._rows(
                "team",
                size.teams,
                organisation_id=self._id("organisation", f"(1 + n % {size.units})"),
                kind="'grade'",
                name="'Team ' || n",
                sort_name="'team ' || lpad(n::text, 4, '0')",
                lang="'nb'",
                state="'active'",
            ),
            self._rows(
                "team_membership",
                size.teams * MEMBERS,
                team_id=self._id("team", f"(n / {MEMBERS})"),
                person_id=self._id("person", f"({team_member})"),
                duty=f"case n % {MEMBERS} when 0 then 'facilitator' else 'member' end",
                valid_from="date '2015-01-01'",
            ),
            self._rows("method_choice", 1, profile="'lier.roald@1'", consultation_parties="'{}'::text[]"),
        ]

    def meetings(self, first: int, last: int) -> list[str]:
        """Meetings `first` up to `last` (exclusive): team by team, week after week."""
        size = self.size
        week = f"{{n}} / {size.teams} * interval '1 week'"
        starts = f"timestamptz '2015-08-03 12:00Z' + {week} + {{n}} % {size.teams} % 5 * interval '1 day'"
        team = f"(n % {size.teams})"
        of_team = f"((n / {MEMBERS} % {size.teams}) * {MEMBERS} + n % {MEMBERS}) % {size.people_in_teams}"
        return [
            self._rows(
                "meeting",
                last,
                skip=first,
                team_id=self._id("team", team),
                organisation_id=self._id("organisation", f"(1 + {team} % {size.units})"),
                title="'Læringsmøte om lesing ' || n",
                lang="'nb'",
                purpose="'development'",
                recurrence="'weekly'",
                state="'published'",
                starts_at=starts.format(n="n"),
                ends_at=starts.format(n="n") + " + interval '90 minutes'",
                zone="'Europe/Oslo'",
                place="'Personalrommet'",
                profile="'lier.roald@1'",
                published_at=starts.format(n="n") + " - interval '8 days'",
            ),
            self._rows(
                "meeting_participant",
                last * MEMBERS,
                skip=first * MEMBERS,
                meeting_id=self._id("meeting", f"(n / {MEMBERS})"),
                person_id=self._id("person", f"({of_team})"),
                duty=f"case n % {MEMBERS} when 0 then 'facilitator' else 'participant' end",
                starts_at=starts.format(n=f"(n / {MEMBERS})"),
            ),
            self._rows("agenda_item", last * ITEMS, skip=first * ITEMS, **self._item()),
            self._rows(
                "preparation_task",
                last,
                skip=first,
                meeting_id=self._id("meeting", "n"),
                position="0",
                text="'Les artikkelen om lesing på mellomtrinnet og noter to spørsmål.'",
                lang="'nb'",
                est_minutes="20",
                due_at=starts.format(n="n") + " - interval '1 day'",
            ),
        ]

    def _item(self) -> dict[str, str]:
        return {
            "meeting_id": self._id("meeting", f"(n / {ITEMS})"),
            "position": f"n % {ITEMS}",
            "kind": "(array['explore', 'decide', 'inform', 'follow_up', 'data_talk'])[1 + n % 5]",
            "track": "(array['development', 'development', 'operations'])[1 + n % 3]",
            "title": "'Lesing på mellomtrinnet ' || n",
            "lang": "'nb'",
            "question": "'Hvordan kan vi få flere elever til å lese mer, og hva ser vi når de gjør det?'",
            "background": "'Kartleggingen viser at interessen faller fra femte trinn; tallene ligger ved.'",
            "mandate": "'open'",
            "decided_by": "'Rektor'",
            "minutes": "15 + n % 4 * 5",
            "dialogue_structure": "'igp'",
        }

    def _id(self, kind: str, n: str) -> str:
        shape = f"7{_KINDS.index(kind):03x}8{self.tenant:03x}"
        later, number = f"to_hex({_EPOCH} + {n}::bigint)", f"to_hex({n}::bigint)"
        return f"(lpad({later}, 12, '0') || '{shape}' || lpad({number}, 12, '0'))::uuid"

    def _rows(self, table: str, count: int, *, skip: int = 0, **columns: str) -> str:
        tenant = id_of("tenant", self.tenant, self.tenant)
        names = ", ".join(["tenant_id", "id", "created_at", "updated_at", "revision", *columns])
        values = ", ".join([f"'{tenant}'::uuid", self._id(table, "n"), _MADE, _MADE, "1", *columns.values()])
        return f"insert into {table} ({names}) select {values} from generate_series({skip}, {count - 1}) n"
