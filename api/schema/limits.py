"""How much of a document is read: bounds that hold before it is parsed, while it is, and before it is validated."""

import re
from collections import Counter
from collections.abc import Iterator
from typing import TypeAlias

from graphql import (
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLError,
    InlineFragmentNode,
    SelectionSetNode,
    parse,
)

from api.reading.selections import LONGEST_KEY
from api.schema.refusals import DocumentTooLarge

BYTES = 32 * 1024
TOKENS = 2000
COMMENTS = 500
DEFINITIONS = 50
DEPTH = 12
INTROSPECTION_DEPTH = 20
ALIASES = 30
FIELDS = 500
SAME_FIELD = 20
DIRECTIVES = 50
ERRORS = 5
NESTING = 64

Chosen: TypeAlias = tuple[SelectionSetNode, frozenset[str]]
"""Selections, and the names of the fragments that they lie inside of."""

_SKIPPED = re.compile(r'"""(?:\\"""|.)*?"""|"(?:\\.|[^"\\\n])*"|#[^\n\r]*', re.DOTALL)
_BRACKETS = re.compile(r"[{}()\[\]]")


def read(text: str) -> DocumentNode:
    """The document, if it is no larger than we read. Raises DocumentTooLarge, GraphQLError (it doesn't parse)."""
    if len(text) > BYTES or len(text.encode("utf-8", "replace")) > BYTES:
        raise DocumentTooLarge(what="bytes", limit=BYTES)
    if _nesting(text) > NESTING:
        raise DocumentTooLarge(what="nesting", limit=NESTING)
    try:
        document = parse(text, max_lexical_tokens=TOKENS, max_comments=COMMENTS)
    except GraphQLError as error:
        for what, limit in (("tokens", TOKENS), ("comments", COMMENTS)):
            if f"contains more than {limit} {what}" in error.message:
                raise DocumentTooLarge(what=what, limit=limit) from None
        raise
    if len(document.definitions) > DEFINITIONS:
        raise DocumentTooLarge(what="definitions", limit=DEFINITIONS)
    _Counted(document).check()
    return document


def _nesting(text: str) -> int:
    """How deep brackets are nested, so that no recursion of the parser meets its end."""
    deepest = depth = 0
    for bracket in _BRACKETS.findall(_SKIPPED.sub("", text)):
        depth += 1 if bracket in "{([" else -1
        deepest = max(deepest, depth)
    return deepest


class _Counted:
    """What a document amounts to when its fragments are put in place, each counted once and never expanded."""

    def __init__(self, document: DocumentNode) -> None:
        self._document = document
        self._fragments = {
            each.name.value: each for each in document.definitions if isinstance(each, FragmentDefinitionNode)
        }
        self._known: dict[str, tuple[int, int, int]] = {}

    def check(self) -> None:
        """Raise DocumentTooLarge for the first bound that is passed."""
        for definition in self._document.definitions:
            chosen = getattr(definition, "selection_set", None)
            if chosen is None:
                continue
            counted = sum(1 for _ in _directives(chosen)) + len(getattr(definition, "directives", None) or ())
            # Fragments count by themselves too: those that nobody spreads are validated all the same.
            own = {definition.name.value} if isinstance(definition, FragmentDefinitionNode) else set[str]()
            depth, fields, aliases = self._of(chosen, frozenset(own))
            for what, found, limit in (
                ("depth", depth, INTROSPECTION_DEPTH if own else DEPTH),
                ("fields", fields, FIELDS),
                ("aliases", aliases, ALIASES),
                ("directives", counted, DIRECTIVES),
            ):
                if found > limit:
                    raise DocumentTooLarge(what=what, limit=limit)
            self._merge([(chosen, frozenset(own))], FIELDS)

    def _merge(self, chosen: list[Chosen], left: int) -> int:
        """How many more fields may be looked at once these selections are merged, as validation and execution do.

        Validation compares all fields of one name in pairs. Circles are left to it, but for those that double.
        """
        same: Counter[str] = Counter()
        below: dict[str, list[Chosen]] = {}
        for each, inside in self._fields(chosen):
            name = each.alias.value if each.alias else each.name.value
            same[name] += 1
            if same[name] > SAME_FIELD:
                raise DocumentTooLarge(what="same_field", limit=SAME_FIELD)
            left -= 1
            if left < 0:
                raise DocumentTooLarge(what="fields", limit=FIELDS)
            if each.selection_set:
                below.setdefault(name, []).append((each.selection_set, inside))
        for sets in below.values():
            left = self._merge(sets, left)
        return left

    def _fields(self, chosen: list[Chosen]) -> Iterator[tuple[FieldNode, frozenset[str]]]:
        """The fields of selections with those of their fragments, each fragment once, and what each lies inside of."""
        waiting, spread = [*chosen], set[str]()
        while waiting:
            selections, inside = waiting.pop()
            for each in selections.selections:
                match each:
                    case FieldNode():
                        yield each, inside
                    case InlineFragmentNode():
                        waiting.append((each.selection_set, inside))
                    case FragmentSpreadNode():
                        name = each.name.value
                        if name in self._fragments and name not in spread | inside:
                            spread.add(name)
                            waiting.append((self._fragments[name].selection_set, inside | {name}))

    def _of(self, chosen: SelectionSetNode, inside: frozenset[str]) -> tuple[int, int, int]:
        """(depth, fields, aliases) of a selection."""
        depth = fields = aliases = 0
        for each in chosen.selections:
            found = self._one(each, inside)
            introspects = isinstance(each, FieldNode) and each.name.value in {"__schema", "__type"}
            if introspects and found[0] <= INTROSPECTION_DEPTH:
                found = (1, found[1], found[2])
            depth, fields, aliases = max(depth, found[0]), fields + found[1], aliases + found[2]
            if fields > FIELDS:
                break
        return depth, fields, aliases

    def _one(self, each: object, inside: frozenset[str]) -> tuple[int, int, int]:
        match each:
            case FieldNode():
                if each.alias and len(each.alias.value) > LONGEST_KEY:
                    raise DocumentTooLarge(what="alias", limit=LONGEST_KEY)
                below = self._of(each.selection_set, inside) if each.selection_set else (0, 0, 0)
                return below[0] + 1, below[1] + 1, below[2] + bool(each.alias)
            case InlineFragmentNode():
                return self._of(each.selection_set, inside)
            case FragmentSpreadNode():
                return self._spread(each.name.value, inside)
        return 0, 0, 0

    def _spread(self, name: str, inside: frozenset[str]) -> tuple[int, int, int]:
        if name in inside or name not in self._fragments:  # validation says so
            return 0, 0, 0
        if name not in self._known:
            self._known[name] = self._of(self._fragments[name].selection_set, inside | {name})
        return self._known[name]


def _directives(chosen: SelectionSetNode) -> Iterator[object]:
    for each in chosen.selections:
        yield from each.directives or ()
        below = getattr(each, "selection_set", None)
        if below is not None:
            yield from _directives(below)
