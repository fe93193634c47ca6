"""Views: a neutral description of what people see, from which REST, OpenAPI, GraphQL and SQL are derived."""

import typing
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar, Literal

from api.reading.paths import Path


@dataclass(frozen=True)
class Shown:
    """A field: what it says, the SQL it comes from (over `{row}`), and who sees it when not everyone does."""

    doc: str
    sql: str
    seen_by: tuple[Path, ...] = ()
    example: Any = None
    type: Any = None


@dataclass(frozen=True)
class Link:
    """A way to another view: to one (`column` of our row is its id) or to many (`column` of its row is ours)."""

    doc: str
    view: str
    kind: Literal["one", "many"]
    column: str
    order: str = ""
    where: str = ""
    standard: bool = False
    required: bool = False


@dataclass(frozen=True)
class Order:
    """The order of a list: SQL expressions with their types, the last of them unique; one direction for all."""

    columns: tuple[tuple[str, str], ...]
    descending: bool = False


def shown(doc: str, sql: str = "", *, seen_by: tuple[Path, ...] = (), example: Any = None) -> Any:
    """A field of a view; without `sql` it is the column of the same name."""
    return Shown(doc, sql, seen_by, example)


def one(doc: str, view: str, column: str, *, standard: bool = False, required: bool = False) -> Any:
    """A link to one: `column` of this row holds the id. `standard`: shown without being asked for."""
    return Link(doc, view, "one", _sql(column), standard=standard, required=required)


def many(doc: str, view: str, column: str, *, order: str, where: str = "", standard: bool = False) -> Any:
    """A link to many: `column` of the other row holds this row's id; `order` and `where` speak of `{row}` there."""
    return Link(doc, view, "many", _sql(column), order, where, standard=standard, required=True)


def _sql(column: str) -> str:
    return column if "{row}" in column else "{row}." + column


class View:
    """What people see of one table. Subclasses declare fields and links; they are never instantiated."""

    of: ClassVar[str]
    source: ClassVar[str] = ""
    key: ClassVar[str] = "{row}.id = :id::uuid"
    order: ClassVar[Order]
    seen_by: ClassVar[tuple[Path, ...]]
    filters: ClassVar[Mapping[str, str]] = {}
    revision_sql: ClassVar[str] = "{row}.revision"

    narrows: ClassVar[bool]  # whether the source may leave rows of the table out
    published: ClassVar[str]
    fields: ClassVar[dict[str, Shown]]
    links: ClassVar[dict[str, Link]]

    def __init_subclass__(cls) -> None:
        cls.published = cls.__name__.removesuffix("View")
        cls.narrows = bool(cls.source)
        cls.source = cls.source or cls.of + " {row}"
        cls.fields = {}
        cls.links = {}
        hints = typing.get_type_hints(cls, include_extras=True)
        for key, value in list(vars(cls).items()):
            if isinstance(value, Shown | Link) and key in RESERVED:
                raise TypeError(f"{cls.__name__}.{key}: views use this word themselves")
            if isinstance(value, Shown):
                sql = value.sql or "{row}." + key
                cls.fields[key] = Shown(value.doc, sql, value.seen_by, value.example, hints[key])
            elif isinstance(value, Link):
                cls.links[key] = value
        VIEWS[cls.published] = cls


RESERVED = frozenset(View.__annotations__)
VIEWS: dict[str, type[View]] = {}
"""Every view by its published name; links and `Within` paths name views by it."""


@dataclass(frozen=True)
class Selection:
    """What is wanted of a view, as a tree: fields, and links with the selection of their own.

    Keys are what the answer calls them, so that an operation may ask for the same thing under two names.
    """

    fields: tuple[tuple[str, str], ...]
    links: tuple[tuple[str, str, "Selection"], ...] = field(default=())


def listed(view: type[View], include: frozenset[str] = frozenset()) -> Selection:
    """REST's selection for an item of a list: every field, and only the links that `include` names."""
    return standard(view, include, bare=True)


def standard(
    view: type[View], include: frozenset[str] = frozenset(), prefix: str = "", *, bare: bool = False
) -> Selection:
    """REST's selection: every field, the standard links, and what `include` names («team.organisation»)."""
    links = []
    for name, link in view.links.items():
        path = prefix + name
        if (link.standard and not bare) or any(i == path or i.startswith(path + ".") for i in include):
            links.append((name, name, standard(VIEWS[link.view], include, path + ".")))
    return Selection(tuple((name, name) for name in view.fields), tuple(links))


def includable(view: type[View], depth: int = 2, prefix: str = "", *, bare: bool = False) -> list[str]:
    """The links that `?include=` may name: those that the answer leaves out by itself, at most `depth` deep."""
    names = []
    for name, link in view.links.items():
        if bare or not link.standard:
            names.append(prefix + name)
        if depth > 1:
            names.extend(includable(VIEWS[link.view], depth - 1, prefix + name + "."))
    return sorted(set(names))
