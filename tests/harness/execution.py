"""GraphQL as the specification says it, by graphql-core over the committed SDL: slow, plain, and nobody's compiler."""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from pathlib import Path
from typing import Any
from uuid import UUID

from graphql import (
    GraphQLError,
    GraphQLObjectType,
    GraphQLResolveInfo,
    GraphQLSchema,
    build_schema,
    execute_sync,
    get_named_type,
    parse,
    validate,
)

from harness.listed import LINKS, Refused, connection, is_connection
from harness.plain import TABLES, Eye, Seen, spelt

SDL = Path(__file__).parents[2] / "openapi" / "schema.graphql"

OF_FIGURES = "figures are held against sums of their own, over random histories: tests/api/test_figure_sql.py"

LEFT_OUT: Mapping[str, str] = dict.fromkeys(
    (
        "Figure",
        "FigurePoint",
        "Organisation.figures",
        "Team.figures",
        "TeamFigures",
        "Tenant.figures",
        "TenantFigures",
        "UnitFigure",
        "UnitFigures",
    ),
    OF_FIGURES,
)
"""Coordinates that the plain execution doesn't answer, each with the reason; nobody generates them either.

A coordinate is «Type.field», or «Type» for all of its fields.
"""

UUID_TEXT = re.compile(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")


@dataclass(frozen=True)
class Inner:
    """An object inside a value of a row."""

    kind: str
    row: Mapping[str, Any]
    day: date


def left_out(owner: str, name: str) -> bool:
    """Whether a field is one that this execution leaves out."""
    return owner in LEFT_OUT or f"{owner}.{name}" in LEFT_OUT


def _one(kind: str, column: str) -> Callable[[Eye, Seen], Any]:
    return lambda eye, seen: eye.one(kind, seen.row[column], seen.day)


def _short(kind: str, column: str, *order: str, current: bool = False) -> Callable[[Eye, Seen], Any]:
    def rows(eye: Eye, seen: Seen) -> Any:
        kept = eye.kept.where(TABLES[kind], **{column: seen.id})
        holding = [row for row in kept if not current or eye.kept.holds(row)]
        return eye.all(kind, sorted(holding, key=lambda row: tuple(row[name] for name in order)), seen.day)

    return rows


def _place(eye: Eye, seen: Seen) -> Any:
    scope, row = seen.row["scope"], seen.row
    if scope == "tenant":
        return Seen("Tenant", eye.kept.tenant, seen.day)
    return eye.one("Organisation" if scope == "unit" else "Team", row["organisation_id"] or row["team_id"], seen.day)


def _subject(eye: Eye, seen: Seen) -> Any:
    kinds = {TABLES[each]: each for each in ("Meeting", "Organisation", "Person", "RoleAssignment", "Team")}
    kind = kinds.get(seen.row["subject_type"])
    return kind and eye.one(kind, seen.row["subject_id"], seen.day)


def _title(eye: Eye, seen: Seen) -> Any:
    return eye.child_talk() if seen.row["kind"] == "child_talk" else seen.row["title"]


def _email(eye: Eye, seen: Seen) -> Any:
    return seen.row["email"] if eye.sees_contact(seen.id) else None


def _inner(
    kind: str, table: str, order: Callable[[Mapping[str, Any]], Any], by: str = "organisation_id"
) -> Callable[[Eye, Seen], Any]:
    def rows(eye: Eye, seen: Seen) -> Any:
        found = sorted(eye.kept.where(table, **{by: seen.id}), key=order)
        return [Inner(kind, row, seen.day) for row in found]

    return rows


FIELDS: Mapping[str, Callable[[Eye, Seen], Any]] = {
    "AgendaItem.phases": _inner("ItemPhase", "item_phase", lambda row: row["position"], by="item_id"),
    "AgendaItem.title": _title,
    "AuditEvent.subject": _subject,
    "Me.tenant": lambda eye, seen: Seen("Tenant", eye.kept.tenant, seen.day),
    "Me.person": _one("Person", "id"),
    "Me.roles": _short("RoleAssignment", "person_id", "valid_from", "id", current=True),
    "Me.memberships": _short("TeamMembership", "person_id", "valid_from", "id", current=True),
    "Meeting.agenda": _short("AgendaItem", "meeting_id", "position"),
    "Meeting.preparationTasks": _short("PreparationTask", "meeting_id", "position"),
    "Meeting.participants": _short("Participant", "meeting_id", "created_at", "id"),
    "Meeting.ruleOverrides": _short("RuleOverride", "meeting_id", "created_at", "id"),
    "Meeting.team": _one("Team", "team_id"),
    "Meeting.organisation": _one("Organisation", "organisation_id"),
    "Organisation.name": lambda eye, seen: eye.told(seen.row["names"]),
    "Organisation.parent": _one("Organisation", "parent_id"),
    "Organisation.externalIds": _inner(
        "OrganisationExternalId", "organisation_external_id", lambda row: (row["scheme"], row["value"])
    ),
    "Organisation.sites": _inner("OrganisationSite", "organisation_site", lambda row: (not row["main"], row["name"])),
    "Organisation.periods": _inner("OrganisationPeriod", "organisation_period", lambda row: row["valid_from"]),
    "Organisation.successions": lambda eye, seen: [
        Inner("OrganisationSuccession", row, seen.day)
        for row in sorted(eye.kept.tables["organisation_succession"], key=lambda row: (row["effective_on"], row["id"]))
        if seen.id in {row["origin_id"], row["into_id"]}
    ],
    "Participant.person": _one("Person", "person_id"),
    "Person.email": _email,
    "RoleAssignment.person": _one("Person", "person_id"),
    "RoleAssignment.place": _place,
    "RuleEvaluation.results": lambda _, seen: [Inner("RuleResult", row, seen.day) for row in seen.row["results"]],
    "SchoolCalendar.days": lambda _, seen: [Inner("CalendarDays", row, seen.day) for row in seen.row["days"]],
    "SchoolCalendar.organisation": _one("Organisation", "organisation_id"),
    "Team.organisation": _one("Organisation", "organisation_id"),
    "TeamMembership.person": _one("Person", "person_id"),
    "TeamMembership.team": _one("Team", "team_id"),
}
"""What is not simply a column of the row."""


READ = {"asOf": date.fromisoformat, "startsFrom": datetime.fromisoformat, "startsBefore": datetime.fromisoformat}
"""How arguments are read whose scalars the committed schema only names."""


def _as_it_is(value: Any) -> Any:
    return value


def answered(owner: str, name: str, columns: Mapping[str, frozenset[str]]) -> bool:
    """Whether a field is one that `resolve` knows, given the columns of every type's rows."""
    listed = f"{owner}.{name}" in FIELDS or f"{owner}.{name}" in LINKS or owner == "Query"
    return listed or owner.endswith(("Connection", "Edge", "PageInfo")) or snake(name) in columns.get(owner, ())


def resolve(source: Any, info: GraphQLResolveInfo, **arguments: Any) -> Any:
    """Any field of any type."""
    owner, name, eye = info.parent_type.name, info.field_name, info.context
    given = {key: READ.get(key, _as_it_is)(value) for key, value in arguments.items() if value is not None}
    if isinstance(source, dict):  # a connection, an edge, a page
        return source[name]
    if is_connection(info.return_type):
        return connection(eye, source, info, given)
    if owner == "Query":
        return _root(eye, info, given)
    if f"{owner}.{name}" in FIELDS:
        return FIELDS[f"{owner}.{name}"](eye, source)
    return spelt(source.row[snake(name)])


def _root(eye: Eye, info: GraphQLResolveInfo, given: Mapping[str, Any]) -> Any:
    day = given.get("asOf", eye.kept.today)
    match info.field_name:
        case "me":
            return Seen("Me", eye.person, day)
        case "municipality":
            return Seen("Tenant", eye.kept.tenant, day)
    if UUID_TEXT.fullmatch(given["id"]) is None:
        raise Refused("id")
    id = UUID(given["id"])
    kinds = [get_named_type(info.return_type).name] if info.field_name != "node" else _nodes(info.schema)
    return next((found for kind in kinds if (found := eye.one(kind, id, day))), None)


def _nodes(schema: GraphQLSchema) -> Iterator[str]:
    for each in schema.get_implementations(schema.type_map["Node"]).objects:
        if each.name not in LEFT_OUT:
            yield each.name


def snake(name: str) -> str:
    return re.sub(r"(?=[A-Z])", "_", name).lower()


@cache
def plain_schema(*, nullable: bool = False) -> GraphQLSchema:
    """The committed schema with resolvers; `nullable`: with nothing in it that may not be null."""
    text = SDL.read_text()
    schema = build_schema(re.sub(r"!(?=\s*\n)|!(?=\]\s*\n)|(?<=\])!", "", text) if nullable else text)
    for kind in schema.type_map.values():
        if isinstance(kind, GraphQLObjectType) and not kind.name.startswith("__"):
            for each in kind.fields.values():
                each.resolve = resolve
        if hasattr(kind, "resolve_type"):
            kind.resolve_type = lambda value, *_: value.kind
    return schema


@dataclass(frozen=True)
class Told:
    """What the plain execution says: nothing of a document that is refused as a whole.

    `errors` are paths with the place that becomes null for each: of all errors, also of those whose place is
    nulled by another anyway, and which the specification lets an answer pass over.
    """

    data: Any
    errors: Mapping[tuple[str | int, ...], tuple[str | int, ...]]
    refused: bool = False


def execute(eye: Eye, text: str, variables: Mapping[str, Any], name: str | None = None) -> Told:
    """Answer an operation."""
    schema, document = plain_schema(), parse(text)
    if validate(schema, document):
        return Told(None, {}, refused=True)
    given = {"context_value": eye, "variable_values": dict(variables), "operation_name": name}
    result = execute_sync(schema, document, **given)
    errors = result.errors or []
    if result.data is None and any(error.path is None for error in errors):
        return Told(None, {}, refused=True)
    for error in errors:
        if error.original_error is not None and not isinstance(
            error.original_error, Refused | GraphQLError
        ):  # a fault of its own
            raise error.original_error
    if not errors:
        return Told(result.data, {})
    everything = execute_sync(plain_schema(nullable=True), document, **given)
    paths = [tuple(error.path or ()) for error in everything.errors or ()]
    return Told(result.data, {path: nulled(result.data, path) for path in paths})


def nulled(data: Any, path: tuple[str | int, ...]) -> tuple[str | int, ...]:
    """The place on the way to an error that the answer has as null."""
    for length, step in enumerate(path):
        if data is None:
            return path[:length]
        data = data[step]
    return path
