"""From an operation and the states of its arguments to a selection: what the compiler makes into SQL.

What depends on a variable is fixed by the states, so that one plan serves all requests with the same states.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from graphql import (
    FieldNode,
    GraphQLNonNull,
)

from api.reading.figures import FigurePart
from api.reading.selections import (
    Alternative,
    Constant,
    Edges,
    Figured,
    Inside,
    Nodes,
    Paged,
    PageInfo,
    Part,
    Related,
    Scalar,
    Selection,
    Single,
    SingleAnywhere,
    Window,
)
from api.reading.views import VIEWS
from api.schema.building import Schema
from api.schema.collecting import Fields
from api.schema.documents import Bound, Occurrence, Operation
from api.schema.meanings import FIGURE, PAGE, Kind, Meaning


@dataclass(frozen=True)
class Step:
    """One field on the way to another: its key, whether it gives a list, and whether it may be null."""

    key: str
    listed: bool
    nullable: bool


@dataclass(frozen=True)
class Blame:
    """A field that is null because of an argument: its way in the answer, line and column in the document, which
    argument, and the code of what is wrong. Holds nothing of the document, since plans outlive it.
    """

    path: tuple[Step, ...]
    place: tuple[int, int]
    argument: str
    code: str


class Refused(Exception):
    """An argument of the field that is being selected can't be used."""

    def __init__(self, argument: str, code: str) -> None:
        super().__init__(code)
        self.argument, self.code = argument, code


def _place(node: FieldNode) -> tuple[int, int]:
    assert node.loc is not None  # noqa: S101 - documents are parsed with their locations
    return node.loc.start_token.line, node.loc.start_token.column


