"""Connections as Relay has them: all rows that are seen, filtered, in order, and of these a page."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from graphql import GraphQLResolveInfo, get_named_type

from api.reading.views import LONGEST_SEARCH
from domain.localisation import search_key
from harness.plain import TABLES, Eye, Seen

LARGEST, USUAL = 100, 20

ORDERS: Mapping[str, tuple[tuple[str, ...], bool]] = {
    "AuditEvent": (("created_at", "id"), True),
    "Meeting": (("starts_at", "id"), True),
    "MethodChoice": (("created_at", "id"), True),
    "Organisation": (("sort_name", "id"), False),
    "Person": (("sort_name", "id"), False),
    "RoleAssignment": (("valid_from", "id"), True),
    "RuleEvaluation": (("created_at", "id"), True),
    "SchoolCalendar": (("school_year", "created_at", "id"), True),
    "Team": (("sort_name", "id"), False),
    "TeamMembership": (("valid_from", "id"), False),
}
"""What each list is ordered by, and whether the largest comes first."""

LINKS: Mapping[str, str] = {
    "Meeting.ruleEvaluations": "meeting_id",
    "Organisation.children": "parent_id",
    "Organisation.meetings": "organisation_id",
    "Organisation.teams": "organisation_id",
    "Person.memberships": "person_id",
    "Person.roleAssignments": "person_id",
    "Team.meetings": "team_id",
    "Team.memberships": "team_id",
}
"""By which column of theirs rows belong to one of another type."""

CURRENT = frozenset({"Person.memberships", "Team.memberships"})
"""Links to what holds today."""


class Refused(Exception):
    """A page or a filter that can't be."""


def key(seen: Seen) -> tuple[Any, ...]:
    """Where a row stands in lists of its type."""
    return tuple(seen.row[name] for name in ORDERS[seen.kind][0])


def is_connection(kind: Any) -> bool:
    return get_named_type(kind).name.endswith("Connection")


def connection(eye: Eye, source: Any, info: GraphQLResolveInfo, given: Mapping[str, Any]) -> dict[str, Any]:
    """A page of a list, as the object that the schema calls a connection. Raises Refused."""
    kind = get_named_type(info.return_type).name.removesuffix("Connection")
    bounds = _bounds(kind, given, eye)
    link = f"{info.parent_type.name}.{info.field_name}"
    found = list(_filtered(eye, kind, _rows(eye, kind, link, source, given), given))
    found.sort(key=key, reverse=ORDERS[kind][1])
    return _page(found, bounds, eye)


def _rows(eye: Eye, kind: str, link: str, source: Any, given: Mapping[str, Any]) -> Iterator[Seen]:
    if source is None:
        yield from eye.all(kind, eye.kept.tables[TABLES[kind]], given.get("asOf", eye.kept.today))
        return
    column = LINKS[link]
    for each in eye.all(kind, eye.kept.tables[TABLES[kind]], source.day):
        if each.row[column] == source.id and (link not in CURRENT or eye.kept.holds(each.row)):
            yield each


def _filtered(eye: Eye, kind: str, rows: Iterator[Seen], given: Mapping[str, Any]) -> Iterator[Seen]:
    filters = [make(given[name]) for name, make in FILTERS.items() if name in given]
    if kind == "TeamMembership" and "asOf" in given:
        filters.append(lambda eye, row: eye.kept.holds(row, given["asOf"]))
    yield from (each for each in rows if all(test(eye, each.row) for test in filters))


def _same(column: str, read: Callable[[Any], Any] = str) -> Callable[[Any], Any]:
    def make(given: Any) -> Any:
        value = read(given)
        return lambda _, row: row[column] == value

    return make


def _id(given: str) -> UUID:
    try:
        if len(given) != 36:
            raise Refused(given)
        return UUID(given)
    except ValueError:
        raise Refused(given) from None


def _moment(given: datetime) -> datetime:
    if given.tzinfo is None:
        raise Refused(given)
    return given


def _later(given: datetime) -> Any:
    since = _moment(given)
    return lambda _, row: row["starts_at"] >= since


def _earlier(given: datetime) -> Any:
    until = _moment(given)
    return lambda _, row: row["starts_at"] < until


def _numbered(given: str) -> Any:
    return lambda eye, row: any(
        f"{each['scheme']}:{each['value']}" == given
        for each in eye.kept.where("organisation_external_id", organisation_id=row["id"])
    )


def _matching(given: str) -> Any:
    if len(given) > LONGEST_SEARCH or "\x00" in given:
        raise Refused(given)
    words = search_key(given)
    return lambda _, row: words in (row["sort_name"] if "sort_name" in row else search_key(row["title"]))


FILTERS: Mapping[str, Callable[[Any], Any]] = {
    "teamId": _same("team_id", _id),
    "organisationId": _same("organisation_id", _id),
    "personId": _same("person_id", _id),
    "parentId": _same("parent_id", _id),
    "state": _same("state"),
    "kind": _same("kind"),
    "sector": _same("sector"),
    "schoolYear": _same("school_year", int),
    "status": _same("status"),
    "role": _same("role"),
    "startsFrom": _later,
    "startsBefore": _earlier,
    "externalId": _numbered,
    "matching": _matching,
}
"""The arguments of lists that leave rows out: each makes a test from its value, or raises Refused."""


@dataclass(frozen=True)
class Bounds:
    """Which page: how many, from which end, and the keys of the rows that it lies between."""

    size: int
    backward: bool
    after: Any = None
    before: Any = None


def _bounds(kind: str, given: Mapping[str, Any], eye: Eye) -> Bounds:
    sizes = [given[name] for name in ("first", "last") if name in given]
    if len(sizes) > 1 or any(not 0 <= size <= LARGEST for size in sizes):
        raise Refused("first, last")
    places = {}
    for name in ("after", "before"):
        if name in given:
            if (kind, given[name]) not in eye.cursors.at:
                raise Refused(name)
            places[name] = eye.cursors.at[kind, given[name]]
    return Bounds((sizes or [USUAL])[0], "last" in given, **places)


def _page(rows: list[Seen], bounds: Bounds, eye: Eye) -> dict[str, Any]:
    descending = bool(rows) and ORDERS[rows[0].kind][1]
    between = [each for each in rows if _between(key(each), bounds, descending=descending)]
    size = bounds.size
    page = (between[-size:] if size else []) if bounds.backward else between[:size]
    more = len(between) > size
    edges = [{"node": each, "cursor": eye.cursors.of.get((each.kind, key(each)))} for each in page]
    return {
        "nodes": page,
        "edges": edges,
        "pageInfo": {
            "hasNextPage": bounds.before is not None if bounds.backward else more,
            "hasPreviousPage": more if bounds.backward else bounds.after is not None,
            "startCursor": edges[0]["cursor"] if edges else None,
            "endCursor": edges[-1]["cursor"] if edges else None,
        },
    }


def _between(place: Any, bounds: Bounds, *, descending: bool) -> bool:
    after, before = (bounds.before, bounds.after) if descending else (bounds.after, bounds.before)
    return (after is None or place > after) and (before is None or place < before)
