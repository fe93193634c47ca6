"""From views to the Pydantic models that OpenAPI publishes: same names, same fields, nothing to keep in step."""

from functools import cache
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, create_model

from api.reading.views import VIEWS, Link, Shown, View


class Document(BaseModel):
    """What every published document has in common: nothing that isn't declared."""

    model_config = ConfigDict(extra="forbid")


@cache
def model(view: type[View]) -> type[BaseModel]:
    """The model of one document; links that must be asked for are optional."""
    fields: dict[str, Any] = {name: _field(shown) for name, shown in view.fields.items()}
    fields |= {name: _link(link) for name, link in view.links.items()}
    made = create_model(view.name, __base__=Document, __doc__=view.__doc__, **fields)
    _MADE[view.name] = made
    return made


@cache
def page_model(view: type[View]) -> type[BaseModel]:
    """The model of one page."""
    return create_model(
        f"{view.name}Page",
        __base__=Document,
        __doc__=f"One page of a list of {view.name}.",
        items=(Annotated[list[model(view)], Field(max_length=100, description="The items, in order.")], ...),  # type: ignore[misc]
        next_cursor=(
            Annotated[str | None, Field(description="Pass as `cursor` for the next page; null on the last.")],
            ...,
        ),
    )


def complete() -> None:
    """Resolve the links between models, once every view is declared."""
    for view in VIEWS.values():
        model(view)
    for made in _MADE.values():
        made.model_rebuild(force=True, _types_namespace=_MADE)


_MADE: dict[str, Any] = {}


def _field(shown: Shown) -> Any:
    extra = {"examples": [shown.example]} if shown.example is not None else {}
    return (Annotated[shown.type, Field(description=shown.doc, **extra)], ...)


def _link(link: Link) -> Any:
    kind = f"list[{link.view}]" if link.kind == "many" else link.view
    if link.kind == "one" and not link.required:
        kind += " | None"
    default = ... if link.standard else None
    described = Field(default, description=link.doc + ("" if link.standard else " Only with `include`."))
    return (kind, described)
