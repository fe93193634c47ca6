"""Every field coordinate of the committed SDL, each by a way from the root that a filled municipality has rows on."""

from collections import deque
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from types import MappingProxyType
from typing import Any

from graphql import (
    GraphQLArgument,
    GraphQLField,
    GraphQLInterfaceType,
    GraphQLNamedType,
    GraphQLNonNull,
    GraphQLObjectType,
    GraphQLString,
    get_named_type,
    is_abstract_type,
    is_leaf_type,
)

from harness.execution import plain_schema

KINDS = {"teamId": "Team", "organisationId": "Organisation", "personId": "Person", "parentId": "Organisation"}
"""Which type an id is of where an argument is not simply called id."""

COMPOSED = (GraphQLObjectType, GraphQLInterfaceType)

WHOLE, PART = 100, 10
"""How many rows of a list, and of one below it, so that one row of every sort is met."""


@dataclass(frozen=True)
class Step:
    """One field on a way, of the type that has it; `on`: only for rows of this type."""

    owner: str
    name: str
    field: GraphQLField
    on: str = ""

    @property
    def coordinate(self) -> str:
        return f"{self.owner}.{self.name}"


Way = tuple[Step, ...]


def coordinates() -> set[str]:
    """All of them: Type.field for every object type and interface."""
    kinds = (each for each in plain_schema().type_map.values() if isinstance(each, COMPOSED))
    return {f"{kind.name}.{name}" for kind in kinds if not kind.name.startswith("__") for name in kind.fields}


@cache
def ways() -> tuple[Way, ...]:
    """A way to every leaf: the shortest to every type, every edge once, unions and interfaces expanded.

    Lists come before single rows and before what may be of several types, where fewer rows are met.
    """
    found: list[Way] = []
    seen = {"Query"}
    waiting: deque[tuple[GraphQLNamedType, Way]] = deque([(plain_schema().query_type, ())])
    narrow: deque[tuple[GraphQLNamedType, Way]] = deque()
    while waiting or narrow:
        kind, before = waiting.popleft() if waiting else narrow.popleft()
        if before and kind.name in seen:
            found.append((*before, _closing(kind)))
            continue
        seen.add(kind.name)
        for step, inner in _steps(kind):
            if is_leaf_type(inner):
                found.append((*before, step))
            else:
                few = step.on or any(map(_needed, step.field.args.values()))
                (narrow if few else waiting).append((inner, (*before, step)))
    return tuple(found)


def _steps(kind: GraphQLNamedType) -> Iterator[tuple[Step, GraphQLNamedType]]:
    """The fields of a type with what they lead to, once for every type that it may be."""
    for name, field in kind.fields.items():
        inner = get_named_type(field.type)
        if is_abstract_type(inner):
            for possible in plain_schema().get_possible_types(inner):
                yield Step(kind.name, name, field, possible.name), possible
        if not is_abstract_type(inner) or hasattr(inner, "fields"):
            yield Step(kind.name, name, field), inner


def _closing(kind: GraphQLNamedType) -> Step:
    """Where a way ends at an object whose fields other ways lead to: at its id, or at what it is called."""
    name = "id" if "id" in kind.fields else "__typename"
    return Step(kind.name, name, GraphQLField(GraphQLString))


@dataclass(frozen=True)
class Position:
    """An argument that holds an id, on a way to the field that has it; `kind` is the type of its rows."""

    way: Way
    argument: str
    kind: str

    def __str__(self) -> str:
        return f"{self.way[-1].coordinate}({self.argument}:)"


def positions() -> list[Position]:
    """Every argument of type ID, each by one way."""
    found: dict[tuple[str, str], Position] = {}
    for way in ways():
        for length, step in enumerate(way, 1):
            for name, argument in step.field.args.items():
                if get_named_type(argument.type).name == "ID":
                    kind = KINDS.get(name) or get_named_type(step.field.type).name
                    found.setdefault((step.coordinate, name), Position(way[:length], name, kind))
    return list(found.values())


def lists() -> list[Way]:
    """A way to every connection."""
    found: dict[str, Way] = {}
    for way in ways():
        for length, step in enumerate(way, 1):
            if "first" in step.field.args:
                found.setdefault(step.coordinate, way[:length])
    return list(found.values())


def query(way: Way, ids: Mapping[str, str], more: Mapping[str, str] = MappingProxyType({}), below: str = "") -> str:
    """The operation that walks a way; `more` are arguments of its last field, `below` what is asked of that."""
    said = below
    for depth, step in reversed(list(enumerate(way))):
        last = step is way[-1]
        given = _given(step, ids, PART if depth else WHOLE) | (more if last else {})
        if last and "last" in more:
            del given["first"]
        arguments = f"({', '.join(f'{name}: {value}' for name, value in given.items())})" if given else ""
        inner = f"{{ ... on {step.on} {said} }}" if step.on else said
        said = f"{{ {step.name}{arguments} {inner} }}"
    return said


def _given(step: Step, ids: Mapping[str, str], size: int) -> dict[str, str]:
    given = {"first": str(size)} if "first" in step.field.args else {}
    for name, argument in step.field.args.items():
        if _needed(argument):
            given[name] = f'"{ids[step.on or get_named_type(step.field.type).name]}"'
    return given


def _needed(argument: GraphQLArgument) -> bool:
    return isinstance(argument.type, GraphQLNonNull)


def is_reached(data: Any, way: Way) -> bool:
    """Whether an answer has a row where the way ends."""
    if isinstance(data, list):
        return any(is_reached(each, way) for each in data)
    if not way:
        return True
    return isinstance(data, dict) and way[0].name in data and is_reached(data[way[0].name], way[1:])
