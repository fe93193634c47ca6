"""Access paths: each can test one row and can give the ids of all rows that an asker may see through it.

A path is SQL over two names: `asker.id` (the person who asks) and `{row}` (the row in question). Lists start
from the union of what the paths give, each in the list's order and no longer than a page, so that a page
costs the same with ten times the history; single rows are tested.
"""

from dataclasses import dataclass
from typing import TypeAlias


@dataclass(frozen=True)
class Everyone:
    """Anyone who belongs to the tenant sees the row."""

    name: str = "everyone"


@dataclass(frozen=True)
class Wide:
    """A role that sees all rows: `condition` speaks of the asker alone."""

    name: str
    condition: str


@dataclass(frozen=True)
class Keyed:
    """The row's `column` is among the keys that `drive` selects for the asker (as a column called key).

    `test` answers the same for one `{key}`, where that is cheaper than listing all keys; with `narrow` it
    always is.
    """

    name: str
    column: str
    drive: str
    test: str
    narrow: bool = False


@dataclass(frozen=True)
class Linked:
    """A link table holds the row's id, the person's, and copies of the order columns of the list."""

    name: str
    table: str
    row_column: str
    person_column: str
    order_columns: tuple[str, ...]


@dataclass(frozen=True)
class Within:
    """The row is seen exactly by those who see its parent: `column` is the parent's id, `view` its view."""

    name: str
    column: str
    view: str


Path: TypeAlias = Everyone | Wide | Keyed | Linked | Within


def everybody(paths: tuple[Path, ...]) -> bool:
    """Whether no row is hidden from anyone who belongs to the tenant."""
    return any(isinstance(path, Everyone) for path in paths)
