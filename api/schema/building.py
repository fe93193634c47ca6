"""The schema: every view as an object type, its links as fields, its lists as connections, and the query root."""

import re
from collections.abc import Iterator
from datetime import date, datetime
from functools import cache
from typing import Annotated
from uuid import UUID

import strawberry
from strawberry.schema.config import StrawberryConfig
from strawberry.types.field import StrawberryField

from api.reading.views import MATCHING, SEARCHED, VIEWS, Link, View
from api.schema.figures import figures_field
from api.schema.meanings import LARGEST_PAGE, PAGE, SHORT_LIST, Argument, Cast, Kind, Meaning
from api.schema.types import SCALARS, Types, camel, first_paragraph, meaning_of

ID = Argument("id", Cast.ID, "ID", "The id, as REST and the field `id` give it.", required=True)
AS_OF = Argument("as_of", Cast.DATE, "date", "The day to show things as of; today when left out.")
PAGING = (
    Argument("first", Cast.SIZE, "int", f"How many from the start, at most {LARGEST_PAGE}; {PAGE} when left out."),
    Argument("after", Cast.CURSOR, "str", "Only what comes after this cursor."),
    Argument("last", Cast.SIZE, "int", f"How many from the end, at most {LARGEST_PAGE}."),
    Argument("before", Cast.CURSOR, "str", "Only what comes before this cursor."),
)
_CASTS = {
    "uuid": (Cast.ID, UUID),
    "text": (Cast.TEXT, str),
    "int": (Cast.NUMBER, int),
    "date": (Cast.DATE, date),
    "timestamptz": (Cast.MOMENT, datetime),
}


