"""The route table as a tree: one step a path segment, whatever the number of routes."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Generic, TypeVar

T = TypeVar("T")


@dataclass
class _Node(Generic[T]):
    literal: dict[str, "_Node[T]"] = field(default_factory=dict)
    variable: "_Node[T] | None" = None
    names: tuple[str, ...] = ()
    methods: dict[str, T] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Match(Generic[T]):
    """What stands at a path: its methods, and the values of the path's variables by name."""

    methods: dict[str, T]
    values: dict[str, str]


class RouteTable(Generic[T]):
    """Finds what stands at a path; a literal segment goes before a variable one."""

    def __init__(self, routes: Iterable[tuple[str, str, T]]) -> None:
        self._root: _Node[T] = _Node()
        for method, path, target in routes:
            self._add(method, path, target)

    def find(self, path: str) -> Match[T] | None:
        """The match for a path, or None when nothing stands there."""
        values: list[str] = []
        segments = path.split("/")
        node = self._straight(segments, values)
        if node is None:
            values = []
            node = self._walk(self._root, segments, 0, values)
        if node is None or not node.methods:
            return None
        return Match(node.methods, dict(zip(node.names, values, strict=True)))

    def _add(self, method: str, path: str, target: T) -> None:
        node, names = self._root, []
        for segment in path.split("/"):
            if segment.startswith("{"):
                names.append(segment.strip("{}"))
                node.variable = node.variable or _Node()
                node = node.variable
            else:
                node = node.literal.setdefault(segment, _Node())
        if method in node.methods:
            raise ValueError(f"{method} {path} is declared twice")
        node.names = tuple(names)
        node.methods[method] = target

    def _straight(self, segments: list[str], values: list[str]) -> _Node[T] | None:
        """Literal segments first and never back: finds nearly everything; what it doesn't, `_walk` may."""
        node = self._root
        for segment in segments:
            following = node.literal.get(segment)
            if following is None:
                if node.variable is None or not segment:
                    return None
                values.append(segment)
                following = node.variable
            node = following
        return node if node.methods else None

    def _walk(self, node: _Node[T], segments: list[str], at: int, values: list[str]) -> _Node[T] | None:
        if at == len(segments):
            return node
        segment = segments[at]
        following = node.literal.get(segment)
        if following is not None:
            found = self._walk(following, segments, at + 1, values)
            if found is not None and found.methods:
                return found
        if node.variable is None or not segment:
            return None
        depth = len(values)
        values.append(segment)
        found = self._walk(node.variable, segments, at + 1, values)
        if found is None or not found.methods:
            del values[depth:]
            return None
        return found
