"""Views: a neutral description of what people see, from which REST, OpenAPI, GraphQL and SQL are derived."""

import typing
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, ClassVar, Literal

from api.reading.paths import Path
from domain.figures import Level


@dataclass(frozen=True)
class Shown:
    """A field: what it says, the SQL it comes from (over `{row}`), and who sees it when not everyone does."""

    doc: str
    sql: str
    seen_by: tuple[Path, ...] = ()
    example: Any = None
    type: Any = None
    deprecated: str | None = None


@dataclass(frozen=True)
class Way:
    """One of the views that a link may lead to: `column` of our row is its id where `condition` holds."""

    view: str
    column: str
    condition: str


@dataclass(frozen=True)
class Link:
    """A way to another view: to one (`column` of our row is its id) or to many (`column` of its row is ours).

    «pages» are many without bound, which GraphQL pages and REST lists by themselves; «either» leads to one row
    of one of several views, and `view` names the union or interface that these are together.
    """

    doc: str
    view: str
    kind: Literal["one", "many", "pages", "either"]
    column: str
    order: str = ""
    where: str = ""
    standard: bool = False
    required: bool = False
    ways: tuple[Way, ...] = ()

    def condition(self, row: str, other: str) -> str:
        """What makes the row `other` one that this link of `row` leads to."""
        if self.kind == "one":
            condition = f"{other}.id = {self.column.format(row=row)}"
        else:
            condition = f"{self.column.format(row=other)} = {row}.id"
        return f"{condition} and {self.where.format(row=other)}" if self.where else condition


MATCHING = "matching"
"""The filter by words: what it is given is compared as `domain.localisation.search_key` writes it."""

LONGEST_SEARCH = 100
SEARCHED = "Only those whose name or title holds this, in capitals or not."


def matching(text: str) -> str:
    """The filter that keeps rows whose text holds the words; of a sort key, since it ends in the folded text."""
    return f"strpos({text}, :{MATCHING}::text) > 0"


def folded(text: str) -> str:
    """SQL for a text without a sort key in small letters: the same on every server, whatever its locale is.

    By the collation "C" only the letters of English are made small; those that Nordic and Sami texts add are named.
    """
    return f"""translate(lower({text} collate "C"), 'ÆØÅÄÖÉÁČĐŊŠŦŽ', 'æøåäöéáčđŋšŧž')"""


@dataclass(frozen=True)
class Order:
    """The order of a list: SQL expressions with their types, the last of them unique; one direction for all."""

    columns: tuple[tuple[str, str], ...]
    descending: bool = False


def shown(
    doc: str, sql: str = "", *, seen_by: tuple[Path, ...] = (), example: Any = None, deprecated: str | None = None
) -> Any:
    """A field of a view; without `sql` it is the column of the same name. `deprecated` says what to use instead."""
    return Shown(doc, sql, seen_by, example, deprecated=deprecated)


def one(doc: str, view: str, column: str, *, standard: bool = False, required: bool = False) -> Any:
    """A link to one: `column` of this row holds the id. `standard`: shown without being asked for."""
    return Link(doc, view, "one", _sql(column), standard=standard, required=required)


def many(doc: str, view: str, column: str, *, order: str, where: str = "", standard: bool = False) -> Any:
    """A link to many: `column` of the other row holds this row's id; `order` and `where` speak of `{row}` there."""
    return Link(doc, view, "many", _sql(column), order, where, standard=standard, required=True)


def pages(doc: str, view: str, column: str, *, where: str = "") -> Any:
    """A link to many without bound, in the order of the other view: a connection in GraphQL, a list of REST's own."""
    return Link(doc, view, "pages", _sql(column), where=where)


def either(doc: str, named: str, *ways: Way) -> Any:
    """A link to one row of one of several views, in GraphQL alone: a document of REST doesn't say what it is."""
    return Link(doc, named, "either", "", ways=ways)


def way(view: str, column: str, condition: str = "") -> Way:
    """Where `either` may lead: by `column`, where `condition` (over `{row}`) holds, else where it is filled."""
    sql = _sql(column)
    return Way(view, sql, condition or f"{sql} is not null")


def _sql(column: str) -> str:
    return "{row}." + column if column.isidentifier() else column


class View:
    """What people see of one table. Subclasses declare fields and links; they are never instantiated."""

    of: ClassVar[str]
    source: ClassVar[str] = ""
    key: ClassVar[str] = "{row}.id = :id::uuid"
    order: ClassVar[Order]
    listed_as: ClassVar[str] = ""  # what GraphQL calls the list of all of them, where there is one
    asked_as: ClassVar[str] = ""  # what it calls the one that goes with the asker, where `key` needs no id
    seen_by: ClassVar[tuple[Path, ...]]
    filters: ClassVar[Mapping[str, str]] = {}
    revision_sql: ClassVar[str] = "{row}.revision"
    figures_at: ClassVar[Level | None] = None  # whether GraphQL tells figures about its rows, and of which level

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
                cls.fields[key] = replace(value, sql=sql, type=hints[key])
            elif isinstance(value, Link):
                cls.links[key] = value
        VIEWS[cls.published] = cls

    @classmethod
    def documented_links(cls) -> dict[str, Link]:
        """The links that a document of REST may show."""
        return {name: link for name, link in cls.links.items() if link.kind in {"one", "many"}}


RESERVED = frozenset(View.__annotations__)
VIEWS: dict[str, type[View]] = {}
"""Every view by its published name; links and `Within` paths name views by it."""
