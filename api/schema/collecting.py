"""The fields of a selection as GraphQL collects and merges them (specification §6.3.2)."""

from collections.abc import Iterator, Mapping, Sequence

from graphql import (
    DirectiveNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    InlineFragmentNode,
    SelectionNode,
    SelectionSetNode,
    VariableNode,
)

from api.schema.building import Schema


class Fields:
    """Collects fields, with what directives ask already decided: `flags` holds their variables."""

    def __init__(
        self, schema: Schema, fragments: Mapping[str, FragmentDefinitionNode], flags: Mapping[str, bool | None]
    ) -> None:
        self._schema = schema
        self._fragments = fragments
        self._flags = flags

    def collected(self, name: str, sets: Sequence[SelectionSetNode]) -> Iterator[tuple[str, list[FieldNode]]]:
        """The fields of a selection on an object of this type, merged by key, in the order of the answer."""
        grouped: dict[str, list[FieldNode]] = {}
        seen: set[str] = set()
        for chosen in sets:
            for node in self._flat(name, chosen, seen):
                grouped.setdefault(node.alias.value if node.alias else node.name.value, []).append(node)
        yield from grouped.items()

    def _flat(self, name: str, chosen: SelectionSetNode, seen: set[str]) -> Iterator[FieldNode]:
        for each in chosen.selections:
            if not self._included(each):
                continue
            match each:
                case FieldNode():
                    yield each
                case InlineFragmentNode():
                    if each.type_condition is None or self._fits(name, each.type_condition.name.value):
                        yield from self._flat(name, each.selection_set, seen)
                case FragmentSpreadNode():
                    fragment = self._fragments[each.name.value]
                    if each.name.value not in seen and self._fits(name, fragment.type_condition.name.value):
                        seen.add(each.name.value)
                        yield from self._flat(name, fragment.selection_set, seen)

    def _fits(self, name: str, condition: str) -> bool:
        return name == condition or name in self._schema.possible(condition)

    def _included(self, node: SelectionNode) -> bool:
        for directive in node.directives or ():
            if directive.name.value == "skip" and self._asked(directive):
                return False
            if directive.name.value == "include" and not self._asked(directive):
                return False
        return True

    def _asked(self, directive: DirectiveNode) -> bool:
        [condition] = directive.arguments or ()
        value = condition.value
        return bool(self._flags[value.name.value] if isinstance(value, VariableNode) else getattr(value, "value", None))
