"""From views to the Pydantic models that OpenAPI publishes: same names, same fields, nothing to keep in step."""

from functools import cache
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, create_model

from api.reading.views import VIEWS, Link, Shown, View


class Document(BaseModel):
    """What every published document has in common: nothing that isn't declared."""

    model_config = ConfigDict(extra="forbid")


def model(view: type[View]) -> type[BaseModel]:
    """The model of one document; links that must be asked for are optional."""
    if view.published in _MADE:
        return _MADE[view.published]
    fields: dict[str, Any] = {name: _field(shown) for name, shown in view.fields.items()}
    fields |= {name: _link(link) for name, link in view.documented_links().items()}
    made = create_model(view.published, __base__=Document, __doc__=view.__doc__, **fields)
    _MADE[view.published] = made
    return made


def summary(view: type[View]) -> type[BaseModel]:
    """The model of an item of a list: the same document, but every link must be asked for."""
    if not any(link.standard for link in view.links.values()):
        return model(view)
    name = view.published + "Summary"
    if name not in _MADE:
        fields: dict[str, Any] = {field: _field(shown) for field, shown in view.fields.items()}
        fields |= {link: _link(declared, bare=True) for link, declared in view.documented_links().items()}
        _MADE[name] = create_model(name, __base__=Document, __doc__=view.__doc__, **fields)
    return _MADE[name]


def page_model(view: type[View]) -> type[BaseModel]:
    """The model of one page."""
    kind: Any = summary(view)
    fields: dict[str, Any] = {
        "items": (list[kind], Field(max_length=100, description="The items, in order.")),
        "next_cursor": (
            str | None,
            Field(description="Pass as `cursor` for the next page; null on the last."),
        ),
    }
    about = f"One page of a list of {kind.__name__}."
    return create_model(f"{view.published}Page", __base__=Document, __doc__=about, **fields)


@cache
def complete() -> None:
    """Resolve the links between models when every view is declared; once, or Pydantic's schemas drift."""
    for view in VIEWS.values():
        model(view)
    for made in _MADE.values():
        made.model_rebuild(force=True, _types_namespace=_MADE)


_MADE: dict[str, type[BaseModel]] = {}


def _field(shown: Shown) -> Any:
    examples = [shown.example] if shown.example is not None else None
    return (shown.type, Field(description=shown.doc, examples=examples))


def _link(link: Link, *, bare: bool = False) -> Any:
    kind = f"list[{link.view}]" if link.kind == "many" else link.view
    if link.kind == "one" and not link.required:
        kind += " | None"
    shown = link.standard and not bare
    default = ... if shown else None
    described = Field(default, description=link.doc + ("" if shown else " Only with `include`."))
    return (kind, described)
