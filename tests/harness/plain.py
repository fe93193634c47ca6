"""What somebody may see, said without the service's own reading: rows as they are stored, and `domain.permissions`."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from typing import Any
from uuid import UUID

from api.messages import text
from api.postgres.pool import connect
from api.tables import TENANT_ROWS
from domain.actors import Actor, HeldRole, Membership, Place, Role, Scope
from domain.localisation import asked_for, fallback_chain
from domain.permissions import Permission, allows
from domain.teams import Duty

Stored = Mapping[str, Any]

TABLES = {
    "AgendaItem": "agenda_item",
    "AuditEvent": "audit_event",
    "Me": "person",
    "Meeting": "meeting",
    "MethodChoice": "method_choice",
    "Organisation": "organisation",
    "Participant": "meeting_participant",
    "Person": "person",
    "PreparationTask": "preparation_task",
    "RoleAssignment": "role_assignment",
    "RuleEvaluation": "rule_evaluation",
    "RuleOverride": "rule_override",
    "SchoolCalendar": "school_calendar",
    "Team": "team",
    "TeamMembership": "team_membership",
    "Tenant": "tenant",
}
"""Where the rows of each type are stored; whatever else the schema has is no row."""


@dataclass(frozen=True)
class Kept:
    """All that one tenant has stored, read once by the owner of the database."""

    tables: Mapping[str, list[Stored]]
    today: date

    @property
    def tenant(self) -> Stored:
        return self.tables["tenant"][0]

    @cached_property
    def by_id(self) -> Mapping[str, Mapping[UUID, Stored]]:
        return {table: {row["id"]: row for row in rows} for table, rows in self.tables.items()}

    def where(self, table: str, **columns: Any) -> Iterator[Stored]:
        """The rows of a table whose columns are these."""
        for row in self.tables[table]:
            if all(row[name] == value for name, value in columns.items()):
                yield row

    def holds(self, row: Stored, day: date | None = None) -> bool:
        """Whether a row with a period holds on a day, today unless another is named."""
        on = day or self.today
        return row["valid_from"] <= on and (row["valid_to"] is None or row["valid_to"] > on)

    def period(self, unit: UUID, day: date) -> Stored | None:
        """What a unit is called on a day and where it belongs, if it is there."""
        return next((p for p in self.where("organisation_period", organisation_id=unit) if self.holds(p, day)), None)

    def lineage(self, unit: UUID | None) -> tuple[UUID, ...]:
        """The unit and all above it as the tree stands today."""
        found: list[UUID] = []
        while unit is not None and unit not in found:
            found.append(unit)
            period = self.period(unit, self.today)
            unit = period and period["parent_id"]
        return tuple(found)


async def keep(dsn: str, tenant: str, today: date) -> Kept:
    """Read every table of a tenant, past the service and its role."""
    owner = await connect(dsn)
    try:
        async with owner.transaction():
            await owner.set_type_codec("jsonb", schema="pg_catalog", encoder=json.dumps, decoder=json.loads)
            await owner.execute("select set_config('app.tenant', $1, true)", tenant)
            tables = {
                table: [dict(row) for row in await owner.fetch(f"select * from {table}")] for table in TENANT_ROWS
            }
            tables["tenant"] = [dict(row) for row in await owner.fetch("select * from tenant where id = $1", tenant)]
    finally:
        await owner.close()
    return Kept(tables, today)


@dataclass(frozen=True)
class Seen:
    """A row as a type of the schema, as of a day that holds for all that is reached from it."""

    kind: str
    row: Stored
    day: date

    @property
    def id(self) -> UUID:
        return self.row["id"]


@dataclass(frozen=True)
class Cursors:
    """Cursors as the service gave them, by where they stand in which list, and back: they mean nothing else."""

    of: Mapping[tuple[str, Any], str]
    at: Mapping[tuple[str, str], Any]


@dataclass(frozen=True)
class Eye:
    """Somebody who asks, and in which language."""

    kept: Kept
    person: Stored
    header: str
    cursors: Cursors

    @cached_property
    def actor(self) -> Actor:
        kept, id = self.kept, self.person["id"]
        roles = [r for r in kept.where("role_assignment", person_id=id) if kept.holds(r)]
        duties = [m for m in kept.where("team_membership", person_id=id) if kept.holds(m)]
        return Actor(
            id,
            tuple(HeldRole(Role(r["role"]), Scope(r["scope"]), r["organisation_id"], r["team_id"]) for r in roles),
            tuple(Membership(m["team_id"], Duty(m["duty"])) for m in duties),
        )

    def languages(self) -> list[str]:
        """What to read a text in, best first: the request's wish, else the person's, else the tenant's."""
        asked = asked_for(self.header)
        own = [self.person["locale"]] if asked is None and self.person["locale"] else []
        return [*own, *fallback_chain(asked or self.kept.tenant["locale"])]

    def told(self, names: Mapping[str, str]) -> str:
        """The best of several names."""
        return next(names[each] for each in self.languages() if each in names)

    def child_talk(self) -> str:
        return text(self.languages()[0], "label.child_talk")

    def may(self, permission: Permission, **place: Any) -> bool:
        return allows(self.actor, permission, Place(**place))

    def sees(self, kind: str, row: Stored) -> bool:
        """Whether the asker sees the row, as `domain.permissions` decides it."""
        if kind == "Meeting":
            return self.sees_meeting(row)
        if "meeting_id" in row:
            return self.sees_meeting(self.kept.by_id["meeting"][row["meeting_id"]])
        match kind:
            case "RoleAssignment":
                return self.may(Permission.ROLE_ASSIGNMENT_READ, person_id=row["person_id"])
            case "AuditEvent":
                return self.may(Permission.AUDIT_READ)
            case "Me":
                return row["id"] == self.person["id"]
        return True

    def sees_meeting(self, row: Stored) -> bool:
        guests = list(self.kept.where("meeting_participant", meeting_id=row["id"]))
        place = {
            "team_id": row["team_id"],
            "units": self.kept.lineage(row["organisation_id"]),
            "participants": frozenset(guest["person_id"] for guest in guests),
        }
        return self.may(Permission.MEETING_READ, **place)

    def sees_contact(self, person: UUID) -> bool:
        return self.may(Permission.PERSON_READ_CONTACT, person_id=person)

    def one(self, kind: str, id: Any, day: date) -> Seen | None:
        """The row of a type that an id names, where it is there on that day and the asker sees it."""
        row = self.kept.by_id[TABLES[kind]].get(id)
        return next(self.all(kind, [row], day), None) if row else None

    def all(self, kind: str, rows: Any, day: date) -> Iterator[Seen]:
        """Those of the rows that are there on that day and that the asker sees."""
        for row in rows:
            found = {**row, **self._on(row, day)} if kind == "Organisation" else row
            if self.sees(kind, row) and (kind != "Organisation" or "names" in found):
                yield Seen(kind, found, day)

    def _on(self, unit: Stored, day: date) -> Stored:
        names = ("names", "sort_name", "parent_id", "valid_from", "valid_to")
        period = self.kept.period(unit["id"], day)
        return {name: period[name] for name in names} if period else {}


def spelt(value: Any) -> Any:
    """A value as JSON has it, times in UTC as PostgreSQL writes them."""
    match value:
        case list():
            return [spelt(each) for each in value]
        case UUID():
            return str(value)
        case datetime():
            whole, _, fraction = value.isoformat().partition("+")[0].partition(".")
            return whole + ("." + fraction.rstrip("0") if fraction else "") + "+00:00"
        case date():
            return value.isoformat()
    return value
