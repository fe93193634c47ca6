"""Selections: what is wanted of a view, as a tree; REST's standard ones, and what a GraphQL operation asks for.

Keys are what the answer calls a part, so that an operation may ask for the same thing under two names.
"""

from dataclasses import dataclass, field
from typing import TypeAlias

from api.reading.figures import FigurePart
from api.reading.views import VIEWS, View

LONGEST_KEY = 63
"""Bytes; a key becomes the name of a column, and PostgreSQL cuts longer ones."""


@dataclass(frozen=True)
class Scalar:
    """A field as it is."""

    key: str
    name: str


@dataclass(frozen=True)
class Constant:
    """What is known before anything is read: a type's name, or the null of what was refused."""

    key: str
    json: str

    @property
    def sql(self) -> str:
        """The same as PostgreSQL writes it."""
        return f"'{self.json}'::json"


@dataclass(frozen=True)
class Inside:
    """Some of what is inside a JSON value; `listed` when it is a list of such values."""

    key: str
    name: str
    wanted: "Selection"
    listed: bool = False


@dataclass(frozen=True)
class Related:
    """A link of the view, to one or to a short list, with what is wanted there."""

    key: str
    link: str
    wanted: "Selection"


@dataclass(frozen=True)
class Alternative:
    """A link that leads to one of several views: what is wanted of each."""

    key: str
    link: str
    wanted: tuple[tuple[str, "Selection"], ...]


@dataclass(frozen=True)
class Edges:
    """The edges of a connection: their parts are Constants, a Scalar called cursor, and Related called node."""

    key: str
    wanted: "Selection"


@dataclass(frozen=True)
class Nodes:
    """The rows of a connection themselves."""

    key: str
    wanted: "Selection"


@dataclass(frozen=True)
class PageInfo:
    """Where a page stands: Constants, and Scalars called as Relay calls them."""

    key: str
    wanted: "Selection"


@dataclass(frozen=True)
class Window:
    """Which page: names of the parameters that hold its size and the keys of the rows after and before it."""

    size: str
    after: tuple[str, ...] = ()
    before: tuple[str, ...] = ()
    backward: bool = False


@dataclass(frozen=True)
class Paged:
    """A connection: the rows of a link (or of the whole view), filtered and paged, with what is wanted of them.

    `filters` are (name of a filter of the view, name of the parameter that holds its value).
    """

    key: str
    view: str
    wanted: tuple["Constant | Edges | Nodes | PageInfo", ...]
    window: Window
    link: str | None = None
    filters: tuple[tuple[str, str], ...] = ()
    as_of: str | None = None


@dataclass(frozen=True)
class Single:
    """The row of a view that an id names (the parameter `id`), or for some views the one that the asker has."""

    key: str
    view: str
    wanted: "Selection"
    id: str | None = None
    as_of: str | None = None


@dataclass(frozen=True)
class SingleAnywhere:
    """The row of any of these views that an id names."""

    key: str
    id: str
    wanted: tuple[tuple[str, "Selection"], ...]


@dataclass(frozen=True)
class Figured:
    """Figures about the row (or the tenant), for a period whose parameters end in `suffix`."""

    key: str
    suffix: str
    wanted: tuple[FigurePart, ...]


Part: TypeAlias = (
    Scalar
    | Constant
    | Inside
    | Related
    | Alternative
    | Figured
    | Paged
    | Edges
    | Nodes
    | PageInfo
    | Single
    | SingleAnywhere
)


@dataclass(frozen=True)
class Selection:
    """What is wanted of one object, in the order of the answer."""

    parts: tuple[Part, ...] = field(default=())


def listed(view: type[View], include: frozenset[str] = frozenset()) -> Selection:
    """REST's selection for an item of a list: every field, and only the links that `include` names."""
    return standard(view, include, bare=True)


def standard(
    view: type[View], include: frozenset[str] = frozenset(), prefix: str = "", *, bare: bool = False
) -> Selection:
    """REST's selection: every field, the standard links, and what `include` names («team.organisation»)."""
    parts: list[Part] = [Scalar(name, name) for name in view.fields]
    for name, link in view.documented_links().items():
        path = prefix + name
        if (link.standard and not bare) or any(i == path or i.startswith(path + ".") for i in include):
            parts.append(Related(name, name, standard(VIEWS[link.view], include, path + ".")))
    return Selection(tuple(parts))


def includable(view: type[View], depth: int = 2, prefix: str = "", *, bare: bool = False) -> list[str]:
    """The links that `?include=` may name: those that the answer leaves out by itself, at most `depth` deep."""
    names = []
    for name, link in view.documented_links().items():
        if bare or not link.standard:
            names.append(prefix + name)
        if depth > 1:
            names.extend(includable(VIEWS[link.view], depth - 1, prefix + name + "."))
    return sorted(set(names))
