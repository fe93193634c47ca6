"""A finished statement: SQL with numbered parameters and the names that fill them, in order."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

_NAMED = re.compile(r"(?<!:):([a-z_][a-z0-9_]*)")


@dataclass(frozen=True)
class Statement:
    """SQL as PostgreSQL wants it; `arguments` picks the values of one execution."""

    sql: str
    names: tuple[str, ...]

    def arguments(self, values: Mapping[str, Any]) -> list[Any]:
        """The values in the order of the statement's parameters; a missing one is a programming error."""
        return [values[name] for name in self.names]


def numbered(text: str) -> Statement:
    """Turn `:name` into `$1, $2 …`, the same number wherever a name stands again; `::type` is left alone."""
    names: list[str] = []

    def number(match: re.Match[str]) -> str:
        name = match[1]
        if name not in names:
            names.append(name)
        return f"${names.index(name) + 1}"

    return Statement(_NAMED.sub(number, text), tuple(names))
