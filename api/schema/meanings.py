"""What each field of the schema means: the part of a view that it stands for."""

from dataclasses import dataclass
from enum import Enum

SHORT_LIST = 10
"""How many rows a list without pages is taken to have, where costs are counted."""

PAGE = 20
"""How many rows a connection gives when nobody says how many."""

LARGEST_PAGE = 100

FIGURE = 10
"""How many rows a figure costs as much as: it sums up meetings, where it isn't read from roll-ups."""


class Kind(Enum):
    """How a field is compiled."""

    SCALAR = "a field of a view or of a value"
    INSIDE = "the inside of a JSON value"
    RELATED = "a link to one, or to a short list"
    ALTERNATIVE = "a link to one of several types"
    PAGED = "a connection"
    NODES = "the rows of a connection"
    EDGES = "its edges"
    NODE = "the row of an edge"
    PAGE_INFO = "where a page stands"
    FIGURES = "figures about a row"
    FIGURE = "one figure, or its series"
    SINGLE = "one row, by its id or by who asks"
    ANYWHERE = "one row of any type, by its id"


class Cast(Enum):
    """What the value of an argument has to be, beyond what its GraphQL type says."""

    ID = "a UUID"
    TEXT = "a text"
    NUMBER = "a whole number"
    WORDS = "a text to search for"
    DATE = "a date"
    MOMENT = "a moment"
    SIZE = "a page size"
    CURSOR = "a cursor"
    BUCKET = "what a period is divided into"


@dataclass(frozen=True)
class Argument:
    """An argument of a field: its name in the view (or first, after …), what it has to be, its type and meaning."""

    name: str
    cast: Cast
    annotation: str
    doc: str
    required: bool = False


@dataclass(frozen=True)
class Meaning:
    """What a field stands for. `name` is the view's or value's word for it, `view` what it leads to.

    `size` is how many of them there are taken to be; `linked` tells a connection that starts from a row from one
    that gives all rows of a view.
    """

    kind: Kind
    name: str = ""
    view: str = ""
    listed: bool = False
    linked: bool = False
    size: int = 1
    arguments: tuple[Argument, ...] = ()
