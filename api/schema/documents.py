"""Documents that were read before: parsed, validated and taken apart once, whoever sends them again."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from hashlib import blake2b
from typing import Any

from graphql import (
    DirectiveNode,
    FieldNode,
    FragmentDefinitionNode,
    GraphQLError,
    GraphQLInputType,
    OperationDefinitionNode,
    OperationType,
    TypeInfo,
    TypeInfoVisitor,
    Undefined,
    ValueNode,
    VariableNode,
    Visitor,
    specified_rules,
    validate,
    value_from_ast,
    visit,
)
from graphql.execution.values import get_variable_values

from api.reading.views import VIEWS, View
from api.schema.arguments import Misfit, fitted
from api.schema.building import Schema
from api.schema.limits import ERRORS, read
from api.schema.meanings import Argument, Cast, Kind
from api.schema.refusals import NotAQuery, OperationUnknown
from api.schema.types import camel
from domain.errors import Invalid
from domain.figures import FIRST_YEAR, LAST_YEAR, Bucket, Period, period, school_year

POINTLESS = {
    "SingleFieldSubscriptionsRule",
    "DeferStreamDirectiveOnRootField",
    "DeferStreamDirectiveOnValidOperationsRule",
    "DeferStreamDirectiveLabel",
    "StreamDirectiveOnListField",
}
"""About what is refused before, or by another rule because our schema has no such directive."""

RULES = tuple(rule for rule in specified_rules if rule.__name__ not in POINTLESS)


class Wrong(Exception):
    """What graphql-core found wrong with a document or its variables, in its words; never more than a few."""

    def __init__(self, errors: list[GraphQLError], code: str = "document_invalid") -> None:
        super().__init__(code)
        self.errors = errors[:ERRORS]
        self.code = code


@dataclass(frozen=True)
class Occurrence:
    """An argument where it stands in a document, and the parameter that holds its value."""

    node: int
    argument: Argument
    parameter: str
    value: ValueNode
    kind: GraphQLInputType
    view: type[View] | None

    def fit(self, variables: Mapping[str, Any]) -> Any:
        """The value as a parameter; None when none was given. Raises Misfit."""
        value = value_from_ast(self.value, self.kind, dict(variables))
        if value is Undefined or value is None:
            if self.argument.required:  # a variable that may be null, because it has a default, and is
                raise Misfit("missing")
            return None
        return fitted(self.argument.cast, value, self.view)


@dataclass(frozen=True)
class FiguresAsked:
    """A field of figures where it stands: the parameters of its period, and the ending of what is made of them."""

    node: int
    suffix: str
    parameters: Mapping[str, str]

    def period(self, given: Mapping[str, Any], today: date) -> Period:
        """The period that is meant, by default the current school year by months. Raises Misfit."""
        since, until, by = (given.get(self.parameters.get(name, "")) for name in ("since", "until", "by"))
        if since and not FIRST_YEAR <= since.year <= LAST_YEAR:
            raise Misfit("period_out_of_range", "since")
        first, after = school_year(since or today)
        try:
            return period(by or Bucket.MONTH, since or first, until or after)
        except Invalid as invalid:
            fault = invalid.faults[0]
            raise Misfit(_PERIODS[fault.code], str(fault.pointer[0])) from None


_PERIODS = {
    "ends_before_start": "period_ends_before_start",
    "too_small": "period_out_of_range",
    "too_large": "period_out_of_range",
    "too_long": "period_too_long",
}
"""What is wrong with a period, in words for GraphQL, by the faults of `domain.figures`."""


@dataclass(frozen=True)
class Bound:
    """The arguments of one request: what each of them is, for the plan, and the parameters, for the statement.

    `states` hold, in the order of the occurrences: None (not given), the size of a page, «given», or the Misfit's
    code as a text that begins with «!»; after them the values of the variables that directives ask.
    """

    states: tuple[Any, ...]
    parameters: Mapping[str, Any]
    variables: Mapping[str, Any]


class Operation:
    """One operation of a document: its arguments where they stand, and the variables that its directives ask."""

    def __init__(self, schema: Schema, definition: OperationDefinitionNode, document: "Document") -> None:
        self.definition = definition
        self.name = definition.name.value if definition.name else ""
        self.document = document
        self.occurrences, self.figures = _taken_apart(schema, document)
        self.flags = tuple(sorted(document.flags))
        self._schema = schema
        self._nothing = None if definition.variable_definitions else self._bound({})

    @property
    def key(self) -> tuple[bytes, str]:
        """What tells it from all others, also when its document was forgotten and is read again."""
        return self.document.digest, self.name

    def bind(self, given: Mapping[str, Any]) -> Bound:
        """The arguments with these variables. Raises Wrong: variables that don't fit their types."""
        if self._nothing is not None:
            return self._nothing
        definitions = self.definition.variable_definitions or ()
        found = get_variable_values(self._schema.core, definitions, dict(given), max_errors=ERRORS)
        if isinstance(found, list):
            raise Wrong(found, "variables_invalid")
        return self._bound(found.coerced)

    def _bound(self, variables: Mapping[str, Any]) -> Bound:
        states: list[Any] = []
        parameters: dict[str, Any] = {}
        for each in self.occurrences:
            try:
                value = each.fit(variables)
            except Misfit as misfit:
                states.append(f"!{misfit}")
                continue
            states.append(value if value is None or each.argument.cast is Cast.SIZE else "given")
            if each.argument.cast is Cast.CURSOR and value is not None:
                parameters |= {f"{each.parameter}_{i}": key for i, key in enumerate(value, 1)}
            else:
                parameters[each.parameter] = value
        return Bound((*states, *(variables.get(name) for name in self.flags)), parameters, variables)