class Selecting:
    """Makes the selection of one operation with one set of states; counts what it may cost meanwhile."""

    def __init__(
        self, schema: Schema, operation: Operation, bound: Bound, misfits: Mapping[str, tuple[str, str]]
    ) -> None:
        self._schema = schema
        flags = dict(zip(operation.flags, bound.states[len(operation.occurrences) :], strict=True))
        self._fields = Fields(schema, operation.document.fragments, flags)
        self._figures = {each.node: each for each in operation.figures}
        self._misfits = misfits
        self._given: dict[int, dict[str, tuple[Occurrence, Any]]] = {}
        for each, state in zip(operation.occurrences, bound.states, strict=False):
            self._given.setdefault(each.node, {})[each.argument.name] = (each, state)
        self.parameters: dict[str, Any] = {}
        self.blames: list[Blame] = []
        self.cost = 0
        self.introspection: list[str] = []
        self.roots: list[str] = []
        self._operation = operation

    def selection(self) -> Selection:
        """What the operation asks for, introspection left out."""
        parts = []
        for key, nodes in self._fields.collected("Query", [self._operation.definition.selection_set]):
            self.roots.append(key)
            if nodes[0].name.value in {"__schema", "__type"}:
                self.introspection.append(key)
            else:
                parts.append(self._part("Query", key, nodes, (), 1))
        return Selection(tuple(parts))

    def _of(self, name: str, nodes: Sequence[FieldNode], path: tuple[Step, ...], times: int) -> Selection:
        """What is wanted of an object of this type."""
        sets = [node.selection_set for node in nodes if node.selection_set]
        fields = self._fields.collected(name, sets)
        return Selection(tuple(self._part(name, key, merged, path, times) for key, merged in fields))

    def _part(self, owner: str, key: str, nodes: list[FieldNode], path: tuple[Step, ...], times: int) -> Part:
        name = nodes[0].name.value
        if name == "__typename":
            return Constant(key, f'"{owner}"')
        meaning = self._schema.meanings[owner][name]
        nullable = not isinstance(self._schema.core.type_map[owner].fields[name].type, GraphQLNonNull)  # type: ignore[attr-defined]
        here = (*path, Step(key, meaning.listed, nullable))
        before = self.cost
        try:
            return self._meant(key, nodes, meaning, here, times)
        except Refused as refused:
            self.cost = before
            number = str(len(self.blames))  # for now: `blamed` puts null where this number stands
            self.blames.append(Blame(here, _place(nodes[0]), refused.argument, refused.code))
            return Constant(key, number)

    def _meant(self, key: str, nodes: list[FieldNode], meaning: Meaning, here: tuple[Step, ...], times: int) -> Part:
        match meaning.kind:
            case Kind.SCALAR:
                return Scalar(key, meaning.name)
            case Kind.PAGED:
                return self._paged(key, nodes, meaning, here, times)
            case Kind.FIGURES:
                return self._figured(key, nodes, meaning, times)
            case Kind.PAGE_INFO:
                return PageInfo(key, self._of(meaning.view, nodes, here, times))
            case Kind.EDGES:
                return Edges(key, self._of(meaning.view, nodes, here, times))
        self.cost += times * meaning.size
        return self._rows(key, nodes, meaning, here, times * meaning.size)

    def _rows(self, key: str, nodes: list[FieldNode], meaning: Meaning, here: tuple[Step, ...], times: int) -> Part:
        """What consists of rows, each of which costs something."""
        if meaning.kind in {Kind.ANYWHERE, Kind.ALTERNATIVE}:
            return self._several(key, nodes, meaning, here, times)
        wanted = self._of(meaning.view, nodes, here, times)
        match meaning.kind:
            case Kind.NODES:
                return Nodes(key, wanted)
            case Kind.NODE:
                return Related(key, "node", wanted)
            case Kind.INSIDE:
                return Inside(key, meaning.name, wanted, meaning.listed)
            case Kind.RELATED:
                return Related(key, meaning.name, wanted)
        return Single(key, meaning.view, wanted, self._parameter(nodes[0], "id"), self._parameter(nodes[0], "as_of"))

    def _figured(self, key: str, nodes: list[FieldNode], meaning: Meaning, times: int) -> Figured:
        """Figures about a row. Raises Refused."""
        for argument in meaning.arguments:
            self._parameter(nodes[0], argument.name)
        suffix = self._figures[id(nodes[0])].suffix
        if suffix in self._misfits:
            raise Refused(*self._misfits[suffix])
        return Figured(key, suffix, self._wanted(meaning.view, nodes, times))

    def _wanted(self, owner: str, nodes: Sequence[FieldNode], times: int) -> tuple[FigurePart, ...]:
        found = []
        for key, merged in self._fields.collected(owner, [node.selection_set for node in nodes if node.selection_set]):
            name = merged[0].name.value
            if name == "__typename":
                found.append(FigurePart(key, "typename", text=owner))
                continue
            meaning = self._schema.meanings[owner][name]
            if meaning.kind is Kind.SCALAR:
                found.append(FigurePart(key, meaning.name))
                continue
            self.cost += times * (meaning.size if meaning.listed else FIGURE)
            found.append(FigurePart(key, meaning.name, self._wanted(meaning.view, merged, times * meaning.size)))
        return tuple(found)

    def _several(self, key: str, nodes: list[FieldNode], meaning: Meaning, here: tuple[Step, ...], times: int) -> Part:
        """One of several types: the dearest of them counts, since a row is of one type only."""
        before, dearest, wanted = self.cost, self.cost, []
        for name in self._schema.possible(meaning.view):
            self.cost = before
            wanted.append((name, self._of(name, nodes, here, times)))
            dearest = max(dearest, self.cost)
        self.cost = dearest
        if meaning.kind is Kind.ALTERNATIVE:
            return Alternative(key, meaning.name, tuple(wanted))
        id = self._parameter(nodes[0], "id")
        return SingleAnywhere(key, id or "", tuple(wanted))

    def _paged(self, key: str, nodes: list[FieldNode], meaning: Meaning, here: tuple[Step, ...], times: int) -> Part:
        node = nodes[0]
        window, size = self._window(node, len(VIEWS[meaning.view].order.columns))
        wanted = self._of(f"{meaning.view}Connection", nodes, here, times * max(size, 1))
        filters = tuple(
            (argument.name, parameter)
            for argument in meaning.arguments
            if argument.name in VIEWS[meaning.view].filters and (parameter := self._parameter(node, argument.name))
        )
        as_of = None if "as_of" in VIEWS[meaning.view].filters else self._parameter(node, "as_of")
        link = meaning.name if meaning.linked else None
        return Paged(key, meaning.view, wanted.parts, window, link, filters, as_of)  # type: ignore[arg-type]

    def _window(self, node: FieldNode, columns: int) -> tuple[Window, int]:
        """Which page is wanted, and how many rows it has at most. Raises Refused."""
        first, last = self._parameter(node, "first"), self._parameter(node, "last")
        if first and last:
            raise Refused("last", "first_and_last")
        size = first or last
        if size is None:
            size = f"size_{PAGE}"
            self.parameters[size] = PAGE
        rows = self._given[id(node)]["last" if last else "first"][1] if first or last else PAGE
        keys = {
            name: tuple(f"{cursor}_{i}" for i in range(1, columns + 1))
            for name in ("after", "before")
            if (cursor := self._parameter(node, name))
        }
        return Window(size, keys.get("after", ()), keys.get("before", ()), backward=bool(last)), rows

    def _parameter(self, node: FieldNode, name: str) -> str | None:
        """The parameter that holds an argument, None when it wasn't given. Raises Refused."""
        occurrence, state = self._given.get(id(node), {}).get(name, (None, None))
        if occurrence is None or state is None:
            return None
        if isinstance(state, str) and state.startswith("!"):
            raise Refused(name, state[1:])
        return occurrence.parameter