class Schema:
    """The schema with what its fields mean and which types an interface or union stands for."""

    def __init__(self) -> None:
        self._types = Types()
        self._unions: dict[str, tuple[str, ...]] = {}
        node = self._types.field(
            "Node", "id", "ID", "The id, one of its kind in all types.", Meaning(Kind.SCALAR, "id")
        )
        self._node = self._types.make("Node", "Whatever has an id.", {"id": node}, decorate=strawberry.interface)
        self._page_info()
        for view in VIEWS.values():
            self._view(view)
        query = self._types.make("Query", "What can be asked.", dict(self._roots()))
        self.strawberry = strawberry.Schema(
            query,
            types=[self._types.named[view.published] for view in VIEWS.values()],
            config=StrawberryConfig(scalar_map=SCALARS),
        )
        self.core = self.strawberry._schema  # noqa: SLF001 - graphql-core's own, to parse and validate by
        self.meanings = self._types.meanings

    def possible(self, name: str) -> tuple[str, ...]:
        """The object types that a type of the schema stands for."""
        if name == "Node":
            return tuple(view.published for view in VIEWS.values() if is_node(view))
        return self._unions.get(name, (name,))

    def _view(self, view: type[View]) -> None:
        name, make = view.published, self._types.field
        fields: dict[str, StrawberryField] = {}
        for key, shown in view.fields.items():
            if key == "id":
                if is_node(view):
                    make(name, key, "ID", shown.doc, Meaning(Kind.SCALAR, key))
                continue
            hint = shown.type if not shown.seen_by else shown.type | None
            annotation = self._types.named_type(hint)
            fields[key] = make(name, key, annotation, shown.doc, meaning_of(key, shown.type), shown.deprecated)
        for key, link in view.links.items():
            fields[key] = self._link(name, key, link)
        if view.figures_at:
            fields["figures"] = figures_field(self._types, name, view.figures_at)
        bases = (self._node,) if is_node(view) else ()
        self._types.make(name, view.__doc__, fields, bases)

    def _link(self, owner: str, key: str, link: Link) -> StrawberryField:
        if link.kind == "either":
            self._union(link)
            return self._types.field(
                owner, key, f"{link.view} | None", link.doc, Meaning(Kind.ALTERNATIVE, key, link.view)
            )
        view = VIEWS[link.view]
        if link.kind == "one":
            annotation = view.published if link.required else f"{view.published} | None"
            return self._types.field(owner, key, annotation, link.doc, Meaning(Kind.RELATED, key, view.published))
        if link.standard:
            meaning = Meaning(Kind.RELATED, key, view.published, listed=True, size=SHORT_LIST)
            return self._types.field(owner, key, f"list[{view.published}]", link.doc, meaning)
        return self._connection(owner, key, view, link.doc, ())

    def _union(self, link: Link) -> None:
        if link.view == "Node" or link.view in self._unions:
            return
        members = tuple(way.view for way in link.ways)
        self._unions[link.view] = members
        lazy = " | ".join(members)
        self._types.named[link.view] = Annotated[lazy, strawberry.union(name=link.view, description=link.doc)]

    def _connection(
        self, owner: str, key: str, view: type[View], doc: str, more: tuple[Argument, ...]
    ) -> StrawberryField:
        self._page(view)
        arguments = (*PAGING, *self._filters(view), *more)
        meaning = Meaning(Kind.PAGED, key, view.published, linked=owner != "Query", arguments=arguments)
        return self._types.field(owner, key, f"{view.published}Connection", doc, meaning)

    def _filters(self, view: type[View]) -> Iterator[Argument]:
        for name, sql in view.filters.items():
            cast, usual = _CASTS[re.findall(rf":{name}::(\w+)", sql)[0]]
            cast = Cast.WORDS if name == MATCHING else cast
            hint = view.fields[name].type if name in view.fields else usual
            annotation = self._types.named_type(hint).removesuffix(" | None")
            yield Argument(name, cast, annotation, _about(view, name))

    def _page(self, view: type[View]) -> None:
        name, row = f"{view.published}Connection", view.published
        edge = f"{view.published}Edge"
        if name in self._types.named:
            return
        make = self._types.field
        self._types.make(
            edge,
            f"One {row} with its place in a list.",
            {
                "node": make(edge, "node", row, "The row itself.", Meaning(Kind.NODE, view=row)),
                "cursor": make(
                    edge, "cursor", "str", "Its place, for after and before.", Meaning(Kind.SCALAR, "cursor")
                ),
            },
        )
        info = Meaning(Kind.PAGE_INFO, view="PageInfo")
        self._types.make(
            name,
            f"A page of a list of {row}.",
            {
                "nodes": make(name, "nodes", f"list[{row}]", "The rows.", Meaning(Kind.NODES, view=row, listed=True)),
                "edges": make(
                    name,
                    "edges",
                    f"list[{edge}]",
                    "The rows with cursors.",
                    Meaning(Kind.EDGES, view=edge, listed=True),
                ),
                "page_info": make(name, "page_info", "PageInfo", "Where the page stands.", info),
            },
        )

    def _page_info(self) -> None:
        about = {
            "has_next_page": ("bool", "Whether more rows follow."),
            "has_previous_page": (
                "bool",
                "Whether rows come before; known when the page was asked for from somewhere.",
            ),
            "start_cursor": ("str | None", "The cursor of the first row; null on an empty page."),
            "end_cursor": ("str | None", "The cursor of the last row; null on an empty page."),
        }
        fields = {
            key: self._types.field("PageInfo", key, kind, doc, Meaning(Kind.SCALAR, camel(key)))
            for key, (kind, doc) in about.items()
        }
        self._types.make("PageInfo", "Where a page stands in its list, as Relay has it.", fields)

    def _roots(self) -> Iterator[tuple[str, StrawberryField]]:
        make = self._types.field
        for view in VIEWS.values():
            doc = first_paragraph(view.__doc__) or ""
            more = (AS_OF,) if ":as_of::" in view.source else ()
            if view.asked_as:
                yield (
                    view.asked_as,
                    make("Query", view.asked_as, view.published, doc, Meaning(Kind.SINGLE, "", view.published)),
                )
            if view.listed_as:
                single = re.sub(r"(?<!^)(?=[A-Z])", "_", view.published).lower()
                found = Meaning(Kind.SINGLE, "", view.published, arguments=(ID, *more))
                yield single, make("Query", single, f"{view.published} | None", doc, found)
                listed = f"All that the asker may see: {doc[:1].lower()}{doc[1:]}"
                yield view.listed_as, self._connection("Query", view.listed_as, view, listed, more)
        doc = "Whatever has this id; null when there is nothing that the asker may see."
        yield "node", make("Query", "node", "Node | None", doc, Meaning(Kind.ANYWHERE, view="Node", arguments=(ID,)))


def is_node(view: type[View]) -> bool:
    """Whether a row of the view can be found by its id alone."""
    return "id" in view.fields and not view.asked_as


def _about(view: type[View], name: str) -> str:
    if name in _FILTERS:
        return _FILTERS[name]
    return f"Only those where this holds: {view.fields[name].doc[:1].lower()}{view.fields[name].doc[1:]}"


_FILTERS = {
    MATCHING: SEARCHED,
    "parent_id": "Only units directly below this one; without it, or with null, units from anywhere.",
    "starts_from": "Only those that start at this moment or later.",
    "starts_before": "Only those that start before this moment.",
    "external_id": "Only the one with this number in another register, written scheme:value.",
    "as_of": "Only those that hold on this day.",
}


@cache
def schema() -> Schema:
    """The schema of this service, made once."""
    from api import queries  # noqa: F401 - declares every view

    return Schema()


def sdl() -> str:
    """The schema as a text, for `openapi/schema.graphql`."""
    return schema().strawberry.as_str() + "\n"
