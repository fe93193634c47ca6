"""Operations that nobody would write by hand: strategies over the committed SDL, with names for ids that are filled in.

A document says `<Team 3>` for the id of some team, `<cursor Team 3>` for a cursor and `<number 3>` for an external id.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from graphql import (
    GraphQLArgument,
    GraphQLEnumType,
    GraphQLField,
    GraphQLInterfaceType,
    GraphQLNonNull,
    GraphQLObjectType,
    GraphQLUnionType,
    get_named_type,
    is_leaf_type,
)
from hypothesis import strategies as st

from harness.arguments import values
from harness.execution import left_out, plain_schema

DEEPEST = 5
OFTEN = {"first": 3, "last": 4, "after": 3, "before": 5}
"""One list in so many has this argument."""

WRONG_ONE_IN = 14
"""How often an argument has a value that is refused."""


MOST_FIELDS = 50
"""From here on, selections have one field without anything below it: the service reads documents of a bounded size."""


@dataclass
class Written:
    """What a document has so far: fragments by type, variables, and the names that stand for fields."""

    fragments: dict[str, list[tuple[str, str]]] = field(default_factory=dict)
    declared: list[str] = field(default_factory=list)
    variables: dict[str, Any] = field(default_factory=dict)
    aliases: dict[str, str] = field(default_factory=dict)
    room: int = MOST_FIELDS

    def alias(self, meant: str, fresh: bool) -> str:
        """A name that stands for this field with these arguments everywhere, so that selections can be merged."""
        known = [name for name, what in self.aliases.items() if what == meant]
        if known and not fresh:
            return known[0]
        name = f"a{len(self.aliases)}"
        self.aliases[name] = meant
        return name

    def variable(self, kind: str, given: str, default: str | None, value: Any) -> str:
        """Declare one; `given` says how it comes: as a value, as null, or not at all."""
        name = f"v{len(self.declared)}"
        self.declared.append(f"${name}: {kind}" + (f" = {default}" if default is not None else ""))
        if given != "left out":
            self.variables[name] = None if given == "null" else value
        return f"${name}"


@dataclass(frozen=True)
class Generated:
    """A document with its variables, and the language in which it is asked."""

    text: str
    variables: Mapping[str, Any]
    header: str = "en"
    name: str | None = None


@st.composite
def operations(draw: Any) -> Generated:
    """An operation with everything that the specification lets it have."""
    written = Written()
    roots = _selection(draw, written, plain_schema().query_type, DEEPEST)
    declared = f"({', '.join(written.declared)})" if written.declared else ""
    named = declared or draw(st.booleans())
    fragments = [body for listed in written.fragments.values() for _, body in listed]
    other = ["query Other { me { name } }"] if named and draw(_rarely(8)) else []
    text = "\n".join([f"query Asked{declared} {roots}" if named else roots, *other, *fragments])
    header = draw(st.sampled_from(["en", "nb", "da, sv;q=0.5", "*", "fr"]))
    return Generated(text, written.variables, header, "Asked" if other else None)


def _rarely(one_in: int) -> Any:
    return st.integers(1, one_in).map(lambda n: n == one_in)


def _selection(draw: Any, written: Written, kind: Any, depth: int) -> str:
    """The selection set of a type, with its fragments written down beside it."""
    parts = []
    for _ in range(draw(st.integers(1, 4 if depth > 2 else 3)) if written.room > 0 else 1):
        written.room -= 1
        way = draw(st.sampled_from(["field"] * 7 + ["inline", "named", "bare"]))
        if isinstance(kind, GraphQLUnionType) and way == "field":
            way = "inline"
        match way:
            case "field":
                parts.append(_field(draw, written, kind, depth))
            case "inline":
                on = draw(st.sampled_from(_conditions(kind)))
                inner = _selection(draw, written, on, depth - 1) if depth else "{ __typename }"
                parts.append(f"... on {on.name}{_directives(draw, written)} {inner}")
            case "named":
                parts.append(f"...{_fragment(draw, written, kind, depth)}{_directives(draw, written)}")
            case "bare":
                parts.append(f"...{_directives(draw, written)} {{ {_leaf(draw, kind)} }}")
    return "{ " + " ".join(parts) + " }"


def _conditions(kind: Any) -> list[Any]:
    """The types that a fragment on a value of this type may name."""
    schema = plain_schema()
    if isinstance(kind, GraphQLInterfaceType | GraphQLUnionType):
        return [kind, *(each for each in schema.get_possible_types(kind) if not left_out(each.name, "id"))]
    return [kind, *kind.interfaces, *([schema.type_map["RolePlace"]] if kind.name in {"Team", "Organisation"} else [])]


def _fragment(draw: Any, written: Written, kind: Any, depth: int) -> str:
    """A named fragment for a value of this type: one that is there already, or a new one."""
    known = written.fragments.setdefault(kind.name, [])
    if known and (written.room < 0 or draw(st.booleans())):
        return draw(st.sampled_from([name for name, _ in known]))
    on = draw(st.sampled_from(_conditions(kind)))
    inner = _selection(draw, written, on, depth - 1) if depth else "{ __typename }"
    name = f"F{sum(map(len, written.fragments.values()))}"
    known.append((name, f"fragment {name} on {on.name} {inner}"))
    return name


def _fields(kind: Any) -> list[tuple[str, GraphQLField]]:
    return [(name, each) for name, each in kind.fields.items() if not left_out(kind.name, name)]


def _leaf(draw: Any, kind: Any) -> str:
    """A field without anything below it; on an interface or union, what all have."""
    if not isinstance(kind, GraphQLObjectType):
        return "__typename"
    leaves = [name for name, each in _fields(kind) if is_leaf_type(get_named_type(each.type))]
    return draw(st.sampled_from(["__typename", *leaves, *leaves]))


def _field(draw: Any, written: Written, kind: Any, depth: int) -> str:
    below = [(name, each) for name, each in _fields(kind) if not is_leaf_type(get_named_type(each.type))]
    room = depth > 0 and written.room > 0
    deeper = room and below and (len(below) == len(kind.fields) or kind.name == "Query" or draw(st.booleans()))
    if not deeper:
        name = _leaf(draw, kind)
        return f"{_alias(draw, written, kind, name)}{name}{_directives(draw, written)}"
    name, found = draw(st.sampled_from(below))
    arguments = _arguments(draw, written, name, found)
    alias = _alias(draw, written, kind, name, arguments)
    inner = _selection(draw, written, get_named_type(found.type), depth - 1)
    return f"{alias}{name}{arguments}{_directives(draw, written)} {inner}"


def _alias(draw: Any, written: Written, kind: Any, name: str, arguments: str = "") -> str:
    """Where the same word has arguments, or another type elsewhere, only a name of its own can be merged."""
    if not arguments and name not in _ambiguous() and not draw(_rarely(6)):
        return ""
    return f"{written.alias(f'{kind.name}.{name}{arguments}', draw(_rarely(3)))}: "


@cache
def _ambiguous() -> frozenset[str]:
    """Names of fields that are not of the same type wherever they stand."""
    kinds: dict[str, set[str]] = {}
    for each in plain_schema().type_map.values():
        if isinstance(each, GraphQLObjectType):
            for name, found in each.fields.items():
                kinds.setdefault(name, set()).add(str(found.type))
    return frozenset(name for name, found in kinds.items() if len(found) > 1)


def _directives(draw: Any, written: Written) -> str:
    said = ""
    for name in ("include", "skip"):
        if draw(_rarely(8)):
            wanted = draw(_rarely(3)) != (name == "include")  # mostly, the field stays
            literal = str(wanted).lower()
            if draw(st.booleans()):
                literal = _variable(draw, written, "Boolean!", literal, wanted)
            said += f" @{name}(if: {literal})"
    return said


def _arguments(draw: Any, written: Written, name: str, found: GraphQLField) -> str:
    kind = get_named_type(found.type).name.removesuffix("Connection")
    given = []
    for each, argument in found.args.items():
        required = isinstance(argument.type, GraphQLNonNull)
        if required or draw(_rarely(OFTEN.get(each, 7))):
            given.append(f"{each}: {_value(draw, written, each, argument, kind, required=required)}")
    return f"({', '.join(given)})" if given else ""


def _value(draw: Any, written: Written, name: str, argument: GraphQLArgument, kind: str, *, required: bool) -> str:
    """A literal or a variable."""
    value = draw(values(name, argument, kind, wrong=draw(_rarely(WRONG_ONE_IN))))
    bare = isinstance(get_named_type(argument.type), GraphQLEnumType)
    literal = _literal(value, bare=bare)
    if draw(st.booleans()):
        return _variable(draw, written, str(argument.type), literal, value)
    return "null" if not required and draw(_rarely(15)) else literal


def _variable(draw: Any, written: Written, kind: str, literal: str, value: Any) -> str:
    """Of the argument's own type, with or without a default; one that may be null can stand where null may not."""
    default = literal if draw(_rarely(3)) else None
    if kind.endswith("!"):
        # What a directive is asked may not be null here: graphql-core sees an error where the specification has none.
        loose = default is not None and kind != "Boolean!" and draw(st.booleans())
        ways = ["value", *(["left out"] if default is not None else []), *(["null"] if loose else [])]
        return written.variable(kind[:-1] if loose else kind, draw(st.sampled_from(ways)), default, value)
    kind += "!" if default is None and draw(_rarely(3)) else ""
    ways = ["value"] if kind.endswith("!") else ["value", "value", "value", "null", "left out"]
    return written.variable(kind, draw(st.sampled_from(ways)), default, value)


def _literal(value: Any, *, bare: bool) -> str:
    return str(value) if bare or not isinstance(value, str) else f'"{value}"'
