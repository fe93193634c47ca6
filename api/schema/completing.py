"""What PostgreSQL can't say by itself: errors with their paths, nulls that spread, and introspection."""

from collections.abc import Iterator, Mapping
from typing import Any

from graphql import (
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    OperationDefinitionNode,
    SelectionSetNode,
    execute_sync,
)

from api.schema.building import Schema
from api.schema.documents import Operation
from api.schema.limits import ERRORS
from api.schema.selecting import Blame, Step

Path = tuple[str | int, ...]


def blamed(data: Any, blames: tuple[Blame, ...]) -> tuple[Any, list[tuple[Path, Blame]]]:
    """The data with nulls spread as GraphQL has it (specification §6.4.4), and where every error stands.

    Fields that can't be answered come with the number of their blame: a way alone doesn't say which type it leads
    through, and fields of two types may share a key.
    """
    found: list[tuple[Path, Blame]] = []
    for number, blame in enumerate(blames):
        spread = False
        for path in _places(data, blame.path, (), number):
            if len(found) < ERRORS:
                found.append((path, blame))
            spread = not _nulled(data, blame.path, path) or spread
        if spread:
            return None, found
    return data, found


def _places(value: Any, steps: tuple[Step, ...], so_far: Path, number: int) -> Iterator[Path]:
    """Every place that the way leads to and that holds the number of its blame."""
    if not steps:
        if value == number:
            yield so_far
    elif isinstance(value, list):
        for i, each in enumerate(value):
            yield from _places(each, steps, (*so_far, i), number)
    elif isinstance(value, dict):
        yield from _places(value.get(steps[0].key), steps[1:], (*so_far, steps[0].key), number)


def _nulled(data: Any, steps: tuple[Step, ...], path: Path) -> bool:
    """Put null at the nearest place on the path that may hold one; False when that is the data itself."""
    keys = [i for i, each in enumerate(path) if isinstance(each, str)]
    for step, at in reversed(list(zip(steps, keys, strict=True))):
        if step.nullable:
            holder = data
            for each in path[:at]:
                holder = holder[each]
            holder[path[at]] = None
            return True
    return False


def introspected(schema: Schema, operation: Operation, keys: frozenset[str], variables: Mapping[str, Any]) -> Any:
    """What the schema says of itself: the only thing that graphql-core executes."""
    definition = operation.definition
    only = _only(definition.selection_set, keys, operation.document.fragments)
    asked = OperationDefinitionNode(
        operation=definition.operation,
        variable_definitions=definition.variable_definitions,
        directives=(),
        selection_set=SelectionSetNode(selections=tuple(only)),
    )
    document = DocumentNode(definitions=(asked, *operation.document.fragments.values()))
    result = execute_sync(schema.core, document, variable_values=dict(variables))
    return result.data


def _only(
    chosen: SelectionSetNode, keys: frozenset[str], fragments: Mapping[str, FragmentDefinitionNode]
) -> Iterator[FieldNode]:
    """The fields of the root with these keys, wherever fragments put them."""
    for each in chosen.selections:
        if isinstance(each, FieldNode):
            if (each.alias or each.name).value in keys:
                yield each
            continue
        named = getattr(each, "name", None)
        inner = fragments[named.value].selection_set if named else each.selection_set  # type: ignore[attr-defined]
        yield from _only(inner, keys, fragments)