class Document:
    """A document that parses, asks and doesn't change, and is valid. Raises Wrong, NotAQuery, DocumentTooLarge."""

    def __init__(self, schema: Schema, text: str) -> None:
        self._schema = schema
        self.digest = blake2b(text.encode("utf-8", "surrogatepass"), digest_size=16).digest()
        try:
            self.node = read(text)
        except GraphQLError as error:
            raise Wrong([error]) from None
        if any(each.operation is not OperationType.QUERY for each in self.definitions.values()):
            raise NotAQuery
        wrong = validate(schema.core, self.node, RULES, max_errors=ERRORS)
        if wrong:
            raise Wrong(wrong)
        self._operations: dict[str, Operation] = {}

    @cached_property
    def fragments(self) -> dict[str, FragmentDefinitionNode]:
        """The document's fragments by name."""
        return {each.name.value: each for each in self.node.definitions if isinstance(each, FragmentDefinitionNode)}

    @cached_property
    def definitions(self) -> dict[str, OperationDefinitionNode]:
        """The document's operations by name; an anonymous one has none."""
        operations = (each for each in self.node.definitions if isinstance(each, OperationDefinitionNode))
        return {each.name.value if each.name else "": each for each in operations}

    @cached_property
    def flags(self) -> frozenset[str]:
        """The variables that @skip and @include ask."""
        found: set[str] = set()

        class Directives(Visitor):
            def enter_directive(self, node: DirectiveNode, *_: Any) -> None:
                found.update(
                    each.value.name.value for each in node.arguments or () if isinstance(each.value, VariableNode)
                )

        visit(self.node, Directives())
        return frozenset(found)

    def operation(self, name: str | None) -> Operation:
        """The operation of that name, or the only one. Raises OperationUnknown."""
        if name is None and len(self.definitions) == 1:
            name = next(iter(self.definitions))
        if name is None or name not in self.definitions:
            raise OperationUnknown
        if name not in self._operations:
            self._operations[name] = Operation(self._schema, self.definitions[name], self)
        return self._operations[name]


def _taken_apart(schema: Schema, document: Document) -> tuple[tuple[Occurrence, ...], tuple[FiguresAsked, ...]]:
    """Every argument of the document with a meaning of ours, and every field of figures, in its order."""
    found: list[Occurrence] = []
    figures: list[FiguresAsked] = []
    info = TypeInfo(schema.core)

    class Arguments(Visitor):
        def enter_field(self, node: FieldNode, *_: Any) -> None:
            parent, field = info.get_parent_type(), info.get_field_def()
            meaning = schema.meanings.get(parent.name if parent else "", {}).get(node.name.value)
            if meaning is None or field is None:
                return
            declared = {camel(each.name): each for each in meaning.arguments}
            first = len(found)
            for given in node.arguments or ():
                argument, name = declared[given.name.value], f"v{len(found)}"
                kind = field.args[given.name.value].type
                found.append(Occurrence(id(node), argument, name, given.value, kind, VIEWS.get(meaning.view)))
            if meaning.kind is Kind.FIGURES:
                names = {each.argument.name: each.parameter for each in found[first:]}
                figures.append(FiguresAsked(id(node), f"_f{len(figures)}", names))

    visit(document.node, TypeInfoVisitor(info, Arguments()))
    return tuple(found), tuple(figures)
